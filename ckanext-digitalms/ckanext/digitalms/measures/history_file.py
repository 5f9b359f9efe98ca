"""The history of a measure as a CSV file: what is sent, and how large it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

COLUMNS = (
    *("measure_id", "as_of", "statement_id", "recorded_at", "kind", "status", "progress_percent"),
    *("statement", "source"),
)


def text(measure_id: str, newest_first: Iterable[Mapping[str, Any]]) -> str:
    """Return the file: a row for each Stand, the oldest first.

    Args:
        measure_id: the measure's key.
        newest_first: its statements, as ``digitalms_measure_history`` gives them.
    """
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**one, "measure_id": measure_id} for one in reversed(list(newest_first)))
    return written.getvalue()
