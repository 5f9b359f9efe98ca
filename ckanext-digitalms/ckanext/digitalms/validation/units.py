"""Units that stand beside numbers: ``12,5 %``, ``1.250 €``, ``30 Mbit/s``."""

from __future__ import annotations

import re
from collections.abc import Sequence

# what is known without being named; a person may name any other
KNOWN = (
    "%", "‰", "€", "$", "£", "CHF", "Tsd. €", "Mio. €", "T€", "m", "km", "m²", "m2", "qm", "km²", "km2", "ha",
    "m³", "kWh", "MWh", "GWh", "kW", "MW", "kWp", "Mbit/s", "MBit/s", "Mbps", "Gbit/s", "GBit/s", "kg", "t",
    "l", "h", "Std.", "min", "Min.", "°C", "Stück", "Stk.", "Personen", "Jahre",
)  # fmt: skip
SHARES = ("%", "‰")
CURRENCIES = ("€", "$", "£", "CHF")
MAX_UNIT = 20
_SPELLINGS = {"€": ("€", "euro", "eur"), "$": ("$", "usd"), "£": ("£", "gbp")}
_BY_SPELLING = {
    spelling: unit
    for unit in KNOWN
    for spelling in (*_SPELLINGS.get(unit, ()), unit if len(unit) > 1 else unit.casefold())
}
_PLAIN = re.compile(r"[+−-]?\d[\d.,' \u00a0\u202f\u2019]*")
_WITH = re.compile(
    r"(?P<before>[^\d\s+.,'−-]{1,4}\s?)?(?P<number>[+−-]?\d[\d.,' \u00a0\u202f\u2019]*)"
    r"(?P<after>[^\d\s].{0,11})?",
)


def without_unit(text: str, unit: str) -> str:
    """Return the number beside a unit; a text without it stays, except that a share needs its sign."""
    folded = text.casefold()
    for spelling in _SPELLINGS.get(unit, (unit.casefold(),)):
        if folded.endswith(spelling):
            return text[: -len(spelling)].rstrip()
        if folded.startswith(spelling):
            return text[len(spelling) :].lstrip()
    # 12 % and 0,12 in one column are not of one kind
    return "" if unit in SHARES else text


def unit_of(texts: Sequence[str]) -> str:
    """Return the unit that stands in every cell of a column; empty if there is none that is known.

    A currency may stand in some of them: an amount beside it is one of the same.
    """
    found, is_everywhere = "", True
    for text in texts:
        unit = _unit(text.strip())
        if (unit and found and unit != found) or not (unit or _PLAIN.fullmatch(text.strip())):
            return ""
        is_everywhere, found = is_everywhere and bool(unit), found or unit
    return found if is_everywhere or found in CURRENCIES else ""


def _unit(text: str) -> str:
    if not text or (text[-1].isdigit() and text[0].isdigit()):
        return ""  # nearly every cell
    match = _WITH.fullmatch(text)
    if match is None or bool(match["before"]) == bool(match["after"]):
        return ""
    sign = (match["before"] or match["after"]).strip()
    return _BY_SPELLING.get(sign) or _BY_SPELLING.get(sign.casefold(), "")
