"""A text is blanked: in texts, in whatever JSON holds, in the bytes of files. Pure; knows no database.

The text is found in every form in which something of ours or of a source may have written it: as it is,
as JSON, HTML, CSV and addresses write it, composed or decomposed, with any white space between its words.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from .packed_files import as_text, opened_texts, shown, texts_of

# a text of fewer characters is blanked only where it stands by itself: "ja" is not to be cut out of "Jahr"
SHORT = 4
# white space as texts, JSON, HTML and addresses write it
_SPACE = r"(?:\s|\\[nrt]|%20|%0[AaDd]|\+|&nbsp;|&#160;)+"
# what a machine reads: joined by it, or one of a list of words; never blanked where it is one word
MACHINE = frozenset(
    {
        *("id", "measure_id", "package_id", "parent_id", "goal_id", "indicator_id", "successor_ids"),
        *("statement_id", "release_id", "draft_id", "owner_org", "organisation", "license_id", "area_code"),
        *(
            "status",
            "state",
            "kind",
            "type",
            "format",
            "role",
            "origin",
            "direction",
            "outcome",
            "reference",
            "body",
        ),
        *(
            "direction",
            "technology",
            "customer",
            "base",
            "funding_state",
            "sha256",
            "hash",
            "folder",
            "stand",
            "table",
        ),
        *("council_references", "url_type", "mimetype", "form", "change"),
    }
)
_ADDRESSES = frozenset({"url", "paper_url"})
_MAILBOXES = frozenset({"email", "contact_email"})
_WORDS = frozenset({"keywords", "tags"})
_WORD = re.compile(r"[A-Za-z0-9_.:/-]*")
# as text too a day or a moment is no text for people
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d(?:[T ][\d:.+Z-]*)?)?")
_ESCAPE = re.compile(r"\\u[0-9a-f]{4}")


@dataclass(frozen=True)
class Blanker:
    """Puts a mark in the place of a text.

    Args:
        text: what is to be seen nowhere.
        mark: what is shown instead.
    """

    text: str
    mark: str

    @cached_property
    def words(self) -> list[str]:
        """Return the words of the text, without the white space between them."""
        return self.text.split()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Return what finds the text in every form."""
        joined = _SPACE.join(f"(?:{'|'.join(map(re.escape, _forms(word)))})" for word in self.words)
        is_short = len(self.text.strip()) < SHORT
        return re.compile(rf"(?<!\w)(?:{joined})(?!\w)" if is_short else joined)

    @cached_property
    def needles(self) -> list[str]:
        """Return the forms of the longest word: what does not hold one of them does not hold the text."""
        return _forms(max(self.words, key=len), depth=3)

    def is_in(self, value: str) -> bool:
        """Return whether a text holds it."""
        return self.pattern.search(value) is not None

    def in_text(self, value: str) -> tuple[str, int]:
        """Return a text with the mark, and how often it was put there; JSON in a text stays JSON."""
        held = _json_in(value)
        if held is None:
            return self.pattern.subn(lambda _: self.mark, value)
        blanked, count = self.in_value(held)
        return (json.dumps(blanked, ensure_ascii=value.isascii()), count) if count else (value, 0)

    def in_value(self, value: Any, name: str = "") -> tuple[Any, int]:
        """Return a value as JSON holds it with the mark in all its texts, and how often it was put there.

        Args:
            value: a text, a number, a list, a mapping.
            name: under which it stands in its mapping.
        """
        if isinstance(value, str):
            return self._in_member(value, name)
        if isinstance(value, Mapping):
            return self._in_mapping(value)
        if isinstance(value, list | tuple):
            kept = [item for item in value if name not in _WORDS or not self.in_value(item)[1]]
            pairs = [self.in_value(item, name) for item in kept]
            return [item for item, _ in pairs], len(value) - len(kept) + sum(n for _, n in pairs)
        return value, 0

    def _in_mapping(self, value: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
        # the name of a column of a schema, which has a type beside it, is what its rows are read by
        is_field = "type" in value
        pairs = {
            key: (item, 0) if is_field and key == "name" else self.in_value(item, str(key))
            for key, item in value.items()
        }
        return {key: item for key, (item, _) in pairs.items()}, sum(n for _, n in pairs.values())

    def _in_member(self, value: str, name: str) -> tuple[str | None, int]:
        if (name in MACHINE and _WORD.fullmatch(value)) or _DAY.fullmatch(value):
            return value, 0
        if name in _WORDS:
            words = [word for word in value.split(",") if not self.is_in(word)]
            return (",".join(words).strip(), 1) if self.is_in(value) else (value, 0)
        blanked, count = self.in_text(value)
        # a mark is no address: the next form would refuse it, and a data package is invalid with it
        if count and name in _MAILBOXES:
            return "", count
        return (None if count and name in _ADDRESSES else blanked), count

    def is_in_bytes(self, content: bytes) -> bool:
        """Return whether a file holds it; one that is packed is looked through unpacked."""
        return any(self.is_in(text) for text in texts_of(content))

    def in_bytes(self, content: bytes) -> tuple[bytes, int]:
        """Return a file with the mark, and how often it was put there.

        Nothing is left of a file that is no text, nor of markup that cuts the text by its tags.

        Raises:
            ClosedError: nobody can tell: it is not found, and not all of the file can be looked into.
        """
        told = as_text(content)
        if told is None:
            return (b"", 1) if any(map(self.is_in, opened_texts(content))) else (content, 0)
        text, codec = told
        blanked, count = self.pattern.subn(lambda _: self.mark, text)
        if any(map(self.is_in, shown(blanked))):
            return b"", count + 1
        return (blanked.encode(codec, "replace"), count) if count else (content, 0)


def _json_in(text: str) -> Any:
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _forms(word: str, depth: int = 1) -> list[str]:
    """Return a word in every form, the longest first.

    Args:
        word: without white space.
        depth: how often JSON may stand in a text of JSON.
    """
    forms = {form: None for kind in ("NFC", "NFD") for form in (word, unicodedata.normalize(kind, word))}
    for form in list(forms):
        forms |= dict.fromkeys(_written(form))
    for _ in range(depth):
        for form in list(forms):
            forms |= dict.fromkeys(_as_json(form))
    return sorted(forms, key=len, reverse=True)


def _written(word: str) -> Iterator[str]:
    yield html.escape(word)
    yield html.escape(word, quote=False)
    yield word.replace('"', '""')
    yield quote(word)
    yield quote(word, safe="")


def _as_json(word: str) -> Iterator[str]:
    yield json.dumps(word, ensure_ascii=False)[1:-1]
    short = json.dumps(word)[1:-1]
    yield short
    yield _ESCAPE.sub(lambda found: "\\u" + found[0][2:].upper(), short)
