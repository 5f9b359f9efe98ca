"""Deliveries: each file that came in, with the report on it.

The bytes stand in the database: they are in the same transaction as what they changed, in the same
backup, and every web and job worker reaches them without a shared file system.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, deferred, mapped_column

from .about import About, CoverageAbout, DraftAbout, ImportAbout, Work
from .columns import Moment, UuidKey


class Delivery(tk.BaseModel):  # type: ignore[name-defined]
    """One delivered table: received, then accepted, refused, unchanged, or waiting for a coordinator."""

    __tablename__ = "digitalms_delivery"

    id: Mapped[UuidKey]
    source_id: Mapped[str | None] = mapped_column(sa.Text, index=True)
    job_id: Mapped[str | None] = mapped_column(sa.Text, index=True)
    organisation: Mapped[str | None] = mapped_column(sa.Text)
    kind: Mapped[str] = mapped_column(sa.Text)
    filename: Mapped[str] = mapped_column(sa.Text)
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, nullable=False))
    sha256: Mapped[str] = mapped_column(sa.Text)
    size: Mapped[int] = mapped_column(sa.Integer)
    dialect: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    about: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=sa.text("'{}'"))
    user_id: Mapped[str | None] = mapped_column(sa.Text)
    received_at: Mapped[Moment]
    state: Mapped[str] = mapped_column(sa.Text, default="received")
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    finished_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    @property
    def of_any(self) -> About:
        """Return what every kind says of itself."""
        return cast("About", self.about or {})

    @of_any.setter
    def of_any(self, about: About) -> None:
        self.about = dict(about)

    @property
    def work(self) -> Work | None:
        """Return what a job is to do with it."""
        return self.of_any.get("work")

    @work.setter
    def work(self, work: Work | None) -> None:
        kept = {name: value for name, value in (self.about or {}).items() if name != "work"}
        self.about = {**kept, "work": work} if work else kept

    @property
    def of_draft(self) -> DraftAbout:
        """Return what a draft says of itself."""
        return cast("DraftAbout", self.about)

    @of_draft.setter
    def of_draft(self, about: DraftAbout) -> None:
        self.about = dict(about)

    @property
    def of_import(self) -> ImportAbout:
        """Return what an import says of itself."""
        return cast("ImportAbout", self.about)

    @of_import.setter
    def of_import(self, about: ImportAbout) -> None:
        self.about = dict(about)

    @property
    def of_coverage(self) -> CoverageAbout:
        """Return what a table of coverage says of itself."""
        return cast("CoverageAbout", self.about)

    @of_coverage.setter
    def of_coverage(self, about: CoverageAbout) -> None:
        self.about = dict(about)
