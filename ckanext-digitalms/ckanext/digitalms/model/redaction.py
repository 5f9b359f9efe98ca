"""The log of redactions, written by the database function ``digitalms_redact`` only."""

from __future__ import annotations

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment


class Redaction(tk.BaseModel):  # type: ignore[name-defined]
    """One blanked value: where it stood and why, never what it was."""

    __tablename__ = "digitalms_redaction"

    redaction_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=True)
    statement_id: Mapped[int] = mapped_column(sa.BigInteger, index=True)
    path: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text)
    user_id: Mapped[str | None] = mapped_column(sa.Text)
    redacted_at: Mapped[Moment]
    transaction_id: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("txid_current()"))
