"""Which state of a step a sentence tells."""

from __future__ import annotations

import pytest

from ckanext.digitalms.reports.sentences import lead_state, negates, split_lead, state_said
from ckanext.digitalms.vocabularies import StepState

pytestmark = pytest.mark.pure

DONE, IN_PROGRESS = StepState.DONE, StepState.IN_PROGRESS
IN_PREPARATION, PENDING = StepState.IN_PREPARATION, StepState.PENDING


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Das Konzept konnte nicht umgesetzt werden.", PENDING),
        ("Das Konzept wird nicht umgesetzt.", PENDING),
        ("Das Konzept wurde bislang nicht erstellt.", PENDING),
        ("Die Stelle ist weiterhin nicht besetzt.", PENDING),
        ("Die zweite Stufe ist nicht abgeschlossen.", PENDING),
        ("Nicht eingerichtet wurde die Schnittstelle.", PENDING),
        ("Bisher wurde kein Konzept erstellt.", PENDING),
        ("Eine Software wurde nicht beschafft.", PENDING),
        ("Mit dem Ausbau wurde nicht begonnen.", PENDING),
        ("Fördermittel wurden bisher nicht beantragt.", PENDING),
        ("Das Konzept liegt bisher nicht vor.", PENDING),
        ("Noch nicht umgesetzt wurde die Schnittstelle.", PENDING),
        ("Noch nicht begonnen wurde die Schulung.", PENDING),
        ("Steht noch aus.", PENDING),
        ("Die Abnahme steht noch aus und folgt.", PENDING),
        ("Ausstehend ist die Schulung.", PENDING),
        ("Der Termin wurde vertagt.", PENDING),
        ("Die Einführung wurde in das Jahr 2020 verschoben.", PENDING),
        ("Der Antrag wurde abgelehnt.", None),
        ("Die Ausschreibung wurde aufgehoben.", None),
        ("Der Versuch wurde nach zwei Monaten abgebrochen.", None),
        # what is negated is another thing
        ("Nicht nur das Konzept, auch die Schulung wurde umgesetzt.", DONE),
        ("Das Konzept wurde nicht nur erstellt, sondern beschlossen.", DONE),
        ("Da die Stelle lange nicht besetzt war, wurde sie im Mai eingerichtet.", DONE),
        ("Es wurden keine Mängel gefunden und die Anlage abgeschlossen.", DONE),
        ("Papier gibt es nicht mehr, das Verfahren ist umgesetzt.", DONE),
        ("Das Konzept ist in Arbeit und nicht abgeschlossen.", IN_PROGRESS),
        ("Die Ausschreibung ist in Vorbereitung, mit dem Bau wurde nicht begonnen.", IN_PREPARATION),
        ("Für den Ausbau stehen Mittel aus dem Haushalt bereit.", None),
        ("Die noch nicht erschlossenen Gebiete wurden untersucht.", DONE),
        # without a negation
        ("Das Konzept wurde erstellt.", DONE),
        ("Die Stelle ist besetzt.", DONE),
        ("Das Konzept liegt vor.", DONE),
        ("Das Konzept wird umgesetzt.", IN_PROGRESS),
        ("Fördermittel sind beantragt.", IN_PREPARATION),
    ],
)
def test_what_a_sentence_says(text: str, state: StepState | None) -> None:
    assert state_said(text) is state


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Umgesetzt wurden zwei Stufen.", DONE),
        ("Umgesetzt wurden noch keine Stufen.", None),
        ("Erreicht wurde das Ziel nicht.", None),
        ("Begonnen wurde bisher nicht.", None),
        ("Umgesetzt: Stufe 1, nicht aber Stufe 2", DONE),
        ("Nicht umgesetzt: Stufe 2", PENDING),
        ("Noch nicht begonnen: Stufe 2", PENDING),
    ],
)
def test_what_the_first_words_say(text: str, state: StepState | None) -> None:
    assert lead_state(text) is state


def test_a_negated_lead_is_split_off() -> None:
    assert split_lead("Noch nicht umgesetzt: A", before_items=False) == (
        PENDING,
        "Noch nicht umgesetzt: ",
        "A",
    )


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("Der Start wurde nicht", True),
        ("Es wurde kein Ziel", True),
        ("Nicht nur das", False),
        ("Er wurde nicht nur", False),
        ("Da er nicht da war, wurde", False),
        ("Knicht", False),
    ],
)
def test_what_negates(text: str, is_so: bool) -> None:
    assert negates(text) is is_so
