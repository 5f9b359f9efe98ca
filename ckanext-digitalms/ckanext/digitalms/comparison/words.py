"""How values, counts and reasons stand in sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import (
    FundingState,
    GoalOutcome,
    GoalState,
    IndicatorDirection,
    IndicatorOrigin,
    ReferenceRole,
    Status,
    StepState,
    Term,
)

LONGEST = 200
_DAYS = frozenset(
    {"as_of", "earliest", "latest", "met_on", "since", "until", "decided_on", "review_date", "day"}
)
_TERMS: Mapping[str, type[Term]] = {
    "status": Status,
    "funding_state": FundingState,
    "steps.state": StepState,
    "goals.state": GoalState,
    "goal_reviews.outcome": GoalOutcome,
    "council_references.role": ReferenceRole,
    "indicators.direction": IndicatorDirection,
    "indicators.origin": IndicatorOrigin,
}
# what a field is called where nothing better is said of its change
LABELS: Mapping[str, str] = {
    "title": N_("Title"),
    "notes": N_("In short"),
    "statement": N_("What was said"),
    "statement_source": N_("Source of the Stand"),
    "status_reason": N_("Reason for the status"),
    "vision": N_("Vision"),
    "vision_year": N_("Year of the vision"),
    "vision_source": N_("Source of the vision"),
    "parent_id": N_("Part of the measure"),
    "weight": N_("Weight"),
    "place": N_("Place of the measure"),
    "area_code": N_("Official area code (AGS)"),
    "funding_state": N_("State of the funding"),
    "funding_amount": N_("Amount in euros"),
    "funding_programme": N_("Funding programme"),
    "council_references": N_("Council reference"),
    "council_references.reference": N_("Number"),
    "council_references.original": N_("Spelling as found"),
    "council_references.body": N_("Council"),
    "council_references.role": N_("Cited as"),
    "council_references.decided_on": N_("Decided on"),
    "council_references.decided_by": N_("Decided by"),
    "council_references.result": N_("Result"),
    "council_references.paper_name": N_("Title of the paper"),
    "council_references.paper_url": N_("Address of the paper"),
    "steps.text": N_("Text"),
    "milestones.title": N_("Name of the milestone"),
    "milestones.date_text": N_("Date as said"),
    "milestones.earliest": N_("Earliest day"),
    "milestones.met_on": N_("Met on"),
    "milestones.reason": N_("Reason of a shift"),
    "obstacles.text": N_("Text"),
    "obstacles.since": N_("Since"),
    "obstacles.until": N_("Until"),
    "goals.year": N_("Year"),
    "goals.text": N_("Wording"),
    "goals.indicator": N_("Indicator"),
    "goals.indicator_id": N_("Measured by the figure"),
    "goals.target": N_("Target"),
    "goals.actual": N_("Actual"),
    "goals.state": N_("State"),
    "goal_reviews.goal_id": N_("Reviewed goal"),
    "goal_reviews.review_date": N_("Day of the review"),
    "goal_reviews.outcome": N_("Outcome"),
    "goal_reviews.successor_ids": N_("Ids of the goals that follow it"),
    "goal_reviews.reference": N_("Council paper of the review"),
    "goal_reviews.reason": N_("Reason of the review's outcome"),
    "indicators.title": N_("Name of the figure"),
    "indicators.unit": N_("Unit"),
    "indicators.day": N_("Holds for the day"),
    "indicators.target": N_("Target value"),
    "indicators.origin": N_("Origin"),
    "indicators.direction": N_("Which way is better"),
    "indicators.interval": N_("Rhythm in months"),
    "indicators.note": N_("Note on the value"),
    "indicators.definition": N_("Definition"),
    "indicators.source": N_("Source of the figure"),
    "partners": N_("Partner"),
    "partners.name": N_("Name"),
    "partners.url": N_("Address"),
}
# a reason that goes on with the sentence by itself
_CLAUSE = re.compile(r"(?i)(weil|da|wegen|aufgrund|infolge|because|since|due to)\b")


def short(text: str) -> str:
    """Return a text on one line, cut at a word where it is long."""
    line = " ".join(text.split())
    if len(line) <= LONGEST:
        return line
    head = line[:LONGEST]
    return f"{head.rpartition(' ')[0] or head} …"


def titled(text: object) -> str:
    """Return a text as something is called by it: short and without a full stop."""
    return short(str(text or "")).rstrip(" .")


def quoted(text: object) -> Message:
    """Return a text in quotation marks."""
    return Message(N_("“{title}”"), {"title": titled(text)})


def label_of(vocabulary: type[Term], value: Any) -> object:
    """Return the word for a value of a vocabulary."""
    return next((Message(term.label) for term in vocabulary if term.value == value), str(value))


def day_of(value: Any) -> object:
    """Return a day as the language writes it."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return str(value)


def number(value: Any) -> object:
    """Return a number as the language writes it: 12,500.5 or 12.500,5."""
    try:
        plain = f"{Decimal(str(value)):f}"
    except ArithmeticError:
        return str(value)
    whole, _, rest = plain.partition(".")
    rest = rest.rstrip("0")
    told = _grouped(whole)
    return Message(N_("{whole}.{part}"), {"whole": told, "part": rest}) if rest else told


def _grouped(digits: str) -> object:
    """Put signs between thousands, from five digits on; years and small numbers are read without."""
    if len(digits.lstrip("-")) < 5:
        return digits
    return Message(N_("{high},{low}"), {"high": _all_grouped(digits[:-3]), "low": digits[-3:]})


def _all_grouped(digits: str) -> object:
    if len(digits.lstrip("-")) < 4:
        return digits
    return Message(N_("{high},{low}"), {"high": _all_grouped(digits[:-3]), "low": digits[-3:]})


def worded(field: str, value: Any) -> object:
    """Return a value as it stands in a sentence."""
    last = field.rpartition(".")[2]
    if field in _TERMS:
        return label_of(_TERMS[field], value)
    if last in _DAYS:
        return day_of(value)
    if isinstance(value, int | float | Decimal) and "year" not in last:
        return number(value)
    return str(value) if isinstance(value, int) else quoted(value)


def counted(count: int, one: str, more: str, **values: object) -> Message:
    """Return the sentence for one thing or that for several; ``{n}`` is the number."""
    return Message(one if count == 1 else more, {"n": number(count), **values})


def says(label: object, field: str, before: Any, after: Any) -> Message:
    """Tell in general words that a field says something else."""
    told = {"label": label, "before": worded(field, before), "after": worded(field, after)}
    if _is_nothing(before):
        return Message(N_("{label}: {after}, not told before"), told)
    if _is_nothing(after):
        return Message(N_("{label}: no longer told, before it was {before}"), told)
    return Message(N_("{label}: {after} instead of {before}"), told)


def _is_nothing(value: Any) -> bool:
    return value is None or value == ""


def label(field: str, name: str = "") -> Message:
    """Return what a field is called; with the name of its row, if it is one of a row."""
    own = Message(LABELS.get(field, field))
    return Message(N_("{label} of “{name}”"), {"label": own, "name": titled(name)}) if name else own


def ended(sentence: Message) -> Message:
    """Return a sentence with its full stop."""
    return Message("{sentence}.", {"sentence": sentence})


def because(sentence: Message, reason: str) -> Message:
    """Return a sentence with the reason that was typed for it, without a full stop."""
    told = short(reason).rstrip(" .;,")
    if not told:
        return sentence
    if _CLAUSE.match(told):
        return Message("{sentence}, {reason}", {"sentence": sentence, "reason": told})
    return Message(N_("{sentence}; reason: {reason}"), {"sentence": sentence, "reason": told})
