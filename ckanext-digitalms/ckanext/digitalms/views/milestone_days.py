"""The form of a measure asks once about the days of milestones: read from the wording, or against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ckan.plugins.toolkit as tk

from ckanext.digitalms.council.sittings import Sitting
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic.validators import digitalms_day
from ckanext.digitalms.measures.record import Milestone, plain
from ckanext.digitalms.messages import translate
from ckanext.digitalms.wordings.calendars import using
from ckanext.digitalms.wordings.chain_wordings import speaks_of_sittings
from ckanext.digitalms.wordings.questions import Question, question

from .pages import reader

_MOST = 1000
_DATED = ("date_text", "earliest", "latest")


@dataclass(frozen=True)
class Asked:
    """What is to be asked, as errors of the form, and what was asked so far, which the form sends back."""

    errors: Json
    marks: str


def ask(typed: Json, stored: Json | None) -> Asked:
    """Say what is to be asked; proposed days are put into what was typed.

    What was stored like that, or asked about before, is meant.
    """
    known = {row["id"]: _said(row) for row in (stored or {}).get("milestones") or ()}
    before = set(str(typed.pop("asked", "")).splitlines())
    errors: list[Json] = []
    for row in typed.get("milestones") or ():
        is_new = known.get(row.get("id")) != _said(row) and _mark(row) not in before
        asked = _question(row, typed.get("as_of")) if is_new else None
        errors.append({} if asked is None else _put(row, asked))
        before |= {_mark(row)} if asked else set()
    return Asked({"milestones": errors} if any(errors) else {}, "\n".join(sorted(before)))


def _question(row: Json, as_of: object) -> Question | None:
    try:
        earliest, latest, day = (_day(value) for value in (row.get("earliest"), row.get("latest"), as_of))
    except tk.Invalid:
        return None  # what is no day is refused at its field
    wording = str(row.get("date_text") or "").strip()
    with using(_sittings() if speaks_of_sittings(wording) else ()):
        return question(Milestone(date_text=wording, earliest=earliest, latest=latest), day)


def _sittings() -> tuple[Sitting, ...]:
    """Return all sittings that are known; few wordings lean on them."""
    found: list[Json] = []
    while True:
        asked = {"limit": _MOST, "offset": len(found)}
        rows = tk.get_action("digitalms_sitting_list")(reader(), asked)["results"]
        found += rows
        if len(rows) < _MOST:
            break
    return tuple(Sitting(date.fromisoformat(one["day"]), one["body"], one["is_council"]) for one in found)


def _put(row: Json, asked: Question) -> Json:
    if asked.is_proposal:
        row["earliest"], row["latest"] = plain(asked.earliest) or "", plain(asked.latest) or ""
    place = "latest" if row.get("latest") else "earliest"
    if not (row.get("latest") or row.get("earliest")):
        place = "date_text"
    return {place: [translate(one, tk._) for one in (asked.message, *asked.doubts)]}


def _day(value: object) -> date | None:
    read = digitalms_day(value or "")
    return date.fromisoformat(read) if read else None


def _said(row: Json) -> tuple[str, ...]:
    return tuple(str(row.get(name) or "").strip() for name in _DATED)


def _mark(row: Json) -> str:
    return " ".join("|".join(_said(row)).split())
