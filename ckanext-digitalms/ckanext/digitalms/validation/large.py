"""Judging a table of any size: DuckDB finds the rows that are suspect, frictionless words their errors.

The verdict is frictionless's: the same errors, the same counts of each cause, the same words for the first
thousand of each. A table that the query cannot judge is judged by frictionless alone; the verdict says why.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from frictionless import Dialect, Error, FrictionlessException, Package
from frictionless.resources import TableResource

from ckanext.digitalms import duck
from ckanext.digitalms.messages import N_, Message

from .compiled import CONSTRAINT, CauseName, NotExpressibleError
from .references import needed
from .suspects import DECIDED, UNSURE, Suspects

SHOWN = 1_000
_CONSTRAINT = re.compile(r'constraint "(\w+)"')


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a table.

    Args:
        rows: how many were judged.
        counts: how often each cause was found, complete.
        errors: frictionless's, the first of each cause, in the order of rows.
        fallback: why frictionless judged every row by itself, or ``None``.
    """

    rows: int
    counts: dict[CauseName, int]
    errors: tuple[Error, ...]
    fallback: Message | None = None

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.counts


def cause_of(error: Error) -> CauseName:
    """Name an error's cause: its type, and which constraint it is."""
    broken = _CONSTRAINT.search(error.note) if error.type == CONSTRAINT else None
    return f"{error.type}/{broken[1]}" if broken else error.type


def judge(resource: TableResource, shown: int = SHOWN) -> Verdict:
    """Judge a table against its schema.

    Args:
        resource: with a schema; part of a package where it refers to other tables.
        shown: how many errors of each cause are worded.
    """
    reason = None
    for is_copied in (False, True):
        try:
            with duck.opened() as database:
                return _queried(database, resource, shown, is_copied=is_copied)
        except NotExpressibleError as refused:
            reason = refused.reason
            break
        except (UnicodeDecodeError, FrictionlessException):
            reason = Message(N_("a file that cannot be read to its end"))
            break
        except duck.Error as refused:
            # a row of another length or a text longer than a line may be: frictionless reads it
            reason = Message(N_("this file: {note}"), {"note": str(refused)[:200]})
    return judge_alone(resource, shown, reason)


def judge_alone(resource: TableResource, shown: int = SHOWN, reason: Message | None = None) -> Verdict:
    """Let frictionless judge every row."""
    tally, rows = _Tally(shown), 0
    try:
        with resource:
            tally.add(resource.header.errors)
            for row in _rows(resource, tally):
                rows += 1
                tally.add(row.errors)
    except FrictionlessException as refused:
        tally.add([refused.error])
    return Verdict(rows, dict(tally.counts), tuple(tally.errors), reason)


@dataclass
class _Tally:
    shown: int
    counts: Counter[CauseName] = field(default_factory=Counter)
    errors: list[Error] = field(default_factory=list)
    _kept: Counter[CauseName] = field(default_factory=Counter)

    def add(self, errors: Iterable[Error], *, is_counted: bool = True) -> None:
        for error in errors:
            cause = cause_of(error)
            self.counts[cause] += is_counted
            if self._kept[cause] < self.shown:
                self._kept[cause] += 1
                self.errors.append(error)


def _rows(resource: TableResource, tally: _Tally) -> Iterator[Any]:
    while True:
        try:
            yield next(resource.row_stream)
        except FrictionlessException as refused:
            tally.add([refused.error])
        except StopIteration:
            return


def _queried(database: duck.Connection, resource: TableResource, shown: int, *, is_copied: bool) -> Verdict:
    suspects = Suspects.find(database, resource, is_copied=is_copied)
    suspects.choose(shown)
    causes, tally = suspects.causes(), _Tally(shown)
    for role, row in _worded(database, resource, suspects):
        if role == UNSURE:
            tally.add(row.errors)
        elif role == DECIDED:
            if Counter(cause_of(error) for error in row.errors) != causes[row.row_number]:
                text = N_("row {row}, which it judges in another way")
                raise NotExpressibleError(Message(text, {"row": row.row_number}))
            tally.add(row.errors, is_counted=False)
    counts = +tally.counts + suspects.counts()
    return Verdict(suspects.rows, dict(counts), tuple(tally.errors))


class _Numbered(Dialect):
    """Numbers rows as they are numbered in the whole table."""

    numbers: list[int]

    @classmethod
    def by(cls, numbers: list[int]) -> _Numbered:
        dialect = cls()
        dialect.numbers = numbers
        return dialect

    def read_enumerated_content_stream(self, cell_stream: Any) -> Iterator[tuple[int, list[Any]]]:
        """Give each row with its number."""
        for place, cells in super().read_enumerated_content_stream(cell_stream):
            yield self.numbers[place - 2], cells


def _worded(
    database: duck.Connection, resource: TableResource, suspects: Suspects
) -> Iterator[tuple[str, Any]]:
    """Give each chosen row as frictionless reads it among the others, with the role that it was chosen in."""
    numbers: list[int] = []
    roles: list[str] = []

    def chosen() -> Iterator[list[Any]]:
        yield suspects.scan.cells.schema.field_names
        for number, role, cells in suspects.chosen():
            numbers.append(number)
            roles.append(role)
            yield cells

    # a table that refers to itself is read twice
    is_own = any(reference.is_own for reference in suspects.references)
    data: list[list[Any]] | Callable[[], Iterator[list[Any]]] = list(chosen()) if is_own else chosen
    table = TableResource(
        name=resource.name,
        data=data,
        format="inline",
        schema=resource.schema.to_copy(),
        dialect=_Numbered.by(numbers),
    )
    # frictionless copies a table that refers to itself, and asks which edition of the standard it follows
    table._datapackage_version = resource._datapackage_version
    Package(resources=[table, *needed(database, suspects.references)])
    with table:
        for place, row in enumerate(table.row_stream):
            yield roles[place], row
