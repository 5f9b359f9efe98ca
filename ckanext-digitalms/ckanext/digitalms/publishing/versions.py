"""Versions of a table of one's own: each is a release, so nothing is ever half published."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.custom_tables.canonical import content_hash
from ckanext.digitalms.messages import Message
from ckanext.digitalms.model import Delivery, Release
from ckanext.digitalms.search import index
from ckanext.digitalms.services import locks
from ckanext.digitalms.tables.origin import ORIGIN
from ckanext.digitalms.tables.spec import TableSpec, file_name

from . import custom_tables, failures, folders, frictionless_report, package, releases, writing


@dataclass(frozen=True)
class Version:
    """A table that is to be published.

    Args:
        name: of the table, part of its addresses.
        package_id: of its dataset.
        is_new: whether the dataset is made with it.
        schema: as published.
        table: the CSV as published.
        metadata: of the dataset: title, notes, owner_org, license_id, contact_email, tags.
        draft_id: of the draft that it comes from.
        rows: how many there are.
        sources: the column of the file that each field comes from.
        warnings: what was found in the file that does not make it wrong, in sentences.
        reading: which sheet, header and rows of the file it is made of, for the next file.
    """

    name: str
    package_id: str
    is_new: bool
    schema: Mapping[str, Any]
    table: bytes
    metadata: Mapping[str, Any]
    draft_id: str
    rows: int
    sources: Mapping[str, str]
    warnings: tuple[str, ...] = ()
    reading: Mapping[str, str] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """Return the group of the dataset's versions."""
        return custom_tables.group_of(self.package_id)

    @property
    def spec(self) -> TableSpec:
        """Return what the table is."""
        told = {"title": self.metadata["title"], "description": self.metadata.get("notes") or ""}
        return TableSpec(self.name, {"name": self.name, **told, **self.schema})


class NotPublishedError(Exception):
    """Nothing was published; carries the reasons."""

    def __init__(self, *problems: Message) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def publish(package_id: str, prepare: Callable[[], Version]) -> releases.Outcome:
    """Publish a version, if it differs from the current one.

    Args:
        package_id: of its dataset.
        prepare: looks whether the draft may still be published and gives the version; runs under the lock.

    Raises:
        NotPublishedError: it is not what its schema says, or it could not be published at this moment.
        BusyError: somebody else publishes a version of it.
    """
    group = custom_tables.group_of(package_id)
    with locks.publishing(group):
        releases.put_right(group)
        version, before = prepare(), releases.current(group)
        try:
            with failures.undoing(lambda: releases.undo_half_done(group)):
                verdict, outcome = _settled(version)
        except failures.FailedError as failed:
            if now := releases.committed(group, before):
                return now
            custom_tables.tell_owner({"own_table": {"draft_id": version.draft_id}}, failed.message)
            raise NotPublishedError(failed.message) from failed
        if outcome is None:
            raise NotPublishedError(*verdict)
        return outcome


def _settled(version: Version) -> tuple[tuple[Message, ...], releases.Outcome | None]:
    """Publish; return what is wrong with the version, or what became of it."""
    now = releases.current(version.group)
    found = content_hash(version.table, version.schema)
    if now is not None and now.content_hash == found and _comes_from(now) == _comes_from(version):
        return (), _unchanged(now, version)
    return _published(version, found)


def _comes_from(version: Version | Release) -> list[Any]:
    """Return what the package says of a version's source and terms: with other ones it is a new version."""
    told = version.metadata if isinstance(version, Version) else version.manifest["own_table"]["metadata"]
    return [told.get(name) or None for name in ("license_id", "sources", *ORIGIN)]


def _unchanged(now: Release, version: Version) -> releases.Outcome:
    """Keep the version; what was typed of the dataset is written all the same."""
    own = {**now.manifest["own_table"], "draft_id": version.draft_id, "metadata": dict(version.metadata)}
    told = {**now.manifest, "own_table": own}
    ids = custom_tables.write(now.release_id, now.created_at, told, version.metadata)
    model.repo.commit()
    index.reindex(ids)
    return releases.Outcome("unchanged", now.release_id)


def _published(version: Version, found: str) -> tuple[tuple[Message, ...], releases.Outcome | None]:
    created = datetime.now(UTC)
    release_id = f"{created:%Y-%m-%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    folder = releases.all_folders().begin(version.group)
    files = _write(folder, version, release_id, created)
    verdict, told_of_it = frictionless_report.written(folder, version.name, version.warnings)
    if not verdict.is_valid:
        releases.all_folders().clear_unfinished(version.group)
        return verdict.problems, None
    files |= folders.write_files(
        folder, [(file_name(version.name, frictionless_report.REPORT_ENDING), told_of_it)]
    )
    own = {
        "package_id": version.package_id,
        "name": version.name,
        "is_new": version.is_new,
        "metadata": dict(version.metadata),
        "draft_id": version.draft_id,
        "sources": dict(version.sources),
        "reading": dict(version.reading),
    }
    told = {"files": files, "rows": {version.name: version.rows}, "period": [None, None], "own_table": own}
    release = Release(release_id=release_id, group=version.group, content_hash=found, created_at=created)
    releases.keep(folder, release, told)
    return (), releases.Outcome("published", release_id)


def _write(folder: Path, version: Version, release_id: str, created: datetime) -> folders.FileFacts:
    spec = version.spec
    files = folders.write_files(folder, [(file_name(spec.name, "csv"), version.table)])
    (formats,) = writing.write_formats(folder, [spec]).values()
    files |= {name: folders.settled(folder / name) for name in formats}
    schema_name = file_name(spec.name, package.SCHEMA_ENDING)
    files |= folders.write_files(folder, [(schema_name, package.schema_bytes(spec))])
    described = custom_tables.descriptor(release_id, created, spec, files, version.metadata)
    return files | folders.write_files(folder, [(package.PACKAGE_FILE, described)])


def forget(package_id: str) -> None:
    """Remove all versions and uploaded files of a dataset that was purged; the caller holds the lock."""
    uploaded = sa.delete(Delivery).where(Delivery.about["package_id"].astext == package_id)
    model.Session.execute(uploaded)
    model.repo.commit()
    for release in [one for one in custom_tables.purged() if one.group == custom_tables.group_of(package_id)]:
        releases.remove(release)
