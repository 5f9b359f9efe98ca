"""Whose a table's figures are, under which terms, of which area, and how often they come. Pure.

Declared once for each table; data package, dataset, pages and API all read it from here. What an edition of
the data says of its own source comes before what is declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.vocabularies import Frequency


@dataclass(frozen=True)
class License:
    """Terms of use: a code of CKAN's list of licences, or words where no code is certain.

    Args:
        id: the code; empty where there is none.
        title: the name of the licence, or the terms in words.
        path: where its text stands.
    """

    id: str = ""
    title: str = ""
    path: str = ""

    def to_json(self) -> dict[str, str]:
        """Return it as a data package names it, without what is not known."""
        told = {"name": self.id, "title": self.title, "path": self.path}
        return {name: text for name, text in told.items() if text}


@dataclass(frozen=True)
class DataSource:
    """Where data come from.

    Args:
        title: whose they are.
        path: its address.
        license: its terms.
        attribution: how it is to be named.
    """

    title: str
    path: str = ""
    license: License = License()
    attribution: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as a data package names it, without what is not known."""
        told = {"title": self.title, "path": self.path, "attribution": self.attribution}
        terms = self.license.to_json()
        return {
            **{name: text for name, text in told.items() if text},
            **({"license": terms} if terms else {}),
        }


@dataclass(frozen=True)
class Extent:
    """The area that data are of: its name and the official keys (AGS) that make it up."""

    title: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """All that is said of where a table comes from."""

    sources: tuple[DataSource, ...]
    license: License
    area: Extent
    frequency: str

    @property
    def attribution(self) -> str:
        """Return how all sources are to be named, each once."""
        named = (one.attribution or one.title for one in self.sources)
        return "; ".join(dict.fromkeys(named))

    def to_json(self) -> dict[str, Any]:
        """Return it as manifest, data package and API tell it."""
        return {
            "sources": [one.to_json() for one in self.sources],
            "license": self.license.to_json(),
            "attribution": self.attribution,
            "spatial": {"title": self.area.title, "codes": list(self.area.codes)},
            "frequency": str(self.frequency),
        }


@dataclass(frozen=True)
class ForeignOrigin:
    """What is declared of a table whose figures are another's.

    Args:
        source: whose they are, where no edition says otherwise.
        known_by: words in small letters by which an edition's own words are known to mean that source.
        area: as long as there are no data.
        frequency: of new editions.
    """

    source: DataSource
    known_by: tuple[str, ...]
    area: Extent
    frequency: str

    def origin(
        self, told: Iterable[str] = (), area: Extent | None = None, terms: License | None = None
    ) -> Origin:
        """Return the origin of some editions.

        Args:
            told: what the editions say of their source, each wording once.
            area: that they are of.
            terms: of the source, where the catalogue's owner knows its licence.
        """
        source = replace(self.source, license=terms or self.source.license)
        words = list(told)
        own = [one for one in words if self.is_it(one)]
        if own:
            source = replace(source, attribution=" · ".join([*own, source.attribution]))
        others = [DataSource(one, license=License(title=NOT_STATED), attribution=one) for one in words]
        found = [one for one in others if one.title not in own]
        sources = (source, *found) if own or not words else tuple(found)
        licenses = {one.license for one in sources}
        shared = licenses.pop() if len(licenses) == 1 else License(title=SEVERAL)
        return Origin(sources, shared, area or self.area, self.frequency)

    def is_it(self, words: str) -> bool:
        """Return whether an edition's words mean the source that is declared."""
        return any(sign in words.casefold() for sign in self.known_by)


MOST_SOURCES = 20
# what a dataset says besides its sources and its licence
ORIGIN = ("spatial_text", "area_code", "frequency")


def source_problems(rows: Sequence[Mapping[str, Any]]) -> dict[int, Message]:
    """Return what is wrong with rows of sources that somebody typed, by their place."""
    lacks = N_("Say whose data these are, or empty the other fields of this source.")
    found = {place: Message(lacks) for place, row in enumerate(rows) if not row.get("title")}
    if len(rows) > MOST_SOURCES:
        text = N_("These are {found} sources; a dataset names at most {limit}: put some of them together.")
        found[MOST_SOURCES] = Message(text, {"found": len(rows), "limit": MOST_SOURCES})
    return found


# in German, as the data are
NOT_STATED = "Nutzungsbedingungen: nicht angegeben"
SEVERAL = "Nutzungsbedingungen je Quelle verschieden"
# the id of our list of licences for terms that have no code of their own
SOURCE_TERMS = "other-terms"

BREITBANDATLAS = ForeignOrigin(
    DataSource(
        "Bundesnetzagentur: Breitbandatlas | Gigabit-Grundbuch",
        "https://gigabitgrundbuch.bund.de",
        License(
            title=(
                "Nutzungshinweise der Quelle: Die Daten dürfen mit der Quellenangabe „Breitbandatlas | "
                "Gigabit-Grundbuch (https://gigabitgrundbuch.bund.de)“ genutzt werden; ein Lizenzcode ist "
                "nicht bestätigt."
            ),
            path="https://gigabitgrundbuch.bund.de",
        ),
        "Quelle: Breitbandatlas | Gigabit-Grundbuch (https://gigabitgrundbuch.bund.de)",
    ),
    ("breitbandatlas", "bundesnetzagentur", "bnetza", "gigabit-grundbuch", "gigabitgrundbuch"),
    Extent("Münsterland", ("05515", "05554", "05558", "05566", "05570")),
    Frequency.HALF_YEARLY,
)
