"""Values of the figures of a measure: many typed in one go, or the series of one as a file.

Both go through the import of tables: the page of the import shows what would change, takes it over and takes
it back. Until then nothing is saved, and what was typed comes back with what is wrong with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.indicator_facts import facts
from ckanext.digitalms.measures.record import measure_from_dataset

from . import form_fields, form_numbers
from .errors import handle_errors
from .measure_form import stored_measure
from .pages import Page, reader, redirect, rendered

digitalms_figure_entry = Blueprint(
    "digitalms_figure_entry", __name__, url_prefix="/digitalisierungsmassnahme/<id>/kennzahlen"
)
handle_errors(digitalms_figure_entry)

# what a row asks; the choice of the figure alone says nothing yet
_TYPED = ("day", "value", "note", "source")
MORE, MOST = 5, 200
_FILE = ("indicator", "stand", "as_of", *form_fields.DIALECT)


@digitalms_figure_entry.get("")
def form(id: str) -> Page:  # noqa: A002 - CKAN's links to a dataset name it so
    """Ask for values: a row for each figure, those first whose next value is due."""
    measure = stored_measure(id)
    figures = _figures(measure)
    wanted = tk.request.args.get("kennzahl", "")
    known = [one["id"] for one in figures]
    begun = [wanted] if wanted in known else known[:MOST]
    rows = [_blank(one) for one in begun]
    rows += [_blank(begun[0] if len(known) == 1 or wanted in known else "") for _ in range(MORE - len(rows))]
    return _render(measure, rows if figures else [], told={"indicator": wanted})


@digitalms_figure_entry.post("")
def enter(id: str) -> Page:  # noqa: A002 - as above
    """Look what the typed values would change, or offer more rows."""
    measure = stored_measure(id)
    rows, as_of = _typed_rows(), tk.request.form.get("as_of", "").strip()
    told = {"as_of": as_of}
    if "do" in tk.request.form:
        chosen = rows[-1]["figure"] if rows else ""
        more = [_blank(chosen) for _ in range(min(MORE, MOST - len(rows)))]
        return _render(measure, [*rows, *more], told=told)
    values, errors = _read(measure, rows)
    if not values and not any(errors):
        return _render(
            measure, rows, errors, told=told, wrong=[tk._("Enter at least one value with its day.")]
        )
    if any(errors):
        return _render(measure, rows, errors, told=told)
    places = list(values)
    asked = {
        "table": "indicators",
        "content": json.dumps(list(values.values())),
        "filename": tk._("Figures: {title}").format(title=measure["title"])[:100],
        "as_of": as_of,
        "dry_run": True,
    }
    try:
        done = tk.get_action("digitalms_table_import")(reader(), asked)
    except tk.ValidationError as refused:
        wrong = [str(text) for texts in refused.error_dict.values() for text in texts]
        return _render(measure, rows, errors, told=told, wrong=wrong)
    if done["state"] == "refused":
        return _render(measure, rows, *_refused(done, places, len(rows)), told=told)
    return redirect("digitalms_table_import.read", id=done["id"])


@digitalms_figure_entry.post("/reihe")
def upload(id: str) -> Page:  # noqa: A002 - as above
    """Look what the file of a series would change."""
    measure = stored_measure(id)
    told = form_fields.typed(_FILE)
    errors: Json = {}
    if told["indicator"] not in {one["id"] for one in _figures(measure)}:
        errors["indicator"] = [tk._("Choose the figure whose series this is.")]
    asked = {
        **{name: told[name] for name in ("indicator", *form_fields.DIALECT)},
        **form_fields.stand(told),
        "upload": tk.request.files.get("upload") or None,
        "dry_run": True,
        "background": True,
    }
    try:
        done = tk.get_action("digitalms_table_import")(reader(), asked) if not errors else {}
    except tk.ValidationError as refused:
        errors = refused.error_dict
    if errors:
        rows = [_blank("") for _ in range(MORE)]
        return _render(measure, rows, told=told, file_errors=errors)
    return redirect("digitalms_table_import.read", id=done["id"])


def _figures(measure: Json) -> list[Json]:
    """Return the figures of a measure with all that is told of them, those first whose next value is due."""
    content = measure_from_dataset(measure).content()
    found = [facts(content, one, config.today()) for one in content["indicators"]]
    return sorted(found, key=lambda one: (not one["is_due"], one["next_due"] or ""))


def _blank(figure: str) -> dict[str, str]:
    return {"figure": figure, **dict.fromkeys(_TYPED, "")}


def _typed_rows() -> list[dict[str, str]]:
    """Return the rows as they were typed, with those that are still empty."""
    asked = tk.request.form
    found: list[dict[str, str]] = []
    while len(found) < MOST and f"rows__{len(found)}__day" in asked:
        name = f"rows__{len(found)}__"
        found.append({each: asked.get(name + each, "") for each in ("figure", *_TYPED)})
    return found


def _read(
    measure: Json, rows: Sequence[Mapping[str, str]]
) -> tuple[dict[int, Json], list[dict[str, list[str]]]]:
    """Return the values by the place of their row, and what is wrong with each row."""
    known = {one["id"] for one in measure.get("indicators") or ()}
    values: dict[int, Json] = {}
    errors: list[dict[str, list[str]]] = [{} for _ in rows]
    first: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows):
        if not any(row[name].strip() for name in _TYPED):
            continue
        told, wrong = _read_row(row, known)
        key = (str(told["indicator_id"]), str(told.get("date")))
        if not wrong and first.setdefault(key, place) != place:
            text = tk._("Row {first} has a value of this figure for the same day: keep one of the two.")
            wrong["day"] = [text.format(first=first[key] + 1)]
        errors[place] = wrong
        values[place] = told
    return values, errors


def _read_row(row: Mapping[str, str], known: set[str]) -> tuple[Json, dict[str, list[str]]]:
    told: Json = {"indicator_id": row["figure"]}
    wrong: dict[str, list[str]] = {}
    if row["figure"] not in known:
        wrong["figure"] = [tk._("Choose the figure.")]
    for name, column, validator in (
        ("day", "date", "digitalms_day"),
        ("value", "value", "digitalms_signed_number"),
    ):
        try:
            told[column] = _validated(validator, row[name])
        except tk.Invalid as refused:
            wrong[name] = [str(refused.error)]
            continue
        if not told[column]:
            texts = {
                "day": tk._("Enter the day for which the value holds."),
                "value": tk._("Enter the value."),
            }
            wrong[name] = [texts[name]]
    return {**told, **{name: row[name].strip() for name in ("note", "source") if row[name].strip()}}, wrong


def _validated(name: str, text: str) -> str:
    validator: Any = tk.get_validator(name)
    return str(validator(text) if name == "digitalms_day" else validator(text, form_numbers.typing()))


def _refused(done: Json, places: Sequence[int], count: int) -> tuple[list[dict[str, list[str]]], list[str]]:
    """Lay what the import found beside the rows that it found it in; the rest is said above."""
    errors: list[dict[str, list[str]]] = [{} for _ in range(count)]
    wrong: list[str] = []
    of_column = {"date": "day", "value": "value", "note": "note", "source": "source"}
    for found in done["findings"]:
        text = " ".join(filter(None, [found["message"], found["remedy"]]))
        place = (found["row"] or 0) - 1
        if 0 <= place < len(places):
            errors[places[place]].setdefault(of_column.get(found["field"], "day"), []).append(text)
        else:
            wrong.append(text)
    return errors, wrong


def _render(
    measure: Json,
    rows: Sequence[Mapping[str, str]],
    row_errors: Sequence[Json] = (),
    wrong: Sequence[str] = (),
    *,
    told: Mapping[str, str],
    file_errors: Json | None = None,
) -> Page:
    figures = _figures(measure)
    names = [(one["id"], one["title"] or one["id"]) for one in figures]
    values = {
        "measure": measure,
        "figures": figures,
        "rows": rows,
        "row_errors": row_errors or [{} for _ in rows],
        "wrong": wrong,
        "told": {"as_of": date.isoformat(config.today()), **told},
        "errors": file_errors or {},
        "figure_options": [("", tk._("choose")), *names],
        "may_have_more": len(rows) < MOST,
        "choices": form_fields.dialect_choices(),
        **form_fields.upload_limits(),
    }
    return rendered("digitalms/form/figures.html", values)
