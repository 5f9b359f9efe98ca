"""Blueprints; the blanket reads ``__all__``."""

from .council import digitalms_council
from .data import digitalms_data
from .measure import digitalms_measure
from .report_import import digitalms_report_import
from .sources import digitalms_sources

__all__ = [
    "digitalms_council",
    "digitalms_data",
    "digitalms_measure",
    "digitalms_report_import",
    "digitalms_sources",
]
