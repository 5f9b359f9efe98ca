"""Known areas: the keys and names of a boundaries file, kept once for each content."""

from __future__ import annotations

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment


class AreaList(tk.BaseModel):  # type: ignore[name-defined]
    """The areas that a delivery may speak of: name by official key (AGS)."""

    __tablename__ = "digitalms_area_list"

    list_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    areas: Mapped[dict[str, str]] = mapped_column(JSONB)
    created_at: Mapped[Moment]
