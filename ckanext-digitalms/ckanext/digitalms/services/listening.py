"""Listeners of SQLAlchemy that a plugin begins with: CKAN may load it more than once in a process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

__all__ = ["listen_once"]


def listen_once(target: Any, event: str, listener: Callable[..., Any], **options: Any) -> None:
    """Let a listener hear of an event; it hears of it once, however often this is called."""
    if not sa.event.contains(target, event, listener):
        sa.event.listen(target, event, listener, **options)
