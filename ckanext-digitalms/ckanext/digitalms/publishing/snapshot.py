"""Reading what is to be published: all of it as of one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol, overload

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.measures.presentation import public_measures
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.tables.open_tables import (
    COVERAGE_TABLES,
    FIGURE_TABLES,
    GROUPS,
    MEASURE_TABLES,
    MOBILE_TABLES,
    QUALITY_TABLES,
    SYNONYM_TABLES,
    Source,
    all_rows,
)
from ckanext.digitalms.tables.spec import file_name

from . import coverage_rows, figure_rows, mobile_rows, origins, synonym_rows
from .content import Content
from .coverage_rows import NOW, EditionsAt
from .package import Publisher


class _Editions(Protocol):
    """A module that writes the table of a group of editions."""

    def fingerprint(self, described: dict[str, Any]) -> str:
        """Return the hash of what the table is made from."""
        ...

    def write_csv(self, path: Path, moment: EditionsAt = NOW) -> int:
        """Write the table; return how many rows it has."""
        ...


# what is told from the database without measures, by group
_OF_EDITIONS: Mapping[str, _Editions] = {
    COVERAGE_TABLES: coverage_rows,
    MOBILE_TABLES: mobile_rows,
    SYNONYM_TABLES: synonym_rows,
    FIGURE_TABLES: figure_rows.Figures(),
    QUALITY_TABLES: figure_rows.Quality(),
}


def publisher() -> Publisher:
    """Return who publishes, from the configuration."""
    return Publisher(
        config.publisher(),
        config.contact_email(),
        config.license_id(),
        config.area_code(),
        site_url(),
    )


def described(group: str) -> dict[str, Any]:
    """Return what the package of a group says beside its rows and schemas, whatever is in them."""
    told = publisher()
    declared = {name: origins.declared(table, told).to_json() for name, table in GROUPS[group].items()}
    return {**told.described(), origins.ORIGINS: declared}


def site_url() -> str:
    """Return the catalogue's address, without a slash at the end."""
    root = str(tk.config["ckan.root_path"] or "").replace("/{{LANG}}", "")
    return str(tk.config["ckan.site_url"]).rstrip("/") + root.rstrip("/")


@contextmanager
def taken(group: str = MEASURE_TABLES) -> Iterator[Content]:
    """Return a group's content as it is in one REPEATABLE READ transaction; ends the session's own before."""
    with _one_moment():
        yield _measures() if group == MEASURE_TABLES else _editions(group)


@contextmanager
def of_day(day: date | None, known_at: datetime | None) -> Iterator[Source]:
    """Return what the measure tables of a day are made from, as known at a moment; else as ``taken``."""
    with _one_moment():
        yield source(day, known_at)


@contextmanager
def _one_moment() -> Iterator[None]:
    model.Session.rollback()
    model.Session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield
    finally:
        model.Session.rollback()


def is_known(group: str, content_hash: str) -> bool:
    """Return whether a group's content is told to be the same by less than reading all of it."""
    return group in _OF_EDITIONS and _OF_EDITIONS[group].fingerprint(described(group)) == content_hash


def fingerprint(group: str) -> str:
    """Return the hash of what a group of editions says now."""
    return _OF_EDITIONS[group].fingerprint(described(group))


def write_editions(group: str, folder: Path, moment: EditionsAt = NOW) -> None:
    """Write the table of a group of editions as it was at a moment."""
    (name,) = GROUPS[group]
    _OF_EDITIONS[group].write_csv(folder / file_name(name, "csv"), moment)


def _editions(group: str) -> Content:
    (name,) = GROUPS[group]
    return Content(fingerprint(group), {name: _OF_EDITIONS[group].write_csv})


def _measures() -> Content:
    return Content.of(all_rows(source()), described(MEASURE_TABLES))


def source(day: date | None = None, known_at: datetime | None = None) -> Source:
    """Return what the measure tables are made from, as the open transaction sees it.

    Args:
        day: the cut-off date, or today.
        known_at: as it was known then, or now.
    """
    told = StatementRow.catalogue(day, known_at)
    shown = [addressed(one) for one in public_measures(told, day or config.today(), config.rhythm())]
    history = _History(lambda: StatementRow.public_history(day, known_at))
    return Source(shown, history, config.council_body())


class _History(Sequence[Statement]):
    """Statements that are read when a table asks for them: most tables of a day need none."""

    def __init__(self, read: Callable[[], list[Statement]]) -> None:
        self._read = cache(read)

    def __len__(self) -> int:
        return len(self._read())

    @overload
    def __getitem__(self, index: int) -> Statement: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Statement]: ...
    def __getitem__(self, index: int | slice) -> Statement | Sequence[Statement]:
        return self._read()[index]


def addressed(measure: Mapping[str, Any]) -> dict[str, Any]:
    """Return a measure with its address."""
    return {**measure, "url": f"{site_url()}/digitalisierungsmassnahme/{measure['measure_id']}"}
