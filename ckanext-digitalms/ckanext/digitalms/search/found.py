"""Which measures a search finds: today those of the catalogue's own search, else by the words of a day.

The index knows the texts of today only. For a past day each word has to stand in the record of that day, as
it is written or as a part of a longer word; a council paper is known in any spelling.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.record import ROW_TYPES
from ckanext.digitalms.services.operation.failures import failed_part
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .documents import NO_WORDS, WORDS_OF_A_MEASURE, references_in, spellings
from .query import read

__all__ = ["in_texts", "in_the_index"]

_PAGE = 1000
_OPERAND = re.compile(r'([+-]?)(?:"([^"]*)"|(\S+))')


def in_the_index(text: str, user: str | None, *, with_internal: bool) -> set[str]:
    """Return the keys of the measures that the search finds for somebody.

    Raises:
        tk.ValidationError: the search refuses it: it names fields of the index, and not as Solr takes it.
    """
    context: Context = {"user": user or ""}
    asked = {
        "q": text,
        "fq": f"dataset_type:{MEASURE_TYPE}",
        "fl": ["name"],
        "rows": _PAGE,
        "include_private": with_internal,
    }
    keys: set[str] = set()
    while True:
        try:
            found = tk.get_action("package_search")(context, {**asked, "start": len(keys)})
        except SearchError as refused:
            if failed_part(refused) is not None:
                raise
            message = tk._("The search does not understand “{found}”: write words.")
            raise tk.ValidationError({"q": [message.format(found=text[:60])]}) from refused
        keys |= {one["name"] for one in found["results"]}
        if len(keys) >= found["count"] or not found["results"]:
            return keys


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
