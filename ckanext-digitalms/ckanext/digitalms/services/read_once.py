"""What is asked again within a transaction is read once.

A page asks in many places who somebody is. What was read stays known in the session until its transaction
ends, or anything is written in it: so nobody acts on what was true before.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from ckan import model
from sqlalchemy.orm import ORMExecuteState, Session

from ckanext.digitalms.services.listening import listen_once

__all__ = ["read_once", "watch"]

Read = TypeVar("Read")

_KNOWN = "digitalms_known"


def read_once(key: Hashable, read: Callable[[], Read]) -> Read:
    """Return what is known under a key in this transaction, or read it."""
    session = model.Session()
    if session.new or session.dirty or session.deleted:
        return read()  # what waits to be written may change it
    known: dict[Hashable, Read] = session.info.setdefault(_KNOWN, {})
    if key not in known:
        known[key] = read()
    return known[key]


def watch() -> None:
    """Begin to forget what may have changed; more than once does no harm."""
    for event, listener in (
        ("after_flush", _forget),
        ("after_transaction_end", _forget),
        ("do_orm_execute", _forget_what_is_written),
    ):
        listen_once(model.Session, event, listener)


def _forget(session: Session, *_: Any) -> None:
    session.info.pop(_KNOWN, None)


def _forget_what_is_written(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        _forget(state.session)
