"""Filling a catalogue with the demo; twice changes nothing."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Any

import ckan.plugins.toolkit as tk
import yaml
from ckan import model
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.record import ROW_TYPES
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.publishing.snapshot import site_url
from ckanext.digitalms.services.access import coordinators
from ckanext.digitalms.vocabularies import MEASURE_TYPE


def _facts(name: str) -> Json:
    loaded: Json = yaml.safe_load(_text(name))
    return loaded


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _context() -> Context:
    return {"ignore_auth": True, "user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]}


def organisations(coordinator: str | None, editor: str | None) -> None:
    """Make the organisations that are not there yet and add the accounts as editors."""
    for organisation in _facts("measures.yaml")["organisations"]:
        is_coordinators = organisation["name"] == "opendata"
        name = organisation["name"]
        if is_coordinators:
            theirs = coordinators.organisation()
            name = theirs.name if theirs else config.coordinator_organisation()
        if model.Group.get(name) is None:
            tk.get_action("organization_create")(_context(), {**organisation, "name": name})
        user = coordinator if is_coordinators else editor
        if user:
            tk.get_action("organization_member_create")(
                _context(), {"id": name, "username": user, "role": "editor"}
            )


def measures(*, fictional: bool) -> int:
    """Create the measures that are not there yet, finish what an interrupted call left; return how many.

    Args:
        fictional: add the made-up continuation where nobody has said anything since.
    """
    facts = _facts("measures.yaml")
    source = facts["source"]
    count = 0
    for measure in facts["measures"]:
        told = {"as_of": facts["as_of"], "update_due": facts["update_due"], **measure}
        earlier = told.pop("history", [])
        count += sum([_tell_earlier(told, one, source) for one in earlier] + [_tell_stand(told, source)])
    if fictional:
        _continue(source)
    return count


def coverage() -> str:
    """Hand in the small edition of broadband coverage; return what became of it."""
    told = {"kind": "coverage", "content": _text("coverage.csv"), "areas": _text("areas.json")}
    about = _facts("measures.yaml")["coverage"]
    delivery = tk.get_action("digitalms_delivery_create")(_context(), {**told, **about})
    return str(delivery["state"])


def _record(measure: Json, source: str) -> Json:
    return {
        "type": MEASURE_TYPE,
        "owner_org": "citeq",
        "contact_function": "Team Digitalisierung",
        "statement_source": source,
        "tags": [{"name": word} for word in measure["keywords"]],
        **{name: value for name, value in measure.items() if name not in {"keywords", "links"}},
        "links": [{**one, "url": one["url"].format(site=site_url())} for one in measure.get("links", ())],
    }


def _tell_earlier(measure: Json, earlier: Json, source: str) -> bool:
    """Create a measure as it was before; what came later is told by the next call."""
    if model.Package.get(measure["name"]) is not None:
        return False
    later = {"steps", "milestones", "goals", "indicators"}
    first = {name: value for name, value in _record(measure, source).items() if name not in later}
    told = {name: value for name, value in earlier.items() if name != "source"}
    _save("package_create", {**first, "statement_source": earlier["source"], **told})
    return False  # counted with its Stand


def _tell_stand(measure: Json, source: str) -> bool:
    """Create a measure, or bring one that was only begun to its Stand."""
    package = model.Package.get(measure["name"])
    if package is None:
        _save("package_create", _record(measure, source))
        return True
    if not _says(package, before=measure["as_of"]):
        return False
    stored = tk.get_action("package_show")(_context(), {"id": measure["name"]})
    kept = {name: stored[name] for name in ("id", "council_references")}
    _save("package_update", {**_record(measure, source), **kept})
    return True


def _says(package: model.Package, *, before: date, source: str | None = None) -> bool:
    """Return whether the newest statement of an active measure is of a day before, and of a source."""
    newest = StatementRow.newest_of([package.id]).get(package.id)
    if newest is None or package.state != model.State.ACTIVE or newest.as_of >= before:
        return False
    return source is None or newest.source == source


def _save(action: str, record: Json) -> None:
    tk.get_action(action)(_context(), _as_strings(record))


def _as_strings(record: Json) -> Json:
    def text(value: Any) -> Any:
        if isinstance(value, list):
            return [text(item) for item in value]
        if isinstance(value, dict):
            return {name: text(item) for name, item in value.items()}
        return str(value)

    return {name: text(value) for name, value in record.items()}


def _continue(source: str) -> None:
    """Tell the story where the newest word is the demo's own."""
    story = _facts("example_history.yaml")
    for told in story["statements"]:
        package = model.Package.get(told["measure"])
        if package and any(
            _says(package, before=told["as_of"], source=one) for one in (source, story["source"])
        ):
            _tell(told, story)


def _tell(told: Json, story: Json) -> None:
    stored = tk.get_action("package_show")(_context(), {"id": told["measure"]})
    met = {title: str(day) for title, day in told.get("met", {}).items()}
    known = stored.get("milestones") or []
    milestones = [{**row, "met_on": met.get(row["title"], row.get("met_on"))} for row in known]
    values = _as_strings(told.get("figures", {}))
    new = {"day": str(told["as_of"]), "source": story["source"], "note": ""}
    figures = [
        {**row, **new, "value": values[row["title"]]} if row["title"] in values else row
        for row in stored.get("indicators") or []
    ]
    changed = {
        "as_of": told["as_of"],
        "status": told["status"],
        "status_reason": told.get("status_reason", ""),
        "progress_percent": told.get("progress_percent", ""),
        "statement": f"{story['prefix']} {told['statement']}",
        "statement_source": story["source"],
    }
    rows = {name: stored.get(name) or [] for name in ROW_TYPES}
    record = {
        **_as_strings(changed),
        **rows,
        "milestones": milestones,
        "indicators": figures,
    }
    tk.get_action("package_patch")(_context(), {"id": told["measure"], **record})
