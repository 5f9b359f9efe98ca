"""Packed bodies, unpacked as they come; one that ends early is told from one that is whole.

The HTTP library takes the end of the connection for the end of the packed text, so a file that is cut between
two rows would count as whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

_GZIP, _ZLIB, _BARE = 31, 15, -15  # how zlib calls the forms
_MAGIC = b"\x1f\x8b"
_ZLIB_START = 0x08
CHUNK = 65_536


class CutShortError(Exception):
    """The packed text ends before its end."""


class NotPackedError(Exception):
    """The text is not packed as the server says; ``encoding`` is what it says."""

    def __init__(self, encoding: str) -> None:
        super().__init__(encoding)
        self.encoding = encoding


class Unpacker:
    """Unpacks the chunks of one body.

    Args:
        encoding: what the header ``Content-Encoding`` says, in small letters; a body without one that begins
            as a gzip file does is unpacked, too.
    """

    def __init__(self, encoding: str) -> None:
        self.encoding = "" if encoding == "identity" else encoding
        self._is_open = False
        self._unpack: zlib._Decompress | None = None
        self._rest = b""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a chunk says, in parts that fit into memory.

        Raises:
            NotPackedError: it is not what the header says.
        """
        if not self._is_open:
            self._open(chunk)
        if self._unpack is None:
            yield chunk
            return
        data = chunk
        while data:
            if self._unpack.eof:  # another part of the same file follows
                self._unpack = zlib.decompressobj(_GZIP)
            try:
                text = self._unpack.decompress(data, CHUNK)
            except zlib.error as error:
                raise NotPackedError(self.encoding or "gzip") from error
            data = self._unpack.unconsumed_tail or self._unpack.unused_data
            if text:
                yield text

    def end(self) -> None:
        """Say that nothing follows; raises :class:`CutShortError`."""
        if self._unpack is not None and not self._unpack.eof:
            raise CutShortError
        if not self._is_open and self.encoding:
            raise CutShortError

    def _open(self, chunk: bytes) -> None:
        self._is_open = True
        if self.encoding in {"gzip", "x-gzip"} or (not self.encoding and chunk.startswith(_MAGIC)):
            self._unpack = zlib.decompressobj(_GZIP)
        elif self.encoding == "deflate":
            # some servers leave the two bytes in front out
            has_start = (
                chunk[0] & 0x0F == _ZLIB_START and len(chunk) > 1 and (chunk[0] << 8 | chunk[1]) % 31 == 0
            )
            self._unpack = zlib.decompressobj(_ZLIB if has_start else _BARE)
        elif self.encoding:
            raise NotPackedError(self.encoding)
