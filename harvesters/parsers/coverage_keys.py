"""The keys of areas in a coverage table: which are none, of another level, doubled, or not known. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ckanext.digitalms.shared import (
    AREA_DIGITS,
    COMMON_AREAS,
    COUNTRY_CODE,
    N_,
    AreaType,
    Cause,
    Finding,
    Message,
    Oddity,
    area_type,
    short,
    some,
    spoiled,
)

from .coverage_columns import AREA
from .coverage_shares import text_of

LEVELS = Message(N_("a key of 2, 3, 5 or 8 digits as text, with its leading zero"))
_KEY = re.compile(r"[0-9]{1,12}")
# what stands for the country where the key of an area stands
_COUNTRY = frozenset({"deutschland", "staat", "bund", "bundesrepublik deutschland"})
_NAMED = 8


def code_of(cell: object) -> str:
    """Return the key that a cell says."""
    text = text_of(cell)
    return COUNTRY_CODE if text.casefold() in _COUNTRY else text


def is_key(code: str) -> bool:
    """Return whether a text is a key of a known level."""
    return bool(_KEY.fullmatch(code)) and len(code) in AREA_DIGITS


def not_known(codes: Sequence[str], known: Mapping[str, str]) -> tuple[list[str], bool]:
    """Return the codes of one level that are not known, and whether the table is of a larger region.

    It is if it has all areas that are known and others besides, or others that there are in Germany;
    otherwise a key may only be mistyped.
    """
    level = {code for code in known if is_key(code) and codes and area_type(code) is area_type(codes[0])}
    unknown = [code for code in dict.fromkeys(codes) if code not in known]
    is_larger = bool(level) and (level <= set(codes) or COMMON_AREAS.keys() >= set(unknown))
    return unknown, is_larger and len(unknown) < len(set(codes))


def left_out(codes: Sequence[str], count: int) -> Finding:
    """Ask whether the areas that are not known may be left out."""
    text = N_("{found} of {count} areas are not known here and are left out: {codes}.")
    named = some(codes, _NAMED, is_counted=True)
    values: dict[str, object] = {"found": len(codes), "count": count, "codes": named}
    return Finding(Cause.LEFT_OUT_AREAS, Message(text, values), None, AREA, named)


class Keys:
    """The keys of a table's rows; all that are right are of the level of most.

    Args:
        cells: the number of each row, and its cell with the key.
        known: the name of each known area by its key.
    """

    def __init__(self, cells: Sequence[tuple[int, object]], known: Mapping[str, str]) -> None:
        self.cells, self.known = cells, known
        self.codes = [code_of(cell) for _, cell in cells]
        right = [code for code in self.codes if is_key(code)]
        counted = Counter(map(area_type, right))
        self.level = counted.most_common(1)[0][0] if counted else None
        of_level = [code for code in right if area_type(code) is self.level]
        unknown, is_larger = not_known(of_level, known)
        self.is_foreign = bool(unknown) and len(unknown) == len(set(of_level))
        self.unknown = unknown
        self.left_out = frozenset(unknown if is_larger else ())

    def findings(self) -> Iterator[Finding]:
        """Say what is wrong with the keys, and ask whether those of a larger region are left out."""
        if self.left_out:
            yield left_out(self.unknown, len(set(self.codes)))
        if self.is_foreign and len(self.unknown) > 1:
            yield self._foreign()
        seen: dict[str, int] = {}
        for (number, cell), code in zip(self.cells, self.codes, strict=True):
            finding = self._wrong(number, code, cell)
            if finding is None and code in seen:
                finding = _repeated(number, code, seen[code])
            if finding is not None:
                yield finding
            seen.setdefault(code, number)

    def _foreign(self) -> Finding:
        text = N_("None of the {count} areas is known here: {codes}.")
        named = some(self.unknown, _NAMED, is_counted=True)
        message = Message(text, {"count": len(self.unknown), "codes": named})
        remedy = Message(N_("Hand in the boundaries of these areas (GeoJSON with AGS and GEN) once."))
        return Finding(Cause.UNKNOWN_AREA, message, None, AREA, named, remedy=remedy)

    def _wrong(self, row: int, code: str, cell: object) -> Finding | None:
        values: dict[str, object] = {"row": row, "found": short(cell), "digits": len(code)}
        if not isinstance(cell, str) or not is_key(code):
            return _no_key(row, code, cell, values)
        if area_type(code) is not self.level:
            level = self.level or AreaType.MUNICIPALITY
            values["level"] = next((n for n, one in AREA_DIGITS.items() if one is level), len(COUNTRY_CODE))
            text = N_(
                "Row {row}: the key “{found}” has {digits} digits, those of most other rows have {level}."
            )
            allowed = Message(N_("keys of {level} digits"), values)
            return Finding(Cause.AREA_LEVEL, Message(text, values), row, AREA, code, allowed)
        if code in self.known or code in self.left_out or (self.is_foreign and len(self.unknown) > 1):
            return None
        text = N_("Row {row}: the area “{found}” is none of the {count} areas that are known here.")
        message = Message(text, {**values, "count": len(self.known)})
        allowed = Message(N_("the key (AGS) of an area that is known here"))
        return Finding(Cause.UNKNOWN_AREA, message, row, AREA, code, allowed)


def _repeated(row: int, code: str, first: int) -> Finding:
    text = N_("Row {row} has the same AGS as row {first}: {found}.")
    message = Message(text, {"row": row, "first": first, "found": code})
    remedy = Message(N_("Keep one row for each area."))
    allowed = Message(N_("each {key} once"), {"key": AREA})
    return Finding(Cause.PRIMARY_KEY, message, row, AREA, code, allowed, remedy)


def _no_key(row: int, key: str, cell: object, values: dict[str, object]) -> Finding:
    if not key:
        text = N_("Row {row}: the cell with the AGS is empty.")
        return Finding(Cause.REQUIRED, Message(text, values), row, AREA, "", LEVELS)
    if oddity := oddity_of(cell):
        return odd(oddity, row, AREA, short(cell))
    whole = key.zfill(8 if len(key) == 7 else 5)
    lost = len(key) in {4, 7} and key.isdigit()
    text = (
        N_("Row {row}: the AGS {found} has lost its leading zero; as text it is “{whole}”.")
        if lost
        else N_("Row {row}: the AGS {found} is a number, not text.")
        if not isinstance(cell, str)
        else N_("Row {row}: “{found}” is no AGS.")
    )
    remedy = Message(N_("Save the column AGS as text, before the numbers are opened in a spreadsheet."))
    message = Message(text, {**values, "whole": whole})
    return Finding(Cause.PATTERN, message, row, AREA, short(cell), LEVELS, remedy)


def oddity_of(cell: object) -> Oddity | None:
    """Return how a cell was spoiled by a spreadsheet or an encoding, if it was."""
    return spoiled(cell) if isinstance(cell, str) else None


def odd(oddity: Oddity, row: int, title: str, cell: str) -> Finding:
    """Say that a cell is spoiled."""
    values: dict[str, object] = {"row": row, "field": title, "what": oddity.message}
    return Finding(oddity.cause, Message(N_("Row {row}, {field}: {what}."), values), row, title, cell)
