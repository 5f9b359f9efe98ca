"""What the wording of a milestone's date means, held against the days that were typed with it.

What is not understood is asked as well, unless days were typed: nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ckanext.digitalms.measures.record import Milestone
from ckanext.digitalms.messages import N_, Message

from .reading import find_dates, read_wording


@dataclass(frozen=True)
class Question:
    """What is to be asked about the days of a milestone, and the days that its wording means.

    Args:
        message: the question.
        earliest, latest: what the wording means; neither where it was not understood.
        is_proposal: whether the days may be put where none were typed.
        doubts: what else should be looked at.
    """

    message: Message
    earliest: date | None
    latest: date | None
    is_proposal: bool
    doubts: tuple[Message, ...] = ()


def question(milestone: Milestone, as_of: date | None) -> Question | None:
    """Return what is to be asked: days where none were typed, or which of two that differ is meant.

    Args:
        milestone: as it was typed.
        as_of: the Stand; a wording without a year means its next occurrence that is not over then.
    """
    wording = (milestone.date_text or "").strip()
    has_days = milestone.earliest is not None or milestone.latest is not None
    found = read_wording(wording, as_of) if wording else None
    if found is None or not (found.earliest or found.latest):
        is_answered = not wording or has_days or milestone.met_on is not None
        return None if is_answered else _not_understood(wording, as_of, found.doubts if found else ())
    earliest, latest = found.earliest, found.latest
    values: dict[str, object] = {"wording": milestone.date_text, "earliest": earliest, "latest": latest}
    values |= {"rule": Message(found.rule.label), "precision": Message(found.precision.label)}
    if not has_days:
        return Question(Message(_proposal(earliest, latest), values), earliest, latest, True, found.doubts)
    typed = {"typed_earliest": milestone.earliest, "typed_latest": milestone.latest}
    if _differ(milestone.latest, latest) or (milestone.latest and latest is None):
        text = N_(
            "The wording “{wording}” means no latest day: it is a beginning. Empty the latest day, or save "
            "again to keep {typed_latest}."
        )
        if latest is not None:
            text = N_(
                "The wording “{wording}” means by {latest}; typed is {typed_latest}. Change one of the two, "
                "or save again to keep what is typed."
            )
        return Question(Message(text, {**values, **typed}), earliest, latest, is_proposal=False)
    if _differ(milestone.earliest, earliest):
        text = N_(
            "The wording “{wording}” means from {earliest}; typed is {typed_earliest}. Change one of the "
            "two, or save again to keep what is typed."
        )
        return Question(Message(text, {**values, **typed}), earliest, latest, is_proposal=False)
    return None


def _not_understood(wording: str, as_of: date | None, doubts: tuple[Message, ...]) -> Question:
    if doubts:
        return Question(doubts[0], None, None, False, doubts[1:])
    text = N_(
        "“{wording}” names no day that is understood. Enter the latest day, or save again to leave it open."
    )
    if len(find_dates(wording, as_of)) > 1:
        text = N_(
            "“{wording}” names several dates. Enter the days that count, or save again to leave them open."
        )
    return Question(Message(text, {"wording": wording}), None, None, is_proposal=False)


def _proposal(earliest: date | None, latest: date | None) -> str:
    if earliest is None:
        return N_("Read from the wording: by {latest} ({rule}; {precision}). Save again, or change it.")
    if latest is None:
        return N_("Read from the wording: from {earliest} ({rule}; {precision}). Save again, or change it.")
    return N_(
        "Read from the wording: {earliest} to {latest} ({rule}; {precision}). Save again, or change it."
    )


def _differ(typed: date | None, meant: date | None) -> bool:
    return typed is not None and meant is not None and typed != meant
