"""The accounts of a new catalogue, with passwords that nobody else has."""

from __future__ import annotations

import secrets

from .home import Home, write_private

__all__ = ["ACCOUNTS", "passwords"]

ACCOUNTS = {
    "admin": "Systemverwaltung",
    "coordinator": "OpenData-Koordination",
    "editor": "Redaktion eines Amts",
}
_HEAD = "# Made at the first start. A password that was changed in the catalogue is not changed here.\n"


def passwords(home: Home) -> dict[str, str]:
    """Return the passwords kept in accounts.txt; generate and keep those that are missing."""
    known: dict[str, str] = {}
    if home.accounts.exists():
        lines = home.accounts.read_text(encoding="utf-8").splitlines()
        known = dict(line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#"))
    if missing := [name for name in ACCOUNTS if name not in known]:
        known |= {name: secrets.token_urlsafe(12) for name in missing}
        write_private(
            home.accounts, _HEAD + "".join(f"{name} {password}\n" for name, password in known.items())
        )
    return known
