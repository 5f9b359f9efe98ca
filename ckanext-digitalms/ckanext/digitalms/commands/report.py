"""``ckan digitalms import-report``: a council report from the command line, with the checks of the page."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import click
from ckan.types import Context
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.services.language import default_language
from ckanext.digitalms.services.uploads import read_file

REFUSED = 1


@click.command("import-report")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "applies", is_flag=True, help="Publish it as it is; without, keep a draft.")
@click.option("--organisation", help="The organisation that new measures belong to.")
def import_report(file: Path, applies: bool, organisation: str | None) -> None:
    """Read a council report (DOCX, HTML, Markdown) into a draft, and publish it when asked to."""
    with default_language():
        sys.exit(_import(Console(), file, applies, organisation))


def _import(console: Console, file: Path, applies: bool, organisation: str | None) -> int:
    try:
        draft = _draft(file, organisation)
        _print(console, draft)
        if applies:
            done = tk.get_action("digitalms_report_import_apply")(_context(), {"id": draft["id"]})
            for outcome in done["outcomes"]:
                console.print(f"{outcome['measure_id']}: {outcome['change']}")
        else:
            text = tk._("Kept as a draft: compare and publish it at {address}.")
            address = tk.url_for("digitalms_report_import.read", draft_id=draft["id"], _external=True)
            console.print(escape(text.format(address=address)))
    except tk.ValidationError as refused:
        for name, found in refused.error_dict.items():
            console.print(f"[bold]{escape(name)}[/]: {escape(_sentences(found))}")
        return REFUSED
    return 0


def _sentences(found: Any) -> str:
    if isinstance(found, dict):
        return "; ".join(f"{name}: {_sentences(texts)}" for name, texts in found.items())
    return " ".join(_sentences(one) for one in found) if isinstance(found, list) else str(found)


def _context() -> Context:
    return {"user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]}


def _draft(file: Path, organisation: str | None) -> dict[str, Any]:
    if not file.is_file():
        message = tk._("There is no file “{found}”: give the path of the report.")
        raise tk.ValidationError({"file": [message.format(found=str(file)[:200])]})
    upload = FileStorage(BytesIO(read_file(file)), filename=file.name)
    draft: dict[str, Any] = tk.get_action("digitalms_report_import_create")(_context(), {"upload": upload})
    if organisation:
        told = {"id": draft["id"], "organisation": organisation}
        draft = tk.get_action("digitalms_report_import_update")(_context(), told)
    return draft


def _print(console: Console, draft: dict[str, Any]) -> None:
    table = Table(
        tk._("Measure"),
        tk._("Key"),
        tk._("Status"),
        tk._("Council papers"),
        title=escape(draft["title"] or ""),
    )
    for measure in draft["measures"]:
        papers = " ".join(row["reference"] for row in measure["council_references"])
        cells = (measure["title"], measure["key"], measure["status"], papers)
        table.add_row(*(escape(str(cell or "")) for cell in cells))
    console.print(table)
