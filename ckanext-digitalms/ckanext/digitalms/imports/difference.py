"""The rows of a file against today's: what is new, changed, to be deleted, the same, warned of or refused."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.tables.open_tables import Row
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.findings import Finding, Report, short
from ckanext.digitalms.validation.table import Unusable, is_empty
from ckanext.digitalms.validation.table_check import checked
from ckanext.digitalms.validation.values import text_of, value_of

from .equality import day_of, is_cut, is_equal, numbers_of, plain_text, short_day_of
from .mapping import ACTION, DELETE
from .reading import FileRow, ReadTable

ADDED, CHANGED, DELETED = "added", "changed", "deleted"


@dataclass(frozen=True)
class Edit:
    """What one row of the file says differently.

    Args:
        row: its number in the file.
        change: ``added``, ``changed`` or ``deleted``.
        key: the key's columns as text; of a new row, what it gives of them.
        fields: column → (before, after) as text; nothing is ``None``.
        inherited: what a new row has from the newest one with its id; of another one how it is called.
    """

    row: int
    change: str
    key: Mapping[str, str]
    fields: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    inherited: Mapping[str, str] = field(default_factory=dict)

    def after(self, column: str) -> str | None:
        """Return what a column says now, where the edit speaks of it."""
        return self.fields[column][1] if column in self.fields else None


@dataclass(frozen=True)
class Difference:
    """All that a file says differently, in its order."""

    edits: tuple[Edit, ...] = ()
    unchanged: int = 0
    findings: tuple[Finding, ...] = ()


def compare(
    read: ReadTable,
    rows: Sequence[Row],
    defaults: Mapping[str, str] | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Difference:
    """Compare a file with today's rows of its table.

    Args:
        read: the file.
        rows: of the open table.
        defaults: what a part of the key is where the file leaves it out.
        aliases: numbers of statements that stand for another one.
    """
    return _Comparison(read, rows, defaults or {}, aliases or {}).result()


def as_text(value: object) -> str | None:
    """Return a value as text: days as ISO 8601, numbers in plain digits, nothing as ``None``."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        number = Decimal(str(value))
        return "0" if number == 0 else f"{number.normalize():f}"
    return str(value)


class _Comparison:
    def __init__(
        self, read: ReadTable, rows: Sequence[Row], defaults: Mapping[str, str], aliases: Mapping[str, str]
    ) -> None:
        self.read, self.shape, self.defaults, self.aliases = read, read.shape, defaults, aliases
        self.specs = self.shape.specs
        self.known: dict[tuple[str | None, ...], list[Row]] = {}
        for row in rows:
            self.known.setdefault(self._key_of(row), []).append(row)
        self.by_words: dict[tuple[str | None, str], deque[Row]] = {}
        for row in rows if self.shape.told_by else ():
            words = plain_text(row[self.shape.told_by] or "")
            self.by_words.setdefault((row.get("measure_id"), words), deque()).append(row)
        self.columns = [name for name in read.columns if name]
        self.findings: list[Finding] = list(read.findings)
        self.claimed: dict[int, int] = {}  # id() of a known row → the file's row that is it
        self.ours: dict[int, Row | None] = {}
        self.differing: dict[int, list[str]] = {}
        self.refused: set[int] = set()

    def result(self) -> Difference:
        self._find_rows()
        for row in self.read.rows:
            if row.number not in self.refused:
                self.differing[row.number] = self._differing(row)
        self._judge()
        edits = [edit for row in self.read.rows if (edit := self._edit(row)) is not None]
        edits = [edit for edit in edits if edit.row not in self.refused]
        unchanged = len(self.read.rows) - len(edits) - len(self.refused)
        ordered = sorted(self.findings, key=lambda found: found.row or 0)
        return Difference(tuple(edits), unchanged, tuple(ordered))

    # which row of ours a row of the file is

    def _find_rows(self) -> None:
        # rows with an id come first, and of them those that have one row of ours for sure
        order = sorted(self.read.rows, key=lambda row: (self._lacks_id(row), self._is_doubtful(row)))
        new_keys: dict[tuple[str | None, ...], int] = {}
        for row in order:
            key = self._key(row)
            by_words = self.shape.told_by and self._lacks_id(row)
            ours = self._by_words(row) if by_words else self._match(row, key)
            first = self.claimed.get(id(ours)) if ours is not None else new_keys.get(key)
            if first is not None and (ours is not None or None not in key):
                self._refuse_repeated(row, first)
                continue
            if ours is not None:
                self.claimed[id(ours)] = row.number
            else:
                new_keys[key] = row.number
            self.ours[row.number] = ours

    def _lacks_id(self, row: FileRow) -> bool:
        return bool(self.shape.row_id) and is_empty(row.cells.get(self.shape.row_id))

    def _match(self, row: FileRow, key: tuple[str | None, ...]) -> Row | None:
        if None in key:
            return None
        known = self.known.get(key, [])
        candidates = [one for one in known if id(one) not in self.claimed] or known[-1:]
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        # several values of a figure for one day, perhaps recorded in one second: the one that is most alike
        return min(reversed(candidates), key=lambda one: self._unlike(row, one))

    def _unlike(self, row: FileRow, ours: Row) -> int:
        return sum(not self._same(row, name, ours) for name in self.columns if name != ACTION)

    def _is_doubtful(self, row: FileRow) -> bool:
        """Return whether several rows of ours have its key and none of them says just the same."""
        if self._lacks_id(row):
            return False
        known = self.known.get(self._key(row), [])
        return len(known) > 1 and min(self._unlike(row, one) for one in known) > 0

    def _by_words(self, row: FileRow) -> Row | None:
        told_by = self.shape.told_by
        told = text_of(row.cells.get(told_by) or "", restores=self.read.restores)
        if not isinstance(told, str) or not told.strip():
            return None
        place = (self._key_cell(row, "measure_id"), plain_text(told))
        waiting = self.by_words.get(place)
        while waiting and id(waiting[0]) in self.claimed:
            waiting.popleft()
        return waiting[0] if waiting else None

    def _key(self, row: FileRow) -> tuple[str | None, ...]:
        return tuple(self._key_cell(row, name) for name in self.shape.lookup)

    def _key_of(self, ours: Row) -> tuple[str | None, ...]:
        return tuple(as_text(ours[name]) for name in self.shape.lookup)

    def _key_cell(self, row: FileRow, name: str) -> str | None:
        cell = row.cells.get(name)
        kind = self.specs[name].type
        if is_empty(cell):
            return self.defaults.get(name)
        if kind == "date":
            day = day_of(cell, self.read.dialect) or short_day_of(cell)
            return day.isoformat() if day else None
        if kind == "integer":
            readings = numbers_of(cell, self.read.dialect)
            text = as_text(readings[0]) if readings else None
        else:
            told = text_of(cell.strip() if isinstance(cell, str) else cell, restores=self.read.restores)
            text = None if isinstance(told, Unusable) else as_text(told)
        return self.aliases.get(text, text) if name == "statement_id" and text else text

    def _refuse_repeated(self, row: FileRow, first: int) -> None:
        key = ", ".join(self.shape.lookup)
        found = short(", ".join(str(row.cells.get(name) or "") for name in self.shape.lookup))
        text = N_("Row {row} has the same {key} as row {first}: {found}.")
        values: dict[str, object] = {"row": row.number, "key": key, "first": first, "found": found}
        self._refuse(
            row,
            Cause.PRIMARY_KEY,
            Message(text, values),
            key,
            found,
            Message(N_("Keep one of the two rows.")),
        )

    # what it says differently

    def _same(self, row: FileRow, name: str, ours: Row) -> bool:
        cell = row.cells.get(name)
        if name in self.defaults and is_empty(cell):
            return True
        return is_equal(
            cell, ours[name], self.specs[name].type, self.read.dialect, restores=self.read.restores
        )

    def _differing(self, row: FileRow) -> list[str]:
        """Return the columns to be judged; a computed one is only told of, a fixed one refused."""
        ours = self.ours[row.number]
        self._tell_codes(row, ours)
        wrong_action = [ACTION] if not self._deletes(row) and not is_empty(row.cells.get(ACTION)) else []
        if self._deletes(row):
            if ours is None:
                self._unknown(row)
            return []
        if ours is None:
            return [*self.columns]
        differing = []
        for name in self.columns:
            if name not in row.cells or name in {ACTION, *self.shape.lookup} or self._same(row, name, ours):
                continue
            if name in self.shape.passing:
                continue
            if name in self.shape.computed:
                self._tell_computed(row, name, ours)
            elif name in self.shape.fixed:
                self._refuse_fixed(row, name, ours)
            else:
                differing.append(name)
        return wrong_action + differing

    def _deletes(self, row: FileRow) -> bool:
        return str(row.cells.get(ACTION) or "").strip().casefold() == DELETE

    def _unknown(self, row: FileRow) -> None:
        found = short(", ".join(str(row.cells.get(name) or "") for name in self.shape.lookup))
        text = N_("Row {row}: there is no row {found} in the table {table}.")
        values: dict[str, object] = {"row": row.number, "found": found, "table": self.shape.name}
        self._refuse(row, Cause.UNKNOWN_KEY, Message(text, values), ", ".join(self.shape.lookup), found)

    def _tell_codes(self, row: FileRow, ours: Row | None) -> None:
        """Say of a code that was changed beside its word that the word counts."""
        for name, cell in row.codes.items():
            text = str(cell).strip() if not is_empty(cell) else ""
            if not text or text in {str(row.cells.get(name) or ""), str((ours or {}).get(name) or "")}:
                continue
            told = N_(
                "Row {row}: the code “{found}” is not taken over; what counts is the column “{column}”."
            )
            values: dict[str, object] = {"row": row.number, "found": short(text), "column": name}
            beside = self.shape.codes[name].name
            found = Finding(Cause.COMPUTED, Message(told, values), row.number, beside, short(text))
            self.findings.append(found)

    def _tell_computed(self, row: FileRow, name: str, ours: Row) -> None:
        text = N_("Row {row}, {field}: “{found}” is not “{ours}”; it is computed and not taken over.")
        found = short(row.cells.get(name) if row.cells.get(name) is not None else "")
        values: dict[str, object] = {
            "row": row.number,
            "field": name,
            "found": found,
            "ours": short(as_text(ours[name]) or ""),
        }
        self.findings.append(Finding(Cause.COMPUTED, Message(text, values), row.number, name, found))

    def _refuse_fixed(self, row: FileRow, name: str, ours: Row) -> None:
        text = N_("Row {row}, {field}: the row belongs to “{ours}”, not to “{found}”.")
        found = short(row.cells.get(name) or "")
        values: dict[str, object] = {"row": row.number, "field": name, "found": found}
        self._refuse(
            row,
            Cause.NOT_CHANGED,
            Message(text, {**values, "ours": as_text(ours[name]) or ""}),
            name,
            found,
            Message(N_("Empty the column “{column}” for a new row."), {"column": self.shape.lookup[0]}),
        )

    def _refuse(
        self,
        row: FileRow,
        cause: Cause,
        message: Message,
        name: str | None,
        found: str | None,
        remedy: Message | None = None,
    ) -> None:
        self.refused.add(row.number)
        self.findings.append(Finding(cause, message, row.number, name, found, remedy=remedy))

    # whether it may be said so

    def _judge(self) -> None:
        """Let frictionless judge the rows that say something new; of a known row only what differs."""
        rows = [
            row
            for row in self.read.rows
            if self.differing.get(row.number) or len(row.raw.cells) != len(self.read.columns)
        ]
        raw = replace(
            self.read.raw, rows=tuple(row.raw for row in rows), findings=(), dialect=self.read.dialect
        )
        found = checked(raw, self.shape.schema(self.columns), Report(self.shape.name)) if rows else None
        for finding in found.report.findings if found else ():
            if finding.row is None or not self._counts(finding):
                continue
            self.findings.append(finding)
            if finding.severity == "error":
                self.refused.add(finding.row)
        for row in rows:
            self._check_cut(row)
            self._check_complete(row)

    def _counts(self, finding: Finding) -> bool:
        differing = self.differing.get(finding.row or 0, [])
        return finding.field is None or finding.field in differing

    def _check_cut(self, row: FileRow) -> None:
        for name in self.differing.get(row.number, ()):
            if is_cut(row.cells.get(name)):
                text = N_("Row {row}, {field}: the text ends where a cell of a workbook is full.")
                found = short(row.cells[name])
                message = Message(text, {"row": row.number, "field": name})
                self._refuse(row, Cause.CUT_TEXT, message, name, found)

    def _check_complete(self, row: FileRow) -> None:
        if self.ours.get(row.number) is not None:
            return
        for name in self.shape.required:
            if name not in self.columns:
                text = N_("Row {row} is new and needs the column “{field}”.")
                message = Message(text, {"row": row.number, "field": name})
                self._refuse(row, Cause.REQUIRED, message, name, None)

    # the edits

    def _edit(self, row: FileRow) -> Edit | None:
        number = row.number
        if number in self.refused or number not in self.ours:
            return None
        ours = self.ours[number]
        if self._deletes(row):
            return Edit(number, DELETED, self._told_key(row, ours), dict(self._before(ours)))
        names = [name for name in self.differing[number] if name not in {ACTION, *self.shape.computed}]
        values = {name: self._value(row, name) for name in names}
        if ours is not None:
            changed = {name: (as_text(ours[name]), value) for name, value in values.items()}
            return Edit(number, CHANGED, self._told_key(row, ours), changed) if changed else None
        key = {*self.shape.key, *self.shape.fixed}
        told = {
            name: (None, value) for name, value in values.items() if value is not None and name not in key
        }
        return Edit(number, ADDED, self._told_key(row, None), told)

    def _before(self, ours: Row | None) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
        for name in self.specs:
            if ours and name not in {*self.shape.key, *self.shape.computed} and ours[name] is not None:
                yield name, (as_text(ours[name]), None)

    def _told_key(self, row: FileRow, ours: Row | None) -> dict[str, str]:
        recorded = ["recorded_at"] if ours is not None and "recorded_at" in self.specs else []
        names = dict.fromkeys([*self.shape.key, *self.shape.fixed, *recorded])
        told = {n: as_text(ours[n]) if ours is not None else self._key_cell(row, n) for n in names}
        return {name: text for name, text in told.items() if text is not None}

    def _value(self, row: FileRow, name: str) -> str | None:
        cell, spec = row.cells.get(name), self.specs[name]
        value, _ = value_of(cell, spec, self.read.dialect, restores=self.read.restores)
        return as_text(value)


def edits_json(edit: Edit) -> dict[str, Any]:
    """Return an edit as plain JSON."""
    fields = [{"field": name, "old": old, "new": new} for name, (old, new) in edit.fields.items()]
    told = {"row": edit.row, "change": edit.change, "key": dict(edit.key), "fields": fields}
    return {**told, "inherited": dict(edit.inherited)} if edit.inherited else told


def edit_from_json(data: Mapping[str, Any]) -> Edit:
    """Read what :func:`edits_json` gave."""
    fields = {one["field"]: (one["old"], one["new"]) for one in data["fields"]}
    return Edit(data["row"], data["change"], data["key"], fields, data.get("inherited", {}))
