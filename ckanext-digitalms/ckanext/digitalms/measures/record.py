"""The measure's record: what a statement holds and every page, table and feed is made from.

Two forms go in and out: the *dataset* (what ``package_show`` gives: strings, lists of rows, extras
such as the contact) and the *content* (canonical JSON of a statement: no contact, no private data,
numbers as numbers, nothing as ``None``). Both are mapped by the declarations below and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from ckanext.digitalms.figures import number_of


@dataclass(frozen=True)
class CouncilReferenceRow:
    """A council paper that the measure cites.

    ``reference`` is the normalised key (``V/0989/2017/1``), ``original`` the spelling as typed,
    ``paper_name`` the paper's title (Betreff), ``paper_url`` its page in the council's system.
    """

    id: str | None = None
    reference: str | None = None
    original: str | None = None
    body: str | None = None
    role: str | None = None
    decided_on: date | None = None
    decided_by: str | None = None
    result: str | None = None
    paper_name: str | None = None
    paper_url: str | None = None


@dataclass(frozen=True)
class Goal:
    """What a year is to reach."""

    id: str | None = None
    year: int | None = None
    text: str | None = None
    indicator: str | None = None
    indicator_id: str | None = None
    target: str | None = None
    actual: str | None = None
    state: str | None = None


@dataclass(frozen=True)
class GoalReview:
    """What a review made of a goal; ``successor_ids`` are goals' ids, separated by spaces."""

    id: str | None = None
    goal_id: str | None = None
    review_date: date | None = None
    outcome: str | None = None
    successor_ids: str | None = None
    reference: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Indicator:
    """A named number: its newest value and the day for which that value holds.

    ``interval`` is its rhythm in months: the next value is due so many months after the day. ``note`` is
    about this one value and goes with it.
    """

    id: str | None = None
    title: str | None = None
    value: Decimal | None = None
    unit: str | None = None
    target: Decimal | None = None
    day: date | None = None
    origin: str | None = None
    definition: str | None = None
    source: str | None = None
    direction: str | None = None
    interval: int | None = None
    note: str | None = None


@dataclass(frozen=True)
class Step:
    """One line of plan or result in one of four states."""

    id: str | None = None
    state: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class Milestone:
    """A dated result; ``date_text`` keeps the wording, lateness is judged on ``latest``."""

    id: str | None = None
    title: str | None = None
    date_text: str | None = None
    earliest: date | None = None
    latest: date | None = None
    met_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Obstacle:
    """What holds the measure back, since when and until when."""

    id: str | None = None
    text: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Partner:
    """An organisation that takes part."""

    id: str | None = None
    name: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Link:
    """Another digital actor or a page about the measure."""

    id: str | None = None
    title: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class CoverageLink:
    """A counted share of coverage that the measure works on: where, by what, how fast, for whom, of what."""

    id: str | None = None
    area_code: str | None = None
    technology: str | None = None
    speed_mbit_s: int | None = None
    customer: str | None = None
    base: str | None = None


Row = (
    CouncilReferenceRow
    | Indicator
    | Goal
    | GoalReview
    | Step
    | Milestone
    | Obstacle
    | Partner
    | Link
    | CoverageLink
)
ROW_TYPES: dict[str, type[Row]] = {
    "council_references": CouncilReferenceRow,
    "indicators": Indicator,
    "goals": Goal,
    "goal_reviews": GoalReview,
    "steps": Step,
    "milestones": Milestone,
    "obstacles": Obstacle,
    "partners": Partner,
    "links": Link,
    "coverage_links": CoverageLink,
}


@dataclass(frozen=True)
class Measure:
    """A measure as it is stated on a day (``as_of``)."""

    measure_id: str
    title: str
    organisation: str | None = None
    notes: str | None = None
    parent_id: str | None = None
    position: int | None = None
    status: str | None = None
    status_reason: str | None = None
    progress_percent: Decimal | None = None
    weight: Decimal | None = None
    vision: str | None = None
    vision_year: int | None = None
    vision_source: str | None = None
    statement: str | None = None
    statement_source: str | None = None
    as_of: date | None = None
    update_due: date | None = None
    update_interval: int | None = None
    update_interval_max: int | None = None
    place: str | None = None
    area_code: str | None = None
    funding_state: str | None = None
    funding_amount: Decimal | None = None
    funding_programme: str | None = None
    keywords: tuple[str, ...] = ()
    council_references: tuple[CouncilReferenceRow, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    goals: tuple[Goal, ...] = ()
    goal_reviews: tuple[GoalReview, ...] = ()
    steps: tuple[Step, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    partners: tuple[Partner, ...] = ()
    links: tuple[Link, ...] = ()
    coverage_links: tuple[CoverageLink, ...] = ()

    def content(self) -> dict[str, Any]:
        """Return the canonical JSON content of a statement."""
        content: dict[str, Any] = plain(self)
        return content


@cache
def _declared(record: Any) -> tuple[tuple[str, str], ...]:
    """Return the fields of a record with their types, as they are declared."""
    return tuple((declared.name, str(declared.type)) for declared in fields(record))


def plain(value: Any) -> Any:
    """Turn rows, dates and decimals, also nested, into what JSON knows."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name, _ in _declared(type(value))}
    return value


def _text(value: Any) -> str | None:
    text = str(value).replace("\r\n", "\n").strip() if value is not None else ""
    return text or None


def _number(value: Any) -> Decimal | None:
    return number_of(_text(value) or "")


def _whole(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == number.to_integral_value() else None


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat((_text(value) or "")[:10])
    except ValueError:
        return None


_READERS: dict[str, Callable[[Any], Any]] = {
    "str | None": _text,
    "str": lambda value: _text(value) or "",
    "int | None": _whole,
    "Decimal | None": _number,
    "date | None": _day,
}


def read_row(kind: str, row: Mapping[str, Any]) -> Row:
    """Read one row of a repeating field from a mapping of strings."""
    row_type: Any = ROW_TYPES[kind]
    read: Row = row_type(**{name: _READERS[kind_of](row.get(name)) for name, kind_of in _declared(row_type)})
    return read


def _rows(kind: str, value: Any) -> tuple[Row, ...]:
    return tuple(read_row(kind, row) for row in value or () if isinstance(row, Mapping))


def completed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a content with every field of today's record: fields that came later are empty."""
    whole: dict[str, Any] = {declared.name: content.get(declared.name) for declared in fields(Measure)}
    for kind, row_type in ROW_TYPES.items():
        nothing = dict.fromkeys(declared.name for declared in fields(row_type))
        whole[kind] = [{**nothing, **row} for row in whole[kind] or ()]
    return {**content, **whole, "keywords": whole["keywords"] or []}


def measure_from_content(content: Mapping[str, Any], names: Collection[str] = ()) -> Measure:
    """Read a measure from a statement's content.

    Args:
        content: of the statement.
        names: the fields that are needed, key and title among them; the others stay empty. By default all.
    """
    values: dict[str, Any] = {}
    for name, kind_of in _declared(Measure):
        value = content.get(name)
        if names and name not in names:
            continue
        if name in ROW_TYPES:
            values[name] = _rows(name, value)
        elif name == "keywords":
            values[name] = tuple(sorted(str(word) for word in value or ()))
        else:
            values[name] = _READERS[kind_of](value)
    return Measure(**values)


def measure_from_dataset(dataset: Mapping[str, Any]) -> Measure:
    """Read a measure from a dataset dict as ``package_show`` gives it."""
    organisation = dataset.get("organization") or {}
    content = {
        **dataset,
        "measure_id": dataset.get("name"),
        "organisation": organisation.get("name"),
        "keywords": [tag["name"] for tag in dataset.get("tags") or ()],
    }
    return measure_from_content(content)


def measure_from_validated(data: Mapping[str, Any], organisation: str | None) -> Measure:
    """Read a measure from what CKAN's validation gives: extras as a list, rows as JSON in it.

    Args:
        data: the validated dataset, nested.
        organisation: the name of the organisation that ``owner_org`` stands for.
    """
    extras = {e["key"]: e["value"] for e in data.get("extras") or () if "key" in e and "value" in e}
    decoded = {kind: json.loads(extras[kind]) for kind in ROW_TYPES if extras.get(kind)}
    named = {"name": data.get("name"), "organization": {"name": organisation}}
    return measure_from_dataset({**extras, **decoded, **data, **named})


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of canonical JSON, in hexadecimal."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
