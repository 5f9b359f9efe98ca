"""What a harvested record is: (source, identifier), never a name or a search result."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment, UuidKey


class HarvestIdentity(tk.BaseModel):  # type: ignore[name-defined]
    """A record of a source, the hash of its content when it was last taken over, and when it vanished.

    ``removed_at`` says that its dataset was deleted after the grace time; the row stays, so that a record
    that comes back gets its dataset back. ``gone_confirmed`` says that a coordinator agreed.
    """

    __tablename__ = "digitalms_harvest_identity"
    __table_args__ = (sa.UniqueConstraint("source_id", "identifier", name="digitalms_harvest_identity_one"),)

    id: Mapped[UuidKey]
    source_id: Mapped[str] = mapped_column(sa.Text)
    identifier: Mapped[str] = mapped_column(sa.Text)
    package_id: Mapped[str | None] = mapped_column(sa.Text, index=True)
    content_hash: Mapped[str | None] = mapped_column(sa.Text)
    last_seen: Mapped[Moment]
    gone_since: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    title: Mapped[str | None] = mapped_column(sa.Text)
    removed_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    gone_confirmed: Mapped[bool] = mapped_column(sa.Boolean, default=False, server_default=sa.false())
