"""What gives points: each indicator by itself, the best file, and what cannot be told."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.digitalms.dcat.namespaces import EU
from ckanext.digitalms.quality import rules
from ckanext.digitalms.quality.judging import judge, points, unknown

pytestmark = pytest.mark.pure

GERMAN_LICENSE = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"


def some(value: str) -> list[dict[str, str]]:
    return [{"@id": value}]


def a_file(**more: Any) -> dict[str, Any]:
    told = {
        "@id": "https://x.example/a.csv",
        "@type": ["dcat:Distribution"],
        "dcat:accessURL": some("https://x.example/a.csv"),
        "dcat:downloadURL": some("https://x.example/a.csv"),
        "dct:format": some(f"{rules.FILE_TYPES}CSV"),
        "dcat:mediaType": some(f"{rules.IANA}text/csv"),
        "dct:license": some(f"{rules.EU_LICENCES}CC_BY_4_0"),
        "dct:rights": some("https://x.example/rechte"),
        "dcat:byteSize": [{"@value": "7"}],
    }
    return {name: value for name, value in {**told, **more}.items() if value}


def a_dataset(**more: Any) -> dict[str, Any]:
    told = {
        "@id": "https://x.example/1",
        "@type": ["dcat:Dataset"],
        "dcat:keyword": [{"@value": "Rad"}],
        "dcat:theme": some(f"{EU}data-theme/TRAN"),
        "dct:spatial": some("https://x.example/ort"),
        "dct:temporal": some("https://x.example/zeit"),
        "dct:accessRights": some(f"{EU}access-right/PUBLIC"),
        "dcat:contactPoint": some("https://x.example/kontakt"),
        "dct:publisher": some("https://x.example/amt"),
        "dct:issued": [{"@value": "2020-01-01"}],
        "dct:modified": [{"@value": "2020-01-01"}],
    }
    return {name: value for name, value in {**told, **more}.items() if value}


def always(_address: str) -> bool:
    return True


def test_all_there_is() -> None:
    """As data.europa.eu has them: 405 in five dimensions."""
    by_dimension: dict[str, int] = {}
    for one in rules.INDICATORS:
        by_dimension[one.dimension.value] = by_dimension.get(one.dimension.value, 0) + one.points
    assert by_dimension == {
        "findability": 100,
        "accessibility": 100,
        "interoperability": 110,
        "reusability": 75,
        "contextuality": 20,
    }
    assert sum(by_dimension.values()) == rules.MOST
    assert points(judge([a_dataset(), a_file()], True, always)) == 405


@pytest.mark.parametrize(
    ("lacking", "of_file", "lost"),
    [
        ("dcat:keyword", False, 30),
        ("dcat:theme", False, 30),
        ("dct:spatial", False, 20),
        ("dct:temporal", False, 20),
        ("dct:accessRights", False, 15),
        ("dcat:contactPoint", False, 20),
        ("dct:publisher", False, 10),
        ("dct:issued", False, 5),
        ("dct:modified", False, 5),
        ("dcat:accessURL", True, 50),
        ("dcat:downloadURL", True, 50),
        ("dct:format", True, 60),
        ("dcat:mediaType", True, 10),
        ("dct:license", True, 30),
        ("dct:rights", True, 5),
        ("dcat:byteSize", True, 5),
    ],
)
def test_what_is_missing(lacking: str, of_file: bool, lost: int) -> None:
    nothing = {lacking: None}
    dataset = a_dataset(**({} if of_file else nothing))
    told = [dataset, a_file(**(nothing if of_file else {}))]
    assert points(judge(told, True, always)) == 405 - lost


@pytest.mark.parametrize(
    ("name", "value", "lost"),
    [
        ("dct:license", GERMAN_LICENSE, 10),
        ("dct:format", "https://x.example/csv", 50),
        ("dct:format", f"{rules.FILE_TYPES}PARQUET", 40),
        ("dct:format", f"{rules.FILE_TYPES}XLSX", 20),
        ("dct:format", f"{rules.FILE_TYPES}TXT", 20),
        ("dcat:mediaType", "https://x.example/text", 10),
    ],
)
def test_what_no_list_has(name: str, value: str, lost: int) -> None:
    assert points(judge([a_dataset(), a_file(**{name: some(value)})], True, always)) == 405 - lost


def test_the_best_file_counts() -> None:
    """One file gives all points of files; what others lack takes none away."""
    bad = a_file(**{"@id": "https://x.example/b", "dct:format": None, "dct:license": None})
    assert points(judge([a_dataset(), bad, a_file(), bad], True, always)) == 405


def test_dates_of_the_dataset_count_for_its_files() -> None:
    dated = {"dct:issued": [{"@value": "2020-01-01"}], "dct:modified": [{"@value": "2020-01-01"}]}
    undated = a_dataset(**dict.fromkeys(dated))
    assert points(judge([undated, a_file(**dated)], True, always)) == 405
    assert points(judge([undated, a_file()], True, always)) == 395


class TestWhatNobodyKnows:
    def test_addresses_elsewhere(self) -> None:
        """They give no points and are told apart from what is missing."""
        told = judge([a_dataset(), a_file()], True, lambda _: None)
        assert (points(told), unknown(told)) == (325, 80)
        assert [one.code for one in told if one.points is None] == [
            "access_url_answers",
            "download_url_answers",
        ]

    def test_dead_addresses(self) -> None:
        told = judge([a_dataset(), a_file()], True, lambda _: False)
        assert (points(told), unknown(told)) == (325, 0)

    def test_rules_not_looked_at(self) -> None:
        told = judge([a_dataset(), a_file()], None, always)
        assert (points(told), unknown(told)) == (375, 30)


def test_broken_rules() -> None:
    assert points(judge([a_dataset(), a_file()], False, always)) == 375


def test_nothing_at_all() -> None:
    told = judge([{"@id": "https://x.example/1", "@type": ["dcat:Dataset"]}], False, always)
    assert (points(told), unknown(told)) == (0, 0)
    assert len(told) == len(rules.INDICATORS)


@pytest.mark.parametrize(
    ("given", "band"),
    [
        (405, "excellent"),
        (351, "excellent"),
        (350, "good"),
        (221, "good"),
        (220, "sufficient"),
        (121, "sufficient"),
        (120, "bad"),
        (0, "bad"),
    ],
)
def test_bands(given: int, band: str) -> None:
    assert rules.band(given) == band
