"""How the cells of a single column are written, as somebody says it: one word for each form.

Numbers are told by an example (``1.250,5``, perhaps with a unit: ``1.250,5 €``), days and months by the signs
of strftime (``%d.%m.%Y``, ``%B %Y``), and ``text`` leaves every cell as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ckanext.digitalms.figures import NumberForm

from .units import MAX_UNIT

ISO, GERMAN, SHORT_DAY, NAMED_DAY = "%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d. %B %Y"
DAY_FORMS = (
    *(GERMAN, SHORT_DAY, NAMED_DAY, ISO, "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y"),
    *("%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d"),
)
NAMED_MONTH = "%B %Y"
MONTH_FORMS = (NAMED_MONTH, "%m/%Y", "%m.%Y", "%Y-%m")


def _in_letters(form: str) -> str:
    """Write a form of days as people do: ``dd.mm.yyyy``."""
    for code, written in {"%d": "dd", "%m": "mm", "%Y": "yyyy", "%y": "yy"}.items():
        form = form.replace(code, written)
    return form


# the same in letters, also those of German: tt.mm.jjjj
LETTERS = {_in_letters(form): form for form in (*DAY_FORMS, *MONTH_FORMS) if "B" not in form}
_GERMAN_LETTERS = str.maketrans("tj", "dy")
TEXT, NUMBER = "text", "number"
# how decimals are written is recognised, or it is said
NUMBERS: dict[str, NumberForm | None] = {
    NUMBER: None,
    "1.250,5": NumberForm(",", "."),
    "1250,5": NumberForm(","),
    "1 250,5": NumberForm(",", " "),
    "1'250,5": NumberForm(",", "'"),
    "1,250.5": NumberForm(".", ","),
    "1250.5": NumberForm("."),
    "1 250.5": NumberForm(".", " "),
    "1'250.5": NumberForm(".", "'"),
}
_BY_FORM = {(form.decimal, form.group): code for code, form in NUMBERS.items() if form}
_UNIT = re.compile(r"[^\d\s=;,.+'-][^\d=;]*")
MOST = 100  # columns
_MARKS = re.compile(r"[\s;=]+")


@dataclass(frozen=True)
class ColumnForm:
    """What is said of a column.

    Args:
        kind: ``text``, ``number``, ``day`` or ``month``.
        code: of days and months, in the signs of strftime.
        number: of numbers; ``None`` where it is to be recognised.
        unit: beside the numbers.
    """

    kind: str
    code: str = ""
    number: NumberForm | None = None
    unit: str = ""


def form_of(said: str) -> ColumnForm:
    """Read the word for a form; raises ``ValueError`` for one that is none."""
    text = " ".join(said.split()).replace("’", "'")
    text = LETTERS.get(text.lower().translate(_GERMAN_LETTERS), text)
    if text == TEXT:
        return ColumnForm(TEXT)
    if text in DAY_FORMS or text in MONTH_FORMS:
        return ColumnForm("day" if text in DAY_FORMS else "month", text)
    # the longest first: 1 250,5 begins as none of the others
    for code in sorted(NUMBERS, key=len, reverse=True):
        rest = text.removeprefix(code)
        if text.startswith(code) and (not rest or rest.startswith(" ")):
            unit = rest.strip()
            if len(unit) <= MAX_UNIT and (not unit or _UNIT.fullmatch(unit)):
                return ColumnForm("number", "", NUMBERS[code], unit)
    raise ValueError(said)


def code_of(form: NumberForm, unit: str = "") -> str:
    """Return the word for a form of numbers, such as ``1.250,5 €``."""
    code = _BY_FORM[form.decimal, form.group]
    return f"{code} {unit}" if unit else code


def same(title: str) -> str:
    """Return the title of a column so that it can be compared with what somebody typed."""
    return _MARKS.sub(" ", title).strip().casefold()


def read_forms(said: object) -> dict[str, str]:
    """Return the forms by title, from an object or a text such as ``Kosten = 1.250,5 €; Tag = %d/%m/%Y``.

    Raises:
        ValueError: carries what cannot be read.
    """
    if isinstance(said, Mapping):
        pairs = [(str(title), str(code)) for title, code in said.items()]
    else:
        parts = [part for part in str(said).split(";") if part.strip()]
        pairs = [(title, code) for title, _, code in (part.rpartition("=") for part in parts)]
    forms: dict[str, str] = {}
    for title, code in pairs:
        if not same(title):
            raise ValueError(code)
        if code.strip() not in ("", "auto"):
            form_of(code)
            words = " ".join(code.split())
            forms[_MARKS.sub(" ", title).strip()] = form_of(words).code or words
    if len(forms) > MOST:
        raise ValueError(f"{len(forms)} > {MOST}")
    return forms


def write_forms(forms: Mapping[str, str]) -> str:
    """Write forms as :func:`read_forms` reads them."""
    return "; ".join(f"{title} = {code}" for title, code in forms.items())
