"""A report told in simple German, and on one page: by rules and a glossary, from the same object.

Sentences are short and each says one thing. What somebody wrote (titles, texts) is not simplified: titles
stand as they are, on lines of their own, and hard words of theirs are explained.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ckanext.digitalms.vocabularies import Status

from .report import Measure, Report
from .sentences import counted, number, short_day

__all__ = ["MOST_WORDS", "in_simple_german", "on_one_page", "text"]

MOST_WORDS = 300
# more titles than these make a list that nobody reads
_MOST_TITLES = 8
_SAID = {
    Status.DONE: ("Ein Plan ist fertig.", "{n} Pläne sind fertig."),
    Status.IN_PROGRESS: (
        "An einem Plan arbeitet die Stadt jetzt.",
        "An {n} Plänen arbeitet die Stadt jetzt.",
    ),
    Status.IN_PREPARATION: ("Einen Plan bereitet sie vor.", "{n} Pläne bereitet sie vor."),
    Status.PLANNED: ("Ein Plan fängt noch an.", "{n} Pläne fangen noch an."),
    Status.PROPOSED: ("Ein Plan ist erst eine Idee.", "{n} Pläne sind erst eine Idee."),
    Status.PAUSED: ("Ein Plan macht Pause.", "{n} Pläne machen Pause."),
    Status.CANCELLED: ("Einen Plan gibt es nicht mehr.", "{n} Pläne gibt es nicht mehr."),
}
# a part of a word in a title, and what it means
_GLOSSARY = {
    "Breitband": "Breitband heißt: Das Netz ist schnell.",
    "WLAN": "WLAN heißt: Das Netz kommt durch die Luft.",
    "Open Data": "Open Data heißt: Alle dürfen die Daten der Stadt nutzen.",
    "Mobilfunk": "Mobilfunk heißt: Das Handy hat Netz.",
    "Dokumentenmanagement": "DMS heißt: Die Akten sind im Rechner.",
    "Serviceportal": "Portal heißt: Sie stellen Anträge im Netz.",
    "Strategie": "Strategie heißt: So geht die Stadt vor.",
}


def text(report: Report) -> bytes:
    """Return both as a text file."""
    return f"{in_simple_german(report)}\n\n\n{on_one_page(report)}\n".encode()


def in_simple_german(report: Report) -> str:
    """Return the report in simple German, in at most :data:`MOST_WORDS` words without the titles.

    A line that begins with a hyphen is a title, as it was written.
    """
    return "\n".join(_simple(report))


def _simple(report: Report) -> Iterator[str]:
    measures = report.measures
    yield "Der Bericht in einfacher Sprache"
    yield ""
    yield "Die Stadt will besser werden. Das Netz und der Rechner sollen dabei helfen."
    if not measures:
        yield "Noch gibt es dazu keinen Plan."
        return
    yield counted(len(measures), "Dazu gibt es einen Plan.", "Dazu gibt es {n} Pläne.")
    yield f"So war es am {short_day(report.as_of)}."
    yield ""
    found = Counter(each.status for each in measures)
    for status, (one, many) in _SAID.items():
        if found[status]:
            yield counted(found[status], one, many)
    late = [each for each in measures if each.is_late]
    yield (
        counted(len(late), "Ein Plan kommt zu spät:", "{n} Pläne kommen zu spät:")
        if late
        else ("Kein Plan kommt zu spät.")
    )
    yield from _titles(late)
    yield ""
    yield "Das sind die Pläne:"
    yield from _titles(list(measures))
    yield from _explained(measures)
    yield ""
    yield "Der Rat der Stadt liest den Bericht. Auch Sie dürfen ihn lesen. Er steht im Netz."


def _titles(measures: list[Measure]) -> Iterator[str]:
    for each in measures[:_MOST_TITLES]:
        yield f"- {each.title}"
    more = len(measures) - _MOST_TITLES
    if more > 0:
        yield counted(more, "Und noch einer.", "Und noch {n}.")


def _explained(measures: tuple[Measure, ...]) -> Iterator[str]:
    shown = " ".join(each.title for each in measures[:_MOST_TITLES])
    words = [meaning for word, meaning in _GLOSSARY.items() if word in shown]
    if words:
        yield ""
        yield "Das heißen die Wörter:"
        yield from words


def on_one_page(report: Report) -> str:
    """Return what matters of the report on a page: where the measures stand, what changed, what is asked."""
    return "\n".join(_page(report))


def _page(report: Report) -> Iterator[str]:
    measures = report.measures
    yield report.head.subject or report.title
    yield ", ".join(filter(None, (report.head.office, short_day(report.head.day), report.head.number)))
    yield ""
    words = {each.status: each.status_label for each in measures}
    found = Counter(each.status for each in measures)
    standing = ", ".join(f"{words[status]} {number(found[status])}" for status in Status if found[status])
    yield f"{counted(len(measures), 'Eine Maßnahme', '{n} Maßnahmen')}{f': {standing}' if standing else ''}."
    late = [each for each in measures if each.is_late]
    if late:
        yield f"In Verzug: {_some([each.title for each in late])}."
    if report.previous:
        yield f"Seit dem Bericht vom {short_day(report.previous.as_of)}:"
    yield from (f"- {change.text}" for change in report.changes[:_MOST_TITLES])
    asked = [each for each in measures if each.asked]
    if asked:
        yield "Was vom Rat erbeten wird:"
        yield from (f"- {each.title}: {each.asked}" for each in asked[:_MOST_TITLES])


def _some(titles: list[str]) -> str:
    more = len(titles) - _MOST_TITLES
    return "; ".join(titles[:_MOST_TITLES]) + (f" und {number(more)} weitere" if more > 0 else "")
