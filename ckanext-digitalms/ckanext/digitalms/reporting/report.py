"""The report as one object: everything that any of its forms shows, and nothing that a form would compute.

It is built once, for a day (``as_of``) and what was known at a moment (``known_at``), beside the day of the
report before. HTML, DOCX, PDF and data are drawn from it and from nothing else, so all of them carry the
same values, and a frozen report is this object kept. Texts are plain: paragraphs are separated by an empty
line. Whatever is said of a measure in words (labels, sentences) is German and stands here ready to print.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Head:
    """What stands above a paper for the council.

    ``kind`` is the sort of paper ("Berichtsvorlage"), ``subject`` its Betrifft, ``office`` who answers for
    it, ``contact`` a function (never a person) and ``mailbox`` that function's address.
    """

    kind: str
    subject: str
    day: date
    number: str = ""
    office: str = ""
    contact: str = ""
    mailbox: str = ""
    is_public: bool = True


@dataclass(frozen=True)
class Consultation:
    """One line of the Beratungsfolge: when which body deals with it, how ("Bericht"), and what came of it."""

    body: str
    day: date | None = None
    kind: str = ""
    result: str = ""


@dataclass(frozen=True)
class Period:
    """The report before: its day, and its name and title where it is one of ours."""

    as_of: date
    name: str = ""
    title: str = ""


@dataclass(frozen=True)
class Paper:
    """A council paper that is cited: its number as written, its title, what was decided, and why cited.

    ``key`` is the same for all spellings of its number.
    """

    reference: str
    title: str = ""
    role: str = ""
    decided: str = ""
    url: str = ""
    key: str = ""


@dataclass(frozen=True)
class Goal:
    """A goal of a year with target and actual, its state, and what a review made of it, both in words."""

    year: int | None
    text: str
    target: str = ""
    actual: str = ""
    state: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Steps:
    """The lines of plan and result in one state, with the German word for it."""

    state: str
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Milestone:
    """A dated result: its date as it was worded, its last day, the day it was met, its state in words."""

    title: str
    worded: str = ""
    latest: date | None = None
    met_on: date | None = None
    state: str = ""
    label: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Point:
    """A value of a series and the day for which it holds."""

    day: date
    value: Decimal


@dataclass(frozen=True)
class Series:
    """A named number over time, in ``unit``; ``target`` is what it is to reach. Days ascend.

    ``why`` are the goals that it measures, with their years.
    """

    title: str
    points: tuple[Point, ...]
    unit: str = ""
    target: Decimal | None = None
    definition: str = ""
    source: str = ""
    why: str = ""


@dataclass(frozen=True)
class Edition:
    """What a share was in an edition (``2019-06``); ``survey`` says how it was gathered, if that is known."""

    edition: str
    share_percent: Decimal | None = None
    value_state: str = ""
    survey: str = ""


@dataclass(frozen=True)
class Coverage:
    """A share of coverage (percent) with all that a share needs to be understood.

    ``value_state`` says in words why there is none, ``editions`` are all up to the day, this one the last.
    """

    area: str
    edition: str
    definition: str
    share_percent: Decimal | None = None
    value_state: str = ""
    source: str = ""
    editions: tuple[Edition, ...] = ()


@dataclass(frozen=True)
class Obstacle:
    """What holds a measure back, since when and until when."""

    text: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Change:
    """One change since the report before: its kind (``comparison.kinds``) and the sentence for it."""

    kind: str
    text: str


@dataclass(frozen=True)
class Measure:
    """A measure as the report tells it.

    ``vision_of`` is the title of the measure whose vision is printed where the own one says "siehe …".
    ``remark`` is written for this report, ``asked`` what is asked of the council. ``changes`` are the
    sentences of "seit dem letzten Bericht", generated or written over for this report.
    """

    measure_id: str
    title: str
    level: int = 0
    organisation: str = ""
    status: str = ""
    status_label: str = ""
    is_late: bool = False
    lateness: str = ""
    progress_percent: Decimal | None = None
    as_of: date | None = None
    summary: str = ""
    statement: str = ""
    vision: str = ""
    vision_year: int | None = None
    vision_source: str = ""
    vision_of: str = ""
    papers: tuple[Paper, ...] = ()
    goals: tuple[Goal, ...] = ()
    steps: tuple[Steps, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    series: tuple[Series, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    funding: str = ""
    obstacles: tuple[Obstacle, ...] = ()
    asked: str = ""
    remark: str = ""
    changes: tuple[Change, ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Table:
    """A table of the annex: titles of its columns and its cells as text, row by row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Note:
    """A gap that was left as it is: what is missing, of which measure, and why it stays so."""

    text: str
    reason: str
    measure_id: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the report: what it is (a value of ``SectionKind``) and its heading."""

    kind: str
    title: str


@dataclass(frozen=True)
class Report:
    """A whole report.

    Args:
        name: its key, part of its address.
        title: what it is called.
        type: the report type that says which sections it has.
        as_of: the day whose catalogue it tells.
        known_at: the moment (UTC) up to which it knows statements.
        head: what stands above it.
        sections: its parts in order; a form draws these and no others.
        previous: the report before, or nothing for a first one.
        changes: sentences on the whole ("Seit dem letzten Bericht: 3 Schritte umgesetzt, …").
        method: how the figures came about, and under which licence they are open.
        decision: the Beschlussvorschlag, as it was typed for the paper.
        reasons: the Begründung, as it was typed.
        finances: the finanzielle Auswirkungen, as they were typed.
        columns: the headings of the three columns of the table of measures.
        time_zone: in which moments are written, by its name of the IANA.
    """

    name: str
    title: str
    type: str
    as_of: date
    known_at: datetime
    head: Head
    sections: tuple[Section, ...]
    previous: Period | None = None
    consultations: tuple[Consultation, ...] = ()
    introduction: str = ""
    changes: tuple[Change, ...] = ()
    measures: tuple[Measure, ...] = ()
    papers: tuple[Paper, ...] = ()
    outlook: str = ""
    notes: tuple[Note, ...] = ()
    method: str = ""
    annex: tuple[Table, ...] = ()
    url: str = ""
    decision: str = ""
    reasons: str = ""
    finances: str = ""
    columns: tuple[str, ...] = (
        "Maßnahmen und Vision",
        "Ratsvorlagen: Inhalt und Ziele",
        "Maßnahmen: Plan / Ist",
    )
    time_zone: str = "UTC"
