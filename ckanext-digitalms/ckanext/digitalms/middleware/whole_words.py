"""What is cut short on a page ends behind a word: the template engine cuts a long one in its middle."""

from __future__ import annotations

import re

from ckan.types import CKANApp

__all__ = ["install", "shortened"]

_LEEWAY = 5  # characters by which a text may be longer before anything is cut
_WORDS = re.compile(r"\s*\S+")


def install(app: CKANApp) -> None:
    """Take the place of the filter `truncate` in all templates."""
    app.jinja_env.filters["truncate"] = shortened


def shortened(text: object, length: int = 255, killwords: bool = False, end: str = "...") -> str:
    """Return a text of about so many characters, whole words only; one word at least."""
    del killwords
    whole = str(text)
    if len(whole) <= length + _LEEWAY:
        return whole
    kept = ""
    for word in _WORDS.finditer(whole):
        if kept and len(kept) + len(word[0]) > length - len(end):
            break
        kept += word[0]
    return whole if kept.strip() == whole.strip() else kept.rstrip(" ,;:–-") + end
