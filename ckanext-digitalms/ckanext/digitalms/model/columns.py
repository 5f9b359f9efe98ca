"""Column types that several tables share."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.orm import mapped_column

UuidKey = Annotated[str, mapped_column(sa.Text, primary_key=True, default=lambda: str(uuid.uuid4()))]
Moment = Annotated[
    datetime, mapped_column(sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"))
]
