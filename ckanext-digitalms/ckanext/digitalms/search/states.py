"""States as people say them: words that name what a measure has come to, and the day that has passed."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.digitalms.vocabularies import Status

DELAYED = "delayed"

_SAID = {
    Status.PROPOSED: "vorgeschlagen|angeregt|beantragt",
    Status.PLANNED: "geplant|in planung|beschlossen|noch nicht begonnen",
    Status.IN_PREPARATION: "in vorbereitung|vorbereitung|wird vorbereitet|werden vorbereitet|vorbereitet",
    Status.IN_PROGRESS: "in arbeit|in umsetzung|in bearbeitung|laufend|laufende|läuft|laufen|begonnen"
    "|angefangen|im gange",
    Status.DONE: "fertig|fertiggestellt|umgesetzt|abgeschlossen|erledigt|beendet"
    "|fertige|abgeschlossene|vollendet",
    Status.PAUSED: "ruht|ruhend|pausiert|angehalten|unterbrochen|auf eis",
    Status.CANCELLED: "abgebrochen|aufgegeben|eingestellt|gestoppt|verworfen",
    DELAYED: "verspätet|verzögert|überfällig|in verzug|im verzug|zu spät|verzug|verspätung|verzögerung"
    "|verspätete|verzögerte|überfällige|nicht rechtzeitig|termin versäumt|hinkt hinterher",
}
STATES: Mapping[str, str] = {words: str(state) for state, said in _SAID.items() for words in said.split("|")}


def said_of(state: str) -> list[str]:
    """Return by which words a state is asked for."""
    return [words for words, meant in STATES.items() if meant == state]
