"""An edition of coverage figures: what the source states of it, its series, its areas."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import Base, Customer, Term, area_type

DOWNLOAD = "download"
MEASURED, NOT_MEASURED, SUPPRESSED = "m", "n", "s"
# what an edition does not speak of at all, such as motorways of a district that has none
ABSENT = "a"
# the base of mobile coverage: the area, or length, of each kind of area
LAND_USE = "land_use"
_EDITION = re.compile(r"(?P<year>20\d\d|19\d\d)-(?P<month>0[1-9]|1[0-2])")
SOURCE_LENGTH = 200


class EditionError(Exception):
    """What is stated of an edition cannot be; ``option`` names the option, ``message`` says why."""

    def __init__(self, option: str, message: Message) -> None:
        super().__init__(str(message))
        self.option, self.message = option, message


@dataclass(frozen=True)
class Stated:
    """What a source states of its edition; nothing of it is read from a file or its name.

    Args:
        edition: year and month of the state of the data, such as ``2019-06``.
        customer: for whom it counts, a :class:`Customer`.
        base: of what it is the share, a :class:`Base`.
        source: whose figures these are, as it is to be named.
    """

    edition: str
    customer: str
    base: str
    source: str
    direction: str = DOWNLOAD

    @classmethod
    def declared(cls, options: Mapping[str, Any], today: date) -> Stated:
        """Take edition, customer, base and source from options.

        Raises:
            EditionError: one of them is missing, none of the known ones, or in the future.
        """
        edition = str(options.get("edition") or "").strip()
        _check_edition(edition, today)
        customer = _one_of("customer", Customer, options)
        base = _one_of("base", Base, options)
        source = " ".join(str(options.get("source") or "").split())
        if not source or len(source) > SOURCE_LENGTH:
            text = N_(
                "Say whose figures these are, in at most {limit} characters, such as “© Bundesnetzagentur”."
            )
            raise EditionError("source", Message(text, {"limit": SOURCE_LENGTH}))
        return cls(edition, customer, base, source)

    def to_json(self) -> dict[str, str]:
        """Return plain JSON, which :meth:`declared` reads."""
        return asdict(self)


def _check_edition(edition: str, today: date) -> None:
    read = _EDITION.fullmatch(edition)
    if read is None:
        text = N_("“{found}” is no edition: write year and month of the data, such as 2019-06.")
        raise EditionError("edition", Message(text, {"found": edition[:40]}))
    if (int(read["year"]), int(read["month"])) > (today.year, today.month):
        text = N_("The edition {found} lies in the future; today is {today}.")
        raise EditionError("edition", Message(text, {"found": edition, "today": today}))


def _one_of(option: str, vocabulary: type[Term], options: Mapping[str, Any]) -> str:
    found = str(options.get(option) or "")
    if found not in set(vocabulary):
        text = N_("“{found}” is no {option}. Use one of: {allowed}.")
        values: dict[str, object] = {
            "found": found[:40],
            "option": option,
            "allowed": ", ".join(each.value for each in vocabulary),
        }
        raise EditionError(option, Message(text, values))
    return found


@dataclass(frozen=True, order=True)
class Series:
    """One column of figures: at least this speed with this technology, anywhere or on a kind of area.

    Args:
        technology: a :class:`Technology`.
        speed_mbit_s: in Mbit/s; 0 where none is said, which mobile coverage does.
        land_use: of mobile coverage the kind of area, as the source calls it.
        group_code: to which group of kinds that belongs.
        group: how the source calls the group.
    """

    technology: str
    speed_mbit_s: int
    land_use: str = ""
    group_code: str = ""
    group: str = ""

    def to_json(self) -> list[str | int]:
        """Return plain JSON, which :meth:`of_json` reads."""
        more = [self.land_use, self.group_code, self.group] if self.land_use else []
        return [str(self.technology), self.speed_mbit_s, *more]

    @classmethod
    def of_json(cls, told: Sequence[object]) -> Series:
        """Read what :meth:`to_json` gave."""
        technology, speed, *more = told
        return cls(str(technology), int(str(speed)), *map(str, more))


@dataclass(frozen=True)
class Area:
    """The figures of an area, in the order of the edition's series.

    Args:
        code: the official key (AGS), text with its leading zero.
        shares: percent of the base, ``None`` where there is no figure.
        states: for each share one of :data:`MEASURED`, :data:`NOT_MEASURED`, :data:`SUPPRESSED`.
    """

    code: str
    shares: tuple[Decimal | None, ...]
    states: str


@dataclass(frozen=True)
class Figures:
    """All figures of an edition; areas by code."""

    series: tuple[Series, ...]
    areas: tuple[Area, ...]

    @property
    def area_type(self) -> str:
        """Return the level of the areas."""
        return area_type(self.areas[0].code).value

    @property
    def count(self) -> int:
        """Count the shares, told or not."""
        return sum(len(area.states) - area.states.count(ABSENT) for area in self.areas)

    @cached_property
    def hash(self) -> str:
        """Return the hash of what the figures say; 45 and 45.00 say the same."""
        digest = hashlib.sha256(repr([_key(s) for s in self.series]).encode())
        shown: dict[Decimal | None, str] = {None: ""}
        for area in sorted(self.areas, key=lambda area: area.code):
            digest.update(f"\n{area.code} {area.states}".encode())
            digest.update(" ".join(_canonical(area.shares, shown)).encode())
        return digest.hexdigest()


def _key(series: Series) -> tuple[str | int, ...]:
    """Return what tells a series from others; of those by speed alone the same as ever."""
    more = (series.land_use, series.group_code, series.group) if series.land_use else ()
    return (series.technology, series.speed_mbit_s, *more)


def _canonical(shares: tuple[Decimal | None, ...], shown: dict[Decimal | None, str]) -> Iterator[str]:
    for share in shares:
        told = shown.get(share)
        if told is None and share is not None:
            told = shown[share] = f"{share.normalize():f}"
        yield told or ""
