"""The open tables as they were on a day: made when somebody asks for them, by what makes a release's rows.

They are written as a release has them, so that whatever reads a release reads them, too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ckanext.digitalms.services.measures.catalogue import read_point_in_time
from ckanext.digitalms.tables.open_tables import MEASURE_TABLES, TABLES
from ckanext.digitalms.tables.spec import file_name

from . import completion, folders, package, snapshot, writing
from .coverage_rows import EditionsAt
from .formats import CSV, ExcelCsv

__all__ = ["write"]

# what is known of a file only once it is written, in each format
_OF_FILES = frozenset({"bytes", "hash"})


def write(
    folder: Path, group: str, names: Iterable[str], told: Mapping[str, str], said: Mapping[str, str]
) -> str:
    """Write the CSV file of some tables and a package that describes them; return a mark of all that.

    Args:
        folder: to write them in.
        group: whose tables they are.
        names: of the tables; coverage is always all of its group.
        told: the point in time as actions are told it: ``cut_off_date``, ``known_at``.
        said: the same as an address says it; the package says it, too.
    """
    moment, names = read_point_in_time(dict(told)), list(names)
    if group != MEASURE_TABLES:
        snapshot.write_editions(group, folder, EditionsAt(*moment))
    else:
        with snapshot.of_day(*moment) as source:
            for name in names:
                path = folder / file_name(name, CSV.ending)
                writing.write_csv(path, TABLES[name], TABLES[name].rows(source))
    described = _package(folder, group, names, said)
    (folder / package.PACKAGE_FILE).write_bytes(described)
    marks = [folders.facts(path)["sha256"] for path in sorted(folder.glob(f"*.{CSV.ending}"))]
    return hashlib.sha256(b" ".join([described, *(mark.encode() for mark in marks)])).hexdigest()


def _package(folder: Path, group: str, names: Sequence[str], said: Mapping[str, str]) -> bytes:
    nothing: dict[str, Any] = {"size": 0, "sha256": ""}
    files = {
        file_name(path.name.removesuffix(f".{CSV.ending}"), ending): nothing
        for path in folder.glob(f"*.{CSV.ending}")
        for ending in (CSV.ending, ExcelCsv.ending)
    }
    version = " ".join(f"{name}={value}" for name, value in said.items())
    now, origins = datetime.now().astimezone(), completion.origins_of(folder, names)
    told = json.loads(package.descriptor(version, now, snapshot.publisher(), files, origins, group))
    # it is made anew each time: what is told of it is when it was so, not when it was made
    del told["created"]
    resources = [{k: v for k, v in one.items() if k not in _OF_FILES} for one in told["resources"]]
    return package.json_bytes({**told, **said, "resources": resources})
