"""Reading what is to be published: all of it as of one moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.measures.presentation import public_measures
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.tables.open_tables import (
    COVERAGE,
    COVERAGE_TABLES,
    GROUPS,
    MEASURE_TABLES,
    Source,
    all_rows,
)

from . import coverage_rows, origins
from .content import Content
from .package import Publisher


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
    model.Session.rollback()
    model.Session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield _coverage() if group == COVERAGE_TABLES else _measures()
    finally:
        model.Session.rollback()


def is_known(group: str, content_hash: str) -> bool:
    """Return whether a group's content is told to be the same by less than reading all of it."""
    return group == COVERAGE_TABLES and coverage_rows.fingerprint(described(group)) == content_hash


def _coverage() -> Content:
    found = coverage_rows.fingerprint(described(COVERAGE_TABLES))
    return Content(found, {COVERAGE: coverage_rows.write_csv})


def _measures() -> Content:
    return Content.of(all_rows(source()), described(MEASURE_TABLES))


def source() -> Source:
    """Return what the measure tables are made from, as the open transaction sees it."""
    shown = public_measures(StatementRow.catalogue(), config.today(), config.rhythm())
    return Source([addressed(one) for one in shown], StatementRow.public_history(), config.council_body())


def addressed(measure: Mapping[str, Any]) -> dict[str, Any]:
    """Return a measure with its address."""
    return {**measure, "url": f"{site_url()}/digitalisierungsmassnahme/{measure['measure_id']}"}
