"""What the description of each dataset gives points for, as it was judged last."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class DatasetQuality(tk.BaseModel):  # type: ignore[name-defined]
    """The verdict on one public dataset, and a mark of what it was made from.

    ``met`` says of each indicator whether it is met, ``None`` where that cannot be told. ``judged_on`` is the
    day since which the verdict is so.
    """

    __tablename__ = "digitalms_dataset_quality"

    package_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    mark: Mapped[str] = mapped_column(sa.Text)
    rules: Mapped[str] = mapped_column(sa.Text)
    judged_on: Mapped[date]
    points: Mapped[int]
    unknown: Mapped[int]
    met: Mapped[dict[str, bool | None]] = mapped_column(JSONB)
