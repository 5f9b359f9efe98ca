"""What compares, and what tells sentences in German."""

from __future__ import annotations

from collections.abc import Callable
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest
from two_days import FIRST, LAST, measure, told

import ckanext.digitalms
from ckanext.digitalms.comparison.change import Change
from ckanext.digitalms.comparison.compare import compare
from ckanext.digitalms.messages import Message, translate


@pytest.fixture(scope="session")
def german() -> Callable[[Message], str]:
    """Return what tells a sentence in German."""
    folder = Path(next(iter(ckanext.digitalms.__path__))) / "i18n/de/LC_MESSAGES/ckanext-digitalms.mo"
    with folder.open("rb") as file:
        catalogue = GNUTranslations(file)
    return lambda message: translate(message, lambda text: catalogue.gettext(text) if text else text)


@pytest.fixture
def compared() -> Callable[..., list[Change]]:
    """Return what compares one measure on two days, each said as values of its record."""

    def run(before: dict[str, Any], after: dict[str, Any], **more: Any) -> list[Change]:
        return compare(told(FIRST, measure(**before)), told(LAST, measure(**after)), **more)

    return run
