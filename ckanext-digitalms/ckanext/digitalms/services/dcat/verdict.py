"""What a dataset lacks for other portals, at the field that mends it.

SHACL says what breaks a rule; hints say what no rule asks and portals need: without a topic or a keyword
nobody finds a dataset there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ckanext.digitalms import config
from ckanext.digitalms.dcat import checking, vocabularies
from ckanext.digitalms.dcat.checking import Result
from ckanext.digitalms.dcat.describing import Node
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from . import offices, pages, pieces

HINT = "Hint"
# by property: the field, and what to do about it
_FIELDS = {
    "dct:title": ("title", N_("Give the dataset a title.")),
    "dct:description": ("notes", N_("Describe what is in the data.")),
    "dct:publisher": ("owner_org", N_("Choose the organisation that publishes the data.")),
    "foaf:name": ("owner_org", N_("Give the organisation a name.")),
    "dcat:keyword": ("tag_string", N_("Add a keyword or two: portals find datasets by them.")),
    "dcat:theme": ("theme", N_("Choose a topic, here or for all datasets at the organisation.")),
    "dct:accrualPeriodicity": ("frequency", N_("Choose from the list how often the data are renewed.")),
    "dcatap:availability": ("availability", N_("Choose from the list for how long the data are there.")),
    "dcatde:politicalGeocodingLevelURI": (
        "political_level",
        N_("Choose the level of the administration from the list."),
    ),
    "dcatde:contributorID": (
        "contributor_id",
        N_("Name one address of the list at dcat-ap.de, or leave the field empty."),
    ),
    "dct:license": ("license_id", N_("Choose a licence of the list: without one nobody may use the data.")),
    "dct:spatial": ("area_code", N_("Enter the official key of the area that the data are of.")),
    "dct:temporal": ("temporal_start", N_("Enter from when on the data are, or until when.")),
    "dcat:contactPoint": (
        "contact_email",
        N_("Enter a mailbox for questions."),
    ),
    "vcard:hasEmail": ("contact_email", N_("Enter a mailbox for questions.")),
    "dcat:distribution": ("resources", N_("Add a file or an address: portals leave out what has none.")),
    "dcat:accessURL": ("resources", N_("Give the file an address that begins with https://.")),
    "dct:format": ("resources", N_("Say the format of each file, such as CSV or PDF.")),
    "dcat:mediaType": ("resources", N_("Say the format of each file, such as CSV or PDF.")),
    "dcatap:hvdCategory": ("hvd_category", N_("Choose the category of the regulation from the list.")),
    "dct:references": ("model_dataset", N_("Enter the whole address of the model dataset.")),
}
# those that the form of a measure has, too
_OF_MEASURES = frozenset({"title", "notes", "owner_org", "tag_string", "area_code", "contact_email"})
_WANTED = ("dcat:keyword", "dcat:theme", "dct:spatial", "dct:temporal", "dcat:distribution")


@dataclass(frozen=True)
class Finding:
    """What is wrong or missing.

    Args:
        severity: ``Violation`` and ``Warning`` break a rule, ``Hint`` does not.
        field: of the form, or an empty text where no field mends it; ``organisation.NAME`` where the
            organisation says it.
        path: the property.
        value: that is wrong, or an empty text.
        message: what to do.
    """

    severity: str
    field: str
    path: str
    value: str
    message: Message


def of_dataset(told: Mapping[str, Any]) -> list[Finding]:
    """Return what is to be said of a dataset or measure, the gravest first; raises ``ShapesError``."""
    piece = pieces.made(told)
    found = [*of_nodes(pages.whole(piece)), *_hints(piece.nodes[0], piece.nodes)]
    return [replace(one, field=_place(one.field, told)) for one in found]


def _place(field: str, told: Mapping[str, Any]) -> str:
    """Return the field where something is mended: that of the organisation where it said it, not the dataset.

    A measure is asked little of this, and says the rest by what it is.
    """
    office = offices.every().get(str(told.get("owner_org") or ""))
    said = office.defaults if office else {}
    if told["type"] == MEASURE_TYPE:
        return f"organisation.{field}" if field in said else field if field in _OF_MEASURES else ""
    return f"organisation.{field}" if field in said and not told.get(field) else field


def of_nodes(nodes: Iterable[Node]) -> list[Finding]:
    """Return which rules some nodes break, the gravest first; raises ``ShapesError``."""
    found: dict[Any, Finding] = {}
    for one in map(finding_of, checking.check_once(list(nodes), config.shapes())):
        # several rules say the same, the gravest first
        found.setdefault((one.path, one.value, one.message.text, str(one.message.values)), one)
    return list(found.values())


def finding_of(result: Result) -> Finding:
    """Return a result of SHACL at the field that mends it, or as the rule says it where none does."""
    field, remedy = _FIELDS.get(result.path, ("", ""))
    text = Message(remedy) if remedy else Message(N_("{rule}"), {"rule": result.message or result.path})
    return Finding(result.severity, field, result.path, result.value, text)


def _hints(dataset: Node, nodes: Iterable[Node]) -> Iterator[Finding]:
    if dataset["dct:description"] == dataset["dct:title"]:
        field, remedy = _FIELDS["dct:description"]
        yield Finding(HINT, field, "dct:description", "", Message(remedy))
    for path in _WANTED:
        if path not in dataset:
            field, remedy = _FIELDS[path]
            yield Finding(HINT, field, path, "", Message(remedy))
    files = [one for one in nodes if "dcat:Distribution" in one["@type"]]
    if any(one["dct:license"] == [{"@id": vocabularies.NO_LICENSE}] for one in files):
        field, remedy = _FIELDS["dct:license"]
        yield Finding(HINT, field, "dct:license", vocabularies.NO_LICENSE, Message(remedy))
    if any("dct:format" not in one for one in files):
        field, remedy = _FIELDS["dct:format"]
        yield Finding(HINT, field, "dct:format", "", Message(remedy))
