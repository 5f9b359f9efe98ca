"""Reads the cells that say who is responsible and whom to ask: offices, functions, and no persons."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ckanext.digitalms.messages import N_, Message

from .document import Cell
from .draft import Draft
from .proposal import Reason

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_ADDRESSED = re.compile(
    r"\b(?:(?:(?:Herrn?|HERRN?|Frau|FRAU)\s+|(?:Hr|Fr)\.\s*)"
    rf"(?:(?:v\.|von|vom|van|de|del|di|der|den|zu|zur|zum|ten|al|el)\s+){{0,3}}(?={_CAPITAL})"
    r"|(?:Dr|Prof|Dipl)\.(?!-\w+-))"
)
# an organisation that is called after a person: "Dr. Muster GmbH"; "Dr. Schuler" is none
_NAMED_AFTER = re.compile(
    r"(?:(?:Dr|Prof)\. ?){1,2}(?:[^\W\d_]+[ -]){1,4}"
    r"(?:\w*GmbH|AG|KG|e\. ?V\.?|\w*(?:stiftung|schule|verein|gesellschaft|institut))",
    re.IGNORECASE,
)
# a person behind a function: "Amtsleiterin Erika Muster"
_IN_FUNCTION = re.compile(
    r"(?i:leiter(?:in)?|leitung|koordinator(?:in)?)"
    rf"((?: {_CAPITAL}[^\W\d_]*\.?(?:['’-][^\W\d_]+)*){{1,3}})$"
)
# what stands beside an office and is no person: its subjects, a room, its hours
_SUBJECTS = (
    "und", "u.", "&", "für", "der", "des", "zentrale[rs]?", "Bauen", "Bildung",
    "Bürger(?:dienste|beteiligung|service)", "Dienste", r"Digital\w*", "Familien?", "Finanzen", "Freizeit",
    "Gesundheit", "Inneres", "Integration", "Jugend", r"Klima\w*", "Kultur", "Mobilität", "Ordnung",
    "Organisation", "Personal", "Planung", "Rathaus", "Schulen?", "Senioren", "Sicherheit", "Smart City",
    "Soziales", "Sport", "Stadt(?:entwicklung|haus|planung|verwaltung)", "Umwelt", "Verkehr", "Verwaltung",
    "Weiterbildung", r"Wirtschaft\w*", "Wohnen",
)  # fmt: skip
_SUBJECT = re.compile(
    rf"(?:(?:{'|'.join(_SUBJECTS)})(?: |$))+"
    r"|(?:Raum|Zimmer|Zi\.|(?:Mo|Di|Mi|Do|Fr)\.?) [0-9][0-9.:–-]*(?: Uhr)?",
    re.IGNORECASE,
)
# vorname.nachname@, v.nachname@
_PERSONAL_MAILBOX = re.compile(r"[a-z]{1,20}[._-][a-z-]{2,30}@", re.IGNORECASE)
# whole words, or their ends: a surname may begin with such a word (Amtmann)
_FUNCTION = re.compile(
    r"\b(?:team|service|info|digital|open|(?<!\.)it\b|stab\b|stabs|koordinat|koordinierung|fachbereich|abteilung"
    r"|abt\b|dezernat|referat)"
    r"|(?:amt(?:e?s)?|ämtern?|amts?leit(?:ung|er|erin)|stellen?|büros?|leitung|(?<=\w)leiter(?:in)?|info|service"
    r"|teams?|koordination|koordinator(?:in)?|bereichs?|abteilung(?:en)?|dezernate?s?|referate?s?|stab"
    r"|information)\b",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:\w*GmbH|AG|KG|e\. ?V|Stadt|Kreis|Gemeinde|Land)\b|stiftung|schule|verein|universität|ministerium"
    r"|kammer|werke?\b|verband|gesellschaft",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\b(?:Tel\.?|Telefon|Fax|Durchwahl)[\s.:]*[0-9+()/ -]{3,25}", re.IGNORECASE)
_PARTS = re.compile(r"(\s*;\s*)")
_PARTS_WITH_PERSONS = re.compile(r"(\s*[();,:/]\s*|\s+[–—-]\s+)")
_ROLE = re.compile(
    r"^(?:federführung|federführend|zuständig|verantwortlich|beteiligt\w*|mitwirkend\w*)\s*:\s*",
    re.IGNORECASE,
)


def read_responsible(draft: Draft, cell: Cell) -> None:
    """Read a cell of offices: each is a partner, unless the catalogue has an organisation of its name.

    A person who is addressed as one ("Frau …") is left, and said.
    """
    is_person = False
    for block in cell.blocks:
        draft.provenance.leave(block.mark, Reason.MARK)
        text = block.text
        if role := _ROLE.match(text):
            draft.provenance.leave(role[0], Reason.GLUE)
            text = text[role.end() :]
        for part in _PARTS.split(text):
            if not part.strip(" ;"):
                draft.provenance.leave(part, Reason.GLUE)
            elif _is_addressed(part):
                _office_of_a_person(draft, part)
                is_person = True
            else:
                draft.partners.append(draft.provenance.take(part, "partners"))
    if is_person:
        sentence = N_("The report names a person as responsible, who was left out: check the partners.")
        draft.warnings.append(Message(sentence))


def _office_of_a_person(draft: Draft, text: str) -> None:
    """Enter what stands beside a person, where it is an office or an organisation."""
    parts = _PARTS_WITH_PERSONS.split(text)
    kept = [
        not _is_addressed(part)
        and bool(_is_function(part) or _ORGANISATION.search(part) or _SUBJECT.fullmatch(part.strip()))
        for part in parts[::2]
    ]
    _offices(draft, parts, kept, "partners", draft.partners)


def read_contact(draft: Draft, cell: Cell) -> None:
    """Read a cell of contacts: a function and its mailbox; names of persons are left, and said."""
    is_person = False
    for block in cell.blocks:
        draft.provenance.leave(block.mark, Reason.MARK)
        place = 0
        for match in _EMAIL.finditer(block.text):
            is_person |= _contact_words(draft, block.text[place : match.start()])
            if _PERSONAL_MAILBOX.match(match[0]) and not _is_function(match[0].partition("@")[0]):
                is_person = True
                draft.provenance.leave(match[0], Reason.PERSON)
            elif draft.contact_email:
                draft.provenance.leave(match[0], Reason.COLUMN)
            else:
                draft.contact_email = draft.provenance.take(match[0], "contact_email")
            place = match.end()
        is_person |= _contact_words(draft, block.text[place:])
    if is_person:
        sentence = N_(
            "The contact seems to name a person, who was left out. A contact is a function and its mailbox: "
            "check both."
        )
        draft.warnings.append(Message(sentence))


def _contact_words(draft: Draft, text: str) -> bool:
    """Enter the words of a contact; return whether they name a person."""
    is_person, place = False, 0
    for phone in _PHONE.finditer(text):
        is_person |= _function_words(draft, text[place : phone.start()])
        draft.provenance.leave(phone[0], Reason.COLUMN)
        place = phone.end()
    return _function_words(draft, text[place:]) or is_person


def _function_words(draft: Draft, text: str) -> bool:
    words = text.strip(" ,;:()–-")
    if not words:
        draft.provenance.leave(text, Reason.GLUE)
        return False
    parts = _PARTS_WITH_PERSONS.split(words)
    offices = [_is_office(part) for part in parts[::2]]
    kept = [
        is_office or bool(_SUBJECT.fullmatch(part))
        for is_office, part in zip(offices, parts[::2], strict=True)
    ]
    left = [part for keeps, part in zip(kept, parts[::2], strict=True) if part and not keeps]
    if not any(offices) or any(" " not in part for part in left):
        # of one word it cannot be told to which of its neighbours it belongs: "Bürgeramt Muster, Erika"
        draft.provenance.leave(text, Reason.PERSON)
        return True
    before, _, after = text.partition(words)
    draft.provenance.leave(before, Reason.GLUE)
    _offices(draft, parts, kept, "contact_function", draft.contact)
    draft.provenance.leave(after, Reason.GLUE)
    return bool(left)


def _offices(draft: Draft, parts: Sequence[str], kept: Sequence[bool], name: str, into: list[str]) -> None:
    """Enter the parts that are kept, neighbours with the sign between them, and leave the persons."""
    run = ""
    for place, part in enumerate(parts):
        is_kept = kept[place // 2] and (place % 2 == 0 or kept[place // 2 + 1])
        if is_kept:
            run += part
            continue
        if run:
            into.append(draft.provenance.take(run, name))
            run = ""
        draft.provenance.leave(part, Reason.GLUE if place % 2 else Reason.PERSON)
    if run:
        into.append(draft.provenance.take(run, name))


def _is_office(words: str) -> bool:
    """Return whether words name a function, and no person in it."""
    person = _IN_FUNCTION.search(words)
    is_person = person is not None and not (_is_function(person[1]) or _SUBJECT.fullmatch(person[1].strip()))
    return _is_function(words) and not is_person and not _ADDRESSED.search(words)


def _is_addressed(words: str) -> bool:
    """Return whether words address a person; not so an organisation that is called after one."""
    return _ADDRESSED.search(words) is not None and not _NAMED_AFTER.fullmatch(words.strip())


def _is_function(words: str) -> bool:
    return bool(_FUNCTION.search(words.replace("_", " ")))
