"""What reading gives: a raw table, the schema it is held against, and the limits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .dialect import Dialect
from .findings import Finding

MAX_COLUMNS = 100
# characters; what a person can neither read nor have meant
MAX_CELL = 131_072


def is_empty(cell: object) -> bool:
    """Return whether a cell holds nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_blank(cells: Iterable[object]) -> bool:
    """Return whether none of some cells holds anything."""
    for cell in cells:  # noqa: SIM110 - asked of every row, and all() takes three times as long
        if cell is not None and not (isinstance(cell, str) and not cell.strip()):
            return False
    return True


@dataclass(frozen=True)
class Limits:
    """What a delivered table may take.

    Args:
        max_bytes: of the file as delivered.
        max_rows: of data.
        max_unpacked: bytes of a workbook once unpacked; by default 20 times ``max_bytes``.
    """

    max_bytes: int
    max_rows: int
    max_unpacked: int = 0

    @property
    def unpacked(self) -> int:
        """Return the limit for a workbook's unpacked bytes."""
        return self.max_unpacked or 20 * self.max_bytes

    @property
    def megabytes(self) -> str:
        """Return the limit of the file in words."""
        return f"{self.max_bytes / 10**6:g}"


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row: its number as a person sees it (the header is 1) and its cells.

    A cell is text, or what the file's format itself says: a number, a day, a truth value, ``None``,
    or an :class:`Unusable`. ``absent`` are the places of columns that the row does not speak of at all,
    which only an object of JSON can.
    """

    number: int
    cells: tuple[object, ...]
    absent: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Unusable:
    """A cell that has no value of its own; the reader has said why."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Surplus:
    """Rows that may be no data: of which kind, their numbers, and what stands in the first."""

    kind: str
    rows: tuple[int, ...]
    text: str


@dataclass(frozen=True)
class RawTable:
    """The rows of a file before anything is known of its columns.

    ``sheets`` are those of a workbook; ``surplus`` is what may be left out, or is; ``headers`` are rows that
    may be the header, each with the titles that it gives.
    """

    form: str
    header: tuple[str, ...]
    rows: tuple[RawRow, ...]
    dialect: Dialect
    findings: tuple[Finding, ...] = ()
    header_row: int = 1
    sheets: tuple[str, ...] = ()
    surplus: tuple[Surplus, ...] = ()
    headers: tuple[tuple[str, tuple[str, ...]], ...] = ()


class UnreadableError(Exception):
    """There is no table to be judged; carries the findings that say why.

    ``choices`` are the sheets, or the files in an archive, of which one may be named.
    """

    def __init__(self, *findings: Finding, form: str = "", choices: tuple[str, ...] = ()) -> None:
        super().__init__(", ".join(finding.cause.value for finding in findings))
        self.findings = findings
        self.form = form
        self.choices = choices


@dataclass(frozen=True)
class FieldSpec:
    """A field of the Table Schema."""

    name: str
    title: str
    type: str
    constraints: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_required(self) -> bool:
        """Return whether every row must have a value."""
        return bool(self.constraints.get("required"))


@dataclass(frozen=True)
class TableSchema:
    """A Table Schema as it stands in ``schemas/table/NAME.json``."""

    name: str
    descriptor: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path) -> TableSchema:
        """Read a schema's file."""
        descriptor = json.loads(path.read_text(encoding="utf-8"))
        return cls(descriptor["name"], descriptor)

    @property
    def fields(self) -> tuple[FieldSpec, ...]:
        """Return the fields in their order."""
        return tuple(self._fields())

    def _fields(self) -> Iterator[FieldSpec]:
        for spec in self.descriptor["fields"]:
            yield FieldSpec(
                spec["name"], spec.get("title", spec["name"]), spec["type"], spec.get("constraints", {})
            )

    @property
    def key(self) -> tuple[str, ...]:
        """Return the names of the fields of the primary key."""
        key = self.descriptor.get("primaryKey", [])
        return (key,) if isinstance(key, str) else tuple(key)
