"""The report as canonical JSON, by which it is cited: the same report is the same bytes, and its hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import msgspec

from .report import Measure, Report

__all__ = ["changed", "from_json", "from_plain", "measure_from_plain", "plain", "sha256", "to_json"]


def plain(report: Report) -> dict[str, Any]:
    """Return the report as JSON knows it: days as ISO 8601, numbers as text, so that no digit is lost."""
    built: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(report))
    return built


def to_json(report: Report) -> str:
    """Return the report as canonical JSON: keys in order, no blanks, letters as they are."""
    return json.dumps(plain(report), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str | bytes) -> Report:
    """Return the report of a JSON text; fields that are not known yet or any more are read past.

    Raises:
        msgspec.ValidationError: it is no report.
    """
    return msgspec.json.decode(text, type=Report)


def from_plain(built: dict[str, Any]) -> Report:
    """Return the report of what :func:`plain` gave."""
    return msgspec.convert(built, Report)


def measure_from_plain(built: dict[str, Any]) -> Measure:
    """Return a measure of what :func:`plain` gave."""
    return msgspec.convert(built, Measure)


def changed(report: Report, **fields: Any) -> Report:
    """Return the report with other values in some fields."""
    return replace(report, **fields)


def sha256(content: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of a text as UTF-8, in hexadecimal."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
