"""Whoever calls the API without an account has none.

CKAN hands the object that stands for nobody to its rules, which take it for an account: a rule that is for
accounts only is asked, and breaks off.
"""

from __future__ import annotations

import functools
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Action, CKANApp, Context

from .api_actions import put_around

__all__ = ["install"]


def install(app: CKANApp) -> None:
    """Look at who calls, before any action runs."""
    put_around(app, _with_nobody)


def _with_nobody(name: str, action: Action) -> Action:
    del name

    @functools.wraps(action)
    def called(context: Context, data_dict: dict[str, Any]) -> Any:
        if not tk.current_user.is_authenticated:
            context["auth_user_obj"] = None
        return action(context, data_dict)

    return called
