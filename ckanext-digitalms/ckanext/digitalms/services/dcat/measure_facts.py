"""The facts of a measure, which is a dataset with files of its own: its record and its history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.dcat import values, vocabularies
from ckanext.digitalms.dcat.facts import Contact, Dataset, Distribution
from ckanext.digitalms.dcat.vocabularies import Availability, Theme
from ckanext.digitalms.measures import history_file
from ckanext.digitalms.measures.record import ROW_TYPES, Measure, measure_from_dataset
from ckanext.digitalms.publishing.snapshot import site_url
from ckanext.digitalms.vocabularies import Frequency

from . import catalogue_facts
from .dataset_facts import issued, modified, office_agent
from .offices import Office

_RHYTHMS = (
    (1, Frequency.MONTHLY),
    (3, Frequency.QUARTERLY),
    (6, Frequency.HALF_YEARLY),
    (12, Frequency.YEARLY),
)
HISTORY = "/verlauf.csv"
_PAGE = 1000  # statements that are read at once
# in German, as the data are
_FILES = (
    (".json", "Steckbrief (JSON)", "Alle Angaben zur Maßnahme, wie sie heute gelten.", "JSON"),
    (".csv", "Steckbrief (CSV)", "Die Zeile der Maßnahme in der Tabelle der Maßnahmen.", "CSV"),
    (HISTORY, "Verlauf (CSV)", "Jeder Stand der Maßnahme mit Status und Fortschritt.", "CSV"),
)


def facts_of(told: Mapping[str, Any], office: Office | None, *, has_sizes: bool = True) -> Dataset:
    """Return the facts of a measure.

    Args:
        told: its dataset.
        office: its organisation.
        has_sizes: with sizes of files; that of the history takes to read all of it.
    """
    measure = measure_from_dataset(told)
    iri, title = measure_iri(told), values.text(told.get("title"))
    words = "\n".join(values.plain(one or "") for one in (measure.notes, measure.statement) if one)
    start, end = _period(measure)
    defaults = office.defaults if office else {}
    return Dataset(
        iri=iri,
        page=iri,
        identifier=str(told["id"]),
        title=title,
        description=words or title,
        publisher=office_agent(office),
        contact=_contact(told, office, iri),
        license=catalogue_facts.own_license(title),
        keywords=tuple(dict.fromkeys((*map(values.text, measure.keywords), "Digitalisierung"))),
        themes=(str(Theme.GOVERNMENT), str(Theme.TECHNOLOGY)),
        contributor=values.iri(defaults.get("contributor_id")) or "",
        level=values.iri(defaults.get("political_level")) or vocabularies.level(config.area_code()),
        place=catalogue_facts.area((measure.area_code or config.area_code(),), values.text(measure.place)),
        start=start,
        end=end,
        frequency=_rhythm(measure),
        availability=str(Availability.STABLE),
        references=tuple(_papers(measure)),
        issued=issued(told),
        modified=modified(told),
        distributions=tuple(_files(iri, modified(told), str(told["name"]) if has_sizes else "")),
        services=(catalogue_facts.actions_service(),),
    )


def told_of(package: model.Package, keywords: Iterable[str]) -> dict[str, Any]:
    """Return what facts are read from, straight from the database; CKAN's ``package_show`` asks much more.

    Args:
        package: the measure.
        keywords: of it.
    """
    extras = dict(package.extras)
    rows = {name: json.loads(extras[name]) for name in ROW_TYPES if isinstance(extras.get(name), str)}
    of_itself = ("id", "name", "title", "notes", "owner_org", "type")
    return {
        **extras,
        **rows,
        **{name: getattr(package, name) for name in of_itself},
        **{name: getattr(package, name).isoformat() for name in ("metadata_created", "metadata_modified")},
        "tags": [{"name": word} for word in keywords],
    }


def measure_iri(told: Mapping[str, Any]) -> str:
    """Return the address of a measure: that of its page, which stays."""
    return f"{site_url()}/digitalisierungsmassnahme/{told['name']}"


def _contact(told: Mapping[str, Any], office: Office | None, iri: str) -> Contact:
    """Return the function that is asked; its mailbox may be a person's, so the page is told instead."""
    name = values.text(told.get("contact_function")) or (office.title if office else "")
    return Contact(name or config.publisher(), config.contact_email(), iri)


def _period(measure: Measure) -> tuple[str, str]:
    days: list[date | None] = [measure.as_of]
    days += [day for one in measure.milestones for day in (one.earliest, one.latest, one.met_on)]
    days += [one.decided_on for one in measure.council_references]
    days += [one.day for one in measure.indicators]
    known = [day for day in days if day]
    return (min(known).isoformat(), max(known).isoformat()) if known else ("", "")


def _rhythm(measure: Measure) -> str:
    months = measure.update_interval or config.rhythm().wanted
    return str(next((word for most, word in _RHYTHMS if months <= most), Frequency.IRREGULAR))


def _papers(measure: Measure) -> Iterator[str]:
    for row in measure.council_references:
        if row.reference:
            yield f"{site_url()}/digitalisierung/ratsbezug/{quote(row.reference)}"


def _files(iri: str, modified: str, name: str) -> Iterator[Distribution]:
    for ending, title, description, kind in _FILES:
        address = f"{iri}{ending}"
        yield Distribution(
            iri=address,
            access=address,
            download=address,
            title=title,
            description=description,
            format=kind,
            # the record of today changes with the day, the history only with what is said
            size=_history_size(name) if name and ending == HISTORY else None,
            modified=modified,
            schema=f"{site_url()}/digitalisierung/daten/measures.schema.json" if ending == ".csv" else "",
        )


def _history_size(name: str) -> int | None:
    """Return how many bytes the history has as a file, or nothing as long as there is none."""
    told: list[Mapping[str, Any]] = []
    count = 1
    while len(told) < count:
        asked = {"id": name, "limit": _PAGE, "offset": len(told)}
        try:
            found = tk.get_action("digitalms_measure_history")({"ignore_auth": True, "user": ""}, asked)
        except tk.ObjectNotFound:
            return None
        told += found["results"]
        count = found["count"] if found["results"] else 0
    return len(history_file.text(name, told).encode())
