"""Council reports that were uploaded, with what was proposed from them and corrected by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, deferred, mapped_column

from .about import Work
from .columns import Moment, UuidKey


class ReportImport(tk.BaseModel):  # type: ignore[name-defined]
    """A draft of an import; applied once."""

    __tablename__ = "digitalms_report_import"

    id: Mapped[UuidKey]
    filename: Mapped[str] = mapped_column(sa.Text)
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, nullable=False))
    sha256: Mapped[str] = mapped_column(sa.Text)
    proposal: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(sa.Text, default="draft")
    user_id: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[Moment]
    applied_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))

    @property
    def size(self) -> int:
        """Return how many bytes the file has."""
        return len(self.content)

    @property
    def work(self) -> Work | None:
        """Return what a job is to do with it."""
        return cast("Work | None", (self.proposal or {}).get("work"))

    @work.setter
    def work(self, work: Work | None) -> None:
        kept = {name: value for name, value in (self.proposal or {}).items() if name != "work"}
        self.proposal = {**kept, "work": work} if work else kept
