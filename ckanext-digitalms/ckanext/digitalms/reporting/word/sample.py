"""A report that no city has: with it a template is tried, and each of its texts is looked for afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

from ckanext.digitalms.reporting import report as told
from ckanext.digitalms.reporting.sections import SectionKind

_DAY = date(2021, 6, 17)
_MADE = datetime(2021, 6, 17, 9, 30, tzinfo=UTC)


@cache
def report() -> told.Report:
    """Return the sample: two measures with everything, each text only once in it."""
    measures = (_measure("Eins", 1), _measure("Zwei", 2))
    return told.Report(
        name="muster",
        title="Musterbericht Titel",
        type="council",
        as_of=_DAY,
        known_at=_MADE,
        head=told.Head(
            kind="Musterart",
            subject="Musterbetreff",
            day=_DAY,
            number="V/9876/2021",
            office="Musteramt",
            contact="Musterstelle",
            mailbox="muster@example.org",
        ),
        sections=tuple(told.Section(kind.value, f"Musterteil {kind.value}") for kind in SectionKind),
        previous=told.Period(date(2020, 6, 17), "frueher", "Musterbericht davor"),
        consultations=(
            told.Consultation("Musterausschuss", date(2021, 7, 1), "Musterberatung", "Musterbeschluss"),
        ),
        introduction="Mustereinleitung",
        decision="Musterbeschlussvorschlag",
        changes=(told.Change("summary", "Musteränderung im Ganzen"),),
        measures=measures,
        papers=(told.Paper("V/9001/2021", "Mustervorlage", "Musterrolle", "Musterentscheidung"),),
        outlook="Musterausblick",
        notes=(told.Note("Musterlücke", "Mustergrund", "m1"),),
        method="Mustermethode",
        annex=(told.Table("Musteranhang", ("Musterspalte", "Spalte2"), (("Musterzelle", "Zelle2"),)),),
        url="https://example.org/muster",
        columns=("Musterkopf A", "Musterkopf B", "Musterkopf C"),
    )


def _measure(word: str, number: int) -> told.Measure:
    points = (told.Point(date(2020, 1, 1), Decimal(1)), told.Point(date(2021, 1, 1), Decimal(2)))
    return told.Measure(
        measure_id=f"m{number}",
        title=f"Mustermaßnahme {word}",
        organisation=f"Musterbetrieb {word}",
        status="in_progress",
        status_label=f"Musterstand {word}",
        is_late=True,
        lateness=f"Musterverzug {word}",
        progress_percent=Decimal(40 + number),
        as_of=_DAY,
        summary=f"Musterbeschreibung {word}",
        statement=f"Musterlage {word}",
        vision=f"Mustervision {word}",
        vision_year=2025,
        papers=(told.Paper(f"V/900{number}/2021", decided=f"Musterratsbeschluss {word}"),),
        goals=(told.Goal(2021, f"Musterziel {word}", f"Zielwert {word}", f"Istwert {word}", "offen"),),
        steps=(told.Steps("done", f"Musterumgesetzt {word}", (f"Musterschritt {word}",)),),
        milestones=(told.Milestone(f"Mustertermin {word}", f"Musterzeit {word}", _DAY, label="offen"),),
        series=(told.Series(f"Musterreihe {word}", points, "Stück", Decimal(9)),),
        coverage=(told.Coverage(f"Mustergebiet {word}", "2020-12", "Musterdefinition", Decimal(50)),),
        funding=f"Musterförderung {word}",
        obstacles=(told.Obstacle(f"Musterhindernis {word}"),),
        asked=f"Musterbitte {word}",
        remark=f"Musteranmerkung {word}",
        changes=(told.Change("moved", f"Musterverschiebung {word}"),),
    )
