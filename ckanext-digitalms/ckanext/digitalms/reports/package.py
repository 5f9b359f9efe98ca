"""The parts of an Office Open XML file, how they are related, and how much of them is read.

Strict files name the same elements by other namespaces than transitional ones; :class:`Names` gives both
the same short name. Nothing is fetched: what a part relates to outside the file is only named.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeAlias

from lxml import etree

from ckanext.digitalms import archives
from ckanext.digitalms.messages import N_, Message

from .document import ReportUnreadableError

MAX_UNPACKED = 100 * 10**6
MAX_PARAGRAPHS = 100_000
MAX_ELEMENTS = 2_000_000

_SPACES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm",
    "http://purl.oclc.org/ooxml/drawingml/diagram": "dgm",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://purl.oclc.org/ooxml/drawingml/chart": "c",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "urn:schemas-microsoft-com:vml": "v",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
}
_PARAGRAPH = re.compile(rb"</(?:[A-Za-z]\w{0,8}:)?p>|<(?:[A-Za-z]\w{0,8}:)?p/>")
# lxml has no types
Element: TypeAlias = Any


class Names:
    """Short names of elements and attributes, such as ``w:t``; of an unknown namespace ``?:t``."""

    def __init__(self, spaces: Mapping[str, str]) -> None:
        self._spaces = spaces
        self._known: dict[str, str] = {}

    def of(self, tag: str) -> str:
        """Return the short name of an element or attribute."""
        if tag not in self._known:
            space, _, local = tag.rpartition("}")
            self._known[tag] = f"{self._spaces.get(space[1:], '?')}:{local}" if space else local
        return self._known[tag]

    def kind(self, element: Element) -> str:
        """Return the short name of an element; of a comment or instruction an empty text."""
        return self.of(element.tag) if isinstance(element.tag, str) else ""

    def attribute(self, element: Element, wanted: str) -> str | None:
        """Return an attribute by its short name, whichever of its namespaces is used."""
        return next(
            (str(value) for tag, value in element.attrib.items() if self.of(str(tag)) == wanted), None
        )


_NAMES = Names(_SPACES)
kind, attribute = _NAMES.kind, _NAMES.attribute


def child(element: Element | None, wanted: str) -> Element | None:
    """Return the first child of a short name."""
    return None if element is None else next((one for one in element if kind(one) == wanted), None)


@dataclass(frozen=True)
class Relation:
    """What a part relates to: the last word of its type, and a part's name or an address elsewhere."""

    kind: str
    target: str
    is_external: bool


@dataclass
class Package:
    """An opened file; a part is parsed when it is asked for."""

    archive: zipfile.ZipFile
    names: frozenset[str]
    elements: int = 0
    paragraphs: int = 0
    relations: dict[str, dict[str, Relation]] = field(default_factory=dict)

    @classmethod
    def opened(cls, content: bytes) -> Package:
        """Open an archive that unpacks to no more than is read.

        Raises:
            ReportUnreadableError: it is too large or protected.
        """
        told = archives.look(content)
        if told.is_protected:
            raise ReportUnreadableError(Message(N_("The file has a password: save it without one.")))
        if told.unpacked > MAX_UNPACKED:
            sentence = N_(
                "Unpacked, the file has {found} MB; at most {limit} MB are read. "
                "Remove its pictures and upload it again."
            )
            values: dict[str, object] = {"found": told.unpacked // 10**6, "limit": MAX_UNPACKED // 10**6}
            raise ReportUnreadableError(Message(sentence, values))
        return cls(zipfile.ZipFile(BytesIO(content)), frozenset(told.names))

    def read(self, name: str) -> bytes:
        """Return the bytes of a part."""
        return self.archive.read(name)

    def root(self, name: str) -> Element:
        """Parse a part; what it declares or names elsewhere is not followed.

        Raises:
            ReportUnreadableError: the parts together are longer than any report.
        """
        return self.parse(self.read(name))

    def parse(self, content: bytes) -> Element:
        """Parse the bytes of a part, counted with those before."""
        self.elements += content.count(b"<")
        self.paragraphs += sum(1 for _ in _PARAGRAPH.finditer(content))
        if self.paragraphs > MAX_PARAGRAPHS or self.elements > MAX_ELEMENTS:
            sentence = N_(
                "The document has {found} paragraphs, or more marks than a report has; at most {limit} are "
                "read. Save the part with the table of measures as a file of its own."
            )
            values: dict[str, object] = {"found": self.paragraphs, "limit": MAX_PARAGRAPHS}
            raise ReportUnreadableError(Message(sentence, values))
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(content, parser)
        if root.getroottree().docinfo.doctype:
            raise ValueError("a part declares a document type, which Office Open XML does not have")
        return root

    def related(self, name: str) -> dict[str, Relation]:
        """Return the relations of a part by their ids; of ``""`` those of the package."""
        if name not in self.relations:
            folder, file = posixpath.split(name)
            path = posixpath.join(folder, "_rels", f"{file}.rels")
            self.relations[name] = dict(self._relations(folder, path)) if path in self.names else {}
        return self.relations[name]

    def _relations(self, folder: str, path: str) -> Iterator[tuple[str, Relation]]:
        for one in self.root(path):
            target = str(one.get("Target") or "")
            external = one.get("TargetMode") == "External"
            if not external:
                base = "" if target.startswith("/") else folder
                target = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
            last = str(one.get("Type") or "").rpartition("/")[2]
            yield str(one.get("Id") or ""), Relation(last, target, external)

    def main(self) -> str | None:
        """Return the name of the part that holds the document."""
        for one in self.related("").values():
            if one.kind == "officeDocument" and one.target in self.names:
                return one.target
        return "word/document.xml" if "word/document.xml" in self.names else None
