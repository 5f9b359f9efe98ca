"""Tables of one's own: an uploaded table is read, described by a Table Schema, judged and made canonical.

Pure functions on bytes and dataclasses; no module here imports CKAN. The order is :mod:`.detection`
(bytes to a raw table) → :mod:`.inference` or :mod:`.schema_check` (the schema) → :mod:`.casting` (cells to
values) → :mod:`.validation` (frictionless) → :mod:`.canonical` (the table as we publish it);
:mod:`.examination` does them one after the other.
"""
