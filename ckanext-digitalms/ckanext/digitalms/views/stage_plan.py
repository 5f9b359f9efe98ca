"""The form of a measure computes the milestones of a plan of stages, as rows that are not saved yet."""

from __future__ import annotations

from datetime import date

import ckan.plugins.toolkit as tk

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures import years
from ckanext.digitalms.measures.stage_plan import MOST_MONTHS, MOST_STAGES, Stage, stages
from ckanext.digitalms.messages import translate
from ckanext.digitalms.wordings.reading import read_wording

BUTTON = "plan:milestones"
FIELDS = ("plan_start", "plan_months", "plan_stages")


def typed_plan() -> dict[str, str]:
    """Return what was typed of a plan, which is no part of the measure."""
    return {name: tk.request.form.get(name, "").strip()[:200] for name in FIELDS}


def add(typed: Json) -> Json:
    """Add the milestones of the plan that was typed to the rows of a form.

    Returns:
        what is wrong with it, by field; then nothing is added.
    """
    plan = typed_plan()
    months, count = (_number(plan[name]) for name in ("plan_months", "plan_stages"))
    errors: Json = {}
    if months is None or not 1 <= months <= MOST_MONTHS:
        text = tk._("Enter how many months the plan takes, from 1 to {most}.")
        errors["plan_months"] = [text.format(most=MOST_MONTHS)]
    if count is None or not 1 <= count <= min(MOST_STAGES, months or MOST_STAGES):
        text = tk._("Enter how many stages the plan has, from 1 to {most}, at most one a month.")
        errors["plan_stages"] = [text.format(most=MOST_STAGES)]
    first, why = _first_day(plan["plan_start"], str(typed.get("as_of") or ""))
    if first is None:
        errors["plan_start"] = why
    if errors or first is None or months is None or count is None:
        return errors
    found = stages(first, months, count)
    typed.setdefault("milestones", []).extend(_row(stage, count) for stage in found)
    tk.h.flash_notice(
        tk.ungettext(
            "One milestone is proposed from the plan; it is saved with the form.",
            "{n} milestones are proposed from the plan; they are saved with the form.",
            count,
        ).format(n=count)
    )
    return {}


def _row(stage: Stage, count: int) -> Json:
    return {
        "title": tk._("Stage {number} of {count}").format(number=stage.number, count=count),
        "date_text": stage.wording,
        "earliest": stage.first.isoformat(),
        "latest": stage.last.isoformat(),
    }


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def _first_day(text: str, as_of: str) -> tuple[date | None, list[str]]:
    """Read when the plan begins, such as "drittes Quartal 2019"."""
    day = years.read_day(as_of)
    found = read_wording(text, day if isinstance(day, date) else None) if text else None
    if found is not None and found.earliest is not None and years.is_possible(found.earliest.year):
        return found.earliest, []
    sentences = [translate(doubt, tk._) for doubt in found.doubts] if found is not None else []
    return None, sentences or [
        tk._("Enter when the plan begins, such as “drittes Quartal 2019” or 01.07.2019.")
    ]
