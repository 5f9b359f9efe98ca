"""A draft of a table is published as a dataset, or as a new version of its dataset."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.custom_tables.examination import Examined
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.messages import translate
from ckanext.digitalms.model import Delivery
from ckanext.digitalms.publishing import versions
from ckanext.digitalms.services import delivery_work
from ckanext.digitalms.services.custom_tables import drafts
from ckanext.digitalms.services.custom_tables.publish import check_file, dataset_of, save_private, version_of
from ckanext.digitalms.services.deliveries import delivery_lock

__all__ = ["digitalms_dataset_publish"]


def digitalms_dataset_publish(context: Context, data_dict: Json) -> Json:
    """Publish a draft as a dataset, or as a new version of its dataset; ids and addresses stay.

    Equal content makes no new version. An invalid table is never published: the version before stays.

    Args:
        id: the draft.
        as_draft: keep it as a private dataset with the file and the report on it, also when it is invalid.
        background: do not wait where the file is large: a job publishes it.

    Returns:
        ``{change, id, name, release_id}``; change is ``published``, ``unchanged`` or ``saved``, id and name
        are those of the dataset. Where a job does it change is ``begun`` and the rest null: the draft's
        ``work`` says how far it is, and afterwards its ``state`` and ``dataset`` what became of it.

    Raises:
        ValidationError: the table is not valid, title or organisation is missing, somebody else published
            a version meanwhile, the dataset was deleted, or it could not be published at this moment;
            nothing is changed.
    """
    tk.check_access("digitalms_dataset_publish", context, data_dict)
    told = schema.asked("digitalms_dataset_publish", context, data_dict)
    draft = drafts.get(told["id"])
    check_file(draft)
    delivery_work.refuse_at_work(context, draft)
    if told["as_draft"]:
        return save_private(draft)
    drafts.metadata_of(draft)
    if delivery_work.may_wait(context, told) and drafts.is_large(draft):
        return _by_a_job(context, draft)
    found = drafts.examined(draft, is_judged=draft.of_draft["is_valid"])
    _refuse_invalid(found)
    draft_id, revision = draft.id, draft.of_draft["revision"]
    try:
        outcome = versions.publish(dataset_of(draft), lambda: version_of(draft_id, revision, found))
    except versions.NotPublishedError as refused:
        raise tk.ValidationError({"upload": [translate(p, tk._) for p in refused.problems]}) from refused
    package = model.Package.get(drafts.get(draft_id).of_draft["package_id"])
    return {
        "change": outcome.change,
        "id": package.id,
        "name": package.name,
        "release_id": outcome.release_id,
    }


def _by_a_job(context: Context, draft: Delivery) -> Json:
    """Have a job publish a draft; commits."""
    draft = delivery_lock(draft)
    check_file(draft)
    delivery_work.refuse_busy(context, draft)
    drafts.begin(context, draft, delivery_work.PUBLISH, "digitalms_dataset_publish")
    return {"change": "begun", "id": None, "name": None, "release_id": None}


def _refuse_invalid(found: Examined) -> None:
    if not found.is_valid:
        count = len(found.report.errors)
        message = tk.ungettext(
            "The table has {n} error; the report says where. It was not published.",
            "The table has {n} errors; the report says where. It was not published.",
            count,
        )
        raise tk.ValidationError({"upload": [message.format(n=count)]})
