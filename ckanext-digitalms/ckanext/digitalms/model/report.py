"""Reports that are built here: what they are to be, and what was typed for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, object_session

from .about import Work
from .columns import Moment
from .report_version import ReportVersion

# what the keys of reports begin with where jobs name them among files that came in
JOBS = "report:"


class CouncilReport(tk.BaseModel):  # type: ignore[name-defined]
    """One report; its versions are what was frozen of it.

    ``settings`` is a :class:`~ckanext.digitalms.reporting.settings.Settings`, ``revision`` counts changes,
    so that who saves second is told.
    """

    __tablename__ = "digitalms_report"
    __table_args__ = (
        sa.Index("digitalms_report_number", "number", unique=True, postgresql_where=sa.text("number <> ''")),
    )

    name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    title: Mapped[str] = mapped_column(sa.Text)
    type: Mapped[str] = mapped_column(sa.Text)
    as_of: Mapped[date] = mapped_column(sa.Date)
    previous_day: Mapped[date | None] = mapped_column(sa.Date)
    previous_name: Mapped[str | None] = mapped_column(sa.Text)
    number: Mapped[str] = mapped_column(sa.Text, default="")
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    revision: Mapped[int] = mapped_column(sa.Integer, default=1)
    user_id: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[Moment]
    changed_at: Mapped[datetime] = mapped_column(
        sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()")
    )

    @property
    def id(self) -> str:
        """Return what jobs call it."""
        return f"{JOBS}{self.name}"

    @property
    def filename(self) -> str:
        """Return what jobs call it in a sentence."""
        return self.title

    @property
    def state(self) -> str:
        """Return what changes when it is frozen, corrected or withdrawn: its versions."""
        query = sa.select(sa.func.count()).where(ReportVersion.report_name == self.name)
        session = object_session(self)
        return f"{session.scalar(query) if session else 0} versions"

    @property
    def work(self) -> Work | None:
        """Return what a job is to do with it."""
        return self.settings.get("work")

    @work.setter
    def work(self, work: Work | None) -> None:
        self.settings = {**self.settings, "work": work}
