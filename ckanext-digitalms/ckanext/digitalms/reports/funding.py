"""Reads the cells that say what a measure costs and how it is funded."""

from __future__ import annotations

import re

from ckanext.digitalms.figures import read_amount
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import FundingState

from .document import Cell
from .draft import Draft
from .proposal import Reason

# thousands stand in groups of three with one sign between, so that a number before an amount is none of its
# digits
_GROUPS = r"[0-9]{1,3}(?:(?:\.[0-9]{3}){1,4}|(?:[\s\u00a0][0-9]{3}){1,4}|(?:['’][0-9]{3}){1,4})(?![0-9])"
_DIGITS = rf"(?<![0-9.,'’])(?:{_GROUPS}|[0-9]{{1,15}})(?:,[0-9]{{1,3}}(?![0-9])|\.[0-9]{{1,2}}(?![0-9])|,-)?"
_SCALE = r"\s?(?:Tsd\.?|T|Mio\.?|Mrd\.?|Millionen|Milliarden|Tausend)"
_AMOUNT = re.compile(rf"(?:€\s?)?{_DIGITS}(?:{_SCALE})?\s?(?:€|EUR|Euro)|€\s?{_DIGITS}(?:{_SCALE}\b\.?)?")
_TO = r"\s?(?:-|–|—|bis(?: zu)?)\s?"
_BEGINNING = rf"({_DIGITS}(?:{_SCALE})?)"
_RANGE_BEGINS = re.compile(rf"{_BEGINNING}{_TO}$|\bzwischen\s+{_BEGINNING}\s+und\s+$")
# behind "€ 10.000"
_RANGE_ENDS = re.compile(rf"{_TO}({_DIGITS}(?:{_SCALE}\b\.?)?)(?![0-9./]|\s?(?:€|EUR|Euro))")
_LONGEST_RANGE = 40
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_FOUR_DIGITS = re.compile(r"[0-9]{4}(?![0-9])")
# with three digits behind it, a point before millions and a comma before euros may be either sign
_UNCLEAR = re.compile(r"(?<![0-9.])[1-9][0-9]{0,2}\.[0-9]{3}\s?(?:Mi|Mrd)|,[0-9]{3}\s?(?:€|EUR|Euro|$)")
_STATES = (
    (FundingState.APPLIED, r"\bnoch nicht (?:bewilligt|zugesagt|beschieden)"),
    (FundingState.REJECTED, r"\babgelehnt|\bnicht bewilligt|\bablehnung"),
    (FundingState.GRANTED, r"\bbewilligt|zuwendungsbescheid|\bzugesagt|(?<!nicht )\bgefördert"),
    (FundingState.PLANNED, r"antrag\w{0,40} (?:ist )?(?:geplant|vorgesehen)|wird beantragt"),
    (FundingState.APPLIED, r"\bbeantragt|antrag (?:ist |wurde )?gestellt|\beingereicht"),
    (FundingState.NONE, r"^keine (?:förderung|fördermittel)|\bohne förderung|\bnicht gefördert"),
)


def read_funding(draft: Draft, cell: Cell) -> None:
    """Read a cell of costs and funding: one amount, its state, and the words, which name the programme."""
    before = len(draft.amounts)
    for block in cell.blocks:
        draft.provenance.leave(block.mark, Reason.MARK)
        if not block.text:
            continue
        amounts = _amounts(block.text)
        is_amount = len(amounts) == 1 and bool(_amount(amounts[0])) and _is_no_more(block.text)
        if is_amount and not draft.funding_amount:
            draft.provenance.take(block.text, "funding_amount")
        else:
            draft.funding.append(draft.provenance.take(block.text, "funding_programme"))
        draft.amounts += amounts
        state = next((state for state, words in _STATES if re.search(words, block.text, re.I)), None)
        draft.funding_state = draft.funding_state or (state.value if state else "")
        if len(draft.amounts) == 1:
            draft.funding_amount = _amount(draft.amounts[0])
    if len(draft.amounts) > before:
        _ask_for_amount(draft)


def _ask_for_amount(draft: Draft) -> None:
    """Say where the amount of a measure is not clear."""
    if len(draft.amounts) == 1 and not draft.funding_amount:
        sentence = N_("The amount “{amount}” cannot be read for sure: enter it.")
        draft.warnings.append(Message(sentence, {"amount": draft.amounts[0][:200]}))
    if len(draft.amounts) > 1:
        draft.funding_amount = ""
        sentence = N_("The report names several amounts ({amounts}): enter the one of the measure.")
        draft.warnings.append(Message(sentence, {"amounts": "; ".join(draft.amounts)[:200]}))
        draft.provenance.fragments[:] = [
            piece if piece.field != "funding_amount" else draft.as_programme(piece)
            for piece in draft.provenance.fragments
        ]


def _is_no_more(text: str) -> bool:
    """Return whether a text says nothing but an amount: no word and no other number."""
    return not re.search(r"[A-Za-zÄÖÜäöü]{2,}|[0-9]", _AMOUNT.sub("", text))


def _amounts(text: str) -> list[str]:
    """Return the amounts that a text names; a range is two."""
    found: list[str] = []
    end = 0
    for match in _AMOUNT.finditer(text):
        begins = _RANGE_BEGINS.search(text, max(end, match.start() - _LONGEST_RANGE), match.start())
        first = begins and (begins[1] or begins[2])
        if first and _is_amount(first, match[0]):
            found.append(first)
        found.append(match[0])
        end = match.end()
        ends = _RANGE_ENDS.match(text, end) if match[0].startswith("€") else None
        if ends and _is_amount(ends[1], match[0]):
            found.append(ends[1])
    return found


def _is_amount(number: str, other: str) -> bool:
    """Return whether a number before or behind an amount is the other end of a range, no year and no count.

    "Los 1 - 10.000 €" has a count; "5 - 10 Mio. €" is a range.
    """
    if _YEAR.fullmatch(number):
        return bool(_FOUR_DIGITS.match(other.lstrip("€ ")))
    has_groups = re.search(r"[0-9][.\s\u00a0'][0-9]{3}", other) is not None
    return not (has_groups and re.fullmatch(r"[0-9]{1,2}", number))


def _amount(text: str) -> str:
    if _UNCLEAR.search(text):
        return ""
    plain = re.sub(r"(?<=[0-9])\s?T\s?(?=€|EUR)", " Tsd. ", text.replace(",-", "").replace("\u00a0", " "))
    found = read_amount(plain, ",")
    value = found.value if found.value is not None else found.otherwise
    return f"{value.normalize():f}" if value is not None else ""
