"""What is counted, in German words; and of what is used, what everybody may know of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.dcat.vocabularies import Theme
from ckanext.digitalms.messages import N_
from ckanext.digitalms.publishing import datasets, licenses
from ckanext.digitalms.publishing.custom_tables import MARKER as OWN_TABLE
from ckanext.digitalms.publishing.formats import FORMATS
from ckanext.digitalms.quality import counting, rules
from ckanext.digitalms.quality.counting import ALL, NONE, Count, Figure, InTime, Kind
from ckanext.digitalms.services.language import in_german
from ckanext.digitalms.services.quality.kept import PUBLIC
from ckanext.digitalms.storable import plain_id
from ckanext.digitalms.tables.open_tables import ALL_TABLES
from ckanext.digitalms.vocabularies import Term

# what a counter calls a thing: an open table by its name, else one of these with a name or id behind it
OWN, RESOURCE, ACTION = "datensatz/", "resource/", "action/"
MEASURE_FILES = "measure_files"
_FILES_OF_MEASURES = N_("records and histories of measures")


@dataclass(frozen=True)
class Used:
    """Something that is used: its key in the table, and its words."""

    key: str
    label: str


def of_resource(told: object) -> str | None:
    """Return what a counter calls a resource that somebody named by its id; nothing where there is none."""
    key = plain_id(told)
    return f"{RESOURCE}{key}" if key and model.Session.get(model.Resource, key) is not None else None


def of_used(counted: Mapping[str, int]) -> list[tuple[Used, int]]:
    """Return what everybody may know of things that were used, the most used first.

    What is public no more is left out; ways to the same table are added up.

    Args:
        counted: by what a counter calls them.
    """
    known = _known(counted)
    found: Counter[Used] = Counter()
    for name, number in counted.items():
        if used := known(name):
            found[used] += number
    return sorted(found.items(), key=lambda one: (-one[1], one[0].key))


def _known(names: Iterable[str]) -> Callable[[str], Used | None]:
    of_tables = {datasets.resource_id(table, ending): table for table in ALL_TABLES for ending in FORMATS}
    told = list(names)
    resources, own = _of_resources(told), _of_own_tables(told)

    def used(name: str) -> Used | None:
        name = of_tables.get(name.removeprefix(RESOURCE), name)
        if name in ALL_TABLES:
            return Used(name, ALL_TABLES[name].title)
        if name == MEASURE_FILES:
            return Used(name, in_german(_FILES_OF_MEASURES))
        if name.startswith(ACTION):
            return Used(name.removeprefix(ACTION), name.removeprefix(ACTION))
        return resources.get(name) or own.get(name)

    return used


def _of_resources(names: list[str]) -> dict[str, Used]:
    ids = [name.removeprefix(RESOURCE) for name in names if name.startswith(RESOURCE)]
    query = (
        sa.select(model.Resource.id, model.Package.name, model.Package.title)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .where(PUBLIC, model.Resource.id.in_(ids))
    )
    found = model.Session.execute(query) if ids else ()
    return {f"{RESOURCE}{key}": Used(name, title or name) for key, name, title in found}


def _of_own_tables(names: list[str]) -> dict[str, Used]:
    own = [name.removeprefix(OWN) for name in names if name.startswith(OWN)]
    marker = model.Package.extras[OWN_TABLE].astext
    query = sa.select(marker, model.Package.name, model.Package.title).where(PUBLIC, marker.in_(own))
    found = model.Session.execute(query) if own else ()
    return {f"{OWN}{key}": Used(name, title or name) for key, name, title in found}


_WORDS: Mapping[Figure, type[Term]] = {Figure.DATASETS: Kind, Figure.AGE: InTime, Figure.QUALITY: rules.Band}


def labels(counts: Iterable[Count]) -> list[str]:
    """Return the words of counts, in their order; what has no words of its own is its key."""
    told = list(counts)
    words: dict[tuple[Figure, str], str] = {
        **{(Figure.LICENSE, key): one["title"] for key, one in licenses.known().items()},
        **{(Figure.TOPIC, one.value.rpartition("/")[2]): in_german(one.label) for one in Theme},
        **{(figure, one.value): in_german(one.label) for figure, term in _WORDS.items() for one in term},
        (Figure.QUALITY, InTime.NOT_JUDGED.value): in_german(counting.NOT_JUDGED),
        (Figure.SEARCHES, NONE): in_german(counting.FOUND_NOTHING),
        **_titles(Figure.OFFICE, model.Group, told),
        **_titles(Figure.HARVEST, model.Package, told),
    }
    used = {(figure, one.key): one.label for figure, one in _used_in(told)}
    return [_label(one, {**words, **used}) for one in told]


def _label(one: Count, words: Mapping[tuple[Figure, str], str]) -> str:
    if one.key == ALL:
        return in_german(counting.ALL_TOGETHER)
    return words.get((one.figure, one.key)) or (in_german(counting.NOT_SAID) if one.key == NONE else one.key)


def _titles(
    figure: Figure, kind: type[model.Group] | type[model.Package], told: Iterable[Count]
) -> dict[tuple[Figure, str], str]:
    names = [one.key for one in told if one.figure is figure]
    found = model.Session.execute(sa.select(kind.name, kind.title).where(kind.name.in_(names)))
    return {(figure, name): title or name for name, title in found}


def _used_in(told: Iterable[Count]) -> Iterable[tuple[Figure, Used]]:
    keys = [one.key for one in told if one.figure in {Figure.DOWNLOADS, Figure.API_READS}]
    tables = {key: table.title for key, table in ALL_TABLES.items()}
    query = sa.select(model.Package.name, model.Package.title).where(PUBLIC, model.Package.name.in_(keys))
    titles = dict(model.Session.execute(query).tuples().all()) | tables
    titles |= {MEASURE_FILES: in_german(_FILES_OF_MEASURES)}
    for figure in (Figure.DOWNLOADS, Figure.API_READS):
        yield from ((figure, Used(key, titles[key] or key)) for key in keys if key in titles)
