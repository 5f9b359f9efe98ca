from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.usefixtures("with_plugins", "personas")

START = "/digitalisierung/ratsbezug/"


def call(action: str, **data: Any) -> Any:
    return tk.get_action(f"digitalms_council_reference_{action}")({"user": ""}, data)


@pytest.fixture
def cited(make_measure: Callable[..., Any]) -> None:
    """Two measures that cite one paper and its supplement, and a private one that nobody may see."""
    basis = {
        "reference": "V-0989-2017",
        "role": "basis",
        "decided_on": "2018-03-14",
        "decided_by": "Rat",
        "result": "beschlossen",
    }
    supplement = {"reference": "V/0989/2017/1. Erg.", "role": "vision_source"}
    make_measure(name="strategie", title="Strategie", position="1", council_references=[basis, supplement])
    make_measure(name="wlan", title="WLAN", position="2", council_references=[supplement])
    make_measure(
        name="geheim", title="Geheim", private=True, council_references=[basis, {"reference": "V/0001/2018"}]
    )


class TestParse:
    def test_glued(self) -> None:
        found = call("parse", text="V/0989/2017/V/0989/2017/1 und V/0144/2018")
        assert [row["reference"] for row in found["results"]] == [
            "V/0989/2017",
            "V/0989/2017/1",
            "V/0144/2018",
        ]
        assert found["results"][1]["supplement"] == 1
        assert found["unspecified"] is False

    def test_unspecified(self) -> None:
        assert call("parse", text="Diverse Vorlagen, 2019/2020") == {
            "count": 0,
            "results": [],
            "unspecified": True,
        }

    def test_needs_a_text(self) -> None:
        with pytest.raises(tk.ValidationError):
            call("parse")


@pytest.mark.usefixtures("cited")
class TestShow:
    def test_the_paper_its_supplements_and_who_cites_it_as_what(self) -> None:
        paper = call("show", reference="0989/2017")
        assert paper["reference"] == "V/0989/2017"
        assert [m["measure_id"] for m in paper["measures"]] == ["strategie"]
        row = paper["measures"][0]
        assert (row["role"], row["original"], row["decided_on"], row["result"]) == (
            "basis",
            "V-0989-2017",
            "2018-03-14",
            "beschlossen",
        )
        (supplement,) = paper["supplements"]
        assert supplement["reference"] == "V/0989/2017/1"
        assert [m["measure_id"] for m in supplement["measures"]] == ["strategie", "wlan"]

    def test_a_supplement_names_its_paper(self) -> None:
        paper = call("show", reference="V/0989/2017/1")
        assert paper["paper"] == "V/0989/2017"
        assert len(paper["measures"]) == 2

    @pytest.mark.parametrize("unknown", ["V/0988/2017", "V/0989/2017/2", "R/0989/2017", "V/0001/2018"])
    def test_unknown_or_cited_by_private_measures_only(self, unknown: str) -> None:
        with pytest.raises(tk.ObjectNotFound):
            call("show", reference=unknown)

    def test_another_councils_number_is_another_paper(self) -> None:
        with pytest.raises(tk.ObjectNotFound):
            call("show", reference="V/0989/2017", body="Rat der Stadt Hamm")

    @pytest.mark.parametrize(
        "nonsense", ["", "Unsinn", "Diverse Vorlagen", "\x00", "V/0989/2017 V/0144/2018", 5, []]
    )
    def test_nonsense(self, nonsense: Any) -> None:
        with pytest.raises(tk.ValidationError):
            call("show", reference=nonsense)

    def test_before_the_first_stand_nothing_is_known(self) -> None:
        with pytest.raises(tk.ObjectNotFound):
            call("show", reference="V/0989/2017", cut_off_date="2019-03-13")

    def test_list(self) -> None:
        listed = call("list")
        assert [(r["reference"], r["measure_count"]) for r in listed["results"]] == [
            ("V/0989/2017", 1),
            ("V/0989/2017/1", 2),
        ]


@pytest.mark.usefixtures("cited")
class TestPage:
    def test_shows_the_paper(self, app: Any) -> None:
        soup = BeautifulSoup(app.get(f"{START}V/0989/2017").body, "html.parser")
        assert [h.get_text(strip=True) for h in soup.select("h1")] == ["Vorlage V/0989/2017"]
        assert "Strategie" in soup.select_one("tbody th").get_text()  # type: ignore[union-attr]
        assert soup.select_one(f'a[href$="{START}V/0989/2017/1"]') is not None
        assert all(table.caption for table in soup.select("table"))
        assert "Geheim" not in soup.get_text()

    @pytest.mark.parametrize(
        "spelling", ["v-0989-2017", "0989/2017", "V/989/2017", "Vorlage%20V/0989/2017", "V/0989/2017/"]
    )
    def test_odd_spellings_lead_to_the_normalised_address(self, app: Any, spelling: str) -> None:
        answer = app.get(f"{START}{spelling}?stichtag=2019-03-14", follow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith(f"{START}V/0989/2017?stichtag=2019-03-14")

    def test_an_unknown_number_is_told_what_is_known(self, app: Any) -> None:
        answer = app.get(f"{START}V/0988/2017", status=404)
        assert "Vielleicht meinen Sie V/0989/2017" in answer.body
        assert "Ratsvorlagen" in answer.body

    def test_the_box_leads_to_the_paper(self, app: Any) -> None:
        answer = app.get(f"{START}?nummer=0989/2017")
        assert "Vorlage V/0989/2017" in answer.body

    @pytest.mark.parametrize(
        "address",
        ["x", "%00", "V/0989/2017?stichtag=gestern", "?nummer=%00", "V/0989/2017?bekannt_am=%00", "a" * 3000],
    )
    def test_nonsense_never_breaks(self, app: Any, address: str) -> None:
        assert app.get(START + address).status_code < 500
