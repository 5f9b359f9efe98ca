"""What words of the search mean besides themselves: a list that coordinators keep, in versions.

Until somebody writes it, the list is the one that comes with the extension (``search/synonyms.csv``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.model import SynonymList
from ckanext.digitalms.search.synonym import Synonym, by_key

from .read_once import read_once

__all__ = ["current", "meanings", "version", "write"]


def meanings(key: str) -> Sequence[str]:
    """Return what a word, or some, are taken for besides (see ``search.asking.key_of``)."""
    return _known().get(key, ())


def version() -> int:
    """Return the version of the list; 0: nobody has written it yet."""
    return int(read_once(("synonyms", "version"), _newest_version))


def current() -> list[Synonym]:
    """Return the list."""
    return list(_rows(version()))


def write(rows: Iterable[Synonym], seen: int | None) -> int:
    """Keep a list as its next version, unless it says what the current one does; return the version. Commits.

    Args:
        rows: the whole list.
        seen: the version that was changed; another one was written meanwhile where it is not the current.

    Raises:
        tk.ValidationError: somebody else was faster.
    """
    told = list(rows)
    now = version()
    if seen is not None and seen != now:
        raise _overtaken()
    if told == current():
        return now
    model.Session.add(SynonymList(version=now + 1, rows=[one.to_json() for one in told]))
    try:
        model.repo.commit()
    except sa.exc.IntegrityError as error:
        model.Session.rollback()
        raise _overtaken() from error
    return now + 1


def _overtaken() -> tk.ValidationError:
    sentence = tk._("Somebody else has changed the list meanwhile: compare both and save again.")
    return tk.ValidationError({"seen": [sentence]})


def _known() -> Mapping[str, Sequence[str]]:
    return _by_key(tk.config["ckan.site_id"], version())


@lru_cache(maxsize=4)
def _by_key(site_id: str, number: int) -> Mapping[str, Sequence[str]]:
    del site_id  # the list of another catalogue is another one
    return by_key(_rows(number))


def _newest_version() -> int:
    return model.Session.scalar(sa.select(sa.func.max(SynonymList.version))) or 0


def _rows(number: int) -> Sequence[Synonym]:
    if not number:
        return _start()
    kept = model.Session.get(SynonymList, number)
    return [Synonym.of_json(row) for row in (kept.rows if kept is not None else ())]


@cache
def _start() -> tuple[Synonym, ...]:
    text = files("ckanext.digitalms.search").joinpath("synonyms.csv").read_text(encoding="utf-8")
    return tuple(Synonym.of_json(row) for row in csv.DictReader(text.splitlines()))
