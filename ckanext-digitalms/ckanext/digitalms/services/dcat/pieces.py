"""What the catalogue says of one dataset, kept with it in the index.

A piece is made when its dataset is written to the index, so rights, purge, redaction and a rebuild hold for
it. It says what it was made from besides the dataset (configuration, organisation); where that has changed
since, it is made anew when it is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from ckanext.digitalms import config
from ckanext.digitalms.dcat import describing
from ckanext.digitalms.dcat.describing import Node
from ckanext.digitalms.dcat.facts import Dataset
from ckanext.digitalms.publishing.snapshot import site_url
from ckanext.digitalms.search.fields import DCAT
from ckanext.digitalms.services.read_once import read_once
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from . import catalogue_facts, dataset_facts, measure_facts, offices
from .offices import Office

# of how pieces are made: another number makes them all anew
_VERSION = 2
TYPES = ("dataset", MEASURE_TYPE)


class Piece(msgspec.Struct):
    """The nodes of one dataset, itself first; who delivers it, whose it is, and what they were made from."""

    mark: str
    office: str
    contributor: str
    nodes: list[Node]

    @property
    def subject(self) -> str:
        """Return the IRI of the dataset."""
        return str(self.nodes[0]["@id"])


def add(document: dict[str, Any]) -> dict[str, Any]:
    """Add the piece to what goes to the index of a public dataset."""
    if document.get("dataset_type") in TYPES and document.get("capacity") == "public":
        told = json.loads(document["validated_data_dict"])
        document[DCAT] = msgspec.json.encode(made(told)).decode()
    return document


def made(told: Mapping[str, Any]) -> Piece:
    """Make the piece of a dataset or measure."""
    owner = str(told.get("owner_org") or "")
    facts = facts_of(told)
    return Piece(mark(offices.every().get(owner)), owner, facts.contributor, describing.dataset(facts))


def facts_of(told: Mapping[str, Any], *, has_sizes: bool = True) -> Dataset:
    """Return the facts of a dataset or measure.

    Args:
        told: it, as ``package_show`` gives it.
        has_sizes: with those sizes of files that have to be worked out.
    """
    office = offices.every().get(str(told.get("owner_org") or ""))
    if told["type"] == MEASURE_TYPE:
        return measure_facts.facts_of(told, office, has_sizes=has_sizes)
    return dataset_facts.facts_of(told, office)


def address(told: Mapping[str, Any]) -> str:
    """Return the address of a dataset or measure in the catalogue; nothing for what is neither."""
    if told.get("type") == MEASURE_TYPE and told.get("name"):
        return measure_facts.measure_iri(told)
    return dataset_facts.dataset_iri(told) if told.get("type") == "dataset" and told.get("id") else ""


def kept(document: Mapping[str, Any]) -> Piece | None:
    """Return the piece that the index keeps, unless something has changed since.

    Args:
        document: of the index, with the piece.
    """
    if not document.get(DCAT):
        return None
    piece = msgspec.json.decode(document[DCAT], type=Piece)
    return piece if piece.mark == mark(offices.every().get(piece.office)) else None


def mark(office: Office | None) -> str:
    """Name what pieces of an organisation are made from, besides their datasets."""
    key = office.id if office else ""
    return read_once(("dcat_mark", key), lambda: _mark(office))


def _mark(office: Office | None) -> str:
    shared = (
        _VERSION,
        site_url(),
        *(config.publisher(), config.contact_email(), config.area_code(), config.license_id()),
        config.default_themes(),
        *(config.city(), config.geonames(), config.bbox(), config.rhythm().wanted),
        catalogue_facts.rows_service(),
        *((office.id, office.title, sorted(office.defaults.items())) if office else ()),
    )
    return hashlib.sha256(repr(shared).encode()).hexdigest()[:16]
