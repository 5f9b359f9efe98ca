"""Texts, addresses and days as RDF takes them, whatever somebody typed."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

# what neither XML nor a database of texts knows
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_HEX = re.compile("[0-9a-f]+")
_MAIL = re.compile(r"[^\s@<>\"\\]+@[^\s@<>\"\\]+\.[^\s@<>\"\\]+")
_ADDRESSES = {"http", "https", "ftp"}
# signs of an IRI that stay as they are; everything else is written with percent signs
_SAFE = "!#$%&'()*+,/:;=?@[]~"
_ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLOCKS = {"paragraph_close", "heading_close", "list_item_close", "tr_close", "blockquote_close", "hr"}


def text(value: object) -> str:
    """Return a text without what cannot be written, or an empty one."""
    return _CONTROL.sub("", str(value)).strip() if value is not None else ""


@lru_cache(maxsize=256)
def plain(markdown: str) -> str:
    """Return a text that may have Markdown as a reader would read it aloud: other portals show signs raw."""
    lines = "".join(_words(_MARKDOWN.parse(text(markdown)))).splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _words(tokens: list[Token]) -> list[str]:
    said: list[str] = []
    for token in tokens:
        if token.type == "inline":
            said += _words(token.children or [])
        elif token.type in {"text", "code_inline", "code_block", "fence"}:
            said.append(token.content)
        elif token.type in {"html_inline", "html_block"}:
            said.append(_TAG.sub(" ", token.content))
        elif token.type in {"softbreak", "hardbreak"} or token.type in _BLOCKS:
            said.append("\n")
        elif token.type in {"td_close", "th_close"}:
            said.append(" ")
        elif token.type == "list_item_open":
            said.append("- ")
        elif token.type == "image":
            said.append(token.content)
    return said


def iri(value: object) -> str | None:
    """Return an address as an IRI, spaces and quotes written with percent signs; nothing if it is none."""
    told = text(value)
    try:
        parts = urlsplit(told)
    except ValueError:
        return None
    if parts.scheme.lower() not in _ADDRESSES or not parts.netloc or set(parts.netloc) & set(' <>"{}|\\^`'):
        return None
    return quote(told, safe=_SAFE) if not told.isascii() or _needs_quoting(told) else told


def _needs_quoting(address: str) -> bool:
    return any(sign in address for sign in ' <>"{}|\\^`\n\t')


def mail(value: object) -> str | None:
    """Return a mailbox as an IRI, or nothing if it is none."""
    told = text(value)
    return f"mailto:{quote(told, safe='@!#$&*+/=?._~-')}" if _MAIL.fullmatch(told) else None


def day(value: object) -> str | None:
    """Return a day as ISO 8601 writes it, or nothing if it is none."""
    told = text(value)[:10]
    try:
        return date.fromisoformat(told).isoformat()
    except ValueError:
        return None


def moment(value: object) -> str | None:
    """Return a moment that is UTC, whether it says so or not, or nothing if it is none."""
    told = text(value)
    try:
        read = datetime.fromisoformat(told)
    except ValueError:
        return None
    return f"{read.isoformat()}Z" if read.tzinfo is None else read.isoformat()


def checksum(value: object) -> tuple[str, str] | None:
    """Return which algorithm made a checksum, and the checksum, or nothing where its length is of none."""
    told = text(value).lower().rpartition(":")[2]
    algorithm = _ALGORITHMS.get(len(told)) if _HEX.fullmatch(told) else None
    return (algorithm, told) if algorithm else None


def whole(value: object) -> int | None:
    """Return a number of bytes, or nothing if it is none."""
    told = text(value)
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None
