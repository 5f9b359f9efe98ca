"""Known sources: what their form is filled with. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ckanext.digitalms.messages import N_

from .settings import COVERAGE, PROGRESS

_ATLAS = "Breitbandatlas | Gigabit-Grundbuch (https://gigabitgrundbuch.bund.de)"
_FILES = "https://data.bundesnetzagentur.de/Bundesnetzagentur/GIGA/DE/Breitbandatlas/Downloads"
_HOUSEHOLDS = {"customer": "private", "base": "households"}
# months after which an edition is expected to be there
_LATER = 3


@dataclass(frozen=True)
class Preset:
    """A source that is known: its words, and what its fields are filled with.

    Args:
        title: what it is called where somebody chooses.
        about: for what it is, in a sentence.
        source_type: the harvester; empty for any of the others.
        fields: of the form, by name.
    """

    title: str
    about: str
    source_type: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def presets(today: date) -> dict[str, Preset]:
    """Return all known sources by their key, with the newest edition that should be there."""
    year, month = newest_edition(today)
    return {
        "fortschritt": Preset(
            N_("Progress of an office"),
            N_("A table (CSV, XLSX, JSON) in which an office says how its measures stand."),
            PROGRESS,
            {"frequency": "WEEKLY"},
        ),
        "breitbandatlas": Preset(
            N_("Breitbandatlas since 2022"),
            N_(
                "The workbook of the Bundesnetzagentur, twice a year: households, schools, hospitals, "
                "companies, area. Each edition has an address of its own."
            ),
            COVERAGE,
            {
                "title": f"Breitbandatlas {month:02}/{year}",
                "url": f"{_FILES}/bba_{month:02}_{year}.xlsx",
                "edition": f"{year}-{month:02}",
                "source": _ATLAS,
                "frequency": "MANUAL",
                **_HOUSEHOLDS,
            },
        ),
        "breitbandatlas-bis-2021": Preset(
            N_("Breitbandatlas until 2021"),
            N_("A CSV table by municipality, district or state, at the address where you keep it."),
            COVERAGE,
            {"source": "© Bundesnetzagentur / Breitbandatlas", "frequency": "MANUAL", **_HOUSEHOLDS},
        ),
        "mobilfunk": Preset(
            N_("Mobile coverage by kind of area"),
            N_("The long table with a row for each area, technology and kind of area."),
            COVERAGE,
            {"source": "© Bundesnetzagentur / Breitbandatlas", "frequency": "MANUAL", **_HOUSEHOLDS},
        ),
        "andere": Preset(
            N_("Another kind of source"), N_("A catalogue or another table, by one of the other harvesters.")
        ),
    }


def newest_edition(today: date) -> tuple[int, int]:
    """Return year and month of the newest edition, of June or December, that is some months old."""
    months = today.year * 12 + today.month - 1 - _LATER
    year, month = divmod(months, 12)
    return (year, 6) if month + 1 >= 6 and month + 1 < 12 else (year - (month + 1 < 6), 12)
