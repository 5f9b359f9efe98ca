"""The sitting calendar of the council and its committees, each version of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment


class SittingCalendar(tk.BaseModel):  # type: ignore[name-defined]
    """One version; the one with the highest number holds.

    ``sittings`` is a list of ``{day, body, is_council}`` in the order of the days; ``change`` says what made
    this version: ``{kind, name, count}``.
    """

    __tablename__ = "digitalms_sitting_calendar"

    version: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    sittings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    change: Mapped[dict[str, Any]] = mapped_column(JSONB)
    user_id: Mapped[str | None] = mapped_column(sa.Text)
    written_at: Mapped[Moment]
