"""Names that organisations had: statements of before name an organisation so, and people still do."""

from __future__ import annotations

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.orm import Mapped, mapped_column


class OrganisationName(tk.BaseModel):  # type: ignore[name-defined]
    """A name and the organisation that had it first; later ones of the same name are told by their id."""

    __tablename__ = "digitalms_organisation_name"

    name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(sa.Text, index=True)
