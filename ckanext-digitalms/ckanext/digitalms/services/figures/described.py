"""The public datasets as they are counted, read in one query whatever their number."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.model.public import PUBLIC
from ckanext.digitalms.publishing import licenses
from ckanext.digitalms.publishing.custom_tables import MARKER as OWN_TABLE
from ckanext.digitalms.publishing.datasets import MARKER
from ckanext.digitalms.quality.counting import Described, Kind
from ckanext.digitalms.services.dcat import dataset_facts, offices

# times of CKAN are UTC without saying so; a day is one of the city
_ASKED = sa.text(f"""
SELECT p.id, p.license_id, p.owner_org, coalesce(p.notes, '') <> '' AS is_described, p.extras,
    g.name AS office, f.formats,
    (coalesce(f.newest, p.metadata_modified) AT TIME ZONE 'UTC' AT TIME ZONE :zone)::date AS changed_on,
    EXISTS (SELECT 1 FROM package_tag t WHERE t.package_id = p.id AND t.state = 'active') AS has_keyword,
    EXISTS (SELECT 1 FROM digitalms_harvest_identity i WHERE i.package_id = p.id) AS is_harvested
FROM package p
LEFT JOIN "group" g ON g.id = p.owner_org
LEFT JOIN (
    SELECT package_id, array_agg(DISTINCT upper(trim(format))) FILTER (WHERE trim(format) <> '') AS formats,
        max(greatest(created, last_modified)) AS newest
    FROM resource WHERE state = 'active' GROUP BY package_id
) f ON f.package_id = p.id
WHERE p.type = 'dataset' AND {PUBLIC.format(package="p")}
ORDER BY p.id
""")  # noqa: S608 - made of our own texts only


def read() -> list[Described]:
    """Return every public dataset; measures are none of them."""
    return list(_read())


def _read() -> Iterator[Described]:
    known, owners = licenses.known(), offices.every()
    for row in model.Session.execute(_ASKED, {"zone": config.time_zone().key}):
        told = {name: _value(text) for name, text in (row.extras or {}).items()}
        said = dataset_facts.said(told, owners.get(row.owner_org))
        topics = dataset_facts.themes_of(told, owners.get(row.owner_org))
        has = {
            "description": row.is_described,
            "keyword": row.has_keyword or bool(told.get(OWN_TABLE)),
            "topic": bool(topics),
            "area": any(dataset_facts.place_of(told)),
            "period": any(dataset_facts.period_of(told)),
            "rhythm": bool(said["frequency"]),
            "licence": row.license_id in known,
            "format": bool(row.formats),
        }
        yield Described(
            kind=_kind(told, is_harvested=row.is_harvested),
            formats=frozenset(row.formats or ()),
            license_id=row.license_id or "",
            topics=tuple(one.rpartition("/")[2] for one in topics),
            office=row.office or "",
            frequency=said["frequency"],
            changed_on=row.changed_on,
            lacks=frozenset(name for name, is_there in has.items() if not is_there),
        )


def _value(text: Any) -> Any:
    """Return a field as ``package_show`` gives it: several values are kept as a list in JSON."""
    if isinstance(text, str) and text.startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _kind(told: Mapping[str, Any], *, is_harvested: bool) -> Kind:
    if told.get(MARKER):
        return Kind.OPEN_TABLE
    if told.get(OWN_TABLE):
        return Kind.OWN_TABLE
    return Kind.HARVESTED if is_harvested else Kind.OTHER
