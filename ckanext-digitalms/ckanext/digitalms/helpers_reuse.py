"""Template helpers for taking something along: code for embedding, for programs, a citation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import ckan.plugins.toolkit as tk

from .explorer.address import RELEASE
from .middleware import kept_day
from .publishing import taking_along
from .publishing.more_formats import MORE
from .publishing.snapshot import site_url
from .reuse import citation, code, oembed

__all__ = ["digitalms_embed", "digitalms_oembed_address", "digitalms_take_along"]

_USES = 20  # on a page


def digitalms_embed(
    what: str, title: str, *, has_picture: bool = True, more: Iterable[tuple[str, str]] = ()
) -> Mapping[str, str]:
    """Return the code that embeds something, of the day of this page.

    Args:
        what: its path below ``/digitalisierung/einbetten/``.
        title: what it shows.
        has_picture: whether there is an image of it.
        more: of its address, a filter.

    Returns:
        ``address`` of the frame, ``frame`` and ``image`` as HTML, and an ``id`` that is unique on the page.
    """
    query = urlencode([*more, *kept_day.kept().items()])
    asked = f"?{query}" if query else ""
    stem = f"{_root()}/digitalisierung/einbetten/{quote(what)}"
    frame = oembed.Frame(f"{stem}{asked}", title, height=440 if has_picture else 520)
    page = _here()
    image = oembed.image(frame, f"{stem}.svg{asked}", page, tk._("Source: {page}").format(page=page))
    mark = hashlib.sha256(f"{what} {query}".encode()).hexdigest()[:8]
    return {"id": f"dm-embed-{mark}", "address": frame.address, "frame": frame.html, "image": image}


def digitalms_take_along(
    kind: str, table: str, query: str = "", release_id: str = ""
) -> Mapping[str, Any] | None:
    """Return what somebody takes along of a part of a table; nothing where it was never published.

    Args:
        kind: ``open``, or ``own`` for a table of an office that the reader may see.
        table: its name.
        query: of the part, as a file's address has it.
        release_id: of the release that is taken along; by default the current one, whichever that will be.

    Returns:
        ``formats`` (label, url), ``codes`` (name, title, text), ``sentence``, ``citations`` (label, url),
        ``uses`` (count, results) and ``embed`` (path of the frame, title, filter).
    """
    found = taking_along.find(kind, table, release_id)
    if found is None:
        return None
    is_of_day = kind == taking_along.OPEN and not query and not release_id
    asked = query or (urlencode(list(kept_day.kept().items())) if is_of_day else "")
    base = found.release_base if release_id else ""
    fields, cited = found.fields(asked), taking_along.cited(found, asked)
    return {
        "is_private": found.is_private,
        "formats": [
            {"label": tk._(MORE[one].label), "url": found.file(one, asked, base=base)} for one in found.more()
        ],
        "codes": code.written(
            found.file("csv", asked, base=base), f"{table}.csv", fields, _api(table, asked, release_id)
        ),
        "sentence": citation.sentence(cited, _words(cited)),
        "citations": [
            {"label": label, "url": found.file(ending, asked, base=found.release_base)}
            for ending, (label, *_) in citation.FORMS.items()
        ],
        "uses": _uses(table),
        "embed": {
            "what": f"{'tabelle' if kind == taking_along.OPEN else 'datensatz'}/{table}",
            "title": found.title,
            "more": [*parse_qsl(query, keep_blank_values=True), *_named(RELEASE, release_id)],
        },
    }


def _named(name: str, release_id: str) -> list[tuple[str, str]]:
    """Return what an address says of a release, if it says anything."""
    return [(name, release_id)] if release_id else []


def _api(table: str, query: str, release_id: str) -> str:
    """Return the address at which a program asks for the rows."""
    if not _has("digitalms_table_rows"):
        return ""
    asked = [("table", table), ("query", query), *_named("release_id", release_id)]
    return f"{site_url()}/api/3/action/digitalms_table_rows?{urlencode(asked)}"


def _words(cited: citation.Cited) -> str:
    day = tk.h.digitalms_short_day(cited.day)
    text = tk._("Version {version} of {day}").format(version=cited.version, day=day)
    part = tk._("Part: {part}").format(part=cited.part) if cited.part else ""
    return ". ".join(filter(None, [text, part])) + "."


def _uses(table: str) -> Mapping[str, Any]:
    """Return where a table is used, in words."""
    words = {
        "report": tk._("Report"),
        "paper": tk._("Cited in"),
        "measure": tk._("Measure"),
        "page": tk._("Page"),
    }
    user = tk.current_user.name if tk.current_user.is_authenticated else ""
    asked = {"table": table, "limit": _USES}
    told = tk.get_action("digitalms_table_use_list")({"user": user}, asked)
    named = [{**one, "word": words[one["kind"]], "url": _way(one["url"])} for one in told["results"]]
    return {"count": told["count"], "results": named}


def _way(url: str | None) -> str | None:
    """Return an address of ours as this page leads there: in its language, of its day."""
    if url is None:
        return None
    told = urlsplit(url)
    path = told.path.removeprefix(urlsplit(site_url()).path.rstrip("/"))
    here = urlsplit(str(tk.h.url_for(path)))
    query = urlencode(list(kept_day.kept().items()))
    return here._replace(query=query, fragment=told.fragment).geturl()


def _has(action: str) -> bool:
    try:
        return bool(tk.get_action(action))
    except KeyError:
        return False


def digitalms_oembed_address(kind: str) -> str:
    """Return where a program learns how this page is embedded: as ``json`` or ``xml``."""
    told = {"url": _here(), "format": kind}
    return f"{site_url()}/digitalisierung/oembed?{urlencode(told)}"


def _here() -> str:
    """Return the whole address of this page; a day that cannot be shown is left out."""
    asked = urlencode([*tk.h.digitalms_other_parameters(), *kept_day.kept().items()])
    return f"{_host()}{tk.h.digitalms_here()}{'?' + asked if asked else ''}"


def _host() -> str:
    told = urlsplit(site_url())
    return f"{told.scheme}://{told.netloc}"


def _root() -> str:
    """Return the catalogue's address with the language of this page."""
    language = "" if tk.request.environ.get("CKAN_LANG_IS_DEFAULT", True) else f"/{tk.h.lang()}"
    return f"{site_url()}{language}"
