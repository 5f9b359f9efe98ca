"""Mobile coverage is delivered by the same form and published as a table of its own, cell by cell."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import openpyxl
import pytest
from ckan import model

from ckanext.digitalms.model import CoverageEdition
from ckanext.digitalms.publishing import datasets, releases
from ckanext.digitalms.tables.open_tables import COVERAGE_TABLES, MOBILE_TABLES

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "coverage"
pytestmark = pytest.mark.usefixtures("catalogue")

AREAS = json.dumps(
    {
        "features": [
            {"properties": {"AGS": k, "GEN": n}} for k, n in {"05515": "Münster", "05554": "Borken"}.items()
        ]
    }
)
TABLE = (
    '"AGS";"Technologie";"Flaechenart";"Flaechen Gruppe";"Flaechen Gruppe Name";"Verfügbarkeit"\n'
    '"05515";"5G2";Autobahn;30;Infrastruktur;98.97\n'
    '"05515";LTE10;"Wald-, Wiesenflächen";20;Gemeindefläche;100.00\n'
    '"05515";Mobil Alle;Autobahn;30;Infrastruktur;0.00\n'
    '"05554";"5G2";"Wald-, Wiesenflächen";20;Gemeindefläche;-\n'
)
EXPECTED = [
    ("05515", "5g", "2", "Autobahn", "30", "Infrastruktur", "98.97", "measured", "Münster"),
    ("05515", "lte", "10", "Wald-, Wiesenflächen", "20", "Gemeindefläche", "100", "measured", "Münster"),
    ("05515", "mobile", "0", "Autobahn", "30", "Infrastruktur", "0", "measured", "Münster"),
    ("05554", "5g", "2", "Wald-, Wiesenflächen", "20", "Gemeindefläche", "", "not_measured", "Borken"),
]
SHOWN = (
    *("area_code", "technology", "speed_mbit_s", "land_use", "land_use_group_code", "land_use_group"),
    *("share_percent", "value_state", "area_name"),
)


def deliver(content: str = TABLE, edition: str = "2021-06", **more: Any) -> dict[str, Any]:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    told = {"kind": "coverage", "content": content, "areas": AREAS, "edition": edition, **more}
    stated = {"customer": "private", "base": "households", "source": "© Bundesnetzagentur"}
    answer: dict[str, Any] = tk.get_action("digitalms_delivery_create")({"user": user}, {**stated, **told})
    return answer


def plain(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [tuple("" if row[name] is None else str(row[name]) for name in SHOWN) for row in rows]


def test_every_format_has_every_cell():
    delivery = deliver()
    assert delivery["state"] == "accepted", delivery
    change = delivery["report"]["changes"][0]
    assert (change["base"], change["customer"], change["areas"], change["figures"]) == (
        "land_use",
        "any",
        2,
        4,
    )
    assert releases.publish_all().change == "published"
    assert releases.current(COVERAGE_TABLES) is None
    now = releases.current(MOBILE_TABLES)
    assert now
    folder = releases.all_folders().path(now.manifest)
    found = list(csv.DictReader(io.StringIO((folder / "mobile_coverage.csv").read_text("utf-8"))))
    assert plain(found) == EXPECTED
    assert {(r["edition"], r["area_type"], r["survey"]) for r in found} == {
        ("2021-06", "district", "before_2022")
    }
    as_json = json.loads((folder / "mobile_coverage.json").read_bytes())
    assert [str(row["share_percent"]).removesuffix(".0") for row in as_json] == ["98.97", "100", "0", "None"]
    sheet = openpyxl.load_workbook(folder / "mobile_coverage.xlsx").worksheets[0]
    header, *rows = sheet.iter_rows(values_only=True)
    place = header.index("share_percent")
    assert [row[place] for row in rows] == [98.97, 100, 0, None]
    beside = [header.index(name) for name in ("area_type", "area_type_code")]
    assert {tuple(row[one] for one in beside) for row in rows} == {
        ("Kreis oder kreisfreie Stadt", "district")
    }
    asked = {"resource_id": datasets.resource_id("mobile_coverage", "csv")}
    stored = tk.get_action("datastore_search")({"ignore_auth": True}, asked)
    assert [(r["area_code"], r["land_use"]) for r in stored["records"]] == [(r[0], r[3]) for r in EXPECTED]
    assert releases.problems() == []


def test_its_dataset_says_whose_it_is_and_the_pages_show_it(app):
    deliver()
    releases.publish_all()
    dataset = tk.get_action("package_show")({"ignore_auth": True}, {"id": "mobilfunkversorgung"})
    assert "Bundesnetzagentur" in json.dumps(dataset["sources"], ensure_ascii=False)
    for page in ("/digitalisierung/daten/", "/digitalisierung/daten/mobile_coverage/"):
        assert "Mobilfunkversorgung nach Flächenart" in app.get(page).body
    text = app.get("/digitalisierung/daten/mobile_coverage.csv?area_code=05554&stichtag=2026-01-01").body
    assert [row["area_code"] for row in csv.DictReader(io.StringIO(text))] == ["05554"]
    early = app.get("/digitalisierung/daten/mobile_coverage.csv?stichtag=2020-01-01").body
    assert len(early.splitlines()) == 1
    package = app.get("/digitalisierung/daten/mobile_coverage.datapackage.json").json
    assert package["name"] == "mobilfunkversorgung"


def test_the_other_table_and_its_api_have_nothing_of_it():
    deliver()
    shown = tk.get_action("digitalms_coverage_show")({"user": ""}, {})
    assert (shown["count"], shown["results"]) == (0, [])


def test_taken_back_and_back_again():
    delivery = deliver()
    context = {"user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]}
    tk.get_action("digitalms_delivery_undo")(context, {"id": delivery["id"]})
    assert model.Session.query(CoverageEdition).filter_by(ended_at=None).count() == 0
    tk.get_action("digitalms_delivery_redo")(context, {"id": delivery["id"]})
    [edition] = model.Session.query(CoverageEdition).filter_by(ended_at=None)
    assert (edition.base, len(edition.series)) == ("land_use", 4)


def test_twice_is_unchanged_and_a_correction_replaces():
    deliver()
    assert deliver()["state"] == "unchanged"
    changed = deliver(TABLE.replace("98.97", "99"))
    assert (changed["state"], changed["report"]["changes"][0]["change"]) == ("accepted", "replaced_edition")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not here")
def test_the_real_file_comes_in_without_boundaries_and_without_a_question():
    data = (SAMPLES / "landkreis_mobilfunk_stats_2021_1.muensterland.csv").read_text("utf-8")
    delivery = deliver(data, areas="")
    assert (delivery["state"], delivery["report"]["summary"]) == ("accepted", {})
    releases.publish_all()
    now = releases.current(MOBILE_TABLES)
    assert now
    path = releases.all_folders().path(now.manifest) / "mobile_coverage.csv"
    found = csv.DictReader(io.StringIO(path.read_text("utf-8")))
    came = csv.DictReader(io.StringIO(data), delimiter=";")
    words = {"5g": "5G", "lte": "LTE", "mobile": "Mobil Alle"}
    published = {}
    for row in found:
        technology = words[row["technology"]] + row["speed_mbit_s"].removeprefix("0")
        published[row["area_code"], technology, row["land_use"]] = float(row["share_percent"])
    assert published == {
        (r["AGS"], r["Technologie"], r["Flaechenart"]): float(r["Verfügbarkeit"]) for r in came
    }
