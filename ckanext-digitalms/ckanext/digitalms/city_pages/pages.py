"""Which pages a city has of its own, and what they say until somebody has written them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ckanext.digitalms.messages import N_

__all__ = ["LANGUAGES", "LONGEST_TEXT", "PAGES", "CityPage", "default_text"]

LONGEST_TEXT = 50_000  # characters
LANGUAGES = ("de", "en")  # the first is the city's own
_TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class CityPage:
    """A page of the city's own.

    Args:
        name: as it stands in its address, too.
        title: what it is called.
    """

    name: str
    title: str


PAGES: Mapping[str, CityPage] = {
    page.name: page
    for page in (
        CityPage("impressum", N_("Imprint")),
        CityPage("datenschutz", N_("Privacy")),
        CityPage("barrierefreiheit", N_("Accessibility")),
        CityPage("kontakt", N_("Contact us")),
        CityPage("ueber", N_("About this catalogue")),
    )
}


def default_text(page: str, language: str, values: Mapping[str, str]) -> str:
    """Return what a page says until it is written.

    Args:
        page: its name.
        language: one of ``LANGUAGES``.
        values: by their names in the text; what is not known is left as a blank (see ``blanks``).
    """
    text = _written(page, language)
    for name, value in values.items():
        if value:
            text = text.replace(f"[[{name}]]", value)
    for name, words in _BLANKS[language].items():
        text = text.replace(f"[[{name}]]", f"[[{words}]]")
    return text


# what is asked for where the configuration says nothing
_BLANKS: Mapping[str, Mapping[str, str]] = {
    "de": {"city": "Name der Stadt", "publisher": "Herausgeber", "contact": "E-Mail-Adresse"},
    "en": {"city": "name of the city", "publisher": "publisher", "contact": "e-mail address"},
}


@cache
def _written(page: str, language: str) -> str:
    return (_TEXTS / f"{page}.{language}.md").read_text(encoding="utf-8").strip()
