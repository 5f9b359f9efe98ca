"""Reading what is to be published: all of it as of one moment."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.measures.presentation import public_measures
from ckanext.digitalms.model import StatementRow

from .package import Publisher
from .tables import Content, Source, all_rows


def publisher() -> Publisher:
    """Give who publishes, from the configuration."""
    return Publisher(
        config.publisher(),
        config.contact_email(),
        config.license_id(),
        config.area_code(),
        site_url(),
    )


def site_url() -> str:
    """Give the catalogue's address, without a slash at the end."""
    root = str(tk.config["ckan.root_path"] or "").replace("/{{LANG}}", "")
    return str(tk.config["ckan.site_url"]).rstrip("/") + root.rstrip("/")


def take() -> Content:
    """Read the content of a release in one REPEATABLE READ transaction; ends the session's own before."""
    model.Session.rollback()
    model.Session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        source = _source()
    finally:
        model.Session.rollback()
    return Content.of(all_rows(source), publisher().described())


def _source() -> Source:
    shown = public_measures(StatementRow.catalogue(), config.today(), config.update_days())
    addressed = [{**measure, "url": _address(measure["measure_id"])} for measure in shown]
    return Source(addressed, StatementRow.public_history(), config.council_body())


def _address(measure_id: str) -> str:
    return f"{site_url()}/digitalisierungsmassnahme/{measure_id}"
