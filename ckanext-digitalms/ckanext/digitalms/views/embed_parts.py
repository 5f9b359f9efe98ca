"""What can stand on a page of others: every plot and every figure of ours, told by a short path.

Whoever asks is a stranger (:mod:`..middleware.embeds`), so actions give what is public.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.publishing import origins
from ckanext.digitalms.publishing.snapshot import publisher
from ckanext.digitalms.tables.open_tables import TABLES

from . import figures, goals, indicators, linked_coverage, milestone_bars, milestones, overview
from .pages import reader
from .point_in_time import PointInTime

SERIES, MILESTONES, MEASURE = "statusverlauf", "meilensteine", "massnahme"
CATALOGUE, MONTHS = "katalog-in-zahlen", "monate"
_ROOM = 460  # pixels that a plot takes with its words


@dataclass(frozen=True)
class Shown:
    """What stands in a frame or picture.

    Args:
        title: its name.
        page: the address of the page that it is from.
        stand: of which day it is, in words.
        origin: whose it is and under which terms, as the API tells it.
        value: a figure; empty for none.
        line: what the figure or plot says.
        plot: an SVG; empty for none.
        legend: a small SVG and its word each.
        columns: titles of a table's columns, and whether there are numbers in them.
        rows: of that table, in words.
        height: that it takes in a frame, in pixels.
        german: whether title and words are German whoever reads.
        past: which day is shown, in a sentence, if it is not today.
    """

    title: str
    page: str
    stand: str
    origin: Mapping[str, Any]
    value: str = ""
    line: str = ""
    plot: str = ""
    legend: Sequence[tuple[str, str]] = ()
    columns: Sequence[tuple[str, bool]] = ()
    rows: Sequence[Sequence[str]] = ()
    height: int = 260
    german: bool = True
    past: str = ""

    @property
    def source(self) -> str:
        """Return how the source is to be named, without its licence, which is named beside it."""
        name = self.origin["license"].get("title") or ""
        return str(self.origin["attribution"]).removesuffix(f", {name}")


def shown(parts: Sequence[str], moment: PointInTime) -> Shown:
    """Return what a path names.

    Args:
        parts: of the path.
        moment: of which day it is.

    Raises:
        ObjectNotFound: there is nothing of that name that is public.
        ValidationError: a filter of the address is none.
    """
    if parts == [SERIES]:
        return _series(moment)
    if parts == [MILESTONES]:
        return _milestones(moment)
    if parts[:1] == [MEASURE] and len(parts) > 1:
        return _of_measure(parts[1], parts[2:], moment)
    if parts[:1] == [CATALOGUE] and len(parts) > 1:
        return _of_the_catalogue(parts[1], parts[2:], moment)
    raise tk.ObjectNotFound(tk._("There is nothing to embed at this address."))


def of_the_city() -> Json:
    """Return whose what is told of measures is."""
    return origins.declared(TABLES["measures"], publisher()).to_json()


def address(endpoint: str, anchor: str = "", query: Mapping[str, str] | None = None, **named: str) -> str:
    """Return the address of a page of ours, of the day that is shown."""
    told = str(tk.url_for(endpoint, **named))
    asked = urlencode(query or {})
    sign = "&" if "?" in told else "?"
    return f"{told}{sign + asked if asked else ''}{'#' + anchor if anchor else ''}"


def _day(moment: PointInTime) -> str:
    return str(tk.h.digitalms_day(moment.told.get("cut_off_date") or tk.h.digitalms_today()))


def _nothing_to_draw() -> tk.ObjectNotFound:
    return tk.ObjectNotFound(tk._("There is too little known of this for a plot."))


def _series(moment: PointInTime) -> Shown:
    found = overview.drawn(moment)
    if found is None:
        raise _nothing_to_draw()
    last = found["columns"][-1]
    legend = [(str(swatch), str(tk._(status.label))) for status, swatch in found["statuses"]]
    line = ", ".join(f"{count} {tk._(status.label)}" for status, count in last.counts.items())
    return Shown(
        title=tk._("Status of the measures over time"),
        page=address("digitalms_overview.index", "verlauf"),
        stand=str(tk.h.digitalms_day(last.day)),
        origin=of_the_city(),
        line=line,
        plot=str(found["svg"]),
        legend=legend,
        height=_ROOM + 60,
        german=False,
    )


def _milestones(moment: PointInTime) -> Shown:
    asked = milestones.asked_for()
    found = milestones.drawn(milestones.rows_of(moment, asked))
    if found is None:
        raise _nothing_to_draw()
    query = {name: value for name, value in asked.items() if isinstance(value, str)}
    return Shown(
        title=tk._("Milestones: plan and actual"),
        page=address("digitalms_milestones.index", "plan-ist", query),
        stand=_day(moment),
        origin=of_the_city(),
        plot=str(found["svg"]),
        legend=[(str(swatch), str(word)) for swatch, word in found["legend"]],
        height=_ROOM,
        german=False,
    )


def _of_the_catalogue(name: str, rest: Sequence[str], moment: PointInTime) -> Shown:
    """Show a figure of the catalogue: its parts of the last month, or the whole over the months."""
    _none(rest if rest != [MONTHS] else [])
    found = figures.part_of(name, moment)
    drawing = (found[0].line if rest else found[0].bars) if found else None
    if found is None or drawing is None:
        raise _nothing_to_draw()
    part, month = found
    label = str(tk._(part.figure.label))
    return Shown(
        title=tk._("{figure} by month").format(figure=label) if rest else label,
        page=address("digitalms_figures.index", f"dm-{name}"),
        stand=tk._("month {month}").format(month=month),
        origin=of_the_city(),
        line=str(tk._(part.figure.definition)),
        plot=str(drawing),
        height=_ROOM + 40,
        german=False,
    )


def _of_measure(key: str, parts: Sequence[str], moment: PointInTime) -> Shown:
    asked = {"id": key, "include_coverage": True, **moment.told}
    measure: Json = tk.get_action("digitalms_measure_show")(reader(), asked)
    kind, rest = (parts[0], parts[1:]) if parts else ("", [])
    make = _OF_MEASURES.get(kind)
    if make is None:
        raise tk.ObjectNotFound(tk._("There is nothing to embed at this address."))
    return make(measure, rest, moment)


def _page(measure: Json, anchor: str = "") -> str:
    return address("digitalms_measure.read", anchor, id=measure["measure_id"])


def _progress(measure: Json, rest: Sequence[str], moment: PointInTime) -> Shown:
    """Show the status of a measure, and how far it is."""
    del moment
    _none(rest)
    percent = measure["progress_percent"]
    status = str(tk.h.digitalms_label("status", measure["status"]))
    late = tk._("delayed since {day}").format(day=tk.h.digitalms_day(tk.h.digitalms_delayed_since(measure)))
    state = f"{status}, {late}" if measure["is_delayed"] else status
    return Shown(
        title=measure["title"],
        page=_page(measure),
        stand=str(tk.h.digitalms_day(measure["as_of"])),
        origin=of_the_city(),
        value=f"{tk.h.digitalms_number(percent)} %" if percent is not None else status,
        line=state if percent is not None else (state if measure["is_delayed"] else ""),
        height=300,
    )


def _figure(measure: Json, rest: Sequence[str], moment: PointInTime) -> Shown:
    """Show a figure of a measure, with its plot where it has values enough."""
    wanted = "/".join(rest)
    every = indicators.of_measure(measure, moment)
    found = next((one for one in every if one["id"] == wanted), None)
    if found is None:
        raise tk.ObjectNotFound(tk._("This measure has no such figure."))
    unit = f" {found['unit']}" if found["unit"] else ""
    value = f"{tk.h.digitalms_number(found['value'])}{unit}" if found["value"] is not None else "–"
    target = ""
    if found["target"] is not None:
        target = tk._("target: {value}").format(value=f"{tk.h.digitalms_number(found['target'])}{unit}")
    source = found.get("source") or ""
    origin = of_the_city()
    if source:
        # whose the value is comes before who publishes it
        origin = {**origin, "attribution": f"{source}; {origin['attribution']}"}
    return Shown(
        title=found["title"],
        page=_page(measure, f"kennzahl-{found['id']}"),
        stand=str(tk.h.digitalms_day(found["day"])) if found["day"] else "–",
        origin=origin,
        value=value,
        line=" · ".join(filter(None, [measure["title"], target])),
        plot=str(found["svg"] or ""),
        height=_ROOM + 60 if found["svg"] else 300,
    )


def _coverage(measure: Json, rest: Sequence[str], moment: PointInTime) -> Shown:
    """Show a share of coverage that a measure works on."""
    del moment
    every = linked_coverage.figures(measure["coverage"])
    number = rest[0] if len(rest) == 1 else ""
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    found = every[place - 1] if 0 < place <= len(every) else None
    if found is None or found["newest"] is None:
        raise tk.ObjectNotFound(tk._("This measure has no such figure."))
    newest, link = found["newest"], found["link"]
    base = tk._("Share of {base} with at least {speed} Mbit/s ({technology}), for {customer}").format(
        base=tk.h.digitalms_label("base", newest["base"]),
        speed=tk.h.digitalms_number(link["speed_mbit_s"]),
        technology=tk.h.digitalms_label("technology", link["technology"]),
        customer=tk.h.digitalms_label("customer", link["customer"]),
    )
    return Shown(
        title=tk._("Coverage: {area}").format(area=newest["area_name"] or newest["area_code"]),
        page=_page(measure, "versorgung"),
        stand=tk._("edition {edition}").format(edition=newest["edition"]),
        origin=found["origin"],
        value=f"{tk.h.digitalms_number(newest['share_percent'])} %",
        line=" ".join(filter(None, [f"{base}.", found["broken"]])),
        plot=str(found["svg"] or ""),
        height=_ROOM + 90 if found["svg"] else 320,
        german=False,
    )


def _goals(measure: Json, rest: Sequence[str], moment: PointInTime) -> Shown:
    """Show what became of a measure's goals, by year."""
    _none(rest)
    history = tk.get_action("digitalms_measure_history")(
        reader(), {"id": measure["measure_id"], "limit": 1, **moment.told}
    )
    found = goals.plot(goals.of_measure(measure, history))
    if found is None:
        raise _nothing_to_draw()
    return Shown(
        title=tk._("Goals by year: {measure}").format(measure=measure["title"]),
        page=_page(measure, "ziele"),
        stand=str(tk.h.digitalms_day(measure["as_of"])),
        origin=of_the_city(),
        plot=str(found["svg"]),
        legend=[(str(swatch), str(tk._(state.label))) for swatch, state in found["states"]],
        height=_ROOM,
        german=False,
    )


def _bars(measure: Json, rest: Sequence[str], moment: PointInTime) -> Shown:
    """Show a measure's milestones along time."""
    del moment
    _none(rest)
    found = milestone_bars.drawn(measure["milestones"])
    if found is None:
        raise _nothing_to_draw()
    return Shown(
        title=tk._("Milestones: {measure}").format(measure=measure["title"]),
        page=_page(measure, "meilensteine"),
        stand=str(tk.h.digitalms_day(measure["as_of"])),
        origin=of_the_city(),
        line=tk._("green: met; red with upright strokes: overdue; blue with slanting ones: still open"),
        plot=str(found),
        height=_ROOM,
        german=False,
    )


def _none(rest: Sequence[str]) -> None:
    if rest:
        raise tk.ObjectNotFound(tk._("There is nothing to embed at this address."))


_OF_MEASURES: Mapping[str, Callable[[Json, Sequence[str], PointInTime], Shown]] = {
    "": _progress,
    "kennzahl": _figure,
    "versorgung": _coverage,
    "ziele": _goals,
    "meilensteine": _bars,
}
