"""Harvesters whose records are datasets: identity, unchanged records, vanished ones and their way back.

A harvester of this kind reads *all* records of its source (:meth:`RecordHarvester.records`) and turns one
into a dataset (:meth:`RecordHarvester.dataset`, pure). The rest is here, for every one of them: a record is
(source, identifier); only what changed becomes a harvest object; what the source does not have any more is
missing for a grace time and deleted then; too many at once wait for a coordinator; what comes back gets its
dataset back, with its address and history.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.shared import (
    N_,
    Comparison,
    LeftAloneError,
    Message,
    compare,
    config,
    harvested_dataset_remove,
    harvested_dataset_write,
    identities_mark_missing,
    identities_mark_returned,
    known_records,
    question_settle,
)

from .base import Item, Run, SkeletonHarvester, TakenOver
from .deliveries import site_context
from .exceptions import BadRecordError, DoubledRecordError, FailItem, SkipItem, WaitItem

NAMED = 5


@dataclass(frozen=True)
class SourceRecord:
    """A record as its source has it: what it is called there, its title, and its content as text."""

    identifier: str
    title: str
    content: str

    @property
    def content_hash(self) -> str:
        """Return the hash of title and content."""
        return hashlib.sha256(f"{self.title}\n{self.content}".encode()).hexdigest()


class RecordHarvester(SkeletonHarvester):
    """What every harvester that makes datasets is made of."""

    def records(self, run: Run) -> Iterable[SourceRecord | FailItem]:
        """Yield every record that the source has now, and a :class:`FailItem` for one that is broken.

        Raises:
            FailItem: the source could not be read to its end: nothing vanishes then.
        """
        raise NotImplementedError

    def dataset(self, record: SourceRecord) -> dict[str, Any]:
        """Turn a record into a dataset, purely; raises :class:`FailItem` naming field and value."""
        raise NotImplementedError

    def gather(self, run: Run) -> Iterator[Item | FailItem]:
        """Yield the records that changed, came back, or are due to be deleted."""
        known = known_records(run.source_id)
        seen: set[str] = set()
        for record in self.records(run):
            if isinstance(record, FailItem):
                # it is there, though it cannot be read: it has not vanished
                seen.update([record.identifier] if record.identifier else [])
                yield record
            elif record.identifier in seen:
                yield _doubled(record)
            else:
                seen.add(record.identifier)
                before = known.get(record.identifier)
                if before is None or before.removed_at or before.content_hash != record.content_hash:
                    yield Item(record.identifier, json.dumps({**asdict(record), "is_gone": False}))
        compared = compare(known, seen, datetime.now(UTC), config.harvest_grace())
        note_vanished(run, compared)
        for identifier in compared.due:
            yield Item(identifier, json.dumps({"is_gone": True}))

    def take_over(self, item: Item) -> TakenOver:
        """Write or delete the dataset of a record; done already, it changes nothing."""
        told = json.loads(item.content)
        if told.pop("is_gone"):
            return _removed(item)
        record = SourceRecord(**told)
        data = self.dataset(record)
        try:
            package_id = harvested_dataset_write(
                site_context(), item.source_id, record.identifier, record.content_hash, data
            )
        except LeftAloneError as left:
            raise SkipItem(left.message) from left
        except tk.ValidationError as refused:
            raise _refused(record, data, refused.error_dict) from refused
        return TakenOver(package_id)


def note_vanished(run: Run, compared: Comparison) -> None:
    """Note which records are missing or back; too many missing ones raise :class:`WaitItem` instead."""
    asked = compared.asks(config.harvest_guard())
    if asked:
        text = N_(
            "{count} of {kept} records would vanish ({names}): nothing is changed until a coordinator "
            "confirms it or the source has them again. {url}"
        )
        names = ", ".join(asked[:NAMED]) + (" …" if len(asked) > NAMED else "")
        url = tk.url_for("digitalms_source.read", id=run.source_id, _external=True)
        values: dict[str, object] = {"count": len(asked), "kept": compared.kept, "names": names, "url": url}
        raise WaitItem(Message(text, values), asked, compared.kept)
    identities_mark_missing(run.source_id, compared.vanishing)
    identities_mark_returned(run.source_id, compared.returned)
    question_settle(run.source_id)


def _removed(item: Item) -> TakenOver:
    package_id = harvested_dataset_remove(site_context(), item.source_id, item.identifier)
    if package_id is None:
        raise SkipItem(Message(N_("The record is there again, or its dataset is deleted already.")))
    return TakenOver(package_id, is_removed=True)


def _doubled(record: SourceRecord) -> FailItem:
    text = N_("The source gives the identifier “{found}” twice; the first record counts.")
    message = Message(text, {"found": record.identifier[:200]})
    remedy = Message(N_("Give each record an identifier of its own."))
    return DoubledRecordError(message, record=record.title, found=record.identifier, remedy=remedy)


def _refused(record: SourceRecord, data: dict[str, Any], errors: dict[str, Any]) -> FailItem:
    """Name the field and value that the catalogue does not take."""
    field, told = next(iter(errors.items()))
    what = " ".join(map(str, told)) if isinstance(told, list) else str(told)
    text = N_("{record}, {field}: {what}")
    values: dict[str, object] = {"record": record.title, "field": field, "what": what}
    found = None if data.get(field) is None else str(data[field])
    return BadRecordError(Message(text, values), record=record.title, field=field, found=found)
