"""Coverage is published as a release of its own: every edition, in every format, once per change."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.publishing import coverage_rows, datasets, release_check, releases, stages
from ckanext.digitalms.publishing.formats import FORMATS
from ckanext.digitalms.tables.open_tables import COVERAGE_TABLES

pytestmark = pytest.mark.usefixtures("releases_at")

AREAS = json.dumps(
    {
        "features": [
            {"properties": {"AGS": k, "GEN": n}} for k, n in (("05515000", "Münster"), ("05554004", "Ahaus"))
        ]
    }
)
TABLE = "AGS;alle Technologien ≥ 30 Mbit/s;DSL ≥ 30 Mbit/s\n05515000;96.51;0\n05554004;0;0\n"
KEY = ("area_code", "edition", "technology", "speed_mbit_s", "share_percent", "value_state", "area_name")


def deliver(edition: str = "2019-06", content: str = TABLE, areas: str = AREAS) -> str:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    told = {
        "kind": "coverage",
        "content": content,
        "areas": areas,
        "edition": edition,
        "customer": "private",
        "base": "households",
        "source": "© BNetzA",
        "confirm": True,  # that the figures of another edition come again
    }
    state: str = tk.get_action("digitalms_delivery_create")({"user": user}, told)["state"]
    return state


def _shown(**asked: Any) -> Any:
    return tk.get_action("digitalms_coverage_show")({"user": ""}, {"limit": 1000, **asked})


def rows() -> list[tuple[Any, ...]]:
    now = releases.current(COVERAGE_TABLES)
    assert now
    path = releases.all_folders().path(now.manifest) / "coverage.json"
    return [tuple(row[name] for name in KEY) for row in json.loads(path.read_bytes())]


def test_every_format_dataset_and_datastore_say_the_same():
    deliver()
    assert releases.publish(COVERAGE_TABLES).change == "published"
    assert rows() == [
        ("05515000", "2019-06", "all", 30, 96.51, "measured", "Münster"),
        ("05515000", "2019-06", "dsl", 30, 0, "measured", "Münster"),
        ("05554004", "2019-06", "all", 30, None, "not_measured", "Ahaus"),
        ("05554004", "2019-06", "dsl", 30, None, "not_measured", "Ahaus"),
    ]
    now = releases.current(COVERAGE_TABLES)
    assert now
    assert release_check.validate(releases.all_folders().path(now.manifest)).is_valid
    assert now.manifest["period"] == ["2019-06-01", "2019-06-01"]
    dataset = tk.get_action("package_show")({"ignore_auth": True}, {"id": "breitbandversorgung"})
    assert len(dataset["resources"]) == len(FORMATS)
    resource = datasets.resource_id("coverage", "csv")
    asked = {"resource_id": resource, "filters": {"area_code": "05515000"}}
    found = tk.get_action("datastore_search")({"ignore_auth": True}, asked)
    assert found["total"] == 2


def test_who_waits_is_told_what_is_being_done():
    deliver()
    told: list[str] = []
    with stages.told_to(told.append):
        releases.publish(COVERAGE_TABLES)
    files = [f"coverage.{ending}" for ending in FORMATS]
    assert told == [*files, "validation", "DataStore", "datasets"]


def test_only_a_change_is_a_release():
    assert releases.publish(COVERAGE_TABLES) == releases.Outcome("unchanged")
    deliver()
    assert releases.publish_all().change == "published"
    assert releases.publish_all().change == "unchanged"
    assert deliver() == "unchanged"
    assert releases.publish_all().change == "unchanged"
    assert deliver("2018-12") == "accepted"
    assert releases.publish_all().change == "published"
    assert {row[1] for row in rows()} == {"2018-12", "2019-06"}
    assert deliver(content=TABLE.replace("96.51", "97")) == "accepted"
    assert releases.publish_all().change == "published"
    assert ("05515000", "2019-06", "all", 30, 97, "measured", "Münster") in rows()
    assert releases.problems() == []


def test_addresses(app):
    deliver()
    releases.publish_all()
    base = "/digitalisierung/daten"
    page = app.get("/digitalisierung/tabelle/coverage?_diagramm=bar&_x=customer").body
    assert page.count("private Haushalte") > 4  # rows, and the bar
    typed = "?_spalte=base&_bedingung=ist&_text=haushalte"
    answer = app.get(f"/digitalisierung/tabelle/coverage{typed}", follow_redirects=False)
    assert "?base=households#" in answer.headers["Location"]
    text = app.get(f"{base}/coverage.csv").body.replace("\r\n", "\n")
    assert next(csv.DictReader(io.StringIO(text)))["share_percent"] == "96.51"
    assert '"name": "breitbandversorgung"' in app.get(f"{base}/coverage.datapackage.json").body
    assert app.get(f"{base}/coverage.schema.json").json["primaryKey"][0] == "area_code"
    assert app.get(f"{base}/coverage/").status_code == 200
    assert "Breitbandversorgung" in app.get(f"{base}/").body


class TestShow:
    @pytest.mark.parametrize("persona", ["anonymous", "stranger", "editor", "coordinator", "sysadmin"])
    def test_everybody_sees_the_figures(self, personas, persona):
        deliver()
        deliver("2018-12")
        asked = {"area_code": "05515000", "technology": "all", "speed_mbit_s": 30}
        answer = tk.get_action("digitalms_coverage_show")({"user": personas[persona]}, asked)
        assert answer["count"] == 2
        told = [(row["edition"], row["share_percent"], row["value_state"]) for row in answer["results"]]
        assert told == [("2018-12", 96.51, "measured"), ("2019-06", 96.51, "measured")]

    def test_pages(self):
        deliver()
        answer = tk.get_action("digitalms_coverage_show")({"user": ""}, {"limit": 1, "offset": 3})
        assert answer["count"] == 4
        assert [row["area_name"] for row in answer["results"]] == ["Ahaus"]

    def test_a_page_begins_behind_another(self):
        """Parts by ``after`` are the whole list, each row once, with and without filters."""
        deliver()
        deliver("2018-12")
        for filters in ({}, {"technology": "dsl"}, {"area_code": "05515000"}, {"edition": "2018-12"}):
            whole = _shown(**filters)
            parts, following = [], {}
            while following is not None:
                part = _shown(**filters, **following, limit=3)
                assert part["count"] == whole["count"] == len(whole["results"])
                parts += part["results"]
                following = {"after": part["next"]} if part["next"] else None
            assert parts == whole["results"]

    def test_a_deep_page_reads_what_it_shows(self):
        """The index leads to the area where it begins; those before are not passed by."""
        areas = "".join(f"{5_000_000 + n:08d};{n % 100}\n" for n in range(3_000))
        known = [{"properties": {"AGS": f"{5_000_000 + n:08d}", "GEN": "Ort"}} for n in range(3_000)]
        deliver(content=f"AGS;alle Technologien ≥ 30 Mbit/s\n{areas}", areas=json.dumps({"features": known}))
        model.Session.execute(sa.text("ANALYZE digitalms_coverage_area"))
        cursor = coverage_rows.cursor_of(_shown(area_code="05002900")["results"][0])
        sent: list[str] = []

        def explain(connection: Any, asked: Any, statement: str, parameters: Any, *_: Any) -> None:
            if "LIMIT" in statement and "digitalms_coverage_area" in statement:
                with connection.connection.cursor() as asking:
                    asking.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {statement}", parameters)
                    sent.append("\n".join(row[0] for row in asking.fetchall()))

        sa.event.listen(model.meta.engine, "before_cursor_execute", explain)
        try:
            answer = _shown(after=cursor, limit=5)
        finally:
            sa.event.remove(model.meta.engine, "before_cursor_execute", explain)
        assert [row["area_code"] for row in answer["results"]] == [f"{5_002_901 + n:08d}" for n in range(5)]
        [plan] = sent
        assert "digitalms_coverage_area_order" in plan
        assert "Seq Scan on digitalms_coverage_area" not in plan

    @pytest.mark.parametrize(
        "asked",
        [
            {"after": "05515000"},
            {"after": "05515000,2019-06,private,all,download,x,households"},
            {"technology": "Glasfaser"},
            {"customer": "alle"},
            {"base": "x"},
            {"speed_mbit_s": 31},
            {"speed_mbit_s": "x"},
            {"area_code": "a\0b"},
            {"limit": 1001},
        ],
    )
    def test_nonsense_is_refused(self, asked):
        with pytest.raises(tk.ValidationError):
            tk.get_action("digitalms_coverage_show")({"user": ""}, asked)
