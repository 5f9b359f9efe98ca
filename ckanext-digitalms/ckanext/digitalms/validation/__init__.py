"""Delivered tables: read strictly from bytes, judged by frictionless, explained in plain words.

Pure functions on bytes and dataclasses; no module here imports CKAN. The order is
:mod:`.dialect` (how the text is written) → :mod:`.reading` (bytes to rows with the number a person
sees) → :mod:`.columns` and :mod:`.values` (titles and cells to fields) → :mod:`.table_check` (frictionless)
→ :mod:`.findings` (what was found, where, what is allowed, what to do).
"""
