"""Random catalogues: measures with histories, texts that trip up files, and their open tables."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

from ckanext.digitalms import duck
from ckanext.digitalms.imports.difference import Difference, compare
from ckanext.digitalms.imports.reading import read_table
from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.measures.presentation import public_measures
from ckanext.digitalms.measures.record import (
    CouncilReferenceRow,
    CoverageLink,
    Goal,
    GoalReview,
    Indicator,
    Link,
    Measure,
    Milestone,
    Obstacle,
    Partner,
    Step,
)
from ckanext.digitalms.measures.updates import Rhythm
from ckanext.digitalms.publishing import writing
from ckanext.digitalms.tables.open_tables import TABLES, Row, Source
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.table import Limits
from ckanext.digitalms.vocabularies import (
    FundingState,
    GoalOutcome,
    GoalState,
    ReferenceRole,
    Status,
    StepState,
)

BODY = "Rat der Stadt Münster"
DAY = date(2019, 3, 14)
LIMITS = Limits(max_bytes=10**7, max_rows=10_000)
DEFAULTS = {"body": BODY}

ODD = (
    "=1+1", "'=schon so", "''-5", "-", "@amt", "+49 251", "'zitiert'", 'mit "Anführung"; und, Komma',
    "zwei\nZeilen", "Gro\u0308ße", "Ã¼ber", "#N/A", "#NV", "_x0041_", "007", "12.345", "1,5", "2019-01-01",
    "31.12.2019", "80 %", "true", "WAHR", "ja", "€ – „ß“", "\u00a0x\u00a0y", "a\tb", "\x7f", "null",
    "x" * 40_000, "'", "sep=;", "\ufeffa", "[1]", "😀",
)  # fmt: skip
characters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
texts = st.sampled_from(ODD) | st.text(characters, min_size=1, max_size=20).map(str.strip).filter(bool)
maybe = st.none() | texts
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
percents = (
    st.none()
    | st.sampled_from([Decimal("0.001"), Decimal("12.345"), Decimal("1E-7"), Decimal(7)])
    | st.decimals(0, 99, places=3)
)
numbers = st.decimals(-(10**12), 10**12, places=2) | st.just(Decimal("1E-10"))
ids = st.uuids().map(str)
references = st.from_regex(r"[VR]/0[0-9]{3}/20[0-9]{2}(/[1-9])?", fullmatch=True)


def rows_of(row: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(row, max_size=3).map(tuple)


steps = st.builds(Step, ids, st.sampled_from([s.value for s in StepState]), texts)
milestones = st.builds(
    Milestone, ids, texts, maybe, st.none() | days, st.none() | days, st.none() | days, maybe
)
goals = st.builds(
    Goal, ids, st.none() | st.integers(0, 9999), texts, st.none(), st.none() | ids, maybe, maybe,
    st.sampled_from([s.value for s in GoalState]),
)  # fmt: skip
indicators = st.builds(
    Indicator, ids, texts, numbers, maybe, st.none() | numbers, days, st.just("typed"), maybe, maybe
)
cited = st.builds(
    CouncilReferenceRow, ids, references, maybe, st.none() | st.just(BODY),
    st.sampled_from([r.value for r in ReferenceRole]), st.none() | days, maybe, maybe,
)  # fmt: skip
obstacles = st.builds(Obstacle, ids, texts, st.none() | days, st.none() | days)
partners = st.builds(Partner, ids, texts, maybe)
links = st.builds(Link, ids, maybe, maybe)
shares = st.builds(
    CoverageLink, ids, st.just("05515000"), st.none() | st.just("all"), st.none() | st.just(30),
    st.none() | st.just("private"), st.none() | st.just("households"),
)  # fmt: skip
words = st.from_regex(r"[A-Za-zÄÖÜäöüß0-9]+([ .-][A-Za-z0-9]+)?", fullmatch=True)


@st.composite
def measures(draw: st.DrawFn, measure_id: str) -> Measure:
    own_goals = draw(rows_of(goals))
    reviews = [
        GoalReview(
            draw(ids),
            goal.id,
            draw(days),
            draw(st.sampled_from([o.value for o in GoalOutcome])),
            reference=draw(st.none() | references),
        )
        for goal in own_goals
    ]
    return Measure(
        measure_id=measure_id,
        title=draw(texts),
        organisation="citeq",
        position=draw(st.none() | st.integers(0, 9999)),
        status=draw(st.sampled_from([s.value for s in Status])),
        status_reason=draw(maybe),
        progress_percent=draw(percents),
        weight=draw(st.none() | st.decimals(0, 100, places=2)),
        vision=draw(maybe),
        vision_year=draw(st.none() | st.integers(1900, 2200)),
        vision_source=draw(maybe),
        statement=draw(maybe),
        statement_source=draw(maybe),
        as_of=draw(days),
        update_due=draw(st.none() | days),
        council_references=draw(rows_of(cited)),
        indicators=draw(rows_of(indicators)),
        goals=own_goals,
        goal_reviews=tuple(reviews),
        steps=draw(rows_of(steps)),
        milestones=draw(rows_of(milestones)),
        obstacles=draw(rows_of(obstacles)),
        partners=draw(rows_of(partners)),
        links=draw(rows_of(links)),
        coverage_links=draw(rows_of(shares)),
        keywords=tuple(sorted(draw(st.sets(words, max_size=3)))),
        funding_state=draw(st.none() | st.sampled_from([s.value for s in FundingState])),
        funding_amount=draw(st.none() | st.decimals(0, 10**9, places=2)),
        funding_programme=draw(maybe),
    )


@st.composite
def catalogues(draw: st.DrawFn) -> Source:
    """Up to three measures, each with up to three statements in which things move."""
    keys = draw(st.lists(st.from_regex(r"[a-z0-9-]{2,40}", fullmatch=True), max_size=3, unique=True))
    statements: list[Statement] = []
    for key in keys:
        now = draw(measures(key))
        for _ in range(draw(st.integers(1, 3))):
            statements.append(stated(len(statements) + 1, now))
            now = replace(
                now,
                as_of=draw(days),
                status=draw(st.sampled_from([s.value for s in Status])),
                milestones=tuple(replace(m, latest=draw(st.none() | days)) for m in now.milestones),
                indicators=tuple(replace(i, value=draw(numbers)) for i in now.indicators),
                goals=tuple(replace(g, text=draw(texts)) for g in now.goals if draw(st.booleans())),
            )
    return source_of(statements)


def stated(number: int, measure: Measure) -> Statement:
    recorded = datetime(2019, 3, 15, 9, 30, 0, 123456, tzinfo=UTC) + timedelta(seconds=number / 3)
    day = measure.as_of or DAY
    content = replace(measure, as_of=day).content()
    return Statement(
        number, f"p-{measure.measure_id}", measure.measure_id, day, recorded, "stand", "public", content, "B"
    )


def source_of(statements: Sequence[Statement]) -> Source:
    newest: dict[str, Statement] = {}
    for one in sorted(statements, key=lambda s: (s.as_of, s.statement_id)):
        newest[one.measure_id] = one
    shown = public_measures(list(newest.values()), DAY, Rhythm(3, 6))
    addressed = [{**one, "url": f"https://example.org/{one['measure_id']}"} for one in shown]
    return Source(addressed, statements, BODY)


@cache
def _database() -> duck.Connection:
    """Open one database for all examples: to open it takes longer than to write a table."""
    opened = ExitStack()
    atexit.register(opened.close)
    return opened.enter_context(duck.opened())


def written(table: str, ending: str, rows: Sequence[Row]) -> bytes:
    """Return a table as we publish it in a format."""
    spec = TABLES[table]
    with TemporaryDirectory() as name:
        folder = Path(name)
        writing.write_csv(folder / f"{table}.csv", spec, rows)
        made = f"{table}.csv" if ending == "csv" else writing.write_format(_database(), folder, spec, ending)
        return (folder / made).read_bytes()


def compared(table: str, data: bytes, rows: Sequence[Row], stated: str | None = None) -> Difference:
    return compare(read_table(data, Dialect(), LIMITS, stated or table), rows, DEFAULTS)


def field_names(row_type: type[Any]) -> list[str]:
    return [one.name for one in fields(row_type)]
