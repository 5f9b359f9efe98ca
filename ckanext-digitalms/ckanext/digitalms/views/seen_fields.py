"""What a form showed goes back with it, so that a text which nobody touched is not taken as typed.

Beside a field ``NAME`` a form has a hidden ``seen:NAME`` with a mark of the text that it showed; a form
without it (a script's) means all that it sends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

__all__ = ["is_touched", "mark", "marks"]

_SEEN = "seen:"


def mark(text: object) -> str:
    """Return a mark of a text, the same however a browser ends its lines."""
    clean = str("" if text is None else text).replace("\r\n", "\n").strip()
    return hashlib.sha256(clean.encode()).hexdigest()[:16]


def marks(shown: Mapping[str, object]) -> dict[str, str]:
    """Return the hidden fields of a form by name, of what it shows by name."""
    return {f"{_SEEN}{name}": mark(text) for name, text in shown.items()}


def is_touched(form: Mapping[str, str], name: str, text: object) -> bool:
    """Return whether what a form says of a field is another text than it showed."""
    seen = form.get(f"{_SEEN}{name}")
    return seen is None or seen != mark(text)
