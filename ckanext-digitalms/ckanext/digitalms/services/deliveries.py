"""Deliveries: kept, found by those who may see them, and finished."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import defer

from ckanext.digitalms.messages import N_, Message, translate
from ckanext.digitalms.model import Delivery
from ckanext.digitalms.model.about import About
from ckanext.digitalms.services.access.rights import account, is_coordinator
from ckanext.digitalms.services.language import moment_in_words
from ckanext.digitalms.storable import plain_id

ACCEPTED, UNDONE = "accepted", "undone"
STATES = {
    "received": N_("not taken over yet"),
    "waiting": N_("waits for a coordinator"),
    ACCEPTED: N_("taken over"),
    "refused": N_("refused"),
    "unchanged": N_("nothing new"),
    UNDONE: N_("put back"),
}


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


def delivery_lock(delivery: Delivery) -> Delivery:
    """Return a delivery as it is now, locked until the transaction ends; the second of two waits here."""
    model.Session.refresh(delivery, with_for_update=True)
    return delivery


def mark_of(delivery: Delivery) -> str:
    """Return a mark of how a delivery is read, and so of its report: read otherwise, it has another one."""
    told = [delivery.dialect, delivery.of_coverage.get("shares")]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def in_words(delivery: Delivery) -> dict[str, str]:
    """Return what sentences say of a delivery: the ``moment`` when it came in, and its ``state``."""
    return {"moment": moment_in_words(delivery.received_at), "state": tk._(STATES[delivery.state])}


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


def stated_of(delivery: Delivery) -> dict[str, Any]:
    """Return what was stated of a delivery when it came, without what became of it since."""
    return {name: value for name, value in delivery.of_any.items() if name not in About.__annotations__}


def note_undone(delivery: Delivery, user: str | None) -> None:
    """Say that a delivery was taken back, when and by whom; no commit."""
    delivery.state = UNDONE
    delivery.of_any = {**delivery.of_any, "undone_at": datetime.now(UTC).isoformat(), "undone_by": user}
    model.Session.add(delivery)


def note_redone(delivery: Delivery) -> None:
    """Say that a delivery that was taken back counts again; no commit."""
    told = {name: value for name, value in delivery.of_any.items() if name not in {"undone_at", "undone_by"}}
    delivery.state, delivery.about = ACCEPTED, told
    model.Session.add(delivery)


def delivery_list(
    source_id: str | None = None,
    limit: int = 100,
    offset: int = 0,
    visible_to: Mapping[str, Any] | None = None,
    **only: str,
) -> list[Delivery]:
    """Return deliveries, newest first; bytes and reports are loaded only when asked for.

    Args:
        source_id: only those of a source.
        limit: how many.
        offset: how many to leave out first.
        visible_to: ``{user_id, organisations}``: only those of the user or these organisations.
        only: a kind or state.
    """
    chosen = _chosen(sa.select(Delivery), visible_to, {"source_id": source_id, **only})
    query = chosen.order_by(Delivery.received_at.desc(), Delivery.id)
    return list(model.Session.scalars(query.options(defer(Delivery.report)).limit(limit).offset(offset)))


def delivery_summaries(delivery_ids: Sequence[str]) -> dict[str, dict[str, Any] | None]:
    """Return the reports of deliveries without findings and changes, which may be many."""
    if not delivery_ids:
        return {}
    summary = Delivery.report.op("-")(sa.literal("findings")).op("-")(sa.literal("changes"))
    query = sa.select(Delivery.id, sa.type_coerce(summary, JSONB)).where(Delivery.id.in_(delivery_ids))
    return dict(model.Session.execute(query).tuples().all())


def delivery_count(
    source_id: str | None = None, visible_to: Mapping[str, Any] | None = None, **only: str
) -> int:
    """Count what :func:`delivery_list` has in all."""
    query = sa.select(sa.func.count(Delivery.id))
    return model.Session.scalar(_chosen(query, visible_to, {"source_id": source_id, **only})) or 0


def _chosen(query: Any, visible_to: Mapping[str, Any] | None, only: Mapping[str, str | None]) -> Any:
    for name, value in only.items():
        if value:
            query = query.where(getattr(Delivery, name) == plain_id(value))
    if visible_to is not None:
        ours = Delivery.organisation.in_(list(visible_to["organisations"]))
        query = query.where(sa.or_(Delivery.user_id == visible_to["user_id"], ours))
    return query


def seen_by(user_name: str) -> dict[str, Any] | None:
    """Return whose deliveries a user sees: the own ones and those of the own offices; ``None`` for all."""
    user = account(user_name)
    if user is None or is_coordinator(user_name):
        return None if user else {"user_id": None, "organisations": ()}
    return {"user_id": user.user_id, "organisations": sorted(user.edited)}
