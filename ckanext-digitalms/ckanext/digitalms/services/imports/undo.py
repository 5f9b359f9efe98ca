"""Putting back what an import changed: as a new change, since history is only added to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.model import Delivery, StatementRow
from ckanext.digitalms.services.measures import announce, statements
from ckanext.digitalms.services.measures.hooks import author_of, measure_of, organisation_name

from .apply import finish, last_of, now, one_at_a_time
from .writer import BACKDATED, CREATED, REMOVED, dataset_fields, remove, shown, state


def undo(context: Context, delivery: Delivery) -> None:
    """Put back what an import changed, all of it or nothing, and commit.

    Each measure says again what it said before, for the Stand that the import wrote.

    Raises:
        tk.ValidationError: a measure was changed since, or the import only added to the past.
    """
    one_at_a_time()
    changes = [each for each in (delivery.report or {}).get("changes", ()) if each.get("statement_id")]
    _refuse_changed_since(changes)
    done: set[int] = set()
    for each in reversed(changes):
        if each["statement_id"] not in done:
            done.add(each["statement_id"])
            _put_back(context, each)
    delivery.state = "undone"
    delivery.of_import = {**delivery.of_import, "undone_at": now(), "undone_by": context.get("user")}
    model.Session.add(delivery)
    finish(list(dict.fromkeys(each["package_id"] for each in changes)))


def _refuse_changed_since(changes: list[Json]) -> None:
    written: dict[str, int] = {}
    for each in changes:
        written[each["package_id"]] = max(each["statement_id"], written.get(each["package_id"], 0))
    last = last_of(list(written))
    changed = sorted(
        {e["measure_id"] for e in changes if last.get(e["package_id"]) != written[e["package_id"]]}
    )
    if changed:
        sentence = tk._(
            "Changed again since the import: {measures}. Nothing was put back; correct the measures."
        )
        raise _refused(
            sentence.format(measures=", ".join(changed[:10]) + (" …" if len(changed) > 10 else ""))
        )


def _put_back(context: Context, change: Mapping[str, Any]) -> None:
    package = model.Package.get(change["package_id"])
    before = (
        model.Session.get(StatementRow, change["before"], populate_existing=True)
        if change["before"]
        else None
    )
    author = author_of(context)
    action = "package_delete" if change["stand"] == CREATED else "package_update"
    tk.check_access(action, {"user": context.get("user", "")}, {"id": package.id})
    if change["stand"] == CREATED:
        remove(context, package, None)
    elif change["stand"] == REMOVED:
        package.state = model.State.ACTIVE
        model.Session.flush()
        statements.record(package, measure_of(package), author)
        announce.updated(context, [package])
    elif before is None:
        text = tk._(
            "For {day} nothing was known of “{measure}” before: such a statement cannot be taken back."
        )
        raise _refused(text.format(day=change["as_of"], measure=change["measure_id"]))
    elif change["stand"] == BACKDATED:
        measure = replace(before.read().measure, as_of=date.fromisoformat(change["as_of"]))
        statements.backdate(package, measure, author)
    else:
        _say_again(context, package, before.read(), change["as_of"])


def _say_again(context: Context, package: model.Package, before: Statement, as_of: str) -> None:
    stored = shown(package)
    wanted = {**stored, **dataset_fields(before.measure), "as_of": as_of}
    if before.measure.organisation != organisation_name(package):
        wanted["owner_org"] = before.measure.organisation
    try:
        state(context, package, stored, wanted, before)
    except tk.ValidationError as refused:
        sentences = [str(text) for texts in refused.error_summary.values() for text in [texts]]
        raise _refused(f"{package.name}: {' '.join(sentences)}") from refused


def _refused(sentence: str) -> tk.ValidationError:
    model.Session.rollback()
    return tk.ValidationError({"import_id": [sentence]})
