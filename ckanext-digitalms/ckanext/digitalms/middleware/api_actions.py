"""What the API calls in an action's place: the action, with what the parts of this room put around it."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from ckan import logic
from ckan.types import Action, CKANApp

__all__ = ["put_around"]

Wrapper = Callable[[str, Action], Action]


def put_around(app: CKANApp, wrapper: Wrapper) -> None:
    """Put something around every action that the API calls; what comes later stands outside.

    A wrapper is given the action's name and the action; a ``KeyError`` says that there is no such action.
    """
    wrappers: list[Wrapper] = app.extensions.setdefault("digitalms_api_actions", [])
    wrappers.append(wrapper)

    def get_action(name: str) -> Action:
        action = logic.get_action(name)
        for wrap in wrappers:
            action = wrap(name, action)
        return action

    # CKAN loads the modules of its views itself, so that an import of this one gives another
    inspect.unwrap(app.view_functions["api.action"]).__globals__["get_action"] = get_action
