"""What looks like the number of a paper and follows no scheme: a person is to look at it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from . import cues
from .reference import parse_references
from .spelling import is_span_of_years

_WITH_LETTERS = re.compile(
    r"(?<![\w/.-])(?P<letters>[A-ZÄÖÜ][A-ZÄÖÜa-z]{0,4})[ /.-]{1,2}"
    r"(?P<first>[0-9]{1,5})[/-](?P<second>[0-9]{1,5})(?:[/-][0-9]{1,4})?(?![\w/-])"
)
_DIGITS = re.compile(
    r"(?<![\w/.,-])(?P<first>[0-9]{1,5})[/-](?P<second>[0-9]{1,5})(?:[/-][0-9]{1,4})?(?![\w/%-])"
)
# letters before digits that are no paper's: cues, which stand for themselves, and other abbreviations
_NO_PAPER = re.compile(
    r"drs|ds|tel|fax|din|iso|en|eu|kw|flur|nr|abs|art|az|s|bl|los|top|wlan|lte|usb|ipv|ab|bis|am|im|in|und"
    r"|von|zum|zur|ca|stand|seite|punkt|vgl|mo|di|mi|do|fr|sa|so|jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez"
    r"|nrw|gv|bgbl",
    re.IGNORECASE,
)
MOST = 200


def unrecognised(texts: Iterable[str]) -> list[str]:
    """Return what looks like numbers of papers and is none that is known, each spelling once, at most 200."""
    found: dict[str, None] = {}
    for text in texts:
        covered = bytearray(len(text))
        for one in parse_references(text):
            covered[one.start : one.end] = b"x" * (one.end - one.start)
        for match in _candidates(text):
            if not any(covered[match.start() : match.end()]):
                covered[match.start() : match.end()] = b"x" * len(match[0])
                found[match[0]] = None
                if len(found) >= MOST:
                    return list(found)
    return list(found)


def _candidates(text: str) -> Iterable[re.Match[str]]:
    for match in _WITH_LETTERS.finditer(text):
        is_one = not _NO_PAPER.fullmatch(match["letters"]) and not cues.is_stopped(text, match.start("first"))
        if is_one and not is_span_of_years(int(match["first"]), int(match["second"])):
            yield match
    last = -1
    for match in _DIGITS.finditer(text):
        first, second = int(match["first"]), int(match["second"])
        if is_span_of_years(first, second) or cues.is_stopped(text, match.start()):
            continue
        if cues.has_cue(text, match.start(), last):
            last = match.end()
            yield match
