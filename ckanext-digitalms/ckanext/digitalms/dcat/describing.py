"""Facts as nodes of DCAT-AP.de 3.0.

A node is an object of flattened JSON-LD: ``{"@id": IRI, "@type": [short names], "dct:title": [values]}``,
a value ``{"@id": IRI}`` or ``{"@value": text}`` with ``@language`` or ``@type``. No node is blank: nodes of
many datasets are joined as they are, and the same facts are the same text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from . import values, vocabularies
from .facts import Agent, Contact, Dataset, Distribution, License, Place, Series, Service

Node = dict[str, Any]
Values = list[dict[str, str]]


def node(iri: str, kinds: Iterable[str], **properties: Values) -> Node:
    """Return a node without what is empty; ``dct_title`` is ``dct:title``."""
    told = {name.replace("_", ":", 1): found for name, found in properties.items() if found}
    return {"@id": iri, "@type": list(kinds), **told}


def links(*iris: str | None) -> Values:
    """Return values that are nodes, each once."""
    return [{"@id": one} for one in dict.fromkeys(iris) if one]


def words(*texts: str) -> Values:
    """Return German texts, each once."""
    return [{"@value": one, "@language": "de"} for one in dict.fromkeys(texts) if one]


def literal(value: object, kind: str = "") -> Values:
    """Return one value with its type, or nothing."""
    if value is None or value == "":
        return []
    return [{"@value": str(value), **({"@type": kind} if kind else {})}]


def when(value: str) -> Values:
    """Return a day or a moment."""
    return literal(value, "xsd:dateTime" if "T" in value else "xsd:date")


def dataset(told: Dataset) -> list[Node]:
    """Return all nodes of a dataset, itself first."""
    contact, places = f"{told.iri}#kontakt", list(place(told.place, f"{told.iri}#gebiet"))
    law = links(vocabularies.VALUABLE_LAW if told.valuable else None)
    period = f"{told.iri}#zeitraum" if told.start or told.end else None
    origin = f"{told.iri}#herkunft" if told.provenance else None
    first = node(
        told.iri,
        ["dcat:Dataset"],
        **_words(told),
        **_choices(told),
        dcat_contactPoint=links(contact),
        dct_spatial=links(*(one["@id"] for one in places)),
        dct_temporal=links(period),
        dcatap_applicableLegislation=law,
        dct_provenance=links(origin),
        dcat_inSeries=links(told.series.iri if told.series else None),
        dcat_distribution=links(*(one.iri for one in told.distributions)),
    )
    found = [first, *_around(told, contact), *places]
    if period:
        found.append(_period(period, told))
    if origin:
        found.append(node(origin, ["dct:ProvenanceStatement"], rdfs_label=words(told.provenance)))
    for one in told.distributions:
        found += _distribution(one, told, law)
    if told.series:
        found.append(_series(told.series, told, contact))
    # said at the dataset's side, so that it goes with it
    found += [node(one, ["dcat:DataService"], dcat_servesDataset=links(told.iri)) for one in told.services]
    return found


def _words(told: Dataset) -> dict[str, Values]:
    """Return what a dataset says of itself, and who says it."""
    return {
        "dct_title": words(told.title),
        "dct_description": words(told.description),
        "dct_identifier": literal(told.identifier),
        "dct_publisher": links(told.publisher.iri),
        "dct_creator": links(told.creator.iri if told.creator else None),
        "geodcatap_originator": links(*(one.iri for one in told.originators)),
        "dcat_keyword": words(*told.keywords),
        "dct_issued": when(told.issued),
        "dct_modified": when(told.modified),
        "dcat_version": literal(told.version),
        "adms_versionNotes": words(told.version_notes),
        "dcat_landingPage": links(told.page),
        "foaf_page": links(*told.documents),
    }


def _choices(told: Dataset) -> dict[str, Values]:
    """Return what is said by the words of lists."""
    return {
        "dcat_theme": links(*told.themes),
        "dcatde_politicalGeocodingLevelURI": links(told.level),
        "dct_accrualPeriodicity": links(told.frequency),
        "dct_accessRights": links(vocabularies.PUBLIC),
        "dct_language": links(vocabularies.GERMAN),
        "dct_type": links(vocabularies.STATISTICAL if told.is_table else None),
        "dcatap_availability": links(told.availability),
        "dcatap_hvdCategory": links(*told.valuable),
        "dct_references": links(*told.references),
    }


def _around(told: Dataset, contact: str) -> Iterator[Node]:
    """Give what a dataset names, typed."""
    for one in [told.publisher, told.creator, *told.originators]:
        if one:
            yield agent(one, is_office=one in {told.publisher, told.creator})
    yield contact_point(told.contact, contact)
    yield node(vocabularies.GERMAN, ["dct:LinguisticSystem"])
    for address in (told.page, *told.documents):
        yield node(address, ["foaf:Document"])
    if told.valuable:
        yield node(vocabularies.VALUABLE_LAW, ["http://data.europa.eu/eli/ontology#LegalResource"])


def agent(told: Agent, *, is_office: bool) -> Node:
    """Return an office."""
    kind = vocabularies.LOCAL_AUTHORITY if is_office else None
    return node(told.iri, ["foaf:Agent"], foaf_name=words(told.name), dct_type=links(kind))


def contact_point(told: Contact, iri: str) -> Node:
    """Return where to ask: a function, no person."""
    page = links(values.iri(told.page))
    mailbox = links(values.mail(told.email))
    kinds = ["vcard:Kind", "vcard:Organization"]
    return node(iri, kinds, vcard_fn=literal(told.name), vcard_hasEmail=mailbox, vcard_hasURL=page)


def license_node(told: License) -> Node:
    """Return a licence."""
    return node(told.iri, ["dct:LicenseDocument"])


def place(told: Place, iri: str) -> Iterator[Node]:
    """Give an area three ways, each typed: by official keys, by GeoNames, by its box and words."""
    for code in told.codes:
        key = vocabularies.place(code)
        if key:
            yield node(key, ["dct:Location"])
    if geonames := values.iri(told.geonames):
        yield node(geonames, ["dct:Location"])
    if told.box or told.name:
        box = literal(_polygon(told.box), "geosparql:wktLiteral") if told.box else []
        yield node(iri, ["dct:Location"], skos_prefLabel=words(told.name), dcat_bbox=box)


def _polygon(box: tuple[float, float, float, float]) -> str:
    west, south, east, north = box
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON(({','.join(f'{x:g} {y:g}' for x, y in corners)}))"


def _period(iri: str, told: Dataset) -> Node:
    return node(iri, ["dct:PeriodOfTime"], dcat_startDate=when(told.start), dcat_endDate=when(told.end))


def _distribution(told: Distribution, of: Dataset, law: Values) -> Iterator[Node]:
    kind = vocabularies.file_type(told.format)
    media = vocabularies.media_type(told.media_type, kind)
    checksum = values.checksum(told.checksum)
    sum_iri, rights = f"{told.iri}#pruefsumme", f"{of.iri}#rechte"
    yield node(
        told.iri,
        ["dcat:Distribution"],
        dct_title=words(told.title),
        dct_description=words(told.description),
        dcat_accessURL=links(told.access),
        dcat_downloadURL=links(told.download),
        dct_license=links(of.license.iri),
        dcatde_licenseAttributionByText=words(of.license.attribution),
        dct_rights=links(rights if of.license.words else None),
        dct_format=links(kind),
        dcat_mediaType=links(media),
        dcat_byteSize=literal(told.size, "xsd:nonNegativeInteger"),
        spdx_checksum=links(sum_iri if checksum else None),
        dct_conformsTo=links(told.schema),
        dct_language=links(vocabularies.GERMAN),
        dct_issued=when(told.issued),
        dct_modified=when(told.modified),
        dcatap_availability=links(of.availability),
        dcatap_applicableLegislation=law,
        dcat_accessService=links(told.service),
    )
    yield license_node(of.license)
    if of.license.words:
        yield node(rights, ["dct:RightsStatement"], rdfs_label=words(of.license.words))
    for iri, what in ((told.schema, "Standard"), (kind, "MediaTypeOrExtent"), (media, "MediaType")):
        if iri:
            yield node(iri, [f"dct:{what}"])
    if checksum:
        yield from _checksum(sum_iri, *checksum)


def _checksum(iri: str, algorithm: str, value: str) -> Iterator[Node]:
    method = f"http://spdx.org/rdf/terms#checksumAlgorithm_{algorithm}"
    told = literal(value, "xsd:hexBinary")
    yield node(iri, ["spdx:Checksum"], spdx_algorithm=links(method), spdx_checksumValue=told)
    yield node(method, ["spdx:ChecksumAlgorithm"])


def _series(told: Series, of: Dataset, contact: str) -> Node:
    return node(
        told.iri,
        ["dcat:DatasetSeries"],
        dct_title=words(told.title),
        dct_description=words(told.description),
        dct_publisher=links(of.publisher.iri),
        dcat_contactPoint=links(contact),
        dct_accrualPeriodicity=links(of.frequency),
    )


def service(told: Service, publisher: Agent, contact: str, terms: License) -> list[Node]:
    """Return an interface; which datasets it serves is said with each of them."""
    return [
        node(
            told.iri,
            ["dcat:DataService"],
            dct_title=words(told.title),
            dct_description=words(told.description),
            dct_publisher=links(publisher.iri),
            dcat_contactPoint=links(contact),
            dcat_endpointURL=links(told.endpoint),
            dcat_endpointDescription=links(told.described),
            dct_license=links(terms.iri),
            dct_accessRights=links(vocabularies.PUBLIC),
            dcatap_availability=links(str(vocabularies.Availability.STABLE)),
            foaf_page=links(told.documented),
        ),
        node(told.documented, ["foaf:Document"]),
    ]
