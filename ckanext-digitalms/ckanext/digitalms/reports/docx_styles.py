"""What the styles of a DOCX say that matters here: whose text is hidden, whose paragraphs are list items."""

from __future__ import annotations

from dataclasses import dataclass, field

from .package import Element, attribute, child, kind

_OFF = frozenset({"0", "false", "off"})
# a chain of styles that is longer is a circle
_LONGEST_CHAIN = 20


def is_on(element: Element | None) -> bool | None:
    """Return what a property that is on or off says, or ``None`` where it is not there."""
    return None if element is None else attribute(element, "w:val") not in _OFF


@dataclass(frozen=True)
class Style:
    """A style: its own words on hiding and numbering, and the style that it is based on."""

    name: str = ""
    based_on: str = ""
    hides: bool | None = None
    is_numbered: bool | None = None


@dataclass
class Styles:
    """All styles of a document."""

    styles: dict[str, Style] = field(default_factory=dict)
    default_hides: bool = False

    @classmethod
    def read(cls, root: Element | None) -> Styles:
        """Read the part with the styles."""
        made = cls()
        for one in () if root is None else root:
            if kind(one) == "w:docDefaults":
                run = child(child(child(one, "w:rPrDefault"), "w:rPr"), "w:vanish")
                made.default_hides = bool(is_on(run))
            elif kind(one) == "w:style":
                made.styles[attribute(one, "w:styleId") or ""] = _style(one)
        return made

    def hides(self, *used: str | None) -> bool:
        """Return whether a text with these styles (of its paragraph, of its run) is hidden.

        A property that is on or off is turned round by each kind of style that has it.
        """
        told = [self._said(name, "hides") for name in used if name]
        return self.default_hides or sum(bool(one) for one in told) % 2 == 1

    def is_item(self, name: str | None) -> bool:
        """Return whether a paragraph of a style is a list item."""
        for style in self._chain(name):
            if style.name.lower().startswith(("list", "aufz")):
                return True
        return bool(self._said(name or "", "is_numbered"))

    def _said(self, name: str, what: str) -> bool | None:
        told = (getattr(style, what) for style in self._chain(name))
        return next((one for one in told if one is not None), None)

    def _chain(self, name: str | None) -> list[Style]:
        chain: list[Style] = []
        style = self.styles.get(name or "")
        while style is not None and len(chain) < _LONGEST_CHAIN:
            chain.append(style)
            style = self.styles.get(style.based_on)
        return chain


def _style(element: Element) -> Style:
    name, based_on = child(element, "w:name"), child(element, "w:basedOn")
    return Style(
        name="" if name is None else attribute(name, "w:val") or "",
        based_on="" if based_on is None else attribute(based_on, "w:val") or "",
        hides=is_on(child(child(element, "w:rPr"), "w:vanish")),
        is_numbered=numbering(child(element, "w:pPr")),
    )


def numbering(properties: Element | None) -> bool | None:
    """Return whether a paragraph's properties make it a list item, or ``None`` where they do not say."""
    number = child(properties, "w:numPr")
    if number is None:
        return None
    told = child(number, "w:numId")
    return told is None or attribute(told, "w:val") != "0"
