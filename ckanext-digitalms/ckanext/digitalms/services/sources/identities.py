"""Identities of harvested records: which are known, which are gone, and the question before many go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.messages import N_
from ckanext.digitalms.model import HarvestIdentity, HarvestQuestion
from ckanext.digitalms.sources.missing_records import Known
from ckanext.digitalms.storable import plain_id

# what became of a question
ANSWERS = {
    "confirmed": N_("confirmed"),
    "rejected": N_("rejected"),
    "outdated": N_("the source has its records again"),
}


def known_records(source_id: str) -> dict[str, Known]:
    """Return all records that ever came from a source, those that are gone with them."""
    query = sa.select(
        HarvestIdentity.identifier,
        HarvestIdentity.title,
        HarvestIdentity.content_hash,
        HarvestIdentity.gone_since,
        HarvestIdentity.gone_confirmed,
        HarvestIdentity.removed_at,
    ).where(HarvestIdentity.source_id == source_id)
    return {row[0]: Known(row[0], row[1] or "", *row[2:]) for row in model.Session.execute(query)}


def identity_get(source_id: str, identifier: str) -> HarvestIdentity | None:
    """Return the identity of a record, or nothing when it was never taken over."""
    found: HarvestIdentity | None = model.Session.scalar(_of(source_id, [identifier]))
    return found


def _of(source_id: str, identifiers: Collection[str]) -> Any:
    return sa.select(HarvestIdentity).where(
        HarvestIdentity.source_id == source_id, HarvestIdentity.identifier.in_(list(identifiers))
    )


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
    known = {row.identifier: row for row in model.Session.scalars(_of(source_id, hashes))}
    for identifier, content_hash in hashes.items():
        row = known.get(identifier) or HarvestIdentity(source_id=source_id, identifier=identifier)
        row.content_hash, row.last_seen, row.gone_since = content_hash, now, None
        row.package_id = package_ids.get(identifier, row.package_id)
        model.Session.add(row)


def identities_mark_missing(
    source_id: str, identifiers: Collection[str], now: datetime | None = None, *, is_confirmed: bool = False
) -> None:
    """Note that records are missing at their source; one that was missing keeps its day. No commit."""
    values: dict[str, Any] = {
        "gone_since": sa.func.coalesce(HarvestIdentity.gone_since, now or datetime.now(UTC))
    }
    if is_confirmed:
        values["gone_confirmed"] = True
    _update(source_id, identifiers, values)


def identities_mark_returned(source_id: str, identifiers: Collection[str]) -> None:
    """Note that records are there again; no commit."""
    _update(source_id, identifiers, {"gone_since": None, "gone_confirmed": False})


def identities_remove(source_id: str, identifiers: Collection[str]) -> None:
    """Forget records, so that they are judged anew if they come again; no commit."""
    if identifiers:
        model.Session.execute(
            sa.delete(HarvestIdentity).where(
                HarvestIdentity.source_id == source_id, HarvestIdentity.identifier.in_(list(identifiers))
            )
        )


def _update(source_id: str, identifiers: Collection[str], values: Mapping[str, Any]) -> None:
    if identifiers:
        model.Session.execute(
            sa.update(HarvestIdentity)
            .where(HarvestIdentity.source_id == source_id, HarvestIdentity.identifier.in_(list(identifiers)))
            .values(**values)
        )


def missing_records(source_id: str) -> list[HarvestIdentity]:
    """Return the records that are missing at a source and not removed yet, longest missing first."""
    query = (
        sa.select(HarvestIdentity)
        .where(
            HarvestIdentity.source_id == source_id,
            HarvestIdentity.gone_since.is_not(None),
            HarvestIdentity.removed_at.is_(None),
        )
        .order_by(HarvestIdentity.gone_since, HarvestIdentity.identifier)
    )
    return list(model.Session.scalars(query))


def missing_since(package_id: str) -> datetime | None:
    """Return since when the record of a dataset is missing at its source."""
    query = sa.select(HarvestIdentity.gone_since).where(HarvestIdentity.package_id == package_id)
    found: datetime | None = model.Session.scalar(query)
    return found


def question_ask(source_id: str, job_id: str, vanishing: Sequence[str], kept: int) -> HarvestQuestion:
    """Ask the coordinator whether records may vanish; a question that waits already is brought up to date.

    Where it asks for something else then, it is asked anew: its moment tells the state that was looked at. No
    commit.
    """
    question = question_waiting(source_id) or HarvestQuestion(source_id=source_id, state="waiting")
    if (question.vanishing, question.present) != (sorted(vanishing), kept):
        question.vanishing, question.present = sorted(vanishing), kept
        question.asked_at = datetime.now(UTC)
    question.job_id = job_id
    model.Session.add(question)
    model.Session.flush()
    return question


def question_waiting(source_id: str) -> HarvestQuestion | None:
    """Return the question of a source that waits for an answer."""
    query = sa.select(HarvestQuestion).where(
        HarvestQuestion.source_id == source_id, HarvestQuestion.state == "waiting"
    )
    found: HarvestQuestion | None = model.Session.scalar(query)
    return found


def question_get(question_id: str) -> HarvestQuestion:
    """Return a question; raises ``ObjectNotFound``."""
    question: HarvestQuestion | None = model.Session.get(HarvestQuestion, plain_id(question_id))
    if question is None:
        raise tk.ObjectNotFound(tk._("There is no question “{found}”.").format(found=str(question_id)[:60]))
    return question


def question_settle(source_id: str) -> None:
    """Close the question of a source that has its records again; no commit."""
    question = question_waiting(source_id)
    if question is not None:
        question.state, question.decided_at = "outdated", datetime.now(UTC)


def question_decide(question: HarvestQuestion, is_confirmed: bool, user_id: str | None) -> None:
    """Take the coordinator's answer: with yes the records are gone from now on, after grace deleted.

    No commit.
    """
    if is_confirmed:
        identities_mark_missing(question.source_id, question.vanishing, is_confirmed=True)
    question.state = "confirmed" if is_confirmed else "rejected"
    question.decided_by, question.decided_at = user_id, datetime.now(UTC)
