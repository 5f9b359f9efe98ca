"""Proposes a measure's status from the states of its steps; the coordinator confirms it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import Status, StepState

from .proposal import ProposedStep

_ALL_DONE = re.compile(
    r"\b(?:maßnahme|projekt|vorhaben)\b[^.]*\b(?:ist|wurde)\b[^.]*\b(?:abgeschlossen|umgesetzt|beendet|erledigt)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:nicht|teilweise|weitgehend)\b", re.IGNORECASE)


def propose_status(steps: Sequence[ProposedStep]) -> tuple[Status, Message]:
    """Return a status and the reason for proposing it."""
    count = Counter(step.state for step in steps)
    values: dict[str, object] = {state.value: count[state.value] for state in StepState}
    if not steps:
        return Status.PLANNED, Message(N_("The report names no step."))
    if set(count) == {StepState.DONE.value} and _says_all_is_done(steps):
        return Status.DONE, Message(N_("The report says that the measure is finished; no step is open."))
    if count[StepState.IN_PROGRESS] or count[StepState.DONE]:
        sentence = N_(
            "Steps implemented: {done}, being worked on: {in_progress}, "
            "being prepared: {in_preparation}, pending: {pending}."
        )
        return Status.IN_PROGRESS, Message(sentence, values)
    if count[StepState.IN_PREPARATION]:
        return Status.IN_PREPARATION, Message(
            N_("No step is begun; {in_preparation} are being prepared."), values
        )
    return Status.PLANNED, Message(N_("All {pending} steps are pending."), values)


def _says_all_is_done(steps: Sequence[ProposedStep]) -> bool:
    return any(_ALL_DONE.search(step.text[:2_000]) and not _NOT.search(step.text) for step in steps)
