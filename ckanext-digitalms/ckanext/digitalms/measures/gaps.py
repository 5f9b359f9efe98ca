"""What is missing in a measure, so that whoever keeps it can fill it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ckanext.digitalms.council.doubts import doubt, names_no_paper
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import JUDGED, Term

from .delay import next_milestone
from .record import Measure


class Gap(Term):
    """A kind of gap."""

    NO_CONTACT = ("no_contact", N_("No contact"))
    NO_PAPER = ("no_paper", N_("No council paper"))
    UNNAMED_PAPERS = ("unnamed_papers", N_("“Diverse Vorlagen” without numbers"))
    DOUBTFUL_PAPERS = ("doubtful_papers", N_("Doubtful council papers"))
    NO_MILESTONE = ("no_milestone", N_("No next milestone"))


@dataclass(frozen=True)
class Missing:
    """A gap, and what is to be said of it."""

    gap: Gap
    found: tuple[Message, ...] = ()


def missing_in(measure: Measure, day: date, *, has_contact: bool, has_parts: bool) -> Iterator[Missing]:
    """Give the gaps of a measure on a day.

    Args:
        measure: the record; of it council_references, milestones and status are read.
        day: today in the city's time zone.
        has_contact: whether a function or mailbox is named (no part of the record).
        has_parts: whether it has parts, whose milestones are its own.
    """
    if not has_contact:
        yield Missing(Gap.NO_CONTACT)
    if not measure.council_references:
        yield Missing(Gap.NO_PAPER)
    if any(names_no_paper(row.reference) for row in measure.council_references):
        yield Missing(Gap.UNNAMED_PAPERS)
    told = [doubt(row.reference, row.original, row.decided_on, day) for row in measure.council_references]
    if doubts := tuple(each for each in told if each is not None):
        yield Missing(Gap.DOUBTFUL_PAPERS, doubts)
    if measure.status in JUDGED and not has_parts and next_milestone(measure, day) is None:
        yield Missing(Gap.NO_MILESTONE)
