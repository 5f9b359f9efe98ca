"""What is wrong with a delivered table: one finding per place, and the report that keeps them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from ckanext.digitalms.messages import N_, Message, translate
from ckanext.digitalms.spreadsheet import excel_csv

from .causes import Cause

Gettext = Callable[[str], str]
SHOWN = 200
# a table whose every cell is wrong would fill memory and database with the same sentence
MAX_FINDINGS = 20_000

SEVERITIES = {"error": N_("error"), "question": N_("question"), "warning": N_("warning")}

COLUMNS = (
    ("row", N_("Row")),
    ("field", N_("Field")),
    ("cause", N_("Cause")),
    ("found", N_("Found")),
    ("allowed", N_("Allowed")),
    ("remedy", N_("What to do")),
    ("message", N_("In words")),
    ("severity", N_("Weight")),
)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or odd, at one place.

    Args:
        cause: the stable type; tests, the API and the grouping rely on it.
        message: what was found and where, in a sentence.
        row: the row as a person sees it in the file (the header is row 1), or ``None`` for the whole file.
        field: the machine name of the column, or the title found when it is none of ours.
        found: the value as it stands in the file, shortened to 200 characters.
        allowed: what may stand there.
        remedy: what to do; by default that of the cause.
    """

    cause: Cause
    message: Message
    row: int | None = None
    field: str | None = None
    found: str | None = None
    allowed: Message | None = None
    remedy: Message | None = None

    @property
    def severity(self) -> str:
        """``error`` refuses the delivery, ``question`` waits for a coordinator, ``warning`` only tells."""
        return self.cause.severity

    @property
    def advice(self) -> Message:
        """Return what to do."""
        return self.remedy or Message(self.cause.remedy)

    def shown(self, gettext: Gettext) -> dict[str, str]:
        """Return every part as text in the reader's language."""
        return {
            "row": "" if self.row is None else str(self.row),
            "field": self.field or "",
            "cause": gettext(self.cause.label),
            "found": self.found or "",
            "allowed": translate(self.allowed, gettext) if self.allowed else "",
            "remedy": translate(self.advice, gettext),
            "message": translate(self.message, gettext),
            "severity": gettext(SEVERITIES[self.severity]),
        }


@dataclass(frozen=True)
class Group:
    """All findings of one cause."""

    cause: Cause
    findings: tuple[Finding, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the columns concerned, each once."""
        return tuple(dict.fromkeys(f.field for f in self.findings if f.field))


@dataclass(frozen=True)
class Report:
    """Everything that is to be said of one delivery, up to MAX_FINDINGS; where there is more, it says so.

    Args:
        table: the table's name, e.g. ``progress``.
        filename: as delivered.
        size: in bytes.
        form: ``csv``, ``xlsx``, ``json`` or empty when it could not be told.
        dialect: how the file was read (encoding, delimiter, decimal_char, date_format).
        rows: how many rows of data there are.
        findings: by row.
        changes: one entry per changed row: measure_id, as_of, change and the values.
        unchanged: how many rows are known already.
        surplus: rows that may be no data and are not left out: kind, rows and text.
    """

    table: str
    filename: str = ""
    size: int = 0
    form: str = ""
    dialect: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    findings: tuple[Finding, ...] = ()
    changes: tuple[dict[str, Any], ...] = ()
    unchanged: int = 0
    surplus: tuple[dict[str, Any], ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings that refuse the delivery."""
        return tuple(f for f in self.findings if f.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Return the findings that only tell."""
        return tuple(f for f in self.findings if f.severity == "warning")

    @property
    def questions(self) -> tuple[Finding, ...]:
        """Return the findings that a coordinator has to confirm."""
        return tuple(f for f in self.findings if f.severity == "question")

    @property
    def is_accepted(self) -> bool:
        """Return whether nothing refuses the delivery."""
        return not self.errors

    def groups(self) -> list[Group]:
        """Group the findings by cause: errors first, then by how many there are."""
        by_cause: dict[Cause, list[Finding]] = {}
        for finding in self.findings:
            by_cause.setdefault(finding.cause, []).append(finding)
        groups = [Group(cause, tuple(found)) for cause, found in by_cause.items()]
        return sorted(groups, key=lambda g: (list(SEVERITIES).index(g.cause.severity), -len(g.findings)))

    def with_findings(self, more: Iterable[Finding]) -> Report:
        """Return the report with more findings, all in the order of their rows."""
        together = sorted([*self.findings, *more], key=lambda f: (f.row or 0, f.field or ""))
        told = [finding for finding in together if finding.cause is not Cause.TOO_MANY_FINDINGS]
        if len(told) > MAX_FINDINGS or len(told) < len(together):
            text = N_("Only the first {limit} errors are listed.")
            last = Finding(Cause.TOO_MANY_FINDINGS, Message(text, {"limit": MAX_FINDINGS}))
            together = [*told[:MAX_FINDINGS], last]
        return replace(self, findings=tuple(together))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON, with a summary by cause first; messages stay translatable."""
        return {
            "accepted": self.is_accepted,
            "errors": len(self.errors),
            "warnings": len(self.warnings),
            "changed": len(self.changes),
            "summary": {group.cause.value: len(group.findings) for group in self.groups()},
            **msgspec.to_builtins(self, enc_hook=str),
            "surplus": list(self.surplus),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Report:
        """Read what :meth:`to_json` gave."""
        return msgspec.convert(data, cls)

    def to_csv(self, gettext: Gettext) -> str:
        """Write the whole list for Excel, in the reader's language."""
        shown = (finding.shown(gettext) for finding in self.findings)
        rows = ([each[name] for name, _ in COLUMNS] for each in shown)
        return excel_csv([gettext(title) for _, title in COLUMNS], rows)


def some(names: Sequence[str], most: int, *, is_counted: bool = False) -> str:
    """Return the first of some names, and that there are more, or how many there are."""
    rest = f" … ({len(names)})" if is_counted else " …"
    return ", ".join(names[:most]) + (rest if len(names) > most else "")


def short(value: object) -> str:
    """Show a value in one line of at most 200 characters."""
    told = str(value)[: SHOWN + 1]
    text = "".join(c if c.isprintable() else "␀" if c == "\0" else " " for c in told)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
