"""Compound files of Microsoft's (XLS, DOC, PPT, MSG): their streams, each put together from its sectors."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from xlrd.compdoc import CompDoc, CompDocError

from ckanext.digitalms import archives

__all__ = ["BROKEN", "START", "WORKBOOKS", "is_locked", "streams"]

START = b"\xd0\xcf\x11\xe0"
# what a damaged file makes the reader stumble over, which trusts it
BROKEN = (*archives.DAMAGE, CompDocError, AssertionError, ArithmeticError, struct.error, RecursionError)
# the stream of a workbook of Excel 97 to 2003, and of Excel 95
WORKBOOKS = frozenset({"Workbook", "Book"})
# the streams of a document that a password protects
_LOCKED = frozenset({"EncryptedPackage", "EncryptedSummary"})
_STREAM = 2
# where a document of Word says that it has a password, and the bit that does
_FLAGS, _PASSWORD = 11, 1


def streams(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each stream.

    Raises:
        one of ``BROKEN``: it is damaged.
    """
    file = CompDoc(content, logfile=io.StringIO())
    nodes = file.dirlist
    for node in nodes:
        if node.etype != _STREAM or node.parent < 0:
            continue  # a folder, or what was removed
        path, above = node.name, node.parent
        while above > 0:
            path, above = f"{nodes[above].name}/{path}", nodes[above].parent
        yield node.name, file.get_named_stream(path) or b""


def is_locked(name: str, stream: bytes) -> bool:
    """Return whether a stream says that the document has a password (a workbook's own says so when read)."""
    if name == "WordDocument":
        return len(stream) > _FLAGS and bool(stream[_FLAGS] & _PASSWORD)
    return name in _LOCKED
