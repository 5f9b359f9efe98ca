"""What a single statement tells, where there is none before it, and what a day alone changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ckanext.digitalms.messages import N_, Message

from .change import Change, Pair
from .compare import compare
from .kinds import ChangeKind
from .rows import late
from .words import ended

Told = Mapping[str, Any]


def came(measure: Told) -> list[Change]:
    """Return that a measure is new in the catalogue."""
    return compare((), [measure])


def began(measure: Told) -> list[Change]:
    """Return that the history of a measure begins earlier than was known."""
    day = date.fromisoformat(str(measure["as_of"])[:10])
    sentence = ended(Message(N_("The history of the measure begins with the Stand of {day}"), {"day": day}))
    return [Change(ChangeKind.ADDED, measure["measure_id"], "as_of", sentence, after=day.isoformat())]


def became_late(measure: Told, milestone_id: str) -> list[Change]:
    """Return that a milestone of a measure, judged on the day, became late on it."""
    found = late(Pair(measure, measure), {})
    return [change for change in found if change.row == milestone_id]
