"""What is internal, for those who keep it: private measures, drafts, those of organisations not let in."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.measures.presentation import public_measures
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.model.public import IS_ADMITTED
from ckanext.digitalms.publishing import snapshot
from ckanext.digitalms.tables.open_tables import Source
from ckanext.digitalms.vocabularies import MEASURE_TYPE, StatementKind

from .rights import kept_offices

__all__ = ["source", "states"]

_DRAFT = "draft"


def states(user: str | None) -> dict[str, str]:
    """Return the measures that are not public and that a user edits: id, and what keeps it internal."""
    offices = kept_offices(user)
    kind = sa.case(
        (model.Package.state == _DRAFT, _DRAFT), (model.Package.private, "private"), else_="waiting"
    )
    query = model.Session.query(model.Package.id, kind).filter(
        model.Package.type == MEASURE_TYPE,
        (model.Package.state == _DRAFT)
        | ((model.Package.state == model.State.ACTIVE) & (model.Package.private | ~IS_ADMITTED)),
    )
    if offices is not None:
        query = query.filter(model.Package.owner_org.in_(offices))
    return dict(query.all())


def source(user: str | None) -> Source:
    """Return what tables are made from, with internal measures that a user keeps; no drafts."""
    public = snapshot.source()
    kept = [package_id for package_id, why in states(user).items() if why != _DRAFT]
    if not kept:
        return public
    newest = StatementRow.newest_of(kept).values()
    arranged = public_measures([*StatementRow.catalogue(), *newest], config.today(), config.rhythm())
    shown = {one["measure_id"]: one for one in public.measures}
    measures = [shown.get(one["measure_id"]) or snapshot.addressed(one) for one in arranged]
    told = [one for each in kept for one in StatementRow.standing(each) if one.kind != StatementKind.UPKEEP]
    statements = sorted([*public.statements, *told], key=lambda s: (s.measure_id, s.as_of, s.statement_id))
    return Source(measures, statements, public.council_body)
