"""What came in and waits for somebody: deliveries, previews, questions of sources, sources that fail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.digitalms.custom_tables.draft import OPEN
from ckanext.digitalms.imports.mapping import KIND as TABLE
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import Delivery, HarvestQuestion, ReportImport
from ckanext.digitalms.services.custom_tables.drafts import KIND as DRAFT
from ckanext.digitalms.services.sources.health import SourceHealth, sources

__all__ = ["deliveries", "failing_sources", "previews", "questions"]

REPORT = "report"
_FAILING = ("failed", "late")


def deliveries(user_id: str, offices: Sequence[str] | None) -> list[Json]:
    """Return the deliveries that wait for a coordinator, the oldest first.

    Of a source only the newest one waits.
    """
    later = aliased(Delivery)
    overtaken = sa.exists().where(
        later.source_id == Delivery.source_id, later.received_at > Delivery.received_at
    )
    query = _delivered(user_id, offices).where(Delivery.state == "waiting", ~overtaken)
    return [_told(row) for row in model.Session.execute(query)]


def previews(user_id: str, offices: Sequence[str] | None) -> list[Json]:
    """Return what came in and was not applied yet, the oldest first: reports, tables, deliveries, drafts."""
    query = _delivered(user_id, offices).where(Delivery.state == OPEN)
    found = [_told(row) for row in model.Session.execute(query)]
    if offices is None:
        found += [_told(row) for row in model.Session.execute(_reports())]
    return sorted(found, key=lambda one: (one["received_at"], one["id"]))


def _delivered(user_id: str, offices: Sequence[str] | None) -> sa.Select[Any]:
    query = (
        sa.select(
            Delivery.kind,
            Delivery.id,
            Delivery.filename,
            Delivery.received_at,
            model.User.fullname,
            model.User.name,
        )
        .outerjoin(model.User, model.User.id == Delivery.user_id)
        .order_by(Delivery.received_at, Delivery.id)
    )
    if offices is None:
        return query
    # a table is applied by who handed it in, a draft published by its office
    own = (Delivery.user_id == user_id) & (Delivery.kind != DRAFT)
    ours = Delivery.organisation.in_(list(offices)) & (Delivery.kind != TABLE)
    return query.where(own | ours)


def _reports() -> sa.Select[Any]:
    return (
        sa.select(
            sa.literal(REPORT).label("kind"),
            ReportImport.id,
            ReportImport.filename,
            ReportImport.created_at.label("received_at"),
            model.User.fullname,
            model.User.name,
        )
        .outerjoin(model.User, model.User.id == ReportImport.user_id)
        .where(ReportImport.state == "draft")
    )


def _told(row: Any) -> Json:
    return {
        "kind": row.kind,
        "id": row.id,
        "filename": row.filename,
        "received_at": row.received_at.isoformat(),
        "received_by": row.fullname or row.name,
    }


def failing_sources(offices: Sequence[str] | None) -> list[Json]:
    """Return the sources whose last run failed, or that are late."""
    now = datetime.now(UTC)
    found = [(each, each.state(now)) for each in sources() if offices is None or each.organisation in offices]
    return [_source(each, state) for each, state in found if state in _FAILING]


def _source(source: SourceHealth, state: str) -> Json:
    return {
        "name": source.name,
        "title": source.title,
        "organisation_title": source.organisation_title,
        "state": state,
        "last_success": source.last_success.isoformat() if source.last_success else None,
        "errors": source.runs[-1].errors if source.runs else 0,
    }


def questions() -> list[Json]:
    """Return what sources ask coordinators: may so many of their records vanish; the oldest first."""
    query = (
        sa.select(
            model.Package.name,
            model.Package.title,
            HarvestQuestion.id,
            HarvestQuestion.asked_at,
            HarvestQuestion.present,
            sa.func.jsonb_array_length(HarvestQuestion.vanishing).label("vanishing"),
        )
        .join(model.Package, model.Package.id == HarvestQuestion.source_id)
        .where(HarvestQuestion.state == "waiting", model.Package.state == model.State.ACTIVE)
        .order_by(HarvestQuestion.asked_at, HarvestQuestion.id)
    )
    return [
        {
            "id": row.id,
            "name": row.name,
            "title": row.title or row.name,
            "asked_at": row.asked_at.isoformat(),
            "present": row.present,
            "vanishing": row.vanishing,
        }
        for row in model.Session.execute(query)
    ]
