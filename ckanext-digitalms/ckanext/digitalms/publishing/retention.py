"""Old releases: which of them stay is a rule of the configuration; the current one and cited ones always do.

A release that goes leaves its row, so that its address can say what became of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.digitalms import config
from ckanext.digitalms.model import Release
from ckanext.digitalms.services import locks

from . import releases

REMOVED = "thinned"
MONTHLY, YEARLY, NONE = "monthly", "yearly", "none"
_PERIODS = {MONTHLY: "%Y-%m", YEARLY: "%Y"}


@dataclass(frozen=True)
class Rule:
    """Which releases stay.

    Args:
        days: all of so many days stay; 0: all of all time.
        then: of older ones the last of each month (``monthly``) or year (``yearly``), or ``none``.
    """

    days: int
    then: str

    def leaves_out(self, made: Sequence[tuple[str, datetime]], now: datetime) -> list[str]:
        """Return the ids of the releases that go.

        Args:
            made: id and moment of every release of a group that is neither current nor cited.
            now: the moment.
        """
        if self.days <= 0:
            return []
        old = sorted((moment, name) for name, moment in made if moment < now - timedelta(days=self.days))
        form = _PERIODS.get(self.then)
        last = (
            {moment.astimezone(config.time_zone()).strftime(form): name for moment, name in old}
            if form
            else {}
        )
        return [name for _, name in old if name not in last.values()]


def remove_old(now: datetime | None = None) -> list[str]:
    """Remove the files of the releases that the rule leaves out; return their ids, by group the oldest first.

    Args:
        now: the moment; by default the clock's.
    """
    moment, rule = now or datetime.now(UTC), Rule(*config.kept_releases())
    with locks.all_publishing():
        model.Session.rollback()
        query = sa.select(Release).where(Release.state == releases.FORMER).order_by(Release.created_at)
        by_group: dict[str, list[Release]] = {}
        for release in model.Session.scalars(query):
            by_group.setdefault(release.group, []).append(release)
        gone = [
            release
            for several in by_group.values()
            for release in several
            if release.release_id
            in rule.leaves_out([(r.release_id, r.created_at) for r in several if not cited(r)], moment)
        ]
        # the row first: after a crash the folder of a release that is gone is removed by the next run
        for release in gone:
            release.state = REMOVED
            release.manifest = {**release.manifest, "thinned_at": moment.isoformat(timespec="seconds")}
        names = {release.release_id: str(release.manifest["folder"]) for release in gone}
        model.repo.commit()
        for folder in [*names.values(), *_left_over()]:
            releases.all_folders().remove(folder)
    return list(names)


def cite(release_id: str, reason: str) -> Release | None:
    """Note that a release is cited and stays, or with an empty text that it is not; the caller commits."""
    release = releases.get(release_id)
    if release is not None:
        # one key alone: the folder may be another one, since a text in it was blanked
        told = sa.cast({"cited": reason}, JSONB) if reason else None
        manifest = Release.manifest.op("||")(told) if reason else Release.manifest.op("-")("cited")
        this = sa.update(Release).where(Release.release_id == release_id)
        model.Session.execute(
            this.values(manifest=manifest), execution_options={"synchronize_session": False}
        )
        model.Session.refresh(release)
    return release


def cited(release: Release) -> str:
    """Return where a release is cited, or an empty text."""
    return str(release.manifest.get("cited", ""))


def removed(release_id: str) -> dict[str, Any] | None:
    """Return the manifest of a release that the rule has left out, or ``None``."""
    release = model.Session.get(Release, release_id)
    return dict(release.manifest) if release is not None and release.state == REMOVED else None


def _left_over() -> list[str]:
    query = sa.select(Release).where(Release.state == REMOVED)
    folders = [str(release.manifest["folder"]) for release in model.Session.scalars(query)]
    base = config.release_path()
    return [name for name in folders if (base / name).is_dir()]
