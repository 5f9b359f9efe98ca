"""How councils number their papers: schemes of the configuration, presets, and what is wrong with one.

A scheme says how a number is written (``BV-{number}/{year2}``), which letters it may begin with, and whose
it is. Where its form is not enough, a pattern for RE2 (linear in the text, whatever is written into it) says
what is found in running text.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import re2

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.validation import patterns

from .spelling import full_year, is_span_of_years
from .value import SUPPLEMENTED, CouncilReference, FoundReference

_FIELDS = frozenset({"kind", "number", "year", "year2", "term", "supplement", "paper"})
_FORM = re.compile(r"0?[1-9]?")
_SLASH, _HYPHEN = r"[/\x{2044}\x{2215}\x{ff0f}]", r"[-\x{00ad}\x{2010}-\x{2015}\x{2212}]"
_SPACE = r"[\s\x{00a0}\x{202f}]"
_ADDENDUM = rf"(?:\.?{_SPACE}{{0,2}}Erg(?:änzung(?:svorlage)?|\.)?)?"
_ANY = rf"{_SPACE}{{0,2}}(?:{_SLASH}|{_HYPHEN}|\.)?{_SPACE}{{0,2}}"
_SOME = rf"{_SPACE}{{0,2}}(?:{_SLASH}|{_HYPHEN}|\.){_SPACE}{{0,2}}"
# what no pattern may find anything in, and what one may that needs a cue
_ORDINARY = ("Die Verwaltung berichtet dem Rat jährlich.", "a", "1", "12", "2019", "14.03.2019", "3.000 €")
_WITH_SLASHES = ("2019/2020", "Telefon: 0251/4921", "IV/2022", "Az. 4 K 1234/19")


class SchemeError(ValueError):
    """A scheme that is not taken; :attr:`message` says which one and why."""

    def __init__(self, sentence: str, /, **values: object) -> None:
        self.message = Message(sentence, values)
        super().__init__(str(self.message))


@dataclass(frozen=True)
class Scheme:
    """One way in which a council numbers its papers.

    Args:
        name: tells it from others in messages.
        written: a number's form, of ``{kind}``, ``{number}``, ``{year}``, ``{year2}``, ``{term}``; no space.
        kinds: the letters that ``{kind}`` stands for.
        motions: those of them that are motions, not papers of the administration.
        supplemented: a number with ``{supplement}``; empty: the council has none.
        body: the council; empty: the one of the configuration.
        pattern: what is found in running text, in place of what ``written`` gives.
        example: of such a number.
        needs_cue: whether it is a number only behind a word such as “Vorlage”; digits alone always do.
    """

    name: str
    written: str
    kinds: tuple[str, ...] = ()
    motions: frozenset[str] = frozenset()
    supplemented: str = SUPPLEMENTED
    body: str = ""
    pattern: str = ""
    example: str = ""
    needs_cue: bool = False

    @cached_property
    def strict(self) -> Any:
        """Return the pattern for running text."""
        return _compiled(self.pattern or _pattern(self, loose=False))

    @cached_property
    def loose(self) -> Any:
        """Return the pattern for what somebody typed: other separators, years of two digits."""
        return _compiled(f"(?i){_pattern(self, loose=True)}")

    @property
    def has_letters(self) -> bool:
        """Return whether a number begins with letters."""
        return bool(self.kinds) or self.written[:1].isalpha() or not self.needs_cue

    def find(self, text: str, body: str, *, typed: bool = False) -> Iterator[FoundReference]:
        """Find what has the form of a number, in order; whether it is one, say what stands beside it."""
        groups = (self.loose if typed else self.strict).groupindex
        for match in (self.loose if typed else self.strict).finditer(text):
            told = {name: match.group(place) for name, place in groups.items()}
            if reference := self._reference(told, body):
                yield FoundReference(reference, match.group(), match.start(), match.end())

    def _reference(self, told: Mapping[str, str | None], body: str) -> CouncilReference | None:
        number, year, term = (told.get(name) for name in ("number", "year", "term"))
        if not number or not int(number):
            return None
        if year and is_span_of_years(int(number), full_year(year)):
            return None
        kind = (told.get("kind") or "").upper()
        supplement = told.get("supplement")
        return CouncilReference(
            year=full_year(year) if year else None,
            number=int(number),
            kind=next((one for one in self.kinds if one.upper() == kind), kind),
            supplement=int(supplement) if supplement else None,
            body=self.body or body,
            term=int(term) if term else None,
            written=self.written,
            supplemented=self.supplemented,
        )


MUENSTER = Scheme(
    "V/0989/2017", "{kind}/{number:04}/{year}", ("V", "R"), frozenset({"R"}), example="V/0989/2017"
)
_DRS = (
    r"(?:Drs\.?|Drucks\.|Drucksachen?)[\s\x{00a0}]{0,2}(?:Nr\.[\s\x{00a0}]?)?"
    r"(?P<term>[0-9]{1,2})/(?P<number>[0-9]{1,5})"
)
_PRESETS = (
    MUENSTER,
    Scheme("0123/20", "{number:04}/{year2}", supplemented="", needs_cue=True),
    Scheme("0988/19/1", "{number:04}/{year2}", needs_cue=True),
    Scheme("17/2020", "{number}/{year}", supplemented="", needs_cue=True),
    Scheme("1234-5/2020", "{number:04}/{year}", supplemented="{number:04}-{supplement}/{year}",
           needs_cue=True),
    Scheme("BV/0456/2021", "{kind}/{number:04}/{year}", ("BV", "IV", "MV", "AN", "AF"),
           frozenset({"AN", "AF"})),
    Scheme("BV-335/25", "{kind}-{number}/{year2}", ("BV", "MV", "AN"), frozenset({"AN"})),
    Scheme("SV-10-0729", "{kind}-{term}-{number:04}", ("SV", "MV", "AN"), frozenset({"AN"})),
    Scheme("A 0012/20", "{kind}-{number:04}/{year2}", ("A", "AF"), frozenset({"A", "AF"}),
           pattern=r"(?P<kind>AF|A)[\s\x{00a0}-](?P<number>[0-9]{4})/(?P<year>[0-9]{2})(?:/(?P<supplement>[1-9]))?"),
    Scheme("Drs. 21/1234", "Drs.{term}/{number}", supplemented="", pattern=_DRS),
)  # fmt: skip
PRESETS = {scheme.name: replace(scheme, example=scheme.name) for scheme in _PRESETS}


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _pattern(scheme: Scheme, *, loose: bool) -> str:
    """Make the pattern of what a scheme writes, the supplement behind or between."""
    paper = "".join(_pieces(scheme, scheme.written, loose))
    if "{supplement}" not in scheme.supplemented:
        return paper
    if scheme.supplemented.startswith("{paper}"):
        rest = scheme.supplemented.removeprefix("{paper}")
        told = "".join(_pieces(scheme, rest, loose))
        return f"{paper}(?:{told}{_ADDENDUM})?"
    # the supplement stands within: the sign before it is there only with it
    before, _, after = scheme.supplemented.partition("{supplement}")
    sign = before[len(before.rstrip("/-. ")) :]
    told = "".join(_pieces(scheme, f"{sign}{{supplement}}", loose))
    head = "".join(_pieces(scheme, before[: len(before) - len(sign)], loose))
    return f"{head}(?:{told})?{''.join(_pieces(scheme, after, loose))}"


def _pieces(scheme: Scheme, form: str, loose: bool) -> Iterator[str]:
    follows_digits = False
    for literal, name, padding, _ in string.Formatter().parse(form):
        if literal:
            yield _literal(literal, loose, follows_digits and name != "kind")
        if name == "kind":
            letters = sorted(scheme.kinds, key=len, reverse=True)
            yield f"(?P<kind>{'|'.join(map(re.escape, letters))})"
        elif name == "number":
            width = int(padding or "1")
            yield r"(?P<number>[0-9]{1,5})" if loose else f"(?P<number>{_digits(width)})"
        elif name in {"year", "year2"}:
            four, two = "(?:19|20)[0-9]{2}", "[0-9]{2}"
            yield f"(?P<year>{f'{four}|{two}' if loose else (four if name == 'year' else two)})"
        elif name == "term":
            yield "(?P<term>[0-9]{1,2})"
        elif name == "supplement":
            yield "(?P<supplement>[1-9][0-9]?)"
        follows_digits = name not in {None, "kind"}


def _digits(width: int) -> str:
    return rf"[0-9]{{{width},{max(width, 5)}}}" if width > 1 else "[1-9][0-9]{0,4}"


def _literal(text: str, loose: bool, between_digits: bool) -> str:
    if loose and not any(one.isalnum() for one in text):
        return _SOME if between_digits else _ANY
    signs = {"/": f"{_SPACE}?{_SLASH}{_SPACE}?", "-": f"{_SPACE}?{_HYPHEN}{_SPACE}?", " ": f"{_SPACE}{{1,2}}"}
    return "".join(signs.get(one, re.escape(one)) for one in text)


# -- declared schemes -----------------------------------------------------------------------------


def schemes_of(declared: Any, body: str = "") -> tuple[Scheme, ...]:
    """Read the schemes of a configuration.

    Args:
        declared: a list of objects, each with ``preset`` or ``written``, and what :class:`Scheme` has besides
            (kinds and motions as lists); nothing: Münster's scheme.
        body: the council of schemes that name none.

    Raises:
        SchemeError: with the number of the scheme and what is wrong with it.
    """
    if not declared:
        return (MUENSTER,)
    if not isinstance(declared, list) or not all(isinstance(one, dict) for one in declared):
        raise SchemeError(N_("Number schemes must be a list of objects, each with “preset” or “written”."))
    made = tuple(_scheme(number, one) for number, one in enumerate(declared, start=1))
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    for number, one in enumerate(made, start=1):
        key = (one.body or body, one.written, one.kinds)
        if key in seen:
            raise SchemeError(N_("Scheme {number} is the same as one before: leave it out."), number=number)
        seen.add(key)
    return made


_TEXTS = frozenset({"preset", "name", "written", "supplemented", "body", "pattern", "example"})
_LISTS = frozenset({"kinds", "motions"})


def _scheme(number: int, told: Mapping[str, Any]) -> Scheme:
    _check_names(number, told)
    preset = told.get("preset")
    if preset is not None and preset not in PRESETS:
        known = ", ".join(PRESETS)
        raise SchemeError(
            N_("Scheme {number}: there is no preset “{found}”. Use one of: {known}."),
            number=number, found=str(preset)[:40], known=known,
        )  # fmt: skip
    base = PRESETS[str(preset)] if preset else Scheme("", "", example="")
    changed: dict[str, Any] = {key: value for key, value in told.items() if key in _TEXTS - {"preset"}}
    if "kinds" in told:
        changed["kinds"] = tuple(told["kinds"])
    changed["motions"] = frozenset(told.get("motions", base.motions))
    made = replace(base, **changed)
    made = replace(made, name=made.name or made.example or made.written)
    made = replace(
        made, needs_cue=bool(told.get("needs_cue", made.needs_cue)) or not _begins_with_letters(made)
    )
    _check(number, made)
    return made


def _begins_with_letters(scheme: Scheme) -> bool:
    return bool(scheme.kinds) or scheme.written[:1].isalpha()


def _check_names(number: int, told: Mapping[str, Any]) -> None:
    for key, value in told.items():
        is_right = (
            (key in _TEXTS and isinstance(value, str) and len(value) <= 200)
            or (key in _LISTS and isinstance(value, list) and all(_is_letters(one) for one in value))
            or (key == "needs_cue" and isinstance(value, bool))
        )
        if not is_right:
            sentence = N_(
                "Scheme {number}: “{key}” is unknown or has no such value. Known are preset, name, written, "
                "supplemented, body, pattern, example (texts), kinds, motions (lists) and needs_cue (true)."
            )
            raise SchemeError(sentence, number=number, key=str(key)[:40])
    if not told.get("preset") and not told.get("written"):
        raise SchemeError(N_("Scheme {number} has neither “preset” nor “written”."), number=number)


def _is_letters(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[A-Za-zÄÖÜäöü-]{1,10}", value))


def _check(number: int, scheme: Scheme) -> None:
    """Refuse a scheme that does not find its own numbers, or finds them everywhere."""
    _check_form(number, scheme.written, {"number"})
    if scheme.supplemented:
        _check_form(number, scheme.supplemented, {"supplement"})
    if "{kind}" in scheme.written and not scheme.kinds:
        raise SchemeError(N_("Scheme {number}: list the letters of “kinds”."), number=number)
    if scheme.pattern:
        try:
            patterns.check(scheme.pattern)
        except patterns.PatternError as err:
            sentence = N_("Scheme {number}: its pattern is not taken: {reason}.")
            raise SchemeError(sentence, number=number, reason=str(err)) from err
        if "number" not in scheme.strict.groupindex:
            sentence = N_("Scheme {number}: its pattern has no group (?P<number>…).")
            raise SchemeError(sentence, number=number)
    for example in _examples(scheme):
        found = [one for one in scheme.find(example, "") if one.original == example]
        if not found:
            sentence = N_("Scheme {number} does not find the number {example}, which is one of its own.")
            raise SchemeError(sentence, number=number, example=example)
    for text in _ORDINARY if scheme.needs_cue else (*_ORDINARY, *_WITH_SLASHES):
        for match in scheme.strict.finditer(text):
            sentence = N_("Scheme {number} is too wide: in “{text}” it finds “{found}”, which is no number.")
            raise SchemeError(sentence, number=number, text=text, found=match.group())


def _check_form(number: int, form: str, needed: Iterable[str]) -> None:
    try:
        parts = list(string.Formatter().parse(form))
    except ValueError as err:
        sentence = N_("Scheme {number}: “{form}” has a brace that does not close.")
        raise SchemeError(sentence, number=number, form=form[:60]) from err
    names = {name for _, name, _, _ in parts if name is not None}
    right = all(
        name is None or (name in _FIELDS and not turned and _FORM.fullmatch(padding or ""))
        for _, name, padding, turned in parts
    )
    if not right or " " in form or not set(needed) <= names:
        sentence = N_(
            "Scheme {number}: “{form}” must be written with {{number}} (or {{number:04}}), and may have "
            "{{kind}}, {{year}}, {{year2}}, {{term}}, {{paper}} and {{supplement}}, without spaces."
        )
        raise SchemeError(sentence, number=number, form=form[:60])


def _examples(scheme: Scheme) -> Iterator[str]:
    kind = scheme.kinds[0] if scheme.kinds else ""
    numbers = (1234, 7) if "{number}" in scheme.written else (1234,)
    for value in numbers:
        made = CouncilReference(2021, value, kind, None, "", 10, scheme.written, scheme.supplemented)
        yield str(made)
    if scheme.example:
        yield scheme.example


# -- the schemes that are in use ------------------------------------------------------------------


@dataclass
class _InUse:
    schemes: tuple[Scheme, ...] = (MUENSTER,)


_IN_USE = _InUse()


def use(schemes: Sequence[Scheme]) -> None:
    """Take these schemes from now on; the configuration says which, once at the start."""
    _IN_USE.schemes = tuple(schemes) or (MUENSTER,)


def in_use() -> tuple[Scheme, ...]:
    """Return the schemes of this catalogue."""
    return _IN_USE.schemes


def is_motion(reference: CouncilReference) -> bool:
    """Return whether a paper is a motion, by its letters."""
    mine = [one for one in in_use() if one.written == reference.written] or [MUENSTER]
    return any(reference.kind in one.motions for one in mine)
