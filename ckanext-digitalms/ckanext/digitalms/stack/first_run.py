"""Prepare CKAN's databases, accounts and organisations; a process of its own, safe to repeat.

One process for all of it: each call of `ckan` costs its whole import time again.
"""

from __future__ import annotations

import sys
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan.cli import CKANConfigLoader
from ckan.cli.db import db
from ckan.config.middleware import make_app
from ckan.model import User

from ckanext.digitalms.commands.setup import setup

from .accounts import ACCOUNTS, passwords
from .home import Home
from .permissions import grant_datastore_permissions
from .postgres import Databases

__all__ = ["main"]


def main() -> None:
    """Run; the home's path is the only argument."""
    home = Home(Path(sys.argv[1]))
    app = make_app(CKANConfigLoader(str(home.ini)).get_config())
    with app._wsgi_app.test_request_context():
        state = home.load()
        db.main(["upgrade"], standalone_mode=False)
        grant_datastore_permissions(state, Databases())
        # until all of this was done once; later it is the owner's who has an account and which role
        if not state.prepared_key and not state.restored_site_id:
            missing = [name for name in ACCOUNTS if User.get(name) is None]
            _create(missing, passwords(home))
            setup.main(["--coordinator", "coordinator", "--editor", "editor"], standalone_mode=False)


def _create(names: list[str], known: dict[str, str]) -> None:
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    for name in names:
        tk.get_action("user_create")(
            {"ignore_auth": True, "user": site_user["name"]},
            {
                "name": name,
                "fullname": ACCOUNTS[name],
                "email": f"{name}@example.invalid",
                "password": known[name],
                "sysadmin": name == "admin",
            },
        )


if __name__ == "__main__":
    main()
