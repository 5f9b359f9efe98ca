"""A look into a file that CKAN's DataStore keeps and that is no table of ours, by CKAN's action and rights.

The DataStore finds values, ranges and whole words; what else an address asks for is told and left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk

from ckanext.digitalms.explorer import address as names
from ckanext.digitalms.explorer import stored
from ckanext.digitalms.explorer.address import Address
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.moments import iso_day
from ckanext.digitalms.publishing import custom_tables, datasets
from ckanext.digitalms.publishing.snapshot import site_url
from ckanext.digitalms.reuse import code
from ckanext.digitalms.storable import is_storable
from ckanext.digitalms.tables.open_tables import ALL_TABLES

from . import table_words
from .pages import Page, moved, reader, rendered
from .point_in_time import PointInTime
from .table_looks import SIZES, Look, as_address, page_of, part_of, size_of

__all__ = ["STORED", "page"]

STORED = "digitalms_explorer.stored_table"
_KIND = "stored"
_DIGITS = 300  # as far as double precision goes
_LONGEST = 1000  # letters that are looked for
_MOST_PAIRS = 50  # CKAN takes at most a hundred conditions
_ENDS = {"from": "gte", "to": "lte"}
_RANGED = frozenset({"integer", "number", "date", "datetime"})
_FORMATS = (("csv", "CSV"), ("tsv", "TSV"), ("json", "JSON"), ("xml", "XML"))


def page(resource_id: str) -> Page:
    """Return the page of a file.

    Raises:
        ObjectNotFound: there is none, or it is not in the DataStore.
        NotAuthorized: who asks may not see it.
    """
    resource = tk.get_action("resource_show")(reader(), {"id": resource_id})
    dataset = tk.get_action("package_show")(reader(), {"id": resource["package_id"]})
    if ours := _ours(dataset, resource["id"]):
        return ours
    if not resource.get("datastore_active"):
        raise tk.ObjectNotFound(
            tk._("This file is not in the DataStore: take it from the page of its dataset.")
        )
    said = Address.of(tk.request.args.items(multi=True)).without(names.RELEASE)
    look = Look(STORED, resource["id"], said, PointInTime())
    whole = tk.get_action("datastore_search")(reader(), {"resource_id": resource["id"], "limit": 0})
    fields = [stored.field_of(one) for one in whole["fields"] if one["id"] != "_id"]
    if names.CONDITION in said.names or names.SHOWN in said.names:
        return as_address(look, fields)
    told = {
        "name": resource["id"],
        "kind": _KIND,
        "title": resource.get("name") or dataset["title"] or dataset["name"],
        "description": resource.get("description") or "",
        "dataset": dataset["name"],
        "dataset_title": dataset["title"] or dataset["name"],
        "is_private": not _is_seen_by_all(dataset["id"]),
        "published_at": None,
        "rows": whole.get("total"),
        "origin": _origin(dataset),
    }
    return _rendered(look, told, fields)


def _is_seen_by_all(dataset_id: str) -> bool:
    try:
        return bool(tk.check_access("package_show", {"user": ""}, {"id": dataset_id}))
    except tk.NotAuthorized:
        return False


def _origin(dataset: Json) -> Json:
    """Return whose the rows are and under which terms, as the dataset says it."""
    office = dataset.get("organization") or {}
    said = {**dataset, "license_id": dataset.get("license_id") or ""}
    return custom_tables.origin(str(office.get("title") or office.get("name") or ""), said).to_json()


def _ours(dataset: Json, resource_id: str) -> Page | None:
    """Lead to the page of a table of ours, or of an office, whose file this is."""
    table = dataset.get(datasets.MARKER)
    if table in ALL_TABLES and resource_id == datasets.resource_id(table, "csv"):
        return moved("digitalms_explorer.open_table", table=table)
    own = dataset.get(custom_tables.MARKER)
    if own and resource_id == custom_tables.resource_id(dataset["id"], "csv"):
        return moved("digitalms_explorer.own_table", table=own)
    return None


def _rendered(look: Look, told: Json, fields: list[Json]) -> Page:
    used, asked, errors = _read(look.address, fields)
    found, refused = _found(look.table, used, asked)
    errors |= refused
    shown = [one for one in fields if not asked.get("fields") or one["name"] in asked["fields"]]
    column = next((one for one in fields if one["name"] == used.first(names.COLUMN)), None)
    rest = used.without(names.COLUMN)
    values = {
        "look": look,
        "told": {**told, "fields": shown, "results": found["records"]},
        "used": used,
        "errors": errors,
        "moment": look.moment,
        "fields": fields,
        "count": found["total"],
        "part": part_of(used, found["total"]),
        "sizes": SIZES,
        "filters": table_words.filters(fields, rest, look.to),
        "conditions": [one for one in table_words.conditions() if one[0] in {names.IS, names.RANGE}],
        "preset": {"field": column, "values": []},
        "sort": used.first("sort").split(",")[0],
        "downloads": [
            {"label": label, "format": form, "url": _dump(look, asked, form)} for form, label in _FORMATS
        ],
        "codes": _codes(look, asked, shown),
        "kind": _KIND,
        "names": names,
    }
    return rendered("digitalms/explorer/index.html", values)


def _found(resource_id: str, used: Address, asked: Json) -> tuple[Json, dict[str, str]]:
    """Return the rows of a page, the last one where there are not so many, or why there are none."""
    size, number = size_of(used), page_of(used)
    wanted = {**asked, "resource_id": resource_id, "limit": size, "offset": (number - 1) * size}
    try:
        found: Json = tk.get_action("datastore_search")(reader(), wanted)
        if not found["records"] and found["total"]:
            wanted["offset"] = (found["total"] - 1) // size * size
            found = tk.get_action("datastore_search")(reader(), wanted)
    except tk.ValidationError as refused:
        sentences = (str(text) for texts in refused.error_dict.values() for text in texts)
        return {"records": [], "total": 0}, {"query": " ".join(sentences)}
    return {"records": [stored.row_of(row) for row in found["records"]], "total": found["total"]}, {}


def _read(said: Address, fields: Sequence[Json]) -> tuple[Address, Json, dict[str, str]]:
    """Return what was understood of an address, how CKAN is asked for it, and what was not, in words."""
    by_name = {one["name"]: one for one in fields}
    errors: dict[str, str] = {}
    values: dict[str, list[str]] = {}
    conditions: list[Json] = []
    asked: Json = {}
    if len(said.pairs) > _MOST_PAIRS:
        sentence = tk._("The address has more than {most} parameters.").format(most=_MOST_PAIRS)
        return Address(), {}, {"query": sentence}
    for name, text in said.filter.pairs:
        column, _, end = name.rpartition(".")
        try:
            if name in by_name:
                value = _value(by_name[name], text)
                values.setdefault(name, []).append(value)
            elif end in _ENDS and column in by_name:
                conditions.append({_key(column): {_ENDS[end]: _bound(by_name[column], text)}})
            else:
                asked |= _SHOWING.get(name, _unknown)(text, by_name)
        except _RefusedError as refused:
            errors[name[:60]] = str(refused)
    conditions += [{_key(name): told} for name, told in values.items()]
    if conditions:
        asked["filters"] = {"$and": conditions}
    return said.without(*errors), asked, errors


class _RefusedError(ValueError):
    """What an address asks for cannot be; its text is a sentence for people."""


def _key(column: str) -> str:
    # CKAN reads a sign of dollar as an operation
    return f"${column}" if column.startswith("$") else column


def _value(field: Json, text: str) -> str:
    """Return a value as the DataStore's column takes it."""
    if not text.strip() or not is_storable(text):
        raise _RefusedError(tk._("The DataStore finds values; it cannot be asked for empty cells."))
    if field["stored"] not in _READERS:
        sentence = tk._("The column “{column}” cannot be filtered by.")
        raise _RefusedError(sentence.format(column=field["title"]))
    try:
        return _READERS[field["stored"]](text)
    except (ValueError, InvalidOperation) as error:
        sentence = tk._("“{found}” is no value of the column “{column}”.")
        raise _RefusedError(sentence.format(found=text[:60], column=field["title"])) from error


def _bound(field: Json, text: str) -> str:
    if field["stored"] not in _RANGED:
        sentence = tk._("The column “{column}” has no ranges, only values.")
        raise _RefusedError(sentence.format(column=field["title"]))
    return _value(field, text)


def _number(text: str) -> str:
    found = Decimal(text.strip().replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    if not found.is_finite() or abs(found.adjusted()) > _DIGITS:
        raise ValueError(text)
    return f"{found:f}"


def _truth(text: str) -> str:
    words = {"true": "true", "false": "false", "ja": "true", "nein": "false", "yes": "true", "no": "false"}
    if text.strip().casefold() not in words:
        raise ValueError(text)
    return words[text.strip().casefold()]


_READERS: Mapping[str, Callable[[str], str]] = {
    "string": str,
    "integer": _number,
    "number": _number,
    "boolean": _truth,
    "date": lambda text: date.fromisoformat(iso_day(text.strip())).isoformat(),
    "datetime": lambda text: datetime.fromisoformat(iso_day(text.strip())).isoformat(),
}


def _words(text: str, by_name: Mapping[str, Json]) -> Json:
    del by_name
    if not text.strip() or not is_storable(text) or len(text) > _LONGEST:
        raise _RefusedError(tk._("Write one to a thousand letters to look for."))
    return {"q": text}


def _columns(text: str, by_name: Mapping[str, Json]) -> Json:
    # one that stands by itself may have a comma in its name
    told = [text] if text in by_name else [one.strip() for one in text.split(",")]
    if unknown := [one for one in told if one not in by_name]:
        raise _RefusedError(_no_column(unknown[0], by_name))
    return {"fields": list(dict.fromkeys(told))}


def _order(text: str, by_name: Mapping[str, Json]) -> Json:
    column = text if text in by_name else text.removeprefix("-")
    if column not in by_name:
        raise _RefusedError(_no_column(column, by_name))
    way = "desc" if text != column else "asc"
    # as CKAN reads an order: a name in quotes, which none of its columns has
    return {"sort": [f'"{column}" {way} nulls last']}


def _unknown(text: str, by_name: Mapping[str, Json]) -> Json:
    del text, by_name
    raise _RefusedError(
        tk._(
            "The DataStore cannot be asked for this. It finds values (COLUMN), ranges (COLUMN.from, "
            "COLUMN.to) and words (q)."
        )
    )


_SHOWING: Mapping[str, Callable[[str, Mapping[str, Json]], Json]] = {
    "q": _words,
    "columns": _columns,
    "sort": _order,
}


def _no_column(found: str, by_name: Mapping[str, Json]) -> str:
    sentence = tk._("There is no column “{found}”. There are: {known}.")
    return str(sentence.format(found=found[:60], known=", ".join(by_name)))


def _dump(look: Look, asked: Json, form: str) -> str:
    """Return the address at which CKAN gives these rows as a file."""
    return f"{tk.url_for('datastore.dump', resource_id=look.table)}?{_query(asked, format=form)}"


def _query(asked: Json, **more: str) -> str:
    told: dict[str, Any] = {name: asked[name] for name in ("q",) if name in asked}
    if "filters" in asked:
        told["filters"] = json.dumps(asked["filters"], ensure_ascii=False)
    for name in ("fields", "sort"):
        # CKAN takes these apart at commas
        if name in asked and not any("," in one for one in asked[name]):
            told[name] = ",".join(asked[name])
    return urlencode({**told, **more})


def _codes(look: Look, asked: Json, fields: Sequence[Json]) -> list[code.Code]:
    root = f"{site_url()}/datastore/dump/{look.table}"
    api = f"{site_url()}/api/3/action/datastore_search?{_query(asked, resource_id=look.table)}"
    return code.written(f"{root}?{_query(asked, format='csv')}", f"{look.table}.csv", fields, api)
