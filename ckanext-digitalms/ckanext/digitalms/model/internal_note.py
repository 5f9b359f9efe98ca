"""Internal notes on a measure: apart from the dataset, so that nothing public ever carries them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment, UuidKey


class InternalNote(tk.BaseModel):  # type: ignore[name-defined]
    """A note of the administration."""

    __tablename__ = "digitalms_internal_note"

    id: Mapped[UuidKey]
    package_id: Mapped[str] = mapped_column(sa.Text, index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    user_id: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[Moment]
    changed_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    changed_by: Mapped[str | None] = mapped_column(sa.Text)
