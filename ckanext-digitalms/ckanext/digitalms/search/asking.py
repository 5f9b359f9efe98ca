"""What somebody typed into the search of the catalogue, as groups of which each must be met.

A word is a group of what may stand for it: itself, its parts (``Glasfaserausbau``: Glasfaser and Ausbau),
what it is written like (``Open Data``, ``OpenData``), what the table of synonyms says. Nothing that was typed
is syntax: what goes to Solr are words, and signs that were put there here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ckanext.digitalms.wordings.reading import find_days
from ckanext.digitalms.wordings.units import MONTH, month_number

from . import query
from .compounds import SHORTEST_INNER, splits
from .spelling import key_of, mark
from .states import STATES

__all__ = [
    "Group",
    "Question",
    "alternatives",
    "corrected",
    "known_part",
    "looked_up",
    "loosened",
    "parts",
    "read",
]

LONGEST_PHRASE = 5  # words of a synonym or a state
MOST_ALTERNATIVES = 12  # that stand for one word

_SHORT_DAY = re.compile(r"(?<![0-9./])([0-3]?[0-9])\.\s?([01]?[0-9])\.\s?([0-9]{2})(?![0-9])")
_ISO_DAY = re.compile(r"(?<![0-9])([12][0-9]{3})-([01]?[0-9])-([0-3]?[0-9])(?![0-9])")
_MONTH = re.compile(rf"(?<![\w.])({MONTH})\s+((?:19|20)[0-9]{{2}})(?![0-9])", re.IGNORECASE)
_OPERAND = re.compile(r'([+-]?)(?:"([^"]*)"|(\S+))')
_PIECE = re.compile(r"\w+")
_TYPOGRAPHIC = str.maketrans(
    {
        "„": '"',
        "“": '"',
        "”": '"',
        "»": '"',
        "«": '"',
        "‐": "-",
        "‑": "-",
        "–": "-",
        "\u00ad": None,
        "\u200b": None,
    }
)
_STOP = frozenset(
    re.findall(
        r"\w+",
        "der die das den dem des ein eine einer eines einem einen und oder in im am an auf zu zum zur "
        "von vom bei mit für fuer aus über ueber nach ist sind war waren wird werden wurde wurden wie "
        "was wo wer wann warum weshalb welche welcher welches gibt es ich wir man kann können sich alle "
        "hat haben soll sollen kommt kommen steht stehen geht gehen bekommt bekomme bekommen finde "
        "finden macht tut als auch noch nur bis dass mein meine meiner unser unsere ihr ihre mir uns "
        "bitte the of and for to",
    )
)


@dataclass(frozen=True)
class Group:
    """What one word, phrase, paper, day or state of a question may be met by.

    Args:
        typed: as it was typed.
        words: the words themselves.
        told: exact forms, best first: each a query of words.
        meanings: what the synonyms say.
        state: a state that it names.
        is_exact: it is a paper, day or phrase that nothing else stands for.
        is_unwanted: nothing that has it is found.
    """

    typed: str
    words: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    meanings: tuple[str, ...] = ()
    state: str = ""
    is_exact: bool = False
    is_unwanted: bool = False


@dataclass(frozen=True)
class Question:
    """What was asked for.

    Args:
        typed: all of it.
        groups: that must be met.
        is_cut: it was longer than what is read.
    """

    typed: str
    groups: tuple[Group, ...]
    is_cut: bool = False

    @property
    def wanted(self) -> tuple[Group, ...]:
        """Return what is looked for."""
        return tuple(one for one in self.groups if not one.is_unwanted)


Meanings = Callable[[str], Sequence[str]]


def read(typed: str, meanings: Meanings) -> Question:
    """Read a question.

    Args:
        typed: whatever somebody typed.
        meanings: what the synonyms say of a word or some, by its key (:func:`key_of`).
    """
    text = unicodedata.normalize("NFC", typed[: query.MAX_CHARACTERS]).translate(_TYPOGRAPHIC)
    text, days = _days(text)
    asked = query.read(text)
    papers = [_exact(token, mark("paper", token)) for token in asked.references]
    operands = _OPERAND.findall(asked.words)[: query.MAX_WORDS]
    groups = [*_together(papers), *days, *_groups(operands, meanings)]
    return Question(
        typed.strip(), tuple(groups), len(typed) > query.MAX_CHARACTERS or len(operands) >= query.MAX_WORDS
    )


def _exact(typed: str, token: str) -> Group:
    return Group(typed, told=(token,), is_exact=True)


def _together(papers: Sequence[Group]) -> Iterator[Group]:
    """Of several papers each is found."""
    if papers:
        told = tuple(token for one in papers for token in one.told)
        yield Group(" ".join(one.typed for one in papers), told=told, is_exact=True)


def _days(text: str) -> tuple[str, list[Group]]:
    """Take days and months out of a text, however they are written."""
    found = [(start, end, mark("day", day.isoformat())) for day, start, end in find_days(text)]
    for match in _ISO_DAY.finditer(text):
        found += _found(match, *map(int, match.groups()))
    for match in _SHORT_DAY.finditer(text):
        day, month, year = map(int, match.groups())
        found += _found(match, year + (2000 if year < 70 else 1900), month, day)
    for match in _MONTH.finditer(text):
        told = f"{int(match[2]):04d}-{month_number(match[1]):02d}"
        found.append((match.start(), match.end(), mark("month", told)))
    groups, last = [], len(text) + 1
    for start, end, token in sorted(found, reverse=True):
        if end <= last:
            groups.append(_exact(text[start:end], token))
            text, last = f"{text[:start]} {text[end:]}", start
    return text, groups[::-1]


def _found(match: re.Match[str], year: int, month: int, day: int) -> list[tuple[int, int, str]]:
    try:
        return [(match.start(), match.end(), mark("day", date(year, month, day).isoformat()))]
    except ValueError:
        return []


def _groups(operands: Iterable[tuple[str, str, str]], meanings: Meanings) -> list[Group]:
    groups: list[Group] = []
    plain: list[str] = []
    for sign, phrase, word in operands:
        if phrase or sign == "-":
            pieces = _PIECE.findall(phrase or word)
            if pieces:
                told = (f'"{" ".join(pieces)}"',)
                groups.append(
                    Group(phrase or word, tuple(pieces), told, is_exact=True, is_unwanted=sign == "-")
                )
        elif _PIECE.search(word):
            plain.append(word)
    return [*_of_words(plain, meanings), *groups]


def _of_words(typed: Sequence[str], meanings: Meanings) -> Iterator[Group]:
    """Read words from the left; the longest run that is a state or has synonyms counts as one."""
    told = list(_longest_runs(typed, meanings))
    content = [one for one in told if one.typed.lower() not in _STOP]
    yield from content or told


def _longest_runs(typed: Sequence[str], meanings: Meanings) -> Iterator[Group]:
    place = 0
    while place < len(typed):
        for length in range(min(LONGEST_PHRASE, len(typed) - place), 0, -1):
            run = " ".join(typed[place : place + length])
            state = STATES.get(" ".join(_PIECE.findall(run.lower())), "")
            said = tuple(meanings(key_of(run)))[:MOST_ALTERNATIVES]
            if state or said or length == 1:
                yield Group(run, tuple(_PIECE.findall(run)), _written(run), said, state)
                place += length
                break


def _written(run: str) -> tuple[str, ...]:
    """Return how some words may be written: as they are, and together (``E-Akte``, ``Open Data``)."""
    words = run.split()
    pieces = [_PIECE.findall(word) for word in words]
    flat = [piece for some in pieces for piece in some]
    if len(flat) == 1:
        return (flat[0],)
    joined = "".join(flat)
    spaced = " AND ".join(_word(some) for some in pieces)
    return (joined, f"({spaced})") if len(joined) <= 40 else (f"({spaced})",)


def _word(pieces: Sequence[str]) -> str:
    return pieces[0] if len(pieces) == 1 else f'("{" ".join(pieces)}" OR {"".join(pieces)})'


def alternatives(group: Group, known: Mapping[str, int]) -> str:
    """Return the query of a group: what it is, then its parts, then what the synonyms say.

    Args:
        group: of a question.
        known: how many entries have each word that was looked up.
    """
    told = [f"{one}^{_OF_MEANING if place else _AS_TYPED}" for place, one in enumerate(group.told)]
    if not group.is_exact:
        told += [f"({left} AND {right})^1" for word in group.words for left, right in parts(word, known)][:2]
        told += [f"{_phrase(one)}^{_OF_MEANING}" for one in group.meanings]
    return " OR ".join(told)


_AS_TYPED, _OF_MEANING = 4, 3


def _phrase(words: str) -> str:
    pieces = _PIECE.findall(words)
    return pieces[0] if len(pieces) == 1 else f'"{" ".join(pieces)}"'


def parts(word: str, known: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return the ways in which a compound falls into words that the catalogue knows, the most even first."""
    possible = [cut for cut in splits(word) if all(known.get(part) for part in cut)]
    return sorted(possible, key=lambda cut: -min(map(len, cut)))[:1]


def known_part(word: str, known: Mapping[str, int]) -> str:
    """Return the longest part of a compound that the catalogue knows, e.g. of ``Mobilfunkmasten``."""
    told = [part for cut in splits(word) for part in cut if len(part) >= SHORTEST_INNER and known.get(part)]
    return max(told, key=len, default="")


def looked_up(question: Question) -> list[str]:
    """Return the words of a question and their possible parts: how many have each has to be known."""
    words = [word for one in question.wanted if not one.is_exact for word in one.words]
    every = [*words, *(part for word in words for cut in splits(word) for part in cut)]
    return list(dict.fromkeys(every))


def corrected(question: Question, words: Mapping[str, str]) -> Question:
    """Return a question with other words in the place of some."""
    groups = tuple(_corrected(one, words) for one in question.groups)
    typed = re.sub(r"\w+", lambda match: words.get(match[0], match[0]), question.typed)
    return replace(question, groups=groups, typed=typed)


def loosened(question: Question, known: Mapping[str, int], meanings: Meanings) -> Question:
    """Return a question of which one word is enough, compounds and what has hyphens taken apart."""
    groups: list[Group] = []
    for one in question.groups:
        cuts = [part for word in one.words for cut in parts(word, known) for part in cut]
        pieces = cuts if len(one.words) == 1 and cuts else list(one.words)
        if one.is_exact or one.state or len(pieces) < 2:
            groups.append(one)
        else:
            groups += _of_words(pieces, meanings)
    return replace(question, groups=tuple(groups))


def _corrected(group: Group, words: Mapping[str, str]) -> Group:
    if group.is_exact or not set(group.words) & words.keys():
        return group
    told = tuple(words.get(word, word) for word in group.words)
    typed = " ".join(told)
    return Group(typed, told, _written(typed))
