"""What was counted of the catalogue in a month."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.orm import Mapped, mapped_column


class CatalogueFigure(tk.BaseModel):  # type: ignore[name-defined]
    """One figure of a month: how many of ``total`` are what ``figure`` and ``key`` say.

    ``value`` is empty where nobody knows, ``total`` where there is none. What is final never changes again.
    """

    __tablename__ = "digitalms_catalogue_figure"

    month: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    figure: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    key: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    label: Mapped[str] = mapped_column(sa.Text)
    value: Mapped[int | None] = mapped_column(sa.BigInteger)
    total: Mapped[int | None] = mapped_column(sa.BigInteger)
    counted_on: Mapped[date]
    is_final: Mapped[bool]
