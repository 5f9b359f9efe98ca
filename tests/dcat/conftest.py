"""What tests of the catalogue for other portals share: the official shapes, where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "dcatapde"


@pytest.fixture
def shapes() -> Path:
    """The shapes of GovData and the European Commission; they do not belong to the repository."""
    if not SAMPLES.is_dir():
        pytest.skip("the official shapes are not there: ../shared/samples/dcatapde")
    return SAMPLES
