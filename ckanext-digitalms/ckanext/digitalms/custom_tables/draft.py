"""The words for where a draft stands, and for where its schema comes from."""

from __future__ import annotations

# the state of a draft that was not published yet
OPEN = "received"
# made from the file, or handed in with it; any other word names the table or dataset that has the schema
DRAFTED, GIVEN = "draft", "given"
