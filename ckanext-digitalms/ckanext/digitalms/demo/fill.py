"""Filling a catalogue with the demo; twice changes nothing."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import ckan.plugins.toolkit as tk
import yaml
from ckan import model
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.measures.record import ROW_TYPES
from ckanext.digitalms.vocabularies import MEASURE_TYPE

Facts = dict[str, Any]


def _facts(name: str) -> Facts:
    loaded: Facts = yaml.safe_load(_text(name))
    return loaded


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _context() -> Context:
    return {"ignore_auth": True, "user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]}


def organisations(coordinator: str | None, editor: str | None) -> None:
    """Make the organisations that are not there yet and add the accounts as editors."""
    for organisation in _facts("measures.yaml")["organisations"]:
        is_coordinators = organisation["name"] == "opendata"
        name = config.coordinator_organisation() if is_coordinators else organisation["name"]
        if model.Group.get(name) is None:
            tk.get_action("organization_create")(_context(), {**organisation, "name": name})
        user = coordinator if is_coordinators else editor
        if user:
            tk.get_action("organization_member_create")(
                _context(), {"id": name, "username": user, "role": "editor"}
            )


def measures(*, fictional: bool) -> int:
    """Create the measures that are not there yet; give how many were.

    Args:
        fictional: add the made-up continuation to those that were created.
    """
    facts = _facts("measures.yaml")
    new = [measure for measure in facts["measures"] if model.Package.get(measure["name"]) is None]
    for measure in new:
        _create({"as_of": facts["as_of"], "update_due": facts["update_due"], **measure}, facts["source"])
    if fictional:
        _continue({measure["name"] for measure in new})
    return len(new)


def coverage() -> str:
    """Hand in the small edition of broadband coverage; give what became of it."""
    told = {"kind": "coverage", "content": _text("coverage.csv"), "areas": _text("areas.json")}
    about = _facts("measures.yaml")["coverage"]
    delivery = tk.get_action("digitalms_delivery_create")(_context(), {**told, **about})
    return str(delivery["state"])


def _create(measure: Facts, source: str) -> None:
    history = measure.pop("history", [])
    record = {
        "type": MEASURE_TYPE,
        "owner_org": "citeq",
        "contact_function": "Team Digitalisierung",
        "statement_source": source,
        "tags": [{"name": word} for word in measure.pop("keywords", [])],
        **measure,
    }
    for earlier in history:
        first = {
            name: value for name, value in record.items() if name not in {"steps", "milestones", "goals"}
        }
        told = {"statement_source": earlier.pop("source"), **earlier}
        _save("package_create", {**first, **told})
    if not history:
        _save("package_create", record)
        return
    stored = tk.get_action("package_show")(_context(), {"id": measure["name"]})
    kept = {name: stored[name] for name in ("id", "council_references")}
    _save("package_update", {**record, **kept})


def _save(action: str, record: Facts) -> None:
    tk.get_action(action)(_context(), _as_strings(record))


def _as_strings(record: Facts) -> Facts:
    def text(value: Any) -> Any:
        if isinstance(value, list):
            return [text(item) for item in value]
        if isinstance(value, dict):
            return {name: text(item) for name, item in value.items()}
        return str(value)

    return {name: text(value) for name, value in record.items()}


def _continue(names: set[str]) -> None:
    story = _facts("example_history.yaml")
    for told in story["statements"]:
        if told["measure"] in names:
            _tell(told, story)


def _tell(told: Facts, story: Facts) -> None:
    stored = tk.get_action("package_show")(_context(), {"id": told["measure"]})
    met = {title: str(day) for title, day in told.get("met", {}).items()}
    known = stored.get("milestones") or []
    milestones = [{**row, "met_on": met.get(row["title"], row.get("met_on"))} for row in known]
    changed = {
        "as_of": told["as_of"],
        "status": told["status"],
        "status_reason": told.get("status_reason", ""),
        "progress_percent": told.get("progress_percent", ""),
        "statement": f"{story['prefix']} {told['statement']}",
        "statement_source": story["source"],
    }
    rows = {name: stored.get(name) or [] for name in ROW_TYPES}
    record = {**_as_strings(changed), **rows, "milestones": milestones}
    tk.get_action("package_patch")(_context(), {"id": told["measure"], **record})
