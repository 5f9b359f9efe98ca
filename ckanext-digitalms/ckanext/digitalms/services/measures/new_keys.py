"""Keys for new measures: which are taken, and one of a title that is not."""

from __future__ import annotations

from collections.abc import Sequence

from ckanext.digitalms.measures.keys import keys_for
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.publishing.datasets import first_of, taken_names
from ckanext.digitalms.services import locks


class TakenKeys:
    """The keys that no new measure can have: of datasets, and of measures that are or were."""

    def __contains__(self, key: object) -> bool:
        return bool(_taken([str(key)]))


def proposed(title: str) -> str:
    """Return a key for a title that is not taken."""
    return first_of(keys_for(title), _taken)


def reserved(title: str) -> str:
    """Return a key for a title that nobody else gets until the transaction ends."""
    locks.measure_keys()
    return proposed(title)


def _taken(keys: Sequence[str]) -> set[str]:
    return taken_names(keys) | StatementRow.known_among(keys)
