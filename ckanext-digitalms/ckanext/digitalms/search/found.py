"""Which measures a search finds on a past day: by the words of that day.

The index knows the texts of today only. For a past day each word has to stand in the record of that day, as
it is written or as a part of a longer word; a council paper is known in any spelling.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.record import ROW_TYPES

from .documents import NO_WORDS, WORDS_OF_A_MEASURE, references_in, spellings
from .query import read

__all__ = ["in_texts"]

_OPERAND = re.compile(r'([+-]?)(?:"([^"]*)"|(\S+))')


def in_texts(text: str) -> Callable[[Json], bool]:
    """Return what tells of a measure of any day whether it is found."""
    asked = read(text)
    operands = [(sign, _plain(phrase or word)) for sign, phrase, word in _OPERAND.findall(asked.words)]
    wanted = [word for sign, word in operands if sign != "-"]
    unwanted = [word for sign, word in operands if sign == "-"]

    def is_found(measure: Json) -> bool:
        texts = list(_texts(measure))
        told = _plain("\n".join(texts))
        if not all(word in told for word in wanted) or any(word in told for word in unwanted):
            return False
        return not asked.references or bool(set(asked.references) & set(spellings(references_in(texts))))

    return is_found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _texts(measure: Json) -> Iterator[str]:
    for name in ("title", "notes", *WORDS_OF_A_MEASURE):
        yield str(measure.get(name) or "")
    yield from measure["keywords"]
    for kind in ROW_TYPES:
        for row in measure.get(kind) or ():
            yield from (str(value) for name, value in row.items() if value and name not in NO_WORDS)
