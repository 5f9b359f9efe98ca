"""Deliveries: each file that came in, with the report on it.

The bytes stand in the database: they are in the same transaction as what they changed, in the same
backup, and every web and job worker reaches them without a shared file system.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, deferred, mapped_column

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
