"""Which passwords are taken, beyond CKAN's least length: none that everybody tries first.

The list is that of the library zxcvbn: 30,000 passwords out of leaks, of which 11,600 have eight characters.
"""

from __future__ import annotations

from functools import cache

from ckanext.digitalms.messages import N_, Message

__all__ = ["LONGEST", "fault"]

LONGEST = 128
_TOO_LONG = N_("The password has {length} characters: take at most {most}.")
_KNOWN = N_("This password is one of those that are tried first. Take another one, for instance a few words.")


def fault(password: str) -> Message | None:
    """Say why a password is not taken."""
    if len(password) > LONGEST:
        return Message(_TOO_LONG, {"length": len(password), "most": LONGEST})
    return Message(_KNOWN) if password.lower() in _known() else None


@cache
def _known() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])
