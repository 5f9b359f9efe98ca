"""Which SQL statements something takes, and how many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from ckan import model

Made = TypeVar("Made")


def statements_of(work: Callable[[], Made]) -> tuple[Made, list[str]]:
    """Do it; return what it gave, and the statements that were sent to the database."""
    sent: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        del connection, cursor
        sent.append(statement)

    sa.event.listen(model.meta.engine, "before_cursor_execute", listen)
    try:
        return work(), sent
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", listen)


def counted(work: Callable[[], Made]) -> tuple[Made, int]:
    """Do it; return what it gave, and the number of statements sent to the database."""
    made, sent = statements_of(work)
    return made, len(sent)
