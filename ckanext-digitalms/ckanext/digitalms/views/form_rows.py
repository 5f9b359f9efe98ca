"""Entries of the long form: put where a number says, added, moved and removed, also without scripts.

A row is posted with the place that its field says. A button posts ``do``, such as ``up:milestones:3``: the
form comes back with what was typed, and nothing is saved.
"""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.record import ROW_TYPES

PLACE = "place"
_DO = re.compile(r"(add|up|down|remove):([a-z_]{1,40})(?::([0-9]{1,4}))?")
_NUMBER = re.compile(r"-?[0-9]{1,15}")
Rows = list[Any]


def ordered(rows: Rows) -> tuple[Rows, list[Json]]:
    """Put rows where their places say, which are left out of them.

    What moves up comes before what stands at its place, what moves down behind it; a place beyond an end is
    the end.

    Returns:
        The rows, and for each what is wrong with its place; then all stay as they are.
    """
    typed = [str(row.get(PLACE, place)).strip() or str(place) for place, row in enumerate(rows, 1)]
    plain = [{name: value for name, value in row.items() if name != PLACE} for row in rows]
    wrong = [_wrong(text, len(rows)) for text in typed]
    if any(wrong):
        return [{**row, PLACE: text} for row, text in zip(plain, typed, strict=True)], wrong
    keys = [_between(int(text), place) for place, text in enumerate(typed, 1)]
    keyed = sorted(zip(keys, plain, strict=True), key=lambda one: one[0])
    return [row for _, row in keyed], []


def _between(wanted: int, place: int) -> float:
    return wanted + (wanted > place) / 4 - (wanted < place) / 4


def _wrong(text: str, last: int) -> Json:
    if _NUMBER.fullmatch(text):
        return {}
    message = tk._("“{found}” is no place: enter a number from 1 to {last}.")
    return {PLACE: [message.format(found=text[:40], last=last)]}


def change(typed: Json, wanted: str) -> str:
    """Do to the rows of a form what its button says; return which kind of row it was, or nothing."""
    match = _DO.fullmatch(wanted)
    kind = match[2] if match else ""
    if match is None or kind not in ROW_TYPES:
        return ""
    rows: Rows = typed.setdefault(kind, [])
    place = int(match[3] or 0)
    if match[1] == "add":
        rows.append({})
    elif match[1] == "remove" and place < len(rows):
        del rows[place]
    elif match[1] in {"up", "down"} and place < len(rows):
        to = place + (1 if match[1] == "down" else -1)
        rows.insert(min(max(to, 0), len(rows) - 1), rows.pop(place))
    return kind
