"""An open table, or all of measures, as they were on a day: ``measures.csv?stichtag=2019-03-14``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import make_response

from ckanext.digitalms import parameters
from ckanext.digitalms.moments import IN_ACTIONS
from ckanext.digitalms.publishing import day_tables
from ckanext.digitalms.publishing.package import PACKAGE_FILE
from ckanext.digitalms.tables.open_tables import MEASURE_TABLES, TABLES, OpenTable, group_of

from .filtered_downloads import address, answer, chosen_by, refuse_format
from .pages import Page
from .point_in_time import requested_point_in_time

# a calendar says of which measure a milestone is
_BESIDE = {"ics": ("measures",)}


def is_asked() -> bool:
    """Return whether the address names a day, whatever it is.

    Raises:
        ValidationError: it names it as the actions of the API do.
    """
    sentence = tk._("In the address of a table this is called “{name}”.")
    meant = {key: name for name, key in IN_ACTIONS.items() if key in tk.request.args}
    if meant:
        raise parameters.refused({key: [sentence.format(name=name)] for key, name in meant.items()})
    return any(name in tk.request.args for name in IN_ACTIONS)


def refuse(sentence: str) -> None:
    """Say why there is no such table of a day, if one is asked for; raises ``ValidationError``."""
    told = {name: [sentence] for name in IN_ACTIONS if name in tk.request.args}
    if told:
        raise tk.ValidationError(told)


def of_day(table: OpenTable | None, name: str, caching: str) -> Page:
    """Answer with a file of the open tables as they were on the day that the address names.

    It is made for each answer, and goes when that is sent.

    Args:
        table: the table, or ``None`` for the package of all tables of measures.
        name: of the file.
        caching: who may keep the answer, and for how long.

    Raises:
        ValidationError: what is asked for is no day, or one to come, or is no part of the table.
    """
    told, said = _moment()
    rest = [one for one in tk.request.args.items(multi=True) if one[0] not in IN_ACTIONS]
    if table is None and rest:
        sentence = tk._("The package of all tables takes a day only: {known}.")
        raise parameters.refused({rest[0][0]: [sentence.format(known=", ".join(IN_ACTIONS))]})
    chosen = chosen_by(table, rest) if table else None
    folder = TemporaryDirectory(prefix="digitalms-day-")
    place = Path(folder.name)
    group = group_of(table.name) if table else MEASURE_TABLES
    ending = name.removeprefix(f"{table.name}.") if table else ""
    if table:
        refuse_format(table, ending)
    wanted = [table.name, *_BESIDE.get(ending, ())] if table else TABLES
    content = day_tables.write(place, group, wanted, told, said)
    if table and chosen:
        day = {parameter: (value,) for parameter, value in said.items()}
        part = replace(chosen, chosen={**day, **chosen.chosen})
        response = answer(place, table, ending, part, content, caching)
    else:
        response = _package(place, content, caching)
    response.call_on_close(folder.cleanup)
    return response


def _moment() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the point in time as actions and as addresses name it."""
    moment = requested_point_in_time()
    empty = tk._("“{name}” is empty: name a day such as 2019-03-14, or leave it out.")
    wrong = {name: [text] for name, text in moment.errors.items()}
    for name in IN_ACTIONS:
        if name in tk.request.args and name not in moment.asked:
            wrong[name] = [empty.format(name=name)]
    if wrong:
        raise tk.ValidationError(wrong)
    return moment.told, moment.query()


def _package(folder: Path, content: str, caching: str) -> Response:
    """Answer with the package of all tables, each at the address that gives it on the same day."""
    told = json.loads((folder / PACKAGE_FILE).read_bytes())
    parts = [{**one, "path": address(one["path"])} for one in told["resources"]]
    kept = [{name: value for name, value in one.items() if name != "scheme"} for one in parts]
    text = json.dumps({**told, "resources": kept}, ensure_ascii=False, indent=2) + "\n"
    response: Response = make_response(text)
    response.mimetype = "application/json"
    response.set_etag(content, weak=True)
    response.headers["Cache-Control"] = caching
    response.make_conditional(tk.request)
    return response
