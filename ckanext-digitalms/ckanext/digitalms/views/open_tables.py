"""Open data at addresses for scripts: the current release, each release for good, and what there is.

Whole tables are served as files, so that ranges, lengths and ETags are the web server's trade.
"""

from __future__ import annotations

from functools import partial

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response

from ckanext.digitalms.imports.mapping import MAPPINGS
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_
from ckanext.digitalms.publishing import frictionless_report, last_refusal, listing, releases
from ckanext.digitalms.publishing.formats import FORMATS
from ckanext.digitalms.publishing.frictionless_report import REPORT_ENDING
from ckanext.digitalms.publishing.more_formats import MORE
from ckanext.digitalms.publishing.package import PACKAGE_FILE, SCHEMA_ENDING, package_name
from ckanext.digitalms.publishing.releases import Release
from ckanext.digitalms.publishing.taking_along import OPEN
from ckanext.digitalms.tables.open_tables import (
    ALL_TABLES,
    FIGURE_TABLES,
    GROUPS,
    MEASURE_TABLES,
    QUALITY_TABLES,
    SYNONYM_TABLES,
    group_of,
)
from ckanext.digitalms.tables.spec import file_name

from . import day_downloads, filtered_downloads, release_pages
from .citations import citation
from .custom_tables import datasets, may_upload
from .downloads import gone, send_from
from .errors import flash_refusal, handle_errors
from .pages import Page, moved, reader, redirect, rendered
from .point_in_time import requested_point_in_time

digitalms_data = Blueprint("digitalms_data", __name__, url_prefix="/digitalisierung/daten")
handle_errors(digitalms_data)


_JSON = "application/json"
_OF_ITS_DAY = N_(
    "A release stays as it was published. Leave out the day, or ask for the table of any day: "
    "/digitalisierung/daten/{table}.csv?stichtag=2019-03-14."
)
# no file is the same for good to a cache: a value may have to be blanked in a release of any age
ASK_AGAIN = "public, no-cache"


@digitalms_data.route("/")
def index() -> Page:
    """List the open tables."""
    moment = requested_point_in_time()
    tables = tk.get_action("digitalms_table_list")(reader(), {})["results"]
    may_publish = tk.h.check_access("digitalms_table_publish")
    told = {
        "moment": moment,
        "tables": [_on_day(table) for table in tables] if moment.is_past else tables,
        "may_publish": may_publish,
        "own_tables": datasets(),
        "internal_tables": datasets(internal=True),
        "may_upload": may_upload(),
        "imported": set(MAPPINGS) if tk.h.check_access("digitalms_table_import") else set(),
        "refusal": last_refusal.last() if may_publish else None,
    }
    return rendered("digitalms/data/index.html", told)


def _on_day(table: Json) -> Json:
    """Return a table with the addresses of its files on the day of the page."""
    package = _address(package_name(group_of(table["name"])))
    files = [{**file, "url": _address(file["name"]), "size": None} for file in table["files"]]
    return {**table, "files": files, "is_of_day": True, "package_url": package}


def _address(name: str) -> str:
    return str(tk.url_for("digitalms_data.current", name=name, locale="default"))


@digitalms_data.route("/", methods=["POST"])
def publish() -> Page:
    """Publish now, and say what came of it."""
    try:
        done = tk.get_action("digitalms_table_publish")(reader(), {})
    except tk.ValidationError as refused:
        flash_refusal(refused)
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
        return moved("digitalms_data.history", table=name)
    packages = {package_name(group): group for group in GROUPS}
    table = _table_of(name)
    if name not in packages and table is None:
        raise tk.ObjectNotFound(_no_file(name))
    group = packages.get(name) or group_of(str(table))
    release = releases.current(group)
    if release is None:
        raise tk.ObjectNotFound(_never_published(name, group, table))
    if day_downloads.is_asked() and not name.endswith(SCHEMA_ENDING):
        return day_downloads.of_day(ALL_TABLES[table] if table else None, name, ASK_AGAIN)
    if table and name == file_name(table, REPORT_ENDING):
        return _report(release, table)
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
    tell = partial(listing.release, table)
    on_day = tk.h.digitalms_table_links(table) if tk.h.digitalms_kept_day() else []
    return release_pages.listed("digitalms_data.cite", now, found, tell, on_day=on_day)


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
    day_downloads.refuse(tk._(_OF_ITS_DAY).format(table=table))
    release = releases.get(release_id)
    if release is not None and release.group != group_of(table):
        release = None  # not by this address: a table of one's own may be private
    if release is None and (told := gone(release_id)):
        return told
    if release is None:
        message = tk._("There is no release “{found}” of this table; its page lists all of them.")
        raise tk.ObjectNotFound(message.format(found=release_id[:60]))
    if name == file_name(table, REPORT_ENDING):
        return _report(release, table)
    if told := citation(OPEN, table, release, name):
        return told
    if part := filtered_downloads.filtered(release, listing.spec_of(release, table), name, ASK_AGAIN):
        return part
    if name not in release.manifest["files"] or not (_table_of(name) or name == PACKAGE_FILE):
        raise tk.ObjectNotFound(_no_file(name))
    return _file(release, name, ASK_AGAIN)


def _report(release: Release, table: str) -> Response:
    """Judge a table of a release with frictionless, as users get it, and answer with its report."""
    mark = f"{release.content_hash}-{table}-report"
    is_known = tk.request.if_none_match.contains_weak(mark)
    folder = releases.all_folders().path(release.manifest)
    if not is_known and not (folder / file_name(table, "csv")).is_file():
        raise tk.ObjectNotFound(tk._("There is no such file."))
    content = b"" if is_known else frictionless_report.written(folder, table, ())[1]
    answer: Response = make_response(content, 304 if is_known else 200)
    answer.headers["Content-Type"] = f"{_JSON}; charset=utf-8"
    answer.headers["Cache-Control"] = ASK_AGAIN
    answer.set_etag(mark, weak=True)
    return answer


def _known(table: str) -> None:
    if table not in ALL_TABLES:
        raise tk.ObjectNotFound(_no_file(table))


def _never_published(name: str, group: str, table: str | None) -> str:
    """Say which tables are not there yet, why, and which are."""
    if group == MEASURE_TABLES:
        return str(
            tk._("The open tables of the measures have not been published yet; the daily run does it.")
        )
    if group == SYNONYM_TABLES:
        return str(tk._("The words of the search have not been published yet; the daily run does it."))
    if group in {FIGURE_TABLES, QUALITY_TABLES}:
        return str(tk._("The catalogue has not counted itself yet; the daily run does it."))
    message = tk._(
        "“{title}” ({found}) was never published: there is no edition of it in the catalogue yet. Published "
        "are: {tables}."
    )
    title = ALL_TABLES[table].title if table else name
    published = [one for each in GROUPS if releases.current(each) for one in GROUPS[each]]
    return str(message.format(title=title, found=name, tables=", ".join(published) or "–"))


def _no_file(name: str) -> str:
    message = tk._("There is no open table “{found}”. There are {tables}, each as {formats}.")
    tables, formats = ", ".join(ALL_TABLES), ", ".join(f".{ending}" for ending in FORMATS)
    return str(message.format(found=name[:60], tables=tables, formats=formats))


def _table_of(name: str) -> str | None:
    endings = (*FORMATS, *MORE, SCHEMA_ENDING, REPORT_ENDING, PACKAGE_FILE)
    return next((t for t in ALL_TABLES for ending in endings if file_name(t, ending) == name), None)


def _file(release: Release, name: str, caching: str) -> Response:
    return send_from(release, name, _media_type(name), caching)


def _media_type(name: str) -> str:
    table = _table_of(name)
    ending = name.removeprefix(f"{table}.")
    return FORMATS[ending].media_type if ending in FORMATS else _JSON
