"""The errors of a run as people read them: complete, grouped by cause, as page, table and mail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ckanext.digitalms.messages import N_, Message, translate
from ckanext.digitalms.spreadsheet import excel_csv

Gettext = Callable[[str], str]
COLUMNS = (
    ("cause", N_("Cause")),
    ("record", N_("Record")),
    ("row", N_("Row")),
    ("field", N_("Field")),
    ("found", N_("Found")),
    ("message", N_("In words")),
    ("remedy", N_("What to do")),
    ("contact", N_("Contact")),
)


@dataclass(frozen=True)
class RunError:
    """One thing that went wrong.

    Args:
        cause: the stable type, by which errors are grouped.
        label: what the cause is called (English, translatable).
        message: what was found and where.
        remedy: what to do.
        record: the title of the record, or the name of the file.
        row: the row in the file, if it is a table.
        field: the field or column.
        found: the value that was found.
        contact: who keeps the source.
    """

    cause: str
    label: str
    message: Message
    remedy: Message
    record: str = ""
    row: int | None = None
    field: str = ""
    found: str = ""
    contact: str = ""

    def shown(self, gettext: Gettext) -> dict[str, str]:
        """Return every part as text in the reader's language."""
        return {
            "cause": gettext(self.label),
            "record": self.record,
            "row": "" if self.row is None else str(self.row),
            "field": self.field,
            "found": self.found,
            "message": translate(self.message, gettext),
            "remedy": translate(self.remedy, gettext),
            "contact": self.contact,
        }


@dataclass(frozen=True)
class ErrorGroup:
    """All errors of one cause."""

    cause: str
    label: str
    errors: tuple[RunError, ...]


def grouped(errors: Iterable[RunError]) -> list[ErrorGroup]:
    """Group errors by cause, the most frequent first."""
    by_cause: dict[str, list[RunError]] = {}
    for error in errors:
        by_cause.setdefault(error.cause, []).append(error)
    groups = [ErrorGroup(cause, found[0].label, tuple(found)) for cause, found in by_cause.items()]
    return sorted(groups, key=lambda group: -len(group.errors))


def to_csv(errors: Sequence[RunError], gettext: Gettext) -> str:
    """Write all errors for Excel, in the reader's language."""
    rows = ([shown[name] for name, _ in COLUMNS] for shown in (error.shown(gettext) for error in errors))
    return excel_csv([gettext(title) for _, title in COLUMNS], rows)


def digest(errors: Iterable[RunError]) -> str:
    """Return the same text for the same errors, in whatever order and run they come."""
    parts = sorted({(e.cause, e.record, str(e.row), e.field, e.found, e.message.text) for e in errors})
    return hashlib.sha256(repr(parts).encode()).hexdigest()
