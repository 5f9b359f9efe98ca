"""A council paper as a value: its number, and how the council that it belongs to writes it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import Term


class Kind(Term):
    """What kind of paper a number of Münster's council belongs to."""

    PAPER = ("V", N_("paper"), N_("Vorlage: what the administration lays before the council."))
    MOTION = ("R", N_("motion"), N_("Antrag: what a group or member asks the council to decide."))


WRITTEN = "{kind}/{number:04}/{year}"
SUPPLEMENTED = "{paper}/{supplement}"
UNSPECIFIED = "Diverse Vorlagen"


@dataclass(frozen=True)
class CouncilReference:
    """One council paper; ``str()`` gives the normalised form, e.g. ``V/0989/2017/1``, which has no space.

    Args:
        year: of the number; ``None`` where the council counts by ``term`` or the number is of no scheme.
        number: within year or term; 0 where the number is of no scheme.
        kind: the letters of its kind, or nothing.
        term: the election period that the number belongs to.
        written, supplemented: how the council writes a number, and one with a supplement.
    """

    year: int | None
    number: int
    kind: str
    supplement: int | None = None
    body: str = ""
    term: int | None = None
    written: str = WRITTEN
    supplemented: str = SUPPLEMENTED

    def __str__(self) -> str:
        year2 = f"{(self.year or 0) % 100:02}"
        told = {
            "kind": self.kind,
            "number": self.number,
            "year": self.year,
            "year2": year2,
            "term": self.term,
        }
        paper = self.written.format(**told)
        if not self.supplement:
            return paper
        return self.supplemented.format(paper=paper, supplement=self.supplement, **told)

    @property
    def is_of_a_scheme(self) -> bool:
        """Return whether the number follows a scheme; otherwise it stands as it was typed."""
        return self.number > 0

    @property
    def paper(self) -> CouncilReference:
        """Return the paper itself, without a supplement."""
        return replace(self, supplement=None)

    @property
    def sort_key(self) -> tuple[int, int, str, int, str, str]:
        """Order by year (or term) and number, a paper before its supplements."""
        first = self.year if self.year is not None else self.term or 0
        return (first, self.number, self.kind, self.supplement or 0, self.body, self.written)

    @property
    def tokens(self) -> tuple[str, ...]:
        """Return what finds it in an index: its normal form, and that without its kind."""
        whole = str(self)
        bare = whole.removeprefix(self.kind).lstrip("/-_. ") if self.kind else whole
        return (whole,) if bare == whole else (whole, bare)


def unknown_scheme(text: str, body: str) -> CouncilReference:
    """Return a number that follows no scheme, as it was typed, without spaces."""
    written = "-".join(text.split()).replace("{", "{{").replace("}", "}}")
    return CouncilReference(None, 0, "", None, body, None, written)


@dataclass(frozen=True)
class UnspecifiedReference:
    """Papers that are said to exist but are not named, e.g. “Diverse Vorlagen”."""

    body: str = ""

    def __str__(self) -> str:
        return UNSPECIFIED


@dataclass(frozen=True)
class FoundReference:
    """A reference in a text: its value, its spelling there, and where (``text[start:end]``)."""

    reference: CouncilReference
    original: str
    start: int
    end: int


@dataclass(frozen=True)
class FieldReference:
    """What a reference field holds, with what its author should know."""

    reference: CouncilReference | UnspecifiedReference
    original: str
    warnings: tuple[Message, ...] = ()


@dataclass(frozen=True)
class ReferencePattern:
    """A reference to look for; ``kind`` is ``None`` where only ``0989/2017`` was typed."""

    kind: str | None
    number: int
    year: int | None
    supplement: int | None = None
    term: int | None = None

    def matches(self, reference: CouncilReference, *, with_supplements: bool = False) -> bool:
        """Return whether this is the paper; ``with_supplements`` lets the paper stand for them too."""
        if (self.number, self.year, self.term) != (reference.number, reference.year, reference.term):
            return False
        if self.kind and self.kind != reference.kind:
            return False
        if self.supplement is None and with_supplements:
            return True
        return self.supplement == reference.supplement


class ReferenceRefusedError(ValueError):
    """A text is no reference; :attr:`message` says what was found and what is allowed."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message
