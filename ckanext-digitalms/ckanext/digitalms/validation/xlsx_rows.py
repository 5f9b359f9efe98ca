"""The rows of a sheet cut out of its XML before a parser sees them, where they are written as nearly all are.

A large sheet has millions of cells, each of which costs a parser four events and more. Nearly all programs
write a cell in one of a few ways, which an expression knows; a row is taken only if it knows every byte of
it. All else goes to the parser: what stands around the rows, each row that is written in another way, and
whole sheets in another encoding, with comments or with prefixes. Both ways give the same cells
(``tests/validation/test_sheet_rows.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, NamedTuple

__all__ = ["PlainRow", "pieces", "plain_row", "resolved"]

_BLOCK = 1 << 20
# what is no row after so many bytes is left to the parser
_LONGEST = 1 << 26
_END = b"</row>"
_ROW = re.compile(rb"\s*<row[ >/]")
_FIRST = re.compile(rb"<row[ >/]")
_ENCODING = re.compile(rb"<\?xml[^>]*\sencoding=[\"'](?!utf-8[\"'])", re.IGNORECASE)
_MARK = b"\xef\xbb\xbf"
# a row in a comment is none; the others are no signs of XML, or not the ones that a parser gives
_NOT_PLAIN = (b"<!", b"<?", b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_CONTROL = bytes({*range(32)} - {9, 10})
_BEGIN = re.compile(r'\s*<row r="([0-9]{1,7})"((?: [\w:]+="[^"<>&]*")*)>')
# references that stand for a sign of XML, whatever it is
_TEXT = "([^<&]*(?:&(?:amp|lt|gt|quot|apos|#[1-9][0-9]{2,3});[^<&]*)*)"
_CELL = re.compile(
    r'(<c r="([A-Z]{1,3})[0-9]{1,7}"(?: s="([0-9]{1,6})")?(?: t="([A-Za-z]+)")?(?:/>|>(?:'
    r"(?:<f(?: [^<>]*)?(?:/>|>[^<]*</f>))?<v>([^<&]+)</v>|<v></v>|<v ?/>|"
    rf'<is><t(?: xml:space="preserve")?>{_TEXT}</t></is>)?</c>))'
)
_REFERENCE = re.compile("&(?:#([0-9]+)|([a-z]+));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class PlainRow(NamedTuple):
    """A row of which every byte is known.

    ``cells`` are the text of each cell in the XML, its letters, style, kind, stored value and inline text;
    what it does not have is empty.
    """

    number: int
    is_hidden: bool
    cells: list[tuple[str, str, str, str, str, str]]


def plain_row(row: bytes) -> PlainRow | None:
    """Return a row without its end tag, or ``None`` if not all of it is known."""
    try:
        text = row.decode()
    except UnicodeDecodeError:
        return None
    begin = _BEGIN.match(text)
    if begin is None or " r=" in begin[2]:
        return None
    cells = _CELL.findall(text, begin.end())
    if sum([len(cell[0]) for cell in cells]) != len(text) - begin.end():
        return None  # between the cells stands something else
    is_hidden = ' hidden="1"' in begin[2] or ' hidden="true"' in begin[2]
    return PlainRow(int(begin[1]), is_hidden, cells)


def resolved(text: str) -> str:
    """Return the inline text of a cell as a parser gives it."""
    return _REFERENCE.sub(lambda found: _NAMED[found[2]] if found[2] else chr(int(found[1])), text)


def pieces(part: IO[bytes]) -> Iterator[tuple[bytes, list[bytes]]]:
    """Give what a parser has to read of a sheet, and whole rows that follow it, without their end tags."""
    head = b""
    while block := part.read(_BLOCK):
        head += block
        first = _FIRST.search(head)
        if first or len(head) > _LONGEST:
            break
    else:
        first = None
    place = first.start() if first else len(head)
    is_plain = (
        head.startswith((b"<", _MARK)) and b"<!" not in head[:place] and not _ENCODING.search(head[:200])
    )
    yield head[:place], []
    rest = head[place:]
    while is_plain and rest:
        end = rest.rfind(_END) + len(_END)
        rows = rest[:end].split(_END)[:-1] if end >= len(_END) else []
        is_plain = _are_plain(rest[:end]) and all(map(_ROW.match, rows)) if rows else len(rest) < _LONGEST
        if is_plain and rows:
            yield b"", rows
            rest = rest[end:]
        block = part.read(_BLOCK)
        if not block or not _may_go_on(rest):
            yield rest + block, []
            rest = b""
            break
        rest += block
    yield rest, []
    while block := part.read(_BLOCK):
        yield block, []


def _are_plain(rows: bytes) -> bool:
    return not any(sign in rows for sign in _NOT_PLAIN) and len(rows.translate(None, _CONTROL)) == len(rows)


def _may_go_on(rest: bytes) -> bool:
    """Return whether what follows whole rows may be the begin of another one."""
    begin = rest.lstrip()
    return begin.startswith(b"<row") or b"<row".startswith(begin[:4])
