"""Facts in the words of schema.org, which search engines read in pages.

Google's rules for datasets are kept: a description of 50 to 5,000 letters, addresses as links, periods and
boxes as ISO 8601 and schema.org write them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from . import values
from .facts import Agent, Catalogue, Contact, Dataset, Distribution, Place

Thing = dict[str, Any]

_SHORTEST, _LONGEST = 50, 5000
# what would end the element of a page, or begin a comment in it, written as JSON writes signs
_SIGNS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def written(things: Iterable[Thing]) -> str:
    """Return things as JSON-LD that may stand in a page, whatever texts are in them."""
    told = {"@context": "https://schema.org/", "@graph": list(things)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).translate(_SIGNS)


def dataset(told: Dataset, catalogue: Catalogue, address: str) -> Thing:
    """Return a dataset.

    Args:
        told: the facts.
        catalogue: it is in.
        address: of the page.
    """
    return _known(
        {
            "@type": "Dataset",
            "@id": told.iri,
            "url": address,
            "name": told.title,
            "description": _description(told),
            "identifier": told.identifier,
            "keywords": list(told.keywords),
            "inLanguage": "de",
            "isAccessibleForFree": True,
            "license": told.license.iri,
            "usageInfo": told.license.attribution,
            "publisher": _agent(told.publisher, told.contact),
            "creator": _agent(told.creator or told.publisher),
            "datePublished": told.issued,
            "dateModified": told.modified,
            "version": told.version,
            "temporalCoverage": _period(told),
            "spatialCoverage": _place(told.place),
            "includedInDataCatalog": {"@type": "DataCatalog", "@id": catalogue.iri, "name": catalogue.title},
            "distribution": [_distribution(one) for one in told.distributions],
        }
    )


def _description(told: Dataset) -> str:
    said = told.description
    if len(said) < _SHORTEST:
        more = f"{told.title}, {told.publisher.name}. {told.license.words}"
        said = ". ".join(dict.fromkeys(part.strip().rstrip(".") for part in (said, more))) + "."
    return said[:_LONGEST]


def _known(thing: Thing) -> Thing:
    return {name: value for name, value in thing.items() if value not in ("", None, [], {})}


def _agent(told: Agent, contact: Contact | None = None) -> Thing:
    asked = {}
    if contact is not None:
        mailbox = contact.email if values.mail(contact.email) else ""
        point = {"@type": "ContactPoint", "name": contact.name, "email": mailbox, "url": contact.page}
        asked = {"contactPoint": _known(point)}
    return _known(
        {"@type": "Organization", "@id": told.iri, "name": told.name, "url": told.homepage, **asked}
    )


def _period(told: Dataset) -> str:
    return f"{told.start or '..'}/{told.end or '..'}" if told.start or told.end else ""


def _place(told: Place) -> Thing:
    found: Thing = {"name": told.name, "identifier": list(told.codes), "sameAs": values.iri(told.geonames)}
    if told.box:
        west, south, east, north = told.box
        found["geo"] = {"@type": "GeoShape", "box": f"{south:g} {west:g} {north:g} {east:g}"}
    found = _known(found)
    return {"@type": "Place", **found} if found else {}


def _distribution(told: Distribution) -> Thing:
    known = values.checksum(told.checksum)
    return _known(
        {
            "@type": "DataDownload",
            "@id": told.iri,
            "name": told.title,
            "description": told.description,
            "contentUrl": told.download or told.access,
            "encodingFormat": told.media_type or told.format,
            "contentSize": f"{told.size} B" if told.size is not None else "",
            "sha256": known[1] if known and known[0] == "sha256" else "",
            "dateModified": told.modified,
        }
    )


def catalogue(told: Catalogue) -> Thing:
    """Return the catalogue."""
    return _known(
        {
            "@type": "DataCatalog",
            "@id": told.iri,
            "url": told.home,
            "name": told.title,
            "description": told.description,
            "inLanguage": "de",
            "license": told.license.iri,
            "publisher": _agent(told.publisher, told.contact),
            "spatialCoverage": _place(told.place),
        }
    )


def site(told: Catalogue, address: str, search: str) -> Thing:
    """Return the site with its search.

    Args:
        told: the catalogue.
        address: of the start page.
        search: the address of the search, with ``{search_term_string}`` where the words stand.
    """
    action = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": search},
        "query-input": "required name=search_term_string",
    }
    return {
        "@type": "WebSite",
        "@id": f"{told.iri}#website",
        "url": address,
        "name": told.title,
        "publisher": _agent(told.publisher),
        "potentialAction": action,
    }


def way(steps: Sequence[tuple[str, str]]) -> Thing:
    """Return where a page stands: names and addresses from the start page to it."""
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": address}
        for number, (name, address) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
