"""Statements that were taken back: noted here, since the history itself is only added to."""

from __future__ import annotations

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment


class Retraction(tk.BaseModel):  # type: ignore[name-defined]
    """One statement that no longer counts, and since when; refused UPDATE and DELETE by a trigger."""

    __tablename__ = "digitalms_retraction"

    statement_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    retracted_at: Mapped[Moment]
    user_id: Mapped[str | None] = mapped_column(sa.Text)
