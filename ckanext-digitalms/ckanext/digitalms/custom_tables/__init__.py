"""Tables of one's own: an uploaded table is read, described by a Table Schema, judged and made canonical.

Pure functions on bytes and dataclasses; no module here imports CKAN. The order is :mod:`.opening`
(bytes to a raw table) → :mod:`.drafting` or :mod:`.given` (the schema) → :mod:`.conversion` (cells to
values) → :mod:`.judging` (frictionless) → :mod:`.canonical` (the table as we publish it);
:mod:`.examination` does them one after the other.
"""
