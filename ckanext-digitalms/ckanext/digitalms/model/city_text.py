"""Texts of the city's own pages as they were written, each version of them."""

from __future__ import annotations

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment


class CityText(tk.BaseModel):  # type: ignore[name-defined]
    """One version of a page in one language; the one with the highest number holds."""

    __tablename__ = "digitalms_city_text"

    page: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    language: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    version: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(sa.Text)
    user_id: Mapped[str | None] = mapped_column(sa.Text)
    written_at: Mapped[Moment]
