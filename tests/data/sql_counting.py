"""How many SQL statements something takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from ckan import model

Made = TypeVar("Made")


def counted(work: Callable[[], Made]) -> tuple[Made, int]:
    """Do it; return what it gave, and the number of statements sent to the database."""
    count = 0

    def listen(*_: Any) -> None:
        nonlocal count
        count += 1

    sa.event.listen(model.meta.engine, "before_cursor_execute", listen)
    try:
        made = work()
        return made, count
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", listen)
