"""How often something was asked for in a month, by no one in particular."""

from __future__ import annotations

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.orm import Mapped, mapped_column


class UseCount(tk.BaseModel):  # type: ignore[name-defined]
    """A count as a counter in Valkey had it last; one that was lost has a successor of another name."""

    __tablename__ = "digitalms_use_count"

    month: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    counter: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    key: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    count: Mapped[int] = mapped_column(sa.BigInteger)
