"""What the forms of a report say beside its own texts. A paper for a German council is in German."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from .report import (
    Consultation,
    Coverage,
    Goal,
    Head,
    Measure,
    Milestone,
    Obstacle,
    Paper,
    Period,
    Point,
    Report,
    Series,
)
from .sentences import number, short_day

UNTITLED = "Ohne Titel"
NOTHING = "Hierzu liegt nichts vor."
NO_MEASURES = "Der Bericht nennt keine Maßnahmen."
SUBJECT = "Betrifft"
CONSULTATIONS = "Beratungsfolge"
CONSULTATION_COLUMNS = ("Datum", "Gremium", "Art der Behandlung", "Ergebnis")
CONTENTS = "Inhalt"
CONTACT = "Auskunft erteilt"
SINCE_LAST = "Seit dem letzten Bericht"
LEFT_OPEN = "Was offen blieb"
NOTE_COLUMNS = ("Maßnahme", "Was fehlt", "Warum es so bleibt")
BREAK = "Bruch der Reihe"
BREAK_MEANS = "Seitdem werden die Zahlen anders erhoben; ein Unterschied kann daher kommen."
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def openness(head: Head) -> str:
    """Return whether the council treats a paper in public; of a report that is no paper of it, nothing."""
    if not head.kind.lower().endswith("vorlage"):
        return ""
    return "Öffentliche" if head.is_public else "Nichtöffentliche"


def figure(value: Decimal | None, unit: str = "") -> str:
    """Write a number with its unit."""
    return f"{number(value)}\u00a0{unit}" if unit and value is not None else number(value)


def vision_label(measure: Measure) -> str:
    """Name the vision, its year, its source and the measure where it really stands."""
    year = f"Vision {measure.vision_year}" if measure.vision_year else "Vision"
    inside = [f"siehe {measure.vision_of}" if measure.vision_of else "", measure.vision_source]
    told = "; ".join(filter(None, inside))
    return f"{year} ({told})" if told else year


def standing(measure: Measure) -> str:
    """Say where a measure stands, how far it is and since when that holds."""
    progress = f"{number(measure.progress_percent)}\u00a0%" if measure.progress_percent is not None else ""
    since = f"Stand {short_day(measure.as_of)}" if measure.as_of else ""
    return ", ".join(filter(None, (measure.status_label, progress, since)))


def paper(value: Paper) -> str:
    """Tell a paper in a line: number, title, what it is for, what was decided."""
    title = f"{value.reference}: {value.title}" if value.title else value.reference
    role = f" ({value.role})" if value.role else ""
    return f"{title}{role}{' – ' if value.decided else ''}{value.decided}"


def goal(value: Goal) -> str:
    """Tell a goal in a line."""
    year = f"{value.year}: " if value.year else ""
    figures = _joined(("Zielwert", value.target), ("Ist", value.actual))
    told = "; ".join(filter(None, (figures, judged(value))))
    return f"{year}{value.text}{f' ({told})' if told else ''}"


def judged(value: Goal) -> str:
    """Say what became of a goal; a word that is its state and its outcome once."""
    return ", ".join(dict.fromkeys(filter(None, (value.state, value.outcome))))


def milestone(value: Milestone) -> str:
    """Tell a dated result in a line: its words, its last day, when it was met, why it is late."""
    last = f"spätestens {short_day(value.latest)}" if value.latest else ""
    met = f"erreicht am {short_day(value.met_on)}" if value.met_on else ""
    told = "; ".join(filter(None, (value.worded, last, met, value.label)))
    reason = f" – Grund: {value.reason}" if value.reason else ""
    return f"{value.title}{f': {told}' if told else ''}{reason}"


def obstacle(value: Obstacle) -> str:
    """Tell what holds a measure back, and between which days."""
    since = f"seit {short_day(value.since)}" if value.since else ""
    until = f"bis {short_day(value.until)}" if value.until else ""
    told = ", ".join(filter(None, (since, until)))
    return f"{value.text} ({told})" if told else value.text


def share(value: Coverage) -> str:
    """Write a share of coverage, or why there is none."""
    if value.share_percent is None:
        return value.value_state or "keine Angabe"
    return " – ".join(filter(None, (f"{number(value.share_percent)}\u00a0%", value.value_state)))


def editions(value: Coverage) -> list[tuple[str, str]]:
    """Return the rows of a share over its editions, with a line where they cannot be compared."""
    rows: list[tuple[str, str]] = []
    surveys = [each.survey for each in value.editions]
    for place, each in enumerate(value.editions):
        before = next((one for one in surveys[:place][::-1] if one), "")
        if before and each.survey and each.survey != before:
            rows.append((BREAK, BREAK_MEANS))
        told = figure(each.share_percent, "%") if each.share_percent is not None else each.value_state
        rows.append((edition(each.edition), told or "keine Angabe"))
    return rows


def edition(text: str) -> str:
    """Write an edition (2019-06) as its month: 06/2019."""
    return _MONTH.sub(r"\2/\1", text)


def coverage_title(value: Coverage) -> str:
    """Name a share over its editions."""
    return f"{value.area}: {value.definition}"


def coverage_alt(value: Coverage) -> str:
    """Say in a sentence what the plot of a share over its editions shows."""
    known = [each for each in value.editions if each.share_percent is not None]
    ends = (f"{edition(each.edition)}: {figure(each.share_percent, '%')}" for each in (known[0], known[-1]))
    broken = f" {BREAK_MEANS}" if any(row[0] == BREAK for row in editions(value)) else ""
    first, last = ends
    return (
        f"Verlauf von {coverage_title(value)}; {first}; zuletzt {last}.{broken} "
        "Alle Werte stehen in der Tabelle darunter."
    )


def target(series: Series) -> str:
    """Write what a series is to reach."""
    return figure(series.target, series.unit)


def point(value: Point, unit: str) -> str:
    """Write a value of a series with its day."""
    return f"{short_day(value.day)}: {figure(value.value, unit)}"


def series_alt(series: Series) -> str:
    """Say in a sentence what the plot of a series shows."""
    first, last = series.points[0], series.points[-1]
    course = f"Verlauf von {series.title}: {point(first, series.unit)}; zuletzt {point(last, series.unit)}"
    reach = f". Zielwert: {target(series)}" if series.target is not None else ""
    return f"{course}{reach}. Alle Werte stehen in der Tabelle darunter."


def status_alt(rows: Sequence[Sequence[str]]) -> str:
    """Say in a sentence how many measures stand where."""
    return f"Maßnahmen nach Sachstand: {', '.join(f'{word} {count}' for word, count in rows)}."


def consultation(value: Consultation) -> tuple[str, str, str, str]:
    """Return the cells of a line of the Beratungsfolge."""
    return short_day(value.day), value.body, value.kind, value.result


def previous(value: Period | None) -> str:
    """Name the report before."""
    if value is None:
        return "Dies ist der erste Bericht."
    title = f" ({value.title})" if value.title else ""
    return f"Verglichen mit dem Bericht vom {short_day(value.as_of)}{title}."


def asked(report: Report) -> list[tuple[str, str]]:
    """Return what a paper that asks for a decision says of it: each part that there is, with its heading."""
    parts = {
        "Beschlussvorschlag": report.decision,
        "Begründung": report.reasons,
        "Finanzielle Auswirkungen": report.finances,
    }
    return [(title, text) for title, text in parts.items() if text]


def notes(report: Report) -> list[tuple[str, str, str]]:
    """Return the rows of what was left open: the measure's title, what is missing, why it stays so."""
    titles = {each.measure_id: each.title for each in report.measures}
    return [(titles.get(each.measure_id, each.measure_id), each.text, each.reason) for each in report.notes]


def known(report: Report) -> str:
    """Say which day the report tells and up to which moment it knows of it."""
    local = report.known_at.astimezone(ZoneInfo(report.time_zone))
    zone = " (UTC)" if report.time_zone == "UTC" else ""
    return f"Stand des Katalogs: {short_day(report.as_of)}; bekannt bis {local:%d.%m.%Y, %H:%M} Uhr{zone}."


def _joined(*pairs: tuple[str, str]) -> str:
    return ", ".join(f"{label}: {value}" for label, value in pairs if value)
