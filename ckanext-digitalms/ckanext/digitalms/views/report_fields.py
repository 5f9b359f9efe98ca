"""The form of a report: what it shows, and what somebody changed in it.

Only what differs from what was shown is handed on (``seen_fields``): a text that is generated stays so
although its day changes or an office enters news meanwhile, and what somebody else saved stays where one has
not typed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from ckanext.digitalms.jsontypes import Json

from .seen_fields import is_touched, marks

__all__ = ["from_form", "hidden", "in_typed_order", "shown", "with_typed"]

_LINES = ("title", "number", "subject", "office", "contact", "mailbox", "as_of", "previous")
_TEXTS = ("introduction", "summary", "outlook", "method", "decision", "reasons", "finances")
_OF_MEASURE = ("remark", "asked", "sentences")
_OF_CONSULTATION = ("day", "body", "kind", "result")
_ROW = re.compile(rf"consultations__([0-9]{{1,3}})__({'|'.join(_OF_CONSULTATION)})")
_PLACE = "__place"


def shown(told: Json) -> Json:
    """Return what the form shows of a draft: what was typed, else what is generated."""
    report, settings = told["report"], told["settings"]
    summary = next((one["text"] for one in report["changes"] if one["kind"] == "summary"), "")
    texts = [
        {
            "measure_id": measure["measure_id"],
            "remark": settings["remarks"].get(measure["measure_id"], ""),
            "asked": settings["asked"].get(measure["measure_id"], ""),
            "sentences": "\n".join(change["text"] for change in measure["changes"]),
        }
        for measure in report["measures"]
    ]
    head = {name: settings[name] for name in ("subject", "office", "contact", "mailbox", "outlook")}
    paper = {name: settings[name] for name in ("decision", "reasons", "finances", "is_public")}
    return {
        **head,
        **paper,
        **{name: told[name] for name in ("title", "number", "as_of", "previous")},
        "seen": told["revision"],
        "introduction": report["introduction"],
        "method": report["method"],
        "summary": summary,
        "consultations": settings["consultations"],
        "texts": texts,
    }


def hidden(values: Json) -> dict[str, str]:
    """Return the hidden fields that say what a form shows (:func:`shown`)."""
    plain = {name: values[name] for name in (*_LINES, *_TEXTS)}
    texts = {f"{name}:{row['measure_id']}": row[name] for row in values["texts"] for name in _OF_MEASURE}
    whole = {
        "is_public": _spelt(values["is_public"]),
        "consultations": _in_one(values["consultations"]),
        "places": "\n".join(row["measure_id"] for row in values["texts"]),
    }
    return marks({**plain, **texts, **whole})


def _spelt(is_public: object) -> str:
    return "true" if is_public in {True, "true"} else "false"


def _in_one(rows: Iterable[Json]) -> str:
    return json.dumps([[row.get(name) or "" for name in _OF_CONSULTATION] for row in rows])


def from_form(told: Json, form: MultiDict[str, str]) -> Json:
    """Return what somebody changed, as ``digitalms_report_update`` takes it, and which revision was seen."""
    typed: Json = {"seen": form.get("seen", "")}
    fields = [name for name in (*_LINES, *_TEXTS) if name in form]
    typed |= {name: form[name] for name in fields if is_touched(form, name, form[name])}
    # a box that is not ticked is not sent
    is_public = form.get("is_public", "false")
    if is_touched(form, "is_public", is_public):
        typed["is_public"] = is_public
    consultations = _consultations(form)
    if is_touched(form, "consultations", _in_one(consultations)):
        typed["consultations"] = consultations
    keys = [measure["measure_id"] for measure in told["report"]["measures"]]
    typed["texts"] = [row for row in (_of_measure(key, form) for key in keys) if len(row) > 1]
    order = _ordered(keys, form)
    # an order that nobody has changed is left to the catalogue, whose new measures then come along
    return typed if order == keys or not _is_arranged(form) else {**typed, "measures": order}


def _of_measure(key: str, form: Mapping[str, str]) -> Json:
    names = {name: f"{name}:{key}" for name in _OF_MEASURE}
    typed = {
        name: form[field]
        for name, field in names.items()
        if field in form and is_touched(form, field, form[field])
    }
    return {"measure_id": key, **typed}


def _consultations(form: Mapping[str, str]) -> list[Json]:
    rows: dict[int, Json] = {}
    for field, text in form.items():
        if found := _ROW.fullmatch(field):
            rows.setdefault(int(found[1]), {})[found[2]] = text.strip()
    return [rows[place] for place in sorted(rows) if any(rows[place].values())]


def _is_arranged(form: MultiDict[str, str]) -> bool:
    """Return whether somebody moved a measure or left one out, since the form was opened."""
    if form.getlist("left_out") or "do" in form:
        return True
    places = [(name.removesuffix(_PLACE), text) for name, text in form.items() if name.endswith(_PLACE)]
    numbered = sorted(enumerate(places, 1), key=lambda one: (_number(one[1][1], one[0]), one[0]))
    return is_touched(form, "places", "\n".join(key for _, (key, _text) in numbered))


def _ordered(keys: list[str], form: MultiDict[str, str]) -> list[str]:
    """Return the measures that are told, where their numbers and a button put them."""
    left_out = set(form.getlist("left_out"))
    order = [key for key in in_typed_order(keys, form) if key not in left_out]
    step, _, moved = form.get("do", "").partition(":")
    if moved in order and step in {"up", "down"}:
        at = order.index(moved)
        to = max(0, min(len(order) - 1, at + (-1 if step == "up" else 1)))
        order.insert(to, order.pop(at))
    return order


def in_typed_order(keys: list[str], form: Mapping[str, str]) -> list[str]:
    """Return all measures of a form where their numbers put them, those that are left out, too."""
    places = {key: _place(form.get(f"{key}{_PLACE}", ""), place) for place, key in enumerate(keys, 1)}
    return sorted(keys, key=lambda key: places[key])


def _place(text: str, place: int) -> float:
    """Return where a number puts a measure: before what stands there, behind it where it goes down."""
    wanted = _number(text, place)
    return wanted + (wanted > place) / 4 - (wanted < place) / 4


def _number(text: str, place: int) -> int:
    return int(text) if text.strip().isdecimal() and len(text) < 6 else place


def with_typed(values: Json, typed: Json) -> Json:
    """Return what a form shows with what somebody changed in it."""
    texts = {row["measure_id"]: row for row in typed.get("texts", ())}
    rows: list[Any] = [{**row, **texts.get(row["measure_id"], {})} for row in values["texts"]]
    return {**values, **typed, "texts": rows}
