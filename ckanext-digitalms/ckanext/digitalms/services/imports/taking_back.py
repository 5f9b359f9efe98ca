"""Taking back what one change of many measures wrote: a table, a report, a delivery.

History is only added to, so statements are retracted; a measure that was made is deleted, and one that was
deleted comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.services import organisations
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.services.measures import announce, statements
from ckanext.digitalms.services.measures.hooks import author_of, organisation_name
from ckanext.digitalms.vocabularies import StatementKind

from .apply import last_of, one_at_a_time
from .writer import CREATED, REMOVED, dataset_fields, remove, shown, state


def take_back(context: Context, written: Sequence[Json]) -> list[str]:
    """Take back what was written, all of it or nothing; the caller commits.

    Args:
        context: of the acting user.
        written: ``{measure_id, package_id, statement_id, stand}``, in the order of writing; ``package_id``
            may be missing, and ``change`` may stand for ``stand``.

    Returns:
        the datasets that are to be indexed.

    Raises:
        tk.ValidationError: a measure was changed since.
        tk.NotAuthorized: one of the measures is not the user's.
    """
    one_at_a_time()
    changes = [_told(row) for row in written if row.get("statement_id")]
    _refuse_changed_since(changes)
    packages = {each["package_id"]: model.Package.get(each["package_id"]) for each in changes}
    made = _put_back_whole(context, packages, changes)
    told = [each["statement_id"] for each in changes if each["stand"] not in {CREATED, REMOVED}]
    statements.retract(sorted(set(told)), author_of(context))
    for package_id, package in packages.items():
        if package_id not in made:
            _show_again(context, package)
    return list(packages)


def _refuse_changed_since(changes: Sequence[Json]) -> None:
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
            statements.retract([each["statement_id"]], author_of(context))
            package.name = package.id  # its key was never anything's, and is free again
        elif each["stand"] == REMOVED:
            made.add(package.id)
            restore(context, package)
    return made


def restore(context: Context, package: model.Package) -> None:
    """Bring back a deleted measure as it was: public, unless it was internal when it was deleted."""
    last = statements.told_so_far([package.id])[package.id].last
    package.state = model.State.ACTIVE
    organisations.join_again(package)
    model.Session.flush()
    if last is not None and last.kind == StatementKind.WITHDRAWN and not package.private:
        statements.retract([last.statement_id], author_of(context))
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


def _told(row: Json) -> Json:
    package = None if row.get("package_id") else find_package(row["measure_id"])
    package_id = package.id if package is not None else row.get("package_id")
    return {**row, "package_id": package_id, "stand": row.get("stand") or row["change"]}
