"""What the search of the catalogue finds, as documents for the index: datasets, papers and pages.

A dataset is one entry (a measure, a table or any other), and each council paper that a measure cites is one
of that measure: it has the measure's labels, so nobody finds what only an internal measure cites.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.council.reference import reference_of
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.record import ROW_TYPES, Measure, measure_from_dataset
from ckanext.digitalms.messages import N_
from ckanext.digitalms.vocabularies import JUDGED, MEASURE_TYPE, SOURCE_TYPE

from . import entry_fields as names
from .compounds import parts_of
from .documents import NO_WORDS
from .spelling import key_of, plain
from .texts import LONGEST, marks_of, reference_marks, summary_of, words_of

MEASURE, TABLE, DATASET, PAPER, PAGE, REPORT = "measure", "table", "dataset", "paper", "page", "report"
KINDS = (MEASURE, TABLE, DATASET, PAPER, REPORT, PAGE)
# one, and all of them
KIND_WORDS = {
    MEASURE: (N_("Measure"), N_("Measures")),
    TABLE: (N_("Table"), N_("Tables")),
    DATASET: (N_("Dataset"), N_("Datasets")),
    PAPER: (N_("Council paper"), N_("Council papers")),
    REPORT: (N_("Report"), N_("Reports")),
    PAGE: (N_("Page"), N_("Pages")),
}
# what somebody looks for is more often a thing than a paper or page about it
_WEIGHTS = {MEASURE: 1.6, TABLE: 1.0, DATASET: 1.0, PAPER: 0.4, REPORT: 0.6, PAGE: 0.25}
# by which words a kind is asked for
_CALLED = {
    MEASURE: "Maßnahme Digitalisierungsmaßnahme Projekt",
    TABLE: "Tabelle Datensatz Daten Statistik",
    DATASET: "Datensatz Daten",
    PAPER: "Vorlage Ratsvorlage Ratspapier",
    REPORT: "Bericht Berichtsvorlage Jahresbericht",
    PAGE: "Seite",
}

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Solr takes no value of more than 32,766 bytes that is compared as a whole
_KEYS, _LONGEST_KEY = frozenset({*names.KEYS, *names.SINGLE}), 1_000
_ASIDE = frozenset({"vision", "vision_source", "statement_source"})
_BODY = ("notes", "statement", "status_reason", "place", "funding_programme")


def site_id() -> str:
    """Return the site id of entries."""
    return f"{tk.config['ckan.site_id']}:search"


@dataclass
class Entry:
    """One thing that is found.

    Args:
        key: what tells it from all others.
        kind: one of ``KINDS``.
        name: of a dataset its name, of a paper its number, of a page its key.
        title: what it is called.
        url: path and anchor of its page, without a language.
        labels: who sees it, as CKAN's permission labels say.
        group: entries of one group are shown once.
        also_called: what is as good as its title.
        named: its keywords; body: what it says; aside: what it only hangs on; cells: what its tables hold.
        marks: exact tokens of papers, days and states.
        facets: by the names of ``entry_fields.FACETS``.
        shown: what a list shows besides.
        cells_by_column: (column, value) of what its table holds, so that a link leads to the rows.
        package_id: the dataset that it comes from.
        modified: mark of its last change, by which the index is compared.
    """

    key: str
    kind: str
    name: str
    title: str
    url: str
    labels: Sequence[str] = ("public",)
    group: str = ""
    also_called: Sequence[str] = ()
    named: Sequence[str] = ()
    body: Sequence[str] = ()
    aside: Sequence[str] = ()
    cells: Sequence[str] = ()
    marks: Sequence[str] = ()
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)
    cells_by_column: Sequence[tuple[str, str]] = ()
    package_id: str = ""

    def _called(self) -> set[str]:
        # whoever types the number of a paper gets what is decided on first, and the paper after it
        return set() if self.kind == PAPER else {*map(key_of, (self.title, self.name, *self.also_called))}

    def document(self) -> Json:
        """Return the document for the index."""
        texts = [*self.named, *self.body]
        words = words_of([self.title, *texts, *self.cells])
        told = {
            names.KIND: [self.kind],
            names.TITLE: [self.title[:LONGEST]],
            names.NAMED: [text[:LONGEST] for text in self.named],
            names.BODY: [text[:LONGEST] for text in self.body],
            names.ASIDE: [text[:LONGEST] for text in [*self.aside, _CALLED[self.kind]]],
            names.CELLS: [*self.cells],
            names.TITLE_PARTS: parts_of([self.title, *self.named]),
            names.PARTS: parts_of([*texts, *self.aside, *self.cells]),
            names.MARKS: sorted({*self.marks, *marks_of([self.title, *texts, *self.aside])}),
            names.WORDS: words,
            names.SPELLINGS: [" ".join(word.partition("|")[0] for word in words)],
            names.BEGINNINGS: [spaced(self.title), self.title, *self.named],
            names.WHOLE_TITLE: sorted(self._called() - {""}),
            names.ORDER: plain(self.title),
            names.CELL_KEYS: [cell_key(self.package_id, *cell) for cell in self.cells_by_column],
            names.GROUP: self.group or self.key,
            names.WEIGHT: _WEIGHTS[self.kind],
            **{names.FACETS[name]: sorted(set(values)) for name, values in self.facets.items()},
            names.LATE_FROM: self.shown.get("late_from") or "",
            names.LABELS: sorted(self.labels),
        }
        shown = {"kind": self.kind, "name": self.name, "title": self.title, "url": self.url, **self.shown}
        told[names.SHOWN] = json.dumps(shown, ensure_ascii=False, sort_keys=True)
        content = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
        return _clean(
            {
                **told,
                names.CONTENT: content,
                "index_id": hashlib.sha256(f"{site_id()} {self.key}".encode()).hexdigest(),
                "site_id": site_id(),
                "entity_type": names.ENTITY,
                "id": self.package_id or self.key,
            }
        )


def of_dataset(dataset: Json, labels: Sequence[str], cells: Sequence[Cell] = ()) -> list[Entry]:
    """Return the entries of a dataset: itself, and the papers that it cites.

    Args:
        dataset: as ``package_show`` gives it.
        labels: who sees it.
        cells: what stands in its table.
    """
    if dataset.get("type") == SOURCE_TYPE:
        return []
    if dataset.get("type") == MEASURE_TYPE:
        measure = measure_from_dataset(dataset)
        return [_measure(dataset, measure, labels), *_papers(dataset, measure, labels)]
    return [_data(dataset, labels, cells)]


@dataclass(frozen=True)
class Cell:
    """A column of a table, or one of its values.

    Args:
        column: its name.
        text: what is searched: title and description of a column, a value, or its word.
        value: as the CSV writes it; empty for the column itself.
    """

    column: str
    text: str
    value: str = ""


def _measure(dataset: Json, measure: Measure, labels: Sequence[str]) -> Entry:
    rows = list(_row_texts(measure))
    days = [
        str(value)
        for kind in ROW_TYPES
        for row in getattr(measure, kind)
        for value in asdict(row).values()
        if isinstance(value, date)
    ]
    days += [str(day) for day in (measure.as_of, measure.update_due) if day]
    references = filter(
        None, (reference_of(r.reference or "", r.body or "") for r in measure.council_references)
    )
    years = {str(measure.as_of.year)} if measure.as_of else set()
    late_from = _late_from(measure)
    return Entry(
        key=f"dataset:{dataset['id']}",
        kind=MEASURE,
        name=dataset["name"],
        title=dataset.get("title") or dataset["name"],
        url=f"/digitalisierungsmassnahme/{dataset['name']}",
        labels=labels,
        also_called=measure.keywords,
        named=[*measure.keywords, dataset["name"]],
        body=[*(getattr(measure, name) or "" for name in _BODY), *rows],
        aside=[*(getattr(measure, name) or "" for name in sorted(_ASIDE)), *_office(dataset)],
        marks=[*marks_of(days), *reference_marks(references)],
        facets={
            "kind": [MEASURE],
            "status": [measure.status or ""],
            "topic": measure.keywords,
            "organisation": _organisation(dataset),
            "year": sorted(years),
        },
        shown={
            "summary": summary_of(measure.statement or measure.notes or ""),
            "organisation": _organisation_title(dataset),
            "status": measure.status,
            "late_from": late_from,
            "as_of": str(measure.as_of or ""),
            "visibility": _visibility(dataset, labels),
        },
        package_id=dataset["id"],
    )


def _late_from(measure: Measure) -> str:
    """Return the last day in time of the milestone that is waited for longest; nothing if none is judged."""
    days = [m.latest for m in measure.milestones if m.latest and not m.met_on]
    return str(min(days)) if days and measure.status in JUDGED else ""


def _row_texts(measure: Measure) -> Iterator[str]:
    for kind in ROW_TYPES:
        if kind == "coverage_links":
            continue
        for row in getattr(measure, kind):
            told = asdict(row).items()
            yield from (
                str(value) for name, value in told if value and name not in NO_WORDS | {"indicator_id"}
            )


def _papers(dataset: Json, measure: Measure, labels: Sequence[str]) -> Iterator[Entry]:
    for row in measure.council_references:
        reference = reference_of(row.reference or "", row.body or "")
        if reference is None:
            continue
        number = str(reference)
        yield Entry(
            key=f"paper:{number}:{reference.body}:{dataset['id']}",
            kind=PAPER,
            name=number,
            title=number,
            url=f"/digitalisierung/ratsbezug/{number}",
            labels=labels,
            group=f"paper:{number}:{reference.body}",
            named=list(reference.tokens),
            body=[row.result or "", row.decided_by or ""],
            aside=[dataset.get("title") or ""],
            marks=[*reference_marks([reference]), *marks_of([str(row.decided_on or "")])],
            facets={"kind": [PAPER]},
            shown={
                "summary": summary_of(row.result or ""),
                "cited_by": dataset.get("title") or "",
                "visibility": _visibility(dataset, labels),
            },
            package_id=dataset["id"],
        )


def _data(dataset: Json, labels: Sequence[str], cells: Sequence[Cell]) -> Entry:
    table, own = dataset.get("digitalms_table"), dataset.get("digitalms_own_table")
    kind = TABLE if table or own else DATASET
    resources = dataset.get("resources") or []
    sources = [text for one in dataset.get("sources") or () for text in one.values() if isinstance(text, str)]
    tags = [tag["name"] for tag in dataset.get("tags") or ()]
    about = (
        [text for one in resources for text in (one.get("name"), one.get("description"))] if not table else []
    )
    own_words = [dataset.get(name) or "" for name in ("notes", "spatial_text", "publisher", "author")]
    return Entry(
        key=f"dataset:{dataset['id']}",
        kind=kind,
        name=dataset["name"],
        title=dataset.get("title") or dataset["name"],
        url=f"/dataset/{dataset['name']}",
        labels=labels,
        named=[*tags, dataset["name"].replace("_", "-"), *([table] if table else [])],
        body=[*own_words, *sources, *(text for text in about if text)],
        aside=_office(dataset),
        cells=list(dict.fromkeys(cell.text for cell in cells)),
        facets={
            "kind": [kind],
            "topic": tags,
            "organisation": _organisation(dataset),
            "format": [one["format"] for one in resources if one.get("format")],
            "license": [dataset["license_id"]] if dataset.get("license_id") else [],
            "year": _years(dataset),
        },
        shown={
            "summary": summary_of(dataset.get("notes") or ""),
            "organisation": _organisation_title(dataset),
            "table": table or own or "",
            "is_own": bool(own and not table),
            "visibility": _visibility(dataset, labels),
        },
        cells_by_column=[(cell.column, cell.value) for cell in cells if cell.value],
        package_id=dataset["id"],
    )


def _years(dataset: Json) -> list[str]:
    first, last = (str(dataset.get(name) or "")[:4] for name in ("temporal_start", "temporal_end"))
    first, last = first or last, last or first
    if not (first.isdecimal() and last.isdecimal()) or not 0 <= int(last) - int(first) < 200:
        return []
    return [str(year) for year in range(int(first), int(last) + 1)]


def _organisation(dataset: Json) -> list[str]:
    told = dataset.get("organization") or {}
    return [told["name"]] if told.get("name") else []


def _office(dataset: Json) -> list[str]:
    return [*_organisation(dataset), _organisation_title(dataset)]


def _organisation_title(dataset: Json) -> str:
    told = dataset.get("organization") or {}
    return str(told.get("title") or told.get("name") or "")


def _visibility(dataset: Json, labels: Sequence[str]) -> str:
    if list(labels) == ["public"]:
        return "public"
    if dataset.get("state") == "draft":
        return "draft"
    return "private" if dataset.get("private") else "waiting"


def spaced(text: str) -> str:
    """Return the words of a text, without the signs around them."""
    return " ".join(re.findall(r"\w+", text))


def cell_key(package_id: str, column: str, value: str) -> str:
    """Return what finds a value in a table: the dataset, the value as it is searched, column and value."""
    return "\t".join((package_id, plain(value), column, value[:200]))


def _clean(document: Json) -> Json:
    return {
        name: _fitting(value, _LONGEST_KEY if name in _KEYS else None)
        for name, value in document.items()
        if value not in ([], "", [""])
    }


def _fitting(value: Any, most: int | None) -> Any:
    if isinstance(value, list):
        return [_fitting(one, most) for one in value if one not in ("", None)]
    return _CONTROL.sub("", value)[:most] if isinstance(value, str) else value
