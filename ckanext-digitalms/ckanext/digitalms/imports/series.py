"""The series of a figure: a file with days and values alone."""

from __future__ import annotations

import re
from dataclasses import replace

from ckanext.digitalms.validation.table import RawTable

FIGURE = "indicator_id"
# what offices write above such columns, by our name for it
_TITLES = {
    "date": ("tag", "datum", "stichtag", "stand", "day"),
    "value": ("wert", "anzahl", "messwert"),
    "note": ("bemerkung", "anmerkung", "hinweis", "notiz", "kommentar"),
    "source": ("quelle", "datenquelle"),
}
_NAMES = {title: name for name, titles in _TITLES.items() for title in titles}
_NO_LETTER = re.compile(r"[^a-zäöüß]+")


def of_figure(raw: RawTable, figure: str) -> RawTable:
    """Return a table of days and values as rows of the table ``indicators``.

    Args:
        raw: with a column of days and one of values, under our names or as offices call them.
        figure: the id of the figure; a file that names it in a column of its own stays as it is.
    """
    header = tuple(_NAMES.get(_NO_LETTER.sub("", title.casefold()), title) for title in raw.header)
    if FIGURE in header or not header or len(set(header)) < len(set(raw.header)):
        return raw
    rows = [
        replace(row, cells=(*row.cells, figure)) if len(row.cells) == len(raw.header) else row
        for row in raw.rows
        if any(cell not in (None, "") and str(cell).strip() for cell in row.cells)
    ]
    return replace(raw, header=(*header, FIGURE), rows=tuple(rows))
