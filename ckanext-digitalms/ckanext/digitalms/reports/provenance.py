"""The account of a cell: each piece of it is entered once, taken over or left."""

from __future__ import annotations

from dataclasses import dataclass, field

from .proposal import Fragment, Reason


@dataclass
class Provenance:
    """Collects the fragments of one measure, or of what belongs to none."""

    fragments: list[Fragment] = field(default_factory=list)

    def take(self, text: str, name: str) -> str:
        """Enter a piece that goes to a field, and return it without outer space."""
        if text.strip():
            self.fragments.append(Fragment(text.strip(), field=name))
        return text.strip()

    def leave(self, text: str, reason: Reason) -> None:
        """Enter a piece that goes nowhere."""
        if text.strip():
            self.fragments.append(Fragment(text.strip(), reason=reason.value))
