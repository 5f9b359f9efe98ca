"""The measure tables of a past day, over HTTP: the record of that day in every format; what is refused."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
import openpyxl
import pytest
import sqlalchemy as sa
from ckan import model
from frictionless import Package

from ckanext.digitalms import config
from ckanext.digitalms.moments import IN_ACTIONS
from ckanext.digitalms.publishing import releases
from ckanext.digitalms.tables.open_tables import TABLES

DATA = "/digitalisierung/daten"
DAY, NEXT = "2019-03-14", "2019-12-31"
AREAS = json.dumps({"features": [{"properties": {"AGS": "05515000", "GEN": "Münster"}}]})
TO_COME = "2130-01-01"


@pytest.fixture
def published(demo: Any, once_published: Any, app: Any) -> None:
    """The demo with its example history, published."""

    def make() -> None:
        releases.publish()

    once_published("demo of a day", make)


@pytest.fixture
def read(published: Any, app: Any) -> Any:
    """Read a file of the tables: ``read("measures.csv?stichtag=…")``."""

    def get(name: str, code: int = 200, **headers: str) -> Any:
        model.Session.rollback()
        answer = app.get(f"{DATA}/{name}", headers=headers)
        assert answer.status_code == code, answer.body[:500]
        return answer

    return get


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def record(**told: str) -> list[dict[str, Any]]:
    return list(tk.get_action("digitalms_measure_list")({}, {"limit": 1000, **told})["results"])


class TestTheDay:
    @pytest.mark.parametrize("day", ["2018-03-14", DAY, NEXT])
    def test_each_cell_is_that_of_the_record(self, read, day):
        """What the action tells of a measure on a day stands in the table of that day."""
        told = {row["measure_id"]: row for row in json.loads(read(f"measures.json?stichtag={day}").data)}
        shown = record(cut_off_date=day)
        assert list(told) == [one["measure_id"] for one in shown]
        for one in shown:
            row = told[one["measure_id"]]
            cited = [ref["reference"] for ref in one["council_references"]]
            same = {
                name: value for name, value in one.items() if name in row and name != "council_references"
            }
            same["keywords"] = ", ".join(one["keywords"]) or None
            assert {name: row[name] for name in same} == same
            assert set(row) - set(same) == {"council_references"}
            assert set((row["council_references"] or "").split()) <= set(cited)
            assert row["is_delayed"] == one["is_delayed"]

    def test_every_table_has_its_day(self, read):
        """Nothing in any table is of later, and what was removed later is there."""
        for name in TABLES:
            for row in json.loads(read(f"{name}.json?stichtag={DAY}").data):
                late = [row[key] for key in ("as_of", "removed_on") if row.get(key) and row[key] > DAY]
                assert not late, (name, row)
        series = json.loads(read(f"status_series.json?stichtag={NEXT}").data)
        assert max(row["as_of"] for row in series) == "2019-12-15"

    def test_today_is_what_is_published(self, read):
        """The table of today has the rows of the release of today."""
        today = config.today().isoformat()
        for name in TABLES:
            assert read(f"{name}.csv?stichtag={today}").data == read(f"{name}.csv").data

    def test_as_it_was_known(self, read):
        """Before anything was entered nothing was known of any day."""
        before = (config.today() - timedelta(days=2)).isoformat()
        assert rows(read(f"measures.csv?stichtag={DAY}&bekannt_am={before}")) == []
        now = config.today().isoformat()
        assert len(rows(read(f"measures.csv?bekannt_am={now}"))) == len(record())

    def test_before_the_first_statement(self, read):
        """A table without rows is a table, in every format."""
        assert rows(read("measures.csv?stichtag=1950-01-01")) == []
        assert json.loads(read("steps.json?stichtag=1950-01-01").data) == []
        assert read("measures.xlsx?stichtag=1950-01-01").data[:2] == b"PK"


class TestCoverage:
    """The editions until the month of a day, and those that counted at a moment."""

    def deliver(self, edition: str, share: str) -> None:
        told = {
            "kind": "coverage",
            "content": f"AGS;alle Technologien ≥ 30 Mbit/s\n05515000;{share}\n",
            "areas": AREAS,
            "edition": edition,
            "customer": "private",
            "base": "households",
            "source": "© Bundesnetzagentur",
        }
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        assert tk.get_action("digitalms_delivery_create")({"user": user}, told)["state"] == "accepted"

    def test_each_row_is_that_of_the_action(self, read):
        self.deliver("2019-06", "90")
        self.deliver("2020-12", "95")
        before = model.Session.execute(sa.text("SELECT clock_timestamp()")).scalar_one().isoformat()
        self.deliver("2019-06", "91")
        releases.publish_all()
        for told in (
            {"stichtag": "2019-05-31"},
            {"stichtag": "2019-06-01"},
            {"stichtag": "2020-12-31"},
            {"bekannt_am": before},
            {"stichtag": "2019-12-31", "bekannt_am": before},
            {"bekannt_am": "2019-12-31"},
        ):
            query = urlencode(told)
            asked = {IN_ACTIONS[name]: value for name, value in told.items()}
            shown = tk.get_action("digitalms_coverage_show")({}, asked)["results"]
            assert json.loads(read(f"coverage.json?{query}").data) == shown, told
        assert len(rows(read(f"coverage.csv?{urlencode({'bekannt_am': before})}&edition=2019-06"))) == 1
        told = json.loads(read("coverage.datapackage.json?stichtag=2019-06-01").data)
        assert [one["name"] for one in told["resources"]] == ["coverage", "coverage-excel"]


class TestFormats:
    def test_all_of_them_have_the_same_cells(self, read):
        plain = rows(read(f"measures.csv?stichtag={DAY}"))
        listed = json.loads(read(f"measures.json?stichtag={DAY}").data)
        german = list(
            csv.reader(
                io.StringIO(read(f"measures.excel.csv?stichtag={DAY}").data.decode("utf-8-sig")),
                delimiter=";",
            )
        )
        book = openpyxl.load_workbook(io.BytesIO(read(f"measures.xlsx?stichtag={DAY}").data)).worksheets[0]
        keys = [row["measure_id"] for row in plain]
        assert keys == [row["measure_id"] for row in listed] == [row[0] for row in german[1:]]
        assert keys == [row[0].value for row in list(book.iter_rows())[1:]]
        titles = [title for title in german[0] if not title.endswith(" (Code)")]
        assert titles == [field["title"] for field in TABLES["measures"].fields]

    def test_with_all_that_chooses(self, read):
        """Filters, ranges, columns, order and number choose among the rows of the day."""
        asked = "columns=measure_id,as_of&sort=-measure_id&limit=2&as_of.from=2019-01-01"
        found = rows(read(f"measures.csv?stichtag={NEXT}&{asked}"))
        shown = sorted(
            (one for one in record(cut_off_date=NEXT) if one["as_of"] >= "2019-01-01"),
            key=lambda m: m["measure_id"],
        )
        assert found == [{n: one[n] for n in ("measure_id", "as_of")} for one in shown[::-1][:2]]
        many = "&".join(f"measure_id=x{number}" for number in range(10_000))
        assert rows(read(f"measures.csv?stichtag={DAY}&measure_id=dms&{many}"))[0]["measure_id"] == "dms"

    def test_the_day_is_in_the_name_and_in_the_package(self, read):
        answer = read(f"measures.csv?stichtag={DAY}&bekannt_am={config.today()}&status=planned")
        name = f"measures-stichtag={DAY}-bekannt_am={config.today()}-status=planned.csv"
        assert name in answer.headers["Content-Disposition"]
        told = json.loads(read(described_by(answer)).data)
        assert (told["stichtag"], told["bekannt_am"]) == (DAY, str(config.today()))
        assert told["comment"] == f"Auswahl: stichtag={DAY} bekannt_am={config.today()} status=planned"
        assert [one["name"] for one in told["resources"]] == ["measures", "measures-excel"]
        assert all(f"stichtag={DAY}" in one["path"] for one in told["resources"])
        assert not {"bytes", "hash"} & set(told["resources"][0])
        assert (
            f'measures-stichtag={DAY}.json"'
            in read(f"measures.json?stichtag={DAY}").headers["Content-Disposition"] + '"'
        )

    def test_the_package_describes_the_files(self, read, tmp_path):
        """What the package of all tables names is valid, table by table."""
        told = json.loads(read(f"datapackage.json?stichtag={DAY}").data)
        assert len(told["resources"]) == 2 * len(TABLES)
        kept = []
        for one in told["resources"]:
            address = one["path"].partition(f"{DATA}/")[2]
            name = address.partition("?")[0]
            (tmp_path / name).write_bytes(read(address).data)
            kept.append({**one, "path": name})
        (tmp_path / "datapackage.json").write_text(json.dumps({**told, "resources": kept}))
        assert Package(str(tmp_path / "datapackage.json")).validate().flatten(["message"]) == []

    def test_a_schema_is_that_of_every_day(self, read):
        assert read(f"measures.schema.json?stichtag={DAY}").data == read("measures.schema.json").data


def described_by(answer: Any) -> str:
    return str(answer.headers["Link"].partition(">")[0].partition(f"{DATA}/")[2])


class TestHttp:
    def test_what_a_reader_has_is_not_sent_again(self, read):
        tag = read(f"measures.csv?stichtag={DAY}").headers["ETag"]
        assert read(f"measures.csv?stichtag={DAY}", 304, **{"If-None-Match": tag}).data == b""
        assert read(f"measures.csv?stichtag={NEXT}", **{"If-None-Match": tag}).headers["ETag"] != tag
        assert read(f"measures.json?stichtag={DAY}", **{"If-None-Match": tag}).headers["ETag"] != tag
        assert "no-cache" in read(f"measures.csv?stichtag={DAY}").headers["Cache-Control"]
        package = read(f"datapackage.json?stichtag={DAY}").headers["ETag"]
        assert read(f"datapackage.json?stichtag={DAY}", 304, **{"If-None-Match": package}).data == b""

    def test_a_correction_makes_another(self, read, app):
        """What is learnt of a past day changes its table, and not what was known before."""
        before = read(f"measures.csv?stichtag={DAY}")
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        told = {
            "id": "dms",
            "as_of": "2019-03-01",
            "progress_percent": 1,
            "statement": "Nachtrag.",
            "status": "planned",
        }
        tk.get_action("digitalms_statement_create")({"user": user}, told)
        after = read("status_series.csv?stichtag=2019-03-10&measure_id=dms")
        assert "Nachtrag." in after.body
        assert read(f"measures.csv?stichtag={DAY}").data == before.data

    def test_heads_ranges_and_packed(self, read, app):
        address = f"{DATA}/measures.csv?stichtag={DAY}"
        whole = app.get(address).data
        client = app.test_client(use_cookies=False)
        assert client.head(address).data == b""
        assert client.get(address, headers={"Range": "bytes=0-9"}).data in {whole, whole[:10]}
        packed = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert client.get(address, buffered=False).is_streamed

    def test_nothing_stays_on_the_disk(self, read, app, tmp_path, monkeypatch):
        folder = tmp_path / "temporary"
        folder.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        client = app.test_client(use_cookies=False)
        for name in ("measures.csv", "measures.xlsx", "datapackage.json", "measures.datapackage.json"):
            for send in (client.get, client.head):
                send(f"{DATA}/{name}?stichtag={DAY}").close()
        client.get(f"{DATA}/measures.csv?stichtag={DAY}&wort=x").close()
        assert list(folder.iterdir()) == []


class TestRefused:
    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            ("stichtag=gestern", "„gestern“ ist kein Tag"),
            ("stichtag=", "„stichtag“ ist leer"),
            ("bekannt_am=%20", "„bekannt_am“ ist leer"),
            ("bekannt_am=x", "ist weder Tag noch Zeitpunkt"),
            (f"stichtag={TO_COME}", "1. Januar 2130 liegt in der Zukunft"),
            (f"bekannt_am={TO_COME}", "1. Januar 2130 liegt in der Zukunft"),
            (f"bekannt_am={TO_COME}T12:00:00Z", "1. Januar 2130 liegt in der Zukunft"),
            (f"stichtag={DAY}&stichtag={NEXT}", "steht mehr als einmal in der Adresse"),
            (f"bekannt_am={DAY}&bekannt_am={NEXT}", "steht mehr als einmal in der Adresse"),
            (f"stichtag={DAY}&wort=x", "measure_id"),
            (f"stichtag={DAY}&limit=x", "limit"),
        ],
    )
    def test_with_a_sentence(self, read, asked, sentence):
        for name in ("measures.csv", "steps.json", "measures.xlsx", "measures.datapackage.json"):
            told = json.loads(read(f"{name}?{asked}", 400).data)["error"]
            assert sentence in json.dumps(told, ensure_ascii=False), told

    def test_the_names_of_actions_are_pointed_to(self, read):
        """Who knows the API's names is told those of addresses."""
        for name, meant in (("cut_off_date", "stichtag"), ("known_at", "bekannt_am")):
            assert f"„{meant}“" in read(f"measures.csv?{name}={DAY}", 400).body

    def test_the_same_twice_is_once(self, read):
        assert len(rows(read(f"measures.csv?stichtag={DAY}&stichtag={DAY}"))) == len(record(cut_off_date=DAY))
        assert rows(read("measures.csv?stichtag=14.03.2019")) == rows(read(f"measures.csv?stichtag={DAY}"))

    def test_what_has_no_days_says_so(self, read, app):
        release = releases.current().release_id
        told = read(f"measures/{release}/measures.csv?stichtag={DAY}", 400).body
        assert "/digitalisierung/daten/measures.csv?stichtag=" in told
        assert read(f"datapackage.json?stichtag={DAY}&status=x", 400)

    def test_what_is_not_there(self, read):
        for name in ("nichts.csv", "measures.pdf", "nichts/"):
            read(f"{name}?stichtag={DAY}", 404)
