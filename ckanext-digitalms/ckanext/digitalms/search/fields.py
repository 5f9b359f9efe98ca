"""Names of our fields in the index, and the weight of each in a search."""

from __future__ import annotations

from typing import Final

REFERENCE: Final = "digitalms_reference"
TEXTS: Final = "digitalms_texts"
PARTS: Final = "digitalms_parts"
STEM: Final = "digitalms_stem"
EXACT: Final = "digitalms_exact"
TITLE_STEM: Final = "digitalms_title_stem"
TITLE_EXACT: Final = "digitalms_title_exact"
# only stored: what the catalogue says of a dataset to other portals
DCAT: Final = "digitalms_dcat"

OWN = (REFERENCE, TEXTS, PARTS, STEM, EXACT, TITLE_STEM, TITLE_EXACT)

# a word as written counts more than its stem, a stem more than a bent vowel, and parts of words least
WEIGHTS = {
    "name": 6.0,
    TITLE_EXACT: 8.0,
    EXACT: 5.0,
    TITLE_STEM: 3.0,
    STEM: 1.5,
    "title": 1.0,
    "tags": 2.0,
    "groups": 2.0,
    "text": 0.5,
    PARTS: 0.2,
}

QUERY_FIELDS = " ".join(f"{name}^{weight:g}" for name, weight in WEIGHTS.items())
