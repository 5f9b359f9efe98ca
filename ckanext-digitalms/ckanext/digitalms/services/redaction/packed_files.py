"""The texts in the bytes of a file: in its encoding, or as a file that is no text holds them.

Opened are documents and workbooks of today and of before (XLSX, ODS, DOCX, ODT, PDF, XLS, DOC), ZIP archives
and gzip, also inside of each other. Any other file that is no text is searched as it is.
"""

from __future__ import annotations

import gzip
import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress

from ckanext.digitalms import archives
from ckanext.digitalms.reports.document import ReportUnreadableError
from ckanext.digitalms.reports.pdf import texts_of_pdf
from ckanext.digitalms.validation.reading_xls import texts_of_xls
from ckanext.digitalms.validation.table import UnreadableError

from . import compound_files

__all__ = ["ClosedError", "as_text", "is_packed", "opened_texts", "shown", "texts_of"]

_PDF = b"%PDF-"
# packed in a way that nothing here opens: 7z, RAR, bzip2, xz, Zstandard
_CLOSED = re.compile(rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|BZh[1-9]1AY&SY|\xfd7zXZ\0|\x28\xb5\x2f\xfd")
_TAG = re.compile(r"<[^<>]*>")
# so deep files stand in files, and so much one of them may unpack to
_DEEPEST, _MOST = 4, 10**9


class ClosedError(Exception):
    """Not all of a file can be looked into: a password, damage, a scan, packed as nothing here opens."""


_BROKEN = (*compound_files.BROKEN, UnreadableError, ReportUnreadableError, ClosedError)


def is_packed(content: bytes) -> bool:
    """Return whether a file is no text: a text in it cannot be changed in its place."""
    return as_text(content) is None


def as_text(content: bytes) -> tuple[str, str] | None:
    """Return the text of a file and its encoding; ``None`` for one that is no text."""
    if _reader(content) is not None:
        return None
    text, codec = _decoded(content)
    return None if "\0" in text else (text, codec)


def _decoded(content: bytes) -> tuple[str, str]:
    for codec in (_wide(content), "utf-8", "cp1252"):
        with suppress(UnicodeDecodeError):
            return content.decode(codec), codec
    return content.decode("latin-1"), "latin-1"


def _wide(content: bytes) -> str:
    start = content[:200]
    if start.startswith(b"\xff\xfe") or b"\0" in start[1::2]:
        return "utf-16-le"
    return "utf-16-be" if start.startswith(b"\xfe\xff") or b"\0" in start[::2] else "utf-8"


def texts_of(content: bytes) -> Iterator[str]:
    """Yield the texts in a file, as far as it can be looked into."""
    with suppress(ClosedError):
        yield from opened_texts(content)


def opened_texts(content: bytes, depth: int = 0) -> Iterator[str]:
    """Yield the texts in a file: of each part as it stands, and without its tags.

    Args:
        content: the file.
        depth: how many files it stands in.

    Raises:
        ClosedError: after all texts that can be read: there may be more.
    """
    reader, is_closed = _reader(content), depth > _DEEPEST
    if reader is None:
        told = as_text(content)
        yield from _as_it_is(content) if told is None else (told[0], *shown(told[0]))
        return
    try:
        for part in () if is_closed else reader(content):
            if isinstance(part, str):
                yield part
                continue
            try:
                yield from opened_texts(part, depth + 1)
            except ClosedError:
                is_closed = True
    except _BROKEN:
        is_closed = True
    if is_closed:
        yield from _as_it_is(content)
        raise ClosedError


def _as_it_is(content: bytes) -> Iterator[str]:
    """Yield bytes that are no text in every encoding in which a text may stand in them."""
    for codec in ("utf-8", "cp1252"):
        yield content.decode(codec, "replace")
    for begin in (0, 1):
        yield content[begin:].decode("utf-16-le", "replace")


def shown(text: str) -> Iterator[str]:
    """Yield what a reader may see of a text that is markup; nothing of any other one."""
    if text.lstrip("\ufeff \r\n").startswith("<"):
        # a word may be cut by tags, and two words may be parted by them alone
        yield html.unescape(_TAG.sub("", text))
        yield html.unescape(_TAG.sub(" ", text))


# gives texts, and files that stand in the file
Reader = Callable[[bytes], Iterator[str | bytes]]


def _reader(content: bytes) -> Reader | None:
    """Return what reads a file that is no text, by how it begins; ``None`` if nothing here does."""
    if _PDF in content[:1024]:
        return _of_pdf
    if _CLOSED.match(content):
        return _of_closed
    return next((reader for start, reader in _READERS.items() if content.startswith(start)), None)


def _of_closed(content: bytes) -> Iterator[str | bytes]:
    raise ClosedError(content[:8])
    yield


def _of_pdf(content: bytes) -> Iterator[str | bytes]:
    has_text = False
    for text in texts_of_pdf(content):
        has_text = has_text or bool(text.strip())
        yield text
    if not has_text:  # pictures of pages
        raise ClosedError


def _of_zip(content: bytes) -> Iterator[str | bytes]:
    is_closed = False
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for part in packed.infolist():
            yield part.filename
            try:
                inside = packed.read(part) if part.file_size <= _MOST else None
            except archives.DAMAGE:
                inside = None
            if inside is None:
                is_closed = True
            else:
                yield inside
    if is_closed:
        raise ClosedError


def _of_gzip(content: bytes) -> Iterator[str | bytes]:
    with gzip.open(io.BytesIO(content)) as packed:
        inside = packed.read(_MOST + 1)
    if len(inside) > _MOST:
        raise ClosedError
    yield inside


def _of_compound(content: bytes) -> Iterator[str | bytes]:
    # what was removed may stand in sectors that no stream has
    yield from _as_it_is(content)
    is_closed = False
    for name, stream in compound_files.streams(content):
        is_closed = is_closed or compound_files.is_locked(name, stream)
        yield from _as_it_is(stream)
        if name in compound_files.WORKBOOKS:
            # a cell may be cut by the end of a record
            yield from texts_of_xls(content)
        elif _reader(stream) is not None:
            yield stream
    if is_closed:
        raise ClosedError


_READERS: dict[bytes, Reader] = {
    b"PK\x03\x04": _of_zip,
    compound_files.START: _of_compound,
    b"\x1f\x8b\x08": _of_gzip,
}
