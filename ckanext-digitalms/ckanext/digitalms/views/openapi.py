"""The description of the API for machines: OpenAPI 3.1, made from the schemas that validate."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import ckan.plugins.toolkit as tk

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic.schema import SCHEMAS
from ckanext.digitalms.logic.schema.json_schema import parameters
from ckanext.digitalms.moments import IN_ACTIONS
from ckanext.digitalms.publishing import licenses, snapshot
from ckanext.digitalms.publishing.filters import ENDS, RANGED, SHOWING
from ckanext.digitalms.publishing.formats import FORMATS
from ckanext.digitalms.tables.open_tables import ALL_TABLES, OpenTable

from .api_words import ANSWERS, PARAMETERS, SUMMARIES, WAYS

__all__ = ["Read", "document", "reads"]

_NUMBERS = {"integer": {"type": "integer"}, "number": {"type": "number"}, "boolean": {"type": "boolean"}}
_TIMES = {"date": {"type": "string", "format": "date"}, "datetime": {"type": "string", "format": "date-time"}}
_ERROR = {"$ref": "#/components/schemas/Error"}


@dataclass(frozen=True)
class Read:
    """An action that everybody may ask."""

    name: str

    @property
    def words(self) -> str:
        """Return what it gives, in English."""
        return SUMMARIES[self.name]

    @property
    def summary(self) -> str:
        """Return what it gives, in the reader's language."""
        return str(tk._(self.words))

    @cached_property
    def parameters(self) -> list[Json]:
        """Return what it takes: name, words, schema, and whether it is needed."""
        told, needed = parameters(SCHEMAS[self.name]())
        return [
            {"name": name, "description": self._words(name), "schema": schema, "required": name in needed}
            for name, schema in sorted(told.items(), key=lambda one: (one[0] not in needed, one[0]))
        ]

    def _words(self, name: str) -> str:
        return str(tk._(PARAMETERS.get(f"{self.name}.{name}") or PARAMETERS[name]))


def reads() -> list[Read]:
    """Return the actions that a stranger may ask."""
    return [Read(name) for name in SCHEMAS if name in SUMMARIES]


def document() -> Json:
    """Return the whole document."""
    name = licenses.known().get(config.license_id(), {})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": tk._("Digitalisation measures: interface (API)"),
            "description": tk._(
                "Everything public can be read without an account, from any origin. The licence is that of "
                "the city's own tables; each table names its source and terms in its package."
            ),
            "version": "1",
            "license": {"name": str(name.get("title") or config.license_id())},
        },
        "servers": [{"url": snapshot.site_url()}],
        "paths": {
            **dict(_actions()),
            **{path: told for table in ALL_TABLES.values() for path, told in _files(table)},
        },
        "components": {
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": str(tk.config["apitoken_header_name"])}
            },
            "schemas": {"Answer": _answer(), "Error": _error()},
        },
    }


def _actions() -> Iterator[tuple[str, Json]]:
    public = {read.name: read for read in reads()}
    for name in SCHEMAS:
        path = f"/api/action/{name}"
        yield path, {"get": _read(public[name])} if name in public else _for_accounts(name)


def _read(read: Read) -> Json:
    return {
        "operationId": read.name,
        "tags": ["read"],
        "summary": read.summary,
        "parameters": [{**one, "in": "query"} for one in read.parameters],
        "responses": _responses({"$ref": "#/components/schemas/Answer"}, 400, 404, 409, 429),
        "security": [{}, {"token": []}],
    }


def _for_accounts(name: str) -> Json:
    action = tk.get_action(name)
    summary, _, description = inspect.cleandoc(action.__doc__ or name).partition("\n")
    told, needed = parameters(SCHEMAS[name]())
    operation = {
        "operationId": name,
        "tags": ["account"],
        "summary": summary,
        "description": description.strip(),
        "responses": _responses({"$ref": "#/components/schemas/Answer"}, 400, 403, 404, 409, 413),
        "security": [{"token": []}],
    }
    body = {"type": "object", "properties": told, "required": sorted(needed), "additionalProperties": False}
    kinds = ["application/json", *(["multipart/form-data"] if "upload" in told else [])]
    return {"post": {**operation, "requestBody": {"content": {kind: {"schema": body} for kind in kinds}}}}


def _files(table: OpenTable) -> Iterator[tuple[str, Json]]:
    asked = [*_columns(table), *_ways()]
    for ending, form in FORMATS.items():
        yield (
            f"/digitalisierung/daten/{table.name}.{ending}",
            {
                "get": {
                    "operationId": f"{table.name}_{ending.replace('.', '_')}",
                    "tags": ["table"],
                    "summary": f"{table.title}: {tk._(form.label)}",
                    "description": table.description,
                    "parameters": asked,
                    "responses": _responses(
                        _content(table, ending), 304, 400, 404, 429, kind=form.media_type
                    ),
                }
            },
        )


def _content(table: OpenTable, ending: str) -> Json:
    if ending != "json":
        return {"type": "string"}
    row = {field["name"]: _nullable(_kind(field)) for field in table.fields}
    return {"type": "array", "items": {"type": "object", "properties": row}}


def _nullable(kind: Json) -> Json:
    return {**{key: value for key, value in kind.items() if key != "enum"}, "type": [kind["type"], "null"]}


def _kind(field: Mapping[str, Json]) -> Json:
    kind = str(field["type"])
    told: Json = {"type": "string", **_NUMBERS.get(kind, {}), **_TIMES.get(kind, {})}
    allowed = field.get("constraints", {}).get("enum")
    return {**told, "enum": allowed} if allowed else told


def _columns(table: OpenTable) -> Iterator[Json]:
    for field in table.fields:
        kind = _kind(field)
        yield {
            "name": field["name"],
            "in": "query",
            "description": f"{field['title']}. {field['description']}",
            "schema": {"type": "array", "items": kind},
        }
        for end in ENDS if field["type"] in RANGED else ENDS[2:]:
            name, of_end = f"{field['name']}.{end}", {"type": "string"} if end == "contains" else kind
            yield {"name": name, "in": "query", "description": tk._(WAYS[end]), "schema": of_end}


def _ways() -> Iterator[Json]:
    text, number = {"type": "string"}, {"type": "integer", "minimum": 0}
    kinds = {"stichtag": _TIMES["date"], "limit": number, "offset": number}
    for name in (*IN_ACTIONS, *SHOWING):
        yield {"name": name, "in": "query", "description": tk._(WAYS[name]), "schema": kinds.get(name, text)}


def _responses(content: Json, *codes: int, kind: str = "application/json") -> Json:
    told: Json = {"200": {"description": tk._(ANSWERS[200]), "content": {kind: {"schema": content}}}}
    for code in codes:
        told[str(code)] = {"description": tk._(ANSWERS[code])}
        if code >= 400:
            told[str(code)]["content"] = {"application/json": {"schema": _ERROR}}
    return told


def _answer() -> Json:
    told = {"help": {"type": "string", "format": "uri"}, "success": {"const": True}, "result": {}}
    return {"type": "object", "properties": told, "required": ["success", "result"]}


def _error() -> Json:
    sentences = {"type": "array", "items": {"type": ["string", "object"]}}
    error = {
        "type": "object",
        "properties": {"__type": {"type": "string"}, "message": {"type": ["string", "array"]}},
        "additionalProperties": sentences,
    }
    told = {"success": {"const": False}, "error": error}
    return {"type": "object", "properties": told, "required": ["success", "error"]}
