"""Makes DOCX files part by part, and adds up their text without any reader of ours."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)


def wrapped(name: str, content: str) -> str:
    """Return a part: an element of WordprocessingML with all namespaces declared."""
    return f"<w:{name} {SPACES}>{content}</w:{name}>"


def relations(targets: Mapping[str, tuple[str, str]], base: str = R) -> str:
    """Return a part of relations out of ``{id: (kind, target)}``; an address is external."""
    rows = [
        f'<Relationship Id="{name}" Type="{base}/{kind}" Target="{target}"'
        + (' TargetMode="External"' if "://" in target else "")
        + "/>"
        for name, (kind, target) in targets.items()
    ]
    return _RELATIONS.format("".join(rows))


def docx(body: str, related: Mapping[str, tuple[str, str]] | None = None, **parts: str | bytes) -> bytes:
    """Return a DOCX.

    Args:
        body: XML below ``w:body``.
        related: relations of the document, ``{id: (kind, target)}``.
        parts: further parts below ``word/``, their names with ``__`` for a dot.
    """
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations({"r1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": wrapped("document", f"<w:body>{body}</w:body>"),
        "word/_rels/document.xml.rels": relations(related or {}),
        **{f"word/{name.replace('__', '.')}": content for name, content in parts.items()},
    }
    return packed(files)


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def strict(content: bytes) -> bytes:
    """Return a DOCX in the strict form, which has other namespaces."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        files = {name: package.read(name) for name in package.namelist()}
    old, new = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    for name, part in files.items():
        if name.endswith((".xml", ".rels")) and "Content_Types" not in name:
            part = part.replace(old + b"wordprocessingml/2006/main", STRICT.encode())
            part = part.replace(
                old + b"officeDocument/2006/relationships", new + b"officeDocument/relationships"
            )
            part = part.replace(old + b"officeDocument/2006/math", new + b"officeDocument/math")
            files[name] = part.replace(old + b"drawingml/2006/main", new + b"drawingml/main")
    return packed(files)


def p(*runs: str, style: str = "") -> str:
    """Return a paragraph of runs; what is no markup becomes one."""
    told = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p>{f'<w:pPr>{style}</w:pPr>' if style else ''}{told}</w:p>"


def r(text: str, properties: str = "") -> str:
    """Return a run."""
    told = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{told}<w:t xml:space="preserve">{text}</w:t></w:r>'


def tc(*content: str, properties: str = "") -> str:
    """Return a cell of paragraphs; what is no markup becomes one."""
    told = f"<w:tcPr>{properties}</w:tcPr>" if properties else ""
    return f"<w:tc>{told}{''.join(one if one.startswith('<') else p(one) for one in content) or p('')}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    """Return a row of cells; what is no markup becomes one."""
    told = f"<w:trPr>{properties}</w:trPr>" if properties else ""
    return f"<w:tr>{told}{''.join(one if one.startswith('<w:') else tc(one) for one in cells)}</w:tr>"


def tbl(*rows: str) -> str:
    """Return a table."""
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def sdt(content: str, properties: str = "") -> str:
    """Return a content control around anything."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


HEADING = tr("Maßnahme", "Ratsvorlagen: Ziele", "Plan / Ist")


def report(
    *rows: str,
    before: str = "",
    related: Mapping[str, tuple[str, str]] | None = None,
    **parts: str | bytes,
) -> bytes:
    """Return a report with a table of measures."""
    head = p("Bericht zum Umsetzungsstand") + p("20.11.2026")
    return docx(head + before + tbl(HEADING, *rows), related, **parts)


# -- the sum of a package's text ------------------------------------------------------------------

_LOCAL_GONE = {"moveFrom", "Fallback"}


def visible_characters(content: bytes) -> Counter[str]:
    """Add up every ``w:t``, ``m:t`` and ``a:t`` of a package that a reader of the document sees.

    Left out: vanished runs (said at the run), comments, moved-from, ``mc:Fallback``, placeholders and the
    glossary. Parts of page headers count once each.
    """
    counted: Counter[str] = Counter()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if name.endswith(".xml") and "glossary" not in name and "comments" not in name:
                for text in _texts(etree.fromstring(package.read(name))):
                    counted.update(c for c in text if not c.isspace())
    return counted


def _texts(root: etree._Element) -> Iterator[str]:
    for element in root.iter("{*}t"):
        above = list(element.iterancestors())
        if any(etree.QName(one).localname in _LOCAL_GONE for one in above):
            continue
        if any(_is_placeholder(one) or _is_gone_row(one) for one in above) or _is_hidden(element.getparent()):
            continue
        yield element.text or ""


def _is_placeholder(element: etree._Element) -> bool:
    return element.tag.endswith("}sdt") and element.find("{*}sdtPr/{*}showingPlcHdr") is not None


def _is_gone_row(element: etree._Element) -> bool:
    return element.tag.endswith("}tr") and (
        element.find("{*}trPr/{*}del") is not None or element.find("{*}trPr/{*}hidden") is not None
    )


def _is_hidden(run: etree._Element | None) -> bool:
    vanish = None if run is None else run.find("{*}rPr/{*}vanish")
    return vanish is not None and vanish.get(f"{{{W}}}val") not in {"0", "false"}
