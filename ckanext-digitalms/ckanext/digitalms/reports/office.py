"""Reads DOCX, DOCM and their templates, strict ones as well, from their XML (lxml)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from lxml.etree import LxmlError

from ckanext.digitalms import archives
from ckanext.digitalms.messages import N_, Message

from .document import Aside, Block, Document, ReportUnreadableError, Table
from .docx_styles import Styles
from .docx_text import Notes, Part, Source, Story, blocks_of
from .markup import read_markup
from .package import Package, attribute, kind
from .proposal import Reason

_DAMAGE = (LxmlError, *archives.DAMAGE)
# a document within a document is read, one within that is named
_DEEPEST = 2
_MOST_EMBEDDED = 10
_TEXTS = {"html": "utf-8", "htm": "utf-8", "xhtml": "utf-8", "txt": "utf-8"}


def read_docx(content: bytes) -> Document:
    """Read a DOCX file.

    Raises:
        ReportUnreadableError: it is damaged, protected, too large unpacked, or another kind of file.
    """
    try:
        return _read(content, 1)
    except ReportUnreadableError:
        raise
    except _DAMAGE as err:
        sentence = N_(
            "The file calls itself DOCX but is damaged ({found}). Open it in your office program, save it "
            "again as DOCX and upload that."
        )
        raise ReportUnreadableError(Message(sentence, {"found": type(err).__name__})) from err


def _read(content: bytes, depth: int) -> Document:
    package = Package.opened(content)
    main = package.main()
    root = None if main is None else package.root(main)
    if main is None or root is None or kind(root) != "w:document":
        sentence = N_(
            "The file is an archive but no DOCX and no ODT. Save the report as DOCX and upload that."
        )
        raise ReportUnreadableError(Message(sentence))
    parts = {one.kind: one.target for one in package.related(main).values() if one.target in package.names}
    styles = Styles.read(package.root(parts["styles"]) if "styles" in parts else None)
    source = Source(
        package, styles, {name: _notes(package, parts, name) for name in ("footnotes", "endnotes")}
    )
    source.embedded = partial(_embedded, package, source, depth)
    story = Story(source, main).read(root)
    _pages(source, main)
    _unread(source, parts)
    lines = [one.visible for one in story if isinstance(one, Block) and not one.is_note]
    notes = [Aside(Reason.NOTE, one.visible) for one in story if isinstance(one, Block) and one.is_note]
    tables = [one for one in story if isinstance(one, Table)]
    return Document(tuple(lines), tuple(tables), (*notes, *source.asides), tuple(_warnings(source)))


def _notes(package: Package, parts: dict[str, str], name: str) -> Notes:
    if name not in parts:
        return Notes("", {})
    root = package.root(parts[name])
    # the lines between text and notes are kept as notes as well
    return Notes(parts[name], {attribute(one, "w:id") or "": one for one in root})


def _pages(source: Source, main: str) -> None:
    """Enter what stands above and below every page, each text once."""
    seen: set[str] = set()
    for relation in source.package.related(main).values():
        if relation.kind in {"header", "footer"} and relation.target in source.package.names:
            story = Story(source, relation.target).read(source.package.root(relation.target))
            for one in story:
                for told in blocks_of(one):
                    if told.visible not in seen:
                        seen.add(told.visible)
                        source.leave(Reason.PAGE, told.visible)


def _unread(source: Source, parts: dict[str, str]) -> None:
    """Enter notes that nothing refers to, and comments."""
    for notes in source.notes.values():
        for element in notes.elements.values():
            _leave(source, Reason.NOTE, Story(source, notes.part).read(element))
    if "comments" in parts:
        for element in source.package.root(parts["comments"]):
            _leave(source, Reason.COMMENT, Story(source, parts["comments"]).read(element))


def _leave(source: Source, reason: Reason, story: Iterable[Part]) -> None:
    source.leave(reason, " ".join(one.visible for part in story for one in blocks_of(part)))


def _embedded(package: Package, source: Source, depth: int, name: str) -> list[Part] | None:
    source.files += 1
    if source.files > _MOST_EMBEDDED:
        return None
    ending = name.rpartition(".")[2].lower()
    content = package.read(name)
    if ending in _TEXTS:
        found = read_markup(content.decode(_TEXTS[ending], errors="replace"))
    elif content.startswith(b"PK") and depth < _DEEPEST:
        found = _read(content, depth + 1)
    else:
        return None
    source.asides += found.asides
    return [*(Block(line) for line in found.lines if line), *found.tables]


def _warnings(source: Source) -> Iterable[Message]:
    if source.pictures:
        sentence = N_("Pictures in the document: {count}. Lettering in pictures is not read.")
        yield Message(sentence, {"count": source.pictures})
    if source.unknown_signs:
        sentence = N_("Signs of a special font that are not known: {count}. “�” stands in their place.")
        yield Message(sentence, {"count": source.unknown_signs})
