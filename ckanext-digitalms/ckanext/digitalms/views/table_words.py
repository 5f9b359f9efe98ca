"""What a page says of a look into a table: its conditions, its plots, its formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import ckan.plugins.toolkit as tk

from ckanext.digitalms.explorer import address as names
from ckanext.digitalms.explorer import drawing
from ckanext.digitalms.explorer.address import Address
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_
from ckanext.digitalms.publishing import area_outlines
from ckanext.digitalms.publishing.filters import ENDS
from ckanext.digitalms.publishing.plotting import is_along
from ckanext.digitalms.tables.spec import words_of

__all__ = ["code_of", "conditions", "filters", "plots"]

_NUMBERS = frozenset({"integer", "number"})
_SENTENCES = {
    "": N_("{column}: {value}"),
    "from": N_("{column} from {value}"),
    "to": N_("{column} up to {value}"),
    "contains": N_("{column} contains “{value}”"),
    "not": N_("{column}: not {value}"),
}


def conditions() -> list[tuple[str, str]]:
    """Return the conditions that a column can have, in words."""
    return [
        (names.IS, tk._("is")),
        (names.NOT, tk._("is not")),
        (names.CONTAINS, tk._("contains")),
        (names.RANGE, tk._("from … to …")),
        (names.EMPTY, tk._("is empty")),
        (names.FILLED, tk._("is not empty")),
    ]


def code_of(field: Json, text: str) -> str:
    """Return the code of a word that somebody typed, as the page shows it; any other text as it is."""
    codes = {word.casefold(): code for code, word in words_of(field).items()}
    return codes.get(text.strip().casefold(), text)


def filters(fields: Sequence[Json], used: Address, to: Callable[[Address], str]) -> list[Json]:
    """Return each condition of an address in words, with the address without it.

    Args:
        fields: all columns of the table.
        used: the address.
        to: gives the whole address.
    """
    by_name = {one["name"]: one for one in fields}
    told = []
    for pair in used.filter.pairs:
        for words in _told(by_name, *pair):
            told.append({"words": words, "url": to(used.less(pair))})
    return told


def _told(by_name: Mapping[str, Json], name: str, value: str) -> Iterator[str]:
    column, end = (name, "") if name in by_name else (name.rpartition(".")[0], name.rpartition(".")[2])
    if column in by_name and end in {"", *ENDS}:
        field = by_name[column]
        title, word = str(field.get("title") or column), words_of(field).get(value, value)
        if value:
            yield str(tk._(_SENTENCES[end]).format(column=title, value=word))
        else:
            sentence = tk._("{column}: not empty") if end else tk._("{column}: empty")
            yield str(sentence.format(column=title))
    elif name == "q":
        yield str(tk._("Search: {words}").format(words=value))


def plots(fields: Sequence[Json]) -> Json:
    """Return what may be drawn: kinds, columns for each axis, and ways to put numbers together."""
    titles = [(one["name"], str(one.get("title") or one["name"])) for one in fields]
    numbers = {one["name"] for one in fields if one["type"] in _NUMBERS}
    along = {one["name"] for one in fields if is_along(one)}
    return {
        "kinds": [
            (drawing.BAR, tk._("Bars")),
            (drawing.LINE, tk._("Line")),
            *([(drawing.MAP, tk._("Map of areas"))] if area_outlines.known() else []),
        ],
        "columns": titles,
        "numbers": [one for one in titles if one[0] in numbers],
        "along": [title for name, title in titles if name in along],
        "measures": [
            ("mean", tk._("mean")),
            ("sum", tk._("sum")),
            ("min", tk._("least")),
            ("max", tk._("greatest")),
        ],
    }
