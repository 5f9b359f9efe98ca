"""An earlier version of a dataset is published again: which one, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms.custom_tables.canonical import published_schema
from ckanext.digitalms.model import Release
from ckanext.digitalms.publishing import custom_tables, releases, versions
from ckanext.digitalms.tables.spec import file_name


@dataclass(frozen=True)
class Wanted:
    """Which version is to be published again.

    Args:
        release_id: of the version, or ``None`` for the one before the present one.
        seen: the version that was the present one; nothing is not asked (a script's).
    """

    release_id: str | None
    seen: str | None


def again(package: model.Package, wanted: Wanted) -> versions.Version:
    """Return the version to publish; runs under the lock of the dataset's versions.

    Raises:
        ObjectNotFound: there is no such version.
        ValidationError: it cannot be published again, keyed ``seen`` where another version was published.
    """
    now = releases.current(custom_tables.group_of(package.id))
    if wanted.seen and (now is None or now.release_id != wanted.seen):
        sentence = tk._(
            "Another version is the present one by now, so nothing was changed: look at it first."
        )
        raise tk.ValidationError({"seen": [sentence]})
    if package.private or package.state != model.State.ACTIVE:
        _refuse(tk._("The dataset is internal, and this would make it public: make it public first."))
    release = _wanted(package.id, wanted.release_id)
    if now is None or release.release_id == now.release_id:
        _refuse(tk._("This version is the present one."))
    if not releases.all_folders().is_complete(release.manifest):
        _refuse(tk._("The files of this version are not there any more, or damaged: upload the table again."))
    told = release.manifest["own_table"]
    return versions.Version(
        name=told["name"],
        package_id=package.id,
        is_new=False,
        schema=published_schema(custom_tables.spec_of(release.manifest).schema),
        table=(releases.all_folders().path(release.manifest) / file_name(told["name"], "csv")).read_bytes(),
        metadata=custom_tables.described_as(package.id, now.manifest["own_table"]["metadata"]),
        draft_id="",
        rows=release.manifest["rows"][told["name"]],
        sources=told.get("sources", {}),
        reading=told.get("reading", {}),
    )


def _wanted(package_id: str, release_id: str | None) -> Release:
    finished = releases.finished(custom_tables.group_of(package_id))
    if release_id is None and len(finished) > 1:
        return finished[1]
    for release in finished:
        if release.release_id == release_id:
            return release
    message = tk._("There is no version “{found}” of this table; its page lists all of them.")
    raise tk.ObjectNotFound(message.format(found=(release_id or "–")[:60]))


def _refuse(sentence: str) -> NoReturn:
    raise tk.ValidationError({"release_id": [sentence]})
