"""The numbers of a plot: the rows of a table that fit, put together by a column, counted by the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckanext.digitalms import duck
from ckanext.digitalms.explorer.drawing import BAR, LINE, MAP
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.tables.spec import TableSpec, words_of

from . import area_outlines, writing
from .filter_values import NUMBERS, FilterError, cell
from .filters import Filter
from .looking import SECONDS

__all__ = ["COUNT", "MEASURES", "MOST_BARS", "MOST_POINTS", "Plotted", "Point", "Wish", "is_along", "plotted"]

Field = Mapping[str, Any]

COUNT = "count"
MEASURES = {COUNT: "count(*)", "sum": "sum(y)", "mean": "avg(y)", "min": "min(y)", "max": "max(y)"}
MOST_BARS, MOST_POINTS, MOST_AREAS = 30, 400, 12_000
_TIMES = frozenset({"date", "datetime", "yearmonth", "year"})
_TIME = "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
# days, months, years: as many letters of a day as are read
_STEPS = (10, 7, 4)


@dataclass(frozen=True)
class Wish:
    """What is to be drawn.

    Args:
        kind: ``line``, ``bar`` or ``map``.
        x: the column whose values stand side by side.
        y: the column of numbers that are put together; none where rows are counted.
        measure: how, one of :data:`MEASURES`.
    """

    kind: str
    x: str
    y: str
    measure: str


@dataclass(frozen=True)
class Point:
    """A value of the column, what the rows with it make together, and how many they are."""

    x: str | float
    label: str
    y: float
    rows: int


@dataclass(frozen=True)
class Plotted:
    """The numbers of a plot, and what is not in it.

    Args:
        points: in the order of the plot.
        rows: that fit.
        without_x: rows whose cell for ``x`` is empty, or no value of a line.
        without_y: others whose cell for ``y`` is empty.
        others: values of ``x`` that are not drawn; rows_of_others: how many rows have them.
        step: how many letters of a day were read: 10 as it stands, 7 months, 4 years; 0: ranges of numbers.
    """

    points: Sequence[Point]
    rows: int
    without_x: int
    without_y: int
    others: int = 0
    rows_of_others: int = 0
    step: int = _STEPS[0]


def is_along(field: Field) -> bool:
    """Return whether the values of a column may stand along an axis; of texts only months may."""
    return field["type"] in _TIMES or field["type"] in NUMBERS or _is_month(field)


def _is_month(field: Field) -> bool:
    pattern = str(field.get("constraints", {}).get("pattern") or "")
    return field["type"] == "string" and pattern.startswith("[0-9]{4}-[0-9]{2}")


def plotted(folder: Path, spec: TableSpec, chosen: Filter, wish: Wish) -> Plotted:
    """Put the rows that fit together.

    Args:
        folder: of the release.
        spec: of the table.
        chosen: which rows.
        wish: what is to be drawn.

    Raises:
        FilterError: there is no such column, or it cannot be drawn so.
        duck.TooMuchError: it takes too long, or too much memory.
    """
    fields = {one["name"]: one for one in spec.fields}
    x, y = _column(fields, "x", wish.x), _values(fields, wish)
    if wish.kind == LINE and not is_along(x):
        raise FilterError(Message(_NO_LINE, {"column": wish.x, "kind": x["type"]}), "x")
    with duck.asking(SECONDS) as database:
        # the cells that count, once: each question reads two columns
        rows = (
            f"(SELECT {_along(x) if wish.kind == LINE else cell(x)} AS x, {y} AS y "  # noqa: S608 - our own columns
            f"FROM {writing.source_of(folder, spec)} WHERE {chosen.where})"
        )
        line = _line_of_numbers if x["type"] in NUMBERS else _line_of_times
        draw = {BAR: _bars, MAP: _areas}.get(wish.kind, line)
        return draw(database, rows, dict(chosen.values), wish, words_of(x))


_NO_OUTLINES = N_(
    "There are no outlines of areas here: draw bars, or ask who runs the catalogue to set them."
)
_NO_LINE = N_(
    "“{column}” ({kind}) is no axis of a line: take a column of days, months or numbers, or draw bars."
)
_NO_NUMBERS = N_("“{column}” ({kind}) has no numbers that can be put together.")
_NO_COLUMN = N_("“{parameter}” names no column with “{found}”. There are: {known}.")


def _column(fields: Mapping[str, Field], parameter: str, name: str) -> Field:
    if name not in fields:
        told: dict[str, object] = {"parameter": parameter, "found": name[:60], "known": ", ".join(fields)}
        raise FilterError(Message(_NO_COLUMN, told), parameter)
    return fields[name]


def _values(fields: Mapping[str, Field], wish: Wish) -> str:
    if wish.measure == COUNT:
        return "1"
    y = _column(fields, "y", wish.y)
    if y["type"] not in NUMBERS:
        raise FilterError(Message(_NO_NUMBERS, {"column": wish.y, "kind": y["type"]}), "y")
    return f"TRY_CAST({cell(y)} AS DOUBLE)"


def _along(x: Field) -> str:
    if x["type"] in NUMBERS:
        return f"TRY_CAST({cell(x)} AS DOUBLE)"
    day = f"{cell(x)}[1:10]"
    first = f"CASE length({day}) WHEN 4 THEN {day} || '-01-01' WHEN 7 THEN {day} || '-01' ELSE {day} END"
    is_day = f"TRY_CAST({first} AS DATE) BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
    return f"CASE WHEN regexp_matches({day}, {duck.literal(_TIME)}) AND {is_day} THEN {day} END"


def _counts(database: duck.Connection, rows: str, values: Mapping[str, Any], *more: str) -> list[Any]:
    asked = ", ".join(
        ("count(*)", "count(*) FILTER (x IS NULL)", "count(*) FILTER (x IS NOT NULL AND y IS NULL)", *more)
    )
    return list(database.execute(f"SELECT {asked} FROM {rows}", dict(values)).fetchall()[0])  # noqa: S608 - our own


def _groups(
    database: duck.Connection, rows: str, values: Mapping[str, Any], wish: Wish, x: str, rest: str
) -> list[tuple[Any, float, int]]:
    asked = (
        f"SELECT {x} AS place, {MEASURES[wish.measure]} AS made, count(*) FROM {rows} "  # noqa: S608 - our own
        f"WHERE x IS NOT NULL AND y IS NOT NULL GROUP BY place {rest}"
    )
    return [
        (place, _rounded(made), count)
        for place, made, count in database.execute(asked, dict(values)).fetchall()
    ]


def _rounded(value: float) -> float:
    """Return a number without what only comes from adding in twos."""
    told = float(f"{value:.12g}")
    return int(told) if told == int(told) else told


def _bars(
    database: duck.Connection, rows: str, values: Mapping[str, Any], wish: Wish, words: Mapping[str, str]
) -> Plotted:
    fit, no_x, no_y, count = _counts(database, rows, values, "count(DISTINCT x) FILTER (y IS NOT NULL)")
    found = _groups(database, rows, values, wish, "x", f"ORDER BY made DESC, place LIMIT {MOST_BARS}")
    points = [Point(x, words.get(x, x), made, of) for x, made, of in found]
    rest = fit - no_x - no_y - sum(one.rows for one in points)
    return Plotted(points, fit, no_x, no_y, count - len(points), rest)


def _areas(
    database: duck.Connection, rows: str, values: Mapping[str, Any], wish: Wish, words: Mapping[str, str]
) -> Plotted:
    del words
    outlines = area_outlines.known()
    if outlines is None:
        raise FilterError(Message(_NO_OUTLINES), "plot")
    fit, no_x, no_y, count = _counts(database, rows, values, "count(DISTINCT x) FILTER (y IS NOT NULL)")
    found = _groups(database, rows, values, wish, "x", f"ORDER BY place LIMIT {MOST_AREAS}")
    points = [Point(x, outlines.names[x], made, of) for x, made, of in found if outlines.of(x)]
    rest = fit - no_x - no_y - sum(one.rows for one in points)
    return Plotted(points, fit, no_x, no_y, count - len(points), rest)


def _line_of_times(
    database: duck.Connection, rows: str, values: Mapping[str, Any], wish: Wish, words: Mapping[str, str]
) -> Plotted:
    del words
    distinct = [f"count(DISTINCT x[1:{letters}])" for letters in _STEPS]
    fit, no_x, no_y, *counts = _counts(database, rows, values, *distinct)
    step = next(
        (letters for letters, count in zip(_STEPS, counts, strict=True) if count <= MOST_POINTS), _STEPS[-1]
    )
    found = _groups(database, rows, values, wish, f"x[1:{step}]", f"ORDER BY place LIMIT {MOST_POINTS}")
    points = [Point(x, x, made, of) for x, made, of in found]
    rest = fit - no_x - no_y - sum(one.rows for one in points)
    return Plotted(points, fit, no_x, no_y, max(counts[-1] - len(points), 0) if rest else 0, rest, step)


def _line_of_numbers(
    database: duck.Connection, rows: str, values: Mapping[str, Any], wish: Wish, words: Mapping[str, str]
) -> Plotted:
    del words
    fit, no_x, no_y, count, low, high = _counts(
        database, rows, values, "count(DISTINCT x)", "min(x)", "max(x)"
    )
    place, step = "x", _STEPS[0]
    if count > MOST_POINTS:
        width = (high - low) / MOST_POINTS
        place, step = f"{low!r} + least(floor((x - {low!r}) / {width!r}), {MOST_POINTS - 1}) * {width!r}", 0
    found = _groups(database, rows, values, wish, place, "ORDER BY place")
    points = [Point(_rounded(x), f"{_rounded(x):g}", made, of) for x, made, of in found]
    return Plotted(points, fit, no_x, no_y, step=step)
