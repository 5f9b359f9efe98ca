"""What the pages on delivered and uploaded tables show alike: findings by cause, how a file is written."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.validation.dialect import GERMAN, ISO

SHOWN_PER_CAUSE = 100


def choices() -> dict[str, list[tuple[str, str]]]:
    """Give the choices of each option of the dialect, as value and words."""
    auto = ("auto", tk._("recognise it"))
    return {
        "encoding": [auto, ("utf-8", "UTF-8"), ("cp1252", "Windows (cp1252)"), ("utf-16", "UTF-16")],
        "delimiter": [auto, (";", tk._("semicolon")), (",", tk._("comma")), ("tab", tk._("tab"))],
        "decimal_char": [auto, (",", tk._("comma: 45,5")), (".", tk._("point: 45.5"))],
        "date_format": [auto, (GERMAN, "31.12.2019"), (ISO, "2019-12-31")],
    }


def found_group(group: Any) -> dict[str, Any]:
    """Give the findings of one cause in the reader's language."""
    return {
        "cause": group.cause.value,
        "label": tk._(group.cause.label),
        "severity": group.cause.severity,
        "remedy": tk._(group.cause.remedy),
        "count": len(group.findings),
        "findings": [finding.shown(tk._) for finding in group.findings[:SHOWN_PER_CAUSE]],
    }
