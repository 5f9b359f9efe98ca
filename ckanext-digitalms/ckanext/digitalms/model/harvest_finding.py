"""What went wrong in a run of a source, one row for each place, complete and in no language yet."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Moment, UuidKey


class HarvestFinding(tk.BaseModel):  # type: ignore[name-defined]
    """One error of a run: the record, the field, the value, a sentence and what to do."""

    __tablename__ = "digitalms_harvest_finding"

    id: Mapped[UuidKey]
    source_id: Mapped[str] = mapped_column(sa.Text, index=True)
    job_id: Mapped[str] = mapped_column(sa.Text, index=True)
    identifier: Mapped[str | None] = mapped_column(sa.Text)
    record: Mapped[str | None] = mapped_column(sa.Text)
    cause: Mapped[str] = mapped_column(sa.Text)
    field: Mapped[str | None] = mapped_column(sa.Text)
    found: Mapped[str | None] = mapped_column(sa.Text)
    message: Mapped[dict[str, Any]] = mapped_column(JSONB)
    remedy: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[Moment]
