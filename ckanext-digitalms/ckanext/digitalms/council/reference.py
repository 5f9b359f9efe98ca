"""References to council papers: one value, every spelling of it, found in running text.

Councils number their papers in ways of their own (:mod:`.schemes`); the forms of Münster's are the default
(:mod:`.muenster`). Neighbouring councils may number in the same way, so the council (``body``) is part of the
value, though not of its written form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ckanext.digitalms.messages import N_, Message

from . import cues, muenster
from .schemes import MUENSTER, Scheme, in_use
from .value import (
    UNSPECIFIED,
    CouncilReference,
    FieldReference,
    FoundReference,
    Kind,
    ReferencePattern,
    ReferenceRefusedError,
    UnspecifiedReference,
    unknown_scheme,
)

__all__ = [
    "LONGEST_FIELD",
    "UNSPECIFIED",
    "CouncilReference",
    "FieldReference",
    "FoundReference",
    "Kind",
    "ReferencePattern",
    "ReferenceRefusedError",
    "UnspecifiedReference",
    "distinct",
    "find_unspecified",
    "parse_reference",
    "parse_reference_field",
    "parse_references",
    "reference_of",
    "search_patterns",
    "typed_references",
]

# what names one paper is a line; a longer text is not looked through
LONGEST_FIELD = 1_000
_LONGEST_NUMBER = 40
_UNSPECIFIED = re.compile(
    r"\b(?:diverse|div\.|mehrere|verschiedene|weitere)\s+(?:Rats)?(?:vorlagen|papiere)\b", re.IGNORECASE
)
_PERIOD = re.compile(r"(?:19|20)[0-9]{2}\s?[/–-]\s?(?:19|20)?[0-9]{2}")
_LIKE_A_NUMBER = re.compile(r"(?=[^0-9]*[0-9])[A-Za-zÄÖÜäöü]{0,8}[.:]?[\s/_.–-]?[A-Za-z0-9][\w./ –-]*")


def parse_references(text: str, body: str = "", *, has_cue: bool = False) -> list[FoundReference]:
    """Find every reference in running text, in order, each occurrence once.

    Args:
        text: any text; ``2019/2020`` in it is no reference.
        body: the council that numbers belong to whose scheme names none.
        has_cue: whether numbers of papers are expected, as below the heading “Vorlage”: digits alone count.
    """
    schemes = in_use()
    if schemes == (MUENSTER,):
        return list(muenster.find(text, body))
    return _chosen(text, _candidates(text, body, schemes), must_have_cue=not has_cue)


def typed_references(text: str, body: str = "") -> list[FoundReference]:
    """Find references in what somebody typed into a search box: other separators, short years, no cue."""
    if schemes := in_use():
        found = _candidates(text, body, schemes, typed=True)
        return _chosen(text, found, must_have_cue=False)
    return []


_Candidate = tuple[int, int, int, Scheme, FoundReference]


def _candidates(text: str, body: str, schemes: Iterable[Scheme], *, typed: bool = False) -> list[_Candidate]:
    found: list[_Candidate] = []
    for order, scheme in enumerate(schemes):
        for one in _found_by(scheme, text, scheme.body or body, typed=typed):
            found.append((one.start, -one.end, order, scheme, one))
    return sorted(found, key=lambda one: one[:3])


def _found_by(scheme: Scheme, text: str, body: str, *, typed: bool) -> Iterator[FoundReference]:
    if _is_muenster(scheme):
        strict = list(muenster.find(text, body))
        yield from strict
        if typed:
            ends = {place for one in strict for place in range(one.start, one.end)}
            yield from (one for one in muenster.find_typed(text, body) if one.start not in ends)
        return
    yield from scheme.find(text, body)
    if typed:
        yield from scheme.find(text, body, typed=True)


def _is_muenster(scheme: Scheme) -> bool:
    return (scheme.written, scheme.kinds, scheme.pattern) == (MUENSTER.written, MUENSTER.kinds, "")


def _chosen(text: str, candidates: Sequence[_Candidate], *, must_have_cue: bool) -> list[FoundReference]:
    """Keep what is bounded, meant and overlaps nothing before it."""
    chosen: list[FoundReference] = []
    starts = {one[0] for one in candidates}
    for _start, _end, _order, scheme, one in candidates:
        last = chosen[-1].end if chosen else -1
        if one.start < last:
            continue
        if not _is_muenster(scheme):
            followed = one.end + 1 in starts
            if not cues.is_bounded(
                text, one.start, one.end, last, has_letters=scheme.has_letters, is_followed=followed
            ):
                continue
            if not _is_meant(text, one, scheme, last, must_have_cue=must_have_cue):
                continue
        chosen.append(one)
    return chosen


def _is_meant(text: str, one: FoundReference, scheme: Scheme, last: int, *, must_have_cue: bool) -> bool:
    if cues.is_stopped(text, one.start):
        return False
    return not (scheme.needs_cue and must_have_cue) or cues.has_cue(text, one.start, last)


def distinct(found: Iterable[FoundReference]) -> list[CouncilReference]:
    """Return each reference once, in the order of its first occurrence."""
    return list(dict.fromkeys(item.reference for item in found))


def _own(body: str) -> tuple[Scheme, ...]:
    """Return the schemes of a council, or all where none is named for it."""
    schemes = in_use()
    return tuple(one for one in schemes if one.body == body and body) or schemes


def _whole(text: str, body: str, *, typed: bool) -> CouncilReference | None:
    """Read a text that is one number and nothing else."""
    for scheme in _own(body):
        mine = scheme.body or body
        for one in _found_by(scheme, text, mine, typed=typed):
            if one.original == text:
                return one.reference
    return None


def parse_reference(text: str, body: str = "") -> CouncilReference | None:
    """Read the normalised form, as it stands in the record and in addresses, or give ``None``."""
    return _whole(text, body, typed=False) if len(text) <= LONGEST_FIELD else None


def reference_of(text: str, body: str = "") -> CouncilReference | None:
    """Read what a record keeps: a number of a scheme, or one that stands as it was typed."""
    if not text or text == UNSPECIFIED or len(text) > LONGEST_FIELD:
        return None
    return parse_reference(text, body) or unknown_scheme(text, body)


def find_unspecified(text: str) -> re.Match[str] | None:
    """Find “Diverse Vorlagen” and its like in a text."""
    return _UNSPECIFIED.search(text)


def parse_reference_field(text: str, body: str = "") -> FieldReference:
    """Read a field that holds one reference.

    Beyond running text, digits alone and other separators are accepted: a bare ``0989/2017`` is a paper (V),
    or a motion (R) where the text says "Antrag". “Diverse Vorlagen” and a number that follows no scheme are
    accepted with a warning.

    Raises:
        ReferenceRefusedError: there is none, or more than one.
    """
    original = text.strip()
    if len(original) > LONGEST_FIELD:
        raise ReferenceRefusedError(_refusal(original))
    if read := _one(original, body):
        return FieldReference(read, original)
    if find_unspecified(original):
        sentence = N_("No number is named: add the numbers of the papers as soon as they are known.")
        return FieldReference(UnspecifiedReference(body), original, (Message(sentence),))
    if _is_of_no_scheme(original):
        sentence = N_("“{found}” follows no known number scheme: check the spelling, it is kept as it is.")
        warning = Message(sentence, {"found": original})
        return FieldReference(unknown_scheme(original, body), original, (warning,))
    raise ReferenceRefusedError(_refusal(original))


def _one(text: str, body: str) -> CouncilReference | None:
    tries: tuple[Callable[[], list[CouncilReference]], ...] = (
        lambda: [one for one in (parse_reference(text, body),) if one],
        lambda: distinct(parse_references(text, body)),
        lambda: [one for one in (_bare(text, body),) if one],
        lambda: distinct(typed_references(text, body)),
    )
    for attempt in tries:
        found = attempt()
        if len(found) > 1:
            names = ", ".join(str(reference) for reference in found)
            sentence = N_("{count} numbers were found ({names}): give each of them a row of its own.")
            raise ReferenceRefusedError(Message(sentence, {"count": len(found), "names": names}))
        if found:
            return found[0]
    return None


def _bare(text: str, body: str) -> CouncilReference | None:
    if not any(_is_muenster(scheme) for scheme in _own(body)):
        return None
    read = muenster.bare(text, body)
    return read[0] if read else None


def _is_of_no_scheme(text: str) -> bool:
    """Return whether a text may be the number of another council, and is no slip in one of ours."""
    if len(text) > _LONGEST_NUMBER or not _LIKE_A_NUMBER.fullmatch(text) or _PERIOD.fullmatch(text):
        return False
    if not any(sign in text for sign in "/-. ") or not re.search(r"[1-9]", text):
        return False
    letters = [kind for scheme in in_use() for kind in scheme.kinds]
    begins = "|".join(map(re.escape, letters)) or "(?!)"
    if re.match(rf"(?:{begins})[\s/–-]*[0-9]", text, re.IGNORECASE):
        return False
    return not re.fullmatch(r"0+\s?[/–-]\s?[0-9]+", text)


def search_patterns(text: str) -> list[ReferencePattern]:
    """Read what a search box asks for: every reference, or a bare ``0989/2017`` of any kind."""
    text = text[:LONGEST_FIELD].strip()
    found = distinct(parse_references(text))
    if not found and any(_is_muenster(scheme) for scheme in in_use()):
        read = muenster.bare(text, "")
        if read is not None:
            reference, says_kind = read
            kind = reference.kind if says_kind else None
            return [ReferencePattern(kind, reference.number, reference.year, reference.supplement)]
    found = found or distinct(typed_references(text))
    return [ReferencePattern(r.kind or None, r.number, r.year, r.supplement, r.term) for r in found]


def _refusal(found: str) -> Message:
    shown = found if len(found) <= 60 else f"{found[:60]}…"
    if in_use() == (MUENSTER,):
        allowed = N_(
            "“{found}” is no number of a council paper. Allowed are a paper like V/0989/2017, its supplement "
            "like V/0989/2017/1, a motion like R/0045/2016, a number alone like 0989/2017, or "
            "“{unspecified}”."
        )
        return Message(allowed, {"found": shown, "unspecified": UNSPECIFIED})
    examples = ", ".join(scheme.example or scheme.name for scheme in in_use())
    allowed = N_(
        "“{found}” is no number of a council paper. Allowed are numbers like {examples}, or “{unspecified}”."
    )
    return Message(allowed, {"found": shown, "examples": examples, "unspecified": UNSPECIFIED})
