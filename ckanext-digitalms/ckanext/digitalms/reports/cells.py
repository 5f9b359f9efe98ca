"""Reads the cells of a measure's row: its name and vision, its papers and goals, its plan and results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ckanext.digitalms.council.reference import find_unspecified, parse_references
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import ReferenceRole, Status, StepState
from ckanext.digitalms.wordings.reading import find_days, read_wording
from ckanext.digitalms.wordings.vocabulary import Bound

from .broken_lines import is_cut, joined
from .document import Block, Cell
from .draft import Draft, Reading
from .milestones import milestones_in
from .proposal import ProposedGoal, ProposedMilestone, ProposedReference, ProposedStep, Reason
from .provenance import Provenance
from .sentences import enumerates_objects, introduces, lead_state, split_lead, split_sentences, state_said
from .status import NEEDS_REASON, status_said

_NUMBERING = re.compile(
    r"^(?:[0-9]{1,2}(?:\.[0-9]{1,2})*[.):]{1,2}(?![0-9])"
    r"|[0-9]{1,2}(?:\.[0-9]{1,2})+(?=\s+\S)(?!\s+(?:(?:[GMT]B?(?:bit|igabit|Hz|io|rd)?|Tsd|Prozent|Grad|Uhr|Euro)\b|[%€°]))"
    r"|[0-9]{1,2}(?=\s+[A-ZÄÖÜ„]))\s*(?:[–—-]\s+)?(?=\S)"
)
# a number that is a line of its own; three digits alone may be a title ("115")
_ONLY_NUMBER = re.compile(
    r"(?:[MP]|(?:Lfd\.\s?)?Nr\.?|Nummer)\s?[0-9]{1,3}(?:\.[0-9]{1,2})*[.):]?|[0-9]{1,2}(?:\.[0-9]{1,2})*[.)]?",
    re.IGNORECASE,
)
_MOST_LINES = 5
_VISION = re.compile(
    r"^(?P<named>(?:Auszug\s+aus\s+|Aus\s+|Zitat\s+aus\s+)?(?:der\s+|unserer\s+)?Vision(?:\s+(?P<year>20[0-9]{2}))?)\s*"
    r"(?:\((?P<source>[^()]*)\))?\s*(?P<glue>[:–—-]|$)\s*",
    re.IGNORECASE,
)
_SEE = re.compile(
    r"^(?:s\.|siehe|wie|vgl\.)\s+(?:auch\s+|bei\s+|unter\s+|oben\s*:?\s*)?(?P<other>[^.]{2,80})\.?$",
    re.IGNORECASE,
)
_YEAR_OF_HEADING = re.compile(r"Vision\s+(20[0-9]{2})", re.IGNORECASE)
_OPENS, _CLOSES = "„“\"»«‚'", "“”\"«»‘'"
_CITATION = re.compile(
    r"^(?>(?:(?:Rats)?(?:vorlagen?|anträge?|antrag|beschl[uü]sse?|drucksachen?)|diverse|mehrere|verschiedene|unter|anderem|"
    r"u\.|a\.|und|sowie|nr\.?|vom|einschl\.?|[\s,;:/()0-9.])+)$",
    re.IGNORECASE,
)
_ONLY_PLANS = re.compile(r"(?:^|›\s*)(?:plan|planung|geplant|soll|ausblick)\s*$", re.IGNORECASE)
_NAMES_PAPERS = re.compile(r"vorlage|drucksache|antr[aä]g|beschl[uü]ss|\bnr\b|nummer", re.IGNORECASE)
_GOAL = re.compile(r"^(?:(?:das|unser)\s+)?(?:jahres|haupt|ober)?ziel(?:e|setzung(?:en)?)?\b", re.IGNORECASE)
_NEAR_THE_START = 30
# in a column of dates: what has happened, or was to be
_TOLD = re.compile(
    r"\b(?:umgesetzt|erledigt|fertig(?:gestellt)?|erfolgt|abgeschlossen|online|live|in betrieb genommen|"
    r"eröffnet|gestartet|begonnen|durchgeführt|eingeführt|realisiert|beendet|freigeschaltet|veröffentlicht|bewilligt|"
    r"beauftragt|vergeben|verabschiedet|eingerichtet|installiert|geliefert|abgenommen|aufgehoben|entfällt|"
    r"entfallen|wurden?|war|seit|bereits|bisher|ursprünglich|verschoben|verlängert|stand|\w*beschl[uo]ss\w*|"
    r"(?:vorlage|antrag|sitzung|protokoll|schreiben)\b.{0,40}\bvom)\b",
    re.IGNORECASE,
)
# leads within leads ("Offen: in Arbeit: …"); more are no sentence of anybody
_DEEPEST = 10


def read_measure(draft: Draft, cell: Cell, heading: str, reading: Reading) -> None:
    """Read the cell that names the measure, with its vision below."""
    place = _leave_numbers(draft, cell.blocks)
    first = cell.blocks[place]
    draft.provenance.leave(first.mark, Reason.MARK)
    number = _NUMBERING.match(first.text)
    if number:
        draft.provenance.leave(number[0], Reason.MARK)
    lines = [draft.provenance.take(first.text[number.end() if number else 0 :], "title")]
    for block in cell.blocks[place + 1 : place + _MOST_LINES]:
        if not is_cut(lines[-1]) or block.is_item or block.text[:1] in _OPENS or _VISION.match(block.text):
            break
        lines.append(draft.provenance.take(block.text, "title"))
    draft.title = joined(lines)
    read_vision(draft, cell.blocks[place + len(lines) :], heading, reading)


def _leave_numbers(draft: Draft, blocks: Sequence[Block]) -> int:
    """Leave lines that hold no more than the number of the title; return the place of the title."""
    last = max((place for place, one in enumerate(blocks) if one.text), default=0)
    place = 0
    while place < last and _is_number(blocks[place], blocks[place + 1]):
        draft.provenance.leave(blocks[place].visible, Reason.MARK)
        place += 1
    return place


def _is_number(block: Block, follows: Block) -> bool:
    """Return whether a line holds no more than the number of the title that follows."""
    is_number = not block.text or bool(_ONLY_NUMBER.fullmatch(block.text))
    return is_number and not follows.is_item and not _VISION.match(follows.text)


def read_vision(draft: Draft, blocks: Sequence[Block], heading: str, reading: Reading) -> None:
    """Read the vision: its year, its source, its words or whose vision it shares."""
    of_heading = _YEAR_OF_HEADING.search(heading)
    is_vision = "vision" in heading.lower()
    for block in blocks:
        draft.cite(block.text, ReferenceRole.VISION_SOURCE, reading.body)
        text = block.text
        draft.provenance.leave(block.mark, Reason.MARK)
        if named := _VISION.match(text):
            _vision_source(draft, named)
            text = text[named.end() :]
            is_vision = True
        if not text:
            continue
        if not is_vision:
            draft.notes.append(draft.provenance.take(text, "notes"))
        elif not draft.vision and (see := _SEE.match(text)):
            draft.vision_see = see["other"].strip()
            draft.provenance.take(text, "vision_see")
        else:
            draft.vision.append(_unquoted(draft.provenance, text))
    if (draft.vision or draft.vision_see) and draft.vision_year is None and of_heading:
        draft.vision_year = int(of_heading[1])


def _vision_source(draft: Draft, named: re.Match[str]) -> None:
    draft.provenance.take(named["named"], "vision_year")
    draft.vision_year = int(named["year"]) if named["year"] else draft.vision_year
    if named["source"] is not None:
        draft.provenance.leave("(", Reason.MARK)
        if named["source"].strip():
            draft.vision_source = draft.provenance.take(named["source"], "vision_source")
        draft.provenance.leave(")", Reason.MARK)
    draft.provenance.leave(named["glue"], Reason.MARK)


def _unquoted(provenance: Provenance, text: str) -> str:
    opens = text[0] in _OPENS
    closes = len(text) > 1 and text[-1] in _CLOSES
    if opens:
        provenance.leave(text[0], Reason.MARK)
    words = provenance.take(text[opens : len(text) - closes], "vision")
    if closes:
        provenance.leave(text[-1], Reason.MARK)
    return words


def read_content(draft: Draft, cell: Cell, heading: str, reading: Reading) -> None:
    """Read the cell of papers and goals; below a heading that names papers digits alone may be one."""
    names_papers = bool(_NAMES_PAPERS.search(heading))
    for place, block in enumerate(cell.blocks):
        draft.provenance.leave(block.mark, Reason.MARK)
        if not block.text:
            continue
        follows = cell.blocks[place + 1 : place + 2]
        if follows and follows[0].is_item and not block.is_item and _is_lead(block.text):
            draft.provenance.leave(block.text, Reason.LEAD)
            continue
        _content_block(draft, block.text, reading, names_papers=names_papers)
        draft.milestones += milestones_in(block.text, reading.report_date, StepState.PENDING)
    _unspecified(draft, cell.line)


def _is_lead(text: str) -> bool:
    return introduces(text) and not parse_references(text) and not find_unspecified(text)


def _content_block(draft: Draft, text: str, reading: Reading, *, names_papers: bool) -> None:
    found = parse_references(text, reading.body, has_cue=names_papers)
    if names_papers and found and found[0].start:
        # a number without a cue is one only where the line begins with it
        found = parse_references(text, reading.body)
    if found or find_unspecified(text):
        draft.cite_all(found, ReferenceRole.BASIS)
        if _is_citation_only(text, [(item.start, item.end) for item in found]):
            _take_citation(draft, text, [(item.start, item.end) for item in found])
            return
    names_paper = bool(found) and found[0].start < _NEAR_THE_START
    after = text[found[-1].end :].lstrip(" :–—-)") if names_paper else text
    if (found or find_unspecified(text)) and not _GOAL.match(after):
        draft.notes.append(draft.provenance.take(text, "notes"))
    else:
        draft.goals.append(ProposedGoal(draft.provenance.take(text, "goals")))


def _is_citation_only(text: str, spans: list[tuple[int, int]]) -> bool:
    rest = _without(text, spans).strip(" .")
    return bool(spans) and (not rest or bool(_CITATION.match(rest)))


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    starts = [0, *(end for _start, end in spans)]
    ends = [*(start for start, _end in spans), len(text)]
    return " ".join(text[start:end] for start, end in zip(starts, ends, strict=True))


def _take_citation(draft: Draft, text: str, spans: list[tuple[int, int]]) -> None:
    """Enter a line that only names papers: the numbers are taken over, the words between are left."""
    place = 0
    for start, end in spans:
        draft.provenance.leave(text[place:start], Reason.GLUE)
        draft.provenance.take(text[start:end], "council_references")
        place = end
    draft.provenance.leave(text[place:], Reason.GLUE)


def _unspecified(draft: Draft, line: str) -> None:
    said = find_unspecified(line)
    if said is None:
        return
    if any(r.role != ReferenceRole.VISION_SOURCE for r in draft.references):
        sentence = N_("The report says “{said}”: only the papers that it names by number are proposed.")
    else:
        row = ProposedReference("Diverse Vorlagen", said[0], ReferenceRole.BASIS.value)
        draft.references.append(row)
        sentence = N_(
            "The report says “{said}” and names no number: add the numbers as soon as they are known."
        )
    draft.warnings.append(Message(sentence, {"said": said[0]}))


def read_dates(draft: Draft, cell: Cell, reading: Reading) -> None:
    """Read a cell of dates: each line is a milestone with its wording."""
    for block in cell.blocks:
        draft.provenance.leave(block.mark, Reason.MARK)
        if block.text:
            text = draft.provenance.take(block.text, "milestones")
            found = milestones_in(text, reading.report_date, None)
            draft.milestones += found or [_deadline(text, reading)]


def _deadline(text: str, reading: Reading) -> ProposedMilestone:
    """Read a line that is a day ("31.12.2027") or a deadline that has passed; what has happened is none."""
    days = find_days(text)
    only = days[0][0] if len(days) == 1 else None
    if _TOLD.search(text):
        # what lies ahead has not happened: "Go-Live: 31.12.2027"
        is_ahead = only is not None and reading.report_date is not None and only > reading.report_date
        return ProposedMilestone(text, text, only, only) if is_ahead else ProposedMilestone(text, text)
    wording = read_wording(text, reading.report_date)
    if wording is None or wording.bound is Bound.SINCE:
        return ProposedMilestone(text, text, only, only)
    if any(not wording.start <= start < wording.end for _day, start, _end in days):
        # of two dates the other one may be the one that counts
        return ProposedMilestone(text, text)
    return ProposedMilestone(text, text, wording.earliest, wording.latest)


def read_progress(draft: Draft, cell: Cell, heading: str, reading: Reading) -> None:
    """Read the cell of plan and results into steps, their states and milestones.

    Below a heading “Plan” alone what says no state is still to come.
    """
    usual = StepState.PENDING if _ONLY_PLANS.search(heading) else StepState.IN_PROGRESS
    reader = _ProgressReader(draft, reading, usual)
    is_only = sum(bool(one.text) for one in cell.blocks) == 1
    for place, block in enumerate(cell.blocks):
        draft.provenance.leave(block.mark, Reason.MARK)
        if block.text:
            draft.cite(block.text, ReferenceRole.MENTION, reading.body)
            follows = cell.blocks[place + 1 : place + 2]
            reader.read(block, before_items=bool(follows) and follows[0].is_item, is_only=is_only)


@dataclass
class _ProgressReader:
    """Carries the state that a line names to what follows it."""

    draft: Draft
    reading: Reading
    usual: StepState = StepState.IN_PROGRESS
    # the state for list items; set is_named where the line names it in so many words
    state: StepState | None = None
    is_named: bool = False
    # a named state also covers plain paragraphs below, as long as no list item came in between
    covers_paragraphs: bool = False
    joins: bool = False

    def read(self, block: Block, *, before_items: bool, is_only: bool) -> None:
        if self._of_the_whole(block.text, is_only=is_only):
            return
        if block.is_item:
            self._item(block.text)
        else:
            self._paragraph(block.text, before_items=before_items)

    def _item(self, text: str) -> None:
        self.covers_paragraphs = False
        if self.joins and self.draft.steps:
            last = self.draft.steps[-1]
            glue = " " if last.text.endswith(":") else "; "
            both = last.text + glue + self.draft.provenance.take(text, "steps")
            self.draft.steps[-1] = ProposedStep(last.state, both)
            return
        lead = split_lead(text, before_items=False)
        if lead and lead[2]:
            self.draft.provenance.take(lead[1], "steps.state")
            self._step(lead[2], lead[0])
            return
        if lead and text.endswith(":"):
            # the items of a list within follow, as behind such a paragraph
            self.state, self.is_named = lead[0], True
            self.draft.provenance.take(text, "steps.state")
            return
        said = None if self.is_named else state_said(text)
        self._step(text, said or self.state or self.usual)

    def _paragraph(self, text: str, *, before_items: bool) -> None:
        self.joins = False
        if self._named(text, before_items=before_items):
            return
        if before_items and introduces(text) and not enumerates_objects(text):
            # what it introduces are the steps; the state that it tells is theirs
            self.state, self.is_named = state_said(text), False
            self.draft.provenance.leave(text, Reason.LEAD)
            return
        if self.covers_paragraphs and self.state:
            for sentence in split_sentences(text):
                self._step(sentence, self.state)
            return
        self.state, self.is_named = None, False
        *before, last = split_sentences(text)
        for sentence in before:
            if not self._named(sentence, before_items=False):
                self._step(sentence, self._said_or_usual(sentence))
        if not self._named(last, before_items=before_items):
            named = lead_state(last)
            self.state, self.is_named = named or self._said_or_usual(last), named is not None
            self._step(last, self.state)
            self.joins = before_items and enumerates_objects(last)

    def _said_or_usual(self, sentence: str) -> StepState:
        if said := status_said(sentence):
            self.draft.said.append(said)
            if said.status is Status.DONE:
                return StepState.DONE
        return state_said(sentence) or self.usual

    def _of_the_whole(self, text: str, *, is_only: bool) -> bool:
        """Take a line that says nothing but a status, such as “ruht”: it is no step.

        Words that also name the state of what follows (“In Arbeit”) do so only where nothing does.
        """
        said = status_said(text)
        if said is None or not said.is_alone or not (is_only or said.status in NEEDS_REASON):
            return False
        self.draft.said.append(said)
        self.draft.provenance.take(text, "status")
        return True

    def _named(self, text: str, *, before_items: bool, depth: int = 0) -> bool:
        lead = split_lead(text, before_items=before_items) if depth < _DEEPEST else None
        if lead is None:
            return False
        state, words, rest = lead
        self.state = state
        self.is_named, self.covers_paragraphs = True, not rest
        self.draft.provenance.take(words, "steps.state")
        for sentence in split_sentences(rest):
            # a sentence within may name another state, for those behind it as well
            if not self._named(sentence, before_items=False, depth=depth + 1):
                self._step(sentence, self.state or state)
        return True

    def _step(self, text: str, state: StepState) -> None:
        self.draft.steps.append(ProposedStep(state.value, self.draft.provenance.take(text, "steps")))
        self.draft.milestones += milestones_in(text, self.reading.report_date, state)
