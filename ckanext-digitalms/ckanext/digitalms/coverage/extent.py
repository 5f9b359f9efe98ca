"""Which area some figures are of, told by the official keys (AGS) of the places that have one. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files

from ckanext.digitalms.tables.origin import BREITBANDATLAS, Extent
from ckanext.digitalms.vocabularies import COUNTRY_CODE, COUNTRY_NAME

_DISTRICT = 5
_MOST_NAMED = 3
_REGION = BREITBANDATLAS.area
STATES = {
    "01": "Schleswig-Holstein",
    "02": "Hamburg",
    "03": "Niedersachsen",
    "04": "Bremen",
    "05": "Nordrhein-Westfalen",
    "06": "Hessen",
    "07": "Rheinland-Pfalz",
    "08": "Baden-Württemberg",
    "09": "Bayern",
    "10": "Saarland",
    "11": "Berlin",
    "12": "Brandenburg",
    "13": "Mecklenburg-Vorpommern",
    "14": "Sachsen",
    "15": "Sachsen-Anhalt",
    "16": "Thüringen",
}
# © GeoBasis-DE / BKG, of 2021
_DISTRICTS = json.loads(files("ckanext.digitalms.coverage").joinpath("districts.json").read_text("utf-8"))
# the areas that everybody knows: nobody has to hand in their boundaries
COMMON: dict[str, str] = {COUNTRY_CODE: COUNTRY_NAME, **STATES, **_DISTRICTS["areas"]}


def extent(places: Mapping[str, str]) -> Extent:
    """Return the area that places make up: a few of them, the region, or whole federal states.

    Args:
        places: names by their key of 2, 3, 5 or 8 digits; none for the region.
    """
    if not places:
        return _REGION
    if min(map(len, places)) < _DISTRICT:
        return _of_states(places)
    names: dict[str, set[str]] = {}
    for code, name in places.items():
        names.setdefault(code[:_DISTRICT], set()).add(name)
    distinct = sorted({name for told in names.values() for name in told})
    if len(distinct) <= _MOST_NAMED:
        return Extent(_listed(distinct), tuple(sorted(places if len(places) == 1 else names)))
    beside = sorted(set(names) - set(_REGION.codes))
    # beside the region a place is named only where it is all that is known of its district
    if len(beside) == len(names) or len(beside) > _MOST_NAMED or any(len(names[one]) > 1 for one in beside):
        return _of_states(places)
    return Extent(_listed([_REGION.title, *(min(names[one]) for one in beside)]), tuple(sorted(names)))


def _of_states(places: Iterable[str]) -> Extent:
    codes = sorted({code[:2] for code in places})
    if COUNTRY_CODE in codes or len(codes) == len(STATES):
        return Extent(COUNTRY_NAME, tuple(STATES))
    return Extent(_listed([STATES.get(code, code) for code in codes]), tuple(codes))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} und {names[-1]}"
