"""Releases: immutable sets of files; ``state`` lets any start finish or undo one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment


class Release(tk.BaseModel):  # type: ignore[name-defined]
    """One release.

    Its state is ``written`` (files), ``loaded`` (DataStore staged), ``current``, ``former``, or ``thinned``
    (its files are gone).
    """

    __tablename__ = "digitalms_release"
    __table_args__ = (
        sa.Index(
            "digitalms_release_one_current",
            "table_group",
            unique=True,
            postgresql_where=sa.text("state = 'current'"),
        ),
    )

    release_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    group: Mapped[str] = mapped_column("table_group", sa.Text, index=True)
    content_hash: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.Text, index=True)
    manifest: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[Moment]
    current_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
