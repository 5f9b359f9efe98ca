"""A look into a table: by the action, with the language of downloads, for who may see it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
import pytest

from ckanext.digitalms.publishing import day_tables, looking, releases

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "releases_at")

DATA = "/digitalisierung/daten"
ENDLESS = "SELECT count(*) FROM range(100000) a, range(1000000) b WHERE a.range * b.range = -1"
ROWS = (
    "AGS;Ort;Einwohner;Anteil in %;Stichtag\n"
    "05515000;Münster;315293;96,5;31.12.2019\n"
    "05558012;Coesfeld;36217;1,5;01.01.2020\n"
    "05554004;Ahaus;39277;;01.01.2020\n"
    "05558016;Dülmen;46590;50;\n"
)


@pytest.fixture
def tables(once_published: Any, make_measure: Any, personas: dict[str, str]) -> dict[str, str]:
    """An open table, one of an office, and one that only its keepers see."""

    def make() -> None:
        make_measure(statement="Rollen sind beschrieben")
        make_measure(name="strategie", title="Strategie", status="planned", as_of="2019-06-30")
        releases.publish()
        user = {"user": personas["editor"]}
        for name, content in (("einwohner", ROWS), ("geheim", ROWS)):
            told = {"content": content, "filename": f"{name}.csv", "organisation": "citeq"}
            draft = tk.get_action("digitalms_dataset_draft_create")(user, told)
            tk.get_action("digitalms_dataset_publish")(user, {"id": draft["id"]})
        tk.get_action("package_patch")({"ignore_auth": True, "user": ""}, {"id": "geheim", "private": True})

    once_published("tables to look into", make)
    return personas


def ask(user: str = "", **asked: Any) -> dict[str, Any]:
    told: dict[str, Any] = tk.get_action("digitalms_table_rows")({"user": user}, asked)
    return told


def places(**asked: Any) -> list[str]:
    return [row["ort"] for row in ask(table="einwohner", **asked)["results"]]


class TestRows:
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, ["Münster", "Coesfeld", "Ahaus", "Dülmen"]),
            ({"filters": {"ort": ["Ahaus", "Dülmen"]}}, ["Ahaus", "Dülmen"]),
            ({"filters": '{"einwohner.from": 39277, "einwohner.to": 50000}'}, ["Ahaus", "Dülmen"]),
            ({"filters": {"ort.contains": "ÜNST"}}, ["Münster"]),
            ({"filters": {"stichtag.not": "2020-01-01"}}, ["Münster", "Dülmen"]),
            ({"filters": {"anteil_in_prozent": None}}, ["Ahaus"]),
            ({"filters": {"anteil_in_prozent.not": ""}}, ["Münster", "Coesfeld", "Dülmen"]),
            ({"q": "05558 01.01.2020"}, ["Coesfeld"]),
            ({"q": "96,5"}, ["Münster"]),
            ({"query": "ags.contains=0555&sort=-ort"}, ["Dülmen", "Coesfeld", "Ahaus"]),
            ({"query": "stichtag=2020-01-01", "sort": "ort", "limit": 1}, ["Ahaus"]),
            ({"sort": "anteil_in_prozent", "limit": 2, "offset": 2}, ["Münster", "Ahaus"]),
            ({"offset": 1000}, []),
        ],
    )
    def test_what_is_asked_for(self, tables, asked, found):
        assert places(**asked) == found

    def test_an_answer_tells_the_table(self, tables):
        """Title, day, origin, columns; values as JSON has them."""
        told = ask(table="einwohner", columns="einwohner,anteil_in_prozent", query="ort=Ahaus&ort=Münster")
        assert told["results"] == [
            {"einwohner": 315293, "anteil_in_prozent": 96.5},
            {"einwohner": 39277, "anteil_in_prozent": None},
        ]
        assert [one["title"] for one in told["fields"]] == ["Einwohner", "Anteil in %"]
        assert (told["count"], told["rows"], told["kind"], told["dataset"]) == (2, 4, "own", "einwohner")
        assert told["chosen"] == {"ort": ["Ahaus", "Münster"], "columns": ["einwohner,anteil_in_prozent"]}
        assert told["origin"]["sources"][0]["title"]
        assert told["files_url"].endswith(f"{DATA}/datensatz/einwohner")

    @pytest.mark.parametrize(
        ("asked", "wrong"),
        [
            ({"table": "measures", "query": "gibtesnicht=1"}, "gibtesnicht"),
            ({"table": "measures", "filters": {"gibtesnicht": 1}}, "gibtesnicht"),
            ({"table": "measures", "filters": "x"}, "filters"),
            ({"table": "measures", "filters": {"title": {"a": 1}}}, "filters"),
            ({"table": "measures", "filters": {"status": []}}, "filters"),
            ({"table": "measures", "filters": {"as_of.from": []}}, "filters"),
            ({"table": "measures", "filters": {"title": ["a"] * 600, "status": ["b"] * 600}}, "filters"),
            ({"table": "measures", "sort": "title; DROP TABLE x"}, "sort"),
            ({"table": "measures", "q": " "}, "q"),
            ({"table": "measures", "q": "a " * 11}, "q"),
            ({"table": "measures", "filters": {"title.contains": " "}}, "title.contains"),
            ({"table": "measures", "query": "limit=1"}, "limit"),
            ({"table": "measures", "query": "stichtag=gestern"}, "cut_off_date"),
            ({"table": "measures", "query": "title=a&" * 1001}, "query"),
            ({"table": "measures", "release_id": "x", "cut_off_date": "2019-03-14"}, "release_id"),
            ({"table": "einwohner", "cut_off_date": "2019-03-14"}, "cut_off_date"),
            ({"table": "measures", "offset": 10**9 * 9}, "offset"),
        ],
    )
    def test_what_makes_no_sense_is_told(self, tables, asked, wrong):
        with pytest.raises(tk.ValidationError) as refused:
            ask(**asked)
        assert wrong in refused.value.error_dict

    def test_a_day_is_made_for_what_makes_sense(self, tables, monkeypatch):
        """A wrong question is refused before the table of that day is made."""
        monkeypatch.setattr(day_tables, "write", lambda *_: pytest.fail("made"))
        with pytest.raises(tk.ValidationError) as refused:
            ask(table="measures", cut_off_date="2019-03-14", query="gibtesnicht=1")
        assert "gibtesnicht" in refused.value.error_dict

    def test_what_takes_too_long_is_told(self, tables, monkeypatch):
        """In a sentence; the next question is answered."""

        def endless(*_: Any) -> int:
            with looking.duck.asking(0) as database:
                return int(database.execute(ENDLESS).fetchall()[0][0])

        with monkeypatch.context() as slow:
            slow.setattr(looking, "_count", endless)
            with pytest.raises(tk.ValidationError) as refused:
                ask(table="einwohner", q="Ahaus")
        assert "10" in refused.value.error_dict["query"][0]
        assert places(q="Ahaus") == ["Ahaus"]


BY = {"table": "einwohner", "plot": "bar", "x": "stichtag"}


def plot(**asked: Any) -> dict[str, Any]:
    told: dict[str, Any] = tk.get_action("digitalms_table_plot")({"user": ""}, asked)
    return told


def points(told: dict[str, Any]) -> list[tuple[Any, float, int]]:
    return [(one["x"], one["y"], one["rows"]) for one in told["points"]]


class TestPlot:
    def test_bars(self, tables):
        """Rows counted, numbers put together, the largest first; what is empty is told."""
        counted = plot(**BY)
        assert points(counted) == [("2020-01-01", 2, 2), ("2019-12-31", 1, 1)]
        assert [sentence for sentence in counted["left_out"] if "Stichtag" in sentence]
        means = plot(**BY, y="einwohner")
        assert points(means) == [("2019-12-31", 315293, 1), ("2020-01-01", 37747, 2)]
        shares = plot(**BY, y="anteil_in_prozent", measure="sum", query="ort.not=Münster")
        assert points(shares) == [("2020-01-01", 1.5, 1)]
        assert len(shares["left_out"]) == 2
        assert "Anteil in %" in shares["columns"][1]

    def test_a_line(self, tables):
        """In the order of its axis."""
        told = plot(table="einwohner", plot="line", x="stichtag", y="einwohner", measure="max")
        assert points(told) == [("2019-12-31", 315293, 1), ("2020-01-01", 39277, 2)]
        told = plot(table="einwohner", plot="line", x="einwohner", y="anteil_in_prozent")
        assert [one["x"] for one in told["points"]] == [36217, 46590, 315293]

    @pytest.mark.parametrize(
        ("asked", "wrong"),
        [
            ({"plot": "line", "x": "ort"}, "x"),
            ({"x": "gibtesnicht"}, "x"),
            ({"y": "ort"}, "y"),
            ({"measure": "sum"}, "y"),
            ({"measure": "median", "y": "einwohner"}, "measure"),
            ({"plot": "pie"}, "plot"),
            ({"query": "gibtesnicht=1"}, "gibtesnicht"),
        ],
    )
    def test_what_cannot_be_drawn_is_told(self, tables, asked, wrong):
        with pytest.raises(tk.ValidationError) as refused:
            plot(**{**BY, **asked})
        assert wrong in refused.value.error_dict

    def test_a_map(self, tables, ckan_config, monkeypatch, tmp_path):
        """Of the keys that have outlines; without any it is told."""
        asked = {"table": "einwohner", "plot": "map", "x": "ags", "y": "einwohner"}
        with pytest.raises(tk.ValidationError) as refused:
            plot(**asked)
        assert "plot" in refused.value.error_dict
        ring = [[[7, 51], [8, 51], [8, 52], [7, 51]]]
        area = {
            "properties": {"AGS": "05515000", "GEN": "Münster"},
            "geometry": {"type": "Polygon", "coordinates": ring},
        }
        path = tmp_path / "areas.json"
        path.write_text(json.dumps({"features": [area]}))
        monkeypatch.setitem(ckan_config, "ckanext.digitalms.area_outlines", str(path))
        told = plot(**asked)
        assert [(one["x"], one["label"], one["y"]) for one in told["points"]] == [
            ("05515000", "Münster", 315293)
        ]
        assert "3" in told["left_out"][0]

    def test_who_sees_the_rows_sees_the_plot(self, tables):
        with pytest.raises(tk.NotAuthorized):
            plot(**{**BY, "table": "geheim"})


class TestWhoSees:
    def test_a_private_table_is_its_editors(self, tables):
        """Others are told that they may not, and of one that is not there that there is none."""
        for persona in ("editor", "coordinator", "sysadmin"):
            assert ask(tables[persona], table="geheim")["is_private"], persona
        for persona in ("anonymous", "stranger", "other_editor"):
            with pytest.raises(tk.NotAuthorized):
                ask(tables[persona], table="geheim")
        with pytest.raises(tk.ObjectNotFound, match="measures"):
            ask(table="gibtesnicht")

    def test_a_table_without_a_release(self, tables):
        with pytest.raises(tk.ObjectNotFound):
            ask(table="coverage")
        with pytest.raises(tk.ObjectNotFound):
            ask(table="measures", release_id="gibtesnicht")


class TestOtherTimes:
    def test_a_day_and_a_release(self, tables):
        """An open table as it was on a day; a release by its id."""
        now = ask(table="measures")
        assert [row["measure_id"] for row in now["results"]] == ["dms", "strategie"]
        then = ask(table="measures", cut_off_date="2019-04-01")
        assert [row["measure_id"] for row in then["results"]] == ["dms"]
        assert (then["count"], then["release_id"]) == (1, None)
        assert (
            ask(table="measures", query="stichtag=2019-04-01&status.not=done")["results"] == then["results"]
        )
        again = ask(table="measures", release_id=now["release_id"], columns="measure_id")
        assert again["count"] == 2


def test_the_download_has_the_same_rows(tables, app):
    """In the same order, whatever is asked for."""
    for query in (
        {"q": "0155", "sort": "stichtag"},
        {"stichtag.not": "2020-01-01", "sort": "-anteil_in_prozent"},
        {"ort.contains": "e", "columns": "ort,einwohner", "sort": "stichtag"},
    ):
        address = urlencode(query)
        found = json.loads(app.get(f"{DATA}/datensatz/einwohner.json?{address}").data)
        assert ask(table="einwohner", query=address)["results"] == found, query
