"""The header rows of a sheet of the Gigabit-Grundbuch: what each column is, by its text alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ckanext.digitalms.shared import (
    AREA_DIGITS,
    COUNTRY_CODE,
    N_,
    SPEED_CLASSES,
    AreaType,
    Base,
    Cause,
    Customer,
    Finding,
    Message,
    RawRow,
    RawTable,
    Series,
    Technology,
    coverage_rules,
    short,
)

from .coverage_shares import text_of

MOST_ROWS = 30  # above which the titles of the columns have to stand
_KEYS = ("ags", "amtlicher gemeindeschlüssel", "gemeindeschlüssel")
_LEVELS = ("verwaltungsebene", "ebene")
_NAMES = ("name", "gebiet", "gebietsname")
_SPEED = re.compile(
    r"(?:≥|>=|ab|mind(?:\.|estens)?)?\s*(?P<speed>\d{1,3}(?:\.?\d{3})?)\s*(?:mbit/?s?|mbps)?", re.IGNORECASE
)
_OF_WHAT = re.compile(r"in prozent (?:der |aller |des )?(?P<what>[^()]+)", re.IGNORECASE)
_LEVEL = re.compile(r"(?:\d+\s*[-–—]\s*)?(?P<level>.+)")
_TECHNOLOGIES = {
    "alle technologien": Technology.ALL,
    "leitungsgebundene technologien": Technology.WIRED,
    "leitungsgebunden": Technology.WIRED,
    "fttb/h": Technology.FTTHB,
    "ftth/b": Technology.FTTHB,
    "fttb/ftth": Technology.FTTHB,
    "ftth/fttb": Technology.FTTHB,
    "glasfaser (fttb/h)": Technology.FTTHB,
    "hfc": Technology.CATV,
    "catv": Technology.CATV,
    "kabel (hfc)": Technology.CATV,
    "dsl": Technology.DSL,
}
_NOT_CARRIED = frozenset(
    {"fttc", "ftth", "fttb", "sonstige", "sonst", "sonstige technologien", "funk", "satellit"}
)
_WHAT = {
    "haushalt": (Customer.PRIVATE, Base.HOUSEHOLDS),
    "gewerbegebiet": (Customer.COMMERCIAL_AREA, Base.PREMISES),
    "unternehmen": (Customer.BUSINESS, Base.PREMISES),
    "schule": (Customer.SCHOOL, Base.SITES),
    "krankenh": (Customer.HOSPITAL, Base.SITES),
    "fläche": (Customer.ANY, Base.AREA),
}
_AREA_LEVELS = {
    "bund": AreaType.COUNTRY,
    "deutschland": AreaType.COUNTRY,
    "land": AreaType.STATE,
    "bundesland": AreaType.STATE,
    "regierungsbezirk": AreaType.REGION,
    "kreis": AreaType.DISTRICT,
    "landkreis": AreaType.DISTRICT,
    "kreisfreie stadt": AreaType.DISTRICT,
    "kreis/kreisfreie stadt": AreaType.DISTRICT,
    "gemeinde": AreaType.MUNICIPALITY,
    "stadt": AreaType.MUNICIPALITY,
}
_DIGITS = {level: digits for digits, level in AREA_DIGITS.items()}
EXPECTED = Message(
    N_("AGS, Name, Verwaltungsebene, and below each technology its classes such as “≥ 30 Mbit/s”")
)


class NoKeyError(Exception):
    """A row has no key: ``finding`` says why, or ``level`` names a level that is not carried."""

    def __init__(self, finding: Finding | None = None, level: str = "") -> None:
        super().__init__()
        self.finding, self.level = finding, level


@dataclass
class Header:
    """What the header rows of a sheet say.

    Args:
        row: the last of them.
        titles: of the columns, as they stand in it.
        above: every text above it.
        key, name, level: the places of these columns.
        series: of each column of figures, by its place.
        bases: the places of the columns of each customer and base.
        findings: what is left out, or refuses the sheet.
    """

    row: int
    titles: Sequence[str]
    above: Sequence[str]
    key: int
    name: int = 0
    level: int = 0
    series: dict[int, Series] = field(default_factory=dict)
    bases: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def technologies(self) -> Iterator[list[int]]:
        """Yield the places, among the series, of each technology of each base, slowest first."""
        places = list(self.series)
        for own in self.bases.values():
            for found in coverage_rules.by_technology([self.series[place] for place in own]):
                yield [places.index(own[n]) for n in found]


def header_of(raw: RawTable, sheet: str) -> Header | None:
    """Return what the header rows of a sheet say; ``None`` if no column of it is called AGS."""
    rows = [RawRow(raw.header_row, raw.header), *raw.rows[:MOST_ROWS]]
    place = _header_row(rows)
    if place is None:
        return None
    width = max(len(row.cells) for row in rows[: place + 1])
    lines = [[*map(_plain, row.cells), *[""] * (width - len(row.cells))] for row in rows[: place + 1]]
    titles, above = lines[-1], [_spread(line) for line in lines[:-1]]
    texts = [text for line in lines[:-1] for text in line if text]
    folded = [title.casefold() for title in titles]
    key = next(n for n, title in enumerate(folded) if title in _KEYS)
    header = Header(rows[place].number, titles, texts, key)
    _Columns(header, sheet, above, folded).read()
    return header


def _header_row(rows: Sequence[RawRow]) -> int | None:
    """Return the last row in which a cell is called AGS: one merged downwards stands in several."""
    found = [n for n, row in enumerate(rows) if any(_plain(cell).casefold() in _KEYS for cell in row.cells)]
    return found[-1] if found else None


def _plain(cell: object) -> str:
    return " ".join(text_of(cell).split())


def _spread(line: Sequence[str]) -> list[str]:
    """Return a line in which a text counts for the empty cells to its right."""
    spread, last = [], ""
    for text in line:
        last = text or last
        spread.append(last)
    return spread


class _Columns:
    def __init__(
        self, header: Header, sheet: str, above: Sequence[Sequence[str]], folded: Sequence[str]
    ) -> None:
        self.header, self.sheet, self.above, self.folded = header, sheet, above, folded
        self.left_out: list[str] = []
        self.not_carried: dict[str, list[str]] = {}

    def read(self) -> None:
        """Find out what each column is."""
        header = self.header
        for name, titles in (("level", _LEVELS), ("name", _NAMES)):
            place = next((n for n, title in enumerate(self.folded) if title in titles), None)
            if place is None:
                text = N_("The sheet “{sheet}” has no column “{title}”.")
                self._wrong(Cause.MISSING_LABEL, text, {"title": titles[0].capitalize()})
            else:
                setattr(header, name, place)
        keys = {header.key, header.name, header.level}
        for place, title in enumerate(header.titles):
            if place not in keys:
                self._column(place, title)
        if not header.series and not any(one.severity == "error" for one in header.findings):
            self._wrong(Cause.MISSING_LABEL, N_("The sheet “{sheet}” has no column of shares."), {})
        self._named()

    def _column(self, place: int, title: str) -> None:
        technology = self._technology(place)
        speed = _SPEED.fullmatch(title)
        values: dict[str, object] = {"place": place + 1, "title": short(title) or "–"}
        if technology is None and not self.header.series and not self._is_told(place):
            self.left_out += [title] if title else []  # what stands between the names and the first shares
        elif technology is None:
            text = N_("Sheet “{sheet}”, column {place}, “{title}”: no known technology stands above it.")
            self._wrong(Cause.UNKNOWN_LABEL, text, values)
        elif not isinstance(technology, Technology):
            self.not_carried.setdefault(technology, []).append(title)
        elif speed is None or int(speed["speed"].replace(".", "")) not in SPEED_CLASSES:
            text = N_("Sheet “{sheet}”, column {place}, “{title}”: this is no class of a speed.")
            self._wrong(Cause.UNKNOWN_LABEL, text, values)
        else:
            self._series(place, Series(technology, int(speed["speed"].replace(".", ""))), values)

    def _series(self, place: int, series: Series, values: dict[str, object]) -> None:
        base = self._base(place)
        if base is None:
            text = N_(
                "Sheet “{sheet}”, column {place}: the title of the sheet and the texts above do not say of "
                "what the shares are, or contradict each other."
            )
            self._wrong(Cause.UNKNOWN_LABEL, text, values)
            return
        own = self.header.bases.setdefault((str(base[0]), str(base[1])), [])
        if series in [self.header.series[one] for one in own]:
            text = N_("Sheet “{sheet}”, column {place}, “{title}”: technology and class are there twice.")
            self._wrong(Cause.DUPLICATE_LABEL, text, values)
            return
        self.header.series[place] = series
        own.append(place)

    def _is_told(self, place: int) -> bool:
        """Return whether a title alone looks like a class of a speed."""
        return "bit" in self.folded[place] or "≥" in self.folded[place]

    def _technology(self, place: int) -> Technology | str | None:
        """Return the technology above a column, as a text one that is not carried; the lowest text counts."""
        for line in reversed(self.above):
            text = line[place].casefold()
            if text in _TECHNOLOGIES:
                return _TECHNOLOGIES[text]
            if text in _NOT_CARRIED or "mobilfunk" in text or re.fullmatch(r"[2345]g.*|lte.*", text):
                return line[place]
            if text and not _OF_WHAT.search(text) and "festnetz" not in text and line is self.above[-1]:
                return None
        return None

    def _base(self, place: int) -> tuple[Customer, Base] | None:
        """Return of what a column tells the share, by the text above it and by the title of the sheet."""
        told = [_OF_WHAT.search(line[place]) for line in self.above]
        said = [one["what"] for one in told if one]
        found = {_what(text) for text in said or [line[place] for line in self.above]} - {None}
        of_sheet = {_what(self.sheet)} - {None}
        if (said and not found) or (found and of_sheet and found != of_sheet):
            return None
        both = found or of_sheet
        return both.pop() if len(both) == 1 else None

    def _wrong(self, cause: Cause, text: str, values: dict[str, object]) -> None:
        message = Message(text, {"sheet": self.sheet, **values})
        shown = short(" | ".join(self.header.titles))
        finding = Finding(cause, message, self.header.row, short(self.sheet), shown, EXPECTED)
        self.header.findings.append(finding)

    def _named(self) -> None:
        """Name what is left out."""
        for technology, titles in self.not_carried.items():
            text = N_("{technology} is not carried; left out: {columns}.")
            named = short(", ".join(titles))
            message = Message(text, {"technology": technology, "columns": named})
            finding = Finding(Cause.NOT_CARRIED, message, self.header.row, short(self.sheet), named)
            self.header.findings.append(finding)
        if self.left_out:
            text = N_("Columns before the first shares were not read: {columns}.")
            named = short(", ".join(self.left_out))
            message = Message(text, {"columns": named})
            finding = Finding(Cause.EXTRA_LABEL, message, self.header.row, short(self.sheet), named)
            self.header.findings.append(finding)


def _what(text: str) -> tuple[Customer, Base] | None:
    """Return whose shares of what a text names; the first word that is known counts."""
    return next((base for word, base in _WHAT.items() if word in text.casefold()), None)


def code_at(header: Header, row: RawRow) -> str:
    """Return the key of a row: of as many digits as its level has.

    Raises:
        NoKeyError: it has none, or is of a level that is not carried.
    """
    told = _plain(row.cells[header.level])
    level = _LEVEL.fullmatch(told)
    kind = _AREA_LEVELS.get(level["level"].casefold()) if level else None
    if kind is AreaType.COUNTRY:
        return COUNTRY_CODE
    if level and kind is None:
        raise NoKeyError(level=told)
    text = _plain(row.cells[header.key])
    values: dict[str, object] = {"row": row.number, "found": short(text), "level": told or "–"}
    sentence = N_("Row {row}: “{found}” is no AGS of the level “{level}”.")
    if kind is not None and text.isdecimal():
        digits, longest = _DIGITS[kind], _DIGITS[AreaType.MUNICIPALITY]
        # a number has lost its zero, and districts are written with the zeros of municipalities as well
        whole = text.zfill(digits if len(text) <= digits else longest)
        if len(whole) - len(text) <= 1 and len(whole) in {digits, longest} and not whole[digits:].strip("0"):
            return whole[:digits]
    raise NoKeyError(Finding(Cause.PATTERN, Message(sentence, values), row.number, "AGS", short(text)))
