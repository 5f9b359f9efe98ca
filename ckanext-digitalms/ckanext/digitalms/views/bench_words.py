"""What the page of a draft offers for each column, and how it asks what can be read in two ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.custom_tables.proposals import WORDS
from ckanext.digitalms.figures import write
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_, translate
from ckanext.digitalms.validation.arrangement import reason
from ckanext.digitalms.validation.column_forms import DAY_FORMS, MONTH_FORMS, NUMBER, NUMBERS, TEXT, form_of
from ckanext.digitalms.validation.dialect import AUTO, COMMENTS, NO_HEADER, NOTES, REPEATED, TOTALS, UNITS
from ckanext.digitalms.validation.findings import short
from ckanext.digitalms.validation.table import Surplus
from ckanext.digitalms.validation.values import example_of

_ASKED = {
    "number": N_("“{title}”: are these numbers with a decimal comma or a decimal point?"),
    "day": N_("“{title}”: does the day or the month come first?"),
    "month": N_("“{title}”: are these months?"),
}
_MADE = {
    "number": N_("as in {form}: {made}"),
    "day": N_("{form}: {made}"),
    "month": N_("{form}: {made}"),
    "text": N_("text as it is: {made}"),
}
# which of two comes first cannot be seen from every example
_ORDERS = {"%d": N_("day first"), "%m": N_("month first")}


def form_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the forms of the cells of a column, in groups: a heading, and each form with its words."""
    plain = [(AUTO, tk._("recognise it")), (TEXT, tk._("text as it is"))]
    numbers = [(code, tk._("number, decimals recognised") if code == NUMBER else code) for code in NUMBERS]
    days, months = ([(code, form_words(code)) for code in codes] for codes in (DAY_FORMS, MONTH_FORMS))
    groups = (("", plain), (tk._("Numbers"), numbers), (tk._("Days"), days), (tk._("Months"), months))
    return list(groups)


def form_words(code: str) -> str:
    """Return a form as an example, with the order of day and month where it could be another."""
    if code in NUMBERS:
        return code
    if code not in DAY_FORMS and code not in MONTH_FORMS:
        return code
    order = tk._(_ORDERS[code[:2]]) if code[:2] in _ORDERS and code[2] in "/-" and code.count("%") > 2 else ""
    return f"{example_of(code)} ({order})" if order else example_of(code)


def base_of(form: str) -> str:
    """Return a form without its unit."""
    return form if form in {AUTO, ""} else _base(form)


def _base(form: str) -> str:
    unit = form_of(form).unit
    return form.removesuffix(unit).strip() if unit else form


_LEFT_OUT = {
    TOTALS: N_("Totals, wherever they stand"),
    NOTES: N_("Notes below the table"),
    UNITS: N_("A line of units below the titles"),
    COMMENTS: N_("Comments, wherever they stand"),
    REPEATED: N_("The header where it stands once more"),
}


def reason_of(surplus: Json) -> str:
    """Say in a sentence why rows may be no data."""
    return translate(reason(Surplus(surplus["kind"], tuple(surplus["rows"]), surplus["text"])), tk._)


def left_out_words(kind: str) -> str:
    """Say what is left out by a kind of rows of which there are none any more."""
    return str(tk._(_LEFT_OUT[kind]))


def listed(told: Mapping[str, Any], name: str) -> list[str]:
    """Return the words of an option that takes several."""
    return [word for word in map(str.strip, str(told.get(name) or "").split(",")) if word not in {"", AUTO}]


def words_of(draft: Json, told: Mapping[str, Any]) -> list[str]:
    """Return the words that may stand for a missing value, ticked or found."""
    known = [word for word in listed(told, "missing") if word.casefold() in WORDS]
    return list(dict.fromkeys([*known, *draft["preview"].get("missing", ())]))


def typed_only(told: Mapping[str, Any], kinds: Iterable[str], words: Iterable[str]) -> dict[str, str]:
    """Return what is not asked by a box of its own, and is typed."""
    boxes = {"leave_out": set(kinds), "missing": set(words)}
    return {
        name: ", ".join(word for word in listed(told, name) if word not in asked)
        for name, asked in boxes.items()
    }


def headers(draft: Json) -> list[tuple[str, str]]:
    """Return the rows that may be the header, in words; nothing where it is plain."""
    choices = draft["preview"].get("headers", ())
    if not choices:
        return []
    told = [(one["rows"], _header(one)) for one in choices]
    return [(AUTO, tk._("recognise it")), *told, (NO_HEADER, tk._("nowhere: there are no titles"))]


def _header(one: Json) -> str:
    titles = short(" | ".join(title or "–" for title in one["titles"]))
    sentence = tk._("rows {rows}, joined: {titles}") if "-" in one["rows"] else tk._("row {rows}: {titles}")
    return str(sentence).format(rows=one["rows"], titles=titles)


def header_now(told: Mapping[str, Any]) -> str:
    """Return the row of the titles that is chosen."""
    return str(told.get("header") or AUTO)


def questions(draft: Json, columns: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Return what is asked of the columns: a sentence, the cells, and answers with what each would make."""
    places = {column["column"]: place for place, column in enumerate(columns)}
    asked = (one for one in draft["preview"].get("questions", ()) if one["column"] in places)
    return [_question(one, places[one["column"]]) for one in asked]


def _question(one: Json, place: int) -> Json:
    cells = "; ".join(text for _, text in one["cells"])
    sentence = _ASKED[one["kind"]]
    rows = ", ".join(str(row) for row, _ in one["cells"])
    return {
        "place": place,
        "sentence": tk._(sentence).format(title=one["column"]),
        "cells": tk._("Such as {cells} (row {rows}).").format(cells=cells, rows=rows),
        "answers": [(form, _answer(one["kind"], form, made)) for form, made in one["answers"]],
    }


def _answer(kind: str, form: str, made: Iterable[str]) -> str:
    sentence = _MADE["text" if form == TEXT else kind]
    if form != TEXT and form_of(form).kind == "number":
        made = [_number(text) for text in made]
    return str(tk._(sentence)).format(form=form_words(form), made="; ".join(made))


def _number(text: str) -> str:
    """Write a number as the language of the page does, without thousands, so that it is read in one way."""
    decimal = "," if tk.h.lang() == "de" else "."
    return write(Decimal(text), decimal)
