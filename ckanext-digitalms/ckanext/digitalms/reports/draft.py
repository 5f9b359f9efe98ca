"""A measure as it is being read, and what it is read with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from ckanext.digitalms.council.reference import FoundReference, parse_references
from ckanext.digitalms.messages import Message
from ckanext.digitalms.vocabularies import ReferenceRole

from .proposal import Fragment, ProposedGoal, ProposedMilestone, ProposedReference, ProposedStep
from .provenance import Provenance
from .status import SaidStatus


@dataclass
class Draft:
    """A measure as it is being read; several rows may add to it."""

    provenance: Provenance = field(default_factory=Provenance)
    title: str = ""
    notes: list[str] = field(default_factory=list)
    vision: list[str] = field(default_factory=list)
    vision_year: int | None = None
    vision_source: str = ""
    vision_see: str = ""
    references: list[ProposedReference] = field(default_factory=list)
    # the papers of them
    cited: set[str] = field(default_factory=set)
    goals: list[ProposedGoal] = field(default_factory=list)
    steps: list[ProposedStep] = field(default_factory=list)
    milestones: list[ProposedMilestone] = field(default_factory=list)
    funding: list[str] = field(default_factory=list)
    funding_state: str = ""
    funding_amount: str = ""
    amounts: list[str] = field(default_factory=list)
    partners: list[str] = field(default_factory=list)
    contact: list[str] = field(default_factory=list)
    contact_email: str = ""
    # what a line that says nothing else tells of the whole measure
    said: list[SaidStatus] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)

    def as_programme(self, piece: Fragment) -> Fragment:
        """Keep an amount as words, where it is not the only one."""
        self.funding.append(piece.text)
        return Fragment(piece.text, field="funding_programme")

    def cite(self, text: str, role: ReferenceRole, body: str) -> None:
        """Add the references of a text; the role that a paper got first stays."""
        self.cite_all(parse_references(text, body), role)

    def cite_all(self, every: Iterable[FoundReference], role: ReferenceRole) -> None:
        """Add references that were found; the role that a paper got first stays."""
        for found in every:
            key = str(found.reference)
            if key not in self.cited:
                self.cited.add(key)
                self.references.append(ProposedReference(key, found.original, role.value))


@dataclass(frozen=True)
class Reading:
    """What the cells are read with."""

    report_date: date | None
    body: str = ""
