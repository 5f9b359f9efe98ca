"""What words of the search mean besides themselves, as coordinators wrote it, each version of the list."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment


class SynonymList(tk.BaseModel):  # type: ignore[name-defined]
    """One version of the whole list; the one with the highest number holds. Who wrote it is not kept."""

    __tablename__ = "digitalms_synonym_list"

    version: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    written_at: Mapped[Moment]
