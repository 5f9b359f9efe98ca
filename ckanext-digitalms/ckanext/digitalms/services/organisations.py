"""Organisations by id, name or former name; and what follows when one is renamed.

Statements name an organisation by its id. A former name is kept when it is given up, so that lists, imports
and links of before still find the organisation; the tables and the index follow.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import redis
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ckanext.digitalms.model import OrganisationName
from ckanext.digitalms.publishing import trigger
from ckanext.digitalms.search import index
from ckanext.digitalms.services import background
from ckanext.digitalms.services.listening import listen_once
from ckanext.digitalms.services.read_once import read_once
from ckanext.digitalms.storable import plain_id

log = logging.getLogger(__name__)

_RENAMED = "digitalms_renamed"


def find(told: str) -> model.Group | None:
    """Find an organisation by its id, its name, or a name that it had."""
    told = plain_id(told)
    by_name = sa.select(model.Group).where(model.Group.is_organization.is_(True))
    either = sa.or_(model.Group.id == told, model.Group.name == told)
    # who has a name today comes before who had it
    found: model.Group | None = model.Session.scalars(by_name.where(either)).first()
    if found is None:
        had = sa.select(OrganisationName.organisation_id).where(OrganisationName.name == told)
        found = model.Session.scalars(by_name.where(model.Group.id.in_(had))).first()
    return found


def id_of(told: str | None) -> str | None:
    """Return an organisation's id; what is no organisation's stays as it was told."""
    group = find(told) if told else None
    return str(group.id) if group is not None else told


def name_of(told: str) -> str:
    """Return the name that an organisation has today; what is no organisation's stays as it was told."""
    group = find(told)
    return str(group.name) if group is not None else told


def titles_of(names: Iterable[str]) -> dict[str, str]:
    """Return the titles of organisations by name and by id; one without a title is told by its name."""
    asked = frozenset(names)
    found = every() if asked else ()
    return {key: row.title or row.name for row in found for key in (row.id, row.name) if key in asked}


def every() -> Sequence[sa.Row[tuple[str, str, str | None, dict[str, Any] | None]]]:
    """Return id, name, title and extras of all organisations; read once until something is written."""
    query = sa.select(model.Group.id, model.Group.name, model.Group.title, model.Group.extras)
    organisations = query.where(model.Group.is_organization.is_(True))
    return read_once("organisations", lambda: model.Session.execute(organisations).all())


def watch() -> None:
    """Begin to watch for renamed organisations; more than once does no harm."""
    for target, event, listener in (
        (model.Group, "before_update", _note_name),
        (model.Group, "before_delete", _note_last_name),
        (model.Session, "after_commit", _follow),
        (model.Session, "after_soft_rollback", _forget),
    ):
        listen_once(target, event, listener)


def reindex(organisation_id: str) -> None:
    """Write an organisation's datasets to the index again, as a job."""
    query = sa.select(model.Package.id).where(model.Package.owner_org == organisation_id)
    index.reindex(model.Session.scalars(query).all())


def _note_name(mapper: Any, connection: sa.engine.Connection, group: model.Group) -> None:
    del mapper
    if not group.is_organization:
        return
    attrs = sa.inspect(group).attrs
    if before := attrs.name.history.deleted:
        _keep(connection, before[0], group.id)
    if before or attrs.title.history.deleted:
        model.Session().info.setdefault(_RENAMED, set()).add(group.id)


def _note_last_name(mapper: Any, connection: sa.engine.Connection, group: model.Group) -> None:
    del mapper
    if group.is_organization:
        _keep(connection, group.name, group.id)


def _keep(connection: sa.engine.Connection, name: str, organisation_id: str) -> None:
    values = {"name": name, "organisation_id": organisation_id}
    connection.execute(insert(OrganisationName).values(values).on_conflict_do_nothing())


def _follow(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for organisation_id in session.info.pop(_RENAMED, ()):
        trigger.request()
        try:
            background.queue(reindex, [organisation_id], title="digitalms renamed organisation")
        except redis.RedisError:
            log.exception("No job could be queued: rebuild the search index")


def _forget(session: Session, previous: Any) -> None:
    if not previous.nested:
        session.info.pop(_RENAMED, None)


def join_again(package: model.Package) -> None:
    """Make a dataset that comes back a member of its organisation: CKAN ends that with the dataset."""
    query = sa.select(model.Member).where(
        model.Member.table_id == package.id, model.Member.group_id == package.owner_org
    )
    for member in model.Session.scalars(query):
        member.state = model.State.ACTIVE
