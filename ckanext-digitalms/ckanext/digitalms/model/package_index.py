"""Indexes of ours on CKAN's table of datasets: those of tables are found by them (see the migration)."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model

_OPEN: sa.ColumnElement[str] = sa.literal_column("(extras ->> 'digitalms_table')")
_OWN: sa.ColumnElement[str] = sa.literal_column("(extras ->> 'digitalms_own_table')")

PACKAGE_INDEXES = (
    sa.Index(
        "digitalms_package_table",
        _OPEN,
        postgresql_where=_OPEN.is_not(None),
        _table=model.Package.__table__,
    ),
    sa.Index("digitalms_package_own_table", _OWN, _table=model.Package.__table__),
)
