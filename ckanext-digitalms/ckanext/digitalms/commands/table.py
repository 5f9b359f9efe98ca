"""``ckan digitalms import-table``: a table of ours comes back from the command line, as by the page."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ckanext.digitalms.imports.mapping import MAPPINGS
from ckanext.digitalms.services.language import default_language
from ckanext.digitalms.services.uploads import read_file

REFUSED = 1


@click.command("import-table")
@click.argument("table", type=click.Choice(list(MAPPINGS)))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as-of", help="The Stand of the changes, where the table does not say it; default today.")
@click.option("--correction", is_flag=True, help="The changes correct each measure's present Stand.")
@click.option("--dry-run", is_flag=True, help="Only say what is wrong and what would change.")
def import_table(table: str, file: Path, **told: Any) -> None:
    """Read in a changed table (CSV, CSV for Excel, XLSX, JSON): all of it, or nothing and exit code 1."""
    with default_language():
        sys.exit(_import(Console(), table, file, told))


def _import(console: Console, table: str, file: Path, told: dict[str, Any]) -> int:
    try:
        done = _imported(table, file, told)
    except tk.ValidationError as refused:
        for name, sentences in refused.error_dict.items():
            console.print(f"[bold]{escape(name)}[/]: {escape(' '.join(sentences))}")
        return REFUSED
    for finding in _whole(done, "findings"):
        console.print(escape(f"{finding['message']} {finding['remedy']}"))
    _print_changes(console, done)
    console.print(_STATES[done["state"]](), done["id"])
    return REFUSED if done["state"] == "refused" else 0


def _imported(table: str, file: Path, told: dict[str, Any]) -> dict[str, Any]:
    if not file.is_file():
        message = tk._("There is no file “{found}”: give the path of the table.")
        raise tk.ValidationError({"file": [message.format(found=str(file)[:200])]})
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    data = {"table": table, "content": read_file(file), "filename": file.name, **told}
    done: dict[str, Any] = tk.get_action("digitalms_table_import")({"user": user["name"]}, data)
    return done


def _whole(done: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """Go through a list of an import that may be longer than one answer."""
    for offset in range(0, done[f"{name}_count"], 1000):
        asked = {"id": done["id"], "limit": 1000, "offset": offset}
        yield from tk.get_action("digitalms_table_import_show")({"ignore_auth": True, "user": ""}, asked)[
            name
        ]


_STATES = {
    "accepted": lambda: tk._("The changes are taken over."),
    "unchanged": lambda: tk._("Everything in the table is known already; nothing was changed."),
    "refused": lambda: tk._("Nothing was taken over."),
    "received": lambda: tk._("This was only a trial; nothing was changed."),
}


def _print_changes(console: Console, done: dict[str, Any]) -> None:
    if not done["changes"]:
        return
    names = (tk._("Row"), tk._("Measure"), tk._("Change"), tk._("Field"), tk._("Before"), tk._("After"))
    table = Table(*names, title=escape(tk._("What changes")), title_justify="left")
    for change in _whole(done, "changes"):
        for field in change["fields"] or [{"field": "", "old": "", "new": ""}]:
            start = (change["row"], change["measure_id"], change["change"])
            cells = (*start, field["field"], field["old"] or "", field["new"] or "")
            table.add_row(*(escape(str(cell)[:200]) for cell in cells))
    console.print(table)
