"""Whether a release is what its schemas say: frictionless judges the package as users get it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frictionless import Checklist, FrictionlessException, Package

from ckanext.digitalms.messages import N_, Message

from .package import PACKAGE_FILE

SHOWN = 20


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a package; nothing, when it is valid."""

    problems: tuple[Message, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def judge(folder: Path, table: str | None = None) -> Verdict:
    """Judge the package in a folder: its files, hashes, types, keys and references between tables.

    Args:
        folder: of the release.
        table: only this one.
    """
    try:
        package = Package(PACKAGE_FILE, basepath=str(folder))
        report = package.validate(Checklist(), name=table, limit_errors=SHOWN)
    except FrictionlessException as refused:
        return Verdict((Message(N_("The package cannot be read: {note}"), {"note": str(refused.error)}),))
    return Verdict(tuple(_problem(error) for error in _errors(report))[:SHOWN])


def _errors(report: Any) -> list[tuple[str, Any]]:
    found = [("", error) for error in report.errors]
    return found + [(task.name, error) for task in report.tasks for error in task.errors]


def _problem(found: tuple[str, Any]) -> Message:
    table, error = found
    sentence = N_("Table {table}, row {row}, column {column}: {note}")
    values = {
        "table": table or "–",
        "row": getattr(error, "row_number", None) or "–",
        "column": getattr(error, "field_name", None) or "–",
        "note": error.message,
    }
    return Message(sentence, values)
