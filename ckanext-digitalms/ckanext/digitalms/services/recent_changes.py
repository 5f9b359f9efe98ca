"""What was changed lately and can be taken back: tables, reports, deliveries, and what was deleted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy import orm

from ckanext.digitalms.imports.mapping import KIND as TABLE
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.model import (
    CoverageEdition,
    Delivery,
    Release,
    ReportImport,
    StatementRow,
)
from ckanext.digitalms.model.public import IS_PUBLIC
from ckanext.digitalms.publishing import custom_tables, releases
from ckanext.digitalms.services import deleted
from ckanext.digitalms.services.access.rights import account, is_coordinator, kept_offices
from ckanext.digitalms.services.deliveries import ACCEPTED, UNDONE
from ckanext.digitalms.services.imports.last_change import of_whole_changes
from ckanext.digitalms.services.reports.drafts import APPLIED
from ckanext.digitalms.vocabularies import MEASURE_TYPE, StatementKind

__all__ = ["count_and_part"]

DELETED, REPORT, DELIVERY, COVERAGE = "deleted_measure", "report", "delivery", "coverage"
VERSION, STATEMENT = "version", "statement"
_TAKEN_OVER = (ACCEPTED, UNDONE)
_NOTHING = sa.cast(sa.null(), sa.Text)


def count_and_part(user: str | None, limit: int, offset: int) -> tuple[int, list[Json]]:
    """Return how many changes a user may take back, or has, and some of them, the newest first."""
    offices = kept_offices(user)
    known = account(user)
    queries = [_deleted(offices), _delivered(user, offices), _versions(offices), _said(offices)]
    if known is not None:
        queries.append(deleted.listed(known))
    if is_coordinator(user):
        queries += [_reports(), _editions()]
    every = sa.union_all(*queries).subquery()
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(every)) or 0
    newest = sa.select(every).order_by(every.c.moment.desc(), every.c.id).limit(limit).offset(offset)
    return count, [_told(row) for row in model.Session.execute(newest)]


def _told(row: Any) -> Json:
    moment: datetime | None = row.moment
    return {
        "kind": row.kind,
        "id": row.id,
        "name": row.name,
        "state": row.state,
        "changed_at": moment.isoformat() if moment else None,
        "changed_by": row.person,
        "measures": row.measures,
        "seen": row.seen,
    }


def _deleted(offices: Collection[str] | None) -> sa.Select[Any]:
    """Select deleted measures: since when, by whom, under their keys."""
    last = (
        sa.select(StatementRow.recorded_at, StatementRow.author_id)
        .where(
            StatementRow.package_id == model.Package.id,
            StatementRow.kind != StatementKind.TOMBSTONE.value,
        )
        .order_by(StatementRow.statement_id.desc())
        .limit(1)
        .lateral("last")
    )
    # of what was made and taken back again nothing is left to be restored
    said = sa.exists().where(
        StatementRow.package_id == model.Package.id, StatementRow.content.is_not(None), StatementRow.counts()
    )
    query = (
        sa.select(
            sa.literal(DELETED).label("kind"),
            model.Package.name.label("id"),
            model.Package.title.label("name"),
            sa.literal("deleted").label("state"),
            last.c.recorded_at.label("moment"),
            model.User.fullname.label("person"),
            sa.literal(1).label("measures"),
            _NOTHING.label("seen"),
        )
        .select_from(model.Package)
        .join(last, sa.true())
        .outerjoin(model.User, model.User.id == last.c.author_id)
        .where(model.Package.type == MEASURE_TYPE, model.Package.state == model.State.DELETED, said)
    )
    return query if offices is None else query.where(model.Package.owner_org.in_(list(offices)))


def _said(offices: Collection[str] | None) -> sa.Select[Any]:
    """Select measures of which something was said last by itself, and something before."""
    before = orm.aliased(StatementRow)
    last = (
        sa.select(StatementRow)
        .where(StatementRow.package_id == model.Package.id, StatementRow.counts())
        .order_by(StatementRow.statement_id.desc())
        .limit(1)
        .lateral("said")
    )
    is_not_all = sa.exists().where(
        before.package_id == model.Package.id,
        before.statement_id < last.c.statement_id,
        before.visibility == last.c.visibility,
        before.content.is_not(None),
        before.counts(),
    )
    query = (
        sa.select(
            sa.literal(STATEMENT),
            model.Package.name,
            model.Package.title,
            sa.literal(ACCEPTED),
            last.c.recorded_at,
            model.User.fullname,
            sa.literal(1),
            _NOTHING,
        )
        .select_from(model.Package)
        .join(last, sa.true())
        .outerjoin(model.User, model.User.id == last.c.author_id)
        .where(
            model.Package.type == MEASURE_TYPE,
            model.Package.state == model.State.ACTIVE,
            last.c.content.is_not(None),
            last.c.statement_id.not_in(of_whole_changes()),
            is_not_all,
        )
    )
    return query if offices is None else query.where(model.Package.owner_org.in_(list(offices)))


def _delivered(user: str | None, offices: Collection[str] | None) -> sa.Select[Any]:
    """Select tables and deliveries that changed measures."""
    known = account(user)
    written = sa.func.jsonb_path_query_array(Delivery.report, "$.changes[*].measure_id")
    query = (
        sa.select(
            sa.case((Delivery.kind == TABLE, TABLE), else_=DELIVERY),
            Delivery.id,
            Delivery.filename,
            Delivery.state,
            Delivery.finished_at,
            model.User.fullname,
            sa.func.jsonb_array_length(written),
            _NOTHING,
        )
        .outerjoin(model.User, model.User.id == Delivery.user_id)
        .where(
            Delivery.state.in_(_TAKEN_OVER),
            sa.func.jsonb_path_exists(Delivery.report, "$.changes[*].statement_id ? (@ != null)"),
        )
    )
    if offices is None:
        return query
    own = Delivery.user_id == (known.user_id if known else "")
    return query.where(own | ((Delivery.kind != TABLE) & Delivery.organisation.in_(list(offices))))


def _reports() -> sa.Select[Any]:
    """Select published reports."""
    outcomes = ReportImport.proposal["outcomes"]
    return (
        sa.select(
            sa.literal(REPORT),
            ReportImport.id,
            ReportImport.filename,
            sa.case((ReportImport.state == APPLIED, "accepted"), else_=ReportImport.state),
            ReportImport.applied_at,
            model.User.fullname,
            sa.func.jsonb_array_length(outcomes),
            _NOTHING,
        )
        .outerjoin(model.User, model.User.id == ReportImport.user_id)
        .where(ReportImport.state.in_((APPLIED, UNDONE)))
    )


def _editions() -> sa.Select[Any]:
    """Select deliveries of coverage whose edition counts, or was taken back."""
    counts = sa.exists().where(CoverageEdition.delivery_id == Delivery.id, CoverageEdition.ended_at.is_(None))
    edition = (
        sa.select(CoverageEdition.edition)
        .where(CoverageEdition.delivery_id == Delivery.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(
            sa.literal(COVERAGE),
            Delivery.id,
            sa.func.concat_ws(" · ", edition, Delivery.filename),
            Delivery.state,
            Delivery.finished_at,
            model.User.fullname,
            sa.literal(1),
            _NOTHING,
        )
        .outerjoin(model.User, model.User.id == Delivery.user_id)
        .where(Delivery.kind == COVERAGE, sa.or_(Delivery.state == UNDONE, counts))
    )


def _versions(offices: Collection[str] | None) -> sa.Select[Any]:
    """Select public datasets of somebody's own tables that have a version before the present one."""
    before, draft = orm.aliased(Release), orm.aliased(Delivery)
    former = sa.exists().where(before.group == Release.group, before.state == releases.FORMER)
    query = (
        sa.select(
            sa.literal(VERSION),
            model.Package.extras[custom_tables.MARKER].astext,
            model.Package.title,
            sa.literal(ACCEPTED),
            Release.current_at,
            model.User.fullname,
            sa.literal(1),
            Release.release_id,
        )
        .select_from(Release)
        .join(model.Package, Release.group == sa.literal(custom_tables.GROUP) + model.Package.id)
        .outerjoin(draft, draft.id == Release.manifest["own_table"]["draft_id"].astext)
        .outerjoin(model.User, model.User.id == draft.user_id)
        .where(Release.state == releases.CURRENT, former, IS_PUBLIC)
    )
    return query if offices is None else query.where(model.Package.owner_org.in_(list(offices)))
