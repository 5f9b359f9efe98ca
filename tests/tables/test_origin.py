"""Whose a table's figures are: what is declared, and what an edition says of its own."""

from __future__ import annotations

import pytest

from ckanext.digitalms.tables.origin import (
    BREITBANDATLAS,
    MOST_SOURCES,
    NOT_STATED,
    SEVERAL,
    License,
    source_problems,
)

pytestmark = pytest.mark.pure

OURS = "© Bundesnetzagentur / Breitbandatlas"


def test_without_an_edition_the_source_is_the_declared_one():
    found = BREITBANDATLAS.origin()
    assert [one.title for one in found.sources] == ["Bundesnetzagentur: Breitbandatlas | Gigabit-Grundbuch"]
    assert found.area.title == "Münsterland"
    assert found.frequency.endswith("/ANNUAL_2")
    assert found.license.id == ""
    assert "https://gigabitgrundbuch.bund.de" in found.license.title


def test_the_words_of_an_edition_come_first_and_the_terms_of_the_source_hold():
    found = BREITBANDATLAS.origin([OURS])
    (source,) = found.sources
    assert source.title.startswith("Bundesnetzagentur")
    assert found.attribution == f"{OURS} · {BREITBANDATLAS.source.attribution}"
    assert found.license == BREITBANDATLAS.source.license


def test_an_edition_of_somebody_else_is_theirs_and_its_terms_are_not_known():
    found = BREITBANDATLAS.origin(["Stadtwerke Münster"])
    (source,) = found.sources
    assert (source.title, source.license.title, source.path) == ("Stadtwerke Münster", NOT_STATED, "")
    assert found.license.title == NOT_STATED


def test_several_sources_have_each_their_own_terms():
    found = BREITBANDATLAS.origin([OURS, "Stadtwerke Münster", "BNetzA 2019"])
    assert len(found.sources) == 2
    assert found.license.title == SEVERAL
    assert found.sources[0].attribution.startswith(f"{OURS} · BNetzA 2019 · ")


def test_a_licence_that_the_owner_knows_takes_the_place_of_the_terms():
    terms = License("DL-DE-BY-2.0", "Datenlizenz", "https://www.govdata.de/dl-de/by-2-0")
    assert BREITBANDATLAS.origin([OURS], terms=terms).license == terms


def test_what_is_not_known_is_left_out():
    told = BREITBANDATLAS.origin(["Stadtwerke"]).to_json()
    assert told["sources"] == [
        {"title": "Stadtwerke", "attribution": "Stadtwerke", "license": {"title": NOT_STATED}}
    ]


def test_rows_of_sources():
    assert source_problems([{"title": "Land"}]) == {}
    assert list(source_problems([{"title": "Land"}, {"url": "https://example.org"}])) == [1]
    found = source_problems([{"title": "Land"}] * 100)
    assert list(found) == [MOST_SOURCES]
    assert "100" in str(found[MOST_SOURCES])
