"""oEmbed's answer: no larger than asked for, the same as JSON and XML, safe whatever a title says."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html

from ckanext.digitalms.reuse.oembed import Frame, as_xml, image, size, told

pytestmark = pytest.mark.pure

PROVIDER = {"name": "Stadt", "url": "https://example.org"}


@given(st.text(), st.integers(1, 10_000), st.integers(1, 10_000))
@example('"><script>alert(1)</script>', 1, 1)
def test_frame(title: str, width: int, height: int) -> None:
    """One element with the title as it is, within what was asked for."""
    frame = Frame("https://example.org/a?b=1&c=2", title, 600, 400).within(width, height)
    answer = told(frame, PROVIDER)
    assert int(answer["width"]) <= width
    assert int(answer["height"]) <= height
    (element,) = html.fragments_fromstring(str(answer["html"]).replace("\x00", ""))
    assert element.tag == "iframe"
    assert element.get("src") == "https://example.org/a?b=1&c=2"
    assert list(element) == []
    ET.fromstring(as_xml(answer))


def test_xml_says_the_same() -> None:
    answer = told(Frame("https://example.org/", "Öl & <b>"), PROVIDER)
    root = ET.fromstring(as_xml(answer))
    assert root.tag == "oembed"
    assert {one.tag: one.text for one in root} == {name: str(value) for name, value in answer.items()}


def test_image() -> None:
    """The picture has words for who cannot see it, its source and the way back."""
    frame = Frame("https://example.org/e/x", 'Breitband "schnell"')
    (found,) = html.fragments_fromstring(
        image(frame, "https://example.org/e/x.svg", "https://example.org/x?a=1&b=2", "Quelle: <Stadt>")
    )
    assert found.xpath("string(.//img/@alt)") == 'Breitband "schnell"'
    assert found.xpath("string(.//a/@href)") == "https://example.org/x?a=1&b=2"
    assert found.xpath("string(.//figcaption)") == "Quelle: <Stadt>"


@pytest.mark.parametrize(("text", "found"), [(None, None), ("", None), (" 300 ", 300)])
def test_size(text: str | None, found: int | None) -> None:
    assert size(text) == found


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "viel", "²", "9" * 400])
def test_size_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        size(text)
