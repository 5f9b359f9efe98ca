"""A look into a table: its rows filtered, searched, sorted and a page at a time, and a plot of them.

Everything that is clicked is an address, and that is the address of downloads and of the API with what only
the page knows (:mod:`..explorer.address`).
"""

from __future__ import annotations

from collections.abc import Callable

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response

from ckanext.digitalms.explorer import address as names
from ckanext.digitalms.explorer import drawing
from ckanext.digitalms.explorer.address import Address
from ckanext.digitalms.figures import legible
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.moments import IN_ACTIONS
from ckanext.digitalms.publishing import area_outlines
from ckanext.digitalms.publishing.filters import SEARCH
from ckanext.digitalms.publishing.formats import csv_line
from ckanext.digitalms.spreadsheet import harmless
from ckanext.digitalms.tables.open_tables import ALL_TABLES

from . import stored_tables, table_words
from .downloads import gone
from .errors import handle_errors
from .pages import Page, moved, reader, rendered
from .point_in_time import PointInTime, requested_point_in_time
from .table_looks import NUMBERS, SIZES, Look, as_address, page_of, part_of, size_of

digitalms_explorer = Blueprint("digitalms_explorer", __name__, url_prefix="/digitalisierung/tabelle")
handle_errors(digitalms_explorer)

_MOST_REFUSALS, _MOST_PAIRS = 20, 1000
OPEN, OWN = "digitalms_explorer.open_table", "digitalms_explorer.own_table"
_HISTORIES = {OPEN: "digitalms_data.history", OWN: "digitalms_own_tables.history"}


@digitalms_explorer.get("/<table>")
def open_table(table: str) -> Page:
    """Look into an open table; one of an office has another address."""
    if table not in ALL_TABLES:
        told = tk.get_action("digitalms_table_rows")(reader(), {"table": table, "limit": 0})
        return moved(OWN, table=told["name"])
    return _answered(_page, _look(OPEN, table))


@digitalms_explorer.get("/datensatz/<table>")
def own_table(table: str) -> Page:
    """Look into a table that an office published."""
    return _answered(_page, _look(OWN, table))


@digitalms_explorer.get("/ressource/<table>")
def stored_table(table: str) -> Page:
    """Look into a file of the DataStore that is no table of ours; one of ours has another address."""
    return stored_tables.page(table)


@digitalms_explorer.get("/<table>/diagramm.csv")
def open_plot(table: str) -> Page:
    """Give the numbers of a plot of an open table."""
    return _answered(_numbers, _look(OPEN, table))


@digitalms_explorer.get("/datensatz/<table>/diagramm.csv")
def own_plot(table: str) -> Page:
    """Give the numbers of a plot of an office's table."""
    return _answered(_numbers, _look(OWN, table))


def _look(endpoint: str, table: str) -> Look:
    said = Address.of(tk.request.args.items(multi=True))
    release, address = said.first(names.RELEASE).strip(), said.without(names.RELEASE)
    if endpoint == OWN:
        # a column may have the name of our parameter
        return Look(endpoint, table, address, PointInTime(), release)
    # a release stays as it was, whatever the day
    moment = PointInTime() if release else requested_point_in_time()
    return Look(endpoint, table, address.without(*IN_ACTIONS), moment, release)


def _answered(make: Callable[[Look], Page], look: Look) -> Page:
    """Answer; where a release was left out by the rule for old ones, say so to who may see its table."""
    try:
        return make(look)
    except tk.ObjectNotFound:
        if look.release:
            tk.get_action("digitalms_table_rows")(reader(), {"table": look.table, "limit": 0})
            if told := gone(look.release):
                return told
        raise


def _page(look: Look) -> Page:
    if names.CONDITION in look.address.names or names.SHOWN in look.address.names:
        return as_address(look, _fields(look))
    told, used, errors = _rows(look)
    fields = _fields(look) if used.first("columns") else told["fields"]
    plotted, refused = _plot(look, used)
    values = {
        "look": look,
        "told": told,
        "used": used,
        "errors": errors,
        "moment": look.moment,
        "fields": fields,
        "count": told["count"],
        "part": part_of(used, told["count"]),
        "sizes": SIZES,
        "filters": table_words.filters(fields, used, look.to),
        "conditions": table_words.conditions(),
        "preset": _preset(look, used, fields),
        "sort": used.first("sort").split(",")[0],
        "plot": plotted,
        "plot_error": refused,
        "plot_words": table_words.plots(fields),
        "downloads": _downloads(look, told, used),
        "query": Address((*look.moment.query().items(), *used.filter.pairs)).text,
        "release_id": look.release,
        "history": tk.url_for(_HISTORIES[look.endpoint], table=told["name"]),
        "table": told["name"],
        "kind": told["kind"],
        "names": names,
    }
    return rendered("digitalms/explorer/index.html", values)


def _fields(look: Look) -> list[Json]:
    fields: list[Json] = _nothing(look)["fields"]
    return fields


def _nothing(look: Look) -> Json:
    """Return what is told of the table, without a row."""
    told: Json = tk.get_action("digitalms_table_rows")(reader(), {**look.asked(Address()), "limit": 0})
    return told


def _rows(look: Look) -> tuple[Json, Address, dict[str, str]]:
    """Return the rows that are asked for, what was understood of the address, and what was not, in words."""
    used, errors = look.address, {}
    windows = {"limit", "offset"} & used.names
    for name in windows - {one["name"] for one in _fields(look)} if windows else ():
        errors[name] = tk._("The page shows a part at a time: “{name}” is for downloads.").format(name=name)
        used = used.without(name)
    for _ in range(_MOST_REFUSALS):
        try:
            return _part_of_rows(look, used), used, errors
        except tk.ValidationError as refused:
            sentences, wrong = _sentences(refused), used.names & set(refused.error_dict)
            if not used.first(SEARCH).strip():
                sentences.pop(SEARCH, None)  # a box that was emptied asks for nothing
            errors |= sentences
        if not wrong:
            break
        used = used.without(*wrong)
    nothing = Address()
    if "query" in errors and len(used.pairs) > _MOST_PAIRS:
        # too many parameters: the table as it is
        return _part_of_rows(look, nothing), nothing, errors
    return {**_nothing(look), "count": 0}, used, errors


def _part_of_rows(look: Look, used: Address) -> Json:
    size, number = size_of(used), page_of(used)
    asked = {**look.asked(used), "limit": size, "offset": (number - 1) * size}
    told: Json = tk.get_action("digitalms_table_rows")(reader(), asked)
    if not told["results"] and told["count"]:
        # after the last page: the last one, and the page says which it is
        asked["offset"] = (told["count"] - 1) // size * size
        told = tk.get_action("digitalms_table_rows")(reader(), asked)
    return told


def _sentences(refused: tk.ValidationError) -> dict[str, str]:
    return {name: " ".join(map(str, texts)) for name, texts in refused.error_dict.items()}


def _preset(look: Look, used: Address, fields: list[Json]) -> Json:
    """Return the column that a condition is to be added for, with its most frequent values."""
    column = next((one for one in fields if one["name"] == used.first(names.COLUMN)), None)
    if column is None:
        return {"field": None, "values": []}
    if column["type"] in NUMBERS:
        return {"field": column, "values": []}
    rest = used.without(names.COLUMN)
    asked = {**look.asked(rest.without(column["name"])), "plot": drawing.BAR, "x": column["name"]}
    try:
        found = tk.get_action("digitalms_table_plot")(reader(), asked)["points"]
    except tk.ValidationError:
        return {"field": column, "values": []}
    values = [
        {**one, "url": look.to(rest.plus(column["name"], one["x"])) + "#zeilen"}
        for one in found
        if one["x"] not in rest.every(column["name"])
    ]
    return {"field": column, "values": values}


def _plot(look: Look, used: Address) -> tuple[Json | None, str]:
    """Return the plot that is asked for, or why there is none."""
    kind, x = used.first(names.PLOT), used.first(names.X)
    if not kind or not x:
        return None, ""
    try:
        told = _legible(asked_plot(look, used))
    except tk.ValidationError as refused:
        return None, " ".join(dict.fromkeys(_sentences(refused).values()))
    svg = drawn(told) if told["points"] else ""
    own = f"{look.base}/diagramm.csv?{Address((*look.kept.pairs, *used.pairs)).text}"
    return {**told, "svg": tk.literal(svg), "csv": own}, ""


def drawn(told: Json) -> str:
    """Draw what the action gives of a plot that has points."""
    outlines = area_outlines.known() if told["plot"]["kind"] == drawing.MAP else None
    return drawing.svg("dm-plot", _legible(told), tk.h.digitalms_number, outlines)


def _legible(told: Json) -> Json:
    """Return a plot with its means as people read them; of all other numbers each digit was given."""
    if told["plot"]["measure"] != "mean":
        return told
    return {**told, "points": [{**one, "y": legible(one["y"])} for one in told["points"]]}


def asked_plot(look: Look, used: Address) -> Json:
    """Return the numbers of the plot that an address asks for, as the action gives them."""
    y = used.first(names.Y)
    asked = {"plot": used.first(names.PLOT), "x": used.first(names.X), "y": y}
    if y:
        asked["measure"] = used.first(names.MEASURE)
    told: Json = tk.get_action("digitalms_table_plot")(reader(), {**look.asked(used), **asked})
    return told


def _numbers(look: Look) -> Page:
    if look.moment.errors:
        raise tk.ValidationError({name: [text] for name, text in look.moment.errors.items()})
    told = asked_plot(look, look.address)
    header = [*told["columns"], tk._("Number of rows")]
    lines = [csv_line([harmless(str(text)) for text in header])]
    lines += [csv_line([harmless(str(one["x"])), one["y"], one["rows"]]) for one in told["points"]]
    answer: Response = make_response("".join(lines))
    answer.mimetype = "text/csv"
    name = f"{told['name']}-{told['plot']['x']}.csv"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "private, no-cache" if told["is_private"] else "public, no-cache"
    return answer


def _downloads(look: Look, told: Json, used: Address) -> list[Json]:
    """Return the addresses that give these rows, all of them, in each format."""
    query = Address((*look.moment.query().items(), *used.filter.pairs)).text
    rest = f"?{query}" if query else ""
    forms = tk.h.digitalms_table_words().formats().items()
    return [
        {"label": label, "format": form, "url": f"{told['files_url']}.{form}{rest}"} for form, label in forms
    ]
