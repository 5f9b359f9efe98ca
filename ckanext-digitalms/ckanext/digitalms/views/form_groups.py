"""The groups of the long form: which are open, and what a folded one says of what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.updates import OVER
from ckanext.digitalms.vocabularies import MEASURE_TYPE, StepState

_SHORT = 60
_MOST_NAMED = 3
# beside its name: when a row is due, held or checked, and how it stands
_TOLD = {
    "council_references": ("role", "decided_on"),
    "steps": ("state",),
    "obstacles": ("since",),
    "milestones": ("date_text", "latest", "met_on"),
    "indicators": ("value", "unit", "day"),
    "goals": ("year", "state"),
    "goal_reviews": ("outcome", "review_date"),
    "partners": (),
    "links": (),
    "coverage_links": ("speed_mbit_s",),
}


def groups(data: Mapping[str, Any], errors: Mapping[str, Any], opened: Sequence[str]) -> list[Json]:
    """Return the groups with their fields.

    Args:
        data: what the form shows.
        errors: by field.
        opened: the names of fields whose groups are open, beside those with an error.
    """
    schema = tk.h.scheming_get_dataset_schema(MEASURE_TYPE)
    found = []
    for group in schema["form_groups"]:
        fields = [each for each in schema["dataset_fields"] if each.get("form_group") == group["name"]]
        names = {str(each["field_name"]) for each in fields}
        told = {
            "fields": fields,
            "is_open": not names.isdisjoint({*errors, *opened}),
            "says": "; ".join(part for part in _SAYS[group["name"]](data) if part),
        }
        found.append({**group, **told})
    return found


def required() -> list[str]:
    """Return the names of the fields without which there is no measure."""
    fields = tk.h.scheming_get_dataset_schema(MEASURE_TYPE)["dataset_fields"]
    return [str(each["field_name"]) for each in fields if each.get("required")]


def changed(typed: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields in which something else was typed than stood there before."""
    return [name for name, value in typed.items() if _differs(value, before.get(name))]


def _differs(typed: Any, before: Any) -> bool:
    if not isinstance(typed, list):
        return _plain(typed) != _plain(before)
    rows = before if isinstance(before, list) else []
    return len(typed) != len(rows) or any(map(_row_differs, typed, rows))


def _row_differs(typed: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    # a paper is shown in its original spelling
    shown = {**before, "reference": before.get("original") or before.get("reference"), "original": ""}
    return any(_plain(value) != _plain(shown.get(name)) for name, value in typed.items())


def _plain(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def row_says(kind: str, row: Mapping[str, Any]) -> str:
    """Return what a folded row says of itself; nothing for an empty one."""
    subfields = {each["field_name"]: each for each in _field(kind)["repeating_subfields"]}
    name = tk.h.digitalms_row_title(row)
    if not name and kind != "goal_reviews":
        return ""
    parts = [_words(subfields[told], row.get(told)) for told in _TOLD[kind] if row.get(told)]
    if kind == "milestones" and row.get("latest") and row.get("date_text"):
        parts.pop(0)  # the day says more than its wording
    return " · ".join(part for part in (_short(name), *parts) if part)


def _field(name: str) -> Json:
    fields = tk.h.scheming_get_dataset_schema(MEASURE_TYPE)["dataset_fields"]
    found: Json = next(each for each in fields if each["field_name"] == name)
    return found


def _words(field: Mapping[str, Any], value: Any) -> str:
    if "choices_helper" in field:
        return str(tk.h.scheming_choices_label(tk.h.scheming_field_choices(field), value))
    is_day = field.get("form_snippet") == "digitalms_day.html"
    return _day(value) if is_day else _short(str(value))


def _day(value: Any) -> str:
    """Write a day; what was typed and is none stays."""
    try:
        return str(tk.h.digitalms_short_day(str(value)))
    except ValueError:
        return _short(str(value))


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHORT else f"{plain[: _SHORT - 1].rstrip()}…"


def _rows(data: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    rows = data.get(kind)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _text(data: Mapping[str, Any], name: str) -> str:
    return str(data.get(name) or "").strip()


def _choice(data: Mapping[str, Any], name: str) -> str:
    return _words(_field(name), _text(data, name)) if _text(data, name) else ""


def _counted(data: Mapping[str, Any], kind: str) -> str:
    """Say how many rows there are, in the words of the form: “Meilensteine: 3”."""
    count = len(_rows(data, kind))
    label = tk.h.scheming_language_text(_field(kind)["label"])
    return f"{label}: {count}" if count else ""


def _what(data: Mapping[str, Any]) -> Iterator[str]:
    yield _short(_text(data, "title"))
    yield _text(data, "name")
    if _text(data, "private").lower() == "true":
        yield tk._("internal")


def _stand(data: Mapping[str, Any]) -> Iterator[str]:
    yield _choice(data, "status")
    if progress := _text(data, "progress_percent"):
        yield f"{progress.removesuffix('%').strip()} %"
    if as_of := _text(data, "as_of"):
        yield tk._("Stand {day}").format(day=_day(as_of))
    if due := _text(data, "update_due"):
        yield tk._("due on {day}").format(day=_day(due))


def _council(data: Mapping[str, Any]) -> Iterator[str]:
    yield _counted(data, "council_references")
    named = [_text(row, "original") or _text(row, "reference") for row in _rows(data, "council_references")]
    yield ", ".join(named[:_MOST_NAMED]) + (", …" if len(named) > _MOST_NAMED else "")


def _plan(data: Mapping[str, Any]) -> Iterator[str]:
    steps = _rows(data, "steps")
    done = sum(row.get("state") == StepState.DONE for row in steps)
    if steps:
        yield tk._("{done} of {n} entries implemented").format(done=done, n=len(steps))
    yield _counted(data, "obstacles")


def _open_milestones(data: Mapping[str, Any]) -> Iterator[str]:
    """Say how many promises are overdue and when the next is due; “from March on” is never late."""
    rows = [row for row in _rows(data, "milestones") if not _text(row, "met_on")]
    today = config.today().isoformat()
    if overdue := sum("" < _text(row, "latest") < today for row in rows):
        yield tk._("{n} overdue").format(n=overdue)
    days = [_text(row, "latest") or _text(row, "earliest") for row in rows]
    if to_come := [day for day in days if day >= today]:
        yield tk._("the next on {day}").format(day=_day(min(to_come)))


def _dates(data: Mapping[str, Any]) -> Iterator[str]:
    yield _counted(data, "milestones")
    if _text(data, "status") not in OVER:
        yield from _open_milestones(data)
    for kind in ("indicators", "goals", "goal_reviews"):
        yield _counted(data, kind)


def _vision(data: Mapping[str, Any]) -> Iterator[str]:
    yield _text(data, "vision_year")
    yield _short(_text(data, "vision"))


def _people(data: Mapping[str, Any]) -> Iterator[str]:
    yield _counted(data, "partners")
    yield _choice(data, "funding_state")
    if amount := _text(data, "funding_amount"):
        yield f"{amount.removesuffix('€').strip()} €"
    yield _short(_text(data, "contact_function") or _text(data, "contact_email"))
    yield _counted(data, "links")


def _place(data: Mapping[str, Any]) -> Iterator[str]:
    yield _short(_text(data, "place"))
    if parent := _text(data, "parent_id"):
        yield tk._("part of {parent}").format(parent=parent)
    yield _counted(data, "coverage_links")


_SAYS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "what": _what,
    "stand": _stand,
    "council": _council,
    "plan": _plan,
    "dates": _dates,
    "vision": _vision,
    "people": _people,
    "place": _place,
}
