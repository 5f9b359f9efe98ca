"""German sentences of a report: where they end, and which state of a step they tell."""

from __future__ import annotations

import re

from ckanext.digitalms.vocabularies import StepState

_END = re.compile(r"(?<=[.!?])[\"“”»)]*\s+(?=[\"„“«(]?[A-ZÄÖÜ0-9])")
_NO_END = re.compile(
    r"(?:^|[\s(„\"/])(?:[A-Za-zÄÖÜäöü]|[IVX]{2,4}|[0-9]{1,2}|z\. ?B|u\. ?a|d\. ?h|i\. ?d\. ?R|ggf|bzw|usw"
    r"|etc|ca|inkl|einschl|Nr|Erg|[Ss]tädt|vgl|sog|Abs|Art|Dr|Prof|St|Str|Mio|Mrd|Tsd|evtl|gem|lt|rd|max|min|Anl|div|insb|zzgl)\.$"
)

# The first word or words of a line that name the state of all that follows it
_LEADS = {
    StepState.DONE: r"umgesetzt\w*|erledigt\w*|abgeschlossen\w*|fertiggestellt\w*|realisiert\w*|erreicht\w*"
    r"|bisher\w* (?:erreicht|umgesetzt|ergebnis)\w*|ergebnisse?(?=\s*:)|ist(?:-stand)?(?=\s*:)",
    StepState.IN_PROGRESS: r"in (?:arbeit|bearbeitung|(?:der )?umsetzung|durchführung)|laufende?[rsn]?(?=\b)"
    r"|aktuell\w*|derzeit\w*|zurzeit|begonnen\w*|gestartet\w*",
    StepState.IN_PREPARATION: r"in (?:vorbereitung|planung)|vorbereitend\w*|vorbereitung(?:en)?",
    StepState.PENDING: r"(?:noch )?ausstehend\w*|(?:noch )?offene?\w*|geplant\w*|plan(?=\s*:)|ausblick"
    r"|nächste schritte|noch zu (?:tun|erledigen)|künftig\w*|vorgesehen\w*|zurückgestellt\w*"
    r"|(?:noch |bisher |bislang )?nicht (?:umgesetzt|erledigt|abgeschlossen|erreicht|begonnen)\w*",
}
_LEAD = re.compile(
    "^(?:" + "|".join(f"(?P<{state.value}>(?:{words}))" for state, words in _LEADS.items()) + r")\b",
    re.IGNORECASE,
)
_NO_SUBJECT = re.compile(
    r"^\w+(?: \w+)??(?: (?:wurden?|sind|ist|bisher|bislang|bereits|schon|noch))+$", re.IGNORECASE
)
_LEAD_LINE = re.compile(
    r"^(?P<words>[^\s:]+(?:\s+[^\s:]+){0,5}?)\s*(?P<glue>:|\s[–—-]\s|$)\s*(?P<rest>.*)$", re.DOTALL
)

# "nicht nur", "nicht mehr" and "nicht zuletzt" deny nothing that was to be done
_NO = r"\b(?:nicht|kein\w*|nie)\b(?! (?:nur|mehr|zuletzt)\b)"
# of a circumstance that goes before ("Da die Stelle nicht besetzt war, …") nothing is told
_PAST_CIRCUMSTANCE = r"^(?>(?:(?:da|weil|obwohl|nachdem|solange)\b[^,]*,)?)"
_NEGATES = re.compile(rf"{_NO}[^,;:]*$", re.IGNORECASE)
# up to where a "nicht" reaches: its clause, which "und" ends unless it joins two nouns
_REACH = r"(?:(?!\b(?:aber|jedoch|sondern|und(?! (?-i:[A-ZÄÖÜ])))\b)[^,;:]){0,60}?"


def _denied(words: str) -> str:
    return rf"{_PAST_CIRCUMSTANCE}.*?{_NO}{_REACH}\b(?:{words})\b"


_CALLED_OFF = r"abgelehnt|aufgehoben|gestoppt|abgebrochen"
_PUT_OFF = r"verschoben|vertagt|zurückgestellt"

# What a sentence says, asked in this order: a present doing weighs more than what is to come of it
_SAYS: list[tuple[StepState, re.Pattern[str]]] = [
    # "noch nicht erschlossenen Gebiete" describes the areas and tells no state
    (
        StepState.PENDING,
        re.compile(
            r"\b(?i:noch nicht)\b(?! \w+e[nmrs]? [A-ZÄÖÜ])|\b(?i:ausstehend)|"
            r"\b(?i:steh(?:t|en))\b.*\baus(?= und\b|[.,;:!)]|$)"
        ),
    ),
    (StepState.PENDING, re.compile(_denied("beantragt|vorbereitet|geprüft"), re.IGNORECASE)),
    (
        StepState.IN_PREPARATION,
        re.compile(
            r"\b(?:wird|werden)\b.*\bvorbereitet|\bin vorbereitung|\bbereite[tn]\b.*\bvor\b|\bvorbereitend|"
            r"\bvorbereitungs|\bzur prüfung|\bprüf(?:t|en)\b|\bwird\b.*\bgeprüft|\bin abstimmung|"
            r"\bbeantragt\b",
            re.IGNORECASE,
        ),
    ),
    (StepState.PENDING, re.compile(_denied("begonnen|gestartet"), re.IGNORECASE)),
    (
        StepState.IN_PROGRESS,
        re.compile(
            r"\bin arbeit|\b(?:ver)?läuft\b|\blaufen\b|\bderzeit|\bzurzeit\b|\bjetzt\b|\banalysiert\b|"
            r"\bunterstützt\b|\bbegleitet\b|\bin der umsetzung|\bgestartet|\bbegonnen|\bnimmt\b.*\bwahr\b|"
            rf"\bwird\b(?!.*{_NO}).*\bumgesetzt",
            re.IGNORECASE,
        ),
    ),
    (
        StepState.PENDING,
        re.compile(
            r"\bgeplant|\bvorgesehen\b|\bvoraussichtlich\b|\bsoll(?:en)?\b|\bkünftig|"
            r"\b(?:wird|werden)\b.*\b(?:vorgelegt|erstellt|eingeführt|erfolgen|beginnen|starten)",
            re.IGNORECASE,
        ),
    ),
    (
        StepState.PENDING,
        re.compile(
            _denied(
                "umgesetzt|abgeschlossen|eingerichtet|erstellt|optimiert|angepasst|erreicht|beschlossen|besetzt|"
                "erfolgt|fertig|abgestimmt|online|in betrieb|vor(?=[.,;:!)]|$)"
            )
            + rf"|{_PAST_CIRCUMSTANCE}.*?\bwurden?\b[^,;:]{{0,60}}?{_NO}"
            + rf"(?!{_REACH}\bund (?:die|der|das|eine?|zwei)\b)"
            + rf"|\bwurden?\b[^.;]*\b(?:{_PUT_OFF})\b",
            re.IGNORECASE,
        ),
    ),
    (
        StepState.DONE,
        re.compile(
            r"\bumgesetzt|\babgeschlossen|\beingerichtet|\berstellt|\boptimiert|\bangepasst|\berreicht|"
            rf"\bbeschlossen|\bin betrieb\b|\bwurden?\b(?![^.;]*\b(?:{_CALLED_OFF})\b)|"
            r"\b(?:ist|sind)\b.*\b(?:besetzt|erfolgt|fertig|abgestimmt|online)\b|"
            r"\bliegt vor",
            re.IGNORECASE,
        ),
    ),
]
# a sentence that has not told its state by then never will; keeps hostile texts cheap
_ENOUGH = 2_000
_DENIABLE = frozenset({StepState.DONE, StepState.IN_PROGRESS})
_LISTS_WHAT_FOR = re.compile(r"\b(?:für|mit|in) (?:die )?folgenden?\b.*:$", re.IGNORECASE)


def split_sentences(text: str) -> list[str]:
    """Split a paragraph at the ends of its sentences; abbreviations and ordinals end none."""
    sentences: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if not _NO_END.search(text[max(start, match.start() - 12) : match.start()]):
            sentences.append(text[start : match.end()].strip())
            start = match.end()
    rest = text[start:].strip()
    return [*sentences, rest] if rest else sentences


def is_abbreviated(text: str) -> bool:
    """Return whether a text ends with an abbreviation, so that its sentence goes on."""
    return text[-2:-1].isalpha() and bool(_NO_END.search(text[-12:]))


def lead_state(text: str) -> StepState | None:
    """Tell the state that a text's first words name, unless its sentence denies it."""
    match = _LEAD.match(text)
    if match is None or match.lastgroup is None:
        return None
    state = StepState[match.lastgroup.upper()]
    is_denied = state in _DENIABLE and negates(text[match.end() : _ENOUGH].partition(":")[0])
    return None if is_denied else state


def negates(words: str) -> bool:
    """Return whether the last clause of some words denies what follows it: “Der Start wurde nicht …”."""
    return bool(_NEGATES.search(words[-_ENOUGH:]))


_INTRODUCES = re.compile(
    r"^(?:[^.:]{0,60}\b)?(?:folgend\w*|nachfolgend\w*|insbesondere|im einzelnen|hierzu (?:gehören|zählen)"
    r"|dazu (?:gehören|zählen)|unter anderem|u\. ?a\.)\b[^.:]{0,60}:$",
    re.IGNORECASE,
)
_FEW_WORDS = 4


def introduces(text: str) -> bool:
    """Return whether a line before list items only introduces them: “Folgende Aufgaben:”, “Aufgaben:”."""
    plain = text.strip()
    if not plain.endswith(":") or len(plain) > 160:
        return False
    return len(plain.split()) <= _FEW_WORDS or bool(_INTRODUCES.match(plain))


def split_lead(text: str, *, before_items: bool) -> tuple[StepState, str, str] | None:
    """Split "In Arbeit: …" into its state, the words that name it, and the rest.

    Args:
        text: a paragraph.
        before_items: whether list items follow, so that the line needs no colon.
    """
    state = lead_state(text)
    line = _LEAD_LINE.match(text) if state else None
    if state is None or line is None or any(c.isdigit() for c in line["words"]):
        return None
    if not line["glue"].strip() and not _names_only(line["words"], before_items=before_items):
        return None
    return state, text[: line.start("rest")], line["rest"]


def _names_only(words: str, *, before_items: bool) -> bool:
    """Return whether a line without a colon only names a state, and has no subject of its own."""
    return len(words.split()) <= 2 or (before_items and bool(_NO_SUBJECT.match(words)))


def state_said(text: str) -> StepState | None:
    """Tell the state of a step from what its sentence says, or ``None``."""
    return next((state for state, pattern in _SAYS if pattern.search(text[:_ENOUGH])), None)


def enumerates_objects(text: str) -> bool:
    """Return whether the items that follow belong to it ("für folgende Aufgaben eingerichtet:")."""
    return bool(_LISTS_WHAT_FOR.search(text[-_ENOUGH:]))
