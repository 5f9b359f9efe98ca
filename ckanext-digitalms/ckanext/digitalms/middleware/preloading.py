"""What CKAN gathers when it is first asked for is gathered before the first request.

CKAN fills its tables of actions, rights and validators without a lock. Of two requests that come first at the
same moment one would see half of a table, such as CKAN's own rights without those of plugins. ckanext-harvest
gathers its actions and its rights in one and the same dict, so that meanwhile an action could come to stand
for a right until the process ends.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import CKANApp

__all__ = ["install"]


def install(app: CKANApp) -> None:
    """Gather all; actions come first, since some rights of ours take the place of an action's."""
    del app
    tk.get_action("status_show")
    authz.auth_functions_list()
    tk.get_validator("not_empty")
