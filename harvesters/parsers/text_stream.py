"""A file's bytes as text that is read as it comes; its encoding is told by one pass before. Pure."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import replace
from typing import BinaryIO

from ckanext.digitalms.shared import AUTO, N_, Cause, Dialect, Finding, Message, UnreadableError

CHUNK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEVERAL = re.compile(rb"[\xc3\xc4\xc5\xe2][\x80-\xbf]")
_DELIMITERS = (";", ",", "\t", "|")


def opened(stream: BinaryIO, dialect: Dialect) -> tuple[io.TextIOWrapper, Dialect]:
    """Open a file as text, which closes it in the end; return it with the dialect that was found.

    Raises:
        UnreadableError: the encoding is broken.
    """
    encoding = dialect.encoding if dialect.encoding != AUTO else _encoding(stream)
    stream.seek(0)
    kept = "utf-8" if encoding == "utf-8-sig" else encoding
    return io.TextIOWrapper(stream, encoding=encoding, newline=""), replace(dialect, encoding=kept)


def delimiter_of(line: str, dialect: Dialect) -> str:
    """Return the delimiter of a table whose first line is the header."""
    return dialect.delimiter if dialect.delimiter != AUTO else max(_DELIMITERS, key=line.count)


def first_titles(data: bytes, dialect: Dialect) -> list[str]:
    """Return the cells of the first line of a text, nothing for what is none."""
    start = data[:4096]
    wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = start.decode("utf-16" if wide else "utf-8", "ignore").lstrip("\ufeff\r\n ")
    line = text.partition("\n")[0]
    return [cell.strip().strip('"') for cell in line.split(delimiter_of(line, dialect))]


def _encoding(stream: BinaryIO) -> str:
    stream.seek(0)
    start = stream.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    stream.seek(0)
    decoder, has_several, offset = codecs.getincrementaldecoder("utf-8")(), False, 0
    while chunk := stream.read(CHUNK):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            if has_several or _SEVERAL.search(chunk[: error.start]):
                text = N_("Byte {byte} is no UTF-8, though the file is written in it.")
                message = Message(text, {"byte": offset + error.start + 1})
                raise UnreadableError(Finding(Cause.ENCODING, message), form="csv") from error
            return "cp1252"
        has_several = has_several or bool(_SEVERAL.search(chunk))
        offset += len(chunk)
    return "utf-8"
