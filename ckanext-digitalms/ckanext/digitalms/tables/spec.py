"""What a table is, whoever makes its rows: a name and a Table Schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# of a list in a cell: keys have no spaces, words for people may
OF_KEYS, OF_WORDS = " ", ", "


@dataclass(frozen=True)
class TableSpec:
    """A table that can be written, judged and loaded.

    Args:
        name: the machine name, and the first part of its files' names.
        schema: the Table Schema; its fields have name, title, type and description.
        has_full_text: whether the DataStore searches in it by words, which costs a trigger for each row.
        lists: the columns whose cells are lists, with what separates their members, so that a filter looks
            at them.
    """

    name: str
    schema: Mapping[str, Any] = field(repr=False)
    has_full_text: bool = True
    lists: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Return the German title."""
        return str(self.schema["title"])

    @property
    def description(self) -> str:
        """Return what a row is, in German."""
        return str(self.schema["description"])

    @property
    def fields(self) -> list[dict[str, Any]]:
        """Return the fields of the schema."""
        return list(self.schema["fields"])


def file_name(table: str, ending: str) -> str:
    """Return the name of a table's file."""
    return f"{table}.{ending}"
