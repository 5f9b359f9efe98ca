"""CKAN's own actions where it has no hook, or the wrong moment, for the history."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.digitalms.logic.validators import digitalms_day, draft_stays_private
from ckanext.digitalms.measures.news import WORDS
from ckanext.digitalms.publishing import custom_tables, versions
from ckanext.digitalms.search import index
from ckanext.digitalms.services import deleted, locks
from ckanext.digitalms.services.access import admission
from ckanext.digitalms.services.access.rights import is_coordinator
from ckanext.digitalms.services.lookup import find_package, is_link
from ckanext.digitalms.services.measures import statements
from ckanext.digitalms.services.measures.hooks import author_of, is_measure, measure_of
from ckanext.digitalms.services.measures.locked import lock_measures
from ckanext.digitalms.services.measures.overtaking import refuse_overtaken
from ckanext.digitalms.services.measures.transaction import is_said, said
from ckanext.digitalms.services.redaction import withdrawn_measures
from ckanext.digitalms.services.sources import address_check
from ckanext.digitalms.storable import plain_id
from ckanext.digitalms.vocabularies import SOURCE_TYPE

Action = Callable[[Context, dict[str, Any]], Any]

__all__ = [
    "bulk_update_public",
    "dataset_purge",
    "organization_create",
    "organization_delete",
    "package_create",
    "package_delete",
    "package_owner_org_update",
    "package_patch",
    "package_show",
    "package_update",
]


@tk.chained_action
def package_create(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Create a dataset; coordinators make harvest sources for every organisation.

    ckanext-harvest checks the organisation of a source by CKAN's membership alone, after the action's own
    authorisation; for coordinators, who were let pass there, that second check is left out. A measure whose
    ``name`` is left out gets one of its title.
    """
    _refuse_what_is_no_link(data_dict)
    if data_dict.get("type") == SOURCE_TYPE:
        tk.check_access("package_create", context, data_dict)
        address_check.check(data_dict, None)
        if is_coordinator(context.get("user")):
            context = {**context, "ignore_auth": True}
    try:
        return original_action(context, data_dict)
    except sa.exc.IntegrityError as error:
        model.Session.rollback()
        if getattr(getattr(error.orig, "diag", None), "constraint_name", None) != "package_name_key":
            raise
        # CKAN looks for the name before; in between somebody else has taken it
        told = tk._("Somebody else has just taken “{found}”: choose another one.")
        found = str(data_dict.get("name"))[:60]
        raise tk.ValidationError({"name": [told.format(found=found)]}) from error


@tk.chained_action
def package_update(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Change a dataset; the address of a harvest source is checked as in ``package_create``.

    Of a measure ``seen`` may say its ``metadata_modified`` as it was read: where somebody saved since, the
    change is refused. What changes only contact, keywords, links, organisation or due day leaves its Stand as
    it is; on a new one, words that are all those of the former Stand count as carried over and are dropped.
    """
    _refuse_what_is_no_link(data_dict)
    package = find_package(data_dict.get("id") or data_dict.get("name"))
    if package is not None and is_measure(package):
        tk.check_access("package_update", context, {**data_dict, "id": package.id})
        refuse_overtaken(package, data_dict.get("seen"))
        data_dict = {name: value for name, value in data_dict.items() if name != "seen"}
        if not is_said(context) and _starts_stand(package, data_dict.get("as_of")):
            data_dict = _without_carried_words(package, data_dict)
    if package is not None and package.type == SOURCE_TYPE:
        tk.check_access("package_update", context, {**data_dict, "id": package.id})
        address_check.check(data_dict, package)
    return original_action(context, data_dict)


@tk.side_effect_free
@tk.chained_action
def package_show(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Show a dataset; a measure that is read to be changed is locked first.

    CKAN's ``package_patch``, ``package_revise`` and all of resources read ``for_update``: they lock the row,
    and only their change locks the measure, which others do before the row.
    """
    if context.get("for_update"):
        package = find_package(data_dict.get("id"))
        if package is not None and is_measure(package):
            tk.check_access("package_update", context, {"id": package.id})
            lock_measures([package.id])
    return original_action(context, data_dict)


def _starts_stand(package: model.Package, as_of: object) -> bool:
    """Return whether a Stand, as it was sent, is later than the one that a measure has."""
    with suppress(tk.Invalid):
        return digitalms_day(as_of or "") > (package.extras.get("as_of") or "")
    return False  # what is no day is refused at its field


def _without_carried_words(package: model.Package, data_dict: dict[str, Any]) -> dict[str, Any]:
    told = {name: str(data_dict.get(name) or "").strip() for name in WORDS}
    is_carried = all(not text or text == package.extras.get(name) for name, text in told.items())
    return {**data_dict, **dict.fromkeys(WORDS, "")} if is_carried else data_dict


@tk.chained_action
def package_patch(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Change some fields of a dataset.

    A new Stand of a measure (a later ``as_of``) does not inherit the words of the former one: ``statement``
    and ``statement_source`` that are not given are empty then.
    """
    package = find_package(data_dict.get("id"))
    if package is None or not is_measure(package) or "as_of" not in data_dict:
        return original_action(context, data_dict)
    tk.check_access("package_patch", context, data_dict)
    lock_measures([package.id])
    if _starts_stand(package, data_dict["as_of"]):
        data_dict = {**dict.fromkeys(WORDS, ""), **data_dict}
    return original_action(said(context), data_dict)


def _refuse_what_is_no_link(data_dict: dict[str, Any]) -> None:
    """Take resources with addresses of the web, or names of uploaded files; CKAN takes any text."""
    told = data_dict.get("resources")
    resources = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    wrong = [_wrong_link(str(one.get("url") or "").strip()) for one in resources]
    if any(wrong):
        raise tk.ValidationError({"resources": wrong})


def _wrong_link(text: str) -> dict[str, list[str]]:
    if is_link(text):
        return {}
    message = tk._("“{found}” is no address: it must start with https:// or http://.")
    return {"url": [message.format(found=text[:80])]}


@tk.chained_action
def organization_create(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Create an organisation; one that a coordinator or CKAN itself makes is let in at once."""
    answer = original_action(context, data_dict)
    if context.get("ignore_auth") or is_coordinator(context.get("user")):
        made = answer if isinstance(answer, str) else answer["id"]
        admission.admit(made, author_of(context))
        if not context.get("defer_commit"):
            model.repo.commit()
    return answer


@tk.chained_action
def bulk_update_public(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Make datasets public; with a draft of a table among them, none of them."""
    tk.check_access("bulk_update_public", context, data_dict)
    told = data_dict.get("datasets")
    found = [find_package(one) for one in told] if isinstance(told, list) else []
    drafts = [package.title for package in found if package and package.extras.get(custom_tables.DRAFT)]
    if drafts:
        raise tk.ValidationError({"datasets": [f"{', '.join(drafts)[:200]}: {draft_stays_private()}"]})
    return original_action(context, data_dict)


@tk.chained_action
def package_delete(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Delete a dataset; a public measure is withdrawn in the same transaction.

    Returns:
        Of a measure ``{stays_in, remove_with}``: the dated releases that still name it, and the action that
        takes it out of them; of any other dataset nothing, as in CKAN.
    """
    package = find_package(data_dict.get("id"))
    if package is not None and is_measure(package):
        tk.check_access("package_delete", context, data_dict)
        statements.withdraw(package, author_of(context))
        package_id = package.id
        original_action(context, data_dict)
        return withdrawn_measures.stays(package_id)
    if package is not None:
        tk.check_access("package_delete", context, data_dict)
        deleted.note(package)
    if package is not None and package.extras.get(custom_tables.MARKER):
        # not in the middle of a version being published
        with locks.publishing(custom_tables.group_of(package.id)):
            return original_action(context, data_dict)
    return original_action(context, data_dict)


@tk.chained_action
def dataset_purge(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Purge a dataset; the measure's history ends with a tombstone in the same transaction.

    Returns:
        Of a measure the same as ``package_delete``.
    """
    package = find_package(data_dict.get("id"))
    if package is not None and is_measure(package):
        tk.check_access("dataset_purge", context, data_dict)
        statements.entomb(package, author_of(context))
        package_id = package.id
        original_action(context, data_dict)
        return withdrawn_measures.stays(package_id)
    if package is not None and package.extras.get(custom_tables.MARKER):
        package_id = package.id
        with locks.publishing(custom_tables.group_of(package_id)):
            answer = original_action(context, data_dict)
            versions.forget(package_id)
            return answer
    return original_action(context, data_dict)


@tk.chained_action
def organization_delete(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Delete an organisation; whoever publishes into it at this moment comes first or is told."""
    told = plain_id(data_dict.get("id"))
    either = sa.or_(model.Group.id == told, model.Group.name == told)
    model.Session.execute(sa.select(model.Group.id).where(either).with_for_update())
    return original_action(context, data_dict)


@tk.chained_action
def package_owner_org_update(original_action: Action, context: Context, data_dict: dict[str, Any]) -> Any:
    """Move a dataset to another organisation; a measure's history tells it.

    Within ``package_create`` and ``package_update`` (``defer_commit``) the hook that follows records it.
    """
    package = find_package(data_dict.get("id"))
    if package is None or not is_measure(package) or context.get("defer_commit"):
        return original_action(context, data_dict)
    tk.check_access("package_owner_org_update", context, data_dict)
    lock_measures([package.id])
    answer = original_action({**context, "defer_commit": True}, data_dict)
    model.Session.flush()
    statements.record(package, measure_of(package), author_of(context))
    model.repo.commit()
    index.reindex([package.id])
    return answer
