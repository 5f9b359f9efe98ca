"""Which part of the catalogue a page's address means where it is embedded, and the addresses of frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import ckan.plugins.toolkit as tk
from ckan.lib.i18n import get_locales_from_config
from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from ckanext.digitalms.explorer.address import PLOT, RELEASE
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.publishing.snapshot import site_url

from .pages import reader

Arguments = Sequence[tuple[str, str]]
_LOOKS = "digitalms_explorer."
_FIGURE, _GOALS, _MILESTONES, _COVERAGE = "kennzahl-", "ziele", "meilensteine", "versorgung"


@dataclass(frozen=True)
class Meant:
    """A part of the catalogue.

    Args:
        what: its path below ``/digitalisierung/einbetten/``.
        arguments: of its address: a filter, a day.
        language: of the address, where it has one.
    """

    what: str
    arguments: Arguments
    language: str = ""


def absolute(path: str) -> str:
    """Return the whole address of a path of ours."""
    told = urlsplit(site_url())
    return f"{told.scheme}://{told.netloc}{path}"


def frame_address(
    what: str, arguments: Iterable[tuple[str, str]] = (), language: str = "", ending: str = ""
) -> str:
    """Return the whole address of a frame, or of a picture (``ending`` ``.svg``)."""
    asked = urlencode(list(arguments))
    prefix = f"/{language}" if language else ""
    path = f"{prefix}/digitalisierung/einbetten/{quote(what)}{ending}"
    return f"{site_url()}{path}{'?' + asked if asked else ''}"


def meant(url: str) -> Meant | None:
    """Return what a page's address means; nothing for others, or a page without such a part."""
    with suppress(ValueError):
        told = urlsplit(url)
        path = _path(url)
        if path is None:
            return None
        language, path = _language(path)
        endpoint, named = _matched(path)
        make = _PAGES.get(endpoint)
        what = make(named, told.fragment) if make else None
        arguments = parse_qsl(told.query, keep_blank_values=True)
        if what is not None and endpoint.startswith(_LOOKS):
            what, arguments = _of_look(what, arguments)
        if what is not None:
            return Meant(what, arguments, language)
    return None


def _path(url: str) -> str | None:
    """Return the path of an address of this site; whether it is encrypted does not matter."""
    told, ours = urlsplit(url), urlsplit(site_url())
    root = ours.path.rstrip("/")
    is_ours = told.scheme in {"http", "https"} and told.netloc.lower() == ours.netloc.lower()
    if not is_ours or not (told.path + "/").startswith(root + "/"):
        return None
    return told.path[len(root) :] or "/"


def _language(path: str) -> tuple[str, str]:
    first, _, rest = path[1:].partition("/")
    return (first, f"/{rest}") if first in get_locales_from_config() else ("", path)


def _matched(path: str) -> tuple[str, Mapping[str, str]]:
    """Return the endpoint of a path and its arguments; no endpoint where there is none."""
    adapter = current_app.url_map.bind(urlsplit(site_url()).netloc)
    try:
        endpoint, named = adapter.match(path)
    except RequestRedirect as moved:
        endpoint, named = adapter.match(urlsplit(moved.new_url).path)
    except HTTPException:
        return "", {}
    return endpoint, {name: str(value) for name, value in named.items()}


def _of_measure(named: Mapping[str, str], fragment: str) -> str:
    stem = f"massnahme/{named['id']}"
    if fragment.startswith(_FIGURE):
        return f"{stem}/kennzahl/{fragment.removeprefix(_FIGURE)}"
    parts = {_GOALS: "ziele", _MILESTONES: "meilensteine", _COVERAGE: "versorgung/1"}
    return f"{stem}/{parts[fragment]}" if fragment in parts else stem


def _of_look(what: str, arguments: list[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    """Return the plot of a look into a table, where its address has one, else the rows."""
    if any(name == PLOT and value for name, value in arguments):
        return f"{what}/diagramm", arguments
    return what, [pair for pair in arguments if not pair[0].startswith("_") or pair[0] == RELEASE]


def _of_catalogue(named: Mapping[str, str], fragment: str) -> str | None:
    del named
    return f"katalog-in-zahlen/{fragment.removeprefix('dm-')}" if fragment.startswith("dm-") else None


def _of_dataset(named: Mapping[str, str], fragment: str) -> str | None:
    del fragment
    dataset: Json = tk.get_action("package_show")(reader(), {"id": named["id"]})
    return what_of(dataset)


def what_of(dataset: Mapping[str, object]) -> str | None:
    """Return the path of a dataset's table; nothing where it has none that is published."""
    if dataset.get("digitalms_table"):
        return f"tabelle/{dataset['digitalms_table']}"
    if dataset.get("digitalms_own_table") and dataset.get("digitalms_release"):
        return f"datensatz/{dataset['digitalms_own_table']}"
    return None


def _of_file(kind: str) -> Callable[[Mapping[str, str], str], str]:
    def found(named: Mapping[str, str], fragment: str) -> str:
        del fragment
        table = named.get("table") or named["name"].partition(".")[0]
        return f"{kind}/{table}"

    return found


_PAGES: Mapping[str, Callable[[Mapping[str, str], str], str | None]] = {
    "digitalms_embed.frame": lambda named, _: named["what"],
    "digitalms_embed.picture": lambda named, _: named["what"],
    "digitalms_overview.index": lambda _, __: "statusverlauf",
    "digitalms_milestones.index": lambda _, __: "meilensteine",
    "digitalms_measure.read": _of_measure,
    "digitalms_figures.index": _of_catalogue,
    "dataset.read": _of_dataset,
    "digitalms_data.history": _of_file("tabelle"),
    "digitalms_data.current": _of_file("tabelle"),
    f"{_LOOKS}open_table": _of_file("tabelle"),
    f"{_LOOKS}own_table": _of_file("datensatz"),
    "digitalms_own_tables.history": _of_file("datensatz"),
    "digitalms_own_tables.current": _of_file("datensatz"),
}
