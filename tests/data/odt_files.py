"""Makes ODT files part by part."""

from __future__ import annotations

import io
import zipfile

_NAMES = {"office", "text", "table", "style", "form"}
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in {**{name: name for name in sorted(_NAMES)}, "draw": "drawing"}.items()
)
_SPACES += ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'


def odt(body: str, styles: str = "", automatic: str = "", manifest: str = "") -> bytes:
    """Return an ODT of what stands in ``office:text``."""
    content = (
        f"<office:document-content {_SPACES}><office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        made.writestr("content.xml", content)
        made.writestr("styles.xml", f"<office:document-styles {_SPACES}>{styles}</office:document-styles>")
        made.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return out.getvalue()


def p(*content: str) -> str:
    """Return a paragraph."""
    return f"<text:p>{''.join(content)}</text:p>"


def row(*cells: str) -> str:
    """Return a row of cells; what is no markup becomes a paragraph."""
    told = (one if one.startswith("<") else p(one) for one in cells)
    made = (
        one if one.startswith("<table") else f"<table:table-cell>{one}</table:table-cell>" for one in told
    )
    return f"<table:table-row>{''.join(made)}</table:table-row>"


def table(*rows: str) -> str:
    """Return a table with the headings of a report."""
    heading = row("Maßnahme", "Ratsvorlagen: Ziele", "Plan / Ist")
    head = f"<table:table-header-rows>{heading}</table:table-header-rows>"
    return f"<table:table>{head}{''.join(rows)}</table:table>"
