"""When somebody looked at the desk, so that it can say what has changed since."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.orm import Mapped, mapped_column


class DeskVisit(tk.BaseModel):  # type: ignore[name-defined]
    """The visits of one account: when the one before this ended, and when the desk was opened last."""

    __tablename__ = "digitalms_desk_visit"

    user_id: Mapped[str] = mapped_column(
        sa.Text, sa.ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    since: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    opened_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
