"""How a delivered table is written: encoding, delimiter, decimal character, date format; which sheet it is.

A declared value is a promise that is held to. ``auto`` means: proposed from the whole file and shown
in the report; of dates and decimals only forms that cannot be misread are taken then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from charset_normalizer import from_bytes

from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .column_forms import DAY_FORMS, LETTERS, read_forms, same, write_forms
from .findings import Finding, short

AUTO = "auto"
FIXED = "fixed"  # columns below one another, with spaces between
UTF8, UTF8_BOM, CP1252, UTF16 = "utf-8", "utf-8-sig", "cp1252", "utf-16"
# of the time before Unicode: the euro sign of Western Europe, and MS-DOS
LATIN9, CP850 = "iso8859-15", "cp850"
# hidden rows and columns of a workbook are left out, or
TAKEN_IN = "taken_in"


CHOICES: dict[str, dict[str, str]] = {
    "encoding": {
        AUTO: AUTO,
        UTF8: UTF8,
        "utf8": UTF8,
        UTF8_BOM: UTF8_BOM,
        CP1252: CP1252,
        "windows-1252": CP1252,
        UTF16: UTF16,
        LATIN9: LATIN9,
        "iso-8859-15": LATIN9,
        CP850: CP850,
    },
    "delimiter": {
        AUTO: AUTO,
        ",": ",",
        ";": ";",
        "\t": "\t",
        "|": "|",
        FIXED: FIXED,
        "comma": ",",
        "semicolon": ";",
        "tab": "\t",
        "pipe": "|",
    },
    "decimal_char": {AUTO: AUTO, ".": ".", ",": ",", "point": ".", "comma": ","},
    "date_format": {
        AUTO: AUTO,
        **{form: form for form in DAY_FORMS},
        **{letters: form for letters, form in LETTERS.items() if form in DAY_FORMS},
    },
    "hidden": {AUTO: AUTO, TAKEN_IN: TAKEN_IN},
}
# no row is the header
NO_HEADER = "none"
# kinds of rows that are no data
TOTALS, NOTES, UNITS, COMMENTS, REPEATED = "totals", "notes", "units", "comments", "repeated"
SURPLUS = (TOTALS, NOTES, UNITS, COMMENTS, REPEATED)
_ROWS = re.compile(r"([1-9][0-9]{0,6})(?:\s*[-–]\s*([1-9][0-9]{0,6}))?")
# the options of a dialect: what is one of some choices, the title of a sheet, and rows
SHEET, HEADER, LEAVE_OUT, MISSING, FORMS = "sheet", "header", "leave_out", "missing", "forms"
OPTIONS = (*CHOICES, SHEET, HEADER, LEAVE_OUT, MISSING, FORMS)
_ONLY_IF_SAID = frozenset({"hidden", SHEET, HEADER, LEAVE_OUT, MISSING, FORMS})
MOST_WORDS = 20  # for a missing value


_HEADERS = (AUTO, NO_HEADER, "3", "3-4")
_FORMS = ("Kosten = 1.250,5 €", "Tag = dd/mm/yyyy", "Monat = mm/yyyy", "Az. = text")


class DialectError(ValueError):
    """A dialect that was declared with a value that is none."""

    def __init__(self, option: str, found: object) -> None:
        others = {HEADER: _HEADERS, LEAVE_OUT: (*SURPLUS, "7", "9-12"), MISSING: (f"≤ {MOST_WORDS}",)}
        others[FORMS] = _FORMS
        known = CHOICES.get(option) or others[option]
        allowed = ", ".join(name.replace("\t", "tab") for name in dict.fromkeys(known) if name != "\t")
        text = N_("“{found}” is no {option}: use one of {allowed}.")
        self.option = option
        self.message = Message(text, {"found": short(found), "option": option, "allowed": allowed})
        super().__init__(str(self.message))


def rows_of(text: str) -> tuple[int, int]:
    """Return the first and last row that a text names, such as ``3`` or ``3-4``; raises ``ValueError``."""
    match = _ROWS.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    first, last = int(match[1]), int(match[2] or match[1])
    if last < first:
        raise ValueError(text)
    return first, last


def read_rows(option: str, text: str) -> str:
    """Return ``header`` or ``leave_out`` in the form in which they are kept; raises :class:`DialectError`."""
    words = _listed(text.lower())
    known = {HEADER: {AUTO, NO_HEADER}, LEAVE_OUT: {AUTO, *SURPLUS}}[option]
    for word in words:
        if word not in known and not _is_row(word):
            raise DialectError(option, word)
    if option == HEADER and len(words) > 1:
        raise DialectError(option, text)
    return ", ".join(words) or AUTO


def _listed(text: str) -> list[str]:
    """Return the words between commas, each once."""
    words = (" ".join(word.split()) for word in text.split(","))
    return [word for word in dict.fromkeys(words) if word and word != AUTO]


def _read_forms(said: object) -> str:
    try:
        return write_forms(read_forms("" if said in (None, AUTO) else said)) or AUTO
    except ValueError as error:
        raise DialectError(FORMS, error) from error


def _is_row(word: str) -> bool:
    try:
        return bool(rows_of(word))
    except ValueError:
        return False


@dataclass(frozen=True)
class Dialect:
    """How a table is written; each value is one of :data:`CHOICES`.

    ``sheet`` is the title of one; ``header`` the rows of the titles (``3``, ``3-4``) or ``none``;
    ``leave_out`` kinds of rows and rows that are no data (``totals, notes, 7, 9-12``); ``missing`` words
    that stand for a missing value (``k. A., -``); ``forms`` how single columns are written, by title
    (``Kosten = 1.250,5 €; Tag = %d/%m/%Y``).
    """

    encoding: str = AUTO
    delimiter: str = AUTO
    decimal_char: str = AUTO
    date_format: str = AUTO
    hidden: str = AUTO
    sheet: str = AUTO
    header: str = AUTO
    leave_out: str = AUTO
    missing: str = AUTO
    forms: str = AUTO

    @classmethod
    def declared(cls, options: Mapping[str, Any]) -> Dialect:
        """Take what was declared; missing and empty values are ``auto``.

        Raises:
            DialectError: a value is none of the choices.
        """
        values = {}
        for name, choices in CHOICES.items():
            value = options.get(name)
            spelling = AUTO if value in (None, "") else str(value)
            known = choices.get(spelling, choices.get(spelling.lower()))
            if known is None:
                raise DialectError(name, value)
            values[name] = known
        sheet = " ".join(str(options.get(SHEET) or AUTO).split())
        rows = {name: read_rows(name, str(options.get(name) or AUTO)) for name in (HEADER, LEAVE_OUT)}
        words = _listed(str(options.get(MISSING) or AUTO))
        if len(words) > MOST_WORDS:
            raise DialectError(MISSING, options[MISSING])
        forms = _read_forms(options.get(FORMS))
        return cls(**values, sheet=sheet, **rows, missing=", ".join(words) or AUTO, forms=forms)

    @property
    def of_next(self) -> dict[str, str]:
        """Return what holds for the next file of the same table: sheet, header, rows, words, forms."""
        kinds = ", ".join(word for word in self.left_out if word in SURPLUS)
        rows = {HEADER: self.header, LEAVE_OUT: kinds or AUTO, MISSING: self.missing, FORMS: self.forms}
        told = {SHEET: self.sheet, "hidden": self.hidden, **rows}
        return {name: value for name, value in told.items() if value != AUTO}

    @property
    def column_forms(self) -> dict[str, str]:
        """Return the form of each column of which one was said, by its title as ``same`` gives it."""
        return {same(title): code for title, code in self.said_forms.items()}

    @property
    def said_forms(self) -> dict[str, str]:
        """Return the form of each column of which one was said, by its title."""
        return {} if self.forms == AUTO else read_forms(self.forms)

    @property
    def missing_words(self) -> frozenset[str]:
        """Return the words that stand for a missing value, in small letters."""
        return frozenset(_listed(self.missing.casefold()))

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return kinds of rows and rows that are no data."""
        return () if self.leave_out == AUTO else tuple(self.leave_out.split(", "))

    def to_json(self) -> dict[str, str]:
        """Return plain JSON; sheet, hidden cells and rows only where somebody said something of them."""
        told = asdict(self)
        return {name: told[name] for name in told if name not in _ONLY_IF_SAID or told[name] != AUTO}


@dataclass(frozen=True)
class Decoded:
    """The text of a file and the dialect with its encoding settled; no text when there are findings."""

    text: str
    dialect: Dialect
    findings: tuple[Finding, ...] = ()


_BOMS = ((b"\xef\xbb\xbf", UTF8_BOM), (b"\xff\xfe", UTF16), (b"\xfe\xff", UTF16))
_MULTIBYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")
_ONLY_WINDOWS = re.compile(rb"[\x80-\x9f]")
_GERMAN = frozenset("ÄÖÜäöüß§°²³«»")
# a capital within a word: what a Mac wrote, read as if MS-DOS had
_CAPITAL_INSIDE = re.compile("(?<=[a-zäöüß])[ÄÖÜ]|(?<=[A-Z])[ÄÖÜ](?=[a-zäöüß])")
# signs where a letter belongs: another code page was taken for cp1252
_ODD = re.compile(
    "(?<=[A-Za-zß-ü])[„”Ž™š¤¥¢£¦§¬¯°±²³¶·¸¹º»¼½¾÷‡ˆ‰Š‹Œ›œŸ]+(?=[a-zß-ü])|(?<![^\\W_])[šŽ™](?=[a-zß-ü])"
)


def decode(data: bytes, dialect: Dialect) -> Decoded:
    """Turn bytes to text, judging the whole file.

    Broken UTF-8 is never mended or read as something else: the finding names row and byte.
    """
    encoding = _with_bom(data, dialect.encoding)
    if encoding == AUTO:
        return _decode_unknown(data, dialect)
    try:
        return Decoded(data.decode(encoding), replace(dialect, encoding=encoding))
    except UnicodeDecodeError as error:
        return Decoded("", dialect, (_broken(data, error, encoding),))


def _with_bom(data: bytes, encoding: str) -> str:
    marked = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    return marked if marked and encoding in {AUTO, UTF8, UTF8_BOM, UTF16} else encoding


def _decode_unknown(data: bytes, dialect: Dialect) -> Decoded:
    try:
        return Decoded(data.decode(UTF8), replace(dialect, encoding=UTF8))
    except UnicodeDecodeError as error:
        if _has_utf8(data):
            return Decoded("", dialect, (_broken(data, error, UTF8),))
    if b"\xa4" in data and not _ONLY_WINDOWS.search(data):  # else a sign for currencies that nobody writes
        return Decoded(data.decode(LATIN9), replace(dialect, encoding=LATIN9))
    try:
        text = data.decode(CP1252)
    except UnicodeDecodeError as error:
        return _of_dos(data, dialect) or Decoded("", dialect, (_broken(data, error, CP1252),))
    odd = _ODD.search(text)
    if odd:
        return _of_dos(data, dialect) or Decoded("", dialect, (_other_code_page(data, text, odd.start()),))
    return Decoded(text, replace(dialect, encoding=CP1252))


def _of_dos(data: bytes, dialect: Dialect) -> Decoded | None:
    """Return the text of a file of MS-DOS whose letters are those of German words; ``None`` for another."""
    text = data.decode(CP850)
    strange = {sign for sign in text if sign > "\x7f"} - _GERMAN
    return (
        None if strange or _CAPITAL_INSIDE.search(text) else Decoded(text, replace(dialect, encoding=CP850))
    )


def _has_utf8(data: bytes) -> bool:
    for match in _MULTIBYTE.finditer(data):
        try:
            match.group().decode(UTF8)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _broken(data: bytes, error: UnicodeDecodeError, encoding: str) -> Finding:
    row = data.count(b"\n", 0, error.start) + 1
    in_row = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
    text = N_(
        "Row {row} is not written in {encoding}: byte {byte} of the file ({in_row} of the row) is {found}."
    )
    values: dict[str, object] = {
        "row": row,
        "encoding": encoding,
        "byte": error.start + 1,
        "in_row": in_row,
        "found": f"0x{data[error.start]:02x}",
    }
    allowed = Message(N_("UTF-8, UTF-8 with BOM, or cp1252 (Windows) throughout"))
    return Finding(
        Cause.ENCODING,
        Message(text, values),
        row=row,
        found=short(_around(data, error.start)),
        allowed=allowed,
        remedy=_proposal(data),
    )


def _other_code_page(data: bytes, text: str, at: int) -> Finding:
    row = text.count("\n", 0, at) + 1
    message = N_("Row {row} reads “{found}” if it is taken for cp1252: the file has another encoding.")
    found = text[max(0, at - 10) : at + 10].strip()
    return Finding(
        Cause.ENCODING,
        Message(message, {"row": row, "found": short(found)}),
        row=row,
        found=short(found),
        allowed=Message(N_("UTF-8, UTF-8 with BOM, or cp1252 (Windows) throughout")),
        remedy=_proposal(data),
    )


def _proposal(data: bytes) -> Message | None:
    best = from_bytes(data[:100_000], cp_isolation=["cp850", "mac_roman", "cp1252", "cp437"]).best()
    if best is None or best.encoding in {"cp1252", "utf_8", "ascii"}:
        return None
    text = N_("It may be {proposal}: save the file again as “CSV UTF-8”.")
    return Message(text, {"proposal": best.encoding})


def _around(data: bytes, at: int) -> str:
    start = max(data.rfind(b"\n", 0, at) + 1, at - 20)
    end = data.find(b"\n", at)
    return data[start : min(at + 20, end if end >= 0 else len(data))].decode(CP1252, "replace").strip()
