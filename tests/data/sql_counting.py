"""Which SQL statements something takes, and how many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from unittest import mock

import sqlalchemy as sa
from ckan import model
from stored_state import STATE

from ckanext.digitalms.services import kept

Made = TypeVar("Made")
_last = {"written": -1, "told": ""}


def _without_others(read: Callable[[], str]) -> Callable[[], str]:
    """Let a snapshot stay the same while only others write, in other databases of the same server."""

    def snapshot() -> str:
        told = read()
        if _last["written"] != STATE.written:
            _last.update(written=STATE.written, told=told)
        return str(_last["told"])

    return snapshot


def statements_of(work: Callable[[], Made]) -> tuple[Made, list[str]]:
    """Do it; return what it gave, and the statements that were sent to the database."""
    sent: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        del connection, cursor
        sent.append(statement)

    sa.event.listen(model.meta.engine, "before_cursor_execute", listen)
    try:
        with mock.patch.object(kept, "snapshot", _without_others(kept.snapshot)):
            return work(), sent
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", listen)


def counted(work: Callable[[], Made]) -> tuple[Made, int]:
    """Do it; return what it gave, and the number of statements sent to the database."""
    made, sent = statements_of(work)
    return made, len(sent)
