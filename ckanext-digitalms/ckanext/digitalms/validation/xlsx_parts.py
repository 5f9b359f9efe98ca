"""The parts of a workbook that a sheet is read with: which sheets there are, texts, formats (ECMA-376, OPC).

Names are compared without their namespaces, so that the strict form of the format is read as the usual one.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS

from .xlsx_events import BrokenWorkbookError, texts_of

__all__ = [
    "BrokenWorkbookError",
    "Sheet",
    "Workbook",
    "forget",
    "local_name",
    "stream_of",
]

_WORKBOOK = "xl/workbook.xml"
_GENERAL = "General"
# what a part may never do: fetch something, or grow
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False}


@dataclass(frozen=True)
class Sheet:
    """A sheet with cells: its title, where it is in the package, and whether a person sees it."""

    title: str
    path: str
    is_visible: bool


@dataclass(frozen=True)
class Workbook:
    """A workbook whose sheets can be read.

    Args:
        package: the file, open.
        sheets: in their order.
        formats: the format of a cell's numbers by the number of its style.
        is_1904: whether days are counted from 1904.
        strings_path: of the part with the texts; empty where there is none.
    """

    package: zipfile.ZipFile
    sheets: tuple[Sheet, ...]
    formats: tuple[str, ...]
    is_1904: bool
    strings_path: str

    @classmethod
    def of(cls, package: zipfile.ZipFile) -> Workbook:
        """Look what is in a package.

        Raises:
            BrokenWorkbookError: it is none of a workbook.
        """
        path = dict(_relations(package, "").values()).get("officeDocument", _WORKBOOK)
        root, related = _root(package, path), _relations(package, path)
        paths = dict(related.values())
        properties = next(root.iter("{*}workbookPr"), None)
        styles = paths.get("styles", "")
        return cls(
            package,
            tuple(_sheets(root, related)),
            tuple(_formats(_root(package, styles))) if styles in package.namelist() else (),
            properties is not None and properties.get("date1904") in {"1", "true"},
            paths.get("sharedStrings", ""),
        )

    def format_of(self, style: str | None) -> str:
        """Return the format of a cell with a style; without one it is ``General``."""
        place = int(style or 0)
        return self.formats[place] if place < len(self.formats) else _GENERAL

    @cached_property
    def strings(self) -> list[str]:
        """Return the texts that cells point to."""
        if self.strings_path not in self.package.namelist():
            return []
        with self.package.open(self.strings_path) as part:
            return texts_of(part)


def stream_of(part: object, *names: str) -> Iterator[etree._Element]:
    """Give the elements of these names as they end; the caller forgets them."""
    tags = [f"{{*}}{name}" for name in names]
    for _, element in etree.iterparse(part, events=("end",), tag=tags, **_SAFE):  # type: ignore[arg-type]
        yield element


def forget(element: etree._Element) -> None:
    """Let go of an element and of what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _root(package: zipfile.ZipFile, path: str) -> etree._Element:
    try:
        with package.open(path) as part:
            return etree.parse(part, etree.XMLParser(**_SAFE)).getroot()
    except KeyError as error:
        raise BrokenWorkbookError(f"{path} is missing") from error


def _relations(package: zipfile.ZipFile, path: str) -> dict[str, tuple[str, str]]:
    """Return kind and path of what a part refers to, by the id."""
    folder, name = posixpath.split(path)
    place = posixpath.join(folder, "_rels", f"{name}.rels")
    if place not in package.namelist():
        return {}
    found = {}
    for each in _root(package, place).iter("{*}Relationship"):
        target = posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/")
        found[each.get("Id", "")] = (each.get("Type", "").rpartition("/")[2], target)
    return found


def _sheets(root: etree._Element, related: Mapping[str, tuple[str, str]]) -> Iterator[Sheet]:
    for each in root.iter("{*}sheet"):
        attributes = {str(name).rpartition("}")[2]: str(value) for name, value in each.attrib.items()}
        kind, path = related.get(attributes.get("id", ""), ("", ""))
        if kind == "worksheet":
            yield Sheet(attributes.get("name", ""), path, attributes.get("state", "visible") == "visible")


def _formats(root: etree._Element) -> Iterator[str]:
    own = {each.get("numFmtId"): each.get("formatCode", _GENERAL) for each in root.iter("{*}numFmt")}
    for cells in root.iter("{*}cellXfs"):
        for each in cells.iter("{*}xf"):
            number = each.get("numFmtId", "0")
            # a number that no list has: named as it is, so that it is told as not understood
            yield own.get(number) or BUILTIN_FORMATS.get(int(number), f"[{number}]")
