"""What stands in the head of a public page for search engines and programs.

Only pages that strangers see have it, and what it says is what strangers see, whoever reads. A page that a
list, a filter or a day made another names the page itself: ``rel="canonical"``.
"""

from __future__ import annotations

from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from .dcat import schema_org, values
from .jsontypes import Json
from .messages import N_
from .middleware import kept_day
from .moments import IN_ACTIONS, NO_DAY
from .publishing.snapshot import site_url
from .services.dcat import catalogue_facts, heads
from .services.dcat.heads import Subject

__all__ = ["Head", "digitalms_head"]

_MEASURE, _START, _OVERVIEW = "digitalms_measure.read", "digitalms_start.index", "digitalms_overview.index"
_TABLE, _OWN_TABLE = "digitalms_data.history", "digitalms_own_tables.history"
# pages that strangers read, and what each is about where that is the same for all of its kind
_PAGES = {
    _START: N_(
        "What the council has decided, how far it has come, and all of it as open data – always current, "
        "with every earlier day."
    ),
    _OVERVIEW: N_(
        "Here stands for each measure what was planned, what is done and what is still to come, with the "
        "papers of the council and all data to take away."
    ),
    "digitalms_data.index": N_(
        "All measures and the coverage with broadband as tables. The addresses stay; they always give the "
        "newest release."
    ),
    "digitalms_changes.index": N_(
        "What was learnt of the measures, the newest first, with the Stand that it is of."
    ),
    "digitalms_milestones.index": N_("What measures have promised by which day, and what became of it."),
    "digitalms_definitions.index": N_(
        "Every number on these pages leads here, so that everybody counts alike."
    ),
    "digitalms_api.index": N_(
        "Everything public can be read by programs: without an account, from any page of the web, and in "
        "German or English."
    ),
    "digitalms_reports.index": N_(
        "What the council and others were told of the measures. A frozen report never changes and can be "
        "cited."
    ),
    **dict.fromkeys(("digitalms_council.index", "digitalms_council.read", "digitalms_city.read"), ""),
    **dict.fromkeys(("digitalms_sources.index", "digitalms_search.index", "digitalms_comparison.index"), ""),
    **dict.fromkeys(("digitalms_reports.read", "dataset.search", "organization.index"), ""),
    **dict.fromkeys(("organization.read", "group.index", "group.read"), ""),
    **dict.fromkeys((_MEASURE, _TABLE, _OWN_TABLE, "dataset.read"), ""),
}
_SUBJECTS = frozenset({_MEASURE, _TABLE, _OWN_TABLE, "dataset.read"})
_CATALOGUES = frozenset({_START, _OVERVIEW, "digitalms_data.index", "dataset.search"})
# the name of the list that a subject stands in, and its endpoint
_LISTS = {
    _MEASURE: (N_("Measures"), _OVERVIEW),
    "dataset.read": (N_("Datasets"), "dataset.search"),
    _TABLE: (N_("Open data"), "digitalms_data.index"),
    _OWN_TABLE: (N_("Open data"), "digitalms_data.index"),
}
_PARTS = ("seite", "page")
_LONGEST = 200  # letters of a description


@dataclass(frozen=True)
class Head:
    """What the head of a page says.

    Args:
        canonical: the address of the page itself.
        languages: the same page in each language, by its code; ``x-default`` is the catalogue's own.
        description: plain text, or nothing.
        stem: the address of its dataset without an ending, where it is of one.
        croissant: the address of it as Croissant, where it is of a table.
        data: JSON-LD of schema.org, ready to stand in the page.
    """

    canonical: str
    languages: dict[str, str]
    description: str
    stem: str
    croissant: str
    data: Markup


def digitalms_head(pkg: Json | None = None, parent: Json | None = None) -> Head | None:
    """Return what the head of this page says; nothing for pages that are not everybody's.

    Args:
        pkg: the dataset of the page, if the page has one.
        parent: the measure above that of this page, if the page names one.
    """
    endpoint, named = str(tk.request.endpoint), dict(tk.request.view_args or {})
    if endpoint not in _PAGES or tk.request.method not in {"GET", "HEAD"}:
        return None
    subject = _subject(endpoint, named, pkg)
    if endpoint in _SUBJECTS and subject is None:
        return None
    if subject and "id" in named:
        named["id"] = subject.name
    addresses = _addresses(endpoint, named)
    canonical = addresses[tk.h.lang()] if tk.h.lang() in addresses else addresses["x-default"]
    stem = f"{site_url()}/{subject.kind}/{subject.name}" if subject else ""
    return Head(
        canonical,
        addresses,
        _description(endpoint, subject),
        stem,
        f"{stem}.croissant.json" if subject and subject.facts.is_table else "",
        _data(endpoint, subject, canonical, parent),
    )


def _subject(endpoint: str, named: Json, pkg: Json | None) -> Subject | None:
    if endpoint == _TABLE:
        return heads.of_open_table(named["table"])
    if endpoint == _OWN_TABLE:
        return heads.of_own_table(named["table"])
    if endpoint == _MEASURE:
        return heads.of_measure(named["id"])
    return heads.of_dataset(pkg) if endpoint == "dataset.read" and pkg else None


def _addresses(endpoint: str, named: Json) -> dict[str, str]:
    """Return the addresses of the page by language: without a day, and without what narrows a list."""
    asked = {name: value for name, value in tk.request.args.items() if name not in IN_ACTIONS and value}
    part = asked if set(asked) <= set(_PARTS) else {}
    default = str(tk.config["ckan.locale_default"])
    addresses = {"x-default": _address(endpoint, "default", {**named, **part})}
    for code in tk.config["ckan.locales_offered"] or [default]:
        locale = "default" if code == default else code
        addresses[str(code)] = _address(endpoint, locale, {**named, **part})
    return addresses


def _address(endpoint: str, locale: str, named: Json) -> str:
    return str(tk.h.url_for(endpoint, locale=locale, qualified=True, **{**named, **NO_DAY}))


def _description(endpoint: str, subject: Subject | None) -> str:
    if subject is None:
        return str(tk._(_PAGES[endpoint])) if _PAGES[endpoint] else ""
    text = " ".join(subject.facts.description.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rpartition(' ')[0] or text[:_LONGEST]} …"


def _data(endpoint: str, subject: Subject | None, canonical: str, parent: Json | None) -> Markup:
    """Return what the page is of in the words of schema.org; a past day is nothing that a search shows."""
    if kept_day.asked():
        return Markup("")
    catalogue = catalogue_facts.catalogue()
    home = _address(_START, "default" if tk.h.lang() == tk.config["ckan.locale_default"] else tk.h.lang(), {})
    things = []
    if endpoint in _CATALOGUES:
        things.append(schema_org.catalogue(catalogue))
    if endpoint == _START:
        search = f"{_address('digitalms_search.index', 'default', {})}?q={{search_term_string}}"
        things.append(schema_org.site(catalogue, home, search))
    if subject:
        things.append(schema_org.dataset(subject.facts, catalogue, canonical))
        things.append(schema_org.way(_way(endpoint, subject, canonical, home, parent)))
    return Markup(schema_org.written(things)) if things else Markup("")  # noqa: S704 - no sign of HTML is in it


def _way(
    endpoint: str, subject: Subject, canonical: str, home: str, parent: Json | None
) -> list[tuple[str, str]]:
    name, upper = _LISTS[endpoint]
    locale = "default" if tk.h.lang() == tk.config["ckan.locale_default"] else tk.h.lang()
    steps = [(catalogue_facts.catalogue().title, home), (str(tk._(name)), _address(upper, locale, {}))]
    if endpoint == _MEASURE and parent:
        steps.append((values.text(parent["title"]), _address(_MEASURE, locale, {"id": parent["measure_id"]})))
    return [*steps, (subject.facts.title, canonical)]
