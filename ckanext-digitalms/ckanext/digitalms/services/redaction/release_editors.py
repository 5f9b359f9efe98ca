"""What may be changed in a release: a text is blanked, or the rows of a measure are taken out."""

from __future__ import annotations

import mmap
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckanext.digitalms.tables.open_tables import SEARCH_SYNONYMS
from ckanext.digitalms.tables.spec import TableSpec

from .blanking import MACHINE, Blanker
from .release_rewriting import Cells, Edited

_READ = frozenset({".csv", ".json"})
# tables of ours whose keys are words that people typed
_TYPED_KEYS = frozenset({SEARCH_SYNONYMS})
# what a mark can keep of a column's constraints
_KEPT = frozenset({"required", "unique"})


def holds_one_of(path: Path, needles: Iterable[str]) -> bool:
    """Return whether a file that is read by programs holds one of some texts, told from its bytes."""
    if path.suffix not in _READ or not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
        return any(held.find(needle.encode()) >= 0 for needle in needles)


@dataclass(frozen=True)
class Measure:
    """A measure as the rows of tables name it.

    Args:
        names: that it has or had.
        ids: of its statements, goals and whatever else has an id of its own.
    """

    names: Collection[str]
    ids: Collection[str]

    def has(self, cells: Cells) -> bool:
        """Return whether a row is one of the measure's."""
        if "measure_id" in cells:
            return cells["measure_id"] in self.names
        return any(cells.get(name) in self.ids for name in ("statement_id", "goal_id", "milestone_id"))


@dataclass(frozen=True)
class TextBlanked:
    """Blanks a text.

    Args:
        blanker: of the text.
        measure: whose rows are meant; ``None`` for all rows of all tables.
    """

    blanker: Blanker
    measure: Measure | None = None

    def may_touch(self, path: Path) -> bool:
        """Return whether a file may hold the text."""
        return holds_one_of(path, self.blanker.needles)

    def text(self, value: Any) -> tuple[Any, int]:
        """Blank the text beside the rows."""
        return self.blanker.in_value(value) if self.measure is None else (value, 0)

    def rows(self, spec: TableSpec, rows: Iterable[Cells], is_own: bool) -> Iterator[Edited]:
        """Blank it in the cells that are read by people; of tables of one's own that are all."""
        if self.measure is not None and is_own:
            yield from ((cells, ()) for cells in rows)
            return
        columns = [one for one in spec.fields if is_own or _is_free(one, spec)]
        apart = {name: self._others(name, rows) for name in _apart(spec)} if is_own else {}
        for cells in rows:
            if self.measure is None or self.measure.has(cells):
                yield self._edited(cells, columns, apart)
            else:
                yield cells, ()

    def _edited(self, cells: Cells, columns: list[dict[str, Any]], apart: dict[str, set[str]]) -> Edited:
        changed: Cells = {}
        for column in columns:
            name, cell = column["name"], cells[column["name"]]
            if cell is None or (blanked := self._cell(cell, column["type"])) == cell:
                continue
            if name in apart and blanked is not None:
                blanked = _numbered(blanked, apart[name])
            changed[name] = blanked
        return {**cells, **changed}, tuple(changed)

    def _cell(self, cell: str, kind: str) -> str | None:
        if kind == "string":
            return self.blanker.in_text(cell)[0]
        if kind not in {"integer", "number"}:
            return cell
        # a number cannot hold a mark
        return None if self.blanker.pattern.fullmatch(cell) else cell

    def _others(self, name: str, rows: Iterable[Cells]) -> set[str]:
        return {cell for cells in rows if (cell := cells[name]) and not self.blanker.is_in(cell)}

    def schema(self, spec: TableSpec, touched: Iterable[str]) -> TableSpec:
        """Drop what a mark or an empty cell would break in the schema of a table."""
        names = set(touched)
        fields = [_relaxed(one) if one["name"] in names else one for one in spec.fields]
        return TableSpec(spec.name, {**spec.schema, "fields": fields}, spec.has_full_text)


@dataclass(frozen=True)
class MeasureRemoved:
    """Takes the rows of a measure out; other measures name it as their parent no more."""

    measure: Measure

    def may_touch(self, path: Path) -> bool:
        """Return whether a file may name the measure, or something of it."""
        return holds_one_of(path, (*self.measure.names, *self.measure.ids))

    def text(self, value: Any) -> tuple[Any, int]:
        """Leave what is beside the rows."""
        return value, 0

    def rows(self, spec: TableSpec, rows: Iterable[Cells], is_own: bool) -> Iterator[Edited]:
        """Leave out the measure's rows."""
        del spec
        for cells in rows:
            if is_own:
                yield cells, ()
            elif self.measure.has(cells):
                yield None, ()
            elif cells.get("parent_id") in self.measure.names:
                yield {**cells, "parent_id": None}, ("parent_id",)
            else:
                yield cells, ()

    def schema(self, spec: TableSpec, touched: Iterable[str]) -> TableSpec:
        """Leave the schema."""
        del touched
        return spec


def _is_free(column: dict[str, Any], spec: TableSpec) -> bool:
    """Return whether a column of an open table holds texts for people: no keys, no words of a list."""
    name, constraints = column["name"], column.get("constraints", {})
    is_ours = (spec.name, name) == ("measures", "url")  # the others were typed
    key = () if spec.name in _TYPED_KEYS else spec.schema.get("primaryKey", ())
    is_machine = name in MACHINE or name in key or is_ours
    return column["type"] == "string" and not is_machine and not {"enum", "pattern"} & set(constraints)


def _apart(spec: TableSpec) -> list[str]:
    """Return the columns whose cells have to differ."""
    key = spec.schema.get("primaryKey", ())
    return [
        one["name"] for one in spec.fields if one["name"] in key or one.get("constraints", {}).get("unique")
    ]


def _numbered(text: str, taken: set[str]) -> str:
    found = next(name for name in _names(text) if name not in taken)
    taken.add(found)
    return found


def _names(text: str) -> Iterator[str]:
    yield text
    number = 2
    while True:
        yield f"{text} {number}"
        number += 1


def _relaxed(column: dict[str, Any]) -> dict[str, Any]:
    kept = _KEPT if column["type"] == "string" else _KEPT - {"required"}
    constraints = {name: value for name, value in column.get("constraints", {}).items() if name in kept}
    # an address or a mailbox that was blanked is none any more
    plain = {name: value for name, value in column.items() if name not in {"constraints", "format"}}
    return {**plain, **({"constraints": constraints} if constraints else {})}
