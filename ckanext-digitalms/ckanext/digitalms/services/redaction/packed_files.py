"""The texts in the bytes of a file: in its encoding, or as a packed document (XLSX, DOCX, PDF) holds them."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from ckanext.digitalms.reports.document import ReportUnreadableError
from ckanext.digitalms.reports.pdf import texts_of_pdf

_PACKED = b"PK\x03\x04"
_TAG = re.compile(r"<[^>]*>")


def is_packed(content: bytes) -> bool:
    """Return whether a file is a packed document: its texts do not stand in its bytes as they are."""
    return content.startswith(_PACKED) or _is_pdf(content)


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:1024]


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding; any bytes are text in one of them."""
    for codec in (_wide(content), "utf-8", "cp1252"):
        try:
            return content.decode(codec), codec
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "latin-1"


def _wide(content: bytes) -> str:
    start = content[:200]
    if start.startswith(b"\xff\xfe") or b"\0" in start[1::2]:
        return "utf-16-le"
    return "utf-16-be" if start.startswith(b"\xfe\xff") or b"\0" in start[::2] else "utf-8"


def texts_of(content: bytes) -> Iterator[str]:
    """Return the texts in a file: of a packed document each part as it stands, and without its tags."""
    if not is_packed(content):
        yield decoded(content)[0]
        return
    if _is_pdf(content):
        try:
            yield from texts_of_pdf(content)
        except ReportUnreadableError:
            yield decoded(content)[0]
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.infolist():
                yield part.filename
                yield from _shown(decoded(packed.read(part))[0])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error):
        yield decoded(content)[0]


def _shown(text: str) -> Iterator[str]:
    yield text
    if text.lstrip("\ufeff \r\n").startswith("<"):
        # a word may be cut by tags, and two words may be parted by them alone
        yield html.unescape(_TAG.sub("", text))
        yield html.unescape(_TAG.sub(" ", text))
