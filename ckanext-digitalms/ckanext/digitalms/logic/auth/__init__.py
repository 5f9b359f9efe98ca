"""Who may do what; nothing else decides it.

Anonymous: what is public. Office editor: the measures of its organisation. Coordinator: all measures,
sources, imports and releases. Sysadmin: configuration and redaction (CKAN lets sysadmins pass).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context

from ckanext.digitalms import config
from ckanext.digitalms.model import Delivery
from ckanext.digitalms.services.access.admission import is_admitted
from ckanext.digitalms.services.access.permission_labels import is_public
from ckanext.digitalms.services.access.rights import (
    account,
    is_coordinator,
    is_kept_by_coordinators,
    may_edit,
)
from ckanext.digitalms.services.custom_tables import drafts
from ckanext.digitalms.services.lookup import find_package
from ckanext.digitalms.services.measures.hooks import is_measure
from ckanext.digitalms.storable import plain_id
from ckanext.digitalms.vocabularies import SOURCE_TYPE

from .accounts import *  # noqa: F403
from .accounts import __all__ as _accounts
from .chained import *  # noqa: F403
from .chained import __all__ as _chained
from .harvest import *  # noqa: F403
from .harvest import __all__ as _harvest

Auth = Callable[[Context, dict[str, Any]], AuthResult]

__all__ = [
    "digitalms_catalogue_change_list",
    "digitalms_catalogue_figure_list",
    "digitalms_change_list",
    "digitalms_city_text_list",
    "digitalms_city_text_show",
    "digitalms_city_text_update",
    "digitalms_comparison_show",
    "digitalms_council_reference_list",
    "digitalms_council_reference_parse",
    "digitalms_council_reference_show",
    "digitalms_coverage_show",
    "digitalms_date_read",
    "digitalms_dataset_draft_create",
    "digitalms_dataset_draft_delete",
    "digitalms_dataset_draft_file",
    "digitalms_dataset_draft_list",
    "digitalms_dataset_draft_show",
    "digitalms_dataset_draft_update",
    "digitalms_dataset_list",
    "digitalms_dataset_publish",
    "digitalms_dataset_restore",
    "digitalms_dataset_version_list",
    "digitalms_dataset_version_restore",
    "digitalms_dcat_check",
    "digitalms_dcat_list",
    "digitalms_dcat_show",
    "digitalms_croissant_show",
    "digitalms_delivery_create",
    "digitalms_delivery_list",
    "digitalms_delivery_show",
    "digitalms_delivery_redo",
    "digitalms_delivery_undo",
    "digitalms_desk_show",
    "digitalms_desk_visit",
    "digitalms_indicator_list",
    "digitalms_internal_note_create",
    "digitalms_internal_note_delete",
    "digitalms_internal_note_list",
    "digitalms_internal_note_update",
    "digitalms_measure_history",
    "digitalms_measure_key_propose",
    "digitalms_measure_list",
    "digitalms_measure_parent_list",
    "digitalms_measure_release_list",
    "digitalms_measure_restore",
    "digitalms_measure_show",
    "digitalms_milestone_list",
    "digitalms_organisation_admit",
    "digitalms_organisation_list",
    "digitalms_redact",
    "digitalms_page_pdf",
    "digitalms_quality_show",
    "digitalms_release_cite",
    "digitalms_release_diff",
    "digitalms_release_list",
    "digitalms_release_remove_measure",
    "digitalms_report_check",
    "digitalms_report_check_list",
    "digitalms_report_correct",
    "digitalms_report_create",
    "digitalms_report_file",
    "digitalms_report_freeze",
    "digitalms_report_gaps",
    "digitalms_report_import_apply",
    "digitalms_report_import_create",
    "digitalms_report_import_list",
    "digitalms_report_import_show",
    "digitalms_report_import_undo",
    "digitalms_report_import_update",
    "digitalms_report_list",
    "digitalms_report_show",
    "digitalms_report_template_create",
    "digitalms_report_template_file",
    "digitalms_report_template_list",
    "digitalms_report_template_use",
    "digitalms_report_update",
    "digitalms_report_withdraw",
    "digitalms_search",
    "digitalms_search_propose",
    "digitalms_sitting_create",
    "digitalms_sitting_delete",
    "digitalms_sitting_list",
    "digitalms_sitting_undo",
    "digitalms_sitting_upload",
    "digitalms_source_check",
    "digitalms_source_list",
    "digitalms_source_show",
    "digitalms_statement_create",
    "digitalms_statement_undo",
    "digitalms_stored_data_list",
    "digitalms_synonym_create",
    "digitalms_synonym_delete",
    "digitalms_synonym_list",
    "digitalms_synonym_undo",
    "digitalms_synonym_upload",
    "digitalms_table_import",
    "digitalms_table_import_show",
    "digitalms_table_import_undo",
    "digitalms_table_list",
    "digitalms_table_plot",
    "digitalms_table_publish",
    "digitalms_table_rows",
    "digitalms_table_use_list",
    "digitalms_table_validate",
    "digitalms_vanishing_decide",
    *_accounts,
    *_chained,
    *_harvest,
]


@tk.auth_allow_anonymous_access
def public(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let everybody pass: the action itself gives only what is public."""
    del context, data_dict
    return {"success": True}


def signed_in(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let everybody pass who is signed in: the action lists only what one may see."""
    del data_dict
    return {"success": bool(context.get("user"))}


def coordinator(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let coordinators pass."""
    del data_dict
    if is_coordinator(context.get("user")):
        return {"success": True}
    return {"success": False, "msg": tk._("Only coordinators may do this.")}


def measure_editor(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let those pass who keep the measure: its office's editors and the coordinators."""
    user = context.get("user")
    if is_coordinator(user):
        return {"success": True}
    package = find_package(data_dict.get("id"))
    if package is not None and is_measure(package) and may_edit(user, package.owner_org):
        return {"success": True}
    return {"success": False, "msg": tk._("Only the measure's office and the coordinators may do this.")}


def digitalms_dcat_check(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let those pass who may change the dataset."""
    found = find_package(data_dict.get("id"))
    if found is not None and found.type != SOURCE_TYPE:
        try:
            tk.check_access("package_update", context, {"id": found.id})
        except tk.NotAuthorized:
            found = None
    if found is not None:
        return {"success": True}
    return {"success": False, "msg": tk._("Only those who may change the dataset may do this.")}


@tk.auth_allow_anonymous_access
def digitalms_quality_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let those pass who may change the dataset; where the city shows it, everybody for public ones."""
    found = find_package(data_dict.get("id")) if config.shows_quality() else None
    if found is not None and is_public(found):
        return {"success": True}
    return digitalms_dcat_check(context, data_dict)


def digitalms_delivery_create(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let coordinators pass, and an office's editors for their own organisation."""
    if is_coordinator(context.get("user")):
        return {"success": True}
    if data_dict.get("kind") == "coverage" or data_dict.get("confirm"):
        return {"success": False, "msg": tk._("Only coordinators hand in coverage and confirm questions.")}
    organisation = model.Group.get(plain_id(data_dict.get("organisation")))
    if organisation is not None and may_edit(context.get("user"), organisation.id):
        return {"success": True}
    return {"success": False, "msg": tk._("Name an organisation whose measures you keep.")}


def digitalms_delivery_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let coordinators pass, who delivered, and the editors of the organisation."""
    user = account(context.get("user"))
    if is_coordinator(context.get("user")):
        return {"success": True}
    delivery = model.Session.get(Delivery, plain_id(data_dict.get("id")))
    if user is not None and delivery is not None:
        return {"success": delivery.user_id == user.user_id or user.edits(delivery.organisation)}
    return {"success": False, "msg": tk._("Only those who delivered and the coordinators may see this.")}


def digitalms_delivery_undo(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let those pass who see the delivery; one of coverage is for coordinators, as when it is handed in."""
    delivery = model.Session.get(Delivery, plain_id(data_dict.get("id")))
    if delivery is not None and delivery.kind == "coverage":
        return coordinator(context, data_dict)
    return digitalms_delivery_show(context, data_dict)


def digitalms_dataset_draft_create(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let coordinators pass, and an office's editors for the datasets of their own organisation."""
    user = context.get("user")
    if is_coordinator(user):
        return {"success": True}
    package = drafts.meant(data_dict.get("dataset"))
    organisation = model.Group.get(plain_id(data_dict.get("organisation")))
    owner = (
        package.owner_org if package is not None else organisation.id if organisation is not None else None
    )
    if may_edit(user, owner):
        return {"success": True}
    return {"success": False, "msg": tk._("Name an organisation whose datasets you edit.")}


def draft_editor(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let those pass who edit a draft: coordinators and the editors of its organisation."""
    user, draft = context.get("user"), drafts.draft_of(data_dict.get("id"))
    if is_coordinator(user):
        return {"success": True}
    wanted = model.Group.get(plain_id(data_dict.get("organisation")))
    owners = [draft.organisation if draft is not None else None, *([wanted.id] if wanted is not None else [])]
    package = model.Package.get(draft.of_draft.get("package_id")) if draft is not None else None
    if package is not None:
        owners.append(package.owner_org)  # it may have been moved since
    if all(may_edit(user, owner) for owner in owners):
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("Only the organisation's editors and the coordinators may do this."),
    }


def digitalms_dataset_version_restore(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let coordinators pass and the editors of the dataset's organisation, when it is let in."""
    package = drafts.meant(data_dict.get("id"))
    if package is not None and not is_admitted(package.owner_org) and not is_coordinator(context.get("user")):
        message = tk._("Ask a coordinator to let your organisation in: then its tables can be published.")
        return {"success": False, "msg": message}
    return digitalms_dataset_draft_create(context, {"dataset": data_dict.get("id")})


def digitalms_dataset_publish(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let coordinators pass and the editors of the organisation, when it is let in."""
    draft = drafts.draft_of(data_dict.get("id"))
    if draft is not None and not is_admitted(draft.organisation) and not is_coordinator(context.get("user")):
        message = tk._("Ask a coordinator to let your organisation in: then its tables can be published.")
        return {"success": False, "msg": message}
    return draft_editor(context, data_dict)


def digitalms_dataset_restore(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let those pass who keep a dataset: its organisation's editors, of ours the coordinators, too."""
    user, package = context.get("user"), find_package(data_dict.get("id"))
    if package is not None:
        is_ours = is_kept_by_coordinators(package)
        if may_edit(user, package.owner_org) or (is_ours and is_coordinator(user)):
            return {"success": True}
    return {"success": False, "msg": tk._("Only those who keep the dataset may do this.")}


def digitalms_source_check(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow whoever may create a source for the organisation; one that is there is for its keepers alone."""
    if data_dict.get("id"):  # its secret is used
        kept = digitalms_source_show(context, {"id": data_dict["id"]})
        if not kept["success"]:
            return kept
    user, office = context.get("user"), model.Group.get(plain_id(data_dict.get("owner_org")) or None)
    if is_coordinator(user) or (office is not None and may_edit(user, office.id)):
        return {"success": True}
    return {"success": False, "msg": tk._("Only those who may add a source for the organisation try it.")}


def digitalms_source_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow the editors of the source's organisation and the coordinators."""
    if is_coordinator(context.get("user")):
        return {"success": True}
    source = find_package(data_dict.get("id"))
    if source is not None and source.type == SOURCE_TYPE and may_edit(context.get("user"), source.owner_org):
        return {"success": True}
    return {"success": False, "msg": tk._("Only those who keep the source and the coordinators see this.")}


def digitalms_redact(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow nobody but sysadmins, whom CKAN lets pass."""
    del context, data_dict
    return {"success": False, "msg": tk._("Only sysadmins may blank a statement.")}


def digitalms_table_import(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Allow who edits any organisation's datasets; each measure is judged when it is written."""
    if data_dict.get("import_id"):
        return import_owner(context, {"id": data_dict["import_id"]})
    user = context.get("user")
    known = account(user)
    if is_coordinator(user) or (known is not None and known.edited):
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("Only the editors of an office and the coordinators hand in tables."),
    }


def author(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let those pass who may add a measure to some office, and coordinators."""
    del data_dict
    user = account(context.get("user"))
    if user is not None and (user.is_coordinator or user.edited):
        return {"success": True}
    return {"success": False, "msg": tk._("Only the editors of an office and the coordinators add measures.")}


def import_owner(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Let those pass who handed an import in, and coordinators; each measure is judged when it is written."""
    user = account(context.get("user"))
    delivery = model.Session.get(Delivery, plain_id(data_dict.get("id")))
    is_own = user is not None and delivery is not None and delivery.user_id == user.user_id
    if is_own or is_coordinator(context.get("user")):
        return {"success": True}
    return {"success": False, "msg": tk._("Only those who delivered and the coordinators may see this.")}


# one line for each kind of thing: who may
digitalms_measure_list = digitalms_measure_show = digitalms_measure_history = public
digitalms_comparison_show = digitalms_catalogue_change_list = public
digitalms_council_reference_list = digitalms_council_reference_show = public
digitalms_council_reference_parse = digitalms_coverage_show = digitalms_table_list = public
digitalms_dataset_list = digitalms_dataset_version_list = digitalms_source_list = public
digitalms_release_list = digitalms_release_diff = digitalms_table_use_list = public
digitalms_table_rows = digitalms_table_plot = public
digitalms_city_text_show = digitalms_stored_data_list = public
digitalms_sitting_list = digitalms_date_read = digitalms_milestone_list = public
digitalms_search = digitalms_search_propose = digitalms_synonym_list = public
digitalms_indicator_list = digitalms_catalogue_figure_list = public
digitalms_delivery_list = digitalms_dataset_draft_list = digitalms_change_list = signed_in
digitalms_measure_key_propose = digitalms_measure_parent_list = author
digitalms_desk_show = digitalms_desk_visit = signed_in
digitalms_statement_create = digitalms_measure_release_list = digitalms_measure_restore = measure_editor
digitalms_statement_undo = measure_editor
digitalms_internal_note_list = digitalms_internal_note_create = measure_editor
digitalms_internal_note_delete = digitalms_internal_note_update = measure_editor
digitalms_dataset_draft_show = digitalms_dataset_draft_file = draft_editor
digitalms_dataset_draft_update = digitalms_dataset_draft_delete = draft_editor
digitalms_table_import_show = digitalms_table_import_undo = import_owner
digitalms_organisation_list = digitalms_organisation_admit = digitalms_vanishing_decide = coordinator
digitalms_report_import_create = digitalms_report_import_list = digitalms_report_import_show = coordinator
digitalms_report_import_update = digitalms_report_import_apply = digitalms_report_import_undo = coordinator
digitalms_report_check = measure_editor
digitalms_report_check_list = signed_in
digitalms_croissant_show = digitalms_dcat_list = digitalms_dcat_show = public
digitalms_report_list = digitalms_report_show = digitalms_report_file = digitalms_page_pdf = public
digitalms_report_create = digitalms_report_update = digitalms_report_gaps = coordinator
digitalms_report_freeze = digitalms_report_correct = digitalms_report_withdraw = coordinator
digitalms_report_template_list = digitalms_report_template_create = coordinator
digitalms_report_template_use = digitalms_report_template_file = coordinator
digitalms_release_cite = digitalms_release_remove_measure = coordinator
digitalms_table_publish = digitalms_table_validate = coordinator
digitalms_city_text_list = digitalms_city_text_update = digitalms_delivery_redo = coordinator
digitalms_synonym_create = digitalms_synonym_delete = digitalms_synonym_upload = coordinator
digitalms_synonym_undo = coordinator
digitalms_sitting_create = digitalms_sitting_delete = digitalms_sitting_upload = coordinator
digitalms_sitting_undo = coordinator
