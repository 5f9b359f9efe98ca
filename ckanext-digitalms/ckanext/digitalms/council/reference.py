"""References to council papers: one value, every spelling of it, found in running text.

Kinds and forms as the council information system of Münster writes them: ``V/0462/2026`` (Vorlage),
``R/0045/2016`` or ``A-R/0055/2026`` (Antrag an den Rat), a supplement as ``V/0989/2017/1``,
``V/0989/2017/1. Erg.`` or ``V/0989/2017, 1. Ergänzung``. Neighbouring councils number their papers in
the same way, so the council (``body``) is part of the value, though not of its written form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import Term


class Kind(Term):
    """What kind of paper a number belongs to."""

    PAPER = ("V", N_("paper"), N_("Vorlage: what the administration lays before the council."))
    MOTION = ("R", N_("motion"), N_("Antrag: what a group or member asks the council to decide."))


_KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True)
class CouncilReference:
    """One council paper; ``str()`` gives the normalised form, e.g. ``V/0989/2017/1``."""

    year: int
    number: int
    kind: Kind
    supplement: int | None = None
    body: str = ""

    def __str__(self) -> str:
        paper = f"{self.kind.value}/{self.number:04d}/{self.year:04d}"
        return f"{paper}/{self.supplement}" if self.supplement else paper

    @property
    def paper(self) -> CouncilReference:
        """Return the paper itself, without a supplement."""
        return replace(self, supplement=None)

    @property
    def sort_key(self) -> tuple[int, int, str, int, str]:
        """Order by year and number, a paper before its supplements."""
        return (self.year, self.number, self.kind.value, self.supplement or 0, self.body)


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

    kind: Kind | None
    number: int
    year: int
    supplement: int | None = None

    def matches(self, reference: CouncilReference, *, with_supplements: bool = False) -> bool:
        """Return whether this is the paper; ``with_supplements`` lets the paper stand for them too."""
        if (self.number, self.year) != (reference.number, reference.year):
            return False
        if self.kind and self.kind is not reference.kind:
            return False
        if self.supplement is None and with_supplements:
            return True
        return self.supplement == reference.supplement


class ReferenceRefusedError(ValueError):
    """A text is no reference; :attr:`message` says what was found and what is allowed."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


UNSPECIFIED = "Diverse Vorlagen"
# what names one paper is a line; a longer text is not looked through
LONGEST_FIELD = 1_000

# \s knows the no-break, narrow and thin space; the zero-width ones come with text from the web
_GAP = r"[\s\u200b\u2060\ufeff]{0,3}"
_HYPHEN = r"[-\u00ad\u2010-\u2015\u2212]"
_SLASH = r"[/\u2044\u2215\uff0f]"
_SEPARATOR = f"{_GAP}(?:{_SLASH}|{_HYPHEN}){_GAP}"
_NUMBER = (
    # a short number needs slashes: "V-2-2019" is more often something else
    rf"(?:(?P<number>[0-9]{{4}}){_SEPARATOR}|(?P<short>[0-9]{{1,3}}){_GAP}{_SLASH}{_GAP})"
    r"(?P<year>(?:19|20)[0-9]{2})(?![0-9])"
)
_ADDENDUM = rf"\.?{_GAP}Erg(?:änzung(?:svorlage)?\b|\.|\b)"
_SUPPLEMENT = (
    rf"(?:(?:{_SLASH}|{_HYPHEN})(?P<supplement>[1-9][0-9]?)(?![0-9]|(?:{_SLASH}|{_HYPHEN}|\.)[0-9]|[a-zäöüß])"
    rf"(?:{_ADDENDUM})?"
    rf"|(?:{_SLASH}|,)?{_GAP}\(?(?P<addendum>[1-9][0-9]?){_ADDENDUM})?"
)
# In glued text a capital may follow a digit or a small letter ("2017V/0144/2018"), never another capital
_KIND = rf"(?:(?<![^\W\d_])(?:a{_HYPHEN})?(?P<small>[vr])|(?<![A-ZÄÖÜ])(?:A{_HYPHEN})?(?P<kind>[VR]))"
_REFERENCE = re.compile(f"{_KIND}{_SEPARATOR}{_NUMBER}{_SUPPLEMENT}")
_BARE = re.compile(
    rf"(?:(?P<word>Rats(?:vorlage|antrag)|Vorlagen?|Antrag)\b)?{_GAP}:?{_GAP}(?:Nr\.?)?{_GAP}{_NUMBER}{_SUPPLEMENT}"
    rf"{_GAP}(?:\((?P<note>Antrag|Vorlage)\))?",
    re.IGNORECASE,
)
_UNSPECIFIED = re.compile(
    r"\b(?:diverse|div\.|mehrere|verschiedene|weitere)\s+(?:Rats)?(?:vorlagen|papiere)\b", re.IGNORECASE
)


def parse_references(text: str, body: str = "") -> list[FoundReference]:
    """Find every reference in running text, in order, each occurrence once.

    Args:
        text: any text; ``2019/2020`` in it is no reference.
        body: the council that the numbers belong to.
    """
    found = []
    for match in _REFERENCE.finditer(text):
        kind = _KINDS[(match["kind"] or match["small"]).upper()]
        if reference := _reference(kind, match, body):
            found.append(FoundReference(reference, match[0], match.start(), match.end()))
    return found


def distinct(found: Iterable[FoundReference]) -> list[CouncilReference]:
    """Return each reference once, in the order of its first occurrence."""
    return list(dict.fromkeys(item.reference for item in found))


def parse_reference(text: str, body: str = "") -> CouncilReference | None:
    """Read the normalised form, as it stands in the record and in addresses, or give ``None``."""
    found = parse_references(text, body)
    return found[0].reference if len(found) == 1 and found[0].original == text else None


def find_unspecified(text: str) -> re.Match[str] | None:
    """Find “Diverse Vorlagen” and its like in a text."""
    return _UNSPECIFIED.search(text)


def parse_reference_field(text: str, body: str = "") -> FieldReference:
    """Read a field that holds one reference.

    Beyond running text, a bare ``0989/2017`` is accepted and is a paper (V), or a motion (R) where the
    text says "Antrag"; “Diverse Vorlagen” is accepted with a warning.

    Raises:
        ReferenceRefusedError: there is none, or more than one.
    """
    original = text.strip()
    if len(original) > LONGEST_FIELD:
        raise ReferenceRefusedError(_refusal(original))
    references = distinct(parse_references(original, body))
    if len(references) > 1:
        names = ", ".join(str(reference) for reference in references)
        sentence = N_("{count} numbers were found ({names}): give each of them a row of its own.")
        raise ReferenceRefusedError(Message(sentence, {"count": len(references), "names": names}))
    if references:
        return FieldReference(references[0], original)
    if bare := _bare(original, body):
        return FieldReference(bare, original)
    if find_unspecified(original):
        sentence = N_("No number is named: add the numbers of the papers as soon as they are known.")
        return FieldReference(UnspecifiedReference(body), original, (Message(sentence),))
    raise ReferenceRefusedError(_refusal(original))


def search_patterns(text: str) -> list[ReferencePattern]:
    """Read what a search box asks for: every reference, or a bare ``0989/2017`` of any kind."""
    text = text[:LONGEST_FIELD].strip()
    found = [
        ReferencePattern(r.kind, r.number, r.year, r.supplement) for r in distinct(parse_references(text))
    ]
    if found:
        return found
    match = _BARE.fullmatch(text)
    bare = _bare(text, "")
    if not match or not bare:
        return []
    kind = bare.kind if match["word"] or match["note"] else None
    return [ReferencePattern(kind, bare.number, bare.year, bare.supplement)]


def _reference(kind: Kind, match: re.Match[str], body: str) -> CouncilReference | None:
    number = int(match["number"] or match["short"])
    supplement = match["supplement"] or match["addendum"]
    if not number:
        return None
    return CouncilReference(int(match["year"]), number, kind, int(supplement) if supplement else None, body)


def _bare(text: str, body: str) -> CouncilReference | None:
    match = _BARE.fullmatch(text.strip())
    if not match or _is_span_of_years(match):
        return None
    says = f"{match['word'] or ''} {match['note'] or ''}".lower()
    return _reference(Kind.MOTION if "antrag" in says else Kind.PAPER, match, body)


def _is_span_of_years(match: re.Match[str]) -> bool:
    """Tell 2019/2020 from a number: no council reaches number 1990 in the year before."""
    return bool(match["number"]) and 1990 <= int(match["number"]) <= int(match["year"])


def _refusal(found: str) -> Message:
    allowed = N_(
        "“{found}” is no number of a council paper. Allowed are a paper like V/0989/2017, its supplement "
        "like V/0989/2017/1, a motion like R/0045/2016, a number alone like 0989/2017, or “{unspecified}”."
    )
    shown = found if len(found) <= 60 else f"{found[:60]}…"
    return Message(allowed, {"found": shown, "unspecified": UNSPECIFIED})
