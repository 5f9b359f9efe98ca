"""What search engines and programs ask first: where all pages are, and what is to be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response
from lxml import etree

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.publishing import origins
from ckanext.digitalms.publishing.snapshot import site_url
from ckanext.digitalms.tables.open_tables import ALL_TABLES

from .api_words import SUMMARIES
from .errors import handle_errors
from .pages import Page, conditional, reader

digitalms_machines = Blueprint("digitalms_machines", __name__)
handle_errors(digitalms_machines)

_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# pages that are no dataset
_PAGES = (
    *("digitalisierung", "digitalisierung/daten/", "digitalisierung/definitionen", "digitalisierung/api"),
    *("digitalisierung/meilensteine", "digitalisierung/berichte/", "digitalisierung/aenderungen"),
    *("digitalisierung/ratsbezug/", "digitalisierung/datenqualitaet/", "dataset/", "organization/"),
    "digitalisierung/katalog-in-zahlen",
)


@digitalms_machines.get("/sitemap.xml")
def sitemap() -> Page:
    """List the parts of the map of the site: pages of ours, and 100 datasets and measures each."""
    pages = tk.get_action("digitalms_dcat_list")(reader(), {})["pages"]
    parts = [(f"{site_url()}/sitemap/{number}.xml", "") for number in range(pages + 1)]
    return _written("sitemapindex", "sitemap", parts)


@digitalms_machines.get("/sitemap/<int:number>.xml")
def sitemap_part(number: int) -> Page:
    """List the pages of one part; 0 has those that are no dataset."""
    if number == 0:
        return _written("urlset", "url", ((f"{site_url()}/{page}", "") for page in _PAGES))
    found = tk.get_action("digitalms_dcat_list")(reader(), {"page": number})
    return _written("urlset", "url", _of_datasets(found["results"]))


def _of_datasets(nodes: Iterable[Json]) -> Iterator[tuple[str, str]]:
    for one in nodes:
        if "dcat:Dataset" in one["@type"]:
            modified = one.get("dct:modified", [{"@value": ""}])[0]["@value"]
            yield one["dcat:landingPage"][0]["@id"], modified[:10]


def _written(whole: str, each: str, entries: Iterable[tuple[str, str]]) -> Response:
    root = etree.Element(f"{{{_SPACE}}}{whole}", nsmap={None: _SPACE})
    for address, modified in entries:
        entry = etree.SubElement(root, f"{{{_SPACE}}}{each}")
        etree.SubElement(entry, f"{{{_SPACE}}}loc").text = address
        if modified:
            etree.SubElement(entry, f"{{{_SPACE}}}lastmod").text = modified
    text = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return _kept(make_response(text), "application/xml")


@digitalms_machines.get("/llms.txt")
def llms() -> Page:
    """Say in a page of Markdown what there is for a program that reads texts."""
    terms = origins.license_of(config.license_id())
    told = {
        "title": tk.config.get("ckan.site_title") or config.publisher(),
        "description": tk._("The digitalisation measures of {city} and their history, as open data.").format(
            city=config.city()
        ),
        "site": site_url(),
        "tables": list(ALL_TABLES.values()),
        "actions": sorted(SUMMARIES.items()),
        "has_mcp": config.mcp(),
        "license": f"[{terms.title}]({terms.path})" if terms.path else terms.title,
    }
    return _kept(make_response(tk.render("home/llms.txt", told)), "text/plain")


def _kept(answer: Response, kind: str) -> Response:
    answer.headers["Content-Type"] = f"{kind}; charset=utf-8"
    answer.headers["Cache-Control"] = "public, no-cache"
    return conditional(answer)
