"""Tables that others refer to, read once for a whole package.

For each table with references frictionless copies and reads the table that is referred to from its beginning:
the measures again for each of ten tables, which is a tenth of what a small release takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from frictionless import Package, Resource

__all__ = ["read_once"]

# cells by column, of those columns alone that something refers to
KeyCells = dict[str, Any]


def read_once(package: Package) -> None:
    """Let frictionless find keys that others refer to where they were read before; findings stay the same.

    The keys are held as long as the package is; a table that cannot be read is tried, and told, each time.
    """
    keys = _keys(package)
    resources = {name: package.get_resource(name) for name in package.resource_names}
    known: dict[str, _Referred] = {}

    def get(name: str) -> Any:
        if name not in keys:
            return resources[name]
        return known.setdefault(name, _Referred(resources[name], keys[name]))

    package.get_resource = get  # type: ignore[method-assign]


def _keys(package: Package) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for resource in package.resources:
        for one in resource.schema.foreign_keys if resource.schema else []:
            found.setdefault(one["reference"]["resource"], {}).update(
                dict.fromkeys(one["reference"]["fields"])
            )
    return {name: tuple(columns) for name, columns in found.items() if package.has_resource(name)}


class _Referred:
    """What frictionless asks of a table that another one refers to."""

    schema = None

    def __init__(self, resource: Resource, columns: tuple[str, ...]) -> None:
        self.resource = resource
        self.columns = columns
        self.rows: list[KeyCells] | None = None

    def to_copy(self) -> _Referred:
        """Return it: nothing of it is changed."""
        return self

    def __enter__(self) -> _Referred:
        if self.rows is None:
            self.rows = list(self._read())
        return self

    def __exit__(self, *_told: object) -> None:
        """Keep what was read."""

    @property
    def row_stream(self) -> Iterator[KeyCells]:
        """Return the keys of the table."""
        return iter(self.rows or ())

    def _read(self) -> Iterator[KeyCells]:
        resource = self.resource.to_copy()
        if resource.schema:
            resource.schema.foreign_keys = []
        found: dict[tuple[Any, ...], None] = {}
        with resource:
            for row in resource.row_stream:  # type: ignore[attr-defined]
                found[tuple(row.get(column) for column in self.columns)] = None
        for cells in found:
            yield dict(zip(self.columns, cells, strict=True))
