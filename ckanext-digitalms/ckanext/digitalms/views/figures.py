"""The catalogue in figures: what it has and how it is used, month by month, with plots, tables and CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from babel.dates import format_date
from flask import Blueprint
from markupsafe import Markup

from ckanext.digitalms.dcat.vocabularies import Theme
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures import series_plot
from ckanext.digitalms.quality import counting, months, plots, rules
from ckanext.digitalms.quality.counting import ALL, NONE, Figure, InTime, Kind
from ckanext.digitalms.vocabularies import Term

from .comparison import only_known, table
from .errors import handle_errors
from .pages import Page, conditional, for_view, rendered
from .point_in_time import PointInTime, requested_point_in_time

digitalms_figures = Blueprint("digitalms_figures", __name__)
handle_errors(digitalms_figures)

PATH = "/digitalisierung/katalog-in-zahlen"
COLUMNS = ("month", "figure", "key", "label", "value", "total", "counted_on", "is_final")
# whose keys have words of their own in each language
_TERMS: Mapping[str, type[Term]] = {
    Figure.DATASETS: Kind,
    Figure.AGE: InTime,
    Figure.QUALITY: rules.Band,
    Figure.TOPIC: Theme,
}
# parts of a whole whose sum says nothing more, and lines over time
_OVER_TIME = frozenset(
    {Figure.DATASETS, Figure.MEASURES, Figure.COMPLETE, Figure.QUALITY, Figure.DOWNLOADS, Figure.API_READS}
    | {Figure.HARVEST, Figure.SEARCHES}
)
_AS_SHARE = frozenset({Figure.COMPLETE, Figure.QUALITY, Figure.HARVEST})


@dataclass(frozen=True)
class Part:
    """A section of the page: a figure with its rows of the month that is shown, and over all months.

    Args:
        figure: what is counted.
        rows: of the month: words, whether these are German for all, number, of how many.
        bars: the plot of the month, if it has parts.
        months: month, number and of how many, of the whole.
        line: the plot over the months, if there are two.
    """

    figure: Figure
    rows: Sequence[Json]
    bars: Markup | None
    months: Sequence[Json]
    line: Markup | None


@digitalms_figures.get(PATH)
def index() -> Page:
    """Show the figures of the last month that is told of, and of the months before."""
    moment = requested_point_in_time()
    found = _found(moment)
    month = found["months"][-1] if found["months"] else None
    parts = [_part(figure, found["results"], month) for figure in Figure] if month else []
    measures = tk.get_action("digitalms_measure_list")(for_view(), moment.told)["results"]
    told = {
        "moment": moment,
        "month": _in_words(month) if month else None,
        "is_so_far": bool(month) and not moment.is_past,
        "parts": parts,
        "heads": _heads(parts),
        "proves": [one for one in measures if _is_proof_of(one)],
    }
    return rendered("digitalms/figures/index.html", told)


def part_of(name: str, moment: PointInTime) -> tuple[Part, str] | None:
    """Return a section of the page and its month; nothing where nothing of it was counted."""
    figure = next((one for one in Figure if one.value == name), None)
    found = _found(moment, figure=name) if figure else {"months": []}
    month = found["months"][-1] if found["months"] else None
    return (_part(figure, found["results"], month), str(month)) if figure and month else None


@digitalms_figures.get(f"{PATH}.csv")
def csv() -> Page:
    """Give the figures as a table, of all months or of one, of all or one kind (``zahl``, ``monat``)."""
    moment = only_known(("zahl", "monat"))
    asked = {"figure": tk.request.args.get("zahl", ""), "month": tk.request.args.get("monat", "")}
    found = _found(moment, **{name: text for name, text in asked.items() if text})
    return conditional(table(COLUMNS, found["results"], "katalog-in-zahlen.csv"))


def _found(moment: PointInTime, **asked: str) -> Json:
    found: Json = tk.get_action("digitalms_catalogue_figure_list")(for_view(), {**asked, **moment.told})
    return found


def _is_proof_of(measure: Json) -> bool:
    """Return whether a measure names this page among its links."""
    ends = (PATH, f"{PATH}/")
    return any(str(one["url"] or "").partition("?")[0].endswith(ends) for one in measure["links"])


def _part(figure: Figure, results: Sequence[Json], month: str) -> Part:
    of_figure = [one for one in results if one["figure"] == figure.value]
    rows = [_row(figure, one) for one in sorted(of_figure, key=_place) if one["month"] == month]
    over = [{**one, "words": _in_words(one["month"])} for one in of_figure if one["key"] == ALL]
    return Part(
        figure,
        rows if any(one["value"] or one["total"] is None for one in rows) else [],
        _bars(figure, [one for one in rows if not one["is_whole"]]),
        over if figure in _OVER_TIME and len(over) > 1 else [],
        _line(figure, over),
    )


def _place(one: Json) -> int:
    """Keep the order of words that have one of their own; all else stays as it is, the most first."""
    figure = next(name for name in Figure if name == one["figure"])
    order = [term.value for term in _TERMS.get(figure, ())] if figure is not Figure.TOPIC else []
    return order.index(one["key"]) if one["key"] in order else (-1 if one["key"] == ALL else len(order))


def _row(figure: Figure, one: Json) -> Json:
    known = _words(figure).get(one["key"])
    return {
        "label": tk._(known) if known else one["label"],
        "is_german": known is None,
        "is_whole": one["key"] == ALL,
        "value": one["value"],
        "total": one["total"],
    }


def _words(figure: Figure) -> dict[str, str]:
    """Return the words of keys that are ours, and no name or word of somebody."""
    words = {term.value.rpartition("/")[2]: term.label for term in _TERMS.get(figure, ())}
    if figure is Figure.QUALITY:
        words[InTime.NOT_JUDGED.value] = counting.NOT_JUDGED
    none = counting.FOUND_NOTHING if figure is Figure.SEARCHES else counting.NOT_SAID
    return {**words, ALL: counting.ALL_TOGETHER, NONE: none}


def _bars(figure: Figure, rows: Sequence[Json]) -> Markup | None:
    known = [plots.Bar(one["label"], one["value"]) for one in rows if one["value"]]
    if not known:
        return None
    title = str(tk._(figure.label))
    drawn = plots.shown(known, lambda n: tk.ungettext("one more", "{n} more", n).format(n=n))
    told = ", ".join(f"{one.label}: {_number(one.value)}" for one in drawn)
    return Markup(plots.svg(f"dm-bars-{figure.value}", drawn, title, told, _number))  # noqa: S704 - escaped there


def _line(figure: Figure, over: Sequence[Json]) -> Markup | None:
    values = [
        series_plot.Value(_day_of(one), Decimal(number))
        for one in over
        if (number := _shown_number(figure, one)) is not None
    ]
    if figure not in _OVER_TIME or len(values) < 2:
        return None
    title = tk._("{figure} by month").format(figure=tk._(figure.label))
    first, last = values[0], values[-1]
    told = tk._("From {first} in {begin} to {last} in {end}.").format(
        first=_decimal(first.value),
        begin=_month(first.day),
        last=_decimal(last.value),
        end=_month(last.day),
    )
    words = series_plot.Words(title, told, "", _decimal, _month)
    return Markup(series_plot.svg(f"dm-line-{figure.value}", values, None, words))  # noqa: S704 - escaped there


def _shown_number(figure: Figure, one: Json) -> int | None:
    """Return what is drawn: how many, or of a part its share in percent."""
    if one["value"] is None or figure not in _AS_SHARE:
        found: int | None = one["value"]
        return found
    return round(100 * one["value"] / one["total"]) if one["total"] else None


def _day_of(one: Json) -> date:
    return months.first_day(one["month"])


def _month(day: date) -> str:
    return f"{day:%m.%Y}"


def _in_words(month: str) -> str:
    return str(format_date(months.first_day(month), "MMMM y", locale=str(tk.h.lang()).partition("_")[0]))


def _number(value: int) -> str:
    return str(tk.h.digitalms_number(value))


def _decimal(value: Decimal) -> str:
    return str(tk.h.digitalms_number(value))


def _heads(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Return what stands large above: the whole of some figures, as far as it is known."""
    told = {part.figure: row for part in parts for row in part.rows if row["is_whole"]}
    wanted = (
        Figure.DATASETS,
        Figure.MEASURES,
        Figure.COMPLETE,
        Figure.QUALITY,
        Figure.DOWNLOADS,
        Figure.API_READS,
    )
    return [
        {"figure": figure, **told[figure], "share": _share(figure, told[figure])}
        for figure in wanted
        if figure in told and told[figure]["value"] is not None
    ]


def _share(figure: Figure, row: Json) -> int | None:
    return round(100 * row["value"] / row["total"]) if figure in _AS_SHARE and row["total"] else None
