"""Which measures cite a paper, and as what: pure, over the public form of measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .reference import CouncilReference, reference_of
from .schemes import is_motion

Row = dict[str, Any]
_OF_MEASURE = ("measure_id", "title", "status", "as_of", "url", "is_delayed")
_OF_ROW = ("original", "role", "decided_on", "decided_by", "result", "paper_name", "paper_url")
# what a paper is called and where it stands: whoever cites it may say so
_OF_PAPER = ("paper_name", "paper_url")


@dataclass(frozen=True)
class Citation:
    """A measure that cites a paper: its fields, and those of the row that cites."""

    reference: CouncilReference
    row: Row


def citations(measures: Iterable[Row], default_body: str) -> Iterator[Citation]:
    """Return every citation of a numbered paper in the order of the measures.

    Args:
        measures: as ``digitalms_measure_list`` gives them.
        default_body: the council of a row that names none.
    """
    for measure in measures:
        for cited in measure["council_references"]:
            reference = reference_of(cited["reference"] or "", cited["body"] or default_body)
            if reference:
                told = {name: measure.get(name) for name in _OF_MEASURE}
                yield Citation(reference, {**told, **{name: cited[name] for name in _OF_ROW}})


def paper_of(found: Sequence[Citation], asked: CouncilReference) -> Row | None:
    """Gather what is known of a paper, or ``None`` where no measure cites it or a supplement of it."""
    about = [c for c in found if c.reference.paper == asked.paper]
    if not any(c.reference == asked or asked.supplement is None for c in about):
        return None
    supplements = sorted({c.reference for c in about if c.reference.supplement}, key=lambda r: r.sort_key)
    return {
        **_told(asked, about),
        "paper": str(asked.paper),
        "measures": [c.row for c in about if c.reference == asked],
        "paper_measures": [c.row for c in about if c.reference == asked.paper],
        "supplements": [
            {**_told(one, about), "measures": [c.row for c in about if c.reference == one]}
            for one in supplements
        ],
    }


def known_papers(found: Sequence[Citation]) -> list[Row]:
    """List the papers that are cited, each with how many measures cite it."""
    cited: dict[CouncilReference, set[str]] = {}
    for citation in found:
        cited.setdefault(citation.reference, set()).add(citation.row["measure_id"])
    ordered = sorted(cited, key=lambda r: r.sort_key)
    told = named(found)
    return [{**described(one), **told[one], "measure_count": len(cited[one])} for one in ordered]


def named(found: Iterable[Citation]) -> dict[CouncilReference, Row]:
    """Return title and address of each paper, from the first measure that says them; nothing: ``None``."""
    told: dict[CouncilReference, Row] = {}
    for citation in found:
        known = told.setdefault(citation.reference, dict.fromkeys(_OF_PAPER))
        told[citation.reference] = {name: known[name] or citation.row[name] for name in _OF_PAPER}
    return told


def _told(reference: CouncilReference, about: Sequence[Citation]) -> Row:
    nothing: Row = dict.fromkeys(_OF_PAPER)
    return {**described(reference), **named(about).get(reference, nothing)}


def near(papers: Sequence[Row], asked: CouncilReference) -> list[Row]:
    """Pick known papers that somebody may have meant: the same number or the same year and nearly it."""
    if not asked.is_of_a_scheme:
        return []
    return [
        paper
        for paper in papers
        if paper["number"] == asked.number
        or ((paper["year"], paper["term"]) == (asked.year, asked.term) and _differ_by_a_digit(paper, asked))
    ]


def _differ_by_a_digit(paper: Row, asked: CouncilReference) -> bool:
    pairs = zip(f"{paper['number']:04d}", f"{asked.number:04d}", strict=False)
    return sum(one != other for one, other in pairs) <= 1


def described(reference: CouncilReference) -> Row:
    """Return a reference and its parts."""
    return {
        "reference": str(reference),
        "kind": str(reference.kind) or None,
        "number": reference.number or None,
        "year": reference.year,
        "term": reference.term,
        "supplement": reference.supplement,
        "body": reference.body,
        "is_motion": is_motion(reference),
    }
