"""What somebody typed into the search box, as a question that Solr always understands.

A query of CKAN's own code or of a script that names fields (``title:schule AND status:done``) stays as it
is. Everything else is taken as words: whatever would be syntax in it is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.council.reference import (
    ReferencePattern,
    parse_references,
    search_patterns,
    typed_references,
)

from .fields import OWN, QUERY_FIELDS, REFERENCE

MAX_CHARACTERS = 1_000
MAX_WORDS = 60

# fields that CKAN or ours fills; a colon after any other word is a colon
_FIELDS = re.compile(
    r"index_id|id|site_id|title|title_ngram|entity_type|dataset_type|state|name|name_ngram|"
    r"version|url|ckan_url|download_url|notes|author|author_email|maintainer|maintainer_email|"
    r"license|license_id|tags|groups|organization|capacity|permission_labels|res_name|"
    r"res_description|res_format|res_url|res_type|text|urls|views_total|views_recent|"
    r"metadata_created|metadata_modified|indexed_ts|title_string|owner_org|private|type|"
    r"creator_user_id|num_resources|num_tags|status|position|progress_percent|as_of|"
    r"update_due|vision_year|area_code|funding_state|digitalms_table|digitalms_release|digitalms_own_table|isopen|"
    r"harvest_source_id"
)
_DYNAMIC = ("extras_", "res_extras_", "vocab_")
_FIELD = re.compile(r"(?:^|[\s(+\-!])([A-Za-z_]\w*|\*):(?=\S)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SYNTAX = re.compile(r"[\\/:()\[\]{}^~*?!&|;<>=]+")
_GENDERED = re.compile(r"(?<=[a-zäöüß])[*:_/](?=innen\b|in\b)")
_BARE = re.compile(r"(?<![\w/])[0-9]{1,4}\s?/\s?(?:19|20)[0-9]{2}(?:/[1-9][0-9]?)?(?![\w/])")


@dataclass(frozen=True)
class Asked:
    """What was asked for: council papers, and words."""

    references: tuple[str, ...]
    words: str


def prepare(params: dict[str, Any]) -> dict[str, Any]:
    """Prepare the parameters of ``package_search``.

    Who asks for what is private (CKAN's pages do) gets drafts, too: both are shown to those who keep them.
    """
    if tk.asbool(params.get("include_private", False)):
        params = {"include_drafts": True, **params}
    typed = params.get("q")
    if not isinstance(typed, str) or typed.strip() in {"", "*:*"}:
        return params
    if names_fields(typed) or _names_a_parser(typed) or params.get("defType") == "edismax":
        return params
    asked = read(typed)
    params = {**params, "q": asked.words or "*:*"}
    if asked.references:
        quoted = " OR ".join(f'"{reference}"' for reference in asked.references)
        params["fq_list"] = [*(params.get("fq_list") or []), f"{REFERENCE}:({quoted})"]
        params["q"] = _ranked(asked.words)
    params.setdefault("qf", QUERY_FIELDS)
    return params


def _names_a_parser(query: str) -> bool:
    # CKAN refuses these unless the configuration allows some; then they are for scripts
    return query.lstrip().startswith("{!") and bool(tk.config["ckan.search.solr_allowed_query_parsers"])


def names_fields(query: str) -> bool:
    """Return whether a query is in Lucene's syntax: it names a field of the index."""
    outside = re.sub(r'"[^"]*"', '""', query)
    return any(
        name == "*" or _FIELDS.fullmatch(name) or name in OWN or name.startswith(_DYNAMIC)
        for name in _FIELD.findall(outside)
    )


def read(typed: str) -> Asked:
    """Read what was typed: references in any spelling, and the words beside them."""
    text = _CONTROL.sub(" ", typed[:MAX_CHARACTERS]).strip()
    found = parse_references(text) or typed_references(text)
    tokens = [str(one.reference) for one in found]
    for one in reversed(found):
        text = f"{text[: one.start]} {text[one.end :]}"
    for match in _BARE.finditer(text) if not found else ():
        tokens += [_bare_token(pattern) for pattern in search_patterns(match[0])]
    if tokens:
        text = _BARE.sub(" ", text)
    return Asked(tuple(dict.fromkeys(tokens)), words(text))


def _bare_token(pattern: ReferencePattern) -> str:
    token = f"{pattern.number:04d}/{pattern.year:04d}"
    return f"{token}/{pattern.supplement}" if pattern.supplement else token


def words(text: str) -> str:
    """Take away everything that Solr could take for syntax; pairs of quotes and a leading minus stay."""
    text = _SYNTAX.sub(" ", _GENDERED.sub("", text))
    if text.count('"') % 2:
        text = text.replace('"', " ")
    text = re.sub(r'"[\W_]*"', " ", text)
    kept = [_operand(word) for word in text.split()[:MAX_WORDS]]
    told = " ".join(word for word in kept if word)
    if told.count('"') % 2:
        told = told.replace('"', "")
    return told


def _operand(word: str) -> str:
    if word in {"AND", "OR", "NOT"}:
        return word.lower()
    sign = word[0] if word[0] in "+-" else ""
    rest = word.lstrip("+-").rstrip("+-")
    return sign + rest if re.search(r"\w", rest) else ('"' if rest == '"' else "")


def _ranked(text: str) -> str:
    # the papers decide what is found, the words only in which order
    plain = re.findall(r"\w+", text)
    return f"*:* OR text:({' OR '.join(plain)})" if plain else "*:*"
