"""Letting organisations in, whose measures then stand in official tables, lists and pages."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.publishing import trigger
from ckanext.digitalms.search import index
from ckanext.digitalms.services.access import admission
from ckanext.digitalms.services.measures.hooks import author_of
from ckanext.digitalms.vocabularies import MEASURE_TYPE

__all__ = ["digitalms_organisation_admit", "digitalms_organisation_list"]


@tk.side_effect_free
def digitalms_organisation_list(context: Context, data_dict: Json) -> Json:
    """List the organisations, and whether they are let in, by title (coordinators).

    Args:
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results}``; each result has id, name, title, is_admitted and measures (how many it has).
    """
    tk.check_access("digitalms_organisation_list", context, data_dict)
    told = schema.asked("digitalms_organisation_list", context, data_dict)
    return schema.paged(_organisations(), told)


def digitalms_organisation_admit(context: Context, data_dict: Json) -> Json:
    """Let an organisation in, or no longer (coordinators).

    The measures of an organisation that is not let in are seen by its members and by coordinators only, and
    stand in no open table; letting it in shows them, with their history.

    Args:
        id: the id or name of the organisation.
        admitted: true lets it in, false no longer.

    Returns:
        ``{id, name, is_admitted}``.

    Raises:
        ObjectNotFound: there is no such organisation.
    """
    tk.check_access("digitalms_organisation_admit", context, data_dict)
    told = schema.asked("digitalms_organisation_admit", context, data_dict)
    organisation = model.Group.get(told["id"])
    if organisation is None or not organisation.is_organization:
        message = tk._("There is no organisation “{found}”.")
        raise tk.ObjectNotFound(message.format(found=told["id"][:60]))
    if told["admitted"]:
        admission.admit(organisation.id, author_of(context))
    else:
        admission.refuse(organisation.id)
    model.repo.commit()
    measures = _measures(organisation.id)
    index.reindex(measures)
    if measures:
        trigger.request()
    return {"id": organisation.id, "name": organisation.name, "is_admitted": told["admitted"]}


def _organisations() -> list[Json]:
    admitted = admission.admitted()
    counted = sa.func.count(model.Package.id)
    kept = sa.and_(
        model.Package.owner_org == model.Group.id,
        model.Package.type == MEASURE_TYPE,
        model.Package.state == model.State.ACTIVE,
    )
    query = (
        sa.select(model.Group.id, model.Group.name, model.Group.title, counted)
        .outerjoin(model.Package, kept)
        .where(model.Group.is_organization, model.Group.state == model.State.ACTIVE)
        .group_by(model.Group.id)
        .order_by(model.Group.title, model.Group.name)
    )
    return [
        {"id": key, "name": name, "title": title or name, "is_admitted": key in admitted, "measures": count}
        for key, name, title, count in model.Session.execute(query)
    ]


def _measures(organisation_id: str) -> list[str]:
    query = sa.select(model.Package.id).where(
        model.Package.type == MEASURE_TYPE, model.Package.owner_org == organisation_id
    )
    return list(model.Session.scalars(query))
