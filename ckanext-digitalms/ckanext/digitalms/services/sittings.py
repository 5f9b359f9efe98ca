"""The sitting calendar: what holds, what held before, and how wordings of dates are read by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.council.sitting_files import MAX_SITTINGS
from ckanext.digitalms.council.sittings import Sitting
from ckanext.digitalms.model import SittingCalendar
from ckanext.digitalms.wordings import calendars

__all__ = ["current", "take_back", "used", "write"]

KEPT_VERSIONS = 30


def current() -> SittingCalendar | None:
    """Return the version that holds; nothing where no sitting was ever entered."""
    newest = sa.select(SittingCalendar).order_by(SittingCalendar.version.desc()).limit(1)
    found: SittingCalendar | None = model.Session.scalars(newest).first()
    return found


def sittings_of(version: SittingCalendar | None) -> tuple[Sitting, ...]:
    """Return the sittings of a version, in the order of their days."""
    rows = version.sittings if version is not None else ()
    return tuple(Sitting(date.fromisoformat(row["day"]), row["body"], row["is_council"]) for row in rows)


@contextmanager
def used() -> Iterator[None]:
    """Read wordings of dates by the sittings within the block."""
    with calendars.using(sittings_of(current())):
        yield


def write(
    read: SittingCalendar | None, sittings: Iterable[Sitting], change: dict[str, Any], user_id: str | None
) -> SittingCalendar:
    """Let these sittings hold from now on; the newest versions of before stay.

    Args:
        read: the version that the sittings were made of, as :func:`current` gave it.
        sittings: all that hold.
        change: what was done, ``{kind, name, count}``.
        user_id: of who did it.

    Raises:
        tk.ValidationError: there are too many, or somebody else was faster.
    """
    rows = sorted(set(sittings))
    if len(rows) > MAX_SITTINGS:
        message = tk._("There would be {found} sittings; at most {allowed} are kept. Remove old ones first.")
        raise tk.ValidationError({"sittings": [message.format(found=len(rows), allowed=MAX_SITTINGS)]})
    told = [{"day": row.day.isoformat(), "body": row.body, "is_council": row.is_council} for row in rows]
    return _add(read, told, change, user_id)


def take_back(version: int, user_id: str | None) -> SittingCalendar:
    """Let hold again what held before the version, which must be the present one.

    Raises:
        tk.ValidationError: it is not the present one, or there was nothing before.
    """
    newest = current()
    if newest is None or newest.version != version:
        raise _overtaken()
    former = model.Session.get(SittingCalendar, version - 1)
    kind = {"kind": "undo", "name": newest.change.get("kind", ""), "count": 0}
    return _add(newest, former.sittings if former is not None else [], kind, user_id)


def _add(
    read: SittingCalendar | None, rows: list[dict[str, Any]], change: dict[str, Any], user_id: str | None
) -> SittingCalendar:
    # counted from what was read: whoever wrote since has this number, and is not written over
    number = (read.version if read is not None else 0) + 1
    added = SittingCalendar(version=number, sittings=rows, change=change, user_id=user_id)
    model.Session.add(added)
    old = SittingCalendar.version <= number - KEPT_VERSIONS
    try:
        model.Session.flush()
        model.Session.execute(sa.delete(SittingCalendar).where(old))
        model.repo.commit()
    except sa.exc.IntegrityError as error:
        model.Session.rollback()
        raise _overtaken() from error
    return added


def _overtaken() -> tk.ValidationError:
    sentence = tk._("Somebody else has changed the sittings meanwhile: look at them and try again.")
    return tk.ValidationError({"version": [sentence]})
