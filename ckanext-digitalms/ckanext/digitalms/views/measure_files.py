"""A measure's record and history as files: what other portals name as its distributions."""

from __future__ import annotations

import json

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response

from ckanext.digitalms.measures import history_file
from ckanext.digitalms.publishing.snapshot import addressed
from ckanext.digitalms.tables.open_tables import TABLES, Source, json_value
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .comparison import csv_answer, table
from .errors import handle_errors
from .pages import Page, conditional, every, reader

digitalms_measure_files = Blueprint("digitalms_measure_files", __name__, url_prefix=f"/{MEASURE_TYPE}")
handle_errors(digitalms_measure_files)


@digitalms_measure_files.get("/<id>.json")
def record(id: str) -> Page:  # noqa: A002 - as CKAN names it
    """Give the record of today."""
    found = tk.get_action("digitalms_measure_show")(reader(), {"id": id})
    text = json.dumps(addressed(found), ensure_ascii=False, indent=1) + "\n"
    answer: Response = make_response(text)
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    return conditional(answer)


@digitalms_measure_files.get("/<id>.csv")
def row(id: str) -> Page:  # noqa: A002 - as above
    """Give the row of the table of measures, in its columns."""
    found = tk.get_action("digitalms_measure_show")(reader(), {"id": id})
    measures = TABLES["measures"]
    (told,) = measures.rows(Source([addressed(found)], ()))
    columns = [one["name"] for one in measures.fields]
    written = {name: json_value(value) for name, value in told.items()}
    return conditional(table(columns, [written], f"{found['measure_id']}.csv"))


@digitalms_measure_files.get("/<id>/verlauf.csv")
def history(id: str) -> Page:  # noqa: A002 - as above
    """Give all Stands, the oldest first."""
    text = history_file.text(id, every("digitalms_measure_history", {"id": id}))
    return conditional(csv_answer(text, f"{id}-verlauf.csv"))
