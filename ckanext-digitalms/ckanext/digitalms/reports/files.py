"""From the bytes of an upload to a document, or to a sentence that says why not."""

from __future__ import annotations

import re
from dataclasses import replace

from ckanext.digitalms.messages import N_, Message

from .document import Document, ReportUnreadableError, clean
from .markup import read_markup
from .odt import read_odt
from .office import read_docx
from .pdf import read_pdf

MAX_TEXT = 5 * 10**6
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,30})", re.IGNORECASE)
# the first part of an ODT is its type, unpacked
_ODT = b"mimetypeapplication/vnd.oasis.opendocument.text"
_OLE = b"\xd0\xcf\x11\xe0"
_OTHER_KINDS = {_OLE: "DOC/XLS/PPT", b"{\\rtf": "RTF", b"\x89PNG": "PNG"}
_KNOWN_CHARSETS = {
    "utf-8",
    "utf8",
    "iso-8859-1",
    "iso-8859-15",
    "latin1",
    "windows-1252",
    "cp1252",
    "us-ascii",
}


def read_file(content: bytes) -> Document:
    """Read a report's file; its kind is told from its content.

    Raises:
        ReportUnreadableError: with what was found and what to do.
    """
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise ReportUnreadableError(Message(N_("The file is empty. Choose the file that holds the report.")))
    document = _read(content)
    return replace(document, lines=tuple(clean(line) for line in document.lines))


def _read(content: bytes) -> Document:
    if content.startswith(b"PK"):
        return read_odt(content) if _ODT in content[:200] else read_docx(content)
    if b"%PDF-" in content[:1024]:
        return read_pdf(content)
    return _read_text(content)


def _read_text(content: bytes) -> Document:
    if content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise ReportUnreadableError(Message(N_("The file has a password: save it without one.")))
    for start, kind in _OTHER_KINDS.items():
        if content.startswith(start):
            sentence = N_(
                "The file is {kind}. Save the report as DOCX, ODT, PDF with text, HTML or Markdown "
                "and upload that."
            )
            raise ReportUnreadableError(Message(sentence, {"kind": kind}))
    if len(content) > MAX_TEXT:
        sentence = N_(
            "The text has {found} MB; at most {limit} MB are read. Upload the report without pictures."
        )
        values: dict[str, object] = {"found": len(content) // 10**6, "limit": MAX_TEXT // 10**6}
        raise ReportUnreadableError(Message(sentence, values))
    return read_markup(_decoded(content))


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(content, "utf-16")
    if b"\0" in content:
        sentence = N_(
            "The file is no text (it holds a NUL byte at place {place}). "
            "Save the report as DOCX, ODT, PDF with text, HTML or Markdown and upload that."
        )
        raise ReportUnreadableError(Message(sentence, {"place": content.index(b"\0")}))
    declared = _CHARSET.search(content[:4096])
    charset = declared[1].decode("ascii").lower() if declared else "utf-8"
    return _decode(content, charset if charset in _KNOWN_CHARSETS else "utf-8")


def _decode(content: bytes, charset: str) -> str:
    try:
        return content.decode("utf-8-sig" if charset in {"utf-8", "utf8"} else charset).replace("\0", "")
    except UnicodeDecodeError as err:
        line = content.count(b"\n", 0, err.start) + 1
        sentence = N_(
            "The text is not in {charset}: line {line} has a byte ({byte}) that does not occur there. "
            "Save the report as UTF-8 and upload it again."
        )
        byte = f"0x{content[err.start]:02X}" if err.start < len(content) else "?"
        values: dict[str, object] = {"charset": charset.upper(), "line": line, "byte": byte}
        raise ReportUnreadableError(Message(sentence, values)) from err
