"""A report laid out as a paper of a city: its head, then its sections in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from . import plot, wording
from .annex import by_status
from .blocks import Block, Grid, Heading, Listing, Paper, Paragraph, Picture
from .cells import WIDTHS, split, three_columns
from .report import Change, Report, Section, Series
from .rows import Cell, row
from .sections import SectionKind
from .sentences import number, short_day

# a paper with more headings than these gets a list of them; with very many only of its parts
LONG = 12
VERY_LONG = 150
# fewer measures than these are seen at a glance without a plot
_PLOTTED = 3


def lay_out(report: Report) -> Paper:
    """Return the report as paper; nothing is in it that is not in the report."""
    head = report.head
    parts = (block for section in report.sections for block in _section(report, section))
    blocks = (*_asked(report), *parts)
    asked = ", ".join(filter(None, (head.contact, head.mailbox)))
    margin = (head.office, short_day(head.day), f"{wording.CONTACT}: {asked}" if asked else "")
    numbered = f" · {head.number}" if head.number else ""
    return Paper(
        title=head.subject or report.title,
        made=report.known_at,
        day=head.day,
        footer=f"{report.title}{numbered}",
        blocks=blocks,
        margin=tuple(filter(None, margin)),
        sort=head.kind,
        openness=wording.openness(head),
        number=head.number,
        subject_label=wording.SUBJECT if head.kind else "",
        consultations=_consultations(report),
        contents_depth=_depth(sum(map(_headings, blocks))),
    )


def _depth(headings: int) -> int:
    if headings <= LONG:
        return 0
    return 2 if headings <= VERY_LONG else 1


def _headings(block: Block) -> int:
    if isinstance(block, Grid):
        return sum(isinstance(part, Heading) for one in block.rows for cell in one.cells for part in cell)
    return isinstance(block, Heading)


def _consultations(report: Report) -> Grid | None:
    if not report.consultations:
        return None
    rows = (wording.consultation(each) for each in report.consultations)
    return _grid(wording.CONSULTATIONS, wording.CONSULTATION_COLUMNS, (13, 47, 20, 20), rows)


def _asked(report: Report) -> Iterator[Block]:
    """Draw what the paper asks of the council, where it asks something."""
    for title, text in wording.asked(report):
        yield Heading(1, title)
        yield from _texts(text)


def _section(report: Report, section: Section) -> Iterator[Block]:
    yield Heading(1, section.title)
    drawn = tuple(_SECTIONS[section.kind](report))
    yield from drawn or (Paragraph(wording.NOTHING),)


def _texts(text: str) -> Iterator[Block]:
    return (Paragraph(part) for part in split(text))


def _introduction(report: Report) -> Iterator[Block]:
    return _texts(report.introduction)


def _changes(report: Report) -> Iterator[Block]:
    yield Paragraph(wording.previous(report.previous))
    if report.changes:
        yield Listing(_sentences(report.changes))
    for measure in report.measures:
        if measure.changes:
            yield Heading(2, measure.title)
            yield Listing(_sentences(measure.changes))


def _sentences(changes: tuple[Change, ...]) -> tuple[str, ...]:
    return tuple(change.text for change in changes)


def _table(report: Report) -> Iterator[Block]:
    if not report.measures:
        yield Paragraph(wording.NO_MEASURES)
        return
    if len(report.measures) >= _PLOTTED:
        yield from _overview(report)
    inside = not any(each.kind == SectionKind.CHANGES for each in report.sections)
    rows = (row(three_columns(each, with_changes=inside), WIDTHS) for each in report.measures)
    title = "Maßnahmen: Vision, Ratsvorlagen, Plan und Ist"
    yield Grid(title, report.columns, WIDTHS, tuple(rows))


def _overview(report: Report) -> Iterator[Block]:
    counted = by_status(report)
    if not counted.rows:
        return
    svg = plot.status_svg("dm-report-status", report.measures)
    yield Picture(svg, wording.status_alt(counted.rows), 62)
    late = sum(each.is_late for each in report.measures)
    rows = [*counted.rows, *([("davon in Verzug", number(late))] if late else [])]
    yield _grid(counted.title, counted.columns, (75, 25), rows)


def _goals(report: Report) -> Iterator[Block]:
    rows = [
        (each.title, str(goal.year or ""), goal.text, goal.target, goal.actual, wording.judged(goal))
        for each in report.measures
        for goal in each.goals
    ]
    if rows:
        columns = ("Maßnahme", "Jahr", "Ziel", "Zielwert", "Ist", "Bewertung")
        yield _grid("Ziele der Maßnahmen", columns, (20, 7, 40, 11, 9, 13), rows)


def _indicators(report: Report) -> Iterator[Block]:
    for measure in report.measures:
        for series in measure.series:
            yield from series_blocks(series, measure.title)


def series_blocks(series: Series, of: str) -> Iterator[Block]:
    """Draw a series: what it is, its plot, and the same values as a table."""
    yield Heading(2, f"{series.title} ({of})")
    if series.definition:
        yield Paragraph(series.definition, label="Was gemessen wird:")
    if series.why:
        yield Paragraph(series.why, label="Warum:")
    if series.target is not None:
        yield Paragraph(wording.target(series), label="Zielwert:")
    if series.source:
        yield Paragraph(series.source, label="Quelle:")
    if series.points:
        if len(series.points) >= plot.LEAST_POINTS:
            yield Picture(plot.series_svg("dm-report-series", series), wording.series_alt(series))
        rows = [(short_day(point.day), wording.figure(point.value, series.unit)) for point in series.points]
        yield _grid(f"Werte: {series.title}", ("Tag", "Wert"), (50, 50), rows)


def _coverage(report: Report) -> Iterator[Block]:
    rows = [
        (each.title, one.area, one.definition, wording.edition(one.edition), wording.share(one), one.source)
        for each in report.measures
        for one in each.coverage
    ]
    if rows:
        columns = ("Maßnahme", "Gebiet", "Was gemessen wird", "Ausgabe", "Anteil", "Quelle")
        yield _grid("Versorgung", columns, (18, 16, 24, 11, 13, 18), rows)
    for each in report.measures:
        for one in filter(plot.has_coverage_plot, each.coverage):
            yield Heading(2, f"{wording.coverage_title(one)} ({each.title})")
            yield Picture(plot.coverage_svg("dm-report-coverage", one), wording.coverage_alt(one))
            title = f"Ausgaben: {wording.coverage_title(one)}"
            yield _grid(title, ("Ausgabe", "Anteil"), (40, 60), wording.editions(one))


def _funding(report: Report) -> Iterator[Block]:
    rows = [(each.title, each.funding) for each in report.measures if each.funding]
    if rows:
        yield _grid("Förderung", ("Maßnahme", "Förderung"), (35, 65), rows)


def _obstacles(report: Report) -> Iterator[Block]:
    cells: list[tuple[Cell, ...]] = [
        (
            (Paragraph(each.title),),
            (Listing(tuple(map(wording.obstacle, each.obstacles))),) if each.obstacles else (),
            tuple(map(Paragraph, split(each.asked))),
        )
        for each in report.measures
        if each.obstacles or each.asked
    ]
    if cells:
        columns = ("Maßnahme", "Was sie aufhält", "Was vom Rat erbeten wird")
        widths = (26, 40, 34)
        yield Grid("Hindernisse", columns, widths, tuple(row(each, widths) for each in cells))


def _papers(report: Report) -> Iterator[Block]:
    cells: list[tuple[Cell, ...]] = [
        (
            (Paragraph(each.reference, url=each.url),),
            (Paragraph(each.title),),
            (Paragraph(each.role),),
            (Paragraph(each.decided),),
        )
        for each in report.papers
    ]
    if cells:
        widths = (20, 36, 18, 26)
        columns = ("Nummer", "Titel", "Bedeutung", "Beschluss")
        yield Grid("Zitierte Vorlagen", columns, widths, tuple(row(each, widths) for each in cells))


def _outlook(report: Report) -> Iterator[Block]:
    return _texts(report.outlook)


def _method(report: Report) -> Iterator[Block]:
    yield Paragraph(wording.known(report))
    yield from _texts(report.method)
    if report.notes:
        yield _grid(wording.LEFT_OPEN, wording.NOTE_COLUMNS, (28, 36, 36), wording.notes(report))
    if report.url:
        yield Paragraph(
            report.url, label="Dieser Bericht im Netz:" if report.head.kind else "Im Netz:", url=report.url
        )


def _annex(report: Report) -> Iterator[Block]:
    for table in report.annex:
        yield Heading(2, table.title)
        yield _grid(table.title, table.columns, _widths(len(table.columns)), table.rows)


def _widths(columns: int) -> tuple[int, ...]:
    return (1,) * columns


def _grid(
    title: str, columns: tuple[str, ...], widths: tuple[int, ...], rows: Iterable[tuple[str, ...]]
) -> Grid:
    cells = [[(Paragraph(text),) for text in each] for each in rows]
    return Grid(title, columns, widths, tuple(row(each, widths) for each in cells))


_SECTIONS: dict[str, Callable[[Report], Iterator[Block]]] = {
    SectionKind.INTRODUCTION: _introduction,
    SectionKind.CHANGES: _changes,
    SectionKind.TABLE: _table,
    SectionKind.GOALS: _goals,
    SectionKind.INDICATORS: _indicators,
    SectionKind.COVERAGE: _coverage,
    SectionKind.FUNDING: _funding,
    SectionKind.OBSTACLES: _obstacles,
    SectionKind.PAPERS: _papers,
    SectionKind.OUTLOOK: _outlook,
    SectionKind.METHOD: _method,
    SectionKind.ANNEX: _annex,
}
