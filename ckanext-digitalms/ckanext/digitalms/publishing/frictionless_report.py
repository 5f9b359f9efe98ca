"""The verdict on a published version, in the form that programs of frictionless read."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from frictionless import Package, Report

from . import release_check
from .package import PACKAGE_FILE, json_bytes

REPORT_ENDING = "report.json"


def written(folder: Path, table: str, warnings: Sequence[str]) -> tuple[release_check.Verdict, bytes]:
    """Validate the package in a folder and return the verdict with its report.

    Args:
        folder: of the version.
        table: that the package holds.
        warnings: what else is to be known of it, in sentences.
    """
    begin = time.perf_counter()
    verdict = release_check.validate(folder, table)
    seconds = round(time.perf_counter() - begin, 3)
    resource = Package(PACKAGE_FILE, basepath=str(folder)).get_table_resource(table)
    report = Report.from_validation_task(
        resource,
        time=seconds,
        labels=resource.schema.field_names,
        warnings=[*warnings, *map(str, verdict.notes)],
    )
    return verdict, json_bytes(report.to_descriptor())
