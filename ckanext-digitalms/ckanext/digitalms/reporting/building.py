"""How a report is made of the catalogue of a day: pure, from what the catalogue tells and what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ckanext.digitalms.comparison.kinds import ChangeKind
from ckanext.digitalms.measures.delay import MilestoneState
from ckanext.digitalms.vocabularies import (
    FundingState,
    GoalOutcome,
    GoalState,
    ReferenceRole,
    Status,
    StepState,
    Term,
)

from . import report as told
from .annex import annex
from .report import Change, Consultation, Head, Note, Period, Report
from .sections import SectionKind
from .sentences import joined, lateness, number, said, short_day, written_day
from .since import Since
from .types import ReportType
from .visions import resolved

__all__ = ["SUMMARY", "Material", "Plan", "Texts", "build", "chosen", "decimal", "word"]

# the kind of the sentence on all changes
SUMMARY = "summary"

Json = Mapping[str, Any]
Named = tuple[str, str]  # of a paper: its title and address, each empty where nobody says it


@dataclass(frozen=True)
class Texts:
    """What was typed for a report; by measure where it is of one.

    ``sentences`` take the place of the generated ones, line by line; ``summary`` that on the whole.
    """

    introduction: str | None = None
    outlook: str = ""
    method: str | None = None
    summary: str | None = None
    remarks: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)
    decision: str = ""
    reasons: str = ""
    finances: str = ""


@dataclass(frozen=True)
class Plan:
    """What a report is to be.

    Args:
        measures: the keys that are told, in order; nothing means all in the catalogue's order.
        notes: gaps that were left, and why.
        known_on: the day of ``known_at`` in the city's time zone.
        time_zone: that zone, by its name of the IANA.
        city, license_title: for the texts.
    """

    name: str
    title: str
    type_name: str
    type: ReportType
    as_of: date
    known_at: datetime
    head: Head
    previous: Period | None = None
    consultations: tuple[Consultation, ...] = ()
    texts: Texts = Texts()
    measures: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    url: str = ""
    city: str = ""
    license_title: str = ""
    known_on: date | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True)
class Material:
    """What the catalogue tells.

    Args:
        measures: of the day, as the API gives them, in the catalogue's order.
        former: those of the report before, by key.
        series: the points of each figure, by measure and figure.
        coverage: the shares of each measure.
        since: what changed since the report before, nothing where there is none.
        say: translates a label into German.
    """

    measures: Sequence[Json]
    former: Mapping[str, Json]
    series: Mapping[tuple[str, str], tuple[told.Point, ...]]
    coverage: Mapping[str, tuple[told.Coverage, ...]]
    since: Since | None
    say: Callable[[str], str]


def build(plan: Plan, material: Material) -> Report:
    """Build a report; it computes nothing that depends on the moment at which it is called."""
    by_key = {measure["measure_id"]: measure for measure in material.measures}
    shown = [by_key[key] for key in chosen(plan.measures, by_key)]
    visions, papers = resolved(by_key), _named_papers(material.measures)
    built = [_measure(plan, material, each, visions[each["measure_id"]], papers) for each in shown]
    changes = _whole(plan, material.since, built)
    if plan.type.only_changed and plan.previous:
        built = [each for each in built if each.changes]
    values = _values(plan, built)
    texts = plan.type.texts(values)
    introduction = plan.texts.introduction
    report = Report(
        name=plan.name,
        title=plan.title,
        type=plan.type_name,
        as_of=plan.as_of,
        known_at=plan.known_at,
        head=plan.head,
        sections=_parts(plan),
        previous=plan.previous,
        consultations=plan.consultations,
        introduction=texts.introduction if introduction is None else introduction,
        changes=changes,
        measures=tuple(built),
        papers=_all_papers(built),
        outlook=plan.texts.outlook,
        notes=plan.notes,
        method=_method(plan) if plan.texts.method is None else plan.texts.method,
        url=plan.url,
        decision=plan.texts.decision,
        reasons=plan.texts.reasons,
        finances=plan.texts.finances,
        columns=texts.columns,
        time_zone=plan.time_zone,
    )
    return replace(report, annex=annex(report))


def _parts(plan: Plan) -> tuple[told.Section, ...]:
    """Return the parts of the report; an outlook that nobody wrote is none."""
    return tuple(
        part for part in plan.type.parts if part.kind != SectionKind.OUTLOOK or plan.texts.outlook.strip()
    )


def chosen(wanted: Sequence[str], known: Iterable[str]) -> list[str]:
    """Return the keys that a report tells: those that are wanted and known, in order; by default all."""
    there = list(known)
    if not wanted:
        return there
    kept = set(there)
    return [key for key in dict.fromkeys(wanted) if key in kept]


def _values(plan: Plan, measures: Sequence[told.Measure]) -> dict[str, str]:
    years = [measure.vision_year for measure in measures if measure.vision_year]
    return {
        "year": str(max(years)) if years else "",
        "day": written_day(plan.as_of),
        "since": written_day(plan.previous.as_of) if plan.previous else "",
        "city": plan.city,
    }


def _whole(plan: Plan, since: Since | None, built: Sequence[told.Measure]) -> tuple[Change, ...]:
    """Return what is said of all measures: in sum, then what is gone; nothing in a first report."""
    if since is None:
        return ()
    typed = plan.texts.summary
    words = since.summary({measure.measure_id for measure in built}) if typed is None else typed
    return (*([Change(SUMMARY, words)] if words else []), *since.gone(plan.measures))


def _method(plan: Plan) -> str:
    days = written_day(plan.as_of), written_day(plan.known_on or plan.known_at.date())
    parts = [
        "Der Bericht gibt den Katalog der Digitalisierungsmaßnahmen am {} wieder, wie er am {} bekannt war.",
        "Ob ein Termin in Verzug ist, wird aus seinem spätesten Tag berechnet.",
        "Er ist in Verzug, wenn dieser Tag verstrichen und kein Ergebnis eingetragen ist.",
    ]
    parts[0] = parts[0].format(*days)
    if plan.license_title:
        parts.append(f"Die Angaben sind offene Daten ({plan.license_title}).")
    return " ".join(parts)


def _measure(
    plan: Plan, material: Material, measure: Json, vision: tuple[str, str], papers: Mapping[str, Named]
) -> told.Measure:
    key, say = str(measure["measure_id"]), material.say
    text, source = vision
    fields: dict[str, Any] = {
        "measure_id": key,
        "title": measure["title"],
        "level": measure["depth"],
        "organisation": measure["organisation_title"] or "",
        "status": measure["status"] or "",
        "status_label": word(Status, measure["status"], say),
        "is_late": measure["is_delayed"],
        "lateness": lateness(measure["delay_days"]),
        "progress_percent": decimal(measure["progress_percent"]),
        "as_of": _day(measure["as_of"]),
        "summary": measure["notes"] or "",
        "statement": measure["statement"] or "",
        "vision": text,
        "vision_year": measure["vision_year"],
        "vision_source": measure["vision_source"] or "",
        "vision_of": source,
        "papers": tuple(_paper(row, papers, say) for row in measure["council_references"]),
        "goals": tuple(_goals(measure, say)),
        "steps": tuple(_steps(measure, say)),
        "milestones": tuple(_milestone(row, say) for row in measure["milestones"]),
        "series": tuple(_series(row, measure, material.series) for row in measure["indicators"]),
        "coverage": material.coverage.get(key, ()),
        "funding": _funding(measure, say),
        "obstacles": tuple(
            told.Obstacle(row["text"] or "", _day(row["since"]), _day(row["until"]))
            for row in measure["obstacles"]
        ),
        "asked": plan.texts.asked.get(key, ""),
        "remark": plan.texts.remarks.get(key, ""),
        "changes": _changes(plan, material, measure),
        "url": measure["url"],
    }
    return told.Measure(**{name: value for name, value in fields.items() if plan.type.tells(name)})


def _changes(plan: Plan, material: Material, measure: Json) -> tuple[Change, ...]:
    if material.since is None:
        return ()
    key = measure["measure_id"]
    found = material.since.of(key)
    typed = plan.texts.sentences.get(key)
    if typed is None:
        return found
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    kinds = [change.kind for change in found] or [ChangeKind.WORDING.value]
    return tuple(Change(kinds[min(place, len(kinds) - 1)], line) for place, line in enumerate(lines))


def _named_papers(measures: Iterable[Json]) -> dict[str, Named]:
    """Return title and address of each paper: whoever cites it may say so, and it is told wherever it is."""
    found: dict[str, Named] = {}
    for measure in measures:
        for row in measure["council_references"]:
            title, url = found.get(_key(row), ("", ""))
            found[_key(row)] = title or row["paper_name"] or "", url or row["paper_url"] or ""
    return found


def _key(row: Json) -> str:
    return str(row["reference"] or row["original"] or "")


def _paper(row: Json, papers: Mapping[str, Named], say: Callable[[str], str]) -> told.Paper:
    title, url = row["paper_name"], row["paper_url"]
    known = papers[_key(row)]
    decided = " ".join(filter(None, (row["decided_by"], short_day(_day(row["decided_on"])))))
    return told.Paper(
        reference=row["original"] or row["reference"] or "",
        key=_key(row),
        title=title or known[0],
        url=url or known[1],
        role=word(ReferenceRole, row["role"], say),
        decided=": ".join(filter(None, (decided, row["result"]))),
    )


def _goals(measure: Json, say: Callable[[str], str]) -> Iterator[told.Goal]:
    reviews: dict[str, Json] = {}
    for review in sorted(measure["goal_reviews"], key=lambda row: row["review_date"] or ""):
        reviews[review["goal_id"]] = review
    texts = {row["id"]: row["text"] or "" for row in measure["goals"]}
    for row in measure["goals"]:
        review = reviews.get(row["id"], {})
        successors = [texts[one] for one in (review.get("successor_ids") or "").split() if one in texts]
        words = word(GoalOutcome, review.get("outcome"), say)
        if review.get("outcome") == GoalOutcome.REPLACED and successors:
            words = f"{words} durch {joined([f'„{text}“' for text in successors])}"
        yield told.Goal(
            year=row["year"],
            text=row["text"] or "",
            target=": ".join(filter(None, (row["indicator"], row["target"]))),
            actual=row["actual"] or "",
            state=word(GoalState, row["state"], say),
            outcome=words,
        )


def _steps(measure: Json, say: Callable[[str], str]) -> Iterator[told.Steps]:
    for state in StepState:
        texts = tuple(row["text"] or "" for row in measure["steps"] if row["state"] == state)
        if texts:
            yield told.Steps(state.value, said(say(state.label))[:-1], texts)


def _milestone(row: Json, say: Callable[[str], str]) -> told.Milestone:
    return told.Milestone(
        title=row["title"] or "",
        worded=row["date_text"] or "",
        latest=_day(row["latest"]),
        met_on=_day(row["met_on"]),
        state=row["state"],
        label=word(MilestoneState, row["state"], say),
        reason=row["reason"] or "",
    )


def _series(row: Json, measure: Json, known: Mapping[tuple[str, str], tuple[told.Point, ...]]) -> told.Series:
    value, day = decimal(row["value"]), _day(row["day"])
    points = known.get((measure["measure_id"], row["id"]), ())
    named = [goal for goal in measure["goals"] if row["id"] and goal["indicator_id"] == row["id"]]
    if not points and value is not None and day is not None:
        points = (told.Point(day, value),)
    return told.Series(
        title=row["title"] or "",
        points=points,
        unit=row["unit"] or "",
        target=decimal(row["target"]),
        definition=row["definition"] or "",
        source=row["source"] or "",
        why="; ".join(f"{goal['text']} ({goal['year']})" if goal["year"] else goal["text"] for goal in named),
    )


def _funding(measure: Json, say: Callable[[str], str]) -> str:
    state, amount = measure["funding_state"], measure["funding_amount"]
    if not state and amount is None and not measure["funding_programme"]:
        return ""
    parts = [
        word(FundingState, state, say),
        f"{number(amount)} Euro" if amount is not None else "",
        measure["funding_programme"] or "",
    ]
    return ", ".join(part for part in parts if part)


def _all_papers(measures: Iterable[told.Measure]) -> tuple[told.Paper, ...]:
    """Return every paper once, however it is spelt, in natural order; what several say of it is told once."""
    found: dict[str, list[told.Paper]] = {}
    for measure in measures:
        for paper in measure.papers:
            found.setdefault(paper.key, []).append(paper)
    return tuple(_one_paper(found[key]) for key in sorted(found, key=_natural))


def _one_paper(spelt: list[told.Paper]) -> told.Paper:
    """Return a paper with all that it is cited for, and the first that is said of each other value."""
    return replace(
        spelt[0],
        role=", ".join(dict.fromkeys(each.role for each in spelt if each.role)),
        decided=next((each.decided for each in spelt if each.decided), ""),
        title=next((each.title for each in spelt if each.title), ""),
        url=next((each.url for each in spelt if each.url), ""),
    )


def _natural(text: str) -> list[tuple[int, int, str]]:
    # years before numbers: V/0989/2017 is older than V/0013/2018
    parts = re.findall(r"\d+|\D+", text)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def word(vocabulary: type[Term], value: str | None, say: Callable[[str], str]) -> str:
    """Return the word for a value of a vocabulary; one that is not known stays, nothing is nothing."""
    return next((say(term.label) for term in vocabulary if term.value == value), value or "")


def decimal(value: Any) -> Decimal | None:
    """Return a number of the catalogue as a decimal, as it was written."""
    return None if value is None else Decimal(str(value))


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None
