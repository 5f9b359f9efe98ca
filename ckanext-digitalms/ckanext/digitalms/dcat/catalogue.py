"""The catalogue and its pages as nodes, and what a feed changes for those who fetch it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from . import describing, vocabularies
from .describing import Node, links, literal, node, words
from .facts import Catalogue
from .namespaces import EU

PAGE = 100


@dataclass(frozen=True)
class Paging:
    """Which page of how many entries this is; the first has the number 1."""

    number: int
    count: int

    @property
    def last(self) -> int:
        """Return the number of the last page."""
        return max(1, ceil(self.count / PAGE))


def view(paging: Paging, addresses: Mapping[int, str]) -> Node:
    """Return what leads from one page of the catalogue to the others.

    Args:
        paging: which page.
        addresses: of this page, the first, the last, and those before and after.
    """
    number, last = paging.number, paging.last
    return node(
        addresses[number],
        ["hydra:PartialCollectionView"],
        hydra_first=links(addresses[1]),
        hydra_previous=links(addresses[number - 1] if number > 1 else None),
        hydra_next=links(addresses[number + 1] if number < last else None),
        hydra_last=links(addresses[last]),
        hydra_totalItems=literal(paging.count, "xsd:integer"),
        hydra_itemsPerPage=literal(PAGE, "xsd:integer"),
    )


def catalogue(told: Catalogue, subjects: Iterable[str]) -> list[Node]:
    """Return the catalogue with some datasets."""
    contact, places = f"{told.iri}#kontakt", list(describing.place(told.place, f"{told.iri}#gebiet"))
    first = node(
        told.iri,
        ["dcat:Catalog"],
        dct_title=words(told.title),
        dct_description=words(told.description),
        dct_publisher=links(told.publisher.iri),
        dct_license=links(told.license.iri),
        dct_language=links(vocabularies.GERMAN),
        dct_spatial=links(*(one["@id"] for one in places)),
        dcat_themeTaxonomy=links(f"{EU}data-theme"),
        dcatap_availability=links(str(vocabularies.Availability.STABLE)),
        dct_issued=describing.when(told.issued),
        foaf_homepage=links(told.home),
        dcat_contactPoint=links(contact),
        dcat_service=links(*(one.iri for one in told.services)),
        dcat_dataset=links(*subjects),
    )
    around = [
        node(vocabularies.GERMAN, ["dct:LinguisticSystem"]),
        node(f"{EU}data-theme", ["skos:ConceptScheme"]),
        node(told.home, ["foaf:Document"]),
    ]
    return [first, *around, *places, *services(told)]


def services(told: Catalogue) -> list[Node]:
    """Return the interfaces of the catalogue with who publishes them: a dataset names them, too."""
    contact = f"{told.iri}#kontakt"
    described = [
        one
        for each in told.services
        for one in describing.service(each, told.publisher, contact, told.license)
    ]
    return [
        describing.agent(told.publisher, is_office=True),
        describing.contact_point(told.contact, contact),
        describing.license_node(told.license),
        *described,
    ]


def delivered(nodes: Iterable[Node], contributors: Mapping[str, str], contributor: str) -> list[Node]:
    """Return nodes as a portal above gets them: each dataset says who delivers it.

    Args:
        nodes: of a feed.
        contributors: of datasets that name one of their own, by their IRI.
        contributor: of all others.
    """
    return [
        {**one, "dcatde:contributorID": links(contributors.get(one["@id"]) or contributor)}
        if "dcat:Dataset" in one["@type"] and (contributors.get(one["@id"]) or contributor)
        else one
        for one in nodes
    ]


def with_european_licenses(nodes: Iterable[Node]) -> list[Node]:
    """Return nodes with the licences of the European list, for a direct feed to data.europa.eu."""
    european = vocabularies.EU_LICENSES
    changed = []
    for one in nodes:
        told = {**one, "@id": european.get(one["@id"], one["@id"])}
        if terms := one.get("dct:license"):
            told["dct:license"] = [{"@id": european.get(each["@id"], each["@id"])} for each in terms]
        changed.append(told)
    return changed
