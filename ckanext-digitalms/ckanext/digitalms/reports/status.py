"""Proposes a measure's status: what the report says of the whole, else from the states of its steps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import Status, StepState

from .proposal import ProposedStep

NEEDS_REASON = frozenset({Status.PAUSED, Status.CANCELLED})
_ALL_DONE = re.compile(
    r"\b(?:maßnahme|projekt|vorhaben)\b[^.]{0,200}\b(?:ist|wurde)\b[^.]{0,200}"
    r"\b(?:abgeschlossen|umgesetzt|beendet|erledigt)\b",
    re.IGNORECASE,
)
_IN_PART = r"(?:nicht|kein\w*|nie|kaum|teilweise|weitgehend|nahezu|fast)\b"
_NOT = re.compile(rf"\b{_IN_PART}", re.IGNORECASE)
# of what is spoken where a sentence is about the whole measure
_WHOLE = (
    r"(?:(?:die|das|diese|dieses|der)\s+)?(?:\w*maßnahme|\w*projekt|\w*vorhaben|umsetzung|planung|bearbeitung"
    r"|vorgang|auftrag|beschluss)"
)
_WHILE = (
    r"(?:\s+(?:seit|derzeit|zurzeit|zur\s+zeit|aktuell|vorerst|vorläufig|weiterhin|damit|somit|inzwischen"
    r"|bereits))?"
)
# "auf Barrierefreiheit eingestellt" and "in Teilen ausgesetzt" end nothing
_IS = rf"(?:ist|wurde|wird)\s+(?:(?!{_IN_PART}|(?:auf|neu|in(?! [0-9]))\b)\w+\s+){{0,2}}"
_SAYS = {
    Status.PAUSED: rf"ruht|ruhen|ruhend|pausiert|(?:{_IS})?(?:ausgesetzt|zurückgestellt|unterbrochen)",
    Status.CANCELLED: rf"entfällt|entfallen|(?:{_IS})?(?:eingestellt|aufgegeben|gestrichen)"
    r"|(?:wird\s+)?nicht\s+(?:weiter\s*verfolgt|mehr\s+verfolgt)",
    Status.DONE: rf"(?:{_IS})?(?:abgeschlossen|beendet|erledigt|umgesetzt|fertiggestellt)",
}


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


_SAID = [
    (status, _words(rf"^(?:{_WHOLE}\s+)?(?:{words}){_WHILE}\b(?P<rest>.*)$"))
    for status, words in _SAYS.items()
]
_ALONE = {
    Status.IN_PROGRESS: _words(r"in (?:arbeit|bearbeitung|(?:der )?umsetzung|durchführung)|laufend|läuft"),
    Status.IN_PREPARATION: _words(r"in (?:vorbereitung|planung)"),
    Status.PLANNED: _words(r"geplant|vorgesehen|(?:noch )?(?:offen|ausstehend|nicht begonnen)"),
}
_LONGEST = 300
# what follows a word such as "entfallen" where it is said of something else than the whole, or of a part:
# "Eingestellt wurden zwei Fachkräfte", "Umsetzung entfällt auf die Jahre 2026 und 2027", "ruht nicht"
_OF_OTHERS = _words(
    rf"(?:wurden?|sind|ist|werden|wird)\b(?!\s+{_WHOLE}(?!\s+(?:der|des|von)\b)\b)"
    r"|(?:die|der|das|eine?|alle|diese[rs]?)\b"
    r"|auf\s+(?:(?:die|das|den|dem|je|jeweils|rund|etwa|zwei|drei|vier|fünf|alle|beide|mehrere)\b|[0-9])"
    rf"|{_IN_PART}"
)


@dataclass(frozen=True)
class SaidStatus:
    """A status that a sentence gives the whole measure; ``is_alone``: it says nothing else."""

    status: Status
    text: str
    is_alone: bool


def status_said(text: str) -> SaidStatus | None:
    """Tell the status that a sentence gives the whole measure: “ruht”, “Das Projekt ist abgeschlossen”."""
    plain = " ".join(text.split()).strip(" .;!")
    if len(plain) > _LONGEST or plain.endswith(":"):
        return None
    for status, words in _ALONE.items():
        if words.fullmatch(plain):
            return SaidStatus(status, text, is_alone=True)
    for status, pattern in _SAID:
        match = pattern.match(plain)
        if match is None or (status is Status.DONE and _NOT.search(plain)):
            continue
        rest = match["rest"].strip()
        if rest.startswith(":") or (status is Status.DONE and rest and not _names_whole(plain)):
            # "Abgeschlossen: …" names the state of what follows, "umgesetzt wurden …" that of its subject
            continue
        if status is not Status.DONE and _OF_OTHERS.match(rest):
            continue
        return SaidStatus(status, text, is_alone=not rest and not _names_whole(plain))
    return None


def _names_whole(text: str) -> bool:
    return re.match(rf"{_WHOLE}\s", text, re.IGNORECASE) is not None


def reason_said(said: Sequence[SaidStatus]) -> str:
    """Return the words that a status rests on."""
    return said[-1].text if said else ""


_TOLD = N_("The report says: “{text}”.")


def is_settled(status: str, because: Message, steps: Sequence[ProposedStep]) -> bool:
    """Return whether a status is more than what its steps propose: the report says it, or a person has."""
    return because.text == _TOLD or status != propose_status(steps)[0]


def propose_status(steps: Sequence[ProposedStep], said: Sequence[SaidStatus] = ()) -> tuple[Status, Message]:
    """Return a status and the reason for proposing it; what the report says of the whole goes first."""
    count = Counter(step.state for step in steps)
    values: dict[str, object] = {state.value: count[state.value] for state in StepState}
    if said:
        return said[-1].status, Message(_TOLD, {"text": said[-1].text[:200]})
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
