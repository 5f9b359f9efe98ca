"""How a release of a table is cited: in a sentence, and as the programs for citations take it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

__all__ = ["FORMS", "Cited", "bibtex", "csl", "ris", "sentence"]

_TEX = {
    **{letter: f"\\{letter}" for letter in "{}$&#%_"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_KEY = re.compile(r"[^a-z0-9]+")
_BREAKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Cited:
    """A release of a table.

    Args:
        name: the machine name of the table.
        title: of it.
        publisher: who answers for it.
        day: on which the release was published.
        version: the release's id.
        license: the name of the terms.
        address: of the file, which stays; with a filter, if it is a part.
        part: the filter in one line; empty for the whole table.
    """

    name: str
    title: str
    publisher: str
    day: date
    version: str
    license: str
    address: str
    part: str = ""


def sentence(cited: Cited, words: str) -> str:
    """Return the citation as a sentence.

    Args:
        cited: what is cited.
        words: the rest of it in the reader's language, with ``{version}``, ``{day}`` and ``{part}``.
    """
    title = cited.title.rstrip(".")
    terms = f" {cited.license.rstrip('.')}." if cited.license else ""
    return _line(f"{cited.publisher} ({cited.day.year}): {title}. {words}{terms} {cited.address}")


def bibtex(cited: Cited) -> str:
    """Return an entry for BibTeX and biblatex."""
    told = {
        "author": f"{{{_tex(cited.publisher)}}}",
        "title": f"{{{_tex(cited.title)}}}",
        "year": str(cited.day.year),
        "month": str(cited.day.month),
        "publisher": f"{{{_tex(cited.publisher)}}}",
        "version": _tex(cited.version),
        # an address is taken as it is; it has no letters that would end it
        "url": cited.address,
        "note": _tex(". ".join(filter(None, [cited.license, cited.part]))),
    }
    fields = ",\n".join(f"  {name} = {{{value}}}" for name, value in told.items() if value)
    return f"@misc{{{_key(cited)},\n{fields}\n}}\n"


def csl(cited: Cited) -> str:
    """Return a list of one entry in CSL-JSON, as Zotero and citeproc take it."""
    told: dict[str, Any] = {
        "id": _key(cited),
        "type": "dataset",
        "title": _line(cited.title),
        "author": [{"literal": _line(cited.publisher)}],
        "publisher": _line(cited.publisher),
        "issued": {"date-parts": [[cited.day.year, cited.day.month, cited.day.day]]},
        "version": cited.version,
        "URL": cited.address,
        "language": "de",
    }
    note = _line(". ".join(filter(None, [cited.license, cited.part])))
    return json.dumps([{**told, **({"note": note} if note else {})}], ensure_ascii=False, indent=2) + "\n"


def ris(cited: Cited) -> str:
    """Return an entry in RIS, as EndNote, Citavi and Mendeley take it."""
    told = (
        ("TY", "DATA"),
        ("AU", f"{cited.publisher.replace(',', '')},"),
        ("TI", cited.title),
        ("PB", cited.publisher),
        ("PY", str(cited.day.year)),
        ("DA", f"{cited.day:%Y/%m/%d}"),
        ("ET", cited.version),
        ("UR", cited.address),
        ("LA", "de"),
        ("N1", ". ".join(filter(None, [cited.license, cited.part]))),
        ("ER", ""),
    )
    lines = (f"{tag}  - {_line(text)}" for tag, text in told if text or tag == "ER")
    return "\r\n".join(lines) + "\r\n"


FORMS: Mapping[str, tuple[str, str, Callable[[Cited], str]]] = {
    "bib": ("BibTeX", "application/x-bibtex", bibtex),
    "ris": ("RIS", "application/x-research-info-systems", ris),
    "csl.json": ("CSL-JSON", "application/vnd.citationstyles.csl+json", csl),
}


def _line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in _line(text))


def _key(cited: Cited) -> str:
    return f"{_KEY.sub('-', cited.name.lower()).strip('-') or 'tabelle'}-{cited.day:%Y-%m-%d}"
