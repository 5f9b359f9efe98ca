"""A part of a table in a frame: its first rows by a filter, an open table also of a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms import duck
from ckanext.digitalms.explorer.address import PLOT, RELEASE, Address, X
from ckanext.digitalms.moments import IN_ACTIONS
from ckanext.digitalms.publishing import custom_tables, day_tables, listing, releases, writing
from ckanext.digitalms.publishing.filters import Filter
from ckanext.digitalms.publishing.releases import Release
from ckanext.digitalms.tables.open_tables import ALL_TABLES, group_of, json_value
from ckanext.digitalms.tables.spec import TableSpec, words_of

from . import explorer
from .custom_tables import package_of
from .embed_parts import Shown, address
from .filtered_downloads import chosen_by
from .pages import reader
from .point_in_time import PointInTime
from .table_looks import Look

OPEN, OWN, DRAWN = "tabelle", "datensatz", "diagramm"
_ROWS, _MOST = 10, 100
_NUMBERS = frozenset({"integer", "number"})


@dataclass(frozen=True)
class _Table:
    """A table with all that its frame says.

    Args:
        group: of its releases.
        release: that is shown.
    """

    spec: TableSpec
    release: Release
    title: str
    page: str
    origin: Mapping[str, Any]


def shown(kind: str, name: str, arguments: Sequence[tuple[str, str]], moment: PointInTime) -> Shown:
    """Return the rows of a table that an address asks for: ten, or as many as it says up to 100.

    Args:
        kind: ``tabelle`` for an open table, ``datensatz`` for one of an office.
        name: of the table.
        arguments: of the address; a filter as downloads take it.
        moment: of which day an open table is.

    Raises:
        ObjectNotFound: there is no such table that is public.
        ValidationError: there is no such column, or a value that it cannot have.
    """
    release_id = Address(tuple(arguments)).first(RELEASE)
    table = _open(name, release_id) if kind == OPEN else _own(name, release_id)
    is_of_day = kind == OPEN and moment.is_past and not release_id
    columns = {field["name"] for field in table.spec.fields}
    days = frozenset() if kind == OWN and columns & set(IN_ACTIONS) else frozenset(IN_ACTIONS)
    asked = [(key, value) for key, value in arguments if key not in days and key != RELEASE]
    chosen = chosen_by(table.spec, asked)
    all_of_it = chosen_by(table.spec, [one for one in asked if one[0] not in {"limit", "offset"} - columns])
    spec = chosen.shown(table.spec)
    most = _MOST if "limit" in chosen.chosen and "limit" not in columns else _ROWS
    with _folder(table, moment if is_of_day else None) as folder, _engine(chosen) as database:
        source = writing.source_of(folder, table.spec)
        count = writing.counted(database, source, all_of_it)
        rows = list(islice(writing.cells(database, source, chosen), most))
    words = tk.ungettext("one row", "{n} rows", count)
    some = tk._("{shown} of {all}").format(shown=len(rows), all=words.format(n=tk.h.digitalms_number(count)))
    return Shown(
        title=table.title,
        page=table.page,
        stand=_stand(table, moment if is_of_day else None),
        origin=table.origin,
        line=some if len(rows) < count else words.format(n=tk.h.digitalms_number(count)),
        columns=[
            (str(field.get("title") or field["name"]), field["type"] in _NUMBERS) for field in spec.fields
        ],
        rows=[[_word(field, cell) for field, cell in zip(spec.fields, row, strict=True)] for row in rows],
        height=520,
    )


def plotted(kind: str, name: str, arguments: Sequence[tuple[str, str]], moment: PointInTime) -> Shown:
    """Return a plot of a table, by the address that the page of the table has for it.

    Args:
        kind: as for :func:`shown`.
        name: of the table.
        arguments: of the address.
        moment: of which day an open table is.

    Raises:
        ObjectNotFound: there is no such table that is public, or nothing to draw.
        ValidationError: by parameter: it cannot be drawn so.
    """
    is_open = kind == OPEN
    said = Address.of(arguments)
    release_id = said.first(RELEASE)
    asked = said.without(RELEASE, *(IN_ACTIONS if is_open else ()))
    endpoint = explorer.OPEN if is_open else explorer.OWN
    day = moment if is_open and not release_id else PointInTime()
    look = Look(endpoint, name, asked, day, release_id)
    if not asked.first(PLOT) or not asked.first(X):
        raise tk.ObjectNotFound(tk._("There is nothing to embed at this address."))
    told = explorer.asked_plot(look, asked)
    if (told["kind"] == "open") != is_open or not told["points"]:
        raise tk.ObjectNotFound(tk._("There is nothing to embed at this address."))
    stand = day.told.get("cut_off_date")
    return Shown(
        title=f"{told['table_title']}: {told['title']}",
        page=look.to(asked),
        stand=str(tk.h.digitalms_day(stand or str(told["published_at"])[:10])),
        origin=told["origin"],
        line=" ".join(map(str, told["left_out"])),
        plot=explorer.drawn(told),
        height=520,
    )


def _open(name: str, release_id: str) -> _Table:
    release = releases.of_group(group_of(name), release_id) if name in ALL_TABLES else None
    if release is None or not listing.has(release, name):
        raise tk.ObjectNotFound(tk._("There is no published table “{found}”.").format(found=name[:60]))
    told = listing.table(name, release)
    page = (
        address("dataset.read", id=told["dataset"])
        if told["dataset"]
        else address("digitalms_data.history", table=name)
    )
    return _Table(listing.spec_of(release, name), release, told["title"], page, told["origin"])


def _own(name: str, release_id: str) -> _Table:
    package = package_of(name)
    release = releases.of_group(custom_tables.group_of(package.id), release_id)
    if release is None:
        raise tk.ObjectNotFound(tk._("There is no published table “{found}”.").format(found=name[:60]))
    dataset = tk.get_action("package_show")(reader(), {"id": package.id})
    office = dataset["organization"]["title"] or dataset["organization"]["name"]
    origin = custom_tables.origin(office, dataset).to_json()
    page = address("dataset.read", id=dataset["name"])
    return _Table(custom_tables.spec_of(release.manifest), release, dataset["title"], page, origin)


@contextmanager
def _folder(table: _Table, moment: PointInTime | None) -> Iterator[Path]:
    """Give the folder of the table's CSV, for a day one that is made for it."""
    if moment is None:
        yield releases.all_folders().path(table.release.manifest)
        return
    with TemporaryDirectory(prefix="digitalms-day-") as name:
        group = group_of(table.spec.name)
        day_tables.write(Path(name), group, [table.spec.name], moment.told, moment.query())
        yield Path(name)


@contextmanager
def _engine(chosen: Filter) -> Iterator[duck.Connection]:
    with duck.opened() if "sort" in chosen.chosen else duck.reading() as database:
        yield database


def _stand(table: _Table, moment: PointInTime | None) -> str:
    if moment is not None:
        return str(tk.h.digitalms_day(moment.told.get("cut_off_date") or moment.told["known_at"]))
    return str(tk.h.digitalms_day(str(json_value(table.release.created_at))[:10]))


def _word(field: Mapping[str, Any], cell: str | None) -> str:
    """Write a cell as people read it; its digits stay."""
    if cell is None or cell == "":
        return "–"
    kind = field["type"]
    if kind == "number":
        return cell.replace(".", ",") if str(tk.h.lang()).startswith("de") else cell
    if kind == "boolean":
        return str(tk._("yes") if cell == "true" else tk._("no"))
    if kind == "date":
        return str(tk.h.digitalms_short_day(cell))
    return words_of(field).get(cell, cell)
