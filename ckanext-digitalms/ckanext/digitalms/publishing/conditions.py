"""What is asked of a table's rows as SQL over the cells of its CSV; what people typed is a parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ckanext.digitalms.duck import literal
from ckanext.digitalms.moments import iso_day
from ckanext.digitalms.tables.spec import TableSpec, words_of

from .filter_values import NUMBERS, cell, compared

Field = Mapping[str, Any]


class Where:
    """Conditions of one question, and the values of the parameters in them.

    Args:
        spec: of the table.
    """

    def __init__(self, spec: TableSpec) -> None:
        self._spec = spec
        self.values: dict[str, Any] = {}

    def is_one_of(self, one: Field, texts: Iterable[str]) -> str:
        """Return the condition that a cell has one of these values; an empty one is none at all."""
        return f"({' OR '.join(self._is(one, text) for text in texts)})"

    def is_none_of(self, one: Field, texts: Iterable[str]) -> str:
        """Return the condition that a cell has none of these values: an empty cell has no value."""
        return " AND ".join(
            f"NOT coalesce({self._is(one, text)}, false)" if text else f"{cell(one)} IS NOT NULL"
            for text in texts
        )

    def contains(self, one: Field, texts: Iterable[str]) -> str:
        """Return the condition that one of these texts stands in a cell, or in the word of its code."""
        return f"({' OR '.join(self._has(one, text) for text in texts)})"

    def has_words(self, words: Sequence[str]) -> str:
        """Return the condition that each word stands in some cell of the row."""
        return " AND ".join(f"({' OR '.join(self._somewhere(word))})" for word in words)

    def reaches(self, one: Field, sign: str, text: str) -> str:
        """Return the condition that a cell is not below, or not above, a value."""
        return f"{compared(one, cell(one))} {sign} {compared(one, self._parameter(text))}"

    def _somewhere(self, word: str) -> Iterable[str]:
        meant = dict.fromkeys((word, iso_day(word), word.replace(",", ".") if _is_number(word) else word))
        return [self._has(one, text) for text in meant for one in self._spec.fields]

    def _has(self, one: Field, text: str) -> str:
        told = f"contains(lower({cell(one)}), lower({self._parameter(text)}))"
        codes = [code for code, word in words_of(one).items() if text.casefold() in word.casefold()]
        if not codes:
            return told
        return f"{told} OR {cell(one)} IN ({', '.join(map(literal, codes))})"

    def _is(self, one: Field, text: str) -> str:
        if not text:
            return f"{cell(one)} IS NULL"
        parameter = self._parameter(text)
        if one["name"] in self._spec.lists:
            separator = literal(self._spec.lists[one["name"]])
            members = f"list_contains(string_split({cell(one)}, {separator}), {parameter})"
            return f"{members} OR {cell(one)} = {parameter}"
        if one["type"] in NUMBERS:
            return f"{compared(one, cell(one))} = {compared(one, parameter)}"
        return f"{cell(one)} = {parameter}"

    def _parameter(self, text: str) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = text
        return f"${name}"


def _is_number(word: str) -> bool:
    whole, comma, rest = word.partition(",")
    return bool(comma) and whole.lstrip("-").isdecimal() and rest.isdecimal()
