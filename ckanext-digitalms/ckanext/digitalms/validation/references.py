"""Foreign keys: the values that they may have, and the few of them that wording needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from frictionless import Resource, Schema
from frictionless.resources import TableResource

from ckanext.digitalms import duck
from ckanext.digitalms.messages import N_, Message

from . import cells as loading
from .cells import Cells
from .compiled import NotExpressibleError
from .scan import Scan, scan


@dataclass(frozen=True)
class Reference:
    """A foreign key.

    Args:
        own: the table that is judged.
        fields: of it.
        target: the table that is referred to.
        target_fields: of that.
        name: of the resource that is referred to; empty for the table itself.
        rows: the name of a table of the target's rows that wording needs.
    """

    own: Scan
    fields: tuple[str, ...]
    target: Scan
    target_fields: tuple[str, ...]
    name: str
    rows: str

    @property
    def is_own(self) -> bool:
        """Whether the table refers to itself."""
        return self.target is self.own

    def broken(self) -> str:
        """Give the SQL of the rows that refer to nothing."""
        return (
            f"SELECT a.n FROM {self.own.table} a ANTI JOIN {self.target.table} b ON {self._same()} "  # noqa: S608 - our own names
            f"WHERE NOT {self.own.nothing(self.fields)}"
        )

    def choose(self, database: duck.Connection, numbers: str) -> None:
        """Note one row of the target for each value that some rows refer to.

        Args:
            database: that has the tables.
            numbers: SQL of the numbers of these rows.
        """
        grouped = ", ".join(f"b.{key}" for key in self.target.keys(self.target_fields))
        database.execute(
            f"CREATE TABLE {self.rows} AS SELECT min(b.n) AS n FROM {self.target.table} b SEMI JOIN "  # noqa: S608 - our own names
            f"(FROM {self.own.table} WHERE n IN ({numbers}) AND NOT {self.own.nothing(self.fields)}) a "
            f"ON {self._same()} GROUP BY {grouped}"
        )

    def _same(self) -> str:
        pairs = zip(self.own.keys(self.fields), self.target.keys(self.target_fields), strict=True)
        return " AND ".join(f"a.{one} IS NOT DISTINCT FROM b.{other}" for one, other in pairs)


def needed(database: duck.Connection, refer: Sequence[Reference]) -> list[Resource]:
    """Give the tables that are referred to, each with just the values that are needed."""
    by_name: dict[str, list[Reference]] = {}
    for reference in refer:
        if not reference.is_own:
            by_name.setdefault(reference.name, []).append(reference)
    return [_needed(database, name, several) for name, several in by_name.items()]


def _needed(database: duck.Connection, name: str, several: list[Reference]) -> Resource:
    cells = several[0].target.cells
    names = list(dict.fromkeys(field for reference in several for field in reference.target_fields))
    rows = " UNION ".join(f"SELECT n FROM {reference.rows}" for reference in several)  # noqa: S608 - our own names
    columns = ", ".join(cells.column(field) for field in names)
    found = database.execute(f"SELECT {columns} FROM {cells.source} WHERE n IN ({rows})").fetchall()  # noqa: S608 - our own names
    told = [cells.schema.get_field(field).to_descriptor() for field in names]
    # only their values are looked up
    fields = [{key: value for key, value in one.items() if key != "constraints"} for one in told]
    schema = Schema.from_descriptor({"fields": fields, "missingValues": cells.schema.missing_values})
    return Resource(name=name, data=[names, *map(list, found)], format="inline", schema=schema)


def own_fields(resource: TableResource) -> set[str]:
    """Give the fields of a table that its references need, on either side."""
    needed: set[str] = set()
    for key in resource.schema.foreign_keys:
        needed |= set(key["fields"])
        if _target_name(resource, key) == "":
            needed |= set(key["reference"]["fields"])
    return needed


def references(
    database: duck.Connection, resource: TableResource, own: Scan, *, is_copied: bool
) -> list[Reference]:
    """Load what a resource's foreign keys refer to.

    Raises:
        NotExpressibleError: the query cannot judge one.
    """
    found: list[Reference] = []
    loaded: dict[str, Cells] = {}
    for place, key in enumerate(resource.schema.foreign_keys):
        name = _target_name(resource, key)
        fields, target_fields = tuple(key["fields"]), tuple(key["reference"]["fields"])
        target = own
        if name:
            if name not in loaded:
                loaded[name] = loading.load(database, _target(resource, name), is_copied=is_copied)
            cells = loaded[name]
            if not set(target_fields) <= set(cells.schema.field_names):
                raise NotExpressibleError(Message(N_("a reference to “{table}”"), {"table": name[:60]}))
            target = scan(database, cells, f"target{place}", target_fields)
        types = [own.cells.schema.get_field(one).type for one in fields]
        if types != [target.cells.schema.get_field(one).type for one in target_fields]:
            raise NotExpressibleError(Message(N_("a reference between different types")))
        found.append(Reference(own, fields, target, target_fields, name, f"needed{place}"))
    return found


def _target_name(resource: TableResource, key: dict[str, Any]) -> str:
    name = str(key["reference"]["resource"])
    return "" if name == resource.name else name


def _target(resource: TableResource, name: str) -> TableResource:
    package = resource.package
    target = package.get_resource(name) if package and package.has_resource(name) else None
    if not isinstance(target, TableResource):
        raise NotExpressibleError(Message(N_("a reference to “{table}”"), {"table": name[:60]}))
    return target
