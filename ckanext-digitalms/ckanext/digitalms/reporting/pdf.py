"""A paper as accessible, archivable PDF (PDF/UA-1 and PDF/A-2a), set by typst in a process of its own.

The same paper gives the same bytes: its moment is the report's, its typefaces come with the package, and
neither the system's nor typst's own are looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any, Literal, cast

import msgspec

from ckanext.digitalms import isolated
from ckanext.digitalms.messages import N_, Message

from . import wording
from .blocks import Paper
from .characters import FAMILIES, PLOT_FAMILY, breakable, font_files, plainest, printable
from .layout import lay_out
from .report import Report

STANDARDS: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"]
SECONDS = 60
# of address space; 500 measures need 1,300 MB, 1,000 measures 2,500 MB, 2,000 measures 4,500 MB
MEMORY_MB = 3000
# what a program reads, and what is spoken or drawn and not broken into lines
_AS_IT_IS = frozenset({"type", "url", "made", "day"})
_UNBROKEN = frozenset({"svg", "alt", "title", "footer"})


def render(report: Report, memory_mb: int | None = None) -> bytes:
    """Return the report as PDF.

    Args:
        report: what it tells.
        memory_mb: how much address space it may take; by default :data:`MEMORY_MB`.

    Raises:
        isolated.IsolatedError: it could not be made; the message says why.
    """
    return of_paper(lay_out(report), memory_mb)


def of_paper(paper: Paper, memory_mb: int | None = None) -> bytes:
    """Return any paper as PDF; raises as :func:`render` does."""
    sent = msgspec.json.encode(paper)
    return isolated.run(f"{__name__}:set_paper", sent, seconds=SECONDS, memory_mb=memory_mb or MEMORY_MB)


def set_paper(sent: bytes) -> bytes:
    """Set the paper (JSON of a :class:`Paper`) that is sent; the work of the other process.

    Where its signs cannot be put together (marks of one script on letters of another), squares take the
    place of all that is put together.
    """
    paper = cleaned(msgspec.json.decode(sent, type=Paper))
    try:
        return _set(paper)
    except RuntimeError:
        return _set_plainly(paper)


def _set_plainly(paper: Paper) -> bytes:
    try:
        return _set(_changed(paper, plainest))
    except RuntimeError as error:  # of typst
        text = N_("The PDF could not be set: {reason}")
        raise isolated.RefusedError(Message(text, {"reason": str(error)[:500]})) from error


def _set(paper: Paper) -> bytes:
    import typst

    fonts = typst.Fonts(False, False, [str(path.parent) for path in font_files()])
    inputs = {
        "paper": msgspec.json.encode(paper).decode(),
        "fonts": msgspec.json.encode(FAMILIES).decode(),
        "plot-font": PLOT_FAMILY,
        "contents": wording.CONTENTS,
    }
    source = files(__package__).joinpath("typst", "paper.typ").read_bytes()
    made = typst.Compiler(source, font_paths=fonts, sys_inputs=inputs).compile(
        format="pdf", pdf_standards=[*STANDARDS], timestamp=int(paper.made.timestamp())
    )
    return cast("bytes", made)


def cleaned(paper: Paper) -> Paper:
    """Return the paper with characters that can be printed, and places to break in endless words."""
    made = _changed(paper, printable)
    return made if made.title.strip() else msgspec.structs.replace(made, title=wording.UNTITLED)


def _changed(paper: Paper, change: Callable[[str], str]) -> Paper:
    return msgspec.convert(_walked(msgspec.to_builtins(paper), change), Paper)


def _walked(value: Any, change: Callable[[str], str], name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _walked(each, change, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_walked(each, change, name) for each in value]
    if not isinstance(value, str) or name in _AS_IT_IS:
        return value
    return change(value) if name in _UNBROKEN else breakable(change(value))
