"""What the head of a page says of what the page is of, as a stranger may know it, whoever reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms.dcat.facts import Dataset
from ckanext.digitalms.publishing import custom_tables, datasets
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.services.measures.catalogue import catalogue
from ckanext.digitalms.tables.open_tables import ALL_TABLES
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from . import measure_facts, pages, pieces


@dataclass(frozen=True)
class Subject:
    """What a page is of: the type and name of its dataset, and its facts."""

    kind: str
    name: str
    facts: Dataset


def of_dataset(told: Mapping[str, Any]) -> Subject | None:
    """Return what a page of a dataset is of, if it is public.

    Args:
        told: the dataset, as ``package_show`` gives it.
    """
    if told["type"] != "dataset" or told["private"] or told["state"] != model.State.ACTIVE:
        return None
    return Subject(told["type"], told["name"], pieces.facts_of(told))


def of_measure(key: str) -> Subject | None:
    """Return what a page of a measure is of, if it is public.

    It is read from the database: the page is kept as long as nothing is written there, and the index may be
    behind.
    """
    package, public = find_package(key), catalogue()
    if package is None or package.name not in public.keys:
        return None
    told = measure_facts.told_of(package, public.show(package.name)["keywords"])
    return Subject(MEASURE_TYPE, package.name, pieces.facts_of(told, has_sizes=False))


def of_open_table(table: str) -> Subject | None:
    """Return the public dataset of an open table, once it is published."""
    found = datasets.find(table) if table in ALL_TABLES else None
    return _of_id(found.id) if found else None


def of_own_table(table: str) -> Subject | None:
    """Return the public dataset of a table of an office, or nothing."""
    found = custom_tables.find(table)
    return _of_id(found.id) if found else None


def _of_id(key: str) -> Subject | None:
    try:
        return of_dataset(pages.public(key))
    except tk.ObjectNotFound:
        return None
