"""Regular expressions that somebody else has written: judged by RE2, in time linear in the text.

frictionless would give them to Python's ``re``, for which ``(a|a)*b`` takes hours. A plugin of frictionless
makes its fields of texts ask RE2, with the same words; DuckDB's expressions are RE2 as well, so that the
query and frictionless cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import attrs
import re2
from frictionless import Field, Plugin, system
from frictionless.fields import StringField

from ckanext.digitalms.messages import N_, Message

LONGEST = 200
# a pattern of so many instructions still reads a text in a moment; a letter of \p{L} takes 1,200 of them
_INSTRUCTIONS = 20_000


class PatternError(ValueError):
    """A pattern that is not taken; carries why, without naming where it stands."""

    def __init__(self, text: str, **values: object) -> None:
        self.message = Message(text, values)
        super().__init__(str(self.message))


def check(pattern: str) -> None:
    """Refuse a pattern that RE2 cannot read or that is too large.

    Raises:
        PatternError: with the reason.
    """
    if len(pattern) > LONGEST:
        raise PatternError(N_("it is longer than {limit} characters"), limit=LONGEST)
    if "{," in pattern:
        raise PatternError(N_("write {{0,3}} in place of {{,3}}"))
    try:
        # by itself first: "a)|(b" is one only between our own brackets
        re2.compile(pattern, _options())
        read = _compiled(pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        told = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise PatternError(N_("RE2 cannot read it ({reason})"), reason=told) from error
    if read.programsize > _INSTRUCTIONS:
        raise PatternError(N_("it repeats too much"))


def as_frictionless_reads(pattern: str) -> str:
    """Return a pattern as frictionless puts it: from the first sign, and between ``^`` and ``$`` as it is."""
    return rf"\A(?:^{pattern}$)"


def matcher(pattern: str) -> Callable[[str], bool]:
    """Return what says whether a text has a pattern's form; none has that of one RE2 cannot read."""
    # a set of one pattern says only whether it fits, in a third of the time
    only = re2.Set.SearchSet(_options())
    try:
        only.Add(as_frictionless_reads(pattern))
    except re2.error:
        return lambda _text: False
    only.Compile()
    return lambda text: bool(only.Match(text))


@cache
def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


def _compiled(pattern: str) -> Any:
    return re2.compile(as_frictionless_reads(pattern), _options())


@attrs.define(kw_only=True, repr=False)
class LinearStringField(StringField):
    """A text whose pattern RE2 judges."""

    type = "string"

    def create_cell_reader(self) -> Callable[[Any], tuple[Any, dict[str, str] | None]]:
        """Read as frictionless does, but for the pattern."""
        pattern = self.constraints.get("pattern")
        if pattern is None:
            return super().create_cell_reader()
        fits, read = matcher(str(pattern)), self._without_pattern()
        told = f'constraint "pattern" is "{pattern}"'

        def cell_reader(cell: Any) -> tuple[Any, dict[str, str] | None]:
            value, notes = read(cell)
            if not isinstance(value, str) or fits(value):
                return value, notes
            notes = {**(notes or {}), "pattern": told}
            # in the order in which frictionless tells them
            return value, {name: notes[name] for name in self.supported_constraints if name in notes}

        return cell_reader

    def _without_pattern(self) -> Callable[[Any], tuple[Any, dict[str, str] | None]]:
        given = self.constraints
        self.constraints = {name: value for name, value in given.items() if name != "pattern"}
        try:
            return super().create_cell_reader()
        finally:
            self.constraints = given


class LinearPatterns(Plugin):
    """Gives frictionless the field of texts."""

    def select_field_class(self, type: str | None = None) -> type[Field] | None:  # noqa: A002 - frictionless's name
        """Return the class of a field."""
        return LinearStringField if type == "string" else None


system.register("digitalms_patterns", LinearPatterns())
