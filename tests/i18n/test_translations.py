"""German is complete: every text of code, templates and scripts has its translation."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ckanext-digitalms" / "ckanext" / "digitalms"
CATALOGUE = PACKAGE / "i18n" / "de" / "LC_MESSAGES" / "ckanext-digitalms"
# pages, and texts for machines and those who read them
TEMPLATES = ("**/templates/**.html", "**/templates/**.txt")
METHODS = [*((name, "ckan") for name in TEMPLATES), ("**.py", "python")]
OPTIONS = {name: {"trimmed": "True", "silent": "False"} for name in TEMPLATES}
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "_": None, "ungettext": (1, 2)}
IMPOLITE = re.compile(
    r"\b([dD]u|[dD]ir|[dD]ich|[dD]eine?[mnrs]?|[gG]ib|[kK]licke?|versuche?|Versuche|Email|Emailadresse|angebens)\b"
)
# of the plugin for activities, which is not part of this catalogue
IN_ACTIVITIES = re.compile(r"^(Set|Removed) (author|maintainer) email")
PLACEHOLDER = re.compile(r"{(\w+)}|%\((\w+)\)s")


def texts() -> Iterator[tuple[str, Any]]:
    for folder in (PACKAGE, ROOT / "harvesters"):
        for name, line, message, _, _ in extract_from_dir(str(folder), METHODS, OPTIONS, keywords=KEYWORDS):
            yield f"{folder.name}/{name}:{line}", message


def known() -> dict[Any, Any]:
    catalogue = read_po(io.BytesIO(CATALOGUE.with_suffix(".po").read_bytes()), locale="de")
    return {message.id: message.string for message in catalogue if message.id}


def hashable(text: Any) -> Any:
    return tuple(text) if isinstance(text, list) else text


def placeholders(text: str) -> set[str]:
    return {one or other for one, other in PLACEHOLDER.findall(text)}


def is_translated(message: Any, german: dict[Any, Any]) -> bool:
    if isinstance(message, tuple):
        return any(isinstance(key, tuple) and key[0] == message[0] and all(german[key]) for key in german)
    return bool(german.get(message))


class TestGerman:
    def test_every_text_is_translated(self):
        """No text without German words."""
        german = known()
        missing = sorted(
            {f"{place}: {message!r}" for place, message in texts() if not is_translated(message, german)}
        )
        assert missing == []

    def test_nothing_is_left_over(self):
        """No translation of a text that nobody says any more."""
        said = {message[0] if isinstance(message, tuple) else message for _, message in texts()}
        left_over = [key for key in known() if (key[0] if isinstance(key, tuple) else key) not in said]
        assert left_over == []

    def test_placeholders_are_the_same(self):
        """A translation names the same values."""
        for english, german in known().items():
            pairs = zip(english, german, strict=False) if isinstance(english, tuple) else [(english, german)]
            for one, other in pairs:
                assert placeholders(other) <= placeholders(one), english

    def test_the_compiled_catalogue_is_current(self):
        """What runs is what stands in the source."""
        compiled = read_mo(io.BytesIO(CATALOGUE.with_suffix(".mo").read_bytes()))
        # a compiled catalogue gives the forms of a plural as a list
        running = {hashable(message.id): hashable(message.string) for message in compiled if message.id}
        assert running == known()


@pytest.mark.parametrize("name", ["measure.yaml", "dataset.yaml"])
def test_labels_of_the_schema(name):
    """Every label, help text and choice of the form is there in both languages."""

    def walk(node: Any) -> Iterator[dict[str, str]]:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in {"label", "help_text", "row_label"}:
                    yield value
                else:
                    yield from walk(value)
        elif isinstance(node, list):
            for item in node:
                yield from walk(item)

    schema = yaml.safe_load((ROOT / "schemas" / name).read_text(encoding="utf-8"))
    found = list(walk(schema))
    assert found
    assert all(set(labels) == {"de", "en"} and all(labels.values()) for labels in found)


def test_nobody_is_called_du() -> None:
    """What CKAN says impolitely, wrongly or by an English word is said by us."""
    spec = find_spec("ckan")
    assert spec is not None
    assert spec.origin is not None
    ckan = Path(spec.origin).parent / "i18n" / "de" / "LC_MESSAGES" / "ckan.po"
    theirs = {m.id: m.string for m in read_po(io.BytesIO(ckan.read_bytes()), locale="de") if m.id}
    said = {key: str(words) for key, words in {**theirs, **known()}.items()}
    wrong = [key for key, words in said.items() if IMPOLITE.search(words)]
    assert [key for key in wrong if not IN_ACTIVITIES.search(key)] == []
