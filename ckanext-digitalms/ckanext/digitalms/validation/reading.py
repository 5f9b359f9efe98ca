"""Bytes to a raw table: the form is told by the content, not by the name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ckanext.digitalms.messages import N_, Message

from .archived import unpacked
from .arrangement import arranged
from .causes import Cause
from .dialect import Dialect
from .findings import Finding, short
from .reading_csv import TABLE_FORMS, binary_finding, read_csv, too_long
from .reading_html import has_tables, read_html
from .reading_json import read_json
from .reading_ods import TYPE, read_ods
from .reading_xls import read_xls
from .reading_xlsx import opened, read_xlsx
from .table import MAX_CELL, Limits, RawTable, TableSchema, UnreadableError
from .workbook_table import protected

_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"\x7fELF",
)
_LITTLE, _BIG = _MARKS = (b"\xff\xfe", b"\xfe\xff")
_MOSTLY = 0.8
_COMPOUND = b"\xd0\xcf\x11\xe0"
# the stream in which Office keeps a workbook that a password protects
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# the streams of a workbook of Excel 97 to 2003, and of Excel 95
_WORKBOOK = re.compile("|".join(("Workbook", "Book")).encode("utf-16-le").replace(b"|\0", b"|"))
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_MARKUP = re.compile(rb"\s*(<!doctype|<html|<head|<body|<table|<style|<meta|<\?xml|<svg|<!--)", re.IGNORECASE)


def read(data: bytes, schema: TableSchema, dialect: Dialect, limits: Limits) -> RawTable:
    """Read a delivered file, with the header and the rows that its dialect says.

    Raises:
        UnreadableError: there is no table to be judged.
    """
    return arranged(
        whole(data, schema, dialect, limits), dialect.header, dialect.left_out, dialect.missing_words
    )


def whole(data: bytes, schema: TableSchema, dialect: Dialect, limits: Limits) -> RawTable:
    """Read a delivered file with all its rows; raises as :func:`read`."""
    packed = unpacked(data, dialect, limits)
    raw = _read(marked(packed.data), schema, packed.dialect, limits)
    if packed.members:
        sheets = packed.members if len(packed.members) > 1 else raw.sheets
        raw = replace(raw, findings=(*packed.findings, *raw.findings), sheets=sheets)
    _refuse_long_cells(raw)
    return raw


def read_sheets(
    data: bytes, titles: Iterable[str], dialect: Dialect, limits: Limits
) -> Iterator[tuple[str, RawTable | UnreadableError]]:
    """Read sheets of a workbook (XLSX), which is looked at once; for one that cannot be read, give why.

    Raises:
        UnreadableError: it cannot be opened.
    """
    packed = unpacked(data, dialect, limits)
    _check_size(packed.data, limits)
    with opened(packed.data, limits) as workbook:
        for title in titles:
            try:
                raw = workbook.read(replace(dialect, sheet=title), limits)
                _refuse_long_cells(raw)
                yield title, arranged(raw, dialect.header, dialect.left_out, dialect.missing_words)
            except UnreadableError as error:
                yield title, error


def _refuse_long_cells(raw: RawTable) -> None:
    for row in raw.rows:
        long = [p for p, cell in enumerate(row.cells) if isinstance(cell, str) and len(cell) > MAX_CELL]
        if long:
            title = raw.header[long[0]] if long[0] < len(raw.header) else None
            raise UnreadableError(too_long(row.number, title), form=raw.form)


def _read(data: bytes, schema: TableSchema, dialect: Dialect, limits: Limits) -> RawTable:
    _check_size(data, limits)
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start and not data.strip(b"\xef\xbb\xbf \t\r\n"):
        text = N_("The file has {found} bytes and no content.")
        raise UnreadableError(
            Finding(Cause.EMPTY_FILE, Message(text, {"found": len(data)}), allowed=TABLE_FORMS)
        )
    if data.startswith(b"PK\x03\x04"):
        is_open_document = TYPE in data[:200]
        return (read_ods if is_open_document else read_xlsx)(data, dialect, limits)
    if data.startswith(_COMPOUND):
        if _ENCRYPTED in data:
            raise UnreadableError(protected())
        if _WORKBOOK.search(data):
            return read_xls(data, dialect, limits)
    if data.startswith(_BINARY) or _is_binary(data):
        raise UnreadableError(binary_finding(data))
    if _MARKUP.match(start):
        if has_tables(data) and (page := read_html(data, dialect, limits)) is not None:
            return page
        text = N_("The file is a web page or other markup, not a table: it starts with “{found}”.")
        found = short(start[:60].decode("utf-8", "replace"))
        finding = Finding(Cause.NOT_A_TABLE, Message(text, {"found": found}), 1, None, found, TABLE_FORMS)
        raise UnreadableError(finding)
    if looks_like_json(data):
        return read_json(data, dialect, limits)
    return read_csv(data, schema, dialect, limits)


def _is_binary(data: bytes) -> bool:
    # UTF-16 has a NUL in every other place and a mark in front
    start = data[:10_000]
    return not data.startswith((b"\xff\xfe", b"\xfe\xff")) and len(_CONTROL.findall(start)) > len(start) / 20


def marked(data: bytes) -> bytes:
    """Put the mark before a text of two bytes a letter that has none: one half of it is NUL."""
    start = data[:10_000]
    if data.startswith(_MARKS) or len(start) < 2:
        return data
    first, second = (half.count(0) / len(half) for half in (start[::2], start[1::2]))
    if first == 0 and second > _MOSTLY:
        return _LITTLE + data
    return _BIG + data if second == 0 and first > _MOSTLY else data


def looks_like_json(data: bytes) -> bool:
    """Return whether a file begins as a list or an object does."""
    start = data[:1024].removeprefix(b"\xef\xbb\xbf")
    if start.startswith(_MARKS):
        start = start[: len(start) // 2 * 2].decode("utf-16", "ignore").encode()
    return start.lstrip()[:1] in {b"[", b"{"}


def _check_size(data: bytes, limits: Limits) -> None:
    if len(data) > limits.max_bytes:
        raise UnreadableError(too_large(len(data), limits))


def too_large(size: int, limits: Limits) -> Finding:
    """Say that the limit of bytes is passed."""
    found = f"{size / 10**6:.1f}"
    text = N_("The file has {found} MB; {limit} MB are allowed.")
    allowed = Message(N_("at most {limit} MB"), {"limit": limits.megabytes})
    message = Message(text, {"found": found, "limit": limits.megabytes})
    return Finding(Cause.TOO_LARGE, message, None, None, f"{found} MB", allowed)
