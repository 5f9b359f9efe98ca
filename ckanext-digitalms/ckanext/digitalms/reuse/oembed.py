"""What oEmbed 1.0 (https://oembed.com) says of something that can be embedded, as JSON and as XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from xml.etree import ElementTree as ET

VERSION = "1.0"
FORMATS = {"json": "application/json", "xml": "text/xml"}
_MOST_DIGITS = 6
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Frame:
    """A page that is made for standing in a frame.

    Args:
        address: of it.
        title: what it shows.
        width: in pixels, where there is room.
        height: in pixels.
    """

    address: str
    title: str
    width: int = 600
    height: int = 440

    def within(self, width: int | None, height: int | None) -> Frame:
        """Return it no larger than this."""
        return Frame(
            self.address,
            self.title,
            min(self.width, width or self.width),
            min(self.height, height or self.height),
        )

    @property
    def html(self) -> str:
        """Return the element that shows it; without scripts, as wide as its place at most."""
        return (
            f'<iframe src="{escape(self.address)}" title="{escape(self.title)}" width="{self.width}" '
            f'height="{self.height}" loading="lazy" style="border:0;max-width:100%"></iframe>'
        )


def image(frame: Frame, picture: str, page: str, credit: str) -> str:
    """Return the elements that show a picture with its source and a link to the page that it is from."""
    return (
        f'<figure><a href="{escape(page)}"><img src="{escape(picture)}" alt="{escape(frame.title)}" '
        'width="480" style="max-width:100%;height:auto"></a>'
        f"<figcaption>{escape(credit)}</figcaption></figure>"
    )


def size(text: str | None) -> int | None:
    """Read ``maxwidth`` or ``maxheight``, pixels from 1; ``None`` where nothing is asked.

    Raises:
        ValueError: it is no such number.
    """
    if text is None or not text.strip():
        return None
    told = text.strip()
    if not (told.isascii() and told.isdigit() and len(told) <= _MOST_DIGITS and int(told)):
        raise ValueError(text)
    return int(told)


def told(frame: Frame, provider: Mapping[str, str]) -> dict[str, str | int]:
    """Return the answer for a frame.

    Args:
        frame: no larger than asked for.
        provider: its name and address.
    """
    return {
        "version": VERSION,
        "type": "rich",
        "title": frame.title,
        "provider_name": provider["name"],
        "provider_url": provider["url"],
        "width": frame.width,
        "height": frame.height,
        "html": frame.html,
    }


def as_xml(answer: Mapping[str, str | int]) -> bytes:
    """Write an answer as XML."""
    root = ET.Element("oembed")
    for name, value in answer.items():
        ET.SubElement(root, name).text = _NOT_IN_XML.sub(" ", str(value))
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
