"""Mails on sources: which content each recipient got last, so that nobody gets the same twice."""

from __future__ import annotations

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment, UuidKey


class HarvestNotice(tk.BaseModel):  # type: ignore[name-defined]
    """The last mail of a kind on a source to a recipient; without a digest it could not be sent."""

    __tablename__ = "digitalms_harvest_notice"
    __table_args__ = (
        sa.UniqueConstraint("source_id", "kind", "recipient", name="digitalms_harvest_notice_one"),
    )

    id: Mapped[UuidKey]
    source_id: Mapped[str] = mapped_column(sa.Text)
    kind: Mapped[str] = mapped_column(sa.Text)
    recipient: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str | None] = mapped_column(sa.Text)
    failures: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    tried_at: Mapped[Moment]
