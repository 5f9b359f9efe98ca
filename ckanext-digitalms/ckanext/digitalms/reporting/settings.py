"""What is kept of a report beside its name and days: what was typed and decided for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from .report import Consultation

__all__ = ["Checked", "Left", "Settings", "read", "stored"]


@dataclass(frozen=True)
class Left:
    """A gap that stays as it is: what it says, of which measure, and why."""

    text: str
    reason: str
    measure_id: str = ""


@dataclass(frozen=True)
class Checked:
    """That somebody has looked at what the report says of a measure.

    Args:
        role: as whom: ``office``, or ``coordinator``.
        on: the day.
        statement_id: what was looked at; a later statement makes it unchecked.
        user_id: who; not shown to the public.
    """

    role: str
    on: str
    statement_id: int
    user_id: str | None = None


@dataclass(frozen=True)
class Settings:
    """All that was typed; texts by the keys of measures.

    Args:
        measures: the keys in their order; nothing means all in the catalogue's order.
        introduction, method, summary: ``None``: as it is generated.
        left: gaps that stay, by their keys.
        checked: what was looked at, by measure.
        decision, reasons, finances: fields of the paper that stand in no part of the report.
        import_id: the import that it came in by, where it was written elsewhere.
        work: what a job is to do with it.
    """

    subject: str = ""
    office: str = ""
    contact: str = ""
    mailbox: str = ""
    is_public: bool = True
    consultations: tuple[Consultation, ...] = ()
    measures: tuple[str, ...] = ()
    introduction: str | None = None
    outlook: str = ""
    method: str | None = None
    summary: str | None = None
    remarks: dict[str, str] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    sentences: dict[str, str] = field(default_factory=dict)
    left: dict[str, Left] = field(default_factory=dict)
    checked: dict[str, tuple[Checked, ...]] = field(default_factory=dict)
    decision: str = ""
    reasons: str = ""
    finances: str = ""
    import_id: str = ""
    work: dict[str, Any] | None = None


def read(kept: dict[str, Any]) -> Settings:
    """Read settings from what was stored."""
    return msgspec.convert(kept, Settings)


def stored(settings: Settings) -> dict[str, Any]:
    """Return settings as JSON."""
    plain: dict[str, Any] = msgspec.to_builtins(settings)
    return plain
