"""Reports to draw: the demo's measures with everything that a report may hold, and nasty ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from hypothesis import strategies as st

from ckanext.digitalms.reporting import report as r
from ckanext.digitalms.reporting.sections import SectionKind

STATUS = {
    "planned": "geplant",
    "in_preparation": "in Vorbereitung",
    "in_progress": "in Arbeit",
    "done": "abgeschlossen",
}
STEPS = {
    "done": "Umgesetzt",
    "in_progress": "In Arbeit",
    "in_preparation": "In Vorbereitung",
    "pending": "Ausstehend",
}
HEADINGS = {
    SectionKind.INTRODUCTION: "Bericht",
    SectionKind.CHANGES: "Seit dem letzten Bericht",
    SectionKind.TABLE: "Maßnahmen",
    SectionKind.GOALS: "Ziele",
    SectionKind.INDICATORS: "Kennzahlen",
    SectionKind.COVERAGE: "Versorgung",
    SectionKind.FUNDING: "Förderung",
    SectionKind.OBSTACLES: "Hindernisse",
    SectionKind.PAPERS: "Zitierte Vorlagen",
    SectionKind.OUTLOOK: "Ausblick",
    SectionKind.METHOD: "Zu Daten und Methode",
    SectionKind.ANNEX: "Anhang",
}
SECTIONS = tuple(r.Section(kind.value, title) for kind, title in HEADINGS.items())


@cache
def demo() -> r.Report:
    """Return the demo's seven measures as a whole report; every field of every class is filled somewhere."""
    source = yaml.safe_load(files("ckanext.digitalms.demo").joinpath("measures.yaml").read_text("utf-8"))
    measures = tuple(_measure(each) for each in source["measures"])
    return r.Report(
        name="bericht-2019",
        title="Bericht zum Umsetzungsstand der Digitalisierungsstrategie 2019",
        type="council",
        as_of=date(2019, 3, 14),
        known_at=datetime(2019, 3, 14, 16, 30, tzinfo=UTC),
        head=r.Head(
            kind="Berichtsvorlage",
            subject="Digitale Stadtverwaltung – Bericht zum Umsetzungsstand der Digitalisierungsstrategie",
            day=date(2019, 3, 14),
            number="V/0217/2019",
            office="citeq",
            contact="Team Digitalisierung",
            mailbox="digitalisierung@example.org",
        ),
        sections=SECTIONS,
        previous=r.Period(date(2018, 3, 14), "bericht-2018", "Digitale Stadt: Strategie"),
        consultations=(
            r.Consultation(
                "Betriebsausschuss der citeq", date(2019, 3, 21), "Bericht", "zur Kenntnis genommen"
            ),
            r.Consultation(
                "Ausschuss für Personal, Organisation und E-Government", date(2019, 4, 2), "Bericht"
            ),
            r.Consultation("Haupt- und Finanzausschuss", date(2019, 4, 3), "Bericht"),
            r.Consultation("Rat", date(2019, 4, 3), "Bericht"),
        ),
        introduction="Der Rat hat das Vorgehen begrüßt.\n\nHier steht, was daraus geworden ist.",
        changes=(
            r.Change("reached", "Seit dem letzten Bericht: 3 Schritte umgesetzt, ein Termin verschoben."),
        ),
        measures=measures,
        papers=tuple({paper.reference: paper for each in measures for paper in each.papers}.values()),
        decision="Der Rat nimmt den Bericht zur Kenntnis.",
        reasons="Der Rat hat um einen jährlichen Bericht gebeten.",
        finances="Keine.\n\nDie Mittel stehen im Haushalt.",
        outlook="Internet der Dinge, Blockchain und Künstliche Intelligenz kommen hinzu.",
        notes=(r.Note("ohne Ansprechstelle", "wird mit der Stellenbesetzung benannt", "wlan"),),
        method="Die Angaben stammen aus dem Katalog der Maßnahmen.\n\nLizenz: dl-de/by-2-0.",
        annex=(
            r.Table(
                "Versorgung nach Gemeinden", ("Gemeinde", "Anteil"), (("Münster", "98,1"), ("Greven", "93,4"))
            ),
        ),
        url="https://example.org/digitalisierung/berichte/bericht-2019",
        time_zone="Europe/Berlin",
    )


def _measure(source: dict[str, Any]) -> r.Measure:
    name = source["name"]
    steps = {state: [s["text"] for s in source.get("steps", []) if s["state"] == state] for state in STEPS}
    return r.Measure(
        measure_id=name,
        title=source["title"],
        level=1 if source.get("parent_id") else 0,
        organisation="citeq",
        status=source["status"],
        status_label=STATUS[source["status"]],
        is_late=name == "serviceportal",
        lateness="Inbetriebnahme seit 3 Tagen überfällig" if name == "serviceportal" else "",
        progress_percent=Decimal("42.5") if name == "dms" else None,
        as_of=date(2019, 3, 14),
        summary=source.get("notes", ""),
        statement=source.get("statement", ""),
        vision=source.get("vision", ""),
        vision_year=source.get("vision_year"),
        vision_source=source.get("vision_source", ""),
        vision_of="Breitbandausbau" if name in ("wlan", "mobilfunk") else "",
        papers=tuple(map(_paper, source.get("council_references", []))),
        goals=tuple(map(_goal, source.get("goals", []))),
        steps=tuple(r.Steps(state, STEPS[state], tuple(texts)) for state, texts in steps.items() if texts),
        milestones=tuple(map(_milestone, source.get("milestones", []))),
        series=_series(name),
        coverage=_coverage() if name == "breitband" else (),
        funding="Antrag beim Land gestellt, Eigenanteil 10 %" if name in ("breitband", "mobilfunk") else "",
        obstacles=tuple(r.Obstacle(o["text"], o.get("since")) for o in source.get("obstacles", [])),
        asked="Der Rat möge die Zuständigkeiten klären." if name == "serviceportal" else "",
        remark="Zahlen vom Februar." if name == "dms" else "",
        changes=(r.Change("moved", "Der Termin ist um 92 Tage verschoben, weil Personal fehlt."),)
        if name == "serviceportal"
        else (),
        url=f"https://example.org/digitalisierung/massnahme/{name}",
    )


def _paper(source: dict[str, Any]) -> r.Paper:
    decided = f"{source['result']} am {source['decided_on']:%d.%m.%Y}" if source.get("decided_on") else ""
    role = {"basis": "Grundlage", "goal": "Ziele", "vision_source": "Quelle der Vision"}.get(
        source["role"], ""
    )
    url = f"https://example.org/vorlagen/{source['reference'].replace('/', '-').replace(' ', '')}"
    return r.Paper(source["reference"], f"Betreff zu {source['reference']}", role, decided, url)


def _goal(source: dict[str, Any]) -> r.Goal:
    return r.Goal(source.get("year"), source["text"], source.get("target", ""), "noch keine Angabe", "offen")


def _milestone(source: dict[str, Any]) -> r.Milestone:
    reason = "Zuständigkeiten sind offen" if "Inbetriebnahme" in source["title"] else ""
    return r.Milestone(
        source["title"],
        source["date_text"],
        source.get("latest"),
        source.get("met_on"),
        "open",
        "offen",
        reason,
    )


def _series(name: str) -> tuple[r.Series, ...]:
    if name == "serviceportal":
        points = [(2018, 10, 3), (2018, 12, 9), (2019, 3, 17)]
        unit, target, title = "Portale", Decimal(40), "Pilotportale"
    elif name == "dms":
        points = [(2018, 6, "12.5"), (2018, 12, 31), (2019, 3, "42.5")]
        unit, target, title = "%", Decimal(70), "Arbeitsplätze mit DMS"
    else:
        return ()
    made = tuple(r.Point(date(year, month, 1), Decimal(value)) for year, month, value in points)
    return (r.Series(title, made, unit, target, "Gezählt wird, was in Betrieb ist.", "Zählung der citeq"),)


def _coverage() -> tuple[r.Coverage, ...]:
    editions = (
        r.Edition("2018-12", Decimal("91.4"), "", "before_2022"),
        r.Edition("2019-06", None, "keine Angabe", "before_2022"),
        r.Edition("2019-12", Decimal("93.05"), "", "before_2022"),
        r.Edition("2022-06", Decimal("95.3"), "", "since_2022"),
    )
    words = "Haushalte mit mindestens 50 Mbit/s, alle Techniken"
    return (
        r.Coverage("Münster", "2022-06", words, Decimal("95.3"), "", "Breitbandatlas", editions),
        r.Coverage("Greven", "2019-06", words, None, "keine Angabe", "Breitbandatlas"),
    )


def lonely() -> r.Report:
    """Return a report in which values stand without those that they usually stand beside.

    It has the parts of a Zwischenbericht, in which the table alone tells of goals.
    """
    day = date(2019, 6, 30)
    told = {
        "summary": "Kurz gesagt.",
        "vision": "Alles ist anders.",
        "lateness": "in 3 Tagen fällig",
        "goals": (r.Goal(None, "Portale öffnen", actual="17", outcome="beibehalten"),),
        "milestones": (
            r.Milestone("Vertrag", "bis zum Sommer", date(2019, 8, 31), date(2019, 9, 2), label="erreicht"),
            r.Milestone("Schulung", latest=date(2020, 1, 31)),
        ),
        "obstacles": (r.Obstacle("Personal fehlt", until=day), r.Obstacle("Haushaltssperre", day)),
        "papers": (r.Paper("V/0001/2019", role="Erwähnung"), r.Paper("V/0002/2019", decided="Rat")),
        "coverage": (r.Coverage("Münster", "2019-06", "Haushalte", Decimal("95.1"), "geschätzt"),),
        "changes": (r.Change("moved", "Der Termin ist verschoben."),),
    }
    kinds = (SectionKind.TABLE, SectionKind.OBSTACLES, SectionKind.COVERAGE, SectionKind.METHOD)
    sections = tuple(r.Section(kind.value, HEADINGS[kind]) for kind in kinds)
    measure = r.Measure("allein", "Allein", status="paused", status_label="ruht", **told)
    other = r.Measure("quelle", "Nur die Quelle", status_label="geplant", vision_source="Leitbild der Stadt")
    told = {"measures": (measure, other), "notes": (r.Note("ohne Vorlage", "folgt", "allein"),)}
    return dataclasses.replace(demo(), sections=sections, previous=None, **told)


def many(count: int) -> r.Report:
    """Return a report of so many measures, with ten statements' worth of words each."""
    measures = demo().measures
    made = (
        dataclasses.replace(measures[n % 7], measure_id=f"m{n}", title=f"{n + 1}. {measures[n % 7].title}")
        for n in range(count)
    )
    return dataclasses.replace(demo(), measures=tuple(made))


NASTY = (
    "<script>alert(1)</script>",
    '#import "x.typ" $x$ *fett* _kursiv_ \\ @ref #panic()',
    "{{ 7*7 }}{% for x in y %}{# kein #}",
    "مرحبا بالعالم 123 ABC",
    "שלום עולם",
    "Rakete 🚀, Familie 👨‍👩‍👧, Flagge 🇩🇪, Zwinker 😉️",
    "漢字 かな 한글 ไทย देवनागरी",
    "e\u0301 A\u030a \u0301allein \u0300\u0301\u0302",
    "\x00\x01\x08\x1b[31m \ue000\uf8ff \ufffe \U0010ffff \ufeff",
    "\u202eumgekehrt\u202c \u2066x\u2069 \u200d\u200c\u200b",
    "Donaudampfschifffahrt" * 24,
    "https://example.org/" + "a/" * 200 + "?x=" + "y" * 200,
    "a\tb\nc\r\nd\u2028e",
    "- keine Liste\n1. auch nicht\n= keine Überschrift",
    "&amp; & < > \" ' ]]> \\u0041",
    "  vorn und hinten  ",
)


def nasty() -> r.Report:
    """Return a report whose every text is one that breaks programs."""
    texts: Iterator[str] = iter(_forever(NASTY))
    return _with_texts(demo(), lambda text: next(texts) if text else text)


def _forever(texts: tuple[str, ...]) -> Iterator[str]:
    while True:
        yield from texts


_KEYS = frozenset({"name", "type", "measure_id", "status", "state", "kind", "url"})


# what programs read in them: of an edition its month, in which zone moments are
_READ = frozenset({"edition", "survey", "time_zone"})


def _with_texts(value: Any, change: Any, name: str = "") -> Any:
    if isinstance(value, r.Head):
        return dataclasses.replace(value, subject=change(value.subject), office=change(value.office))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        made = {
            field.name: _with_texts(getattr(value, field.name), change, field.name)
            for field in dataclasses.fields(value)
        }
        return type(value)(**made)
    if isinstance(value, tuple):
        return tuple(_with_texts(each, change, name) for each in value)
    return change(value) if isinstance(value, str) and name not in _KEYS | _READ else value


def any_report() -> st.SearchStrategy[r.Report]:
    """Return a strategy of reports with any text in any place."""
    text = st.one_of(st.text(max_size=60), st.sampled_from(NASTY))

    def changed(texts: list[str], kinds: list[SectionKind]) -> r.Report:
        left = iter(_forever(tuple(texts)))
        whole = _with_texts(demo(), lambda text: next(left) if text else text)
        sections = tuple(r.Section(kind.value, HEADINGS[kind]) for kind in kinds)
        return dataclasses.replace(whole, sections=sections)

    kinds = st.lists(st.sampled_from(list(SectionKind)), unique=True)
    return st.builds(changed, st.lists(text, min_size=1, max_size=40), kinds)
