"""Names of the fields of what the search of the catalogue finds, and the weight of each.

An entry stands in the same core as CKAN's datasets, under a site id of its own, so that ``package_search``
never sees it and whoever clears CKAN's index leaves it alone.
"""

from __future__ import annotations

from typing import Final

KIND: Final = "dms_kind"
TITLE: Final = "dms_title"
TITLE_EXACT: Final = "dms_title_exact"
NAMED: Final = "dms_named"
NAMED_EXACT: Final = "dms_named_exact"
BODY: Final = "dms_body"
BODY_EXACT: Final = "dms_body_exact"
ASIDE: Final = "dms_aside"
CELLS: Final = "dms_cells"
TITLE_PARTS: Final = "dms_title_parts"
PARTS: Final = "dms_parts"
MARKS: Final = "dms_marks"
WORDS: Final = "dms_words"
SPELLINGS: Final = "dms_spellings"
BEGINNINGS: Final = "dms_beginnings"
WHOLE_TITLE: Final = "dms_whole_title"
ORDER: Final = "dms_order"
CELL_KEYS: Final = "dms_cell_keys"
GROUP: Final = "dms_group"
WEIGHT: Final = "dms_weight"
SHOWN: Final = "dms_shown"
CONTENT: Final = "dms_content"
LATE_FROM: Final = "dms_late_from"
LABELS: Final = "permission_labels"

# filters, in the order in which a page offers them
FACETS: Final = {
    "kind": KIND,
    "status": "dms_status",
    "organisation": "dms_organisation",
    "topic": "dms_topic",
    "format": "dms_format",
    "license": "dms_license",
    "year": "dms_year",
}

ENTITY: Final = "digitalms_entry"

# field, type in the schema, further options
DECLARED: Final = (
    (TITLE, "text"),
    (TITLE_EXACT, "digitalms_exact"),
    (TITLE_PARTS, "text"),
    (NAMED, "text"),
    (NAMED_EXACT, "digitalms_exact"),
    (BODY, "text"),
    (BODY_EXACT, "digitalms_exact"),
    (ASIDE, "text"),
    (CELLS, "text"),
    (PARTS, "text"),
    (MARKS, "digitalms_marks"),
    (SPELLINGS, "digitalms_marks"),
    (BEGINNINGS, "digitalms_beginnings"),
)
# where it counts that a word is there, not in how long a text
LONG: Final = (BODY, ASIDE, CELLS, PARTS)
KEYS: Final = (WORDS, WHOLE_TITLE, CELL_KEYS, *FACETS.values())
SINGLE: Final = (ORDER, GROUP, CONTENT, LATE_FROM)
COPIED: Final = ((TITLE, TITLE_EXACT), (NAMED, NAMED_EXACT), (BODY, BODY_EXACT))

# a title says what a thing is, its own words come next; what it only hangs on, cells and parts of words last
WEIGHTS: Final = {
    TITLE_EXACT: 6.0,
    TITLE: 5.0,
    NAMED_EXACT: 4.0,
    NAMED: 3.5,
    BODY_EXACT: 2.0,
    BODY: 1.5,
    ASIDE: 0.3,
    CELLS: 0.8,
    TITLE_PARTS: 1.4,
    PARTS: 0.4,
    MARKS: 6.0,
}
QUERY_FIELDS: Final = " ".join(f"{name}^{weight:g}" for name, weight in WEIGHTS.items())
