"""A plot or figure as one picture that stands on a page of others: with its title, source and Stand.

SVG without scripts, styles or addresses to be fetched, on white: a picture in ``<img>`` knows nothing of the
page around it. Letters are those of the reader's system, so lines are broken by what letters take at most.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 480
_MARGIN = 14
_INK, _MUTED = "#16202e", "#515c69"
# what a letter takes at most on average, as a part of its size
_LETTER = 0.58
_SIZE = re.compile(r'viewBox="0 0 (\d+(?:\.\d+)?) (\d+(?:\.\d+)?)"')
# what XML cannot hold
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Picture:
    """What a picture shows, from its top.

    Args:
        title: its name.
        value: a figure in large letters; empty for none.
        line: what the figure or plot says, in a sentence; empty for none.
        plot: an SVG of ours; empty for none.
        legend: a small SVG and its word each.
        captions: source, Stand and address, a paragraph each.
    """

    title: str
    value: str = ""
    line: str = ""
    plot: str = ""
    legend: Sequence[tuple[str, str]] = ()
    captions: Sequence[str] = ()


@dataclass(frozen=True)
class _Size:
    letters: int
    weight: int
    colour: str

    @property
    def most(self) -> int:
        """Return how many letters a line has room for."""
        return int((WIDTH - 2 * _MARGIN) / (self.letters * _LETTER))


_TITLE, _VALUE = _Size(19, 700, _INK), _Size(40, 700, _INK)
_LINE, _CAPTION = _Size(15, 400, _INK), _Size(12, 400, _MUTED)


def drawn(picture: Picture) -> str:
    """Return the picture as an SVG document, as high as what is in it."""
    parts: list[str] = []
    y = float(_MARGIN)
    for text, size in ((picture.title, _TITLE), (picture.value, _VALUE), (picture.line, _LINE)):
        y = _written(parts, text, size, y)
    if picture.plot:
        y = _placed(parts, picture.plot, y + 6)
    y = _legend(parts, picture.legend, y + 6) + 4
    for caption in picture.captions:
        y = _written(parts, caption, _CAPTION, y)
    height = round(y + _MARGIN)
    told = escape(_plain(". ".join(part for part in (picture.value, picture.line) if part)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-labelledby="dm-embed-title dm-embed-text" '
        f'font-family="system-ui, \'Segoe UI\', sans-serif" color="{_INK}">'
        f'<title id="dm-embed-title">{escape(_plain(picture.title))}</title>'
        f'<desc id="dm-embed-text">{told}</desc>'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _plain(text: str) -> str:
    return _NOT_IN_XML.sub(" ", text)


def _lines(text: str, most: int) -> Iterator[str]:
    for paragraph in _plain(text).splitlines():
        yield from textwrap.wrap(paragraph, most)


def _written(parts: list[str], text: str, size: _Size, y: float) -> float:
    """Write a text in lines; return where the next thing begins."""
    for line in _lines(text, size.most):
        y += size.letters * 1.3
        parts.append(
            f'<text x="{_MARGIN}" y="{y - size.letters * 0.3:.1f}" font-size="{size.letters}" '
            f'font-weight="{size.weight}" fill="{size.colour}">{escape(line)}</text>'
        )
    return y + (4 if text else 0)


def _placed(parts: list[str], plot: str, y: float) -> float:
    """Put a plot below what is there, as wide as the picture."""
    found = _SIZE.search(plot)
    if found is None:
        return y
    wide, high = float(found[1]), float(found[2])
    room = WIDTH - 2 * _MARGIN
    height = high * room / wide
    place = f'<svg x="{_MARGIN}" y="{y:.1f}" width="{room}" height="{height:.1f}" '
    # it is part of a picture that has a name of its own
    parts.append(plot.replace("<svg ", place, 1).replace('role="img" ', "", 1))
    return y + height


def _legend(parts: list[str], legend: Sequence[tuple[str, str]], y: float) -> float:
    x = float(_MARGIN)
    for swatch, words in legend:
        wide = 24 + len(words) * 13 * _LETTER + 14
        if x > _MARGIN and x + wide > WIDTH - _MARGIN:
            x, y = float(_MARGIN), y + 21
        parts.append(swatch.replace("<svg ", f'<svg x="{x:.1f}" y="{y:.1f}" width="15" height="15" ', 1))
        parts.append(
            f'<text x="{x + 21:.1f}" y="{y + 12:.1f}" font-size="13" fill="{_INK}">'
            f"{escape(_plain(words))}</text>"
        )
        x += wide
    return y + (21 if legend else 0)
