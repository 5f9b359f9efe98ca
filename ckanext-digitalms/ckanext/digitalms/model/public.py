"""Which of CKAN's datasets everybody sees, as a condition of SQL.

It says of all of them what the labels (``services/access/permission_labels.py``) say of one, and is the only
place that does: what is counted, listed or published of several is asked by it.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from ckanext.digitalms.vocabularies import MEASURE_TYPE, SOURCE_TYPE

__all__ = ["ADMITTED", "IS_ADMITTED", "IS_PUBLIC", "PUBLIC"]

# for queries that are written as text; ``package`` is what they call the table
ADMITTED: Final = (
    "EXISTS (SELECT 1 FROM digitalms_admission let_in WHERE let_in.organisation_id = {package}.owner_org)"
)
PUBLIC: Final = (
    "({package}.state = 'active' AND {package}.private IS FALSE"
    f" AND {{package}}.type <> '{SOURCE_TYPE}' AND ({{package}}.type <> '{MEASURE_TYPE}' OR {ADMITTED}))"
)
# for those that select from ``model.Package``
IS_ADMITTED: Final[sa.ColumnElement[bool]] = sa.literal_column(
    ADMITTED.format(package="package"), sa.Boolean()
)
IS_PUBLIC: Final[sa.ColumnElement[bool]] = sa.literal_column(PUBLIC.format(package="package"), sa.Boolean())
