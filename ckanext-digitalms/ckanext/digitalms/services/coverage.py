"""Editions of coverage in the database, as the facade gives them to the harvester."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.digitalms.coverage.edition import Area, Figures, Series, Stated
from ckanext.digitalms.model import AreaList, CoverageArea, CoverageEdition

from . import locks


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


def coverage_lock() -> None:
    """Let one delivery of coverage at a time through, until the transaction ends."""
    locks.coverage()


def coverage_edition(stated: Stated, area_type: str) -> CoverageEdition | None:
    """Return the stored edition that a delivery would replace."""
    query = _like(stated, area_type).where(CoverageEdition.edition == stated.edition)
    found: CoverageEdition | None = model.Session.scalars(query).first()
    return found


def coverage_before(stated: Stated, area_type: str) -> CoverageEdition | None:
    """Return the newest stored edition that is older than the one stated."""
    query = _like(stated, area_type).where(CoverageEdition.edition < stated.edition)
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
    return Figures(tuple(Series(str(t), int(str(s))) for t, s in edition.series), tuple(areas))


def coverage_write(stated: Stated, figures: Figures, names: Mapping[str, str], delivery_id: str) -> None:
    """Write an edition in the place of the one that was there; the caller holds the lock and commits.

    Args:
        stated: what the source states.
        figures: all of them.
        names: the name of each area by its key.
        delivery_id: the delivery they came in.
    """
    former = coverage_edition(stated, figures.area_type)
    if former is not None:
        model.Session.delete(former)
        model.Session.flush()
    edition = CoverageEdition(
        **stated.to_json(),
        area_type=figures.area_type,
        series=[[one.technology, one.speed_mbit_s] for one in figures.series],
        content_hash=figures.hash,
        delivery_id=delivery_id,
    )
    model.Session.add(edition)
    model.Session.flush()
    _copy(edition.edition_id, figures, names)


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
