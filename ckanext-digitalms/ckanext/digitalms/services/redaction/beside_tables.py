"""What a release says beside its tables, as an editor changes it: its package, the warnings of its reports.

A text may stand in these alone: who is asked and where data come from is in no table, and the line above
the header of an uploaded table is told in the report on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckanext.digitalms.publishing.frictionless_report import REPORT_ENDING
from ckanext.digitalms.publishing.package import OF_ORIGIN, PACKAGE_FILE
from ckanext.digitalms.tables.spec import file_name

__all__ = ["Beside", "read"]

Change = Callable[[Any], tuple[Any, int]]
# what a package says to programs, and what is written into it anew with its tables
_OF_PROGRAMS = frozenset({"$schema", "name", "homepage", "version", "created", "notes", "resources"})
_OF_A_TABLE = ("title", "description", *OF_ORIGIN)


@dataclass(frozen=True)
class Beside:
    """What stands beside the tables.

    Args:
        package: of the release, still with the hashes and schemas that it had.
        warnings: of each report, by its file.
        counts: how many places were changed, by file; those without any are left out.
    """

    package: dict[str, Any]
    warnings: dict[str, list[str]]
    counts: dict[str, int]


def read(folder: Path, tables: Iterable[str], change: Change) -> Beside:
    """Read what stands beside the tables of a release, changed.

    Args:
        folder: of the release.
        tables: their names.
        change: gives what it is given, changed, and says in how many places.
    """
    counts: dict[str, int] = {}
    warnings: dict[str, list[str]] = {}
    package, counts[PACKAGE_FILE] = _package(json.loads((folder / PACKAGE_FILE).read_bytes()), change)
    for path in (folder / file_name(name, REPORT_ENDING) for name in tables):
        if path.is_file():
            told = json.loads(path.read_bytes())
            known = told.get("warnings") or told["tasks"][0].get("warnings") or []
            warnings[path.name], counts[path.name] = change(known)
    return Beside(package, warnings, {name: count for name, count in counts.items() if count})


def _package(told: dict[str, Any], change: Change) -> tuple[dict[str, Any], int]:
    said, count = change({name: value for name, value in told.items() if name not in _OF_PROGRAMS})
    resources = []
    for resource in told["resources"]:
        edited, found = change({name: resource[name] for name in _OF_A_TABLE if name in resource})
        resources.append({**resource, **edited})
        count += found
    # an address that was blanked is empty, which a package must not say
    people = [{name: value for name, value in one.items() if value} for one in said["contributors"]]
    return {**told, **said, "contributors": people, "resources": resources}, count
