"""The tables that come back: what each column stands for in the record, and what is only computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.digitalms.tables.open_tables import TABLES, OpenTable
from ckanext.digitalms.tables.spec import code_field, for_people, words_of
from ckanext.digitalms.validation.table import FieldSpec, TableSchema

# the kind of delivery that holds such a table
KIND = "table"
ACTION, DELETE = "action", "delete"
_ACTION: dict[str, Any] = {
    "name": ACTION,
    "title": "Aktion",
    "type": "string",
    "constraints": {"enum": [DELETE]},
}


@dataclass(frozen=True)
class TableMapping:
    """How a table stands for the record.

    Args:
        name: of the open table.
        key: the columns by which a row is found again.
        kind: the list of the record whose rows these are; ``None``: the record itself.
        row_id: the column of the key that a new row leaves empty.
        told_by: the column by which a row without id is recognised.
        fields: column → field of the record (or of its row), where the names differ.
        computed: columns that may be there and are never written.
        passing: those of them that time alone changes: an older file has another value, which is not told.
        may_lack: columns that the table has and a new row need not have.
        found_by: the part of the key that is enough to find a row again; by default all of it.
        fixed: other columns that a known row cannot change.
        inherits: what a new row has from the newest one with its id where it does not say it.
    """

    name: str
    key: tuple[str, ...]
    kind: str | None = None
    row_id: str = ""
    told_by: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()
    passing: frozenset[str] = frozenset()
    may_lack: frozenset[str] = frozenset()
    found_by: tuple[str, ...] = ()
    fixed: frozenset[str] = frozenset()
    inherits: frozenset[str] = frozenset()

    @property
    def lookup(self) -> tuple[str, ...]:
        """Return the columns by which a row is found again."""
        return self.found_by or self.key

    @property
    def table(self) -> OpenTable:
        """Return the open table."""
        return TABLES[self.name]

    @property
    def published(self) -> TableSchema:
        """Return the schema that it is published with."""
        return TableSchema(self.name, self.table.schema)

    @property
    def specs(self) -> dict[str, FieldSpec]:
        """Return the published fields by name."""
        return {spec.name: spec for spec in self.published.fields}

    @property
    def words(self) -> dict[str, dict[str, str]]:
        """Return by column the codes of its German words."""
        told = {str(one["name"]): words_of(one) for one in self.table.fields}
        return {
            name: {word.casefold(): value for value, word in words.items()}
            for name, words in told.items()
            if words
        }

    @property
    def codes(self) -> dict[str, FieldSpec]:
        """Return by column of words the column of codes that tables for people have beside it."""
        found = {one["name"]: code_field(one) for one in self.table.fields if words_of(one)}
        return {
            name: FieldSpec(beside["name"], beside["title"], beside["type"]) for name, beside in found.items()
        }

    @property
    def needed(self) -> tuple[str, ...]:
        """Return the columns without which no row can be found."""
        return tuple(name for name in self.key if name != self.row_id and name not in self.may_lack)

    @property
    def required(self) -> tuple[str, ...]:
        """Return the columns that a new row must fill."""
        free = self.computed | self.may_lack | self.inherits | {self.row_id}
        return tuple(name for name, spec in self.specs.items() if spec.is_required and name not in free)

    def field_of(self, column: str) -> str:
        """Return the field of the record that a column stands for."""
        return self.fields.get(column, column)

    def column_of(self, name: str) -> str:
        """Return the column that stands for a field of the record."""
        return next((column for column, own in self.fields.items() if own == name), name)

    def schema(self, columns: Collection[str]) -> TableSchema:
        """Return the schema that a file with these columns is held against.

        Keys are compared by us, since a row may leave its id empty; a computed value is not judged.
        """
        fields = [
            self._described(one) for one in self.table.fields if one["name"] in {*columns, *self.needed}
        ]
        own = [_ACTION] if ACTION in columns else []
        return TableSchema(self.name, {"fields": [*fields, *own], "missingValues": [""]})

    def _described(self, declared: Mapping[str, Any]) -> dict[str, Any]:
        name = declared["name"]
        shown = {"name": name, "title": declared["title"]}
        if name in self.computed:
            return {**shown, "type": "any"}
        rules = {rule: value for rule, value in declared.get("constraints", {}).items() if rule != "unique"}
        if name == self.row_id or name in self.may_lack:
            rules.pop("required", None)
        return {**shown, "type": declared["type"], "constraints": rules}


MAPPINGS = {
    shape.name: shape
    for shape in (
        TableMapping(
            "measures",
            ("measure_id",),
            fields={"organisation": "owner_org", "keywords": "tags"},
            computed=frozenset({"is_delayed", "days_overdue", "url"}),
            passing=frozenset({"days_overdue"}),
            may_lack=frozenset({"as_of"}),
        ),
        TableMapping(
            "status_series",
            ("measure_id", "as_of", "statement_id"),
            row_id="statement_id",
            fields={"source": "statement_source"},
            computed=frozenset({"recorded_at"}),
            found_by=("statement_id",),
            fixed=frozenset({"measure_id", "as_of"}),
        ),
        TableMapping(
            "steps",
            ("measure_id", "step_id"),
            "steps",
            "step_id",
            "text",
            fields={"step_id": "id"},
            computed=frozenset({"removed_on"}),
            may_lack=frozenset({"position", "as_of"}),
        ),
        TableMapping(
            "milestones",
            ("measure_id", "milestone_id"),
            "milestones",
            "milestone_id",
            "title",
            fields={"milestone_id": "id"},
            computed=frozenset({"state", "removed_on"}),
        ),
        TableMapping(
            "milestone_shifts",
            ("milestone_id", "statement_id"),
            "milestones",
            fields={"milestone_id": "id"},
            computed=frozenset({"old_latest", "new_latest", "days"}),
        ),
        TableMapping(
            "goals",
            ("measure_id", "goal_id"),
            "goals",
            "goal_id",
            "text",
            fields={"goal_id": "id"},
            computed=frozenset({"removed_on"}),
        ),
        TableMapping(
            "obstacles",
            ("measure_id", "obstacle_id"),
            "obstacles",
            "obstacle_id",
            "text",
            fields={"obstacle_id": "id"},
        ),
        TableMapping(
            "partners",
            ("measure_id", "partner_id"),
            "partners",
            "partner_id",
            "name",
            fields={"partner_id": "id"},
        ),
        TableMapping(
            "links", ("measure_id", "link_id"), "links", "link_id", "title", fields={"link_id": "id"}
        ),
        TableMapping(
            "coverage_links",
            ("measure_id", "coverage_link_id"),
            "coverage_links",
            "coverage_link_id",
            fields={"coverage_link_id": "id"},
        ),
        TableMapping(
            "goal_reviews",
            ("goal_id", "review_date"),
            "goal_reviews",
            computed=frozenset({"measure_id", "text", "state"}),
        ),
        TableMapping(
            "indicators",
            ("indicator_id", "date"),
            "indicators",
            "indicator_id",
            "title",
            fields={"indicator_id": "id", "date": "day"},
            computed=frozenset({"recorded_at"}),
            may_lack=frozenset({"measure_id", "origin"}),
            fixed=frozenset({"measure_id"}),
            inherits=frozenset(
                {"title", "unit", "target", "origin", "definition", "source", "direction", "interval"}
            ),
        ),
        TableMapping(
            "council_references",
            ("measure_id", "reference", "body", "role"),
            "council_references",
            computed=frozenset({"kind", "number", "year", "supplement"}),
            may_lack=frozenset({"body"}),
        ),
    )
}


def any_of_them() -> TableSchema:
    """Return a schema with the columns of all tables: for finding the delimiter before the table is known."""
    shown = [one for shape in MAPPINGS.values() for one in for_people(shape.table.fields)]
    fields = {one["name"]: one for one in shown}
    titled = [{"name": one["title"], "type": "any"} for one in shown]
    return TableSchema("", {"fields": [*fields.values(), *titled, _ACTION]})
