"""Editions of coverage in the database, as the facade gives them to the harvester.

What counted once stays, with the moments from which and until which it did: whoever asks what was known then
gets these figures.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.digitalms.coverage.edition import Area, Figures, Series, Stated
from ckanext.digitalms.model import AreaList, CoverageArea, CoverageEdition, Delivery

from . import locks
from .deliveries import note_redone, note_undone


def area_list_keep(areas: Mapping[str, str]) -> str:
    """Keep known areas (name by key), each content once; return their id. The caller commits."""
    content = json.dumps(dict(sorted(areas.items())), ensure_ascii=False).encode()
    list_id = hashlib.sha256(content).hexdigest()
    # somebody else may keep the same list at this moment
    kept = insert(AreaList).values(list_id=list_id, areas=dict(areas)).on_conflict_do_nothing()
    model.Session.execute(kept)
    return list_id


def area_list_get(list_id: str) -> dict[str, str]:
    """Return known areas; raises ``ObjectNotFound``."""
    found = model.Session.get(AreaList, list_id)
    if found is None:
        raise tk.ObjectNotFound(tk._("The boundaries of this delivery are gone: hand in the table again."))
    return dict(found.areas)


def known_areas() -> dict[str, str]:
    """Return all areas that boundaries or editions ever named: what is known needs no boundaries again."""
    named = sa.select(CoverageArea.area_code, CoverageArea.area_name).distinct()
    found = model.Session.execute(named.order_by(CoverageArea.area_name)).tuples()
    known: dict[str, str] = {str(code): str(name) for code, name in found}
    for areas in model.Session.scalars(sa.select(AreaList.areas).order_by(AreaList.created_at)):
        known |= areas
    return known


def coverage_lock() -> None:
    """Let one delivery of coverage at a time through, until the transaction ends."""
    locks.coverage()


def coverage_edition(stated: Stated, area_type: str) -> CoverageEdition | None:
    """Return the edition that counts now, which a delivery would replace."""
    query = _like(stated, area_type).where(CoverageEdition.edition == stated.edition)
    found: CoverageEdition | None = model.Session.scalars(query).first()
    return found


def coverage_before(stated: Stated, area_type: str) -> CoverageEdition | None:
    """Return the newest edition that counts and is older than the one stated."""
    query = _like(stated, area_type).where(CoverageEdition.edition < stated.edition)
    found: CoverageEdition | None = model.Session.scalars(
        query.order_by(CoverageEdition.edition.desc())
    ).first()
    return found


def coverage_twin(stated: Stated, figures: Figures) -> CoverageEdition | None:
    """Return another edition that counts and has just these figures."""
    query = sa.select(CoverageEdition).where(
        CoverageEdition.content_hash == figures.hash,
        CoverageEdition.area_type == figures.area_type,
        CoverageEdition.ended_at.is_(None),
        sa.or_(
            CoverageEdition.edition != stated.edition,
            CoverageEdition.customer != stated.customer,
            CoverageEdition.base != stated.base,
        ),
    )
    found: CoverageEdition | None = model.Session.scalars(
        query.order_by(CoverageEdition.edition.desc())
    ).first()
    return found


def _like(stated: Stated, area_type: str) -> Any:
    return sa.select(CoverageEdition).where(
        CoverageEdition.customer == stated.customer,
        CoverageEdition.base == stated.base,
        CoverageEdition.direction == stated.direction,
        CoverageEdition.area_type == area_type,
        CoverageEdition.ended_at.is_(None),
    )


def coverage_figures(edition: CoverageEdition) -> Figures:
    """Read the figures of a stored edition."""
    query = (
        sa.select(CoverageArea.area_code, CoverageArea.shares, CoverageArea.states)
        .where(CoverageArea.edition_id == edition.edition_id)
        .order_by(CoverageArea.area_code)
    )
    areas = (
        Area(code, tuple(shares), states) for code, shares, states in model.Session.execute(query).tuples()
    )
    return Figures(tuple(map(Series.of_json, edition.series)), tuple(areas))


def coverage_write(stated: Stated, figures: Figures, names: Mapping[str, str], delivery_id: str) -> None:
    """Write an edition; the one in its place ends. The caller holds the lock and commits.

    Args:
        stated: what the source states.
        figures: all of them.
        names: the name of each area by its key.
        delivery_id: the delivery they came in.
    """
    moment, former = datetime.now(UTC), coverage_edition(stated, figures.area_type)
    edition = CoverageEdition(
        **stated.to_json(),
        area_type=figures.area_type,
        series=[one.to_json() for one in figures.series],
        content_hash=figures.hash,
        delivery_id=delivery_id,
        recorded_at=moment,
        replaced_id=former.edition_id if former else None,
    )
    _end(former, moment)
    model.Session.add(edition)
    model.Session.flush()
    _copy(edition.edition_id, figures, names)


def editions_of(delivery_id: str) -> list[CoverageEdition]:
    """Return the editions that count now and came in a delivery."""
    query = sa.select(CoverageEdition).where(
        CoverageEdition.delivery_id == delivery_id, CoverageEdition.ended_at.is_(None)
    )
    return list(model.Session.scalars(query))


def undo(delivery: Delivery, user: str | None) -> bool:
    """End the editions of a delivery, and commit; those that they took the place of count again.

    Args:
        delivery: the delivery, locked.
        user: who takes it back.

    Returns:
        whether there was something to take back.
    """
    coverage_lock()
    editions, moment = editions_of(delivery.id), datetime.now(UTC)
    for edition in editions:
        replaced = _replaced_by(edition)
        _end(edition, moment)
        if replaced is not None:
            _count_again(replaced, moment, replaced.replaced_id)
    if not editions:
        return False
    note_undone(delivery, user)
    model.repo.commit()
    return True


def redo(delivery: Delivery) -> bool:
    """Let the editions of a delivery that was taken back count again, and commit.

    Returns:
        whether they do: not where another edition counts than the one that one of them took the place of.
    """
    coverage_lock()
    found = [(last, _in_place_of(last)) for last in _taken_back(delivery.id)]
    for last, now in found:
        before = _replaced_by(last)
        if (now.content_hash if now else None) != (before.content_hash if before else None):
            return False
    moment = datetime.now(UTC)
    for last, now in found:
        _end(now, moment)
        _count_again(last, moment, now.edition_id if now else None)
    if not found:
        return False
    note_redone(delivery)
    model.repo.commit()
    return True


def _taken_back(delivery_id: str) -> list[CoverageEdition]:
    """Return the editions that a delivery brought, each as it counted last; none if one of them counts."""
    query = sa.select(CoverageEdition).where(CoverageEdition.delivery_id == delivery_id)
    last: dict[tuple[str, str, str, str], CoverageEdition] = {}
    for one in model.Session.scalars(query.order_by(CoverageEdition.ended_at)):  # what counts comes last
        last[one.edition, one.customer, one.base, one.area_type] = one
    return [] if any(one.ended_at is None for one in last.values()) else list(last.values())


def _in_place_of(edition: CoverageEdition) -> CoverageEdition | None:
    """Return the edition that counts now where another one did."""
    stated = Stated(**{field.name: getattr(edition, field.name) for field in fields(Stated)})
    return coverage_edition(stated, edition.area_type)


def _replaced_by(edition: CoverageEdition) -> CoverageEdition | None:
    found: CoverageEdition | None = (
        model.Session.get(CoverageEdition, edition.replaced_id) if edition.replaced_id else None
    )
    return found


def _end(edition: CoverageEdition | None, moment: datetime) -> None:
    if edition is not None:
        edition.ended_at = moment
        model.Session.flush()  # before another one comes: one counts at a time


def _count_again(edition: CoverageEdition, moment: datetime, replaced_id: str | None) -> None:
    """Copy an edition that has ended, with its figures."""
    names = {each.name for each in CoverageEdition.__table__.columns}
    told = {name: getattr(edition, name) for name in names - {"edition_id", "ended_at"}}
    copy = CoverageEdition(**{**told, "recorded_at": moment, "replaced_id": replaced_id})
    model.Session.add(copy)
    model.Session.flush()
    figures = sa.text(
        "INSERT INTO digitalms_coverage_area (edition_id, area_code, area_name, shares, states) "
        "SELECT :copy, area_code, area_name, shares, states FROM digitalms_coverage_area "
        "WHERE edition_id = :of"
    )
    model.Session.execute(figures, {"copy": copy.edition_id, "of": edition.edition_id})


def _copy(edition_id: str, figures: Figures, names: Mapping[str, str]) -> None:
    shown: dict[Decimal | None, str] = {None: "NULL"}
    lines = io.StringIO()
    for area in figures.areas:
        shares = ",".join([shown.get(s) or shown.setdefault(s, str(s)) for s in area.shares])
        cells = (edition_id, area.code, _escaped(names[area.code]), f"{{{shares}}}", area.states)
        lines.write("\t".join(cells) + "\n")
    lines.seek(0)
    columns = "edition_id, area_code, area_name, shares, states"
    cursor: Any = model.Session.connection().connection.cursor()
    cursor.copy_expert(f"COPY digitalms_coverage_area ({columns}) FROM STDIN", lines)


def _escaped(text: str) -> str:
    """Return a text for COPY: names come from a file and may hold its own signs."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
