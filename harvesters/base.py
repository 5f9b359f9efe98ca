"""The skeleton of our harvesters: gather, fetch and import once, and the three ends of an item.

ckanext-harvest calls ``*_stage``. A harvester of ours writes ``gather`` (which yields only the items
that changed), ``fetch`` and ``take_over``; each of them ends an item by returning (done), by
:class:`SkipItem` or by :class:`FailItem` with a sentence for the source's owner. Whatever else is raised
fails the item too, so that one bad record never stops a run or kills a consumer.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.common import CKANConfig
from ckan.model.types import make_uuid
from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource

from ckanext.digitalms.shared import (
    HARVEST_TIMEOUT,
    N_,
    Message,
    default_language,
    holding,
    in_default_language,
    job_lock,
    object_lock,
    source_organisation,
)

from .exceptions import FailItem, InternalError, SkipItem
from .failures import gather_failed, object_failed

log = logging.getLogger(__name__)

# ckanext-harvest has no timeout by default, and renews lost queue entries only when the queue is named
DEFAULTS = {"ckan.harvest.timeout": HARVEST_TIMEOUT, "ckan.harvest.mq.type": "redis"}
BATCH = 500
# what every source may say, whatever its harvester: who keeps it, and in which language to write to them
COMMON = ("contact", "language")
MAILBOX = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
DONE, SKIPPED, FAILED = True, "unchanged", False


@dataclass(frozen=True)
class Run:
    """One run of a source."""

    source_id: str
    job_id: str
    url: str
    title: str
    organisation: str | None
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """A record that changed: what it is called at its source, and what is to be taken over."""

    identifier: str
    content: str
    source_id: str = ""


@dataclass(frozen=True)
class TakenOver:
    """What became of an item that is a dataset."""

    package_id: str | None
    is_removed: bool = False


class SkeletonHarvester(p.SingletonPlugin):
    """What every harvester of ours is made of."""

    p.implements(IHarvester)
    p.implements(p.IConfigurer, inherit=True)

    holds_work_lock = True  # so that the schedule knows at once when a worker has died
    harvester_name = ""  # CKAN keeps the plugin's own name in "name"
    harvester_title = ""
    harvester_description = ""

    def gather(self, run: Run) -> Iterable[Item | FailItem]:
        """Yield what changed since the last run, nothing when nothing did; and what is wrong with a record.

        What is raised ends the run before it has changed anything.
        """
        raise NotImplementedError

    def fetch(self, item: Item) -> str:
        """Return the content of an item; by default gather has it already."""
        return item.content

    def take_over(self, item: Item) -> TakenOver | None:
        """Write an item, through the facade only."""
        raise NotImplementedError

    def check_config(self, config: dict[str, Any]) -> None:
        """Refuse a configuration with a :class:`FailItem`; by default only ``{}`` is allowed."""
        if config:
            text = N_("The configuration has {found}, but this source needs none: leave it empty.")
            raise FailItem(Message(text, {"found": ", ".join(map(str, config))[:200]}))

    # ckanext-harvest's side

    def update_config(self, config: CKANConfig) -> None:
        """Close ckanext-harvest's gaps where the operator has not decided otherwise."""
        for option, value in DEFAULTS.items():
            if not config.get(option):
                config[option] = value

    def info(self) -> dict[str, str]:
        """Describe the harvester for ckanext-harvest's form."""
        return {
            "name": self.harvester_name,
            "title": tk._(self.harvester_title),
            "description": tk._(self.harvester_description),
        }

    def run_to_try(self, url: str, config: str, organisation: str | None, source_id: str | None) -> Run:
        """Return the run of a source that is tried, its settings checked; raises :class:`FailItem`.

        The secret of a source is for its own address alone.
        """
        told = parsed_config(config)
        _check_common(told)
        own = own_config(told)
        self.check_config(own)
        stored = model.Session.get(HarvestSource, source_id) if source_id else None
        known = stored.id if stored is not None and stored.url == url else ""
        return Run(known, "", url, url, organisation, own)

    def validate_config(self, config: str | None) -> str | None:
        """Check a source's configuration; the form shows the sentence of what is raised."""
        try:
            told = parsed_config(config)
            _check_common(told)
            self.check_config(own_config(told))
        except FailItem as refused:
            raise ValueError(in_default_language(refused.message)) from refused
        return config

    def gather_stage(self, harvest_job: HarvestJob) -> list[str]:
        """Make one harvest object for each item that changed; again after a crash it finds those it made."""
        objects: list[str] = []
        with holding(job_lock(harvest_job.id)):
            if harvest_job.status != "Finished":  # ended while it stood in the queue
                _ended(
                    lambda: objects.extend(_objects(self.gather(_run(harvest_job)), harvest_job)),
                    lambda end: gather_failed(harvest_job, end),
                )
        return objects

    def fetch_stage(self, harvest_object: HarvestObject) -> bool | str:
        """Fetch an item."""

        def fetch() -> None:
            content = self.fetch(_item(harvest_object))
            if content != harvest_object.content:
                harvest_object.content = content
                harvest_object.save()

        with holding(object_lock(harvest_object.id)):
            return _ended(fetch, lambda end: object_failed(harvest_object, "Fetch", end))

    def import_stage(self, harvest_object: HarvestObject) -> bool | str:
        """Take an item over; a second time changes nothing."""
        taken: list[TakenOver | None] = []
        with holding(object_lock(harvest_object.id)):
            end = _ended(
                lambda: taken.append(self.take_over(_item(harvest_object))),
                lambda end: object_failed(harvest_object, "Import", end),
            )
            if end is DONE:
                _make_current(harvest_object, taken[0] or TakenOver(None))
        return end


def _objects(items: Iterable[Item | FailItem], job: HarvestJob) -> list[str]:
    """Make the objects of a job, all or none, and return their ids; memory is flat in their number."""
    waiting = model.Session.query(HarvestObject.guid, HarvestObject.id).filter(
        HarvestObject.harvest_job_id == job.id, HarvestObject.state == "WAITING"
    )
    made = dict(waiting.tuples())
    told = {"harvest_job_id": job.id, "harvest_source_id": job.source_id}
    objects: list[str] = []
    failed: list[FailItem] = []
    rows: list[dict[str, Any]] = []
    for item in items:
        if isinstance(item, FailItem):
            failed.append(item)
            continue
        if item.identifier not in made:
            made[item.identifier] = make_uuid()
            own = {"id": made[item.identifier], "guid": item.identifier, "content": item.content}
            rows.append({**told, **own})
        objects.append(made[item.identifier])
        if len(rows) == BATCH:
            _insert(rows)
    _insert(rows)
    model.repo.commit()
    for each in failed:
        gather_failed(job, each)
    return objects


def _insert(rows: list[dict[str, Any]]) -> None:
    if rows:
        model.Session.execute(sa.insert(HarvestObject), rows)
        rows.clear()


def _make_current(harvest_object: HarvestObject, taken: TakenOver) -> None:
    earlier = HarvestObject.filter(
        harvest_source_id=harvest_object.harvest_source_id, guid=harvest_object.guid
    )
    earlier.update({"current": False}, synchronize_session=False)
    harvest_object.package_id = taken.package_id
    harvest_object.current = not taken.is_removed


def parsed_config(text: str | None) -> dict[str, Any]:
    """Read a source's configuration; raises :class:`FailItem`."""
    try:
        config = json.loads(text or "{}")
    except ValueError as error:
        message = N_("The configuration is no JSON ({reason}): write it like {example}.")
        values: dict[str, object] = {"reason": str(error)[:100], "example": '{"delimiter": ";"}'}
        raise FailItem(Message(message, values)) from error
    if not isinstance(config, dict):
        message = N_("The configuration must be an object: write it like {example}.")
        raise FailItem(Message(message, {"example": '{"delimiter": ";"}'}))
    return config


def own_config(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what only the harvester itself understands."""
    return {name: value for name, value in told.items() if name not in COMMON}


def _check_common(told: Mapping[str, Any]) -> None:
    contact, language = told.get("contact"), told.get("language")
    if contact is not None and not (isinstance(contact, str) and MAILBOX.fullmatch(contact)):
        text = N_("“{found}” in “contact” is no mailbox: write it like {example}.")
        values: dict[str, object] = {"found": str(contact)[:100], "example": "fachamt@example.org"}
        raise FailItem(Message(text, values))
    offered = [str(each) for each in tk.config["ckan.locales_offered"]] or ["de", "en"]
    if language is not None and language not in offered:
        text = N_("“{found}” in “language” is not offered here: use one of {allowed}.")
        raise FailItem(Message(text, {"found": str(language)[:40], "allowed": ", ".join(offered)}))


def _run(job: HarvestJob) -> Run:
    source = job.source
    return Run(
        source_id=source.id,
        job_id=job.id,
        url=source.url,
        title=source.title or source.url,
        organisation=source_organisation(source.id),
        config=own_config(parsed_config(source.config)),
    )


def _item(harvest_object: HarvestObject) -> Item:
    return Item(harvest_object.guid, harvest_object.content or "", harvest_object.harvest_source_id)


def _ended(action: Callable[[], None], failed: Callable[[FailItem], None]) -> bool | str:
    """Do something and say how it ended."""
    try:
        with default_language():
            action()
    except SkipItem:
        return SKIPPED
    except FailItem as end:
        model.Session.rollback()
        failed(end)
        return FAILED
    except Exception:
        log.exception("A harvest item failed unexpectedly")
        model.Session.rollback()
        text = N_(
            "An error inside the catalogue stopped the run, and nothing was changed: "
            "tell the operator, who finds it in the log."
        )
        failed(InternalError(Message(text)))
        return FAILED
    return DONE
