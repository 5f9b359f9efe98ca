"""Whether a release is what its schemas say, judged as users get it: files, hashes and every cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frictionless import Error, FrictionlessException, Package
from frictionless.errors import ByteCountError, HashCountError
from frictionless.resources import TableResource

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.validation import large_tables

from . import folders, references
from .package import PACKAGE_FILE

SHOWN = 20


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a package.

    Args:
        problems: nothing, when it is valid.
        notes: which tables frictionless had to judge row by row, and why.
    """

    problems: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.problems


def validate(folder: Path, table: str | None = None) -> Verdict:
    """Validate the package in a folder: its files, hashes, types, keys and references between tables.

    Args:
        folder: of the release.
        table: only this one.
    """
    try:
        package = Package(PACKAGE_FILE, basepath=str(folder))
        package.to_descriptor(validate=True)
        resources = [package.get_table_resource(name) for name in package.resource_names]
        references.read_once(package)
    except FrictionlessException as refused:
        return Verdict((Message(N_("The package cannot be read: {note}"), {"note": str(refused.error)}),))
    problems: list[Message] = []
    notes: list[Message] = []
    for resource in resources:
        if table in {None, resource.name}:
            verdict = _validated(resource, folder / str(resource.path))
            problems += [
                _problem(resource.name, error) for error in (*_changed(resource, folder), *verdict.errors)
            ]
            notes += [_note(resource.name, verdict.fallback)] if verdict.fallback else []
    return Verdict(tuple(problems[:SHOWN]), tuple(notes))


def _validated(resource: TableResource, path: Path) -> large_tables.Verdict:
    is_large = path.is_file() and path.stat().st_size > large_tables.SMALL
    return (large_tables.validate if is_large else large_tables.validate_by_frictionless)(resource, SHOWN)


def _note(table: str, reason: Message) -> Message:
    text = N_("Table {table}: frictionless judged every row by itself; the query cannot judge {reason}.")
    return Message(text, {"table": table, "reason": reason})


def _changed(resource: TableResource, folder: Path) -> Iterator[Error]:
    path = folder / str(resource.path)
    if not path.is_file():
        return  # frictionless says so
    told, found = (resource.bytes, str(resource.hash)), folders.facts(path)
    note = 'expected is "{}" and actual is "{}"'
    if told[0] != found["size"]:
        yield ByteCountError(note=note.format(told[0], found["size"]))
    if told[1] != f"sha256:{found['sha256']}":
        yield HashCountError(note=note.format(told[1], found["sha256"]))


def _problem(table: str, error: Any) -> Message:
    sentence = N_("Table {table}, row {row}, column {column}: {note}")
    values = {
        "table": table,
        "row": getattr(error, "row_number", None) or "–",
        "column": getattr(error, "field_name", None) or "–",
        "note": error.message,
    }
    return Message(sentence, values)
