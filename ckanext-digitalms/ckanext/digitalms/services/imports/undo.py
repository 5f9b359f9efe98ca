"""Taking back what an import changed: its statements are retracted, since history is only added to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import Delivery, StatementRow
from ckanext.digitalms.services.measures import announce, statements
from ckanext.digitalms.services.measures.hooks import author_of, organisation_name
from ckanext.digitalms.vocabularies import StatementKind

from .apply import finish, last_of, now, one_at_a_time
from .writer import CREATED, REMOVED, dataset_fields, remove, shown, state


def undo(context: Context, delivery: Delivery) -> None:
    """Put back what an import changed, all of it or nothing, and commit.

    What the import said is taken back, so that Stand, due day and all else are as they were before.

    Raises:
        tk.ValidationError: a measure was changed since.
    """
    one_at_a_time()
    changes = [each for each in (delivery.report or {}).get("changes", ()) if each.get("statement_id")]
    _refuse_changed_since(changes)
    packages = {each["package_id"]: model.Package.get(each["package_id"]) for each in changes}
    made = _put_back_whole(context, packages, changes)
    told = [each["statement_id"] for each in changes if each["stand"] not in {CREATED, REMOVED}]
    statements.retract(sorted(set(told)), author_of(context))
    for package_id, package in packages.items():
        if package_id not in made:
            _show_again(context, package)
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


def _put_back_whole(
    context: Context, packages: Mapping[str, model.Package], changes: Sequence[Json]
) -> set[str]:
    """Take away measures that were made, and bring back those that were deleted."""
    made: set[str] = set()
    for each in changes:
        package = packages[each["package_id"]]
        action = "package_delete" if each["stand"] == CREATED else "package_update"
        tk.check_access(action, {"user": context.get("user", "")}, {"id": package.id})
        if each["stand"] == CREATED:
            made.add(package.id)
            remove(context, package, None)
        elif each["stand"] == REMOVED:
            made.add(package.id)
            restore(context, package, each["statement_id"])
    return made


def restore(context: Context, package: model.Package, withdrawn: int | None) -> None:
    """Bring back a deleted measure as it was: public, if its withdrawal is what is taken back."""
    package.state = model.State.ACTIVE
    model.Session.flush()
    row = model.Session.get(StatementRow, withdrawn) if withdrawn else None
    if row is not None and row.kind == StatementKind.WITHDRAWN:
        statements.retract([row.statement_id], author_of(context))
    announce.updated(context, [package])


def _show_again(context: Context, package: model.Package) -> None:
    """Let the dataset show the Stand that counts now."""
    newest = StatementRow.newest_of([package.id])[package.id]
    stored = shown(package)
    wanted = {**stored, **dataset_fields(newest.measure), "as_of": newest.as_of.isoformat()}
    if newest.measure.organisation != organisation_name(package):
        wanted["owner_org"] = newest.measure.organisation
    try:
        state(context, package, stored, wanted, newest)
    except tk.ValidationError as refused:
        sentences = [str(text) for texts in refused.error_summary.values() for text in [texts]]
        raise _refused(f"{package.name}: {' '.join(sentences)}") from refused


def _refused(sentence: str) -> tk.ValidationError:
    model.Session.rollback()
    return tk.ValidationError({"import_id": [sentence]})
