"""What of a dataset goes to the index, and into which field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from ckanext.digitalms.council.reference import CouncilReference, distinct, parse_references, reference_of
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.record import ROW_TYPES, Measure, measure_from_dataset
from ckanext.digitalms.vocabularies import MEASURE_TYPE

from .compounds import parts_of
from .fields import PARTS, REFERENCE, TEXTS

# a Lucene term is limited to 32,766 bytes; what is longer makes the whole dataset unindexable
LONGEST_TERM = 32_000

# fields of CKAN's schema that are cut into words (or only stored), so that they may be long
_LONG = {
    *("title", "title_ngram", "notes", "author", "author_email", "maintainer", "maintainer_email"),
    *("res_name", "res_description", "text", "urls", "data_dict", "validated_data_dict", TEXTS, PARTS),
}
_LONG_PREFIXES = ("extras_", "res_extras_")
_STORED = ("data_dict", "validated_data_dict")

# fields of a measure that stay as they are, for filters and facets
_FILTERS = (
    "status",
    "position",
    "progress_percent",
    "as_of",
    "update_due",
    "vision_year",
    "area_code",
    "funding_state",
)
WORDS_OF_A_MEASURE = (
    "status_reason",
    "vision",
    "vision_source",
    "statement",
    "statement_source",
    "place",
    "funding_programme",
)
NO_WORDS = frozenset(
    {
        "id",
        "state",
        "role",
        "url",
        "paper_url",
        "body",
        "earliest",
        "latest",
        "met_on",
        "decided_on",
        "direction",
        "interval",
    }
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def prepare(document: Json) -> Json:
    """Sort texts, references and parts of words into their fields, none too long for the index."""
    texts = list(_texts(document))
    if document.get("dataset_type") == MEASURE_TYPE:
        measure = measure_from_dataset(json.loads(document["validated_data_dict"]))
        document = _without_fields(document)
        document |= _filters(measure)
        own = [text for text in measure_texts(measure) if text]
        document[TEXTS] = own
        texts += own
        rows = (reference_of(row.reference or "", row.body or "") for row in measure.council_references)
        references = list(dict.fromkeys([*filter(None, rows), *references_in(texts)]))
    else:
        references = references_in(texts)
    document[REFERENCE] = spellings(references)
    document[PARTS] = parts_of([*texts, *document.get("tags", [])])
    return {name: _fitting(name, value) for name, value in document.items()}


def references_in(texts: Iterable[str]) -> list[CouncilReference]:
    """Return every council paper that is cited in some texts, each once."""
    return list(dict.fromkeys(reference for text in texts for reference in distinct(parse_references(text))))


def spellings(references: Iterable[CouncilReference]) -> list[str]:
    """Return the exact tokens of references: ``V/0989/2017``, and ``0989/2017`` for who leaves out the V."""
    return sorted({token for r in references for token in r.tokens})


def measure_texts(measure: Measure) -> Iterator[str]:
    """Return every text of a measure that a search should find, without its contact."""
    for name in WORDS_OF_A_MEASURE:
        yield getattr(measure, name) or ""
    for kind in ROW_TYPES:
        for row in getattr(measure, kind):
            yield from (str(value) for name, value in asdict(row).items() if value and name not in NO_WORDS)


def _texts(document: Mapping[str, Any]) -> Iterator[str]:
    for name in ("title", "notes"):
        yield document.get(name) or ""
    for name in ("res_name", "res_description"):
        yield from (text for text in document.get(name) or () if text)


def _without_fields(document: Json) -> Json:
    # scheming keeps these as extras: rows as JSON, the mailbox, everything a second time as extras_*
    fields = {*ROW_TYPES, *_FILTERS, *WORDS_OF_A_MEASURE, "weight", "funding_amount"}
    # who may see a parent or a contact is not for a filter to find out
    fields |= {"contact_function", "contact_email", "parent_id"}
    return {
        name: value
        for name, value in document.items()
        if name not in fields and not (name.startswith("extras_") and name.removeprefix("extras_") in fields)
    }


def _filters(measure: Measure) -> Json:
    content = measure.content()
    return {name: str(content[name]) for name in _FILTERS if content[name] is not None}


def _fitting(name: str, value: Any) -> Any:
    if name in _STORED:
        return value
    if isinstance(value, list):
        return [_fitting(name, item) for item in value]
    if not isinstance(value, str):
        return value
    value = _CONTROL.sub("", value)
    if name in _LONG or name.startswith(_LONG_PREFIXES) or len(value) * 4 <= LONGEST_TERM:
        return value
    return value.encode()[:LONGEST_TERM].decode(errors="ignore")
