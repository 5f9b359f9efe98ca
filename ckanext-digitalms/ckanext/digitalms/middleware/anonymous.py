"""Whoever is not signed in is nobody to CKAN's rights.

CKAN refuses strangers every action whose rights do not say ``auth_allow_anonymous_access``, as long as no
account is handed to it. Its API and pages hand it an object for strangers, which counts as an account, so
that such rights were asked although nobody is there, and some broke off.
"""

from __future__ import annotations

from ckan.model import AnonymousUser
from ckan.types import CKANApp

__all__ = ["install"]


def install(app: CKANApp) -> None:
    """Return nothing where CKAN asks whether there is an account, a stranger's is none.

    The class itself is told: flask-login is given it only after the plugins had the application.
    """
    del app
    AnonymousUser.__bool__ = _is_nobody  # type: ignore[attr-defined]


def _is_nobody(_: AnonymousUser) -> bool:
    return False
