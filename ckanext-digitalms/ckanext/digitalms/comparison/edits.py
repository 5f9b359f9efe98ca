"""What the rules for rows share: fields that say something else, and rows that came or went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.digitalms.messages import Message

from .change import Change, Pair
from .kinds import ChangeKind
from .words import ended, label, says, titled

Row = Mapping[str, Any]


def edits(
    pair: Pair, name: str, old: Row, new: Row, told: Mapping[str, ChangeKind], title: str
) -> Iterator[Change]:
    """Tell in general words which fields of a row differ."""
    for each, kind in told.items():
        before, after = old.get(each), new.get(each)
        if before != after:
            field = f"{name}.{each}"
            sentence = ended(says(label(field, title), field, before, after))
            yield pair.change(kind, field, sentence, row=new["id"], name=title, before=before, after=after)


def whole(
    pair: Pair, kind: ChangeKind, name: str, row: Row, sentence: Message, *, came: bool, **more: Any
) -> Change:
    """Tell that a row came or went; its sentence gets its full stop."""
    title = str(row.get("title") or row.get("text") or row.get("name") or row.get("reference") or "")
    told = {"before": None, "after": row} if came else {"before": row, "after": None}
    return pair.change(kind, name, ended(sentence), row=row["id"], name=title, **told, **more)


def named(text: str, title: Any, **values: object) -> Message:
    """Return a sentence about what is called so."""
    return Message(text, {"title": titled(title), **values})
