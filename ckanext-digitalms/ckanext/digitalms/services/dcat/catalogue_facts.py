"""What is said of the catalogue itself, and what all its datasets share."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.digitalms import config
from ckanext.digitalms.dcat import vocabularies
from ckanext.digitalms.dcat.facts import Agent, Catalogue, Contact, License, Place, Service
from ckanext.digitalms.publishing import licenses
from ckanext.digitalms.publishing.snapshot import site_url

# in German, as the data are
_ACTIONS = "Schnittstelle des Katalogs"
_ROWS = "Schnittstelle für die Zeilen der Tabellen"


def actions_service() -> str:
    """Return the IRI of the interface of the catalogue."""
    return f"{site_url()}/api/3/action#dienst"


def rows_service() -> str:
    """Return the IRI of the interface that reads rows of tables."""
    return f"{site_url()}/api/3/action/datastore_search#dienst"


def city() -> Agent:
    """Return who publishes what no organisation does."""
    return Agent(f"{site_url()}/#herausgeber", config.publisher())


def contact(name: str = "", email: str = "") -> Contact:
    """Return where to ask: the mailbox that is told, else that of the catalogue, and else its page."""
    page = f"{site_url()}/digitalisierung/kontakt"
    return Contact(name or config.publisher(), email or config.contact_email(), page)


def license_of(license_id: str, attribution: str = "") -> License:
    """Return the terms of an id of the list of licences; what no list knows is told in words."""
    found = licenses.known().get(license_id, {})
    iri = str(found.get("dcat_ap_de") or vocabularies.NO_LICENSE)
    return License(iri, str(found.get("title") or license_id), attribution)


def own_license(title: str) -> License:
    """Return the licence of the open tables, with how a table of this title is named."""
    terms = license_of(config.license_id())
    named = ", ".join(part for part in (f"Quelle: {config.publisher()}", title, terms.words) if part)
    return License(terms.iri, terms.words, named)


def area(codes: tuple[str, ...], name: str = "") -> Place:
    """Return an area; that of the city is known in other ways, too."""
    is_city = config.area_code() in codes
    words = name or (config.city() if is_city else "")
    return Place(codes, words, config.geonames() if is_city else "", config.bbox() if is_city else None)


def catalogue() -> Catalogue:
    """Return what is said of the catalogue."""
    site = site_url()
    title = str(tk.config.get("ckan.site_title") or config.publisher())
    about = str(tk.config.get("ckan.site_description") or "")
    return Catalogue(
        iri=f"{site}/",
        home=f"{site}/digitalisierung",
        title=title,
        description=about or f"{title}: Digitalisierungsmaßnahmen und offene Daten, {config.publisher()}.",
        publisher=city(),
        contact=contact(),
        license=license_of(config.license_id()),
        place=area((config.area_code(),)),
        services=tuple(_services(site)),
    )


def _services(site: str) -> list[Service]:
    documented, described = f"{site}/digitalisierung/api", f"{site}/digitalisierung/api/openapi.json"
    told = "Liest Datensätze, Maßnahmen, Tabellen und ihren Verlauf; ohne Anmeldung, Antworten als JSON."
    found = [Service(actions_service(), _ACTIONS, told, f"{site}/api/3/action", documented, described)]
    if tk.get_action("datastore_search") is not None and "datastore" in tk.config["ckan.plugins"]:
        rows = "Liest Zeilen einer Tabelle, gefiltert und sortiert; ohne Anmeldung, Antworten als JSON."
        address = f"{site}/api/3/action/datastore_search"
        found.append(Service(rows_service(), _ROWS, rows, address, documented, described))
    return found
