"""Milestones: the dates that a sentence names, with a title made of its subject."""

from __future__ import annotations

import re
from datetime import date

from ckanext.digitalms.vocabularies import StepState
from ckanext.digitalms.wordings.reading import DateWording, find_dates, find_days

from .proposal import ProposedMilestone
from .sentences import negates, split_sentences

_LONGEST_TITLE = 120
_LABEL = re.compile(r"^(?P<label>[^:]{3,70}):\s+(?=\S)")
_ARTICLE = re.compile(r"^(?:die|der|das|auch die|auch der)\s+", re.IGNORECASE)
_CIRCUMSTANCE = re.compile(r"^(?:nach|zur|zum|mit|bei|im|in|auf|für|durch|aufgrund)\s", re.IGNORECASE)
_VERB = re.compile(
    r"\s+(?:erfolgt|erfolgen|ist|sind|wird|werden|startet|starten|beginnt|beginnen|verläuft|begleitet|konnten?|soll|sollen)\b"
)
_HEDGE = re.compile(r"\b(?:voraussichtlich|spätestens|frühestens|planmäßig|etwa|ca\.)\s*$", re.IGNORECASE)
_HAPPENED = re.compile(
    r"\b(?:gestartet|begonnen|erreicht|eröffnet|abgeschlossen|in betrieb|fertiggestellt)\b", re.IGNORECASE
)


def milestones_in(text: str, report_date: date | None, state: StepState | None) -> list[ProposedMilestone]:
    """Propose the milestones of a step, a goal or a cell of dates.

    A date that lies before the report is history and no milestone, unless it is a day on which the
    sentence says something happened: then the milestone is met.
    """
    label = _LABEL.match(text)
    found: list[ProposedMilestone] = []
    for sentence in split_sentences(text):
        for wording in find_dates(sentence, report_date):
            met_on = _met_on(sentence, wording, report_date)
            last = wording.latest or wording.earliest
            if met_on is None and report_date and last and last < report_date:
                continue
            title = _title(sentence, wording, label["label"] if label else "")
            found.append(ProposedMilestone(title, wording.wording, wording.earliest, wording.latest, met_on))
    return found if state is not StepState.DONE else [m for m in found if m.met_on]


def _met_on(sentence: str, wording: DateWording, report_date: date | None) -> date | None:
    is_a_day = wording.earliest == wording.latest or bool(find_days(wording.wording))
    if not is_a_day or report_date is None or wording.earliest is None or wording.earliest > report_date:
        return None
    happened = (not negates(sentence[: found.start()]) for found in _HAPPENED.finditer(sentence))
    return wording.earliest if any(happened) else None


def _title(sentence: str, wording: DateWording, label: str) -> str:
    subject = _subject(sentence, wording)
    if label and subject.startswith(label):
        rest = _ARTICLE.sub("", subject[len(label) :].lstrip(" :"))
        subject = f"{label}: {rest}" if rest else label
    elif label and not sentence.startswith(label):
        subject = f"{label}: {_ARTICLE.sub('', subject)}"
    title = _short(_ARTICLE.sub("", " ".join(subject.split()).strip(" .,;:")))
    return title[:1].upper() + title[1:] or wording.wording


def _subject(sentence: str, wording: DateWording) -> str:
    """Cut out what the date is about: German puts it before the verb, or behind one that comes early."""
    before, after = sentence[: wording.start].rstrip(), sentence[wording.end :]
    verb = _VERB.search(before)
    if verb and _CIRCUMSTANCE.match(before):
        return _HEDGE.sub("", before[verb.end() :])
    if verb and verb.start() > 5:
        return before[: verb.start()]
    later = _VERB.search(after)
    if later and _ARTICLE.fullmatch(f"{before} "):
        return after[: later.start()]
    return f"{_HEDGE.sub('', before)} {after}"


def _short(title: str) -> str:
    if len(title) <= _LONGEST_TITLE:
        return title
    return title[: _LONGEST_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
