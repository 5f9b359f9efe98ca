"""From a report's file to proposed measures, with an account of every character of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ckanext.digitalms.council.unrecognised import unrecognised
from ckanext.digitalms.measures.keys import free_key, words_of
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import ReferenceRole
from ckanext.digitalms.wordings.reading import find_dates, unread_years

from .cells import read_content, read_dates, read_measure, read_progress, read_vision
from .columns import Column, Heading, find_heading
from .document import Cell, Document, ReportUnreadableError, Table
from .draft import Draft, Reading
from .files import read_file
from .funding import read_funding
from .head import Head, read_head
from .people import read_contact, read_responsible
from .proposal import Fragment, ProposedMeasure, ProposedPartner, ProposedReport, Reason, SourceCell
from .provenance import Provenance
from .status import NEEDS_REASON, propose_status, reason_said

MAX_MEASURES = 500
_CONTINUED = re.compile(
    r"[(\[]?\s*(?:\bFortsetzung\b(?:\s+(?:von|der|des)\b)?|\bForts\.|^noch(?=\s*:)|\bfortgesetzt\b)\s*:?\s*[…)\].]*|[)\]]$",
    re.IGNORECASE,
)


def read_report(content: bytes, filename: str, body: str = "") -> ProposedReport:
    """Read a report into what it proposes.

    Args:
        content: the bytes of a DOCX, ODT, PDF, HTML or Markdown file.
        filename: names the report where it has no title.
        body: the council that its references belong to.

    Raises:
        ReportUnreadableError: with what was found and what to do.
    """
    document = read_file(content)
    head = read_head(document, filename)
    reading = Reading(head.report_date, body)
    rows = _Rows(reading)
    for table in document.tables:
        rows.read_table(table)
    if not rows.drafts:
        raise _no_measures(document)
    return ProposedReport(
        title=head.title,
        report_date=head.report_date,
        measures=_finish(rows.drafts, head.report_date),
        fragments=tuple(rows.rest.fragments),
        warnings=(*head.warnings, *document.warnings),
        outside=tuple(_outside(document, head)),
        unrecognised=tuple(unrecognised(_texts(document))),
    )


def _texts(document: Document) -> Iterator[str]:
    yield from document.lines
    for table in document.tables:
        for cell in table.cells:
            yield from (block.text for block in cell.blocks)


def _outside(document: Document, head: Head) -> list[Fragment]:
    """Enter what stands beside the tables, line by line."""
    account = Provenance()
    for place, line in enumerate(document.lines):
        if place == head.title_line:
            account.leave(line.removesuffix(head.title), Reason.OUTSIDE)
            account.take(head.title, "title")
        elif place == head.date_line:
            account.take(line, "report_date")
        else:
            account.leave(line, Reason.OUTSIDE)
    for aside in document.asides:
        account.leave(aside.text, aside.reason)
    return account.fragments


@dataclass
class _Source:
    """A draft with the cells that it was read from."""

    draft: Draft
    cells: list[SourceCell] = field(default_factory=list)
    seen: set[Cell] = field(default_factory=set)


@dataclass
class _Rows:
    """Goes through the rows of all tables; a heading stays valid for a table that has none."""

    reading: Reading
    drafts: list[_Source] = field(default_factory=list)
    rest: Provenance = field(default_factory=Provenance)
    heading: Heading | None = None
    # cells that are on the account already: a merged one may belong to several measures
    accounted: set[Cell] = field(default_factory=set)

    def read_table(self, table: Table) -> None:
        found = find_heading(table)
        if found:
            first, self.heading = found
            for row in table.rows[: first + 1]:
                self._leave(row, Reason.HEADING)
            rows: Sequence[tuple[Cell, ...]] = table.rows[first + 1 :]
        else:
            rows = table.rows
        if self.heading is None or (not found and table.width != len(self.heading.columns)):
            self._leave(table.cells, Reason.OTHER_TABLE)
            return
        for row in rows:
            self._read_row(row, self.heading)

    def _read_row(self, row: tuple[Cell, ...], heading: Heading) -> None:
        name = row[heading.measure]
        if heading.repeats_in(row):
            self._leave(row, Reason.HEADING)
        elif name.blocks and all(cell is name for cell in row):
            self._leave([name], Reason.SECTION)
        elif current := self._measure_of(name, heading):
            self._read_cells(current, row, heading)
        else:
            self._leave(row, Reason.NO_MEASURE)

    def _measure_of(self, name: Cell, heading: Heading) -> _Source | None:
        last = self.drafts[-1] if self.drafts else None
        if last and (name in last.seen or not name.text.strip()):
            return last
        if continued := self._continued(name, heading):
            return continued
        if not any(block.text and not block.is_note for block in name.blocks):
            return None
        if len(self.drafts) >= MAX_MEASURES:
            sentence = N_("The tables have more than {limit} measures; this is no report to a council.")
            raise ReportUnreadableError(Message(sentence, {"limit": MAX_MEASURES}))
        started = _Source(Draft())
        self.drafts.append(started)
        plain = self._without_notes(started.draft, name)
        read_measure(started.draft, plain, heading.words[heading.measure], self.reading)
        self._seen(started, name, heading.words[heading.measure])
        return started

    def _continued(self, name: Cell, heading: Heading) -> _Source | None:
        """Return the measure that a row goes on with: “(Fortsetzung Breitbandausbau)”, “noch: WLAN”."""
        first = next((block for block in name.blocks if block.text), None)
        mark = _CONTINUED.search(first.text) if first else None
        if first is None or mark is None or not self.drafts:
            return None
        title = words_of(_CONTINUED.sub(" ", first.text))
        same = [one for one in self.drafts if title and words_of(one.draft.title) == title]
        if title and not same:
            return None
        current = same[-1] if same else self.drafts[-1]
        current.draft.provenance.leave(first.visible, Reason.CONTINUED)
        rest = [block for block in name.blocks if block is not first]
        plain = self._without_notes(current.draft, Cell(tuple(rest)))
        read_vision(current.draft, plain.blocks, heading.words[heading.measure], self.reading)
        self._seen(current, name, heading.words[heading.measure])
        return current

    def _read_cells(self, current: _Source, row: tuple[Cell, ...], heading: Heading) -> None:
        for column, words, cell in zip(heading.columns, heading.words, row, strict=True):
            if cell in current.seen or not cell.blocks:
                continue
            draft = current.draft
            # a cell that is shared with the measure above is read for both but accounted once
            kept = draft.provenance
            draft.provenance = Provenance() if cell in self.accounted else kept
            self._read_cell(draft, column, words, cell)
            draft.provenance = kept
            self._seen(current, cell, words)

    def _read_cell(self, draft: Draft, column: Column, words: str, whole: Cell) -> None:
        cell = self._without_notes(draft, whole)
        if column is Column.VISION:
            read_vision(draft, cell.blocks, words, self.reading)
        elif column is Column.CONTENT:
            read_content(draft, cell, words, self.reading)
        elif column is Column.PROGRESS:
            read_progress(draft, cell, words, self.reading)
        elif column is Column.DATES:
            read_dates(draft, cell, self.reading)
        elif column is Column.FUNDING:
            read_funding(draft, cell)
        elif column is Column.RESPONSIBLE:
            read_responsible(draft, cell)
        elif column is Column.CONTACT:
            read_contact(draft, cell)
        else:
            for block in cell.blocks:
                draft.provenance.leave(block.visible, Reason.COLUMN)

    def _without_notes(self, draft: Draft, cell: Cell) -> Cell:
        """Leave the footnotes of a cell, which a person is to look at."""
        notes = [block for block in cell.blocks if block.is_note]
        for note in notes:
            draft.provenance.leave(note.visible, Reason.NOTE)
            draft.cite(note.text, ReferenceRole.MENTION, self.reading.body)
            sentence = N_("A footnote belongs to this measure: “{text}”. Take over of it what matters.")
            draft.warnings.append(Message(sentence, {"text": note.text[:300]}))
        return Cell(tuple(block for block in cell.blocks if not block.is_note)) if notes else cell

    def _seen(self, current: _Source, cell: Cell, words: str) -> None:
        current.seen.add(cell)
        self.accounted.add(cell)
        current.cells.append(SourceCell(words, cell.text))

    def _leave(self, cells: Iterable[Cell], reason: Reason) -> None:
        for cell in cells:
            if cell not in self.accounted:
                self.accounted.add(cell)
                self.rest.leave(cell.line, reason)


def _finish(sources: Sequence[_Source], report_date: date | None) -> tuple[ProposedMeasure, ...]:
    keys = _keys([source.draft.title for source in sources])
    numbered = zip(sources, keys, range(1, len(sources) + 1), strict=True)
    measures = [_measure(source, key, position, report_date) for source, key, position in numbered]
    return tuple(_with_shared_visions(measures, [source.draft.vision_see for source in sources]))


def _measure(source: _Source, key: str, position: int, report_date: date | None) -> ProposedMeasure:
    draft = source.draft
    status, reason = propose_status(draft.steps, draft.said)
    return ProposedMeasure(
        position=position,
        title=draft.title,
        key=key,
        status=status.value,
        status_because=reason,
        status_reason=reason_said(draft.said) if status in NEEDS_REASON else "",
        partners=tuple(ProposedPartner(name) for name in dict.fromkeys(draft.partners) if name),
        funding_state=draft.funding_state,
        funding_amount=draft.funding_amount,
        funding_programme="; ".join(draft.funding),
        contact_function="; ".join(draft.contact),
        contact_email=draft.contact_email,
        notes="\n".join(draft.notes),
        vision="\n".join(draft.vision),
        vision_year=draft.vision_year,
        vision_source=draft.vision_source,
        council_references=tuple(draft.references),
        goals=tuple(draft.goals),
        steps=tuple(draft.steps),
        milestones=tuple(draft.milestones),
        source=tuple(source.cells),
        fragments=tuple(draft.provenance.fragments),
        warnings=(*draft.warnings, *_unread_years(source.cells), *_undated(source.cells, report_date)),
    )


def _unread_years(cells: Iterable[SourceCell]) -> Iterator[Message]:
    sentence = N_(
        "The year of “{found}” cannot be meant, so no date was read from it: enter the one that is."
    )
    for cell in cells:
        for found in unread_years(cell.text):
            yield Message(sentence, {"found": found})


def _undated(cells: Iterable[SourceCell], report_date: date | None) -> Iterator[Message]:
    """Say which wordings have no days: of holidays that no table has, of no day of the calendar."""
    for cell in cells if report_date else ():
        for found in find_dates(cell.text, report_date):
            if found.earliest is None and found.latest is None:
                yield from found.doubts


def _keys(titles: Iterable[str]) -> list[str]:
    keys: list[str] = []
    for title in titles:
        keys.append(free_key(title, keys))
    return keys


def _with_shared_visions(
    measures: Sequence[ProposedMeasure], sees: Sequence[str]
) -> Iterator[ProposedMeasure]:
    for measure, see in zip(measures, sees, strict=True):
        if not see:
            yield measure
            continue
        other = _named(see, measures, measure)
        if other is None:
            sentence = N_(
                "The vision refers to “{see}”, but the report has no measure of that name: enter its text."
            )
            warning = Message(sentence, {"see": see})
            yield replace(measure, warnings=(*measure.warnings, warning))
        else:
            yield replace(measure, vision=other.vision, vision_year=measure.vision_year or other.vision_year)


def _named(
    words: str, measures: Sequence[ProposedMeasure], asking: ProposedMeasure
) -> ProposedMeasure | None:
    wanted = words_of(words)
    others = [m for m in measures if m is not asking and m.vision]
    near = [m for m in others if wanted and wanted in words_of(m.title)]
    return near[0] if near else None


def _no_measures(document: Document) -> ReportUnreadableError:
    if not document.tables:
        sentence = N_(
            "The file holds {lines} lines of text but no table. The measures are read from a table with "
            "headings such as “Maßnahmen”, “Ratsvorlagen: Ziele” and “Plan / Ist”: choose that file."
        )
        return ReportUnreadableError(Message(sentence, {"lines": len(document.lines)}))
    heads = [table.rows[0] for table in document.tables[:3] if table.rows]
    found = "; ".join(" | ".join(cell.line[:40] for cell in row) for row in heads)
    sentence = N_(
        "None of the {tables} tables has headings of measures (found: {found}). Name a column “Maßnahmen” "
        "and one “Plan / Ist” or “Ratsvorlagen: Ziele”, with at least one measure below."
    )
    return ReportUnreadableError(Message(sentence, {"tables": len(document.tables), "found": found[:200]}))
