"""One pass over a table: which rows are not surely clean, and the values that keys are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ckanext.digitalms import duck
from ckanext.digitalms.messages import N_, Message

from .cells import FIRST, Cells
from .compiled import CellRule, NotExpressibleError, compiled


@dataclass(frozen=True)
class Scan:
    """A table of DuckDB that tells of each row ``n`` whether it is a ``suspect``, and values of its keys.

    Args:
        cells: what was read.
        rules: of each field.
        table: the name of the table.
    """

    cells: Cells
    rules: dict[str, CellRule]
    table: str

    def key(self, field: str) -> str:
        """Give the name of the column with a field's typed value."""
        return f"k{self.cells.schema.field_names.index(field)}"

    def keys(self, fields: Iterable[str]) -> list[str]:
        """Give the names of the columns with some fields' typed values."""
        return [self.key(field) for field in fields]

    def nothing(self, fields: Iterable[str]) -> str:
        """Give the SQL that says that none of some fields has a value."""
        return "(" + " AND ".join(f"{key} IS NULL" for key in self.keys(fields)) + ")"


def scan(database: duck.Connection, cells: Cells, table: str, keys: Sequence[str]) -> Scan:
    """Read a table once.

    Args:
        database: that reads.
        cells: of the table.
        table: the name of the table to make.
        keys: the fields whose values are kept.

    Raises:
        NotExpressibleError: the query cannot judge the table.
    """
    schema = cells.schema
    rules = {
        field.name: compiled(field, schema, column)
        for field, column in zip(schema.fields, cells.columns, strict=True)
    }
    made = Scan(cells, rules, table)
    odd = ["odd IS NULL"] if cells.is_numbered else []
    clean = " AND ".join([*odd, *(rule.clean for rule in rules.values() if rule.clean != "true")]) or "true"
    blank = " AND ".join(rule.missing for rule in rules.values())
    doubts = [rules[name].unsure for name in keys if not rules[name].is_value_sure]
    values = [f"{rules[name].value} AS {made.key(name)}" for name in keys]
    number = ["n"] if cells.is_numbered else []
    shown = [*number, f"NOT ({clean}) OR ({blank}) AS suspect", f"{_either(doubts)} AS doubt", *values]
    # all threads read; the rows are stored in their order, so that their place is their number
    database.execute(f"CREATE TABLE {table}_rows AS SELECT {', '.join(shown)} FROM {cells.rows}")  # noqa: S608 - our own names
    placed = "*" if cells.is_numbered else f"rowid + {FIRST + 1} AS n, *"
    database.execute(f"CREATE VIEW {table} AS SELECT {placed} FROM {table}_rows")  # noqa: S608 - our own names
    found = database.execute(f"SELECT min(n) FROM {table} WHERE doubt").fetchall()[0][0]  # noqa: S608 - our own name
    if found is not None:
        text = N_("an unusual value in a key, in row {row}")
        raise NotExpressibleError(Message(text, {"row": found}))
    return made


def _either(conditions: Sequence[str]) -> str:
    return f"({' OR '.join(conditions)})" if conditions else "false"
