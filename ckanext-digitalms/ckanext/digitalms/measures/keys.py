"""Keys of measures, made of their titles: small letters, digits and hyphens, 2 to 40 characters."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import count

from slugify import slugify

LONGEST = 40
# what CKAN takes for one of its own pages
RESERVED = frozenset({"new", "edit", "search"})
_GERMAN = [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ß", "ss")]
_LITTLE_WORDS = [
    "der",
    "die",
    "das",
    "des",
    "dem",
    "den",
    "und",
    "u",
    "im",
    "in",
    "fuer",
    "zur",
    "zum",
    "von",
    "am",
    "an",
    "auf",
    "mit",
]
_NOTHING = "massnahme"


def words_of(text: str) -> str:
    """Return the words of a text with umlauts written out, as keys have them."""
    return slugify(text, replacements=_GERMAN)


def keys_for(title: str) -> Iterator[str]:
    """Propose keys for a title, best first, without end: its words, then with a number."""
    base = slugify(title, replacements=_GERMAN, stopwords=_LITTLE_WORDS) or words_of(title)
    if len(base) > LONGEST:
        base = base[: LONGEST + 1].rsplit("-", 1)[0][:LONGEST]
    base = base if len(base) >= 2 else f"{_NOTHING}-{base}".rstrip("-")
    if base not in RESERVED:
        yield base
    for number in count(2):
        yield f"{base[: LONGEST - len(str(number)) - 1].rstrip('-')}-{number}"


def free_key(title: str, taken: Container[str]) -> str:
    """Return the first key for a title that is not taken."""
    return next(key for key in keys_for(title) if key not in taken)
