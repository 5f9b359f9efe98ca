"""Packaging map only; all project data stands in pyproject.toml."""

from setuptools import find_namespace_packages, setup

CORE = "ckanext-digitalms"
FOLDERS = {"ckanext.digitalms.harvesters": "harvesters", "ckanext.digitalms.schemas": "schemas"}

packages = find_namespace_packages(CORE, include=["ckanext.digitalms", "ckanext.digitalms.*"])
for name, folder in FOLDERS.items():
    packages += [name, *(f"{name}.{sub}" for sub in find_namespace_packages(folder))]

setup(package_dir={"": CORE, **FOLDERS}, packages=packages)
