"""How hypothesis finds its examples: the same ones each time in the suite, new ones in script/nightly."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("suite", derandomize=True, deadline=None, database=None)
settings.register_profile("nightly", deadline=None, max_examples=500, print_blob=True)
_PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "suite")
settings.load_profile(_PROFILE)


def examples(number: int, times: int = 10) -> int:
    """Return how many examples a test tries that says so itself: so many times more outside the suite."""
    return number if _PROFILE == "suite" else times * number
