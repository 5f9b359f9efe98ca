"""The structure of a tagged PDF as its objects hold it (pdfminer): elements, and pieces of pages in them.

pdfplumber's own tree keeps one page for each element, so a paragraph that goes on over the break of a page
would lose its rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pdfminer.pdftypes import PDFObjRef, resolve1
from pdfminer.psparser import PSLiteral

_DEEPEST = 60
_MOST = 300_000


@dataclass(frozen=True)
class Piece:
    """Marked content: its page and its number there."""

    page: int
    number: int


@dataclass
class Node:
    """An element of the structure; ``kids`` in reading order."""

    kind: str
    spans: dict[str, int] = field(default_factory=dict)
    kids: list[Node | Piece] = field(default_factory=list)


def structure_of(catalog: Mapping[str, Any], pages: Mapping[Any, int]) -> list[Node | Piece]:
    """Return the structure of a document, or an empty list where it has none.

    Args:
        catalog: of the document.
        pages: the numbers of its pages by their objects' ids.

    Raises:
        ValueError: it is nested deeper, or larger, than any report.
    """
    root = resolve1(catalog.get("StructTreeRoot"))
    if not isinstance(root, dict):
        return []
    roles = resolve1(root.get("RoleMap")) or {}
    return list(_Reader(pages, roles if isinstance(roles, dict) else {}).kids(root.get("K"), 0, 0))


@dataclass
class _Reader:
    pages: Mapping[Any, int]
    roles: Mapping[str, Any]
    count: int = 0

    def kids(self, told: Any, page: int, depth: int) -> Iterator[Node | Piece]:
        self.count += 1
        if depth > _DEEPEST or self.count > _MOST:
            raise ValueError("the structure of the file is larger than that of a report")
        value = resolve1(told)
        if isinstance(value, int):
            yield Piece(page, value)
        elif isinstance(value, list):
            for one in value:
                yield from self.kids(one, page, depth + 1)
        elif isinstance(value, dict):
            page = self._page(value, page)
            if "MCID" in value:
                yield Piece(page, int(value["MCID"]))
            elif "S" in value:
                kids = list(self.kids(value.get("K"), page, depth + 1)) if "K" in value else []
                yield Node(self._kind(value["S"]), _spans(value.get("A")), kids)

    def _page(self, value: Mapping[str, Any], page: int) -> int:
        told = value.get("Pg")
        return self.pages.get(told.objid, page) if isinstance(told, PDFObjRef) else page

    def _kind(self, told: Any) -> str:
        name = _name(told)
        for _ in range(5):
            if name not in self.roles:
                break
            name = _name(self.roles[name])
        return name


def _name(told: Any) -> str:
    value = resolve1(told)
    name = value.name if isinstance(value, PSLiteral) else value
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)


def _spans(told: Any) -> dict[str, int]:
    value = resolve1(told)
    attributes = value if isinstance(value, list) else [value]
    spans: dict[str, int] = {}
    for one in attributes:
        held = resolve1(one)
        if isinstance(held, dict):
            spans |= {n: v for n in ("RowSpan", "ColSpan") if isinstance(v := resolve1(held.get(n)), int)}
    return spans
