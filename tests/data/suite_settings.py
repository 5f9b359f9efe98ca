"""How hypothesis finds its examples: the same ones each time in the suite, new ones in script/nightly."""

from __future__ import annotations

import os

from hypothesis import settings

# the same forty each time; script/nightly tries 500 others
settings.register_profile("suite", derandomize=True, deadline=None, database=None, max_examples=40)
settings.register_profile("nightly", deadline=None, max_examples=500, print_blob=True)
_PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "suite")
settings.load_profile(_PROFILE)


def examples(number: int, times: int = 10) -> int:
    """Return how many examples a test tries that says so itself: half as many in the suite, always the same.

    Args:
        number: with which the test was tried.
        times: as many are tried outside the suite.
    """
    return max(3, number // 2) if _PROFILE == "suite" else times * number
