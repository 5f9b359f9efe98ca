"""Frozen versions of reports: the report itself, its hash, and its files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment


class ReportVersion(tk.BaseModel):  # type: ignore[name-defined]
    """One version; but for a redaction and for being withdrawn nothing of it changes.

    Args:
        content: the report as canonical JSON, ``sha256`` its hash.
        folder: of its files, below the folder of reports.
        files: by their ending ``{sha256, bytes, media_type, filename}``.
        releases: the releases that it cites.
        state: ``frozen`` or ``withdrawn``.
        corrects: the version that it takes the place of, and why (``reason``).
        notes: what was blanked in it, and when.
    """

    __tablename__ = "digitalms_report_version"

    report_name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    version: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(sa.Text, default="frozen")
    title: Mapped[str] = mapped_column(sa.Text)
    number: Mapped[str] = mapped_column(sa.Text)
    as_of: Mapped[date] = mapped_column(sa.Date)
    known_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    content: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.Text)
    folder: Mapped[str] = mapped_column(sa.Text)
    files: Mapped[dict[str, Any]] = mapped_column(JSONB)
    releases: Mapped[list[str]] = mapped_column(JSONB)
    corrects: Mapped[int | None] = mapped_column(sa.Integer)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    notes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    frozen_at: Mapped[Moment]
    user_id: Mapped[str | None] = mapped_column(sa.Text)
    withdrawn_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    withdrawn_because: Mapped[str] = mapped_column(sa.Text, default="")
