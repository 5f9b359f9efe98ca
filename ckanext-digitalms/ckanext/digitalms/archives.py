"""Packed documents (XLSX, DOCX): what they would unpack to is looked at before anything of it is."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass

__all__ = ["DAMAGE", "Archive", "look"]

_PROTECTED = 1  # the flag of a part
# what a damaged document makes ZIP, XML and the libraries on top stumble over, which trust their files
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Archive:
    """What an archive says of itself.

    Args:
        names: of its parts.
        packed, unpacked: their bytes together.
        is_protected: whether a part needs a password.
    """

    names: tuple[str, ...]
    packed: int
    unpacked: int
    is_protected: bool


def look(content: bytes) -> Archive:
    """Read the list of parts; raises one of ``DAMAGE`` where there is none."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = package.infolist()
    return Archive(
        names=tuple(part.filename for part in parts),
        packed=sum(part.compress_size for part in parts),
        unpacked=sum(part.file_size for part in parts),
        is_protected=any(part.flag_bits & _PROTECTED for part in parts),
    )
