"""What words of the search mean besides themselves: a list that coordinators keep, in versions.

Until somebody writes it, the list is the one that comes with the extension (``search/synonyms.csv``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.model import SynonymList
from ckanext.digitalms.search.synonym import MOST, Synonym, by_key

from .read_once import read_once

__all__ = ["at", "change", "current", "meanings", "take_back", "version"]


def meanings(key: str) -> Sequence[str]:
    """Return what a word, or some, are taken for besides (see ``search.asking.key_of``)."""
    return _known().get(key, ())


def version() -> int:
    """Return the version of the list; 0: nobody has written it yet."""
    return _newest()[0]


def current() -> list[Synonym]:
    """Return the list."""
    return list(_rows(version()))


def at(moment: datetime) -> list[Synonym]:
    """Return the list as it was at a moment; before anybody had written it, the one it begins with."""
    newest = sa.select(sa.func.max(SynonymList.version)).where(SynonymList.written_at <= moment)
    return list(_rows(model.Session.scalar(newest) or 0))


def change(rows: Iterable[Synonym], gone: Iterable[Synonym] = ()) -> tuple[int, int, int]:
    """Keep a list with some rows added or changed, and without others, as its next version. Commits.

    Args:
        rows: found again by word and meaning.
        gone: the same; one that is not there does no harm.

    Returns:
        how many were added, changed and removed.

    Raises:
        tk.ValidationError: the list would be too long, or somebody else was faster.
    """
    before = {one.key: one for one in current()}
    after = {**before, **{one.key: one for one in rows}}
    for one in gone:
        after.pop(one.key, None)
    if len(after) > MOST:
        message = tk._("The list would have {found} rows; at most {allowed} are kept.")
        raise tk.ValidationError({"upload": [message.format(found=len(after), allowed=MOST)]})
    if after != before:
        _add(list(after.values()))
    added, removed = after.keys() - before.keys(), before.keys() - after.keys()
    changed = [key for key in after.keys() & before.keys() if after[key] != before[key]]
    return len(added), len(changed), len(removed)


def take_back(seen: int) -> None:
    """Let hold again what held before a version, which must be the present one. Commits.

    Raises:
        tk.ValidationError: it is not the present one, or there was nothing before.
    """
    if not seen or seen != version():
        raise _overtaken()
    _add(list(_rows(seen - 1)))


def _add(rows: list[Synonym]) -> None:
    model.Session.add(SynonymList(version=version() + 1, rows=[one.to_json() for one in rows]))
    try:
        model.repo.commit()
    except sa.exc.IntegrityError as error:
        model.Session.rollback()
        raise _overtaken() from error


def _overtaken() -> tk.ValidationError:
    sentence = tk._("Somebody else has changed the list meanwhile: look at it and try again.")
    return tk.ValidationError({"version": [sentence]})


def _known() -> Mapping[str, Sequence[str]]:
    return _by_key(*_newest())


@lru_cache(maxsize=4)
def _by_key(number: int, written_at: datetime | None) -> Mapping[str, Sequence[str]]:
    del written_at  # a version that was restored from a backup may be another one with its number
    return by_key(_rows(number))


def _newest() -> tuple[int, datetime | None]:
    found: tuple[int, datetime | None] = read_once(("synonyms", "newest"), _newest_version)
    return found


def _newest_version() -> tuple[int, datetime | None]:
    newest = sa.select(SynonymList.version, SynonymList.written_at).order_by(SynonymList.version.desc())
    row = model.Session.execute(newest.limit(1)).first()
    return (row.version, row.written_at) if row is not None else (0, None)


def _rows(number: int) -> Sequence[Synonym]:
    if not number:
        return _start()
    kept = model.Session.get(SynonymList, number)
    return [Synonym.of_json(row) for row in (kept.rows if kept is not None else ())]


@cache
def _start() -> tuple[Synonym, ...]:
    text = files("ckanext.digitalms.search").joinpath("synonyms.csv").read_text(encoding="utf-8")
    return tuple(Synonym.of_json(row) for row in csv.DictReader(text.splitlines()))
