"""What the places where a table is published cannot take, told while it is still a draft.

A cell and a number have their limits in :mod:`.casting` and ``validation.cell_formats``, names in
:mod:`.names`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.findings import MAX_FINDINGS, Finding

from .casting import CastTable

# PostgreSQL's index takes rows of 2,704 bytes, with a few for each column
KEY_BYTES = 2_600
# its full text takes a million bytes of a row, and a word needs up to twice its length there
ROW_BYTES = 500_000


def beyond(converted: CastTable, published: Mapping[str, Any]) -> Iterator[Finding]:
    """Say which rows no database takes: keys that no index, and texts that no search can hold."""
    if _longest(converted) <= KEY_BYTES:
        return  # nearly every table
    names = [field["name"] for field in published["fields"]]
    key = [names.index(name) for name in published.get("primaryKey", ())]
    fields = ", ".join(names[place] for place in key)
    told = 0
    for row, number in zip(converted.rows, converted.numbers, strict=True):
        if told == MAX_FINDINGS:
            return
        size = _bytes(row)
        if size > ROW_BYTES:
            text = N_("Row {row}: its texts have {found} bytes; at most {limit} can be searched in one row.")
            told += 1
            yield _finding(text, number, None, {"found": size, "limit": ROW_BYTES})
        if key and size > KEY_BYTES and (size := _bytes([row[place] for place in key])) > KEY_BYTES:
            text = N_(
                "Row {row}: the key ({fields}) has {found} bytes; databases take at most {limit}. Choose "
                "another key, or none."
            )
            told += 1
            yield _finding(text, number, names[key[0]], {"found": size, "limit": KEY_BYTES, "fields": fields})


def _longest(converted: CastTable) -> int:
    """Return how many bytes no row has more of in its texts."""
    columns = zip(*converted.rows, strict=True)
    return 4 * sum(
        max([len(cell) for cell in column if isinstance(cell, str)], default=0) for column in columns
    )


def _bytes(cells: Sequence[object]) -> int:
    texts = [cell for cell in cells if isinstance(cell, str)]
    characters = sum(map(len, texts))
    # most rows are short: their bytes need not be counted
    return characters if characters * 4 <= KEY_BYTES else sum(len(text.encode()) for text in texts)


def _finding(text: str, row: int, field: str | None, values: dict[str, object]) -> Finding:
    return Finding(Cause.LENGTH, Message(text, {"row": row, **values}), row, field)
