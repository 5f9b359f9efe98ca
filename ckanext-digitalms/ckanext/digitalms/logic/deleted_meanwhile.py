"""What an action has read may be deleted by somebody else before the action is done with it."""

from __future__ import annotations

import functools
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Action
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from . import action

__all__ = ["actions"]


def actions() -> dict[str, Action]:
    """Return every action of the extension; one whose row is gone says so with ``ObjectNotFound``.

    SQLAlchemy reads a row once more after a commit, and large columns when they are needed: where the row was
    deleted meanwhile that is an error of its own, which would be told as a fault of ours.
    """
    return {name: _told(getattr(action, name)) for name in action.__all__}


def _told(act: Action) -> Action:
    @functools.wraps(act)
    def call(*words: Any, **named: Any) -> Any:
        try:
            return act(*words, **named)
        except ObjectDeletedError as error:
            raise _not_found() from error
        except StaleDataError as error:
            model.Session.rollback()  # the write that failed has ended the transaction
            raise _not_found() from error

    return call


def _not_found() -> tk.ObjectNotFound:
    return tk.ObjectNotFound(tk._("This was deleted meanwhile."))
