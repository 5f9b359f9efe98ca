"""``ckan digitalms harvest``: one run of a harvester from the command line, with the report of the web."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ckanext.digitalms.messages import translate
from ckanext.digitalms.services.deliveries import delivery_get
from ckanext.digitalms.services.language import default_language
from ckanext.digitalms.services.sources import run_due
from ckanext.digitalms.services.sources.handlers import handler_of
from ckanext.digitalms.services.uploads import read_file
from ckanext.digitalms.validation.findings import Report

REFUSED = 1
COVERAGE = ("change", "edition", "customer", "base", "area_type", "areas", "figures")


@click.group()
def harvest() -> None:
    """Take over a delivered table, as a source or an upload would."""


@harvest.command()
@click.argument("file_or_url")
@click.option("--organisation", help="Whose measures the table may write; without it, all measures.")
@click.option("--encoding", default="auto", help="utf-8, cp1252, utf-16 or auto.")
@click.option("--delimiter", default="auto", help="comma, semicolon, tab or auto.")
@click.option("--decimal-char", default="auto", help="comma, point or auto.")
@click.option("--date-format", default="auto", help="yyyy-mm-dd, dd.mm.yyyy or auto.")
@click.option("--dry-run", is_flag=True, help="Only say what is wrong and what would change.")
def progress(file_or_url: str, organisation: str | None, dry_run: bool, **dialect: str) -> None:
    """Take over a progress table: all of it, or nothing and exit code 1."""
    with default_language():
        options = {"organisation": organisation, "dry_run": dry_run, **dialect}
        sys.exit(_harvest("progress", file_or_url, options))


@harvest.command()
@click.argument("file_or_url")
@click.option("--edition", required=True, help="Year and month of the data, such as 2019-06.")
@click.option(
    "--customer", required=True, help="private, business, commercial_area, school, hospital or any."
)
@click.option("--base", required=True, help="households, premises, addresses, sites or area.")
@click.option("--source", required=True, help="Whose figures these are, as it is to be named.")
@click.option("--areas", help="Boundaries with AGS and GEN: GeoJSON, file or address; only for new areas.")
@click.option("--encoding", default="auto", help="utf-8, cp1252, utf-16 or auto.")
@click.option("--delimiter", default="auto", help="comma, semicolon, tab or auto.")
@click.option("--dry-run", is_flag=True, help="Only say what is wrong and what would change.")
@click.option("--confirm", is_flag=True, help="Answer the questions on the table with yes.")
def coverage(file_or_url: str, areas: str | None, **options: str | bool) -> None:
    """Take over an edition of broadband coverage: all of it, or nothing and exit code 1."""
    with default_language():
        sys.exit(_harvest("coverage", file_or_url, {"areas": areas, **options}))


def _harvest(kind: str, file_or_url: str, options: dict[str, Any]) -> int:
    console = Console()
    try:
        delivery = _deliver(kind, file_or_url, options)
    except tk.ValidationError as refused:
        for name, sentences in refused.error_dict.items():
            console.print(f"[bold]{escape(name)}[/]: {escape(' '.join(sentences))}")
        return REFUSED
    report = Report.from_json(_stored(delivery["id"]))
    _print(console, report, delivery)
    return 0 if report.is_accepted and delivery["state"] != "waiting" else REFUSED


def _deliver(kind: str, file_or_url: str, options: dict[str, Any]) -> dict[str, Any]:
    name, content = _file(file_or_url)
    if options.get("areas"):
        options = {**options, "areas": _file(options["areas"])[1]}
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    data = {"kind": kind, "filename": name, "content": content, **options}
    delivery: dict[str, Any] = tk.get_action("digitalms_delivery_create")({"user": user["name"]}, data)
    return delivery


def _file(file_or_url: str) -> tuple[str, bytes]:
    if "://" in file_or_url:
        return handler_of("progress").fetch_delivery(file_or_url)
    path = Path(file_or_url)
    if not path.is_file():
        message = tk._("There is no file “{found}”: give the path of the table, or an address with https://.")
        raise tk.ValidationError({"file_or_url": [message.format(found=file_or_url[:200])]})
    return path.name, read_file(path)


def _stored(delivery_id: str) -> dict[str, Any]:
    return dict(delivery_get(delivery_id).report or {})


def _print(console: Console, report: Report, delivery: dict[str, Any]) -> None:
    for group in report.groups():
        title = f"{tk._(group.cause.label)} ({len(group.findings)})"
        table = Table(title=escape(title), title_justify="left", caption=escape(tk._(group.cause.remedy)))
        for column in (tk._("Row"), tk._("Field"), tk._("Found"), tk._("Allowed"), tk._("In words")):
            table.add_column(column, overflow="fold")
        for finding in group.findings:
            shown = finding.shown(tk._)
            table.add_row(*(escape(shown[name]) for name in ("row", "field", "found", "allowed", "message")))
        console.print(table)
    _print_changes(console, report)
    states = {
        "accepted": tk._("The delivery is taken over."),
        "unchanged": tk._("Everything in the delivery is known already."),
        "refused": tk._("Nothing was taken over; the report says why."),
        "waiting": tk._("Nothing was taken over yet: a coordinator has to confirm the questions."),
        "received": tk._("This was only a trial; nothing was changed."),
    }
    console.print(states[delivery["state"]], delivery["id"])


def _print_changes(console: Console, report: Report) -> None:
    if not report.changes:
        return
    table = Table(title=escape(tk._("What changes")), title_justify="left")
    progress = ("row", "measure_id", "as_of", "change", "status", "progress_percent")
    names = COVERAGE if report.table == "coverage" else progress
    for name in names:
        table.add_column(name)
    for change in report.changes:
        table.add_row(*(escape(str(change[name] if change[name] is not None else "")) for name in names))
    console.print(table)


@harvest.command()
def run() -> None:
    """Begin what is due, end what is stuck, and say so; the schedule does this every minute."""
    with default_language():
        for said in run_due.run_due():
            click.echo(translate(said, tk._))
