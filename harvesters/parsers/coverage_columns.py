"""The headers of coverage tables: a title says technology and speed, never its place. Pure.

Known are the forms of the Breitbandatlas until 2021: “alle Technologien ≥ 30 Mbit/s” (by municipality),
``verf_300_30`` (by district, state and for the country; 100 wired, 200 wireless, 300 all technologies), and
``300_30`` and ``DSL_30`` of the middle of 2018. The area is ``AGS``, or ``staat`` of the country.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from ckanext.digitalms.shared import (
    N_,
    SPEED_CLASSES,
    Cause,
    Finding,
    Message,
    Series,
    TableSchema,
    Technology,
    short,
)

from .coverage_formats import MOBILE, nearest

AREA, COUNTRY = "AGS", "staat"
WORDS: dict[str, Technology] = {
    "alle Technologien": Technology.ALL,
    "leitungsg. Technologien": Technology.WIRED,
    "leitungsgebundene Technologien": Technology.WIRED,
    "drahtlose Technologien": Technology.WIRELESS,
    "mobile Technologien": Technology.MOBILE,
    "DSL": Technology.DSL,
    "CATV": Technology.CATV,
    "FTTH/B": Technology.FTTHB,
    "LTE": Technology.LTE,
    "5G": Technology.NR,
}
CODES: dict[str, Technology] = {
    "300": Technology.ALL,
    "100": Technology.WIRED,
    "200": Technology.WIRELESS,
    "dsl": Technology.DSL,
    "catv": Technology.CATV,
    "ftth": Technology.FTTHB,
    "lte": Technology.LTE,
    "5g": Technology.NR,
}
# technologies that tables have and the catalogue does not carry
NOT_CARRIED = ("2G", "GSM", "UMTS", "WLAN", "WiMAX", "WiMAX/WLAN", "PLC", "Satellit")
_NOT_CARRIED = re.compile(
    rf"(?:verf )?(?P<of>{'|'.join(re.escape(one.casefold()) for one in reversed(NOT_CARRIED))})"
    r"(?:(?: [≥>=]+)? \d+(?: mbit/s)?)?"
)
_GAPS = re.compile(r"[\s_\-]+")
KNOWN = Message(
    N_("AGS, and columns such as {examples}, with a class of {speeds} Mbit/s"),
    {
        "examples": ", ".join((*(f"“{word} ≥ 30 Mbit/s”" for word in WORDS), "“verf_300_30”", "“300_30”")),
        "speeds": ", ".join(map(str, SPEED_CLASSES)),
    },
)


@cache
def titles() -> dict[str, Series]:
    """Return every known title of a series in its plain spelling."""
    return {plain(title): series for title, series in _spelled()}


def _spelled() -> Iterator[tuple[str, Series]]:
    for speed in SPEED_CLASSES:
        for word, technology in WORDS.items():
            for sign in ("≥", ">="):
                yield f"{word} {sign} {speed} Mbit/s", Series(technology, speed)
        for code, technology in CODES.items():
            yield f"verf_{code}_{speed}", Series(technology, speed)
            yield f"{code}_{speed}", Series(technology, speed)


@cache
def schema() -> TableSchema:
    """Return a schema of all known titles, by which the delimiter is told."""
    known = (AREA, COUNTRY, *MOBILE.titles, *(title for title, _ in _spelled()))
    fields = [{"name": title, "type": "string"} for title in dict.fromkeys(known)]
    return TableSchema("coverage", {"fields": fields})


def plain(title: str) -> str:
    """Spell a title in the one way that is looked up."""
    folded = unicodedata.normalize("NFC", title).strip().strip("\ufeff").strip().casefold()
    return _GAPS.sub(" ", folded.replace("≥", " ≥ ").replace(">=", " >= "))


def area_place(header: Sequence[str]) -> int | None:
    """Return the place of the column that says the area."""
    spelled = [plain(title) for title in header]
    return next((spelled.index(plain(one)) for one in (AREA, COUNTRY) if plain(one) in spelled), None)


def columns(header: Sequence[str]) -> tuple[int | None, dict[int, Series]]:
    """Return the place of the area's key and the series of each other column that is recognised."""
    known = titles()
    spelled = [plain(title) for title in header]
    return area_place(header), {place: known[title] for place, title in enumerate(spelled) if title in known}


def not_carried(title: str) -> str:
    """Return the technology of a title that the catalogue does not carry, or an empty text."""
    found = _NOT_CARRIED.fullmatch(plain(title))
    named = found["of"] if found else ""
    return next((one for one in NOT_CARRIED if one.casefold() == named), "")


def findings(header: Sequence[str], row: int) -> Iterator[Finding]:
    """Say what is left out of a header, and what refuses it: columns missing, doubled or not recognised."""
    wrong = [*_missing(header, row), *_columns(header, row)]
    yield from wrong
    if wrong:
        yield nearest(header, row)
    else:
        yield from _left_out(header, row)


def _missing(header: Sequence[str], row: int) -> Iterator[Finding]:
    shown = short(" | ".join(header))
    place, series = columns(header)
    if place is None:
        text = N_("There is no column “AGS” with the keys of the areas; the header has: {found}.")
        yield Finding(Cause.MISSING_LABEL, Message(text, {"found": shown}), row, AREA, shown, KNOWN)
    if not series:
        text = N_("No column of the header names a technology and a speed; it has: {found}.")
        yield Finding(Cause.MISSING_LABEL, Message(text, {"found": shown}), row, None, shown, KNOWN)


def _columns(header: Sequence[str], row: int) -> Iterator[Finding]:
    area, series = columns(header)
    seen: dict[Series | str, str] = {}
    for number, title in enumerate(header):
        meaning: Series | str = series.get(number, plain(title))
        values: dict[str, object] = {"title": short(title), "place": number + 1}
        if not plain(title):
            text = N_("The title of column {place} is empty.")
            yield Finding(Cause.BLANK_LABEL, Message(text, values), row, None, "", KNOWN)
        elif meaning in seen:
            text = N_("Column {place} (“{title}”) says the same as “{first}”.")
            message = Message(text, {**values, "first": short(seen[meaning])})
            yield Finding(Cause.DUPLICATE_LABEL, message, row, short(title), short(title), KNOWN)
        elif number not in series and number != area and not not_carried(title):
            text = N_("Column {place}, “{title}”, names no known technology and speed.")
            yield Finding(Cause.UNKNOWN_LABEL, Message(text, values), row, short(title), short(title), KNOWN)
        seen.setdefault(meaning, title)


def _left_out(header: Sequence[str], row: int) -> Iterator[Finding]:
    """Name the columns of each technology that is not carried."""
    by_technology: dict[str, list[str]] = {}
    for title in header:
        if technology := not_carried(title):
            by_technology.setdefault(technology, []).append(title.strip())
    for technology, found in by_technology.items():
        text = N_("{technology} is not carried; left out: {columns}.")
        named = short(", ".join(found))
        message = Message(text, {"technology": technology, "columns": named})
        yield Finding(Cause.NOT_CARRIED, message, row, short(found[0]), named)
