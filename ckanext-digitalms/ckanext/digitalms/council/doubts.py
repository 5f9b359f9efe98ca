"""What is doubtful about a council paper that a measure cites: a person is to look at it once more."""

from __future__ import annotations

from datetime import date

from ckanext.digitalms.messages import N_, Message

from .reference import UNSPECIFIED, parse_reference, typed_references
from .value import WRITTEN

__all__ = ["doubt", "names_no_paper"]


def names_no_paper(reference: str | None) -> bool:
    """Return whether papers are said to exist but are not named (“Diverse Vorlagen”)."""
    return reference == UNSPECIFIED


def doubt(reference: str | None, original: str | None, decided_on: date | None, day: date) -> Message | None:
    """Say what is doubtful about a citation, or nothing.

    Args:
        reference: as it is kept, such as ``V/0989/2017``.
        original: the spelling that was typed.
        decided_on: when it is said to have been decided.
        day: today in the city's time zone; no paper has a number of a year to come.
    """
    if not reference or names_no_paper(reference):
        return None
    read = parse_reference(reference)
    if read is None:
        sentence = N_("“{found}” is no number of a scheme that is known here: check the spelling.")
        return Message(sentence, {"found": reference[:60]})
    if read.year is not None and read.year > day.year:
        return Message(N_("{found} is of a year to come."), {"found": reference})
    if decided_on and read.year is not None and decided_on.year < read.year:
        text = N_("{found} is said to be decided on {day}, before its year.")
        return Message(text, {"found": reference, "day": decided_on})
    typed = (original or "").strip()
    if typed and read.written == WRITTEN and not typed_references(typed) and not _says_kind(typed):
        text = N_("“{typed}” was read as {found}: say whether it is a paper (V) or a motion (R).")
        return Message(text, {"typed": typed[:60], "found": reference})
    return None


def _says_kind(typed: str) -> bool:
    """Return whether a bare number has a word beside it; of others the kind is what numbers mostly are."""
    return any(word in typed.lower() for word in ("antrag", "vorlage"))
