"""What the wording of a milestone's date means, held against the days that were typed with it.

The rules are those of :mod:`.dates`; a wording with none or several dates in it says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ckanext.digitalms.measures.record import Milestone
from ckanext.digitalms.messages import N_, Message

from .dates import find_dates


@dataclass(frozen=True)
class Question:
    """What is to be asked about the days of a milestone, and the days that its wording means."""

    message: Message
    earliest: date | None
    latest: date | None
    is_proposal: bool


def question(milestone: Milestone, as_of: date | None) -> Question | None:
    """Return what is to be asked: days where none were typed, or which of two that differ is meant.

    Args:
        milestone: as it was typed.
        as_of: the Stand; a wording without a year means its next occurrence after it.
    """
    found = find_dates(milestone.date_text or "", as_of)
    if len(found) != 1 or not (found[0].earliest or found[0].latest):
        return None
    earliest, latest = found[0].earliest, found[0].latest
    values: dict[str, object] = {"wording": milestone.date_text, "earliest": earliest, "latest": latest}
    if milestone.earliest is None and milestone.latest is None:
        return Question(Message(_proposal(earliest, latest), values), earliest, latest, is_proposal=True)
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


def _proposal(earliest: date | None, latest: date | None) -> str:
    if earliest is None:
        return N_("Read from the wording: by {latest}. Save again if that is right, or change it.")
    if latest is None:
        return N_("Read from the wording: from {earliest}. Save again if that is right, or change it.")
    return N_("Read from the wording: {earliest} to {latest}. Save again if that is right, or change it.")


def _differ(typed: date | None, meant: date | None) -> bool:
    return typed is not None and meant is not None and typed != meant
