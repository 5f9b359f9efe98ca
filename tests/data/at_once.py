"""Calls that begin at the same moment, each in a thread and a database session of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

REFUSALS = (tk.ValidationError, tk.ObjectNotFound)


def at_once(app: Any, *calls: Callable[[], Any], within: float = 120) -> list[Any]:
    """Make all calls at the same moment; return what each returned, or the refusal that it raised.

    Args:
        app: CKAN's test application, whose request each call is made in.
        within: seconds after which a call hangs.

    Raises:
        Exception: what a call raised that is no refusal, and ``TimeoutError`` for one that hangs.
    """
    start = threading.Barrier(len(calls))

    def go(call: Callable[[], Any]) -> Any:
        with app.flask_app.test_request_context():
            start.wait()
            try:
                return call()
            except REFUSALS as refused:
                return refused
            finally:
                model.Session.remove()

    with ThreadPoolExecutor(len(calls)) as threads:
        ends = [each.result(within) for each in [threads.submit(go, call) for call in calls]]
    model.Session.rollback()
    return ends


def field_of(end: Any) -> str:
    """Name the field that a call was refused for, or ``""`` when it was not."""
    return next(iter(end.error_dict)) if isinstance(end, tk.ValidationError) else ""


def kinds_of(ends: Sequence[Any]) -> list[str]:
    """Name each refusal by its class; ``"done"`` is none."""
    return [type(end).__name__ if isinstance(end, REFUSALS) else "done" for end in ends]
