"""What the edits of a file mean: of which measure, for which Stand, and what cannot be.

History is only added to. A row of the past that is changed is a correction of its Stand, a new one enters
the history; what is computed from statements cannot be changed by itself. Each table has its own reading.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ckanext.digitalms.measures.revisions import Stand
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.tables.open_tables import Row, Source
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.findings import Finding, short

from .difference import ADDED, CHANGED, DELETED, Edit, as_text
from .inheriting import inherit
from .mapping import TableMapping
from .wording_days import with_days

# the lists whose rows have an id that tells whose they are
_WITH_IDS = (
    "steps",
    "milestones",
    "goals",
    "indicators",
    "obstacles",
    "partners",
    "links",
    "coverage_links",
)


@dataclass(frozen=True)
class Asked:
    """What was said with the file.

    Args:
        day: the Stand of the changes, where the table does not say it.
        corrects: whether they correct each measure's present Stand instead.
        columns: that the file has.
    """

    day: date
    corrects: bool = False
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Change:
    """An edit with its measure and Stand; ``None`` means the measure's present one, which it corrects."""

    edit: Edit
    measure_id: str
    as_of: date | None = None


@dataclass(frozen=True)
class Interpretation:
    """The changes in the order of the file, the rows that say nothing new after all, and what cannot be."""

    changes: tuple[Change, ...] = ()
    known: int = 0
    findings: tuple[Finding, ...] = ()


class _ImpossibleError(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding.message))
        self.finding = finding


def interpret(
    shape: TableMapping, edits: Iterable[Edit], source: Source, rows: Sequence[Row], asked: Asked
) -> Interpretation:
    """Say what edits mean.

    Args:
        shape: their table.
        source: today's measures and all their statements.
        rows: today's rows of the table.
    """
    edits, lacking = inherit(shape, edits, rows)
    reader = _Reader(shape, source, rows, asked, _newest_values(edits) if shape.name == "indicators" else {})
    changes, findings, known = [], list(lacking), 0
    for edit in edits:
        try:
            change = reader.change(edit)
        except _ImpossibleError as refused:
            findings.append(refused.finding)
            known += refused.finding.severity != "error"
            continue
        if change is not None and shape.name == "milestones":
            change, told = reader.with_days(change)
            findings += told
        changes += [change] if change else []
        known += change is None
    return Interpretation(tuple(changes), known, tuple(findings))


def aliases(source: Source) -> dict[str, str]:
    """Say for each statement which one stands for its day now: shifts are told by that one."""
    found = {}
    for stands in source.stands:
        by_day = {stand.statement.as_of: stand.statement for stand in stands}
        for statement in source.statements:
            if stands and statement.measure_id == stands[0].statement.measure_id:
                found[str(statement.statement_id)] = str(by_day[statement.as_of].statement_id)
    return found


def _newest_values(edits: Iterable[Edit]) -> dict[tuple[str, ...], str]:
    """Return the newest day of each figure that a file gives values."""
    newest: dict[tuple[str, ...], str] = {}
    for edit in edits:
        if edit.change != DELETED:
            place, day = _figure(edit), edit.key.get("date", "")
            newest[place] = max(day, newest.get(place, day))
    return newest


def _figure(edit: Edit) -> tuple[str, ...]:
    """Name a figure: by its id, one that is new by its measure and title."""
    known = edit.key.get("indicator_id")
    return (known,) if known else (edit.key.get("measure_id", ""), edit.after("title") or "")


class _Reader:
    def __init__(
        self,
        shape: TableMapping,
        source: Source,
        rows: Sequence[Row],
        asked: Asked,
        newest_values: Mapping[tuple[str, ...], str],
    ) -> None:
        self.shape, self.source, self.rows, self.asked = shape, source, rows, asked
        self.newest_values, self.new_figures = newest_values, dict[tuple[str, ...], str]()
        self.present: dict[str, Mapping[str, Any]] = {m["measure_id"]: m for m in source.measures}
        self.stands: dict[str, list[Stand]] = {
            stands[0].statement.measure_id: stands for stands in source.stands if stands
        }
        self.owners = {kind: self._owners(kind) for kind in _WITH_IDS}
        self.known = {str(row[shape.row_id]): row for row in rows} if shape.row_id else {}
        self.removed = {row[shape.row_id]: row["removed_on"] for row in rows if row.get("removed_on")}
        readers: dict[str, Callable[[Edit], Change | None]] = {
            "measures": self._measure,
            "status_series": self._statement,
            "milestone_shifts": self._shift,
            "goal_reviews": self._review,
            "indicators": self._indicator,
        }
        self.read = readers.get(shape.name, self._row)

    def change(self, edit: Edit) -> Change | None:
        """Return what an edit means; ``None`` where it is known already."""
        return self.read(edit)

    def with_days(self, change: Change) -> tuple[Change, list[Finding]]:
        """Return a change of a milestone with the days of its wording, and what is to be said of them."""
        known = self.known.get(change.edit.key.get(self.shape.row_id, ""))
        day = change.as_of or date.fromisoformat(self.present[change.measure_id]["as_of"])
        edit, told = with_days(change.edit, known, day, self.asked.columns)
        return replace(change, edit=edit), told

    def _owners(self, kind: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for measure_id, stands in self.stands.items():
            for stand in stands:
                found |= {row.id: measure_id for row in getattr(stand.measure, kind) if row.id}
        return found

    # measures and their rows

    def _measure(self, edit: Edit) -> Change:
        measure_id = edit.key["measure_id"]
        if edit.change == DELETED:
            return Change(edit, measure_id)
        if edit.change == ADDED:
            said = edit.after("as_of")
            return Change(edit, measure_id, date.fromisoformat(said) if said else self.asked.day)
        said = edit.after("as_of")
        if said and said < self.present[measure_id]["as_of"]:
            # the due day of an older file is that of its Stand
            own = {name: value for name, value in edit.fields.items() if name != "update_due"}
            edit = replace(edit, fields=own)
        if "progress_percent" in edit.fields and self.present[measure_id]["children"]:
            text = N_("Row {row}: the progress of “{measure}” is computed from its parts.")
            remedy = Message(N_("Leave it as it was, and enter the progress of the parts."))
            found, values = edit.after("progress_percent"), {"measure": measure_id}
            raise self._impossible(edit, Cause.NOT_CHANGED, text, "progress_percent", found, remedy, values)
        return Change(edit, measure_id, self._day(edit, measure_id))

    def _row(self, edit: Edit) -> Change:
        measure_id = self._known_measure(edit)
        row_id = self.shape.row_id
        gone = self.removed.get(edit.key.get(row_id, ""))
        if gone:
            text = N_("Row {row}: this row is no part of “{measure}” any more, since the Stand of {day}.")
            values: dict[str, object] = {"measure": measure_id, "day": gone, "column": row_id}
            again = N_("Empty the column “{column}”: then it is added again as a new row.")
            remedy = Message(again, {"column": row_id})
            raise self._impossible(edit, Cause.NOT_CHANGED, text, row_id, edit.key[row_id], remedy, values)
        if edit.change == ADDED and row_id:
            edit = self._with_id(edit, row_id, measure_id)
        return Change(edit, measure_id, self._day(edit, measure_id))

    def _with_id(self, edit: Edit, row_id: str, measure_id: str) -> Edit:
        told = edit.key.get(row_id)
        owner = self.owners[str(self.shape.kind)].get(told or "")
        if told and owner and owner != measure_id:
            text = N_("Row {row}: “{found}” belongs to the measure “{owner}”.")
            values = {"found": told, "owner": owner}
            raise self._impossible(edit, Cause.UNKNOWN_KEY, text, row_id, told, values=values)
        return replace(edit, key={**edit.key, row_id: told or str(uuid.uuid4())})

    def _known_measure(self, edit: Edit) -> str:
        measure_id = edit.key.get("measure_id", "")
        if measure_id not in self.present:
            text = N_("Row {row}: there is no measure “{found}”.")
            raise self._impossible(edit, Cause.UNKNOWN_MEASURE, text, "measure_id", measure_id)
        return measure_id

    def _day(self, edit: Edit, measure_id: str) -> date | None:
        """Return the Stand: what the row says, else what was said with the file."""
        present = date.fromisoformat(self.present[measure_id]["as_of"])
        said = edit.after("as_of")
        if said is None and (
            "as_of" in self.asked.columns and "as_of" not in edit.fields and edit.change != ADDED
        ):
            return None
        if said is None and self.asked.corrects:
            return None
        day = date.fromisoformat(said) if said else self.asked.day
        if day < present:
            values: dict[str, object] = {"day": day, "measure": measure_id, "present": present}
            if list(edit.fields) == ["as_of"]:
                text = N_(
                    "Row {row}: the Stand {day} of “{measure}” is older than the present one ({present})."
                )
                raise self._impossible(edit, Cause.OLDER_STAND, text, "as_of", said, values=values)
            text = N_("Row {row}: the Stand {day} is older than the present one of “{measure}” ({present}).")
            remedy = Message(
                N_("Take a day from {present} on; what was true before goes into the table status_series."),
                {"present": present},
            )
            raise self._impossible(edit, Cause.NOT_CHANGED, text, "as_of", said, remedy, values)
        return day

    # statements and what is computed from them

    def _statement(self, edit: Edit) -> Change | None:
        if edit.change == DELETED:
            text = N_("Row {row}: the history is only added to; a statement cannot be deleted.")
            remedy = Message(N_("Correct the row, or add one for the same day."))
            raise self._impossible(edit, Cause.NOT_DELETED, text, "action", None, remedy)
        measure_id = self._known_measure(edit)
        day = date.fromisoformat(edit.key["as_of"])
        told = edit.key.get("statement_id")
        if edit.change == ADDED and told:
            text = N_("Row {row}: there is no public statement {found}.")
            raise self._impossible(edit, Cause.UNKNOWN_KEY, text, "statement_id", told)
        if edit.change == CHANGED:
            stands = {stand.statement.as_of: stand.statement for stand in self.stands[measure_id]}
            now = str(stands[day].statement_id)
            if now != told:
                rows = [row for row in self.rows if as_text(row["statement_id"]) == now]
                return self._superseded(edit, rows, now)
        return Change(edit, measure_id, day)

    def _superseded(self, edit: Edit, rows: Sequence[Row], now: str) -> Change | None:
        """Refuse a change of a row that another one has corrected, unless it says the same as that one."""
        if all(as_text(row[name]) == new for row in rows for name, (_, new) in edit.fields.items()):
            return None
        text = N_("Row {row}: this was corrected since, by the row {now}.")
        remedy = Message(N_("Change the row that corrected it, or add a new one."))
        field = next(iter(edit.fields))
        raise self._impossible(edit, Cause.NOT_CHANGED, text, field, edit.after(field), remedy, {"now": now})

    def _shift(self, edit: Edit) -> Change:
        if edit.change != CHANGED:
            cause = Cause.NOT_DELETED if edit.change == DELETED else Cause.UNKNOWN_KEY
            text = N_("Row {row}: shifts are read from the history and cannot be added or deleted.")
            remedy = Message(N_("Change the day in the table milestones."))
            raise self._impossible(edit, cause, text, "milestone_id", edit.key.get("milestone_id"), remedy)
        measure_id = self.owners["milestones"][edit.key["milestone_id"]]
        number = edit.key["statement_id"]
        stands = self.stands[measure_id]
        day = next(s.statement.as_of for s in stands if str(s.statement.statement_id) == number)
        return Change(edit, measure_id, day)

    def _review(self, edit: Edit) -> Change:
        goal_id = edit.key["goal_id"]
        measure_id = self.owners["goals"].get(goal_id)
        if measure_id is None:
            text = N_("Row {row}: there is no goal “{found}”.")
            raise self._impossible(edit, Cause.UNKNOWN_KEY, text, "goal_id", goal_id)
        place = (goal_id, edit.key["review_date"])
        typed = {(r["goal_id"], r["review_date"]) for r in self.present[measure_id]["goal_reviews"]}
        if edit.change == DELETED and place not in typed:
            text = N_("Row {row}: this review is read from the history and cannot be deleted.")
            raise self._impossible(edit, Cause.NOT_DELETED, text, "goal_id", goal_id)
        if edit.change == CHANGED and place not in typed:
            outcome = next(row["outcome"] for row in self.rows if _place(row) == place)
            edit = replace(edit, fields={"outcome": (None, str(outcome)), **edit.fields})
        return Change(edit, measure_id, self._day(edit, measure_id))

    # figures over time

    def _indicator(self, edit: Edit) -> Change | None:
        indicator_id = edit.key.get("indicator_id", "")
        measure_id = self.owners["indicators"].get(indicator_id)
        if measure_id is None and indicator_id and "measure_id" not in edit.key:
            text = N_("Row {row}: there is no figure “{found}”.")
            raise self._impossible(edit, Cause.UNKNOWN_KEY, text, "indicator_id", indicator_id)
        measure_id = measure_id or self._known_measure(edit)
        if edit.change == ADDED and edit.key.get("measure_id", measure_id) != measure_id:
            self._with_id(edit, "indicator_id", edit.key["measure_id"])
        day = date.fromisoformat(edit.key["date"])
        own = [row for row in self.rows if (row["indicator_id"], row["date"]) == (indicator_id, day)]
        if edit.change != ADDED and as_text(own[-1]["recorded_at"]) != edit.key["recorded_at"]:
            if edit.change == DELETED:
                raise self._past(edit)
            return self._superseded(edit, own[-1:], str(as_text(own[-1]["recorded_at"])))
        rows = {row["id"]: row["day"] for row in self.present[measure_id]["indicators"]}
        present = rows.get(indicator_id)
        is_newest = edit.key["date"] >= self.newest_values.get(_figure(edit), "")
        if edit.change == ADDED and not indicator_id:
            # the values of a new figure have one id
            new_id = self.new_figures.setdefault(_figure(edit), str(uuid.uuid4()))
            edit = replace(edit, key={**edit.key, "indicator_id": new_id})
        if edit.change != DELETED and not is_newest:
            # a Stand holds one value of a figure: each of those before has that of its day
            return self._of_the_past(edit, measure_id, day)
        if present is None or present <= day.isoformat():
            if edit.change != ADDED and present is None:
                return self._of_the_past(edit, measure_id, day)
            return Change(edit, measure_id, self._day(edit, measure_id))
        return self._of_the_past(edit, measure_id, day)

    def _of_the_past(self, edit: Edit, measure_id: str, day: date) -> Change:
        """Take a value before the present one: it enters the Stand that says it, or that of its day."""
        if edit.change == DELETED:
            raise self._past(edit)
        indicator_id = edit.key["indicator_id"]
        saying = [
            statement
            for statement in self.source.statements
            if statement.measure_id == measure_id
            and statement.content is not None
            and any((i.id, i.day) == (indicator_id, day) for i in statement.measure.indicators)
        ]
        as_of = max(saying, key=lambda s: s.statement_id).as_of if saying else day
        if as_of < self.stands[measure_id][0].statement.as_of:
            text = N_("Row {row}: nothing is known of “{measure}” for {day}, which this value would add to.")
            values = {"measure": measure_id, "day": as_of}
            raise self._impossible(edit, Cause.UNKNOWN_KEY, text, "date", as_of.isoformat(), values=values)
        return Change(edit, measure_id, as_of)

    def _past(self, edit: Edit) -> _ImpossibleError:
        text = N_("Row {row}: the history is only added to; a value of the past cannot be deleted.")
        return self._impossible(edit, Cause.NOT_DELETED, text, "action", None)

    def _impossible(
        self,
        edit: Edit,
        cause: Cause,
        text: str,
        field: str,
        found: str | None,
        remedy: Message | None = None,
        values: Mapping[str, object] | None = None,
    ) -> _ImpossibleError:
        told: dict[str, object] = {"row": edit.row, "found": short(found or ""), **(values or {})}
        return _ImpossibleError(
            Finding(
                cause, Message(text, told), edit.row, field, short(found) if found else None, remedy=remedy
            )
        )


def _place(row: Row) -> tuple[str, str | None]:
    return str(row["goal_id"]), as_text(row["review_date"])
