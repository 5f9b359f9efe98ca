"""Machine names from German titles, and titles that are each there once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from slugify import slugify

from ckanext.digitalms.spreadsheet import harmless

# what a database takes for the name of a column, in bytes
MAX_NAME = 60
# what a spreadsheet takes for the name of a sheet; the table is named like its files
MAX_TABLE_NAME = 31
MAX_TITLE = 200
# PostgreSQL has columns of these names in every table
OF_DATABASES = frozenset({"cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"})
_GERMAN = [
    ["ä", "ae"],
    ["ö", "oe"],
    ["ü", "ue"],
    ["Ä", "Ae"],
    ["Ö", "Oe"],
    ["Ü", "Ue"],
    ["ß", "ss"],
    ["%", "prozent"],
]


def machine_name(title: str, place: int) -> str:
    """Return the machine name of a column: small letters, digits and underscores, a letter first.

    Args:
        title: as it stands in the file.
        place: of the column, from 1; names a column without a usable title.
    """
    name = _plain(title, "_", MAX_NAME)
    if not name:
        return f"spalte_{place}"
    if name in OF_DATABASES or not name[0].isalpha():
        return f"spalte_{name}"[:MAX_NAME].rstrip("_")
    return name


def table_name(title: str) -> str:
    """Return the machine name of a table from its title, short enough for the name of a sheet."""
    name = _plain(title, "-", MAX_TABLE_NAME)
    # a dataset has the same name, and CKAN wants two letters of it
    return name if len(name) > 1 else f"tabelle-{name}".rstrip("-")


def numbered(names: Iterable[str], between: str = "_", longest: int = MAX_NAME) -> list[str]:
    """Return each name once: a repeated one gets the next free number."""
    taken: set[str] = set()
    told = []
    for name in names:
        number, free = 1, name
        while free in taken:
            number += 1
            ending = f"{between}{number}"
            free = f"{name[: longest - len(ending)]}{ending}"
        taken.add(free)
        told.append(free)
    return told


def unique_titles(header: Sequence[str]) -> list[str]:
    """Return titles that are each there once, none empty, none a formula: ``Wert``, ``Wert (2)``."""
    told: list[str] = []
    for place, raw in enumerate(header, 1):
        title = _no_formula(plain_title(raw)) or f"Spalte {place}"
        number, free = 1, title
        while free in told:
            number += 1
            free = f"{title} ({number})"
        told.append(free)
    return told


def plain_title(raw: str) -> str:
    """Return a title in one line, without what cannot be seen, of at most 200 characters."""
    seen = "".join(character if character.isprintable() else " " for character in raw)
    return " ".join(seen.split())[:MAX_TITLE].strip()


def _no_formula(title: str) -> str:
    # titles stand in the header of the CSV for Excel
    return title if harmless(title) == title else f"({title})"


def _plain(title: str, separator: str, longest: int) -> str:
    made = slugify(title, separator=separator, replacements=_GERMAN, max_length=longest, lowercase=True)
    return re.sub(r"[^a-z0-9_-]", "", made).strip(separator)
