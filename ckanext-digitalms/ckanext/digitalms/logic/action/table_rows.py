"""A look into a table: the rows that somebody asks for, as pages, downloads and programs ask alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlencode

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms import duck, parameters
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.logic.schema.table_rows import MOST_CONDITIONS
from ckanext.digitalms.messages import N_, translate
from ckanext.digitalms.moments import IN_ACTIONS
from ckanext.digitalms.publishing import filters, looking, plotting
from ckanext.digitalms.publishing.plotting import Plotted, Wish
from ckanext.digitalms.services import looked_into
from ckanext.digitalms.services.looked_into import Table
from ckanext.digitalms.tables.open_tables import ALL_TABLES
from ckanext.digitalms.tables.spec import TableSpec

__all__ = ["digitalms_table_plot", "digitalms_table_rows"]


@tk.side_effect_free
def digitalms_table_rows(context: Context, data_dict: Json) -> Json:
    """Show rows of a table: an open one, or one that an office published (a private one to its editors).

    Args:
        table: its name; of an own table also its dataset's name or id.
        filters: an object, or its JSON: ``COLUMN`` with a value or a list of values, of which a row has one
            (nothing: an empty cell); ``COLUMN.from`` and ``COLUMN.to``: the ends of a range;
            ``COLUMN.contains``: a part of the text; ``COLUMN.not``: none of these values.
        q: words, up to ten, that stand somewhere in the row.
        query: the same as a download's address has it behind the question mark.
        columns: only these, in this order, separated by commas.
        sort: columns to sort by, separated by commas, each with a minus for the other way.
        release_id: of a release; by default the current one.
        cut_off_date, known_at: an open table as it was on a day, as it was known then.
        limit: at most this many rows, up to 1000; default 100.
        offset: leave out the first.

    Returns:
        ``{count, results, ...}``: how many rows fit, and those that are shown, with ``fields`` (as in the
        Table Schema), what they were chosen by (``chosen``), and of the table name, kind (open or own),
        title, description, dataset, is_private, release_id, is_current, published_at, rows, notes (what was
        blanked in the release, when and why), files_url (of a release that was asked for: its own files,
        which stay) and origin.

    Raises:
        ObjectNotFound: there is no such table or release.
        ValidationError: by parameter or column: it is not there, it has no such value, or the question takes
            too much time or memory.
    """
    tk.check_access("digitalms_table_rows", context, data_dict)
    told = _with_day(context, schema.asked("digitalms_table_rows", context, data_dict))
    with _opened(context, told) as table:
        chosen = _chosen(table.spec, told)
        found = looking.page(table.folder, table.spec, chosen, told["limit"], told["offset"], table.rows)
    shown = chosen.shown(table.spec).fields
    return {
        **table.told,
        "fields": shown,
        "chosen": {name: list(values) for name, values in chosen.chosen.items()},
        "count": found.count,
        "results": [_row(shown, row) for row in found.rows],
    }


@tk.side_effect_free
def digitalms_table_plot(context: Context, data_dict: Json) -> Json:
    """Give the numbers of a plot of a table, for who may see its rows.

    Args:
        table, filters, q, query, release_id, cut_off_date, known_at: as for :func:`digitalms_table_rows`.
        plot: ``line`` over a column of days, months or numbers, ``bar`` over the values of any column, or
            ``map`` over a column of official keys, where outlines of areas are set up.
        x: that column.
        y: the column of numbers that are put together; without it the rows are counted.
        measure: how: ``count``, ``sum``, ``mean`` (default where there is a y), ``min`` or ``max``.

    Returns:
        ``{plot, points, title, description, columns, count, left_out, ...}``: ``points`` have x, label, y
        and rows (how many made it), at most 30 bars or 400 points of a line; ``left_out`` are sentences on
        the rows that are not in it; the rest says of the table what :func:`digitalms_table_rows` does, its
        title as ``table_title``.

    Raises:
        ObjectNotFound: there is no such table or release.
        ValidationError: by parameter: a column is not there or cannot be drawn so.
    """
    tk.check_access("digitalms_table_plot", context, data_dict)
    told = _with_day(context, schema.asked("digitalms_table_plot", context, data_dict))
    measure = told.get("measure") or ("mean" if told.get("y") else plotting.COUNT)
    wish = Wish(told["plot"], told["x"], told.get("y") or "", measure)
    with _opened(context, told) as table:
        chosen = _chosen(table.spec, told)
        found = plotting.plotted(table.folder, table.spec, chosen, wish)
    titles = {one["name"]: str(one.get("title") or one["name"]) for one in table.spec.fields}
    columns = [titles[wish.x], _made(wish, titles)]
    return {
        **table.told,
        "table_title": table.told["title"],
        "plot": {"kind": wish.kind, "x": wish.x, "y": wish.y, "measure": wish.measure},
        "chosen": {name: list(values) for name, values in chosen.chosen.items()},
        "points": [{"x": one.x, "label": one.label, "y": one.y, "rows": one.rows} for one in found.points],
        "columns": columns,
        "title": tk._("{made} by {column}").format(made=columns[1], column=columns[0]),
        "description": _described(found, table),
        "count": found.rows,
        "left_out": _left_out(found, titles, wish),
    }


_MADE = {
    "sum": N_("{column} (sum)"),
    "mean": N_("{column} (mean)"),
    "min": N_("{column} (least)"),
    "max": N_("{column} (greatest)"),
}


def _made(wish: Wish, titles: Mapping[str, str]) -> str:
    if wish.measure == plotting.COUNT:
        return str(tk._("Number of rows"))
    return str(tk._(_MADE[wish.measure]).format(column=titles[wish.y]))


def _described(found: Plotted, table: Table) -> str:
    sentence = tk.ungettext(
        "One row of “{table}”; the same numbers stand in the table below.",
        "{n} rows of “{table}”; the same numbers stand in the table below.",
        found.rows,
    )
    return str(sentence.format(n=found.rows, table=table.told["title"]))


def _left_out(found: Plotted, titles: Mapping[str, str], wish: Wish) -> list[str]:
    """Say which rows are not in a plot, and what was put together."""
    told = []
    empty = ((found.without_x, titles[wish.x]), (found.without_y, titles.get(wish.y, "")))
    for count, title in empty:
        if count:
            sentence = tk.ungettext(
                "Left out: one row without a value for “{column}”.",
                "Left out: {n} rows without a value for “{column}”.",
                count,
            )
            told.append(str(sentence.format(n=count, column=title)))
    if found.others:
        sentence = tk.ungettext(
            "Left out: one more value of “{column}” ({rows} rows); narrow it by a filter to see it.",
            "Left out: {n} more values of “{column}” ({rows} rows); narrow it by a filter to see them.",
            found.others,
        )
        told.append(str(sentence.format(n=found.others, rows=found.rows_of_others, column=titles[wish.x])))
    if found.step in _STEPS:
        told.append(str(tk._(_STEPS[found.step])))
    return told


_STEPS = {
    0: N_(
        "Too many different numbers for one line: they are put together in 400 ranges, each told by where it "
        "begins."
    ),
    4: N_("Too many different days for one line: they are put together by year."),
    7: N_("Too many different days for one line: they are put together by month."),
}


def _with_day(context: Context, told: Json) -> Json:
    """Take the day of an open table from its address, as downloads do."""
    if told["table"] not in ALL_TABLES or not told.get("query"):
        return told
    pairs = _pairs(told["query"])
    said = {IN_ACTIONS[name]: text for name, text in pairs if name in IN_ACTIONS}
    if not said:
        return told
    moment = schema.validated(context, said, schema.moment())
    rest = urlencode([pair for pair in pairs if pair[0] not in IN_ACTIONS])
    return {**told, **{name: moment.get(name) for name in said}, "query": rest}


@contextmanager
def _opened(context: Context, told: Json) -> Iterator[Table]:
    """Lend the table that is asked for to who may see it, and say what is too much to ask."""
    found = looked_into.named(told["table"])
    if found.package is not None:
        tk.check_access("package_show", context, {"id": found.package.id})
    moment = {name: told[name] for name in IN_ACTIONS.values() if told.get(name)}
    try:
        if moment and found.package is None:
            # a wrong question is refused before the table of that day is made
            _chosen(ALL_TABLES[found.name], told)
        with looked_into.opened(found, told.get("release_id") or "", moment) as table:
            yield table
    except filters.FilterError as refused:
        raise parameters.refused({refused.parameter: [translate(refused.message, tk._)]}) from refused
    except duck.TooMuchError as error:
        sentence = tk._(
            "This question takes more than {seconds} seconds, or too much memory. Narrow it by a filter, ask "
            "for fewer columns in the order, or take the whole table as a file."
        )
        raise tk.ValidationError({"query": [sentence.format(seconds=round(looking.SECONDS))]}) from error


def _chosen(spec: TableSpec, told: Json) -> filters.Filter:
    """Return what is asked for: as parameters, and as an address has it."""
    names = {one["name"] for one in spec.fields}
    conditions, showing = _of_address(told.get("query") or "", names)
    for name, texts in (told.get("filters") or {}).items():
        conditions[name] = [*conditions.get(name, ()), *texts]
    showing |= {name: [told[name]] for name in ("q", "columns", "sort") if told.get(name)}
    return filters.read(spec, conditions, showing)


def _of_address(query: str, names: set[str]) -> tuple[dict[str, list[str]], dict[str, Sequence[str]]]:
    conditions: dict[str, list[str]] = {}
    showing: dict[str, list[str]] = {}
    for name, text in _pairs(query):
        is_shown = name in filters.SHOWING and name not in names
        (showing if is_shown else conditions).setdefault(name, []).append(text)
    for name in ("limit", "offset"):
        if name in showing:
            sentence = tk._("“{name}” stands beside the query, not in it.")
            raise tk.ValidationError({name: [sentence.format(name=name)]})
    return conditions, dict(showing)


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_CONDITIONS)
    except ValueError as error:
        sentence = tk._("The address has more than {most} parameters.")
        raise tk.ValidationError({"query": [sentence.format(most=MOST_CONDITIONS)]}) from error


def _row(fields: Sequence[Mapping[str, Json]], cells: looking.Cells) -> Json:
    told = zip(fields, cells, strict=True)
    return {str(field["name"]): looking.value_of(field, cell) for field, cell in told}
