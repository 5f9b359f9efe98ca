"""What is counted of the catalogue: figures of a day, from what is said of its datasets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ckanext.digitalms.messages import N_
from ckanext.digitalms.vocabularies import Term

# the keys of what is counted as a whole, and of what is not said; nothing else has such a name
ALL, NONE = "(all)", "(none)"
ALL_TOGETHER, FOUND_NOTHING = N_("all together"), N_("found nothing")
NOT_SAID, NOT_JUDGED = N_("not said"), N_("not judged")


class Figure(Term):
    """What is counted, in the order in which it is shown."""

    DATASETS = (
        "datasets",
        N_("Datasets"),
        N_("Public datasets: open tables, tables of offices, harvested ones, others; measures are beside."),
    )
    MEASURES = ("measures", N_("Measures"), N_("Public measures."))
    FORMAT = (
        "format",
        N_("By format"),
        N_("Datasets with at least one file of a format; a dataset with several is counted in each."),
    )
    LICENSE = ("license", N_("By licence"), N_("Datasets under a licence."))
    TOPIC = (
        "topic",
        N_("By topic"),
        N_("Datasets on a topic of the European list; one with several is counted in each."),
    )
    OFFICE = ("office", N_("By office"), N_("Datasets of an organisation."))
    COMPLETE = (
        "complete",
        N_("Fully described"),
        N_(
            "Datasets with description, keyword, topic, area, period, rhythm, a licence of the list and a "
            "file whose format is said."
        ),
    )
    AGE = (
        "age",
        N_("Age and rhythm"),
        N_(
            "Whether the newest file of a dataset is no older than its rhythm allows (a tenth and at least a "
            "day more); open tables are compared with the catalogue every night, so they are in time."
        ),
    )
    QUALITY = (
        "quality",
        N_("Points of data.europa.eu"),
        N_("Datasets and measures by the points for their description, and all points together."),
    )
    DOWNLOADS = (
        "downloads",
        N_("Downloads"),
        N_("Files that were sent whole or from their beginning, by table or dataset."),
    )
    API_READS = (
        "api_reads",
        N_("Reads by the interface"),
        N_("Answers of the interface, by table or action."),
    )
    HARVEST = (
        "harvest",
        N_("Runs of sources"),
        N_("Runs of sources that ended in the month, and how many of them had no error."),
    )
    SEARCHES = (
        "searches",
        N_("Searches"),
        N_("Searches on the page of the search, and those that found nothing."),
    )
    NOTHING = (
        "nothing_found",
        N_("Searched for and not found"),
        N_("Words that found nothing, from five searches in a month on; below that they are not kept."),
    )


class Kind(Term):
    """Where a dataset comes from."""

    OPEN_TABLE = ("open_tables", N_("open tables"))
    OWN_TABLE = ("own_tables", N_("tables of offices"))
    HARVESTED = ("harvested", N_("harvested"))
    OTHER = ("other", N_("other"))


class InTime(Term):
    """How old the data of a dataset are."""

    ON_TIME = ("on_time", N_("in time"))
    OVERDUE = ("overdue", N_("older than their rhythm allows"))
    NOT_JUDGED = ("not_judged", N_("no rhythm is said, or none that has days"))


# days between two renewals, by the last part of an address of the European list
_DAYS = {
    **dict.fromkeys(("CONT", "UPDATE_CONT", "HOURLY", "DAILY", "DAILY_2"), 1),
    "WEEKLY_3": 3,
    "WEEKLY_2": 4,
    "WEEKLY": 7,
    "MONTHLY_3": 11,
    "BIWEEKLY": 14,
    "MONTHLY_2": 16,
    "MONTHLY": 31,
    "BIMONTHLY": 62,
    "QUARTERLY": 92,
    "ANNUAL_3": 122,
    "ANNUAL_2": 184,
    "ANNUAL": 366,
    "BIENNIAL": 731,
    "TRIENNIAL": 1096,
    "QUADRENNIAL": 1461,
    "QUINQUENNIAL": 1827,
    "DECENNIAL": 3653,
}


@dataclass(frozen=True)
class Described:
    """A public dataset, as far as it is counted.

    Args:
        kind: where it comes from.
        formats: of its files, in capital letters.
        license_id: of CKAN's list, or empty.
        topics: the last parts of their addresses.
        office: the name of its organisation, or empty.
        frequency: the address of its rhythm, or empty.
        changed_on: the day of its newest file, or of its record.
        lacks: what of a full description is missing.
    """

    kind: Kind
    formats: frozenset[str]
    license_id: str
    topics: tuple[str, ...]
    office: str
    frequency: str
    changed_on: date
    lacks: frozenset[str]

    def in_time(self, day: date) -> InTime:
        """Return whether its data are as new as its rhythm says."""
        if self.kind is Kind.OPEN_TABLE:
            return InTime.ON_TIME
        days = _DAYS.get(self.frequency.rpartition("/")[2])
        if days is None:
            return InTime.NOT_JUDGED
        allowed = days + max(1, days // 10)
        return InTime.ON_TIME if (day - self.changed_on).days <= allowed else InTime.OVERDUE


@dataclass(frozen=True)
class Count:
    """A figure: how many are ``key``, of how many; ``None`` where nobody knows."""

    figure: Figure
    key: str
    value: int | None
    total: int | None = None


def of_datasets(told: Sequence[Described], day: date) -> list[Count]:
    """Return what is counted of datasets; of a catalogue without any only that there are none.

    Args:
        told: the public datasets.
        day: on which they are.
    """
    kinds = Counter(one.kind for one in told)
    ages = Counter(one.in_time(day) for one in told)
    whole = sum(not one.lacks for one in told)
    return [
        Count(Figure.DATASETS, ALL, len(told)),
        *(Count(Figure.DATASETS, kind.value, kinds[kind]) for kind in Kind),
        *_by(Figure.FORMAT, (one.formats or {NONE} for one in told)),
        *_by(Figure.LICENSE, ({one.license_id or NONE} for one in told)),
        *_by(Figure.TOPIC, (set(one.topics) or {NONE} for one in told)),
        *_by(Figure.OFFICE, ({one.office or NONE} for one in told)),
        Count(Figure.COMPLETE, ALL, whole, len(told)),
        *(Count(Figure.AGE, one.value, ages[one]) for one in InTime),
    ]


def _by(figure: Figure, keys: Iterable[Iterable[str]]) -> list[Count]:
    found = Counter(key for some in keys for key in some)
    return [Count(figure, key, number) for key, number in sorted(found.items(), key=lambda o: (-o[1], o[0]))]
