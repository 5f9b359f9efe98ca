"""Which organisations a coordinator has let in: the measures of these are public, those of others are not."""

from __future__ import annotations

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment


class Admission(tk.BaseModel):  # type: ignore[name-defined]
    """One organisation that is let in; without its row it is not."""

    __tablename__ = "digitalms_admission"

    organisation_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    admitted_by: Mapped[str | None] = mapped_column(sa.Text)
    admitted_at: Mapped[Moment]
