"""The tools of ``/mcp``: questions to what everybody may see, each answered with source, day and licence.

Nearly all are actions of the API, with its parameters and words; the others look into tables. Each asks as a
stranger, whoever sends the request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import ckan.plugins.toolkit as tk

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_
from ckanext.digitalms.publishing import snapshot

from .openapi import Read

__all__ = ["TOOLS", "Tool"]

_MEASURES, _COVERAGE = "measures", "coverage"
_MOST_ROWS, _MOST_TABLES = 100, 1000
_TABLE = {"type": "string", "description": N_("The table's name, as list_tables tells it.")}


@dataclass(frozen=True)
class Tool:
    """A question that a program may ask.

    Args:
        name: what it is called.
        words: what it answers, in English; shown translated.
        takes: its parameters as JSON Schema, each with a description, and those that are needed.
        answer: gives the answer to arguments.
        of: the open table whose source and licence the answer has; empty where the answer tells its own.
    """

    name: str
    words: str
    takes: Callable[[], tuple[dict[str, Json], list[str]]]
    answer: Callable[[Json], Json]
    of: str = _MEASURES

    def described(self) -> Json:
        """Return it as the protocol lists tools."""
        told, needed = self.takes()
        schema = {"type": "object", "properties": told, "required": needed, "additionalProperties": False}
        return {
            "name": self.name,
            "description": str(tk._(self.words)),
            "inputSchema": schema,
            "annotations": {"readOnlyHint": True, "openWorldHint": False},
        }

    def ask(self, arguments: Json) -> Json:
        """Return the answer with its source, day and licence.

        Raises:
            ValidationError, ObjectNotFound: as the action says it.
        """
        known, needed = self.takes()
        wrong = {name: [str(tk._("There is no such parameter."))] for name in arguments if name not in known}
        wrong |= {
            name: [str(tk._("This parameter is needed."))]
            for name in needed
            if arguments.get(name) in (None, "")
        }
        if wrong:
            raise tk.ValidationError(wrong)
        result = self.answer(arguments)
        day = arguments.get("to") or arguments.get("cut_off_date") or config.today().isoformat()
        return {**_origin(_table(self.of) if self.of else result), "day": day, "result": result}


def _ask(action: str, asked: Json) -> Json:
    answer: Json = tk.get_action(action)({"user": ""}, asked)
    return answer


def _of_action(name: str, action: str, *takes: str, of: str = _MEASURES) -> Tool:
    def parameters() -> tuple[dict[str, Json], list[str]]:
        told = [one for one in Read(action).parameters if one["name"] in takes]
        schemas = {one["name"]: {**one["schema"], "description": one["description"]} for one in told}
        return schemas, [one["name"] for one in told if one["required"]]

    return Tool(name, Read(action).words, parameters, lambda asked: _ask(action, asked), of)


def _own(
    name: str,
    words: str,
    answer: Callable[[Json], Json],
    takes: Mapping[str, Json],
    *needed: str,
    of: str = "",
) -> Tool:
    def parameters() -> tuple[dict[str, Json], list[str]]:
        words = {key: one["description"] for key, one in takes.items()}
        told = {key: {**takes[key], "description": str(tk._(text))} for key, text in words.items()}
        return told, list(needed)

    return Tool(name, words, parameters, answer, of)


def _origin(told: Json) -> Json:
    """Return source and licence of a table, and where it stands."""
    origin = told.get("origin") or {}
    return {
        "source": origin.get("sources") or [{"title": str(tk.config["ckan.site_title"])}],
        "licence": origin.get("license") or {},
        "address": told.get("url") or snapshot.site_url(),
    }


def _tables() -> dict[str, Json]:
    """Return the tables that can be looked into by name: the open ones, and those that offices published."""
    found: dict[str, Json] = {}
    for one in _ask("digitalms_table_list", {"limit": _MOST_TABLES})["results"]:
        found[one["name"]] = {**one, "url": f"{snapshot.site_url()}/digitalisierung/daten/{one['name']}/"}
    for one in _ask("digitalms_dataset_list", {"limit": _MOST_TABLES})["results"]:
        found.setdefault(one["table"], one)
    return found


def _table(name: object) -> Json:
    told = _tables().get(name) if isinstance(name, str) else None
    if told is None:
        sentence = tk._("There is no table of this name; list_tables tells those that there are.")
        raise tk.ValidationError({"table": [str(sentence)]})
    return _whole(told)


def _whole(told: Json) -> Json:
    return told if "origin" in told else _office_table(told)


def _office_table(told: Json) -> Json:
    """Return a table that an office published, as open tables are told."""
    dataset = _ask("package_show", {"id": told["name"]})
    kept: Json = next((one for one in dataset["resources"] if one.get("datastore_active")), {})
    license_ = {"name": dataset.get("license_id"), "title": dataset.get("license_title")}
    owner = (dataset.get("organization") or {}).get("title")
    return {
        "name": told["table"],
        "title": dataset["title"],
        "description": dataset.get("notes") or "",
        "resource_id": kept.get("id"),
        "published_at": dataset["metadata_modified"],
        "url": f"{snapshot.site_url()}/dataset/{dataset['name']}",
        "origin": {"sources": [{"title": owner}] if owner else [], "license": license_},
    }


def _described(_asked: Json) -> Json:
    measures = _ask("digitalms_measure_list", {"limit": 1})["count"]
    tables = [{name: one.get(name) for name in ("name", "title", "rows")} for one in _tables().values()]
    site = snapshot.site_url()
    return {
        "title": str(tk.config["ckan.site_title"]),
        "city": config.city(),
        "measures": measures,
        "council_papers": _ask("digitalms_council_reference_list", {"limit": 1})["count"],
        "reports": _ask("digitalms_report_list", {"limit": 1})["count"],
        "tables": tables,
        "api": f"{site}/digitalisierung/api/openapi.json",
    }


def _listed(_asked: Json) -> Json:
    kept = ("name", "title", "description", "rows", "published_at", "url")
    told = [{name: one.get(name) for name in kept} for one in map(_whole, _tables().values())]
    return {"count": len(told), "results": told}


def _schema(asked: Json) -> Json:
    told = _table(asked["table"])
    fields = told.get("fields") or _ask("datastore_info", {"id": told["resource_id"]})["fields"]
    return {
        **{name: told.get(name) for name in ("name", "title", "description", "url", "origin")},
        "fields": fields,
    }


def _rows(asked: Json) -> Json:
    told = _table(asked["table"])
    if not told.get("resource_id") or told.get("rows", 0) is None:
        raise tk.ValidationError({"table": [str(tk._("This table has not been published yet."))]})
    wanted: Json = {name: asked[name] for name in ("filters", "q", "offset") if name in asked}
    if asked.get("sort"):
        wanted["sort"] = _sorted(asked["sort"])
    limit = asked.get("limit", _MOST_ROWS)
    if not isinstance(limit, int) or not 0 <= limit <= _MOST_ROWS:
        sentence = tk._("A whole number from 0 to {most}.").format(most=_MOST_ROWS)
        raise tk.ValidationError({"limit": [str(sentence)]})
    found = _ask("digitalms_table_rows", {"table": told["name"], "limit": limit, **wanted})
    return {
        **{name: told.get(name) for name in ("name", "title", "url", "published_at", "origin")},
        "count": found["count"],
        "results": found["results"],
    }


def _sorted(text: object) -> str:
    """Return an order with signs, where it was told in words: ``edition desc, area_code``."""
    terms = [term.split() for term in str(text).split(",")]
    return ",".join(
        f"{'-' if len(term) > 1 and term[1].lower() == 'desc' else ''}{term[0]}"
        if len(term) < 3 and term and (len(term) == 1 or term[1].lower() in {"asc", "desc"})
        else " ".join(term)
        for term in terms
    )


_DAYS = ("cut_off_date", "known_at")
_PAGE = ("limit", "offset")
_WAYS: Mapping[str, Json] = {
    "table": _TABLE,
    "filters": {
        "type": "object",
        "description": N_(
            "Columns and the value, or the list of values, that their rows must have; COLUMN.from, "
            "COLUMN.to, COLUMN.contains and COLUMN.not say more."
        ),
    },
    "q": {"type": "string", "description": N_("Words that stand somewhere in the row.")},
    "sort": {"type": "string", "description": N_("Columns to sort by, such as “edition desc, area_code”.")},
    "limit": {
        "type": "integer",
        "minimum": 0,
        "maximum": _MOST_ROWS,
        "description": N_("At most this many rows, up to 100."),
    },
    "offset": {"type": "integer", "minimum": 0, "description": N_("Leave out so many before.")},
}
TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        _own(
            "describe_catalogue",
            N_("What there is here: how many measures, papers and reports, and which tables."),
            _described,
            {},
            of=_MEASURES,
        ),
        _of_action("search", "digitalms_search", "q", "kind", *_PAGE),
        _of_action(
            "list_measures",
            "digitalms_measure_list",
            "status",
            "organisation",
            "delayed",
            "reference",
            *_DAYS,
            *_PAGE,
        ),
        _of_action("show_measure", "digitalms_measure_show", "id", "include_coverage", *_DAYS),
        _of_action("measure_history", "digitalms_measure_history", "id", *_DAYS, *_PAGE),
        _of_action(
            "list_changes",
            "digitalms_comparison_show",
            "from",
            "to",
            "kind",
            "organisation",
            "known_at",
            *_PAGE,
        ),
        _of_action("list_papers", "digitalms_council_reference_list", *_DAYS, *_PAGE),
        _of_action("show_paper", "digitalms_council_reference_show", "reference", *_DAYS),
        _of_action(
            "coverage_of_area",
            "digitalms_coverage_show",
            "area_code",
            "edition",
            "technology",
            "speed_mbit_s",
            "customer",
            "base",
            "cut_off_date",
            *_PAGE,
            of=_COVERAGE,
        ),
        _own(
            "list_tables",
            N_("The open tables and those that offices have published."),
            _listed,
            {},
            of=_MEASURES,
        ),
        _own(
            "table_schema",
            N_("The columns of a table: name, type and what they mean."),
            _schema,
            {"table": _TABLE},
            "table",
        ),
        _own("table_rows", N_("Rows of a table, filtered and sorted, 100 at a time."), _rows, _WAYS, "table"),
    )
}
