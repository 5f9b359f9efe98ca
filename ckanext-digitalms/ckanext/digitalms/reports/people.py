"""Reads the cells that say who is responsible, whom to ask, and what a measure costs."""

from __future__ import annotations

import re

from ckanext.digitalms.figures import read_amount
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import FundingState

from .document import Cell
from .draft import Draft
from .proposal import Reason

_AMOUNT = re.compile(
    r"(?:€\s?)?[0-9][0-9.\s\u00a0']{0,18}(?:,[0-9]{1,2}|,-)?\s?(?:Tsd\.?|T|Mio\.?|Mrd\.?|Millionen|Tausend)?\s?(?:€|EUR|Euro)"
    r"|€\s?[0-9][0-9.\s']{0,18}(?:,[0-9]{1,2})?"
)
_STATES = (
    (FundingState.REJECTED, r"\babgelehnt|\bnicht bewilligt|\bablehnung"),
    (FundingState.GRANTED, r"\bbewilligt|zuwendungsbescheid|\bzugesagt|\bgefördert"),
    (FundingState.PLANNED, r"antrag\w* (?:ist )?(?:geplant|vorgesehen)|wird beantragt"),
    (FundingState.APPLIED, r"\bbeantragt|antrag (?:ist |wurde )?gestellt|\beingereicht"),
    (FundingState.NONE, r"^keine (?:förderung|fördermittel)|\bohne förderung"),
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_OF_A_PERSON = re.compile(r"\b(?:Herrn?|Frau|Dr\.|Prof\.|Dipl\.)|\b[A-Z][a-zäöüß]+, [A-Z][a-zäöüß]+\b")
# vorname.nachname@, v.nachname@
_PERSONAL_MAILBOX = re.compile(r"[a-z]{1,20}[._-][a-z-]{2,30}@", re.IGNORECASE)
_FUNCTION = re.compile(
    r"team|amt|stelle|service|büro|leitung|koordinat|fachbereich|abteilung|dezernat|referat|stab|info|digital|open|it-",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\b(?:Tel\.?|Telefon|Fax|Durchwahl)[\s.:]*[0-9+()/ -]{3,25}", re.IGNORECASE)
_PARTS = re.compile(r"(\s*;\s*)")
_ROLE = re.compile(
    r"^(?:federführung|federführend|zuständig|verantwortlich|beteiligt\w*|mitwirkend\w*)\s*:\s*",
    re.IGNORECASE,
)


def read_funding(draft: Draft, cell: Cell) -> None:
    """Read a cell of costs and funding: one amount, its state, and the words, which name the programme."""
    for block in cell.blocks:
        draft.provenance.leave(block.mark, Reason.MARK)
        if not block.text:
            continue
        amounts = [match[0] for match in _AMOUNT.finditer(block.text)]
        if _only_amounts(block.text) and len(amounts) == 1 and not draft.funding_amount:
            draft.provenance.take(block.text, "funding_amount")
        else:
            draft.funding.append(draft.provenance.take(block.text, "funding_programme"))
        draft.amounts += amounts
        state = next((state for state, words in _STATES if re.search(words, block.text, re.I)), None)
        draft.funding_state = draft.funding_state or (state.value if state else "")
        if len(draft.amounts) == 1:
            draft.funding_amount = _amount(draft.amounts[0])
    if len(draft.amounts) > 1:
        draft.funding_amount = ""
        sentence = N_("The report names several amounts ({amounts}): enter the one of the measure.")
        draft.warnings.append(Message(sentence, {"amounts": "; ".join(draft.amounts)[:200]}))
        draft.provenance.fragments[:] = [
            piece if piece.field != "funding_amount" else draft.as_programme(piece)
            for piece in draft.provenance.fragments
        ]


def _only_amounts(text: str) -> bool:
    return not re.search(r"[A-Za-zÄÖÜäöü]{2,}", _AMOUNT.sub("", text))


def _amount(text: str) -> str:
    plain = re.sub(r"(?<=[0-9])\s?T\s?(?=€|EUR)", " Tsd. ", text.replace(",-", "").replace("\u00a0", " "))
    found = read_amount(plain, ",")
    value = found.value if found.value is not None else found.otherwise
    return f"{value.normalize():f}" if value is not None else ""


def read_responsible(draft: Draft, cell: Cell) -> None:
    """Read a cell of offices: each is a partner, unless the catalogue has an organisation of its name."""
    for block in cell.blocks:
        draft.provenance.leave(block.mark, Reason.MARK)
        text = block.text
        if role := _ROLE.match(text):
            draft.provenance.leave(role[0], Reason.GLUE)
            text = text[role.end() :]
        for part in _PARTS.split(text):
            if part.strip(" ;"):
                draft.partners.append(draft.provenance.take(part, "partners"))
            else:
                draft.provenance.leave(part, Reason.GLUE)


def read_contact(draft: Draft, cell: Cell) -> None:
    """Read a cell of contacts: a function and its mailbox; names of persons are left, and said."""
    is_person = False
    for block in cell.blocks:
        draft.provenance.leave(block.mark, Reason.MARK)
        place = 0
        for match in _EMAIL.finditer(block.text):
            is_person |= _contact_words(draft, block.text[place : match.start()])
            if _PERSONAL_MAILBOX.match(match[0]) and not _FUNCTION.search(match[0].partition("@")[0]):
                is_person = True
                draft.provenance.leave(match[0], Reason.PERSON)
            elif draft.contact_email:
                draft.provenance.leave(match[0], Reason.COLUMN)
            else:
                draft.contact_email = draft.provenance.take(match[0], "contact_email")
            place = match.end()
        is_person |= _contact_words(draft, block.text[place:])
    if is_person:
        sentence = N_("The contact names a person. A contact is a function and its mailbox: enter both.")
        draft.warnings.append(Message(sentence))


def _contact_words(draft: Draft, text: str) -> bool:
    """Enter the words of a contact; return whether they name a person."""
    phone = _PHONE.search(text)
    if phone:
        first = _contact_words(draft, text[: phone.start()])
        draft.provenance.leave(phone[0], Reason.COLUMN)
        return _contact_words(draft, text[phone.end() :]) or first
    words = text.strip(" ,;:()–-")
    if not words:
        draft.provenance.leave(text, Reason.GLUE)
        return False
    if _OF_A_PERSON.search(words) or not _FUNCTION.search(words):
        draft.provenance.leave(text, Reason.PERSON)
        return True
    before, _, after = text.partition(words)
    draft.provenance.leave(before, Reason.GLUE)
    draft.contact.append(draft.provenance.take(words, "contact_function"))
    draft.provenance.leave(after, Reason.GLUE)
    return False
