"""Editions of coverage: what the source states of each, and the meaning of its areas' shares."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment, UuidKey


class CoverageEdition(tk.BaseModel):  # type: ignore[name-defined]
    """One edition as it counted from ``recorded_at`` until ``ended_at``, or still does.

    ``series`` is a list of ``[technology, speed in Mbit/s]``, of mobile coverage with kind of area, code and
    name of its group, too; ``replaced_id`` is the edition that ended when
    this one came. What ended never counts again: an edition that comes back is a copy.
    """

    __tablename__ = "digitalms_coverage_edition"
    __table_args__ = (
        sa.Index(
            "digitalms_coverage_edition_counts",
            *("edition", "customer", "base", "direction", "area_type"),
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    edition_id: Mapped[UuidKey]
    edition: Mapped[str] = mapped_column(sa.Text)
    customer: Mapped[str] = mapped_column(sa.Text)
    base: Mapped[str] = mapped_column(sa.Text)
    direction: Mapped[str] = mapped_column(sa.Text)
    area_type: Mapped[str] = mapped_column(sa.Text)
    source: Mapped[str] = mapped_column(sa.Text)
    series: Mapped[list[list[object]]] = mapped_column(JSONB)
    content_hash: Mapped[str] = mapped_column(sa.Text)
    delivery_id: Mapped[str | None] = mapped_column(sa.Text)
    recorded_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    replaced_id: Mapped[str | None] = mapped_column(sa.Text)
