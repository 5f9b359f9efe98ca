"""What a table is, whoever makes its rows: a name and a Table Schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def words_of(field: Mapping[str, Any]) -> dict[str, str]:
    """Return the German word of each value of a column that holds codes; none for any other column."""
    return {str(one["value"]): str(one["label"]) for one in field.get("categories", ())}


def code_field(field: Mapping[str, Any]) -> dict[str, Any]:
    """Return the column that stands beside the words in tables for people: the same as a code."""
    described = f"Das Kennwort zur Spalte „{field['title']}“, wie es in CSV und JSON steht."
    return {
        "name": f"{field['name']}_code",
        "title": f"{field['title']} (Code)",
        "type": field["type"],
        "description": described,
        "constraints": {"required": bool(field.get("constraints", {}).get("required"))},
    }


def for_people(fields: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the columns of a table for people: one of words has its codes beside it."""
    return [one for field in fields for one in ((field, code_field(field)) if words_of(field) else (field,))]


def file_name(table: str, ending: str) -> str:
    """Return the name of a table's file."""
    return f"{table}.{ending}"
