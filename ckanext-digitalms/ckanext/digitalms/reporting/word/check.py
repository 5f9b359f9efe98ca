"""Whether a city's template may be used: what is in the file, what its tags name, and what comes of them.

A template is refused for what is dangerous (macros, embedded files, links that fetch something), for tags
that cannot be carried out, and where the core of a report would be missing; what else it leaves out is told.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, TypeAlias

from lxml import etree

from ckanext.digitalms import isolated
from ckanext.digitalms.archives import DAMAGE
from ckanext.digitalms.messages import N_, Message

from . import render, sample
from .finish import W

MAX_BYTES = 10 * 10**6
MAX_UNPACKED = 50 * 10**6
MAX_PARTS = 1000
_MAIN, _STYLES = "word/document.xml", "word/styles.xml"
_MACROS = re.compile(r"vbaProject|vbaData|macroEnabled|activeX", re.IGNORECASE)
_EMBEDDED = re.compile(r"^word/(?:embeddings/|afchunk)|/oleObject|/package$|/aFChunk$", re.IGNORECASE)
_LINK = re.compile(r"(?:https?:|mailto:)", re.IGNORECASE)
# lxml has no types
Element: TypeAlias = Any

# what every template shows, and what it may leave out: the words of the sample, by what they are
_CORE = {
    "Musterbetreff": N_("the subject ({names})"),
    "V/9876/2021": N_("the number ({names})"),
    "17.06.2021": N_("the day ({names})"),
    "Musterausschuss": N_("the bodies that deal with it ({names})"),
    "Mustereinleitung": N_("the introduction ({names})"),
    "Mustermaßnahme Zwei": N_("the titles of the measures ({names})"),
    "Mustervision Zwei": N_("the visions ({names})"),
    "V/9002/2021": N_("the papers of the measures ({names})"),
    "Musterziel Zwei": N_("the goals of the measures ({names})"),
    "Musterlage Zwei": N_("where the measures stand ({names})"),
    "Musterschritt Zwei": N_("the steps of the measures ({names})"),
}
_NAMES = {
    "Musterbetreff": "subject",
    "V/9876/2021": "number",
    "17.06.2021": "day",
    "Musterausschuss": "consultations",
    "Mustereinleitung": "introduction",
    "Mustermaßnahme Zwei": "measures, title",
    "Mustervision Zwei": "measures, vision",
    "V/9002/2021": "measures, papers",
    "Musterziel Zwei": "measures, goals",
    "Musterlage Zwei": "measures, statement",
    "Musterschritt Zwei": "measures, steps",
    "Musterbeschlussvorschlag": "asks",
    "Musteränderung im Ganzen": "changes",
    "Musterverschiebung Zwei": "measures, changes",
    "Musterverzug Zwei": "measures, lateness",
    "Mustertermin Zwei": "measures, milestones",
    "Musterreihe Zwei": "measures, series",
    "Mustergebiet Zwei": "measures, coverage",
    "Musterförderung Zwei": "measures, funding",
    "Musterhindernis Zwei": "measures, obstacles",
    "Musterbitte Zwei": "measures, asked",
    "Musteranmerkung Zwei": "measures, remark",
    "Musterentscheidung": "papers",
    "Musterausblick": "outlook",
    "Mustermethode": "method",
    "Musterlücke": "notes",
    "Musterzelle": "annex",
}


@dataclass(frozen=True)
class Checked:
    """What was found: ``problems``, for which a template is refused, and what it ``leaves_out``."""

    problems: tuple[Message, ...]
    leaves_out: tuple[str, ...] = ()


def check(content: bytes) -> Checked:
    """Look at a template, and make the sample report with it if it is safe to."""
    dangers = tuple(_dangers(content))
    if dangers:
        return Checked(dangers)
    try:
        made = render.render(sample.report(), content, is_strict=True)
    except isolated.TooMuchError as error:
        text = N_("The sample report cannot be made with it: {reason} Is there a loop that does not end?")
        return Checked((Message(text, {"reason": error.message}),))
    except isolated.IsolatedError as error:
        return Checked((error.message,))
    document, styles = _opened(made)
    shown = _squeezed(document)
    problems = (*_missing(shown), *_form(document, styles))
    left = tuple(name for word, name in _NAMES.items() if word not in _CORE and _plain(word) not in shown)
    return Checked(problems, left)


def _dangers(content: bytes) -> Iterator[Message]:
    """Tell what makes a file unsafe, or no document at all."""
    if len(content) > MAX_BYTES:
        text = N_("The file has more than {limit} MB: leave out large pictures.")
        yield Message(text, {"limit": MAX_BYTES // 10**6})
        return
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            yield from _of_package(package)
    except DAMAGE:
        yield Message(N_("This is no Word document (DOCX), or it is damaged. Save it again as DOCX in Word."))


def _of_package(package: zipfile.ZipFile) -> Iterator[Message]:
    entries = package.infolist()
    if len(entries) > MAX_PARTS or sum(each.file_size for each in entries) > MAX_UNPACKED:
        text = N_("The file unpacks to more than {limit} MB or {parts} parts.")
        yield Message(text, {"limit": MAX_UNPACKED // 10**6, "parts": MAX_PARTS})
        return
    names = [each.filename for each in entries]
    types = package.read("[Content_Types].xml").decode("utf-8", "replace")
    if any(map(_MACROS.search, [*names, types])):
        yield Message(N_("It holds macros or controls: save it as “Word document (.docx)”, without macros."))
    if any(map(_EMBEDDED.search, names)):
        yield Message(N_("It holds an embedded file (OLE or another document): remove it."))
    yield from _of_relations(package, names)
    if _MAIN not in names or _STYLES not in names:
        yield Message(N_("This is no Word document (DOCX), or it is damaged. Save it again as DOCX in Word."))
    for name in names:
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in package.read(name)[:2000]:
            yield Message(N_("The part {name} defines its own entities, as no Word does."), {"name": name})


def _of_relations(package: zipfile.ZipFile, names: list[str]) -> Iterator[Message]:
    for name in names:
        if not name.endswith(".rels"):
            continue
        for each in etree.fromstring(package.read(name), _parser()):
            kind, target = each.get("Type", ""), each.get("Target", "")
            if _EMBEDDED.search(kind) and "officeDocument" in kind:
                yield Message(N_("It holds an embedded file (OLE or another document): remove it."))
            elif each.get("TargetMode") == "External" and not (
                kind.endswith("/hyperlink") and _LINK.match(target)
            ):
                text = N_("It fetches something from elsewhere ({target}): put it into the document itself.")
                yield Message(text, {"target": target[:200]})


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def _opened(content: bytes) -> tuple[Element, Element]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = (package.read(name) for name in (_MAIN, _STYLES))
        document, styles = (etree.fromstring(part, _parser()) for part in parts)
    return document, styles


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def _squeezed(element: Element) -> str:
    return _plain("".join(element.itertext(f"{{{W}}}t")))


def _missing(shown: str) -> Iterator[Message]:
    for word, what in _CORE.items():
        if _plain(word) not in shown:
            text = N_("With it a report would not show {what}.")
            yield Message(text, {"what": Message(what, {"names": _NAMES[word]})})


def _form(document: Element, styles: Element) -> Iterator[Message]:
    """Tell what an accessible document of an office needs besides its texts."""
    rows = [row for row in document.iter(f"{{{W}}}tr") if "Mustermaßnahme" in _squeezed(row)]
    table = next((row.getparent() for row in rows if _has_both(row.getparent())), None)
    apart = [row for row in (table if table is not None else ()) if "MustermaßnahmeEins" in _squeezed(row)]
    if table is None or any("MustermaßnahmeZwei" in _squeezed(row) for row in apart):
        text = N_("No row is made for each measure: put {begin} into a row before it, {end} into one behind.")
        yield Message(text, {"begin": "{%tr for m in measures %}", "end": "{%tr endfor %}"})
    elif table.find(f"{{{W}}}tr/{{{W}}}trPr/{{{W}}}tblHeader") is None:
        yield Message(
            N_("The first row of the table of measures is not repeated on each page (“Kopfzeile”).")
        )
    known = _headings(styles)
    if not any(_is_heading(each, known) for each in document.iter(f"{{{W}}}p")):
        yield Message(N_("It has no heading of the style “Überschrift 1” (Heading 1)."))
    languages = {each.get(f"{{{W}}}val", "") for each in styles.iterfind(f"{{{W}}}docDefaults//{{{W}}}lang")}
    if not any(each.lower().startswith("de") for each in languages):
        yield Message(N_("Its language is not German: choose German for the whole document."))


def _has_both(table: Element) -> bool:
    shown = _squeezed(table)
    return "MusterlageEins" in shown and "MusterlageZwei" in shown


def _headings(styles: Element) -> Mapping[str, bool]:
    names = ((each, each.find(f"{{{W}}}name")) for each in styles.iter(f"{{{W}}}style"))
    return {
        each.get(f"{{{W}}}styleId", ""): name is not None
        and name.get(f"{{{W}}}val", "").lower() == "heading 1"
        for each, name in names
    }


def _is_heading(paragraph: Element, known: Mapping[str, bool]) -> bool:
    style = paragraph.find(f"{{{W}}}pPr/{{{W}}}pStyle")
    return style is not None and known.get(style.get(f"{{{W}}}val", ""), False)
