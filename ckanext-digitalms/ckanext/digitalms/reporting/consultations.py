"""The Beratungsfolge as a paper writes it: a day, a body and what it is for, in a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from .report import Consultation

__all__ = ["consultations_in"]

_KINDS = (
    *("Bericht", "Entscheidung", "Beschluss", "Beschlussfassung", "Vorberatung", "Empfehlung"),
    *("Kenntnisnahme", "Anhörung", "Beratung", "Information"),
)
_LINE = re.compile(
    rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}})[ \t\xa0|]+"
    rf"(?P<body>[^\d|:\n]{{3,120}}?)[ \t\xa0|]+(?P<kind>{'|'.join(_KINDS)})\b"
)


def consultations_in(texts: Iterable[str]) -> tuple[Consultation, ...]:
    """Return the lines of a Beratungsfolge in texts, in their order and each once."""
    return tuple(dict.fromkeys(_found(texts)))


def _found(texts: Iterable[str]) -> Iterator[Consultation]:
    for text in texts:
        for line in _LINE.finditer(text):
            try:
                day = date(int(line["year"]), int(line["month"]), int(line["day"]))
            except ValueError:
                continue
            yield Consultation(" ".join(line["body"].split()), day, line["kind"])
