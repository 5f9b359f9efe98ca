"""The structure of a tagged PDF as it names its lists."""

from __future__ import annotations

import pytest

from ckanext.digitalms.reports.document import Block
from ckanext.digitalms.reports.pdf_structure import Node, Piece
from ckanext.digitalms.reports.pdf_tagged import Marked, read_tagged
from ckanext.digitalms.reports.pdf_text import Line, Word

pytestmark = pytest.mark.pure


def blocks(*texts: str, label: str | None) -> list[object]:
    """Read one item of a list: its label and the paragraphs of its body."""
    pieces = [text for text in (label, *texts) if text is not None]
    lines = {(1, number): [line(text, number)] for number, text in enumerate(pieces)}
    marked = Marked(lines=lines)
    nodes: list[Node | Piece] = [Node("P", kids=[Piece(1, number)]) for number in range(len(pieces))]
    if label is not None:
        nodes = [Node("Lbl", kids=[Piece(1, 0)]), Node("LBody", kids=nodes[1:])]
    return list(read_tagged([Node("L", kids=[Node("LI", kids=nodes)])], marked))


def line(text: str, number: int) -> Line:
    top = 20.0 * number
    return Line((Word(text, 50, 50 + 5 * len(text), top, top + 10, is_bold=False),))


@pytest.mark.parametrize("label", ["1.", "12", "(3)", "a)", "iv.", "IV.", "2.1", "2.1.", "•", "–"])
def test_the_label_of_an_item_is_its_mark(label: str) -> None:
    assert blocks("Digitale Akte", "Zweiter Absatz", label=label) == [
        Block("Digitale Akte", is_item=True, mark=label),
        Block("Zweiter Absatz", is_item=True),
    ]


@pytest.mark.parametrize("label", [None, "DMS", "2025 ff.", "Ziel 1"])
def test_words_are_none(label: str | None) -> None:
    found = blocks("Digitale Akte", "Zweiter Absatz", label=label)
    words = [word for word in (label, "Digitale Akte", "Zweiter Absatz") if word]
    assert found == [Block(text, is_item=True) for text in words]
