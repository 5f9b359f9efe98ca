"""A small harvester of datasets for the tests: its source is a shelf of books in memory."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from typing import Any, ClassVar

from ckanext.digitalms.harvesters.base import Item, Run, TakenOver
from ckanext.digitalms.harvesters.exceptions import BadRecordError, FailItem
from ckanext.digitalms.harvesters.records import RecordHarvester, SourceRecord
from ckanext.digitalms.shared import Message

ADDRESS = "https://shelf.example.org/"


class ShelfHarvester(RecordHarvester):
    """Each book is a dataset; what the tests put on the shelf is what the source has."""

    harvester_name = "shelf"
    harvester_title = "Shelf"
    harvester_description = "Books"
    books: ClassVar[list[dict[str, Any]]] = []
    broken: ClassVar[bool] = False
    hangs_in: ClassVar[str] = ""
    # told by one byte that it hangs
    hanging: ClassVar[int] = -1

    def records(self, run: Run) -> Iterator[SourceRecord | FailItem]:
        """Yield the books; one without a title is broken."""
        for book in self.books:
            if not book.get("title"):
                yield BadRecordError(Message("no title"), identifier=book["id"], field="title", found="")
                continue
            yield SourceRecord(book["id"], book["title"], json.dumps(book))
        hang(self.hangs_in == "gather")
        if self.broken:
            raise FailItem(Message("the shelf fell over"))

    def dataset(self, record: SourceRecord) -> dict[str, Any]:
        """Make a dataset of a book."""
        book = json.loads(record.content)
        hang(self.hangs_in == "import")
        resources = [{"url": f"{ADDRESS}{book['id']}.csv", "name": "Text"}]
        told = {name: value for name, value in book.items() if name != "id"}
        return {"resources": resources, "notes": "Ein Buch", **told}

    def take_over(self, item: Item) -> TakenOver:
        """Stop between writing and the end, where a test says so."""
        taken = super().take_over(item)
        hang(self.hangs_in == "end")
        return taken


def hang(does: bool) -> None:
    """Say so, and wait for the test that kills this process."""
    if does:
        os.write(ShelfHarvester.hanging, b"x")
        time.sleep(120)


def books(*numbers: int, **told: Any) -> list[dict[str, Any]]:
    """Make books."""
    return [{"id": f"b{number}", "title": f"Buch {number}", **told} for number in numbers]
