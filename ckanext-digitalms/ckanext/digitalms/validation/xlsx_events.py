"""The XML of a workbook's large parts, event by event: a tree would cost several objects for each cell.

Names are told by their local part: the strict form of the format has other namespaces, some programs write
prefixes. A part is only read: nothing is fetched, and one that declares anything of its own is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, NoReturn
from xml.parsers import expat

from openpyxl.utils.escape import unescape

__all__ = ["BrokenWorkbookError", "Events", "Parser", "PlainTexts", "texts_of", "unescaped"]

# bytes that are read together
BLOCK = 1 << 18


class BrokenWorkbookError(Exception):
    """A part is missing or says what cannot be; carries the reason."""


class Events:
    """What is done at the begin and the end of elements; a subclass names them by their local names.

    ``texts`` gathers the text since it was emptied last.
    """

    begins: dict[str, Callable[[dict[str, str]], None]]
    ends: dict[str, Callable[[], None]]

    def __init__(self) -> None:
        self.texts: list[str] = []

    def text(self) -> str:
        """Return the text since ``texts`` was emptied."""
        return self.texts[0] if len(self.texts) == 1 else "".join(self.texts)


class Parser:
    """Gives the elements of a part to ``events``, piece by piece.

    Raises, with every piece:
        BrokenWorkbookError: it is no XML, or has a document type.
    """

    def __init__(self, events: Events) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = BLOCK
        parser.StartElementHandler = _begin(events)
        parser.EndElementHandler = _end(events)
        parser.CharacterDataHandler = events.texts.append
        parser.StartDoctypeDeclHandler = _refuse
        self._parser = parser

    def feed(self, piece: bytes, *, is_last: bool = False) -> None:
        """Read the next piece."""
        try:
            self._parser.Parse(piece, is_last)
        except expat.ExpatError as error:
            raise BrokenWorkbookError(str(error)) from error


def _begin(events: Events) -> Callable[[str, dict[str, str]], None]:
    known: dict[str, Callable[[dict[str, str]], None] | None] = {**events.begins}

    def begin(name: str, attributes: dict[str, str]) -> None:
        try:
            found = known[name]
        except KeyError:
            found = known[name] = events.begins.get(name.rpartition(":")[2])
        if found is not None:
            found(attributes)

    return begin


def _end(events: Events) -> Callable[[str], None]:
    known: dict[str, Callable[[], None] | None] = {**events.ends}

    def end(name: str) -> None:
        try:
            found = known[name]
        except KeyError:
            found = known[name] = events.ends.get(name.rpartition(":")[2])
        if found is not None:
            found()

    return end


def _refuse(name: str, *_told: object) -> NoReturn:
    raise BrokenWorkbookError(f"a document type: {name}")


def texts_of(part: IO[bytes]) -> list[str]:
    """Return the texts that cells point to."""
    found = _Texts()
    parser = Parser(found)
    while block := part.read(BLOCK):
        parser.feed(block)
    parser.feed(b"", is_last=True)
    return found.found


class PlainTexts(Events):
    """Gathers the text of a cell without its looks, and without how it is pronounced."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.plain: list[str] | None = None
        self._is_spoken = False
        self.begins = {
            "t": self._begin_t,
            "rPh": self._begin_spoken,
            **dict.fromkeys(names, self.begin_plain),
        }
        self.ends = {"t": self._end_t, "rPh": self._end_spoken}

    def begin_plain(self, _attributes: dict[str, str]) -> None:
        """Begin a text."""
        self.plain = []

    def end_plain(self) -> str:
        """End a text, and return it."""
        plain, self.plain = self.plain or (), None
        return unescaped(plain[0] if len(plain) == 1 else "".join(plain))

    def _begin_t(self, _attributes: dict[str, str]) -> None:
        self.texts.clear()

    def _end_t(self) -> None:
        if self.plain is not None and not self._is_spoken:
            self.plain.append(self.text())

    def _begin_spoken(self, _attributes: dict[str, str]) -> None:
        self._is_spoken = True

    def _end_spoken(self) -> None:
        self._is_spoken = False


class _Texts(PlainTexts):
    def __init__(self) -> None:
        super().__init__("si")
        self.found: list[str] = []
        self.ends["si"] = self._end

    def _end(self) -> None:
        self.found.append(self.end_plain())


def unescaped(text: str) -> str:
    """Return a text without the escapes of the format: ``_x000D_`` stands for a carriage return.

    One may stand for half a character, which no text can hold.
    """
    if "_x" not in text:
        return text
    return unescape(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
