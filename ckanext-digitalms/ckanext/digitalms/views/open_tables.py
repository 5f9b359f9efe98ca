"""Open data at addresses for scripts: the current release, each release for good, and what there is.

Whole tables are served as files, so that ranges, lengths and ETags are the web server's trade.
"""

from __future__ import annotations

from functools import partial

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint

from ckanext.digitalms.imports.mapping import MAPPINGS
from ckanext.digitalms.publishing import last_refusal, listing, releases
from ckanext.digitalms.publishing.formats import FORMATS
from ckanext.digitalms.publishing.package import PACKAGE_FILE, SCHEMA_ENDING, package_name
from ckanext.digitalms.publishing.releases import Release
from ckanext.digitalms.tables.open_tables import ALL_TABLES, GROUPS, group_of
from ckanext.digitalms.tables.spec import file_name

from . import filtered_downloads, release_pages
from .custom_tables import datasets, may_upload
from .downloads import gone, send_from
from .errors import handle_errors
from .pages import Page, reader, redirect, rendered

digitalms_data = Blueprint("digitalms_data", __name__, url_prefix="/digitalisierung/daten")
handle_errors(digitalms_data)


_JSON = "application/json"
# no file is the same for good to a cache: a value may have to be blanked in a release of any age
ASK_AGAIN = "public, no-cache"


@digitalms_data.route("/")
def index() -> Page:
    """List the open tables."""
    tables = tk.get_action("digitalms_table_list")(reader(), {})["results"]
    may_publish = tk.h.check_access("digitalms_table_publish")
    told = {
        "tables": tables,
        "may_publish": may_publish,
        "own_tables": datasets(),
        "internal_tables": datasets(internal=True),
        "may_upload": may_upload(),
        "imported": set(MAPPINGS) if tk.h.check_access("digitalms_table_import") else set(),
        "refusal": last_refusal.last() if may_publish else None,
    }
    return rendered("digitalms/data/index.html", told)


@digitalms_data.route("/", methods=["POST"])
def publish() -> Page:
    """Publish now, and say what came of it."""
    try:
        done = tk.get_action("digitalms_table_publish")(reader(), {})
    except tk.ValidationError as refused:
        for sentences in refused.error_dict.values():
            tk.h.flash_error(" ".join(map(str, sentences)))
        tk.h.flash_error(tk._("Nothing was published: the former release stays."))
    else:
        sentences = {
            "published": tk._("The open tables are published."),
            "unchanged": tk._("Nothing has changed since the current release."),
        }
        tk.h.flash_success(sentences[done["change"]])
    return redirect("digitalms_data.index")


@digitalms_data.route("/<name>")
def current(name: str) -> Page:
    """Return a file of the current release."""
    if name in ALL_TABLES:
        return redirect("digitalms_data.history", table=name)
    packages = {package_name(group): group for group in GROUPS}
    table = _table_of(name)
    if name not in packages and table is None:
        raise tk.ObjectNotFound(_no_file(name))
    release = releases.current(packages.get(name) or group_of(str(table)))
    if release is None:
        raise tk.ObjectNotFound(tk._("The open tables have not been published yet."))
    is_part = name not in packages or bool(tk.request.args)
    if table and is_part:
        part = filtered_downloads.filtered(release, listing.spec_of(release, table), name, ASK_AGAIN)
        if part:
            return part
    return _file(release, PACKAGE_FILE if name in packages else name, ASK_AGAIN)


@digitalms_data.route("/<table>/")
def history(table: str) -> Page:
    """List the releases of a table."""
    _known(table)
    found = listing.releases_of(table)
    now = listing.table(table, releases.current(group_of(table)))
    return release_pages.listed("digitalms_data.cite", now, found, partial(listing.release, table))


@digitalms_data.route("/<table>/<release_id>/", methods=["POST"])
def cite(table: str, release_id: str) -> Page:
    """Note where a release is cited."""
    _known(table)
    release_pages.note(release_id)
    return redirect("digitalms_data.history", table=table)


@digitalms_data.route("/<table>/<release_id>/<name>")
def former(table: str, release_id: str, name: str) -> Page:
    """Return a file of one release, the same for good."""
    _known(table)
    release = releases.get(release_id)
    if release is not None and release.group != group_of(table):
        release = None  # not by this address: a table of one's own may be private
    if release is None and (told := gone(release_id)):
        return told
    if release is None:
        message = tk._("There is no release “{found}” of this table; its page lists all of them.")
        raise tk.ObjectNotFound(message.format(found=release_id[:60]))
    if part := filtered_downloads.filtered(release, listing.spec_of(release, table), name, ASK_AGAIN):
        return part
    if name not in release.manifest["files"] or not (_table_of(name) or name == PACKAGE_FILE):
        raise tk.ObjectNotFound(_no_file(name))
    return _file(release, name, ASK_AGAIN)


def _known(table: str) -> None:
    if table not in ALL_TABLES:
        raise tk.ObjectNotFound(_no_file(table))


def _no_file(name: str) -> str:
    message = tk._("There is no open table “{found}”. There are {tables}, each as {formats}.")
    tables, formats = ", ".join(ALL_TABLES), ", ".join(f".{ending}" for ending in FORMATS)
    return str(message.format(found=name[:60], tables=tables, formats=formats))


def _table_of(name: str) -> str | None:
    endings = (*FORMATS, SCHEMA_ENDING, PACKAGE_FILE)
    return next((t for t in ALL_TABLES for ending in endings if file_name(t, ending) == name), None)


def _file(release: Release, name: str, caching: str) -> Response:
    return send_from(release, name, _media_type(name), caching)


def _media_type(name: str) -> str:
    table = _table_of(name)
    ending = name.removeprefix(f"{table}.")
    return FORMATS[ending].media_type if ending in FORMATS else _JSON
