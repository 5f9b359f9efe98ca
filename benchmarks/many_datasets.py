"""Many datasets for a benchmark: one is made as everybody makes it, the others are copies of its rows."""

from __future__ import annotations

import json
import uuid
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib.search.common import make_connection
from ckan.logic import index_update_package
from ckan.tests.helpers import call_action

from ckanext.digitalms.search import rebuilding

TABLES = (("resource", "package_id"), ("package_tag", "package_id"))


def make(count: int, owner: str) -> None:
    """Make datasets with three files, keywords, area and period in the database; the index knows none.

    Args:
        count: how many.
        owner: the organisation's id.
    """
    first = call_action(
        "package_create",
        name="datensatz-0",
        title="Datensatz 0",
        notes="Ein **Satz** über die Daten, und noch einer.",
        owner_org=owner,
        license_id="dl-de-by-2.0",
        area_code="05515000",
        temporal_start="2019-01-01",
        tags=[{"name": "Verkehr"}, {"name": "Rad"}],
        resources=[
            {"url": f"https://x.example/0.{ending}", "format": ending.upper(), "name": ending}
            for ending in ("csv", "json", "xlsx")
        ],
    )
    numbers = {"id": first["id"], "count": count - 1}
    changed = {"id": "gen_random_uuid()::text", "name": "'datensatz-' || n", "title": "'Datensatz ' || n"}
    _copied("package", "one.id = :id", "generate_series(1, :count) AS n", changed, numbers)
    for table, key in TABLES:
        changed = {"id": "gen_random_uuid()::text", key: "package.id"}
        source = "package"
        where = f"one.{key} = :id AND package.name LIKE 'datensatz-%' AND package.id <> :id"
        _copied(table, where, source, changed, {"id": first["id"]})
    model.Session.commit()


def index(count: int, owner: str) -> None:
    """Make so many in the index alone: the document of one, each with its own id, name and title."""
    make(1, owner)
    package_id = model.Session.scalars(sa.select(model.Package.id)).one()
    with rebuilding._gathering() as told:
        index_update_package({"ignore_auth": True}, package_id, defer_commit=True)
    text = json.dumps(told.documents[0])
    key = told.documents[0]["index_id"]
    for start in range(0, count, 1000):
        some = []
        for number in range(start, min(start + 1000, count)):
            own = {package_id: str(uuid.UUID(int=number)), key: f"{number:032x}"}
            own |= {"datensatz-0": f"datensatz-{number}", "Datensatz 0": f"Datensatz {number}"}
            copy = text
            for before, after in own.items():
                copy = copy.replace(before, after)
            some.append(json.loads(copy))
        make_connection().add(some, commit=True)


def _copied(table: str, where: str, source: str, changed: dict[str, str], values: dict[str, Any]) -> None:
    names = [column["name"] for column in sa.inspect(model.Session.connection()).get_columns(table)]
    told = ", ".join(changed.get(name, f'one."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    text = f"INSERT INTO {table} ({columns}) SELECT {told} FROM {table} AS one, {source} WHERE {where}"
    model.Session.execute(sa.text(text), values)
