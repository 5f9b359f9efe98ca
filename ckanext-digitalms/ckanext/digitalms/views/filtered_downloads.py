"""A part of an open table: the rows that a filter chooses, in any format, and the package that says so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urlsplit

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import make_response, send_file

from ckanext.digitalms import duck, parameters
from ckanext.digitalms.measures import milestone_calendar
from ckanext.digitalms.messages import translate
from ckanext.digitalms.publishing import filters, releases, snapshot, workbook, writing
from ckanext.digitalms.publishing.filters import Filter
from ckanext.digitalms.publishing.formats import FORMATS, TEXT_FORMATS, TextFormat, excel_schema
from ckanext.digitalms.publishing.more_formats import (
    MORE,
    ICalendar,
    Parquet,
    geojson,
    milestones,
    offered,
    write_parquet,
)
from ckanext.digitalms.publishing.package import OF_ORIGIN, PACKAGE_FILE
from ckanext.digitalms.publishing.releases import Release
from ckanext.digitalms.tables.spec import TableSpec, file_name
from ckanext.digitalms.vocabularies import MEASURE_TYPE

_JSON = "application/json"


def filtered(release: Release, spec: TableSpec, name: str, caching: str) -> Response | None:
    """Answer with the part of a table that an address asks for; ``None`` where it asks for a file as it is.

    A release has one package of all its tables: that of one table is made of it, with or without a filter.

    Text is streamed, a workbook is written first.

    Args:
        release: that has the table.
        spec: of the table.
        name: of a file: of a format, or ``TABLE.datapackage.json`` for the package that describes the part.
        caching: who may keep the answer, and for how long.

    Raises:
        ValidationError: there is no such column, or a value that it cannot have.
        ObjectNotFound: the release has no such table.
    """
    ending = name.removeprefix(f"{spec.name}.")
    is_asked = bool(tk.request.args) or ending == PACKAGE_FILE or ending in MORE
    if not is_asked or not name.startswith(f"{spec.name}.") or ending not in {*FORMATS, *MORE, PACKAGE_FILE}:
        return None
    refuse_format(spec, ending)
    chosen = chosen_by(spec, tk.request.args.items(multi=True))
    folder = releases.all_folders().path(release.manifest)
    if not (folder / file_name(spec.name, "csv")).is_file():
        raise tk.ObjectNotFound(tk._("There is no such file."))
    return answer(folder, spec, ending, chosen, release.content_hash, caching)


def refuse_format(spec: TableSpec, ending: str) -> None:
    """Raise ``ObjectNotFound`` where a table has no such format."""
    if ending in MORE and ending not in offered(spec):
        sentence = tk._("This table is not there as {format}; it is there as {known}.")
        known = ", ".join((*FORMATS, *offered(spec)))
        raise tk.ObjectNotFound(sentence.format(format=ending, known=known))


def chosen_by(spec: TableSpec, arguments: Iterable[tuple[str, str]]) -> Filter:
    """Return the part of a table that parameters ask for; raises ``ValidationError`` by parameter."""
    try:
        return filters.asked(spec, arguments)
    except filters.FilterError as refused:
        raise parameters.refused({refused.parameter: [translate(refused.message, tk._)]}) from refused


def answer(
    folder: Path, spec: TableSpec, ending: str, chosen: Filter, content: str, caching: str
) -> Response:
    """Answer with a part of a table.

    Args:
        folder: that has the table's CSV file, and the package that describes it.
        spec: of the table.
        ending: of the format, or of the package that describes the part.
        chosen: which part.
        content: stands for what is in the folder.
        caching: who may keep the answer, and for how long.
    """
    mark = hashlib.sha256(f"{content} {ending} {chosen.told}".encode()).hexdigest()
    # not make_conditional, which would first read the whole stream to tell its length
    is_known = tk.request.if_none_match.contains_weak(mark)
    response: Response = make_response("", 304) if is_known else _made(folder, spec, ending, chosen)
    # weak, since it stands for the packed stream as well
    response.set_etag(mark, weak=True)
    response.headers["Cache-Control"] = caching
    response.headers["Link"] = (
        f'<{address(file_name(spec.name, PACKAGE_FILE))}>; rel="describedby"; type="{_JSON}"'
    )
    return response


def _made(folder: Path, spec: TableSpec, ending: str, chosen: Filter) -> Response:
    if ending == PACKAGE_FILE:
        made: Response = make_response(_package(folder, spec, chosen))
        made.mimetype = _JSON
        return made
    name = file_name(f"{spec.name}-{chosen.name}" if chosen.chosen else spec.name, ending)
    shown = chosen.shown(spec)
    if ending == Parquet.ending:
        return _parquet(folder, spec, shown, chosen, name)
    if ending == ICalendar.ending:
        return _calendar(folder, spec, chosen, name)
    if ending not in TEXT_FORMATS and ending not in MORE:
        return _workbook(folder, spec, shown, chosen, name)
    form = geojson(spec) if ending in MORE else TEXT_FORMATS[ending]
    streamed: Response = make_response(_stream(folder, spec, shown, form, chosen))
    streamed.mimetype = form.media_type
    kind = "inline" if form.media_type == _JSON else "attachment"
    streamed.headers.set("Content-Disposition", kind, filename=name)
    return streamed


def _stream(
    release: Path, spec: TableSpec, shown: TableSpec, form: TextFormat, chosen: Filter
) -> Iterator[bytes]:
    with _engine(chosen) as database:
        rows = writing.source_of(release, spec)
        for block in writing.blocks(database, rows, shown, form, chosen):
            yield block.encode()


def _engine(chosen: Filter) -> AbstractContextManager[duck.Connection]:
    """Open the engine; to sort a large table it needs a place on the disk."""
    return duck.opened() if "sort" in chosen.chosen else duck.reading()


def _workbook(release: Path, spec: TableSpec, shown: TableSpec, chosen: Filter, name: str) -> Response:
    with TemporaryDirectory() as folder, _engine(chosen) as database:
        path = Path(folder) / name
        rows = writing.source_of(release, spec)
        count = writing.counted(database, rows, chosen)
        workbook.write(path, shown, writing.cells(database, rows, chosen), count)
        # the open file outlives its folder
        sent: Response = send_file(
            path.open("rb"), mimetype=FORMATS["xlsx"].media_type, as_attachment=True, download_name=name
        )
    return sent


def _parquet(release: Path, spec: TableSpec, shown: TableSpec, chosen: Filter, name: str) -> Response:
    with TemporaryDirectory() as folder, _engine(chosen) as database:
        path = Path(folder) / name
        write_parquet(database, writing.source_of(release, spec), shown, chosen, path)
        # the open file outlives its folder
        sent: Response = send_file(
            path.open("rb"), mimetype=Parquet.media_type, as_attachment=True, download_name=name
        )
    return sent


def _calendar(release: Path, spec: TableSpec, chosen: Filter, name: str) -> Response:
    def address(key: str) -> str:
        return f"{snapshot.site_url()}/{MEASURE_TYPE}/{key}"

    with _engine(chosen) as database:
        rows = milestones(database, release, spec, chosen, address)
    host = urlsplit(snapshot.site_url()).hostname or "localhost"
    written: Response = make_response(milestone_calendar.calendar(rows, host, spec.title, _says))
    written.headers["Content-Type"] = f"{ICalendar.media_type}; charset=utf-8"
    written.headers.set("Content-Disposition", "attachment", filename=name)
    return written


def _says(row: Mapping[str, Any]) -> str:
    """Say in German, as the data are, what the table says of a milestone."""
    lines = [f"Termin im Wortlaut: {row['date_text']}"] if row["date_text"] else []
    return "\n".join([*lines, f"Erreicht am: {row['met_on']}"] if row.get("met_on") else lines)


def _package(folder: Path, spec: TableSpec, chosen: Filter) -> str:
    """Return the release's package with this table alone, and a comment that names the filter."""
    told: dict[str, Any] = json.loads((folder / PACKAGE_FILE).read_bytes())
    endings = {spec.name: "csv", f"{spec.name}-excel": "excel.csv"}
    shown = chosen.shown(spec)
    parts = []
    for resource in told["resources"]:
        if resource["name"] in endings:
            unsaid = {"bytes", "hash", "scheme"} if chosen.chosen else {"scheme"}
            kept = {key: value for key, value in resource.items() if key not in unsaid}
            # what another table says of it is not part of this package
            schema = {key: value for key, value in kept["schema"].items() if key != "foreignKeys"}
            if chosen.columns:
                is_excel = resource["name"] != spec.name
                schema = excel_schema(shown) if is_excel else _narrowed(schema, chosen.columns)
            path = address(file_name(spec.name, endings[resource["name"]]))
            parts.append({**kept, "schema": schema, "path": path})
    comment = {"comment": f"Auswahl: {chosen.told}"} if chosen.chosen else {}
    told |= {"name": spec.name, "title": spec.title, "description": spec.description}
    # of its own sources and terms, where the release says them of each table
    told |= {name: parts[0][name] for name in OF_ORIGIN if parts and name in parts[0]}
    return json.dumps({**told, **comment, "resources": parts}, ensure_ascii=False, indent=2) + "\n"


def _narrowed(schema: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    """Return a schema with some columns."""
    fields = {field["name"]: field for field in schema["fields"]}
    told = {**schema, "fields": [fields[name] for name in columns]}
    if not set(schema.get("primaryKey", ())) <= set(columns):
        told.pop("primaryKey", None)
    return told


def address(name: str) -> str:
    """Return the address of a file beside the one that is asked for, with the same parameters."""
    asked = urlencode(list(tk.request.args.items(multi=True)))
    query = f"?{asked}" if asked else ""
    folder = tk.request.path.rpartition("/")[0]
    root = snapshot.site_url()
    place = f"{root}/digitalisierung/daten{folder.partition('/digitalisierung/daten')[2]}"
    return f"{place}/{name}{query}"
