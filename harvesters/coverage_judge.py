"""What a delivery of coverage would change: its parts against the known areas and the editions that count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from ckanext.digitalms.harvesters.parsers.coverage import read_coverage
from ckanext.digitalms.harvesters.parsers.coverage_table import CoverageTable, Part
from ckanext.digitalms.shared import (
    COMMON_AREAS,
    N_,
    Cause,
    Delivery,
    Dialect,
    Figures,
    Finding,
    Limits,
    Message,
    Report,
    Stated,
    area_list_get,
    config,
    coverage_before,
    coverage_edition,
    coverage_figures,
    coverage_rules,
    coverage_twin,
    tell_progress,
)

_DISTRICT = 5  # digits of its key


@dataclass(frozen=True)
class NewEdition:
    """An edition that is to be written: what is stated of it, its figures, and the names of its areas."""

    stated: Stated
    figures: Figures
    names: Mapping[str, str]


@dataclass(frozen=True)
class Judged:
    """A delivery that was read: the report, and what is to be written if anything is."""

    report: Report
    editions: tuple[NewEdition, ...] = ()


def judge(delivery: Delivery) -> Judged:
    """Read a delivery, hold it against the known areas and the editions, and say what it would change."""
    about = delivery.of_coverage
    stated = Stated.declared(about, config.today())
    known = _known(area_list_get(about["areas"]))
    table = _read(delivery, known)
    report, editions = table.report, []
    for part in table.parts:
        own = replace(stated, customer=part.customer or stated.customer, base=part.base or stated.base)
        former = coverage_edition(own, part.figures.area_type)
        if former and former.content_hash == part.figures.hash and former.source == own.source:
            report = replace(report, unchanged=report.unchanged + len(part.rows))
            continue
        names = {**part.names, **known}
        report = report.with_findings(_questions(own, part, names))
        editions.append(NewEdition(own, part.figures, names))
        change = _change("replaced_edition" if former else "new_edition", own, part.figures)
        report = replace(report, changes=(*report.changes, change))
    return Judged(report, tuple(editions))


def _known(named: Mapping[str, str]) -> dict[str, str]:
    """Return the areas that count: those that were named; where no district was, all of Germany's as well."""
    has_districts = any(len(code) == _DISTRICT for code in named)
    common = {code: name for code, name in COMMON_AREAS.items() if len(code) < _DISTRICT or not has_districts}
    return {**common, **named}


def _read(delivery: Delivery, known: Mapping[str, str]) -> CoverageTable:
    limits = Limits(config.max_upload_bytes(), config.max_rows())
    dialect = Dialect.declared(delivery.dialect or {})
    scale = delivery.of_coverage.get("shares") or "auto"
    rows, edition = config.coverage_max_rows(), delivery.of_coverage["edition"]
    return read_coverage(
        delivery.content,
        delivery.filename,
        dialect,
        limits,
        known,
        scale,
        long_rows=rows,
        edition=edition,
        tick=tell_progress,
    )


def _change(kind: str, stated: Stated, figures: Figures) -> dict[str, object]:
    counts = {"area_type": figures.area_type, "areas": len(figures.areas), "figures": figures.count}
    return {"change": kind, **stated.to_json(), **counts}


def _questions(stated: Stated, part: Part, names: Mapping[str, str]) -> Iterator[Finding]:
    figures = part.figures
    twin = coverage_twin(stated, figures)
    if twin is not None:
        yield _same(twin.edition, twin.customer == stated.customer and twin.base == stated.base)
    earlier = [coverage_before(stated, figures.area_type), coverage_edition(stated, figures.area_type)]
    codes = [area.code for area in figures.areas]
    seen: set[str] = set()
    for edition in filter(None, earlier):
        before = coverage_figures(edition)
        for code in coverage_rules.missing([area.code for area in before.areas], codes):
            if code not in seen:
                seen.add(code)
                yield _missing(code, names.get(code, ""), edition.edition)
        if edition.edition != stated.edition:
            yield from _jumps(before, part, edition.edition)


def _same(edition: str, is_alike: bool) -> Finding:
    text = (
        N_("These are figure by figure those of the edition {edition}.")
        if is_alike
        else N_("These are figure by figure those of the edition {edition} for other users or another base.")
    )
    return Finding(Cause.SAME_FIGURES, Message(text, {"edition": edition}), None, None, edition)


def _missing(code: str, name: str, edition: str) -> Finding:
    text = N_("The area {code} ({name}), which the edition {edition} has, is missing.")
    message = Message(text, {"code": code, "name": name or "–", "edition": edition})
    return Finding(
        Cause.MISSING_AREA, message, None, "AGS", code, Message(N_("every area that was there before"))
    )


def _jumps(before: Figures, part: Part, edition: str) -> Iterator[Finding]:
    limit = Decimal(config.coverage_jump())
    for jump in coverage_rules.jumps(before, part.figures, limit):
        row, title = part.rows[jump.code], part.titles[jump.place]
        text = N_("Row {row}, {field}: {found} after {before} in the edition {edition}.")
        values: dict[str, object] = {
            "row": row,
            "field": title,
            "found": str(jump.now),
            "before": str(jump.before),
            "edition": edition,
        }
        allowed = Message(N_("up to {limit} percentage points more or less"), {"limit": str(limit)})
        yield Finding(Cause.JUMP, Message(text, values), row, title, str(jump.now), allowed)
