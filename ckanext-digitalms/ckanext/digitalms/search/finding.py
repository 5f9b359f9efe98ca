"""Asking the index for entries: which words it knows, what a question finds, and how that may be narrowed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pysolr
from ckan.lib.search.common import SearchQueryError, make_connection

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.services.operation.failures import failed_part

from . import asking, correcting
from . import entry_fields as names
from .asking import Group, Question
from .entries import site_id
from .spelling import key_of, plain
from .states import DELAYED

__all__ = ["SORTS", "Answer", "Wanted", "beginning_like", "find", "propose"]

SORTS = {
    "relevance": f"score desc, {names.ORDER} asc, index_id asc",
    "title": f"{names.ORDER} asc, index_id asc",
}
MOST_FACETS = 30
MOST_CELLS = 3
MOST_PROPOSED = 6
_SHORTEST_BEGINNING, _LONGEST_BEGINNING = 2, 80


def _nothing(key: str) -> Sequence[str]:
    del key
    return ()


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Args:
        question: as it was read.
        labels: of who asks; nothing: all of them are seen.
        today: on which it is judged what is late.
        meanings: what the synonyms say.
        filters: values by the names of ``entry_fields.FACETS``; one of several is enough.
        limit: at most so many; offset: after so many.
        sort: one of ``SORTS``.
        is_any: one of the groups is enough.
    """

    question: Question
    labels: Sequence[str] | None
    today: date
    meanings: asking.Meanings = _nothing
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    limit: int = 20
    offset: int = 0
    sort: str = "relevance"
    is_any: bool = False


@dataclass(frozen=True)
class Answer:
    """What was found.

    Args:
        count: how many in all.
        results: the part of them that was asked for.
        facets: how many have each value, by filter.
        question: that was answered, which is another one where words were corrected.
        corrections: what each corrected word was taken for.
        is_any: nothing has all words, so that each has one of them.
    """

    count: int
    results: list[Json]
    facets: Mapping[str, Mapping[str, int]]
    question: Question
    corrections: Mapping[str, str] = field(default_factory=dict)
    is_any: bool = False


def find(wanted: Wanted) -> Answer:
    """Find entries; where nothing has the words, nearly the same words, then one of the words."""
    known = _known(wanted, asking.looked_up(wanted.question))
    answer = _asked(wanted, known)
    if answer.count or not wanted.question.wanted:
        return answer
    corrections = _corrections(wanted, known)
    if corrections:
        question = asking.corrected(wanted.question, corrections)
        again = replace(wanted, question=question)
        known = _known(again, asking.looked_up(question))
        answer = replace(_asked(again, known), corrections=corrections)
        if answer.count:
            return answer
        wanted = again
    loose = asking.loosened(wanted.question, known, wanted.meanings)
    if len(loose.wanted) > 1:
        known = _known(wanted, asking.looked_up(loose))
        answer = replace(
            _asked(replace(wanted, question=loose, is_any=True), known), question=wanted.question
        )
        return replace(answer, corrections=corrections if answer.count else {}, is_any=bool(answer.count))
    return replace(answer, corrections={})


def _known(wanted: Wanted, words: Sequence[str]) -> dict[str, int]:
    """Count the entries that have each of some words, and that are seen by who asks."""
    if not words:
        return {}
    told: dict[str, Any] = {"rows": 0, "facet": "true", "qf": names.QUERY_FIELDS, "facet.query": []}
    for place, word in enumerate(words):
        told[f"w{place}"] = word
        told["facet.query"].append(f"{{!edismax key=w{place} qf=$qf uf='-*' v=$w{place}}}")
    counts = _solr("*:*", wanted, **told).facets["facet_queries"]
    return {word: counts[f"w{place}"] for place, word in enumerate(words)}


def _corrections(wanted: Wanted, known: Mapping[str, int]) -> dict[str, str]:
    """Return what words that nobody has may be meant to be: words of what is seen by who asks."""
    unknown = [
        word
        for group in wanted.question.wanted
        if not (group.is_exact or group.meanings or group.state)
        for word in group.words
        if not known.get(word) and not asking.parts(word, known) and not _is_joined(group, wanted)
    ]
    found = {
        word: correcting.nearest(word, _candidates(wanted, word))
        or asking.known_part(word, known).capitalize()
        for word in unknown
    }
    return {word: meant for word, meant in found.items() if meant}


def _is_joined(group: Group, wanted: Wanted) -> bool:
    return len(group.words) > 1 and any(_known(wanted, [form]).get(form) for form in group.told[:1])


def _candidates(wanted: Wanted, word: str) -> list[str]:
    """Return words of entries that have one of nearly the same letters, as ``small|written``."""
    edits = correcting.allowed(word)
    if not edits:
        return []
    asked = f"{names.SPELLINGS}:{word.lower()}~{edits}"
    found = _solr(asked, wanted, rows=correcting.LOOKED_AT, fl=names.WORDS)
    return [one for doc in found.docs for one in doc.get(names.WORDS, ())]


def _asked(wanted: Wanted, known: Mapping[str, int]) -> Answer:
    told = _query(wanted, known)
    facets: dict[str, Any] = {
        "facet": "true",
        "facet.mincount": 1,
        "facet.limit": MOST_FACETS,
        "facet.field": [f"{{!ex={name} key={name}}}{field}" for name, field in names.FACETS.items()],
        "facet.query": [f"{{!ex=status key=late}}{_late(wanted.today)}"],
    }
    found = _solr(
        told.pop("q"),
        wanted,
        rows=wanted.limit,
        start=wanted.offset,
        sort=SORTS[wanted.sort],
        fl=f"{names.SHOWN} id",
        **told,
        **facets,
    )
    results = [_shown(json.loads(doc[names.SHOWN]), doc["id"], wanted) for doc in found.docs]
    with_rows = _with_rows(results, wanted)
    return Answer(found.hits, with_rows, _facets(found), wanted.question)


def _facets(found: pysolr.Results) -> dict[str, dict[str, int]]:
    told: dict[str, dict[str, int]] = {}
    for name in names.FACETS:
        flat = found.facets["facet_fields"][name]
        told[name] = dict(zip(flat[::2], flat[1::2], strict=True))
    late = found.facets["facet_queries"]["late"]
    if late:
        told["status"][DELAYED] = late
    return told


def _shown(told: Json, package_id: str, wanted: Wanted) -> Json:
    late_from = told.pop("late_from", "")
    if "status" in told:
        told["is_delayed"] = bool(late_from) and late_from < wanted.today.isoformat()
    return {**told, "package_id": package_id}


def _query(wanted: Wanted, known: Mapping[str, int]) -> dict[str, Any]:
    """Return the parameters of a question."""
    told: dict[str, Any] = {"qf": names.QUERY_FIELDS}
    clauses = []
    for place, group in enumerate(wanted.question.groups):
        told[f"t{place}"] = asking.alternatives(group, known)
        plain_group = f"{{!edismax qf=$qf tie=0.3 uf='-*' qs=3 v=$t{place}}}"
        if group.state:
            told[f"p{place}"], told[f"s{place}"] = plain_group, _state(group.state, wanted.today)
            plain_group = f"{{!bool should=$p{place} should=$s{place}}}"
        told[f"g{place}"] = plain_group
        word = "must_not" if group.is_unwanted else ("should" if wanted.is_any else "must")
        clauses.append(f"{word}=$g{place}")
    if not wanted.question.wanted:
        told["all"] = "*:*"
        clauses.append("must=$all")
    whole = key_of(" ".join(one.typed for one in wanted.question.wanted))
    if whole:
        told["whole"] = f'{names.WHOLE_TITLE}:"{whole}"^40'
        told["needed"] = f"{{!bool {' '.join(clauses)}}}"
        told["main"] = "{!bool must=$needed should=$whole}"
    else:
        told["main"] = f"{{!bool {' '.join(clauses)}}}"
    return {"q": f"{{!boost b=field({names.WEIGHT}) v=$main}}", **told}


def _state(state: str, today: date) -> str:
    if state == DELAYED:
        return f"{_late(today)}^=60"
    return f'({names.FACETS["status"]}:"{state}")^=60'


def _late(today: date) -> str:
    return f'{names.LATE_FROM}:[* TO "{today.isoformat()}"}}'


def _solr(query: str, wanted: Wanted, *, extra: Sequence[str] = (), **asked: Any) -> pysolr.Results:
    filters = [f'site_id:"{site_id()}"', f"{{!collapse tag=collapsed field={names.GROUP}}}", *extra]
    if wanted.labels is not None:
        told = " OR ".join(f'"{_quoted(one)}"' for one in wanted.labels)
        filters.append(f"{names.LABELS}:({told})")
    filters += [_filter(name, values, wanted.today) for name, values in wanted.filters.items() if values]
    try:
        return make_connection().search(query, fq=filters, defType="lucene", **asked)
    except pysolr.SolrError as error:
        if failed_part(error) is not None:
            raise
        raise SearchQueryError(f"SOLR returned an error: {str(error)[:500]}") from error


def _filter(name: str, values: Iterable[str], today: date) -> str:
    told = [
        _late(today) if (name, value) == ("status", DELAYED) else f'{names.FACETS[name]}:"{_quoted(value)}"'
        for value in values
    ]
    return f"{{!tag={name}}}{' OR '.join(told)}"


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _with_rows(results: list[Json], wanted: Wanted) -> list[Json]:
    """Add to tables the values that were asked for, so that a link leads to their rows."""
    tables = [one["package_id"] for one in results if one["kind"] == "table"]
    words = [plain(one.typed) for one in wanted.question.wanted if not one.is_exact or one.words]
    if not tables or not words:
        return results
    asked = [" ".join(words), *words]
    found = _cells(tables, dict.fromkeys(asked), wanted)
    return [
        {**one, "rows": found[one["package_id"]]} if one["package_id"] in found else one for one in results
    ]


def _cells(tables: Sequence[str], words: Iterable[str], wanted: Wanted) -> dict[str, list[Json]]:
    told: dict[str, list[Json]] = {}
    looked_for = [(table, word) for table in tables[:10] for word in list(words)[:4] if word]
    asked: dict[str, Any] = {"rows": 0, "facet": "true", "facet.limit": MOST_CELLS, "facet.mincount": 1}
    fields = []
    for place, (table, word) in enumerate(looked_for):
        asked[f"x{place}"] = f"{table}\t{word}"
        fields.append(f"{{!key=c{place} facet.prefix=$x{place}}}{names.CELL_KEYS}")
    answer = _solr("*:*", wanted, **{**asked, "facet.field": fields})
    for place, (table, _) in enumerate(looked_for):
        for key in answer.facets["facet_fields"][f"c{place}"][::2]:
            _, _, column, value = key.split("\t", 3)
            row = {"column": column, "value": value}
            if row not in told.setdefault(table, []):
                told[table].append(row)
    return {table: rows[:MOST_CELLS] for table, rows in told.items() if rows}


def propose(typed: str, labels: Sequence[str] | None, today: date) -> tuple[list[Json], list[str]]:
    """Propose what somebody may be typing: things whose titles begin like it, and words.

    Both are read from entries that who asks may see, so no word of any other is proposed.
    """
    tokens = [token for token in typed[:_LONGEST_BEGINNING].lower().split() if re.search(r"\w", token)]
    if not tokens or len(tokens[-1]) < _SHORTEST_BEGINNING:
        return [], []
    wanted = Wanted(asking.Question(typed, ()), labels, today, limit=MOST_PROPOSED)
    titles = " ".join(f'+{names.BEGINNINGS}:"{_quoted(token)}"' for token in tokens)
    # a word is one however many entries of one thing have it, so these need not be brought together first
    words_like = f"{{!ex=titles,collapsed key=words facet.method=enum facet.prefix=$last}}{names.WORDS}"
    asked: dict[str, Any] = {
        "rows": MOST_PROPOSED,
        "sort": f"{names.WEIGHT} desc, {names.ORDER} asc",
        "fl": f"{names.SHOWN} id",
        "facet": "true",
        "facet.field": words_like,
        "facet.limit": MOST_PROPOSED,
        "facet.mincount": 1,
        "facet.enum.cache.minDf": 100,
        "last": tokens[-1],
    }
    found = _solr("*:*", wanted, extra=[f"{{!tag=titles}}{titles}"], **asked)
    words = [one.partition("|")[2] for one in found.facets["facet_fields"]["words"][::2]]
    first = " ".join(typed.split()[:-1])
    return (
        [_shown(json.loads(doc[names.SHOWN]), doc["id"], wanted) for doc in found.docs],
        [f"{first} {word}".strip() for word in words],
    )


def beginning_like(words: Iterable[str], labels: Sequence[str] | None, today: date) -> list[str]:
    """Return words that begin like some that nothing was found for."""
    told: dict[str, None] = {}
    for word in words:
        for length in (5, 4, 3):
            if len(word) >= length:
                _, found = propose(word[:length], labels, today)
                told |= dict.fromkeys(found)
            if told:
                break
    return list(told)[:MOST_PROPOSED]
