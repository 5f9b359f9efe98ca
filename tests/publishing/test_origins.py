"""Sources, terms, area and rhythm of every table: the same in package, dataset, pages and API."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, ClassVar

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests.helpers import call_action

from ckanext.digitalms.publishing import custom_tables, datasets, release_check, releases
from ckanext.digitalms.tables.open_tables import COVERAGE_TABLES
from ckanext.digitalms.tables.origin import NOT_STATED

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "releases_at")

ATLAS = "© Bundesnetzagentur / Breitbandatlas"
SOURCE = "Bundesnetzagentur: Breitbandatlas | Gigabit-Grundbuch"
NAMES = {"05515000": "Münster", "05554004": "Ahaus", "05558012": "Coesfeld", "05566008": "Emsdetten"}
BASE = "/digitalisierung/daten"
TABLE = "AGS;Ort\n05515000;Münster\n"


def deliver(edition: str = "2019-06", source: str = ATLAS) -> None:
    features = [{"properties": {"AGS": code, "GEN": name}} for code, name in NAMES.items()]
    rows = "".join(f"{code};90\n" for code in NAMES)
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    told = {
        "kind": "coverage",
        "content": f"AGS;alle Technologien ≥ 30 Mbit/s\n{rows}",
        "areas": json.dumps({"features": features}),
        "edition": edition,
        "customer": "private",
        "base": "households",
        "source": source,
        "confirm": True,  # that the figures of another edition come again
    }
    assert tk.get_action("digitalms_delivery_create")({"user": user}, told)["state"] == "accepted"


def shown(name: str) -> dict[str, Any]:
    found = call_action("digitalms_table_list")["results"]
    return next(one for one in found if one["name"] == name)


def dataset(name: str) -> dict[str, Any]:
    return call_action("package_show", id=name)


class TestCoverage:
    def test_everything_says_whose_it_is(self, app):
        deliver()
        assert releases.publish(COVERAGE_TABLES).change == "published"
        package = app.get(f"{BASE}/coverage.datapackage.json").json
        origin = shown("coverage")["origin"]
        assert [one["title"] for one in package["sources"]] == [SOURCE]
        assert package["sources"][0]["path"] == "https://gigabitgrundbuch.bund.de"
        assert package["attribution"].startswith(f"{ATLAS} · Quelle: Breitbandatlas")
        assert package["title"] == "Breitbandversorgung: Münsterland"
        assert package["spatial"]["title"] == "Münsterland"
        assert package["frequency"].endswith("ANNUAL_2")
        assert "name" not in package["licenses"][0]
        assert package["licenses"][0]["title"].startswith("Nutzungshinweise der Quelle")
        assert package["resources"][0]["sources"] == package["sources"]
        assert {name: origin[name] for name in ("attribution", "spatial", "frequency")} == {
            name: package[name] for name in ("attribution", "spatial", "frequency")
        }
        found = dataset("breitbandversorgung")
        assert found["license_id"] == "other-terms"
        assert found["sources"] == [
            {
                "title": SOURCE,
                "url": "https://gigabitgrundbuch.bund.de",
                "license": package["licenses"][0]["title"],
                "license_url": "https://gigabitgrundbuch.bund.de",
                "attribution": package["attribution"],
            }
        ]
        assert (found["spatial_text"], found["area_code"]) == ("Münsterland", "05515 05554 05558 05566")
        hits = call_action("package_search", q="Bundesnetzagentur")["results"]
        assert [(one["name"], one["sources"]) for one in hits] == [(found["name"], found["sources"])]
        for page in (f"{BASE}/", f"{BASE}/coverage/", "/dataset/breitbandversorgung"):
            body = app.get(page).body
            assert "Bundesnetzagentur: Breitbandatlas" in body
            assert "ein Lizenzcode ist nicht bestätigt" in body
            assert "Münsterland" in body
            assert "halbjährlich" in body

    def test_the_whole_package_does_not_name_the_city_as_the_source(self):
        deliver()
        releases.publish(COVERAGE_TABLES)
        now = releases.current(COVERAGE_TABLES)
        folder = releases.all_folders().path(now.manifest)
        whole = json.loads((folder / "datapackage.json").read_bytes())
        assert whole["title"] == "Breitbandversorgung: Münsterland"
        assert [one["title"] for one in whole["contributors"]] == ["Stadt Münster"]
        assert [one["title"] for one in whole["sources"]] == [SOURCE]
        assert whole["keywords"][-4:] == ["05515", "05554", "05558", "05566"]
        assert release_check.validate(folder).is_valid

    def test_what_an_edition_says_of_its_source_wins(self):
        deliver(source="Stadtwerke Münster")
        releases.publish(COVERAGE_TABLES)
        found = dataset("breitbandversorgung")
        assert [(one["title"], one["license"]) for one in found["sources"]] == [
            ("Stadtwerke Münster", NOT_STATED)
        ]
        deliver("2019-12")
        releases.publish(COVERAGE_TABLES)
        found = dataset("breitbandversorgung")
        assert [one["title"] for one in found["sources"]] == [SOURCE, "Stadtwerke Münster"]
        assert shown("coverage")["origin"]["license"] == {
            "title": "Nutzungsbedingungen je Quelle verschieden"
        }

    def test_a_licence_that_the_owner_knows(self, ckan_config, monkeypatch):
        deliver()
        releases.publish(COVERAGE_TABLES)
        monkeypatch.setitem(ckan_config, "ckanext.digitalms.coverage.license_id", "dl-de-by-2.0")
        assert releases.publish(COVERAGE_TABLES).change == "published"
        assert dataset("breitbandversorgung")["license_id"] == "dl-de-by-2.0"
        assert shown("coverage")["origin"]["license"]["name"] == "DL-DE-BY-2.0"
        assert releases.publish(COVERAGE_TABLES).change == "unchanged"

    def test_words_of_a_source_are_no_markup(self, app):
        deliver(source="<script>alert(1)</script> & Söhne")
        releases.publish(COVERAGE_TABLES)
        for page in (f"{BASE}/", "/dataset/breitbandversorgung"):
            body = app.get(page).body
            assert "<script>alert(1)" not in body
            assert "&lt;script&gt;alert(1)" in body

    def test_each_row_says_how_it_was_gathered(self, app):
        for edition, source in (("2021-12", ATLAS), ("2022-12", "© BNetzA"), ("2023-06", "Stadtwerke")):
            deliver(edition, source)
        releases.publish(COVERAGE_TABLES)
        rows = csv.DictReader(io.StringIO(app.get(f"{BASE}/coverage.csv?area_code=05515000").body))
        assert {row["edition"]: row["survey"] for row in rows} == {
            "2021-12": "before_2022",
            "2022-12": "since_2022",
            "2023-06": "",
        }
        assert "Reihenbruch" in app.get(f"{BASE}/coverage.datapackage.json").json["description"]


class TestTablesOfTheCity:
    def test_everything_says_whose_they_are(self, app, make_measure):
        make_measure(name="dms")
        assert releases.publish().change == "published"
        package = app.get(f"{BASE}/datapackage.json").json
        assert [one["title"] for one in package["sources"]] == ["Stadt Münster"]
        assert package["title"] == "Digitalisierungsmaßnahmen: Stadt Münster"
        assert [one["name"] for one in package["licenses"]] == ["DL-DE-BY-2.0"]
        one = app.get(f"{BASE}/goals.datapackage.json").json
        assert one["attribution"].startswith(
            "Quelle: Stadt Münster, Jahresziele der Digitalisierungsmaßnahmen"
        )
        found = dataset("massnahmen")
        assert (found["license_id"], found["area_code"]) == ("dl-de-by-2.0", "05515000")
        assert found["spatial_text"] == "Münster"
        assert found["frequency"].endswith("CONT")
        assert found["sources"][0]["title"] == "Stadt Münster"

    def test_a_licence_that_no_list_knows_is_told_as_it_is(self, ckan_config, monkeypatch, make_measure):
        make_measure(name="dms")
        monkeypatch.setitem(ckan_config, "ckanext.digitalms.license_id", "eigene-lizenz")
        assert releases.publish().change == "published"
        assert shown("measures")["origin"]["license"] == {"name": "eigene-lizenz"}
        assert dataset("massnahmen")["license_id"] == "eigene-lizenz"


class TestReleaseOfBefore:
    """One without origins and without the columns that came later."""

    @pytest.fixture
    def former(self):
        deliver()
        releases.publish(COVERAGE_TABLES)
        now = releases.current(COVERAGE_TABLES)
        folder = releases.all_folders().path(now.manifest)
        path = folder / "coverage.csv"
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
        for row in rows:
            row.pop("survey")
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        schema = json.loads((folder / "coverage.schema.json").read_bytes())
        schema["fields"] = [one for one in schema["fields"] if one["name"] != "survey"]
        (folder / "coverage.schema.json").write_text(json.dumps(schema), "utf-8")
        now.manifest = {name: told for name, told in now.manifest.items() if name != "origins"}
        model.Session.add(now)
        model.repo.commit()
        return now.release_id

    def test_it_can_still_be_read_in_part(self, app, former):
        for ending in ("csv", "json", "excel.csv", "xlsx"):
            assert app.get(f"{BASE}/coverage.{ending}?area_code=05515000").status_code == 200
        text = app.get(f"{BASE}/coverage/{former}/coverage.csv?area_code=05515000").body
        assert "survey" not in text.splitlines()[0]
        assert app.get(f"{BASE}/coverage.csv?survey=before_2022").status_code == 400

    def test_it_says_what_is_declared(self, app, former):
        assert shown("coverage")["origin"]["sources"][0]["title"] == SOURCE
        assert app.get(f"{BASE}/coverage/").status_code == 200

    def test_it_can_be_compared(self, former):
        deliver("2019-12")
        assert releases.publish(COVERAGE_TABLES).change == "published"
        now = releases.current(COVERAGE_TABLES)
        told = {"table": "coverage", "before": former, "after": now.release_id}
        found = call_action("digitalms_release_diff", **told)
        assert found["columns_added"] == ["survey"]

    def test_a_repair_brings_it_back_as_it_was(self, former):
        now = releases.current(COVERAGE_TABLES)
        assert now.release_id == former
        releases.repair(now)
        asked = {"resource_id": datasets.resource_id("coverage", "csv")}
        assert tk.get_action("datastore_search")({"ignore_auth": True}, asked)["total"] == 4


class TestOwnTable:
    SOURCES: ClassVar[list[dict[str, str]]] = [
        {
            "title": "Land NRW",
            "url": "https://open.nrw",
            "license": "dl-de-zero-2.0",
            "attribution": "© Land NRW",
        },
        {
            "title": "Kreis Borken",
            "license": "Nur mit Nennung",
            "license_url": "https://example.org/bedingungen",
        },
    ]

    def draft(self, user: str, **told: Any) -> str:
        given = {"content": TABLE, "filename": "orte.csv", "organisation": "citeq", **told}
        return tk.get_action("digitalms_dataset_draft_create")({"user": user}, given)["id"]

    def publish(self, user: str, **told: Any) -> dict[str, Any]:
        return tk.get_action("digitalms_dataset_publish")({"user": user}, {"id": self.draft(user, **told)})

    def package(self, name: str) -> dict[str, Any]:
        now = releases.current(custom_tables.group_of(dataset(name)["id"]))
        folder = releases.all_folders().path(now.manifest)
        return json.loads((folder / "datapackage.json").read_bytes())

    def test_its_owner_says_where_it_comes_from(self, personas, app):
        told = {
            "sources": self.SOURCES,
            "license_id": "other-terms",
            "spatial_text": "Kreis Borken",
            "area_code": "05554",
            "frequency": "http://publications.europa.eu/resource/authority/frequency/ANNUAL_2",
        }
        done = self.publish(personas["editor"], **told)
        found, package = dataset(done["name"]), self.package(done["name"])
        assert found["sources"] == self.SOURCES
        assert (found["spatial_text"], found["area_code"]) == ("Kreis Borken", "05554")
        assert package["sources"][0]["license"]["name"] == "DL-DE-ZERO-2.0"
        assert package["sources"][1]["license"] == {
            "title": "Nur mit Nennung",
            "path": "https://example.org/bedingungen",
        }
        assert package["attribution"] == "© Land NRW; Kreis Borken"
        assert package["spatial"] == {"title": "Kreis Borken", "codes": ["05554"]}
        body = app.get(f"/dataset/{done['name']}").body
        assert "Land NRW" in body
        assert "Nur mit Nennung" in body
        assert "halbjährlich" in body

    def test_without_a_source_it_is_the_office_s(self, personas):
        done = self.publish(personas["editor"])
        (source,) = self.package(done["name"])["sources"]
        assert source["title"] == model.Group.get("citeq").title
        assert "sources" not in dataset(done["name"]) or not dataset(done["name"])["sources"]

    def test_another_source_is_a_new_version(self, personas):
        first = self.publish(personas["editor"], name="orte")
        again = self.publish(personas["editor"], dataset="orte")
        assert again["change"] == "unchanged"
        second = self.publish(personas["editor"], dataset="orte", sources=self.SOURCES[:1])
        assert second["change"] == "published"
        assert second["release_id"] != first["release_id"]
        kept = self.publish(personas["editor"], dataset="orte")
        assert kept["change"] == "unchanged"
        assert dataset("orte")["sources"] == self.SOURCES[:1]
        none = self.publish(personas["editor"], dataset="orte", sources=[])
        assert none["change"] == "published"
        assert not dataset("orte").get("sources")

    @pytest.mark.parametrize(
        ("told", "field", "words"),
        [
            ({"sources": [{"title": "x", "url": "javascript:alert(1)"}]}, "sources", "address"),
            ({"sources": [{"title": "x", "license_url": "nirgendwo"}]}, "sources", "address"),
            ({"sources": [{"title": "x" * 10**6}]}, "sources", "characters"),
            ({"sources": [{"url": "https://example.org"}]}, "sources", "whose"),
            ({"sources": [{"title": f"Quelle {n}"} for n in range(100)]}, "sources", "100"),
            ({"sources": [{"title": "x", "name": "y"}]}, "sources", "not known"),
            ({"license_id": "keine-bekannte"}, "license_id", "no licence"),
            ({"frequency": "jede Woche"}, "frequency", "no frequency"),
            ({"area_code": "05515000 Borken"}, "area_code", "no area code"),
        ],
    )
    def test_what_cannot_be_is_refused_with_a_sentence(self, personas, told, field, words):
        with pytest.raises(tk.ValidationError) as refused:
            self.draft(personas["editor"], **told)
        assert list(refused.value.error_dict) == [field]
        assert words.casefold() in str(refused.value.error_dict[field]).casefold()

    def test_a_source_of_script_is_shown_as_text(self, personas, app):
        told = {"sources": [{"title": "<script>alert(1)</script>", "license": "<img src=x onerror=y>"}]}
        done = self.publish(personas["editor"], **told)
        body = app.get(f"/dataset/{done['name']}").body
        assert "<script>alert(1)" not in body
        assert "<img src=x" not in body
        assert "&lt;script&gt;alert(1)" in body


class TestBlanked:
    def test_words_of_a_source_are_blanked_everywhere(self, app, releases_at, personas):
        """In the table, the package, the manifest that the API reads, and the dataset."""
        deliver(source="Erna Beispiel")
        releases.publish(COVERAGE_TABLES)
        told = {"text": "Erna Beispiel", "reason": "Person"}
        tk.get_action("digitalms_redact")({"user": personas["sysadmin"]}, told)
        assert "Erna" not in json.dumps(shown("coverage"), ensure_ascii=False)
        assert "Erna" not in json.dumps(dataset("breitbandversorgung"), ensure_ascii=False)
        for page in (f"{BASE}/", f"{BASE}/coverage.datapackage.json", f"{BASE}/coverage.csv"):
            assert "Erna" not in app.get(page).body
        assert releases.publish(COVERAGE_TABLES).change == "unchanged"
        assert releases.problems() == []
