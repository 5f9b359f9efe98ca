"""The house is as docs/develop.md shows it: its rooms, the files it names, and nothing too long to read."""

from __future__ import annotations

import ast
import re
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ckanext-digitalms" / "ckanext" / "digitalms"
PAGE = (ROOT / "docs" / "develop.md").read_text(encoding="utf-8")
SOURCES = sorted(
    path
    for folder in (PACKAGE, ROOT / "harvesters")
    for path in folder.rglob("*.py")
    if "versions" not in path.parts
)
LONGEST_MODULE, LONGEST_FUNCTION = 400, 45


def test_every_room_is_shown() -> None:
    rooms = {path.parent.relative_to(PACKAGE).as_posix() for path in SOURCES if path.is_relative_to(PACKAGE)}
    shown = set(re.findall(r"[a-z_/]+(?=/)", PAGE))
    assert {room.rpartition("/")[2] for room in rooms - {"."}} <= {one.rpartition("/")[2] for one in shown}


def test_the_files_that_it_names_are_there() -> None:
    named = set(re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", PAGE))
    folders = (PACKAGE, ROOT, PACKAGE / "services")
    assert [name for name in sorted(named) if not any((folder / name).exists() for folder in folders)] == []


def test_nothing_is_too_long() -> None:
    found = []
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > LONGEST_MODULE:
            found.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    found.append(f"{path.relative_to(ROOT)}: {node.name} has {lines} lines")
    assert found == []


def test_the_newest_changes_are_those_of_the_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == project["version"]


def imported(path: Path) -> set[str]:
    """The modules of ours that a file imports; relative ones stay in its folder."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    told = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return {name for name in told if name.startswith("ckanext.digitalms")}


def test_what_is_public_is_said_once() -> None:
    """Whoever asks for “not private” by itself forgets the offices that are not let in (model/public.py)."""
    asks = re.compile(r"private\.is_\(|private IS FALSE|NOT \w+\.private|not \w+\.private\b", re.IGNORECASE)
    known = {
        "model/public.py": "the condition",
        "services/access/visible_lists.py": "what CKAN takes for public and is not",
        "services/figures/live.py": "of sources, whose runs are told although they are not shown",
        "services/measures/statements.py": "what a statement says of its measure, whoever's it is",
        "services/imports/taking_back.py": "the same, of one that comes back",
    }
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in SOURCES
        if path.is_relative_to(PACKAGE) and asks.search(path.read_text(encoding="utf-8"))
    }
    assert found == set(known)


def test_views_touch_no_table() -> None:
    """No view imports CKAN's model, but for types; import-linter sees other packages only as a whole."""
    found = []
    for path in (PACKAGE / "views").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module in {"ckan", "ckan.model"}:
                found += [f"{path.name}: {one.name}" for one in node.names if one.name not in {"types"}]
    assert found == []


def test_harvesters_know_the_facade_only() -> None:
    """The core never imports harvesters; import-linter does not see them, since they lie beside it."""
    allowed = ("ckanext.digitalms.shared", "ckanext.digitalms.harvesters")
    of_harvesters = {name for path in (ROOT / "harvesters").rglob("*.py") for name in imported(path)}
    assert [name for name in of_harvesters if not name.startswith(allowed)] == []
    of_core = {name for path in PACKAGE.rglob("*.py") for name in imported(path)}
    assert [name for name in of_core if name.startswith("ckanext.digitalms.harvesters")] == []


def test_no_module_needs_itself() -> None:
    """Nothing goes round in a circle, not even by imports within functions; CycleError names the modules."""
    graph = grimp.build_graph("ckanext.digitalms", cache_dir=None)
    TopologicalSorter(
        {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    ).prepare()
