"""How two releases of a table differ: rows added, changed and removed, told by the table's key.

Both are read from their files, as everybody gets them, and compared by the engine for tables of any size.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckanext.digitalms import duck
from ckanext.digitalms.duck import quoted
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.tables.spec import TableSpec, file_name

from .package import SCHEMA_ENDING

__all__ = ["Compared", "difference"]

ADDED, CHANGED, REMOVED = "added", "changed", "removed"
_RAW = frozenset({"integer", "number", "boolean"})
# no column of ours is called so: one says on which side a row is
_HERE = quoted("digitalms here")
# and which one it is of those that are equal in the key
_NTH = quoted("digitalms place")


@dataclass(frozen=True)
class Compared:
    """What differs, and the part of it that was asked for.

    Args:
        counts: of the rows by what became of them.
        rows: a part of those that differ, in the order of the key.
        columns: those that both have, only the later one has, and only the earlier one has.
    """

    counts: Mapping[str, int]
    rows: Sequence[Json]
    columns: tuple[list[str], list[str], list[str]]


@dataclass(frozen=True)
class _Side:
    """A table in one release, with the key that its rows have there."""

    path: Path
    fields: Mapping[str, Mapping[str, Any]]
    key: tuple[str, ...]

    @classmethod
    def of(cls, folder: Path, name: str) -> _Side:
        schema = json.loads((folder / file_name(name, SCHEMA_ENDING)).read_bytes())
        fields = {field["name"]: field for field in schema["fields"]}
        return cls(folder / file_name(name, "csv"), fields, tuple(schema.get("primaryKey", ())))

    def sql(self, key: Sequence[str]) -> str:
        """Return the rows, those that are equal in a key counted apart."""
        nth = "1"
        if key and set(self.key) != set(key):
            names, rest = ", ".join(map(quoted, key)), ", ".join(map(quoted, self.fields))
            nth = f"row_number() OVER (PARTITION BY {names} ORDER BY {rest})"
        cells = duck.plain_csv(self.path, list(self.fields))
        return f"(SELECT *, true AS {_HERE}, {nth} AS {_NTH} FROM {cells})"  # noqa: S608 - our own columns


def difference(spec: TableSpec, before: Path, after: Path, limit: int, offset: int) -> Compared:
    """Compare a table in the folders of two releases.

    The key is that of the later one. A table without one, or whose key is not in both, has rows that are
    added and removed only, each as often as it stands there.

    Args:
        spec: of the table today.
        before: the folder of the earlier release.
        after: the folder of the later one.
        limit: at most this many of the rows that differ.
        offset: leave out the first.
    """
    old, new = _Side.of(before, spec.name), _Side.of(after, spec.name)
    common = [name for name in new.fields if name in old.fields]
    key = list(new.key) if new.key and set(new.key) <= set(common) else common
    with duck.opened() as database:
        joined = f"FROM {old.sql(key)} o FULL JOIN {new.sql(key)} n ON {_same(key)}"
        change = _change(common)
        counted = database.execute(f"SELECT {change}, count(*) {joined} GROUP BY 1").fetchall()
        order = ", ".join(f"coalesce(n.{name}, o.{name})" for name in (*map(quoted, key), _NTH))
        cells = [f"{side}.{quoted(name)}" for side, one in (("o", old), ("n", new)) for name in one.fields]
        found = database.execute(
            f"SELECT {change} AS change, {', '.join(cells)} {joined} WHERE {change} <> 'unchanged' "
            f"ORDER BY {order} LIMIT {limit:d} OFFSET {offset:d}"
        ).fetchall()
    rows = list(_told(found, old, new, common, key))
    only = ([n for n in new.fields if n not in old.fields], [n for n in old.fields if n not in new.fields])
    return Compared(dict(counted), rows, (common, *only))


def _same(key: Sequence[str]) -> str:
    # without a column that both have no row is one of before
    return f"o.{_NTH} = n.{_NTH} AND {_all_equal(key)}" if key else "false"


def _all_equal(names: Sequence[str]) -> str:
    return " AND ".join(f"o.{quoted(name)} IS NOT DISTINCT FROM n.{quoted(name)}" for name in names) or "true"


def _change(common: Sequence[str]) -> str:
    return (
        f"CASE WHEN o.{_HERE} IS NULL THEN '{ADDED}' WHEN n.{_HERE} IS NULL THEN '{REMOVED}' "
        f"WHEN {_all_equal(common)} THEN 'unchanged' ELSE '{CHANGED}' END"
    )


def _told(
    found: Sequence[Sequence[Any]], old: _Side, new: _Side, common: Sequence[str], key: Sequence[str]
) -> Iterator[Json]:
    for change, *cells in found:
        before = _values(old, cells[: len(old.fields)])
        after = _values(new, cells[len(old.fields) :])
        known = after if change != REMOVED else before
        told: Json = {"change": change, "key": {name: known[name] for name in key}}
        if change == CHANGED:
            differs = [name for name in common if before[name] != after[name]]
            before, after = ({name: side[name] for name in differs} for side in (before, after))
        yield {
            **told,
            "before": None if change == ADDED else before,
            "after": None if change == REMOVED else after,
        }


def _values(side: _Side, cells: Sequence[str | None]) -> Json:
    return {
        name: json.loads(cell) if cell is not None and field["type"] in _RAW else cell
        for (name, field), cell in zip(side.fields.items(), cells, strict=True)
    }
