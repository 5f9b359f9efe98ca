"""The headers of coverage tables: a title says technology and speed, never its place. Pure.

Known are the forms of the Breitbandatlas: “alle Technologien ≥ 30 Mbit/s” (2018 to 2021), ``verf_300_30`` of
the tables by district (100 wired, 200 wireless, 300 all technologies), and the bare ``100_30`` of 2018.
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

AREA = "AGS"
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
_MOBILE = frozenset({"technologie", "flaechenart", "verfügbarkeit"})
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
            if code.isdigit():
                yield f"{code}_{speed}", Series(technology, speed)


@cache
def schema() -> TableSchema:
    """Return a schema of all known titles, by which the delimiter is told."""
    fields = [{"name": title, "type": "string"} for title in (AREA, *(title for title, _ in _spelled()))]
    return TableSchema("coverage", {"fields": fields})


def plain(title: str) -> str:
    """Spell a title in the one way that is looked up."""
    folded = unicodedata.normalize("NFC", title).strip().strip("\ufeff").strip().casefold()
    return _GAPS.sub(" ", folded.replace("≥", " ≥ ").replace(">=", " >= "))


def columns(header: Sequence[str]) -> tuple[int | None, dict[int, Series]]:
    """Return the place of the AGS and the series of each other column that is recognised."""
    spelled = [plain(title) for title in header]
    place = spelled.index(plain(AREA)) if plain(AREA) in spelled else None
    known = titles()
    return place, {place: known[title] for place, title in enumerate(spelled) if title in known}


def findings(header: Sequence[str], row: int) -> Iterator[Finding]:
    """Say what refuses a header: another table, columns that are missing, doubled or not recognised."""
    spelled = [plain(title) for title in header]
    shown = short(" | ".join(header))
    if {plain(AREA), *_MOBILE} <= set(spelled):
        text = N_(
            "This is the long table of mobile coverage (mobile_coverage), with a row for each technology "
            "and kind of area; it cannot be read yet. The header has: {found}."
        )
        yield Finding(Cause.WRONG_TABLE, Message(text, {"found": shown}), row, None, shown, KNOWN)
        return
    place, series = columns(header)
    if place is None:
        text = N_("There is no column “AGS” with the keys of the areas; the header has: {found}.")
        yield Finding(Cause.MISSING_LABEL, Message(text, {"found": shown}), row, AREA, shown, KNOWN)
    if not series:
        text = N_("No column of the header names a technology and a speed; it has: {found}.")
        yield Finding(Cause.MISSING_LABEL, Message(text, {"found": shown}), row, None, shown, KNOWN)
    seen: dict[Series | str, str] = {}
    for number, (title, spelling) in enumerate(zip(header, spelled, strict=True)):
        meaning: Series | str = series.get(number, spelling)
        values: dict[str, object] = {"title": short(title), "place": number + 1}
        if not spelling:
            yield Finding(
                Cause.BLANK_LABEL,
                Message(N_("The title of column {place} is empty."), values),
                row,
                None,
                "",
                KNOWN,
            )
        elif meaning in seen:
            text = N_("Column {place} (“{title}”) says the same as “{first}”.")
            message = Message(text, {**values, "first": short(seen[meaning])})
            yield Finding(Cause.DUPLICATE_LABEL, message, row, short(title), short(title), KNOWN)
        elif number not in series and spelling != plain(AREA):
            text = N_("Column {place}, “{title}”, names no known technology and speed.")
            yield Finding(Cause.UNKNOWN_LABEL, Message(text, values), row, short(title), short(title), KNOWN)
        seen.setdefault(meaning, title)
