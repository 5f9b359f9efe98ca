"""The facts of a dataset, from the dict that ``package_show`` gives and the index keeps.

Each fact has one place: the dataset's field, else what its organisation says for all of its own, else what
is declared of an open table, or of all tables of offices. What nobody says is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.dcat import values, vocabularies
from ckanext.digitalms.dcat.facts import Agent, Contact, Dataset, Distribution, License, Series
from ckanext.digitalms.dcat.vocabularies import Availability, Theme
from ckanext.digitalms.model import HarvestIdentity
from ckanext.digitalms.publishing.custom_tables import ADDRESS
from ckanext.digitalms.publishing.custom_tables import MARKER as OWN_TABLE
from ckanext.digitalms.publishing.datasets import MARKER, RELEASE
from ckanext.digitalms.publishing.snapshot import site_url
from ckanext.digitalms.tables.open_tables import ALL_TABLES
from ckanext.digitalms.vocabularies import Frequency

from . import catalogue_facts
from .offices import Office

Told = Mapping[str, Any]

_TABLES = "digitalisierung/daten"
_OWN_THEMES = (str(Theme.GOVERNMENT), str(Theme.TECHNOLOGY))
_FOREIGN_THEMES = (str(Theme.TECHNOLOGY), str(Theme.REGIONS))


def facts_of(told: Told, office: Office | None) -> Dataset:
    """Return the facts of a dataset.

    Args:
        told: the dataset.
        office: its organisation.
    """
    iri = dataset_iri(told)
    publisher, creator = _publisher(told, office, iri)
    table = ALL_TABLES.get(told.get(MARKER) or "")
    sources = [row for row in told.get("sources") or () if row.get("title")]
    return Dataset(
        iri=iri,
        page=f"{site_url()}/dataset/{told['name']}",
        identifier=_identifier(told),
        title=values.text(told.get("title")) or str(told["name"]),
        description=values.plain(told.get("notes") or "") or values.text(told.get("title")) or told["name"],
        publisher=publisher,
        creator=creator,
        originators=tuple(_originators(sources, publisher.name, iri)),
        provenance=_provenance(sources, publisher.name),
        contact=_contact(told, office),
        license=_license(told, sources, publisher.name),
        keywords=keywords(told, office),
        themes=themes_of(told, office),
        **said(told, office),
        place=catalogue_facts.area(*place_of(told)),
        start=period_of(told)[0],
        end=period_of(told)[1],
        is_table=bool(table or told.get(OWN_TABLE)),
        documents=tuple(_documents(told)),
        issued=issued(told),
        modified=modified(told),
        version=values.text(told.get(RELEASE)),
        version_notes=_version_notes(told),
        series=_series(told, iri),
        distributions=tuple(_distributions(told, iri)),
        services=tuple(_services(told)),
    )


def dataset_iri(told: Told) -> str:
    """Return the address of a dataset that stays when it is renamed."""
    return f"{site_url()}/dataset/{told['id']}"


def keywords(told: Told, office: Office | None) -> tuple[str, ...]:
    """Return the keywords; of a table of an office without any the office, whose name people look for."""
    said = tuple(values.text(tag["name"]) for tag in told.get("tags") or ())
    return said or ((values.text(office.title),) if told.get(OWN_TABLE) and office else ())


def place_of(told: Told) -> tuple[tuple[str, ...], str]:
    """Return official keys and words of the area; a table of an office that says none is of the city."""
    codes, words = tuple(str(told.get("area_code") or "").split()), values.text(told.get("spatial_text"))
    is_unsaid = bool(told.get(OWN_TABLE)) and not codes and not words
    return ((config.area_code(),) if is_unsaid else codes), words


def period_of(told: Told) -> tuple[str, str]:
    """Return first and last day; a table of an office that says none is as of the day of its version."""
    start, end = (values.day(told.get(name)) or "" for name in ("temporal_start", "temporal_end"))
    is_unsaid = bool(told.get(OWN_TABLE)) and not start and not end
    return start, (values.day(told.get(RELEASE)) or "") if is_unsaid else end


def issued(told: Told) -> str:
    """Return when the record was made."""
    return values.moment(told.get("metadata_created")) or ""


def modified(told: Told) -> str:
    """Return when the record was changed last."""
    return values.moment(told.get("metadata_modified")) or ""


def said(told: Told, office: Office | None) -> dict[str, Any]:
    """Return what the dataset says, or its organisation for all of its own."""
    is_ours = bool(told.get(MARKER) or told.get(OWN_TABLE))
    model_dataset = _first("model_dataset", told, office)
    return {
        "contributor": _first("contributor_id", told, office),
        "level": _first("political_level", told, office) or vocabularies.level(config.area_code()),
        "frequency": _rhythm(told, office),
        "availability": _first("availability", told, office) or (str(Availability.STABLE) if is_ours else ""),
        "valuable": _all("hvd_category", told, office),
        "references": (model_dataset,) if model_dataset else (),
    }


def _first(name: str, told: Told, office: Office | None) -> str:
    """Return an address that the dataset says, else its organisation; what is none is not told."""
    default = office.defaults.get(name) if office else None
    return values.iri(told.get(name)) or values.iri(default) or ""


def _rhythm(told: Told, office: Office | None) -> str:
    """Return how often data are renewed; an open table is published with each change and every night."""
    rhythm = _first("frequency", told, office)
    is_open = bool(told.get(MARKER)) and rhythm == Frequency.CONTINUOUS
    return str(Frequency.DAILY) if is_open else rhythm


def _all(name: str, told: Told, office: Office | None) -> tuple[str, ...]:
    """Return the addresses that the dataset says, one or several, else that of its organisation."""
    said = told.get(name) or (office.defaults.get(name) if office else None) or ()
    found = [values.iri(one) for one in ([said] if isinstance(said, str) else said)]
    return tuple(one for one in found if one)


def themes_of(told: Told, office: Office | None) -> tuple[str, ...]:
    """Return the topics: of the dataset, of its organisation, or as an open table is declared."""
    if themes := _all("theme", told, office):
        return themes
    table = ALL_TABLES.get(told.get(MARKER) or "")
    if table is None:
        return config.default_themes() if told.get(OWN_TABLE) else ()
    return _FOREIGN_THEMES if table.foreign else _OWN_THEMES


def _publisher(told: Told, office: Office | None, iri: str) -> tuple[Agent, Agent | None]:
    """Return who publishes, and which office made it where that is another."""
    named, own = values.text(told.get("publisher")), office_agent(office)
    if not named:
        return own, None
    if named == config.publisher():
        return catalogue_facts.city(), own if office else None
    return Agent(f"{iri}#herausgeber", named), None


def office_agent(office: Office | None) -> Agent:
    """Return an organisation as who publishes; the city where there is none."""
    if office is None:
        return catalogue_facts.city()
    return Agent(f"{site_url()}/organization/{office.id}", values.text(office.title))


def _identifier(told: Told) -> str:
    """Return what a record is called at its source, unchanged; else the id, which stays here for good."""
    query = sa.select(HarvestIdentity.identifier).where(HarvestIdentity.package_id == told["id"])
    return str(model.Session.scalars(query.order_by(HarvestIdentity.id)).first() or told["id"])


def _contact(told: Told, office: Office | None) -> Contact:
    return catalogue_facts.contact(office.title if office else "", values.text(told.get("contact_email")))


def _license(told: Told, sources: list[Told], publisher: str) -> License:
    license_id = values.text(told.get("license_id"))
    terms = catalogue_facts.license_of(license_id)
    named = [values.text(row.get("attribution")) for row in sources]
    whole = ", ".join(
        part for part in (f"Quelle: {publisher}", values.text(told.get("title")), terms.words) if part
    )
    words = terms.words or values.text(told.get("license_title")) or "Keine Angabe zur Lizenz"
    return License(terms.iri, words, "; ".join(dict.fromkeys(filter(None, named))) or whole)


def _originators(sources: list[Told], publisher: str, iri: str) -> Iterator[Agent]:
    for number, row in enumerate(sources, 1):
        if (name := values.text(row["title"])) != publisher:
            yield Agent(f"{iri}#quelle-{number}", name)


def _provenance(sources: list[Told], publisher: str) -> str:
    told = [values.text(row["title"]) for row in sources if values.text(row["title"]) != publisher]
    return f"Quelle der Daten: {'; '.join(told)}" if told else ""


def _documents(told: Told) -> Iterator[str]:
    if table := told.get(MARKER):
        yield f"{site_url()}/{_TABLES}/{table}/"
    if table := told.get(OWN_TABLE):
        yield f"{site_url()}/{ADDRESS}/{table}/"


def _version_notes(told: Told) -> str:
    if not told.get(RELEASE):
        return ""
    earlier = "was früher veröffentlicht wurde, bleibt unter seiner Nummer abrufbar"
    return f"Veröffentlichung {told[RELEASE]}; {earlier}."


def _series(told: Told, iri: str) -> Series | None:
    """Return what the editions of a table belong to, where its figures come by edition."""
    table = ALL_TABLES.get(told.get(MARKER) or "")
    if table is None or not table.foreign:
        return None
    return Series(f"{iri}#reihe", f"{table.title}: Reihe der Ausgaben", values.plain(table.description))


def _distributions(told: Told, iri: str) -> Iterator[Distribution]:
    for resource in told.get("resources") or ():
        own = f"{iri}/resource/{resource['id']}"
        address = values.iri(resource.get("url"))
        yield Distribution(
            iri=own,
            access=address or own,
            download=address or "",
            title=values.text(resource.get("name")),
            description=values.plain(resource.get("description") or ""),
            format=values.text(resource.get("format")),
            media_type=values.text(resource.get("mimetype")),
            size=values.whole(resource.get("size")),
            checksum=values.text(resource.get("hash")),
            issued=values.moment(resource.get("created")) or "",
            modified=values.moment(resource.get("last_modified")) or "",
            schema=_schema_of(told, address or ""),
        )
        if resource.get("datastore_active"):
            yield _rows(resource, own)


def _rows(resource: Told, iri: str) -> Distribution:
    """Return the same rows as an interface reads them: it has no file of its own (convention 41)."""
    asked = f"{site_url()}/api/3/action/datastore_search?resource_id={resource['id']}"
    return Distribution(
        iri=f"{iri}#zeilen",
        access=asked,
        title="Zeilen über die Schnittstelle",
        format="JSON",
        media_type="application/json",
        modified=values.moment(resource.get("last_modified")) or "",
        service=catalogue_facts.rows_service(),
    )


def _schema_of(told: Told, address: str) -> str:
    """Return the address of the Table Schema of a table's CSV file."""
    table, own = told.get(MARKER), told.get(OWN_TABLE)
    folder = f"{site_url()}/{_TABLES if table else ADDRESS}"
    name = table or own
    return f"{folder}/{name}.schema.json" if name and address == f"{folder}/{name}.csv" else ""


def _services(told: Told) -> Iterator[str]:
    yield catalogue_facts.actions_service()
    if any(resource.get("datastore_active") for resource in told.get("resources") or ()):
        yield catalogue_facts.rows_service()
