"""Blueprints; the blanket reads ``__all__``."""

from .measure import digitalms_measure

__all__ = ["digitalms_measure"]
