"""What a source asks the coordinator: may so many of its records vanish?"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment, UuidKey


class HarvestQuestion(tk.BaseModel):  # type: ignore[name-defined]
    """One question: waiting, then confirmed, rejected, or outdated; one at most waits for each source."""

    __tablename__ = "digitalms_harvest_question"
    __table_args__ = (
        sa.Index(
            "digitalms_harvest_question_waiting",
            "source_id",
            unique=True,
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    id: Mapped[UuidKey]
    source_id: Mapped[str] = mapped_column(sa.Text, index=True)
    job_id: Mapped[str | None] = mapped_column(sa.Text)
    present: Mapped[int] = mapped_column(sa.Integer)
    vanishing: Mapped[list[str]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(sa.Text, default="waiting")
    decided_by: Mapped[str | None] = mapped_column(sa.Text)
    asked_at: Mapped[Moment]
    decided_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
