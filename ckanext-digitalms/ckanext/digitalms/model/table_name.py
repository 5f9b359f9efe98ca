"""Names that published tables of one's own have or had: a cited address never gives another table."""

from __future__ import annotations

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.orm import Mapped, mapped_column


class TableName(tk.BaseModel):  # type: ignore[name-defined]
    """A name, and the dataset that has or had it; it stays when the dataset is purged."""

    __tablename__ = "digitalms_table_name"

    name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    package_id: Mapped[str] = mapped_column(sa.Text)
