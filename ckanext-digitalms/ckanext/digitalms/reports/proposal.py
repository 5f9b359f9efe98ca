"""What is proposed from a report: for the coordinator to correct, confirm and publish.

Every character of the file is in exactly one :class:`Fragment`: taken over into a field, or left with a
reason. What is derived besides (a milestone from a sentence, a reference from a text) is a
copy and has no fragment of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import Term


class Reason(Term):
    """Why a piece of a cell is in no field."""

    MARK = ("mark", N_("list marks, quotation marks and numbering"))
    GLUE = ("glue", N_("words around the numbers of papers"))
    HEADING = ("heading", N_("headings of columns"))
    SECTION = ("section", N_("headings across the table"))
    COLUMN = ("column", N_("columns that are not recognised"))
    NO_MEASURE = ("no_measure", N_("rows without a measure"))
    OTHER_TABLE = ("other_table", N_("tables that hold no measures"))
    OUTSIDE = ("outside", N_("text outside the tables"))
    NOTE = ("note", N_("footnotes and endnotes"))
    PAGE = ("page", N_("headers and footers of the pages"))
    HIDDEN = ("hidden", N_("hidden text"))
    DELETED = ("deleted", N_("text that a tracked change deletes or moves away"))
    COMMENT = ("comment", N_("comments"))
    PLACEHOLDER = ("placeholder", N_("hints in empty fields of the form"))
    DRAWING = ("drawing", N_("lettering in pictures"))
    LEAD = ("lead", N_("lines that introduce a list"))
    CONTINUED = ("continued", N_("marks that a row goes on"))
    PERSON = ("person", N_("names of persons"))
    EMBEDDED = ("embedded", N_("embedded files that are not read"))


CODED_FIELDS = frozenset(
    {"vision_year", "vision_see", "steps.state", "report_date", "funding_amount", "status"}
)
"""Fields that hold the meaning of their fragment, not its words."""


@dataclass(frozen=True)
class Fragment:
    """A piece of a cell: where it went (``field``), or why it was left (``reason``)."""

    text: str
    field: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ProposedReference:
    """A council reference of a measure."""

    reference: str
    original: str
    role: str


@dataclass(frozen=True)
class ProposedGoal:
    """A goal; a report seldom names its year."""

    text: str
    year: int | None = None


@dataclass(frozen=True)
class ProposedStep:
    """A line of plan or result."""

    state: str
    text: str


@dataclass(frozen=True)
class ProposedMilestone:
    """A date that the report names, with its wording."""

    title: str
    date_text: str
    earliest: date | None = None
    latest: date | None = None
    met_on: date | None = None


@dataclass(frozen=True)
class ProposedPartner:
    """An office or organisation that the report names beside the measure."""

    name: str


@dataclass(frozen=True)
class SourceCell:
    """A cell as it stands in the report, under its column's heading."""

    heading: str
    text: str


@dataclass(frozen=True)
class ProposedMeasure:
    """One measure of the report; ``known_as`` is the key of the one that it is already."""

    position: int
    title: str
    key: str
    status: str
    status_because: Message
    status_reason: str = ""
    include: bool = True
    known_as: str | None = None
    known_because: Message | None = None
    notes: str = ""
    vision: str = ""
    vision_year: int | None = None
    vision_source: str = ""
    council_references: tuple[ProposedReference, ...] = ()
    goals: tuple[ProposedGoal, ...] = ()
    steps: tuple[ProposedStep, ...] = ()
    milestones: tuple[ProposedMilestone, ...] = ()
    # the name of the organisation that a new measure belongs to; empty: that of the report
    organisation: str = ""
    partners: tuple[ProposedPartner, ...] = ()
    funding_state: str = ""
    funding_amount: str = ""
    funding_programme: str = ""
    contact_function: str = ""
    contact_email: str = ""
    # whether somebody has looked at it in the preview
    checked: bool = False
    source: tuple[SourceCell, ...] = ()
    fragments: tuple[Fragment, ...] = ()
    warnings: tuple[Message, ...] = ()

    @property
    def not_taken_over(self) -> tuple[Fragment, ...]:
        """Return the pieces of its cells that are in no field."""
        return tuple(piece for piece in self.fragments if not piece.field)


@dataclass(frozen=True)
class ProposedReport:
    """A report; ``report_date`` becomes the Stand of all its statements."""

    title: str
    report_date: date | None
    measures: tuple[ProposedMeasure, ...]
    fragments: tuple[Fragment, ...] = ()
    warnings: tuple[Message, ...] = ()
    # what stands in the file beside the tables: paragraphs, page headers, comments, hidden text …
    outside: tuple[Fragment, ...] = ()
    # what looks like the number of a paper and follows no scheme
    unrecognised: tuple[str, ...] = ()

    @property
    def not_taken_over(self) -> tuple[Fragment, ...]:
        """Return all pieces of the file that are in no field."""
        rest = tuple(piece for piece in (*self.fragments, *self.outside) if not piece.field)
        return rest + tuple(piece for measure in self.measures for piece in measure.not_taken_over)


def to_json(proposed: ProposedReport | ProposedMeasure) -> dict[str, Any]:
    """Return a proposal as JSON values (lists, not tuples), e.g. for the database."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(proposed))
    return plain


def from_json(plain: Mapping[str, Any]) -> ProposedReport:
    """Read what :func:`to_json` gave.

    Raises:
        msgspec.ValidationError: the values are no proposal.
    """
    return msgspec.convert(plain, ProposedReport)
