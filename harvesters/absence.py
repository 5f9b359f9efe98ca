"""Measures that a complete progress table does not name any more.

A missing row means nothing unless the source says that its table is complete: then a measure that it named
before and does not name now is missing at the source. The catalogue owns measures and their history, so
nothing of them is ever deleted; after the grace time only the link to the source ends, and a row that comes
later is judged anew.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from ckanext.digitalms.shared import compare, config, identities_remove, known_records

from .base import Run
from .records import note_vanished


def measure_of(identifier: str) -> str:
    """Return the measure of a row ``measure_id@day``."""
    return identifier.rsplit("@", 1)[0]


def note_absent(run: Run, measures: Collection[str] | None) -> None:
    """Note which measures are missing, and end the link of those whose grace time is over; no commit.

    Args:
        run: the run.
        measures: those that the table names now; ``None`` when the table is the same as last time.

    Raises:
        WaitItem: too many are missing: nothing is noted.
    """
    known = known_records(run.source_id)
    # the newest row stands for its measure
    newest = {measure_of(identifier): identifier for identifier in sorted(known)}
    records = {identifier: known[identifier] for identifier in newest.values()}
    there = {
        identifier
        for measure, identifier in newest.items()
        if (measure in measures if measures is not None else records[identifier].gone_since is None)
    }
    compared = compare(records, there, datetime.now(UTC), config.harvest_grace())
    note_vanished(run, compared)
    ended = {measure_of(identifier) for identifier in compared.due}
    identities_remove(run.source_id, [identifier for identifier in known if measure_of(identifier) in ended])
