"""Deliveries and the identities of harvested records, as the facade gives them to harvesters."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import defer

from ckanext.digitalms.messages import N_, Message, translate
from ckanext.digitalms.model import Delivery, HarvestIdentity
from ckanext.digitalms.services.access.rights import account, is_coordinator
from ckanext.digitalms.storable import plain_id


def delivery_create(kind: str, filename: str, content: bytes, **told: Any) -> Delivery:
    """Keep a delivered file; the caller commits.

    Args:
        kind: the table it holds, such as ``progress``.
        filename: the name as delivered.
        content: the bytes as delivered.
        told: source_id, job_id, organisation, dialect, about, user_id.
    """
    delivery = Delivery(
        kind=kind,
        filename=filename,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        state="received",
        **{"dialect": {}, "about": {}, **told},
    )
    model.Session.add(delivery)
    model.Session.flush()
    return delivery


def delivery_get(delivery_id: str) -> Delivery:
    """Return a delivery; raises ``ObjectNotFound``."""
    delivery: Delivery | None = model.Session.get(Delivery, plain_id(delivery_id))
    if delivery is None:
        raise tk.ObjectNotFound(tk._("There is no delivery “{found}”.").format(found=str(delivery_id)[:60]))
    return delivery


def refuse_blanked(delivery: Delivery, field: str) -> None:
    """Refuse to use a file in which something was blanked since it came in.

    Raises:
        ValidationError: at the field; the transaction is rolled back.
    """
    day = delivery.of_any.get("blanked_on")
    if day is None:
        return
    blanked = N_(
        "Something was blanked in this file on {day}, so nothing of it can be taken over or published any "
        "more: hand it in again without that."
    )
    model.Session.rollback()
    raise tk.ValidationError({field: [translate(Message(blanked, {"day": date.fromisoformat(day)}), tk._)]})


def delivery_finish(delivery: Delivery, state: str, report: Mapping[str, Any]) -> None:
    """Say what became of a delivery: ``accepted``, ``refused``, ``unchanged`` or ``waiting``; no commit."""
    delivery.state, delivery.report = state, dict(report)
    delivery.finished_at = datetime.now(UTC)
    model.Session.add(delivery)


def delivery_list(
    source_id: str | None = None,
    limit: int = 100,
    offset: int = 0,
    visible_to: Mapping[str, Any] | None = None,
) -> list[Delivery]:
    """Return deliveries, newest first; bytes and reports are loaded only when asked for.

    Args:
        source_id: only those of a source.
        limit: how many.
        offset: how many to leave out first.
        visible_to: ``{user_id, organisations}``: only those of the user or these organisations.
    """
    query = _chosen(sa.select(Delivery), source_id, visible_to).order_by(
        Delivery.received_at.desc(), Delivery.id
    )
    return list(model.Session.scalars(query.options(defer(Delivery.report)).limit(limit).offset(offset)))


def delivery_summaries(delivery_ids: Sequence[str]) -> dict[str, dict[str, Any] | None]:
    """Return the reports of deliveries without findings and changes, which may be many."""
    if not delivery_ids:
        return {}
    summary = Delivery.report.op("-")(sa.literal("findings")).op("-")(sa.literal("changes"))
    query = sa.select(Delivery.id, sa.type_coerce(summary, JSONB)).where(Delivery.id.in_(delivery_ids))
    return dict(model.Session.execute(query).tuples().all())


def delivery_count(source_id: str | None = None, visible_to: Mapping[str, Any] | None = None) -> int:
    """Count what :func:`delivery_list` has in all."""
    return model.Session.scalar(_chosen(sa.select(sa.func.count(Delivery.id)), source_id, visible_to)) or 0


def _chosen(query: Any, source_id: str | None, visible_to: Mapping[str, Any] | None) -> Any:
    if source_id:
        query = query.where(Delivery.source_id == plain_id(source_id))
    if visible_to is not None:
        ours = Delivery.organisation.in_(list(visible_to["organisations"]))
        query = query.where(sa.or_(Delivery.user_id == visible_to["user_id"], ours))
    return query


def identity_hashes(source_id: str) -> dict[str, str | None]:
    """Return the known records of a source: identifier → hash of the content last taken over."""
    query = sa.select(HarvestIdentity.identifier, HarvestIdentity.content_hash).where(
        HarvestIdentity.source_id == source_id, HarvestIdentity.gone_since.is_(None)
    )
    return {row.identifier: row.content_hash for row in model.Session.execute(query)}


def identity_keep(source_id: str, hashes: Mapping[str, str], package_ids: Mapping[str, str]) -> None:
    """Note the records of a source that were taken over; the caller commits.

    Args:
        source_id: the source.
        hashes: identifier → hash of the content.
        package_ids: identifier → id of the dataset it went to.
    """
    now = datetime.now(UTC)
    known = {row.identifier: row for row in _identities(source_id, hashes)}
    for identifier, content_hash in hashes.items():
        row = known.get(identifier) or HarvestIdentity(source_id=source_id, identifier=identifier)
        row.content_hash, row.last_seen, row.gone_since = content_hash, now, None
        row.package_id = package_ids.get(identifier, row.package_id)
        model.Session.add(row)


def _identities(source_id: str, identifiers: Iterable[str]) -> list[HarvestIdentity]:
    query = sa.select(HarvestIdentity).where(
        HarvestIdentity.source_id == source_id, HarvestIdentity.identifier.in_(list(identifiers))
    )
    return list(model.Session.scalars(query))


def seen_by(user_name: str) -> dict[str, Any] | None:
    """Return whose deliveries a user sees: the own ones and those of the own offices; ``None`` for all."""
    user = account(user_name)
    if user is None or is_coordinator(user_name):
        return None if user else {"user_id": None, "organisations": ()}
    return {"user_id": user.user_id, "organisations": sorted(user.edited)}
