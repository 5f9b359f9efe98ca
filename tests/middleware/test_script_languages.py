"""CKAN's scripts know the months and days of the pages' languages, and no others."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from ckan.lib import webassets_tools

from ckanext.digitalms.middleware import script_languages
from ckanext.digitalms.middleware.script_languages import kept

SCRIPT = (
    files("ckan").joinpath("public", "base", "vendor", "moment-with-locales.js").read_text(encoding="utf-8")
)


def named(script: str) -> set[str]:
    return set(re.findall(r"defineLocale\('([^']+)'", script))


@pytest.mark.parametrize("languages", [{"de"}, {"de", "pt-br", "zh-tw"}, {"en"}, set()])
def test_the_languages_of_pages_stay(languages: set[str]) -> None:
    """English is in the core; the rest of the file is as it was."""
    found = kept(SCRIPT, frozenset(languages))
    assert named(found) - {"en"} == languages - {"en"}
    assert found.startswith(SCRIPT[:100_000])
    assert found.endswith(SCRIPT[-40:])
    assert "'Januarie" not in found


def test_a_file_that_is_made_otherwise_stays_whole() -> None:
    """Another version of it may have other words between its parts."""
    for script in ("", "var moment = 1;", "hooks.locale('en');", f"a{script_languages._START}b"):
        assert kept(script, frozenset({"de"})) == script


def test_the_bundle_is_made_so(app) -> None:
    """Under a name of its own, since the whole one may be there from before."""
    [address] = webassets_tools.env["vendor/vendor"].urls()
    assert re.fullmatch(r"/webassets/vendor/[0-9a-f]{8}_vendor-de-en\.js", address)
    script = app.get(address).body
    assert "Dienstag" in script
    assert "mardi" not in script
    assert "select2" in script


@pytest.mark.ckan_config("ckan.locales_offered", [])
def test_with_all_languages_of_ckan_all_stay(app) -> None:
    """Where the option names none."""
    [address] = webassets_tools.env["vendor/vendor"].urls()
    assert address.endswith("_vendor.js")
    assert "mardi" in app.get(address).body
