"""Filters of the DataStore, in its action and on its page of a dump: where CKAN breaks off, they are refused.

That is what is neither an object nor a list of objects, and an empty object in them.
"""

from __future__ import annotations

from typing import Any

from ckanext.digitalms.messages import N_

from . import request_json

__all__ = ["UNREADABLE", "fits", "is_readable"]

UNREADABLE = N_("“filters” is an object of columns in JSON, each with a value or a list of values.")


def is_readable(value: Any) -> bool:
    """Return whether filters, or the text of them, have the shape that the DataStore reads."""
    try:
        told = request_json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return False
    if isinstance(told, list):
        return bool(told) and all(isinstance(one, dict) for one in told) and not _has_empty_objects(told)
    return isinstance(told, dict) and not _has_empty_objects(list(told.values()))


def fits(text: str) -> bool:
    """Return whether the text of filters can be read, and asked of the database."""
    return is_readable(text) and not any(request_json.faults(request_json.loads(text)))


def _has_empty_objects(parts: list[Any]) -> bool:
    waiting = list(parts)
    while waiting:
        one = waiting.pop()
        if one == {}:
            return True
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return False
