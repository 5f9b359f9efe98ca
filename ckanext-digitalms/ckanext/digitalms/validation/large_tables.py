"""Judging a table of any size: a query of DuckDB finds that all of it is right, else frictionless judges it.

The verdict is frictionless's. Most tables that are published are right, and for these one pass of the query
takes a twentieth of the time. It only knows "surely right": where a single cell, row or key is not, or the
file is not written as RFC 4180 says, or the schema has what SQL cannot say, frictionless judges every row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from frictionless import Error, FrictionlessException
from frictionless.resources import TableResource

from ckanext.digitalms import duck
from ckanext.digitalms.messages import N_, Message

from . import cells as loading
from .sql_rules import NotExpressibleError, compiled

SHOWN = 1_000
# bytes up to which frictionless alone is as fast: to open DuckDB takes as long as 2,000 rows
SMALL = 50_000
CONSTRAINT = "constraint-error"
# a cause as frictionless names it: the error's type, and the constraint where it is one
CauseName = str
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
        """Return whether nothing is wrong."""
        return not self.counts


def cause_of(error: Error) -> CauseName:
    """Name an error's cause: its type, and which constraint it is."""
    broken = _CONSTRAINT.search(error.note) if error.type == CONSTRAINT else None
    return f"{error.type}/{broken[1]}" if broken else error.type


def validate(resource: TableResource, shown: int = SHOWN) -> Verdict:
    """Validate a table against its schema.

    Args:
        resource: with a schema; part of a package where it refers to other tables.
        shown: how many errors of each cause are worded.
    """
    try:
        return Verdict(_surely_right(resource), {}, ())
    except NotExpressibleError as refused:
        reason = refused.reason
    except (UnicodeDecodeError, FrictionlessException):
        reason = Message(N_("a file that cannot be read to its end"))
    except duck.Error as refused:
        # a row of another length or a text longer than a line may be: frictionless reads it
        reason = Message(N_("this file: {note}"), {"note": str(refused)[:200]})
    return validate_by_frictionless(resource, shown, reason)


def validate_by_frictionless(
    resource: TableResource, shown: int = SHOWN, reason: Message | None = None
) -> Verdict:
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

    def add(self, errors: Iterable[Error]) -> None:
        for error in errors:
            cause = cause_of(error)
            self.counts[cause] += 1
            if self.counts[cause] <= self.shown:
                self.errors.append(error)


def _rows(resource: TableResource, tally: _Tally) -> Iterator[Any]:
    while True:
        try:
            yield next(resource.row_stream)
        except FrictionlessException as refused:
            tally.add([refused.error])
        except StopIteration:
            return


def _surely_right(resource: TableResource) -> int:
    """Count the rows of a table in which nothing is wrong.

    Raises:
        NotExpressibleError: that is not sure.
        FrictionlessException, UnicodeDecodeError, duck.Error: the file cannot be read so.
    """
    if resource.schema.foreign_keys:
        raise NotExpressibleError(Message(N_("references between tables")))
    cells = loading.load(resource)
    names = cells.schema.field_names
    rules = {
        field.name: compiled(field, cells.schema, column)
        for field, column in zip(cells.schema.fields, cells.columns, strict=True)
    }
    key = list(cells.schema.primary_key)
    if not set(key) <= set(names):
        raise NotExpressibleError(Message(N_("a key that is no column")))
    # neither a whole row nor a whole primary key may be empty
    filled = [f"NOT ({' AND '.join(rules[name].missing for name in some)})" for some in (names, key) if some]
    fine = " AND ".join([*(rule.clean for rule in rules.values()), *filled])
    unique = [[field.name] for field in cells.schema.fields if field.constraints.get("unique")]
    keys = [[rules[name].value for name in some] for some in (key, *unique) if some]
    with duck.opened() as database:
        return _counted(database, cells.rows, fine, keys)


def _counted(database: duck.Connection, rows: str, fine: str, keys: list[list[str]]) -> int:
    """Count rows in one pass, and refuse if one is not fine or a value of a key comes again."""
    repeated = [
        f"count({'*' if len(key) > 1 else key[0]}) - count(DISTINCT {_together(key)})" for key in keys
    ]
    asked = ", ".join(["count(*)", f"count(*) FILTER (({fine}) IS NOT TRUE)", *repeated])
    found = database.execute(f"SELECT {asked} FROM {rows}").fetchall()[0]  # noqa: S608 - our own names
    if found[1]:
        raise NotExpressibleError(Message(N_("rows that are not surely right")))
    if any(found[2:]):
        raise NotExpressibleError(Message(N_("a key whose values come again")))
    return int(found[0])


def _together(key: list[str]) -> str:
    return f"row({', '.join(key)})" if len(key) > 1 else key[0]
