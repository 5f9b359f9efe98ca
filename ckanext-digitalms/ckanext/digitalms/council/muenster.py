"""Numbers as the council information system of Münster writes them.

``V/0462/2026`` (Vorlage), ``R/0045/2016`` or ``A-R/0055/2026`` (Antrag an den Rat), a supplement as
``V/0989/2017/1``, ``V/0989/2017/1. Erg.`` or ``V/0989/2017, 1. Ergänzung``. Letters tell them from all
else, so they need no cue, and they are read glued together as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .spelling import GAP, HYPHEN, SLASH, full_year, is_span_of_years
from .value import CouncilReference, FoundReference, Kind

_KINDS = {kind.value: kind for kind in Kind}
_SEPARATOR = f"{GAP}(?:{SLASH}|{HYPHEN}){GAP}"
_NUMBER = (
    # a short number needs slashes: "V-2-2019" is more often something else
    rf"(?:(?P<number>[0-9]{{4}}){_SEPARATOR}|(?P<short>[0-9]{{1,3}}){GAP}{SLASH}{GAP})"
    r"(?P<year>(?:19|20)[0-9]{2})(?![0-9])"
)
_ADDENDUM = rf"\.?{GAP}Erg(?:änzung(?:svorlage)?\b|\.|\b)"
_SUPPLEMENT = (
    rf"(?:(?:{SLASH}|{HYPHEN})(?P<supplement>[1-9][0-9]?)(?![0-9]|(?:{SLASH}|{HYPHEN}|\.)[0-9]|[a-zäöüß])"
    rf"(?:{_ADDENDUM})?"
    rf"|(?:{SLASH}|,)?{GAP}\(?(?P<addendum>[1-9][0-9]?){_ADDENDUM})?"
)
# In glued text a capital may follow a digit or a small letter ("2017V/0144/2018"), never another capital
_KIND = rf"(?:(?<![^\W\d_])(?:a{HYPHEN})?(?P<small>[vr])|(?<![A-ZÄÖÜ])(?:A{HYPHEN})?(?P<kind>[VR]))"
_REFERENCE = re.compile(f"{_KIND}{_SEPARATOR}{_NUMBER}{_SUPPLEMENT}")
# what somebody types who is in a hurry: no slash behind the letter, two digits of the year, blanks between
_TYPED = re.compile(
    rf"(?<![^\W_])(?:a{HYPHEN})?(?P<kind>[vr])(?:{_SEPARATOR}|\s?)(?P<number>[0-9]{{3,4}}|[0-9]{{1,2}}(?={SLASH}))"
    rf"(?:{_SEPARATOR}|\s(?=(?:19|20)[0-9]{{2}}))(?P<year>(?:19|20)?[0-9]{{2}})(?![0-9]){_SUPPLEMENT}(?![^\W_])",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?:(?P<word>Rats(?:vorlage|antrag)|Vorlagen?|Antrag)\b)?{GAP}:?{GAP}(?:Nr\.?)?{GAP}{_NUMBER}{_SUPPLEMENT}"
    rf"{GAP}(?:\((?P<note>Antrag|Vorlage)\))?",
    re.IGNORECASE,
)


def find(text: str, body: str) -> Iterator[FoundReference]:
    """Find every reference in running text, in order; ``2019/2020`` in it is none."""
    yield from _found(_REFERENCE, text, body)


def find_typed(text: str, body: str) -> Iterator[FoundReference]:
    """Find references in what somebody typed, in spellings that running text should not be read in."""
    yield from _found(_TYPED, text, body)


def _found(pattern: re.Pattern[str], text: str, body: str) -> Iterator[FoundReference]:
    for match in pattern.finditer(text):
        told = match.groupdict()
        kind = _KINDS[(told["kind"] or told.get("small") or "").upper()]
        if reference := _reference(kind, match, body):
            yield FoundReference(reference, match[0], match.start(), match.end())


def bare(text: str, body: str) -> tuple[CouncilReference, bool] | None:
    """Read a number without its letter, such as ``0989/2017``, and whether a word says what it is."""
    match = _BARE.fullmatch(text.strip())
    if not match or (match["number"] and is_span_of_years(int(match["number"]), int(match["year"]))):
        return None
    says = f"{match['word'] or ''} {match['note'] or ''}".lower().strip()
    reference = _reference(Kind.MOTION if "antrag" in says else Kind.PAPER, match, body)
    return (reference, bool(says)) if reference else None


def _reference(kind: Kind, match: re.Match[str], body: str) -> CouncilReference | None:
    told = match.groupdict()
    number = int(told["number"] or told.get("short") or 0)
    supplement = told["supplement"] or told["addendum"]
    if not number:
        return None
    year = full_year(told["year"])
    return CouncilReference(year, number, kind, int(supplement) if supplement else None, body)
