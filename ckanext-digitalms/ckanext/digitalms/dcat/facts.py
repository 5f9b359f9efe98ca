"""What is said of a dataset, each fact once, before it is written in any vocabulary."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Agent:
    """An office: never a person."""

    iri: str
    name: str
    homepage: str = ""


@dataclass(frozen=True)
class Contact:
    """Where to ask: what it is called, a mailbox of a function, and a page."""

    name: str
    email: str = ""
    page: str = ""


@dataclass(frozen=True)
class Place:
    """Where data are of.

    Args:
        codes: official keys (AGS).
        name: in words.
        geonames: the address in GeoNames.
        box: west, south, east, north in degrees.
    """

    codes: tuple[str, ...] = ()
    name: str = ""
    geonames: str = ""
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class License:
    """Terms: the IRI in the German list, their words, and how to name the source."""

    iri: str
    words: str = ""
    attribution: str = ""


@dataclass(frozen=True)
class Distribution:
    """A file, or a way to read a part of it."""

    iri: str
    access: str
    title: str = ""
    description: str = ""
    download: str = ""
    format: str = ""
    media_type: str = ""
    size: int | None = None
    checksum: str = ""
    issued: str = ""
    modified: str = ""
    schema: str = ""
    service: str = ""


@dataclass(frozen=True)
class Series:
    """What editions belong to."""

    iri: str
    title: str
    description: str


@dataclass(frozen=True)
class Dataset:
    """A dataset; what is empty is not known and not said. Texts are German."""

    iri: str
    page: str
    identifier: str
    title: str
    description: str
    publisher: Agent
    contact: Contact
    license: License
    creator: Agent | None = None
    keywords: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    contributor: str = ""
    level: str = ""
    place: Place = Place()
    start: str = ""
    end: str = ""
    frequency: str = ""
    availability: str = ""
    valuable: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    is_table: bool = False
    issued: str = ""
    modified: str = ""
    version: str = ""
    version_notes: str = ""
    provenance: str = ""
    originators: tuple[Agent, ...] = ()
    series: Series | None = None
    distributions: tuple[Distribution, ...] = field(default=())
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class Service:
    """An interface that programs ask."""

    iri: str
    title: str
    description: str
    endpoint: str
    documented: str
    described: str


@dataclass(frozen=True)
class Catalogue:
    """The catalogue itself."""

    iri: str
    home: str
    title: str
    description: str
    publisher: Agent
    contact: Contact
    license: License
    place: Place
    services: tuple[Service, ...] = ()
    issued: str = ""
