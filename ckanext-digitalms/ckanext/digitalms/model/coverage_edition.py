"""Editions of coverage: what the source states of each, and the meaning of its areas' shares."""

from __future__ import annotations

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment, UuidKey


class CoverageEdition(tk.BaseModel):  # type: ignore[name-defined]
    """One edition; ``series`` is a list of ``[technology, speed in Mbit/s]``."""

    __tablename__ = "digitalms_coverage_edition"
    __table_args__ = (sa.UniqueConstraint("edition", "customer", "base", "direction", "area_type"),)

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
