"""Redaction of a whole row of a table of one's own: it goes from every version, and from what was handed in.

The row is told by its cells as the table's CSV has them. Files that were uploaded for the table lose their
bytes: a row in them may be written in any way. What was found in them stays without the row, also of a file
that is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.model import Delivery, Release
from ckanext.digitalms.publishing import custom_tables, releases
from ckanext.digitalms.services import locks
from ckanext.digitalms.services.measures.hooks import author_of
from ckanext.digitalms.tables.spec import TableSpec

from . import log as redaction_log
from . import release_rewriting
from .blanking import Blanker
from .release_editors import holds_one_of
from .release_rewriting import ROWS_REMOVED, Cells, Edited, Rewritten

__all__ = ["RowRemoved", "redact"]

_SHORTEST = 4  # of a cell that is looked for in sentences


@dataclass(frozen=True)
class RowRemoved:
    """Takes the rows with some cells out."""

    cells: Mapping[str, str]

    def may_touch(self, path: Path) -> bool:
        """Return whether a file may hold the row."""
        return holds_one_of(path, self.cells.values())

    def text(self, value: Any) -> tuple[Any, int]:
        """Blank the cells in sentences on rows; schema and package are no rows."""
        count = 0
        for cell in self.cells.values() if isinstance(value, list) else ():
            if len(cell) >= _SHORTEST:
                value, found = Blanker(cell, redaction_log.mark()).in_value(value)
                count += found
        return value, count

    def rows(self, spec: TableSpec, rows: Iterable[Cells], is_own: bool) -> Iterator[Edited]:
        """Leave out the rows that have all of the cells."""
        del spec
        for cells in rows:
            is_meant = is_own and all(cells.get(name) == cell for name, cell in self.cells.items())
            yield (None if is_meant else cells), ()

    def schema(self, spec: TableSpec, touched: Iterable[str]) -> TableSpec:
        """Leave the schema."""
        del touched
        return spec


def redact(context: Context, told: Mapping[str, Any]) -> dict[str, Any]:
    """Take a row out of every version of a table, or only say where it stands.

    Raises:
        tk.ObjectNotFound: there is no such table.
        tk.ValidationError: no version has such a row, or the reason holds a cell of it.
    """
    if not told.get("row"):
        raise tk.ValidationError({"row": [tk._("Say which row: its columns and cells, such as its key.")]})
    editor, reason, dry_run = RowRemoved(told["row"]), told["reason"], told["dry_run"]
    package = custom_tables.find(told["table"])
    if package is None:
        raise tk.ObjectNotFound(tk._("There is no table “{found}”.").format(found=told["table"][:60]))
    cells = editor.cells.values()
    redaction_log.refuse_reason(holds=any(len(cell) >= _SHORTEST and cell in reason for cell in cells))
    package_id, redaction_id = package.id, None
    releases.recover()
    with locks.all_publishing():
        done = _taken(package_id, editor, reason, dry_run)
        uploads = _uploads(package_id)
        files = sum(one.size > 0 for one in uploads)
        if done and not dry_run:
            for delivery in uploads:
                _empty(delivery, editor)
            redaction_id = redaction_log.write(told["table"], reason, author_of(context))
            model.repo.commit()
        else:
            model.Session.rollback()
    if not done:
        raise tk.ValidationError({"row": [tk._("No version of this table has such a row.")]})
    if not dry_run:
        with locks.patiently():
            releases.recover()
    return _told(done, files, redaction_id, dry_run=dry_run)


def _versions(package_id: str) -> list[Release]:
    group = custom_tables.group_of(package_id)
    return [one for one in release_rewriting.with_files() if one.group == group]


def _taken(package_id: str, editor: RowRemoved, reason: str, dry_run: bool) -> list[Rewritten]:
    """Take the row out of all versions, or only count; where none has it, what a report quotes is no row."""
    versions = _versions(package_id)
    counted = [one for release in versions if (one := release_rewriting.count(release, editor))]
    if not any(one.tables for one in counted):
        return []
    if dry_run:
        return counted
    rewritten = (release_rewriting.rewrite(one, editor, ROWS_REMOVED, reason) for one in versions)
    return [one for one in rewritten if one]


def _uploads(package_id: str) -> list[Delivery]:
    query = sa.select(Delivery).where(
        Delivery.kind == "dataset", Delivery.about["package_id"].astext == package_id
    )
    return list(model.Session.scalars(query.with_for_update()))


def _empty(delivery: Delivery, editor: RowRemoved) -> None:
    about = delivery.of_draft
    # what is said of the rows, and of a publishing that failed, quotes cells
    (delivery.report, failed), _ = editor.text([delivery.report, about.get("failed")])
    delivery.of_draft = {
        **about,
        **({"failed": failed} if failed else {}),
        "blanked_on": config.today().isoformat(),
        "preview": {"header": [], "rows": []},
        "is_valid": False,
        "revision": int(about.get("revision", 0)) + 1,
    }
    delivery.content, delivery.size = b"", 0


def _told(done: list[Rewritten], files: int, redaction_id: int | None, *, dry_run: bool) -> dict[str, Any]:
    return {
        "redaction_id": redaction_id,
        "dry_run": dry_run,
        "count": sum(one.count for one in done),
        "places": [{"place": "digitalms_delivery.content", "count": files}] if files else [],
        "releases": [one.told() for one in done],
        "left": [],
        "unsearched": [],
        "sources": [],
        "search_follows": False,
    }
