"""Report types: which parts a report has, what it tells of a measure, and the texts that it begins with.

They are configuration: ``report_types.yaml`` brings three, a city's own file adds others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from string import Formatter

import msgspec

from .report import Measure, Section
from .sections import SectionKind

__all__ = ["ReportType", "ReportTypesError", "TypeTexts", "read_types", "types_of"]

SHIPPED = Path(__file__).with_name("report_types.yaml")
COLUMNS = 3
_PLACEHOLDERS = frozenset({"year", "day", "since", "city"})
# what a measure always has, whatever its report type tells of it
_ALWAYS = frozenset(
    {"measure_id", "title", "level", "organisation", "status", "status_label", "is_late", "lateness"}
    | {"progress_percent", "as_of", "url"}
)
_FIELDS = frozenset(each.name for each in fields(Measure)) - _ALWAYS
_HEADINGS: Mapping[str, str] = {
    SectionKind.INTRODUCTION: "Bericht",
    SectionKind.CHANGES: "Seit dem letzten Bericht",
    SectionKind.TABLE: "Maßnahmen",
    SectionKind.GOALS: "Ziele",
    SectionKind.INDICATORS: "Kennzahlen",
    SectionKind.COVERAGE: "Versorgung",
    SectionKind.FUNDING: "Förderung",
    SectionKind.OBSTACLES: "Hindernisse und Bitten an den Rat",
    SectionKind.PAPERS: "Zitierte Vorlagen",
    SectionKind.OUTLOOK: "Ausblick",
    SectionKind.METHOD: "Zu Daten und Methode",
    SectionKind.ANNEX: "Anlage",
}


class ReportTypesError(ValueError):
    """A file of report types says something that cannot be; the sentence says what and where."""


@dataclass(frozen=True)
class TypeTexts:
    """The texts of a report of a day: placeholders are filled in."""

    introduction: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class ReportType:
    """A kind of report.

    Args:
        title: what it is called where one is chosen.
        kind: what the paper is called ("Berichtsvorlage").
        subject: its Betrifft, until another is typed.
        sections: the parts in their order, values of :class:`SectionKind`.
        headings: of parts that are called otherwise.
        columns: the headings of the table of measures.
        fields: what is told of a measure, names of :class:`~.report.Measure`; nothing means all.
        only_changed: whether measures are left out of which nothing has changed.
        introduction: the text that it begins with.
    """

    title: str
    kind: str
    subject: str
    sections: tuple[str, ...]
    columns: tuple[str, ...]
    headings: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    only_changed: bool = False
    introduction: str = ""

    @property
    def parts(self) -> tuple[Section, ...]:
        """Return the parts with their headings."""
        return tuple(Section(kind, self.headings.get(kind) or _HEADINGS[kind]) for kind in self.sections)

    def tells(self, name: str) -> bool:
        """Return whether a field of a measure is told."""
        return not self.fields or name in _ALWAYS or name in self.fields

    def texts(self, values: Mapping[str, str]) -> TypeTexts:
        """Return its texts for a report; ``values`` has year, day, since and city."""
        columns = tuple(" ".join(text.format(**values).split()) for text in self.columns)
        return TypeTexts(self.introduction.format(**values), columns)


def read_types(text: bytes | str, where: str) -> dict[str, ReportType]:
    """Read report types from YAML.

    Raises:
        ReportTypesError: it is no YAML of this form, or names parts, fields or placeholders that are none.
    """
    try:
        found = msgspec.yaml.decode(text, type=dict[str, ReportType])
    except (msgspec.MsgspecError, ValueError) as error:
        raise ReportTypesError(f"{where}: {error}") from error
    for name, kind in found.items():
        _check(f"{where}: {name}", kind)
    return found


def _check(where: str, kind: ReportType) -> None:
    unknown = [one for one in (*kind.sections, *kind.headings) if one not in set(SectionKind)]
    if unknown:
        raise ReportTypesError(f"{where}: no such part: {', '.join(unknown)}; use {', '.join(SectionKind)}")
    if not kind.sections or len(set(kind.sections)) != len(kind.sections):
        raise ReportTypesError(f"{where}: sections must name each part once, and at least one")
    if strange := [one for one in kind.fields if one not in _FIELDS]:
        raise ReportTypesError(
            f"{where}: no such field: {', '.join(strange)}; use {', '.join(sorted(_FIELDS))}"
        )
    if len(kind.columns) != COLUMNS:
        raise ReportTypesError(f"{where}: columns must be {COLUMNS} headings")
    texts = (*kind.columns, kind.introduction)
    if strange := sorted({name for text in texts for name in _placeholders(where, text)} - _PLACEHOLDERS):
        known = ", ".join(sorted(_PLACEHOLDERS))
        raise ReportTypesError(f"{where}: no such placeholder: {', '.join(strange)}; use {known}")


def _placeholders(where: str, text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise ReportTypesError(f"{where}: “{text[:60]}”: {error}") from error


@cache
def _shipped() -> dict[str, ReportType]:
    return read_types(SHIPPED.read_bytes(), SHIPPED.name)


def types_of(own: Path | None) -> dict[str, ReportType]:
    """Return the report types by name: those that come with the extension, and the city's own.

    Raises:
        ReportTypesError: the city's file cannot be read.
    """
    if own is None:
        return _shipped()
    try:
        content = own.read_bytes()
    except OSError as error:
        raise ReportTypesError(f"{own}: {error.strerror}") from error
    return {**_shipped(), **read_types(content, str(own))}
