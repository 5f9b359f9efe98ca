"""The three columns of 2019: what stands of a measure in each of them."""

from __future__ import annotations

from collections.abc import Iterator

from . import wording
from .blocks import Heading, Listing, Paragraph
from .report import Measure
from .rows import Cell

WIDTHS = (30, 33, 37)


def three_columns(measure: Measure, *, with_changes: bool = True) -> tuple[Cell, Cell, Cell]:
    """Return the three cells of a measure.

    Args:
        measure: of which they tell.
        with_changes: what changed stands among them, since the report has no part of its own for it.
    """
    return tuple(_vision(measure)), tuple(_papers(measure)), tuple(_plan(measure, with_changes))


def _vision(measure: Measure) -> Iterator[Heading | Paragraph | Listing]:
    yield Heading(2, measure.title)
    if measure.organisation:
        yield Paragraph(measure.organisation, label="Federführend:")
    if standing := wording.standing(measure):
        yield Paragraph(standing, label="Stand:")
    if measure.lateness or measure.is_late:
        yield Paragraph(measure.lateness, label="In Verzug:" if measure.is_late else "Termin:")
    yield from _paragraphs(measure.summary)
    yield from _labelled(vision(measure), f"{wording.vision_label(measure)}:")
    if measure.url:
        yield Paragraph(measure.url, url=measure.url, is_small=True)


def _papers(measure: Measure) -> Iterator[Heading | Paragraph | Listing]:
    if measure.papers:
        word = "Vorlage:" if len(measure.papers) == 1 else "Vorlagen:"
        yield Listing(tuple(map(wording.paper, measure.papers)), word)
    if measure.goals:
        yield Listing(
            tuple(map(wording.goal, measure.goals)), "Ziel:" if len(measure.goals) == 1 else "Ziele:"
        )


def _plan(measure: Measure, with_changes: bool) -> Iterator[Heading | Paragraph | Listing]:
    yield from _paragraphs(measure.statement)
    for steps in measure.steps:
        yield Listing(steps.texts, f"{steps.label}:")
    if measure.milestones:
        yield Listing(tuple(map(wording.milestone, measure.milestones)), "Termine:")
    if with_changes and measure.changes:
        yield Listing(tuple(change.text for change in measure.changes), f"{wording.SINCE_LAST}:")
    yield from _paragraphs(measure.remark, "Anmerkung:")


def _paragraphs(text: str, label: str = "") -> Iterator[Paragraph]:
    return _labelled(split(text), label)


def _labelled(parts: list[str], label: str) -> Iterator[Paragraph]:
    return (Paragraph(part, label if at == 0 else "") for at, part in enumerate(parts))


def vision(measure: Measure) -> list[str]:
    """Return the paragraphs of a vision; an empty one where only its source is known."""
    return split(measure.vision) or ([""] if measure.vision_source else [])


def split(text: str) -> list[str]:
    """Part a text at its empty lines."""
    parts = (part.strip() for part in text.replace("\r\n", "\n").split("\n\n"))
    return [part for part in parts if part]
