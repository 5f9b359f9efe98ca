"""Pages of tables of one's own: upload, look at what was found, correct, publish; and the versions' files."""

from __future__ import annotations

import io
from base64 import b64decode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, send_file

from ckanext.digitalms.custom_tables.draft import DRAFTED, GIVEN, OPEN
from ckanext.digitalms.custom_tables.names import unique_titles
from ckanext.digitalms.custom_tables.schema_check import TYPES
from ckanext.digitalms.helpers_tables import type_word
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.moments import IN_ACTIONS
from ckanext.digitalms.publishing import custom_tables, releases, versions_listing
from ckanext.digitalms.publishing.formats import FORMATS
from ckanext.digitalms.publishing.frictionless_report import REPORT_ENDING
from ckanext.digitalms.publishing.more_formats import MORE
from ckanext.digitalms.publishing.package import PACKAGE_FILE, SCHEMA_ENDING
from ckanext.digitalms.publishing.releases import Release
from ckanext.digitalms.publishing.taking_along import OWN
from ckanext.digitalms.tables.open_tables import ALL_TABLES
from ckanext.digitalms.tables.spec import file_name
from ckanext.digitalms.validation.findings import Report
from ckanext.digitalms.vocabularies import Frequency

from . import (
    bench_form,
    bench_words,
    day_downloads,
    filtered_downloads,
    form_fields,
    portal_fields,
    release_pages,
    work,
)
from .citations import citation
from .downloads import gone, send_from
from .errors import handle_errors
from .findings import findings_file, found_groups, report_of
from .pages import Page, reader, redirect, rendered

if TYPE_CHECKING:
    from ckan.model import Package

digitalms_own_tables = Blueprint("digitalms_own_tables", __name__, url_prefix="/digitalisierung/daten")
handle_errors(digitalms_own_tables)

_JSON = "application/json"
ASK_AGAIN = "public, no-cache"
FOR_YOU = "private, no-cache"
MOST_DATASETS = 1000


def datasets(**told: Any) -> list[Json]:
    """Return the public datasets of own tables (name, title, name of the table), or those asked for."""
    asked = {"limit": MOST_DATASETS, **told}
    found: list[Json] = tk.get_action("digitalms_dataset_list")(reader(), asked)["results"]
    return found


def may_upload() -> bool:
    """Return whether somebody edits datasets of any organisation."""
    return bool(tk.h.check_access("digitalms_table_import"))


@digitalms_own_tables.get("/neu")
def new() -> Page:
    """Show the form for uploading a table, and the drafts that are open."""
    return _upload_form({"dataset": tk.request.args.get("datensatz", "")}, {})


@digitalms_own_tables.post("/neu")
def create() -> Page:
    """Keep a table as a draft and show what was found in it."""
    told = form_fields.typed(("organisation", "dataset", *form_fields.DIALECT))
    files = {name: tk.request.files.get(name) for name in ("upload", "schema")}
    given = {name: file for name, file in files.items() if file}
    try:
        draft = tk.get_action("digitalms_dataset_draft_create")(
            reader(), {**told, **given, "background": True}
        )
    except tk.ValidationError as refused:
        return _upload_form(told, refused.error_dict)
    return redirect("digitalms_own_tables.read", draft_id=draft["id"])


def _upload_form(told: Json, errors: Mapping[str, Any]) -> Page:
    tk.check_access("digitalms_table_import", reader(), {})
    package = datasets(id=told["dataset"])[0] if told.get("dataset") else None
    if package is not None:
        tk.check_access("digitalms_dataset_draft_create", reader(), {"dataset": package["name"]})
    values = {
        "told": told,
        "errors": errors,
        "dataset": package,
        "organisations": form_fields.organisations(),
        "drafts": tk.get_action("digitalms_dataset_draft_list")(reader(), {"limit": 20})["results"],
        "choices": form_fields.dialect_choices(),
    }
    return rendered("digitalms/custom_tables/new.html", {**values, **form_fields.upload_limits()})


@digitalms_own_tables.get("/neu/<draft_id>")
def read(draft_id: str) -> Page:
    """Show what was found in a table."""
    draft = tk.get_action("digitalms_dataset_draft_show")(reader(), {"id": draft_id})
    if draft["state"] != OPEN and draft["dataset"]:
        return redirect("dataset.read", id=draft["dataset"])
    if work.is_busy(draft["work"]):
        told = {"draft": draft, "work_title": work.title_of(draft["work"])}
        return work.until_done(rendered("digitalms/custom_tables/work.html", told), draft["work"])
    return _draft_form(draft, {**_stored(draft), **_left_undone(draft)}, work.errors_of(draft["work"]))


def _left_undone(draft: Json) -> Json:
    """Return what was typed and a job was refused."""
    told = (draft["work"] or {}).get("told", {})
    return {name: value for name, value in told.items() if name not in {"id", "schema"}}


@digitalms_own_tables.post("/neu/<draft_id>")
def update(draft_id: str) -> Page:
    """Keep what was typed; then check, publish, save or throw away. On an error it stays in the form."""
    action = tk.request.form.get("action", "check")
    if action == "delete":
        tk.get_action("digitalms_dataset_draft_delete")(reader(), {"id": draft_id})
        tk.h.flash_success(tk._("The draft and its file are deleted."))
        return redirect("digitalms_own_tables.new")
    typed = bench_form.typed()
    errors = _keep(draft_id, typed)
    if not errors and action in {"publish", "save"}:
        try:
            told = {"id": draft_id, "background": True, **({"as_draft": True} if action == "save" else {})}
            done = tk.get_action("digitalms_dataset_publish")(reader(), told)
        except tk.ValidationError as refused:
            errors = _unless_busy(draft_id, refused.error_dict)
        else:
            if done["change"] != "begun":
                return _done(done)
    draft = tk.get_action("digitalms_dataset_draft_show")(reader(), {"id": draft_id})
    if errors:
        return _draft_form(draft, {**_stored(draft), **typed}, errors)
    return redirect("digitalms_own_tables.read", draft_id=draft_id)


def _unless_busy(draft_id: str, errors: Json) -> Json:
    """Say in place of a refusal that the file is read once more, where that is why it was not published."""
    draft = tk.get_action("digitalms_dataset_draft_show")(reader(), {"id": draft_id})
    if not work.is_busy(draft["work"]) or set(errors) != {"busy"}:
        return errors
    tk.h.flash_notice(
        tk._("You changed how the table is read: it is examined once more, and you publish it afterwards.")
    )
    return {}


def _keep(draft_id: str, typed: Json) -> Json:
    """Keep the table's part and the dataset's part by themselves, so that an error in one loses nothing."""
    errors: Json = {}
    upload = tk.request.files.get("schema")
    table = {name: typed[name] for name in (*form_fields.DIALECT, "schema_of", "columns") if name in typed}
    table |= {"schema": upload} if upload else {}
    # what is said of the table comes last: a job may have to read it again
    of_dataset = (*bench_form.METADATA, *portal_fields.SEVERAL, "sources")
    for told in ({name: typed[name] for name in of_dataset if name in typed}, table):
        try:
            asked = {"id": draft_id, "background": True, **told}
            tk.get_action("digitalms_dataset_draft_update")(reader(), asked)
        except tk.ValidationError as refused:
            errors |= refused.error_dict
    return errors


def _done(done: Json) -> Page:
    sentences = {
        "published": tk._("The table is published."),
        "unchanged": tk._("The table is the same as the current version: there is no new one."),
        "saved": tk._("The table is kept as a private dataset; nobody else sees it."),
    }
    tk.h.flash_success(sentences[done["change"]])
    return redirect("dataset.read", id=done["name"])


def _stored(draft: Json) -> Json:
    told = {"organisation": draft["organisation"] or "", "schema_of": draft["chosen"]}
    declared = {name: "tab" if value == "\t" else value for name, value in draft["declared"].items()}
    return {**told, **declared, **draft["metadata"], "columns": draft["columns"]}


def _draft_form(draft: Json, told: Json, errors: Mapping[str, Any]) -> Page:
    found = report_of(draft["id"])
    ours = [(one["name"], one["title"]) for one in datasets()]
    tables = [(name, table.title) for name, table in ALL_TABLES.items()]
    schemas = [(DRAFTED, tk._("drafted from the file")), *ours, *tables]
    if draft["chosen"] == GIVEN:
        schemas.insert(0, (GIVEN, tk._("your own, as uploaded")))
    if draft["chosen"] not in {name for name, _ in schemas}:
        schemas.insert(0, (draft["chosen"], draft["chosen"]))
    surplus = {one["kind"]: bench_words.reason_of(one) for one in draft["preview"].get("surplus", ())}
    left_out, words = bench_words.listed(told, "leave_out"), bench_words.words_of(draft, told)
    values = {
        "draft": draft,
        # what is asked by a box of its own is not typed, too
        "told": {**told, **bench_words.typed_only(told, surplus, words)},
        "errors": errors,
        "organisations": form_fields.organisations(),
        "schemas": schemas,
        "types": type_words(),
        "forms": bench_words.form_groups(),
        "base_of": bench_words.base_of,
        "questions": bench_words.questions(draft, draft["columns"]),
        "found_types": _found_types(draft),
        "licenses": tk.h.license_options(told.get("license_id")),
        "choices": form_fields.dialect_choices(),
        "surplus": surplus,
        "left_out": left_out,
        "words": words,
        "missing_words": bench_words.listed(told, "missing"),
        "headers": bench_words.headers(draft),
        "header": bench_words.header_now(told),
        "sheets": form_fields.sheet_choices(draft["preview"].get("sheets", ())),
        "frequencies": portal_fields.frequencies(
            draft["organisation"], [(one.value, tk._(one.label)) for one in Frequency]
        ),
        "portals": portal_fields.asked(draft["organisation"]),
        "report": found or Report(""),
        "groups": found_groups(found),
    }
    return rendered("digitalms/custom_tables/draft.html", values)


def _found_types(draft: Json) -> dict[int, str]:
    """Return the type of each column of the file in words, by its place."""
    words = dict(type_words())
    titles = unique_titles(draft["preview"]["header"])
    by_title = {column["column"]: words[column["type"]] for column in draft["columns"]}
    return {place: by_title[title] for place, title in enumerate(titles) if title in by_title}


def type_words() -> list[tuple[str, str]]:
    """Return the types of a column in words."""
    return [(name, type_word(name)) for name in TYPES]


@digitalms_own_tables.get("/neu/<draft_id>/befunde.csv")
def findings(draft_id: str) -> Page:
    """Return the whole list of findings as a table for Excel."""
    tk.check_access("digitalms_dataset_draft_show", reader(), {"id": draft_id})
    return findings_file(draft_id)


@digitalms_own_tables.get("/neu/<draft_id>/datei")
def original(draft_id: str) -> Page:
    """Return the file as it was uploaded."""
    file = tk.get_action("digitalms_dataset_draft_file")(reader(), {"id": draft_id})
    answer: Response = send_file(
        io.BytesIO(b64decode(file["content"])),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=file["filename"],
    )
    answer.headers["Cache-Control"] = FOR_YOU
    return answer


@digitalms_own_tables.get("/datensatz/<name>")
def current(name: str) -> Page:
    """Return a file of the current version, or show all versions."""
    table, _, ending = name.partition(".")
    package = package_of(table)
    if not ending:
        return redirect("digitalms_own_tables.history", table=table)
    now = releases.current(custom_tables.group_of(package.id))
    if now is None:
        raise tk.ObjectNotFound(tk._("This table has not been published yet."))
    if part := _part(now, package, name):
        return part
    file = PACKAGE_FILE if ending == PACKAGE_FILE else name
    return _send(now, table, file, FOR_YOU if package.private else ASK_AGAIN)


@digitalms_own_tables.get("/datensatz/<table>/")
def history(table: str) -> Page:
    """Show all versions of a table."""
    package = package_of(table)
    found = releases.finished(custom_tables.group_of(package.id))
    told = {"name": table, "title": package.title}
    more = {
        "dataset": package.name,
        "may_restore": tk.h.check_access("digitalms_dataset_version_restore", {"id": package.id}),
    }
    return release_pages.listed("digitalms_own_tables.cite", told, found, versions_listing.version, **more)


@digitalms_own_tables.post("/datensatz/<table>/<release_id>/wieder-einsetzen")
def restore(table: str, release_id: str) -> Page:
    """Publish an earlier version again."""
    try:
        tk.get_action("digitalms_dataset_version_restore")(reader(), {"id": table, "release_id": release_id})
    except tk.ValidationError as refused:
        tk.h.flash_error(" ".join(str(one) for each in refused.error_dict.values() for one in each))
    else:
        tk.h.flash_success(tk._("This version is the present one again."))
    return redirect("digitalms_own_tables.history", table=table)


@digitalms_own_tables.post("/datensatz/<table>/<release_id>/")
def cite(table: str, release_id: str) -> Page:
    """Note where a version is cited."""
    _release(package_of(table), release_id)
    release_pages.note(release_id)
    return redirect("digitalms_own_tables.history", table=table)


@digitalms_own_tables.get("/datensatz/<table>/<release_id>/<name>")
def former(table: str, release_id: str, name: str) -> Page:
    """Return a file of one version, the same for good."""
    package = package_of(table)
    if told := gone(release_id):
        return told
    release = _release(package, release_id)
    if answer := citation(OWN, table, release, name):
        answer.headers["Cache-Control"] = FOR_YOU if package.private else ASK_AGAIN
        return answer
    if part := _part(release, package, name):
        return part
    return _send(release, table, name, FOR_YOU if package.private else ASK_AGAIN)


def package_of(table: str) -> Package:
    """Return the dataset of an own table that the reader may see; raises ``ObjectNotFound`` for none."""
    package = custom_tables.find(table)
    if package is None:
        raise tk.ObjectNotFound(tk._("There is no table “{found}”.").format(found=table[:60]))
    tk.check_access("package_show", reader(), {"id": package.id})
    return package


def _release(package: Package, release_id: str) -> Release:
    release = releases.get(release_id)
    if release is None or release.group != custom_tables.group_of(package.id):
        message = tk._("There is no version “{found}” of this table; its page lists all of them.")
        raise tk.ObjectNotFound(message.format(found=release_id[:60]))
    return release


def _part(release: Release, package: Package, name: str) -> Response | None:
    """Return the part that is asked for; only then is the version's schema read."""
    if not tk.request.args and name.rpartition(".")[2] not in MORE:
        return None
    spec = custom_tables.spec_of(release.manifest)
    if not {field["name"] for field in spec.fields} & set(IN_ACTIONS):
        day_downloads.refuse(tk._("A table of an office has versions and no days: leave out the day."))
    caching = FOR_YOU if package.private else ASK_AGAIN
    return filtered_downloads.filtered(release, spec, name, caching)


def _send(release: Release, table: str, name: str, caching: str) -> Response:
    endings = (*FORMATS, SCHEMA_ENDING, REPORT_ENDING)
    if name not in {PACKAGE_FILE, *(file_name(table, ending) for ending in endings)}:
        known = ", ".join(f".{ending}" for ending in (*endings, PACKAGE_FILE))
        message = tk._("There is no file “{found}” of this table. There are: {known}.")
        raise tk.ObjectNotFound(message.format(found=name[:60], known=known))
    kinds = {file_name(table, ending): form.media_type for ending, form in FORMATS.items()}
    return send_from(release, name, kinds.get(name, _JSON), caching)
