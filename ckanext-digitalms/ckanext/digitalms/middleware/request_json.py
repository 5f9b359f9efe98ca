"""JSON of a request, wherever it stands: in a body, as the name of a form, in a parameter of the DataStore.

One that is nested too deeply is as wrong as any other that cannot be read: what goes through data level by
level would run out of stack.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from ckanext.digitalms.messages import N_
from ckanext.digitalms.storable import is_storable

__all__ = ["CONTROL", "DEEP", "DeepJsonError", "faults", "loads", "told_by"]

DEEP = N_("The JSON is nested too deeply.")
CONTROL = N_("The text has control characters that cannot be stored: remove them.")
# more than any schema has
_DEPTH = 100
_BIGINT = 2**63
_LARGE = N_("The number is larger than can be stored.")
_NONE = N_("This is no number.")


class DeepJsonError(ValueError):
    """JSON that is nested too deeply."""

    def __init__(self) -> None:
        super().__init__(DEEP)


def loads(text: str | bytes, **options: Any) -> Any:
    """Read JSON, as Flask does by this module; raises ``ValueError``, such as :class:`DeepJsonError`."""
    try:
        value = json.loads(text, **options)
    except RecursionError as error:
        raise DeepJsonError from error
    if _is_deep(value):
        raise DeepJsonError
    return value


def told_by(value: Any) -> Any:
    """Return what the DataStore takes a parameter for: a text that is JSON for what it says.

    Raises:
        DeepJsonError: it is nested too deeply.
    """
    if not isinstance(value, str) or value.lstrip()[:1] not in {"{", "["}:
        return value
    try:
        return loads(value)
    except DeepJsonError:
        raise
    except ValueError:
        return value  # the DataStore says so itself


def faults(value: Any) -> Iterator[str]:
    """Say why a value cannot be stored: first of the texts that stand in it, then of the numbers."""
    parts = list(_leaves(value))
    if not all(is_storable(one) for one in parts if isinstance(one, str)):
        yield CONTROL
    yield from filter(None, (_number_fault(one) for one in parts if isinstance(one, int | float)))


def _leaves(value: Any) -> Iterator[Any]:
    """Return what stands in a value; without recursion, since others decide how deep it is."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple):
            waiting += one
        else:
            yield one


def _number_fault(number: float) -> str | None:
    """Say why a number cannot be stored, or told in JSON again; whole ones have the size of a bigint."""
    if isinstance(number, float):
        return _NONE if math.isnan(number) else _LARGE if math.isinf(number) else None
    return None if -_BIGINT <= number < _BIGINT else _LARGE


def _is_deep(value: Any) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(_DEPTH):
        if not level:
            return False
        level = [
            child
            for part in level
            for child in (part.values() if isinstance(part, dict) else part)
            if isinstance(child, dict | list)
        ]
    return True
