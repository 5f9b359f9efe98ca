"""Errors at parameters whose names others choose: columns of a table, and whatever stands in an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["refused"]


def refused(wrong: Mapping[str, list[str]]) -> tk.ValidationError:
    """Return the error that says what is wrong with each parameter.

    Args:
        wrong: sentences by the name of the parameter.
    """
    # CKAN takes what stands at "tags" for errors of keywords, each of which has a name
    told: dict[str, Any] = {
        name: [{"name": sentences}] if name == "tags" else sentences for name, sentences in wrong.items()
    }
    return tk.ValidationError(told)
