"""How a frozen report is cited: a text, BibTeX and CSL-JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date

from .sentences import short_day

__all__ = ["Cited"]

_SPECIAL = re.compile(r"([\\{}$&#^_%~])")


@dataclass(frozen=True)
class Cited:
    """What a version is cited by.

    Args:
        name: of the report.
        version: its number.
        title: of the report.
        publisher: who answers for it.
        number: of the paper.
        as_of: the day that it tells of.
        frozen_on: when the version was frozen.
        url: the address of the version, which stays.
        sha256: of the report's canonical JSON.
    """

    name: str
    version: int
    title: str
    publisher: str
    number: str
    as_of: date
    frozen_on: date
    url: str
    sha256: str

    @property
    def text(self) -> str:
        """Return the words of a citation."""
        number = f", {self.number}" if self.number else ""
        return (
            f"{self.publisher} ({self.frozen_on.year}): {self.title}{number}, Stand {short_day(self.as_of)}, "
            f"Fassung {self.version}. {self.url} (SHA-256 {self.sha256[:16]}…)"
        )

    @property
    def bibtex(self) -> str:
        """Return the entry of BibTeX."""
        fields = {
            "title": _escaped(self.title),
            "author": f"{{{_escaped(self.publisher)}}}",
            "institution": _escaped(self.publisher),
            "number": _escaped(self.number),
            "year": str(self.frozen_on.year),
            "date": self.frozen_on.isoformat(),
            "version": str(self.version),
            "url": self.url,
            "note": f"SHA-256 {self.sha256}",
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
        return f"@techreport{{{self.name}-{self.version},\n{lines}\n}}\n"

    @property
    def csl(self) -> str:
        """Return the item of CSL-JSON."""
        day = self.frozen_on
        item = {
            "id": f"{self.name}-{self.version}",
            "type": "report",
            "title": self.title,
            "author": [{"literal": self.publisher}],
            "publisher": self.publisher,
            "number": self.number,
            "version": str(self.version),
            "issued": {"date-parts": [[day.year, day.month, day.day]]},
            "URL": self.url,
            "language": "de",
            "note": f"SHA-256 {self.sha256}",
        }
        return json.dumps([item], ensure_ascii=False, indent=2)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
