"""A table of one's own: from an uploaded file to a dataset with versions, and what goes wrong on the way."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import openpyxl
import pytest
from at_once import at_once, field_of
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from frictionless import Report

from ckanext.digitalms.model import Delivery
from ckanext.digitalms.publishing import custom_tables, releases

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "releases_at")

GERMAN = (
    "AGS;Ort;Einwohner;Anteil in %;Stichtag\r\n"
    "05515000;Münster;315293;96,51;31.12.2019\r\n"
    "05558012;Coesfeld;36217;1.250,5;1.1.2020\r\n"
).encode("cp1252")
BAD = "AGS;Ort;Einwohner;Anteil in %;Stichtag\n05515000;Münster;viele;96,51;31.02.2019\n".encode()
HEADER = "AGS;Ort;Einwohner;Anteil in %;Stichtag\n"
NAMES = ("ags", "ort", "einwohner", "anteil_in_prozent", "stichtag")
ROWS = [
    dict(zip(NAMES, row, strict=True))
    for row in (
        ("05515000", "Münster", 315293, 96.51, "2019-12-31"),
        ("05558012", "Coesfeld", 36217, 1250.5, "2020-01-01"),
    )
]


def draft(user: str, content: bytes | str = GERMAN, **told: Any) -> dict[str, Any]:
    told = {"filename": "einwohner.csv", "organisation": "citeq", **told}
    return tk.get_action("digitalms_dataset_draft_create")({"user": user}, {"content": content, **told})


def act(name: str, user: str, **told: Any) -> dict[str, Any]:
    return tk.get_action(f"digitalms_dataset_{name}")({"user": user}, told)


def published(user: str, content: bytes | str = GERMAN, **told: Any) -> dict[str, Any]:
    return act("publish", user, id=draft(user, content, **told)["id"])


def dataset(name: str) -> dict[str, Any]:
    return call_action("package_show", id=name)


def stored(name: str) -> list[dict[str, Any]]:
    found = {one["format"] + one["name"]: one for one in dataset(name)["resources"]}
    resource = next(one for one in found.values() if one["datastore_active"])
    records = call_action("datastore_search", resource_id=resource["id"], sort="_id")["records"]
    return [{k: v for k, v in row.items() if k != "_id"} for row in records]


class TestDraft:
    def test_what_is_found_is_shown(self, personas):
        """Delimiter, encoding, decimals, days and types as found, with the first rows as they stand there."""
        shown = draft(personas["editor"])
        assert shown["dialect"] == {
            "encoding": "cp1252", "delimiter": ";", "decimal_char": ",", "date_format": "%d.%m.%Y",
        }  # fmt: skip
        assert [c["type"] for c in shown["columns"]] == ["string", "string", "integer", "number", "date"]
        assert shown["preview"]["rows"][1] == ["05558012", "Coesfeld", "36217", "1.250,5", "1.1.2020"]
        assert shown["is_valid"]
        assert shown["metadata"]["title"] == "Einwohner"
        assert shown["state"] == "received"
        assert model.Session.query(model.Package).count() == 0

    def test_nothing_typed_is_lost_on_an_error(self, personas):
        """A column that cannot be changed so is refused, and the draft is as before."""
        one = draft(personas["editor"])
        columns = [{k: c[k] for k in ("name", "title", "type")} for c in one["columns"]]
        with pytest.raises(tk.ValidationError) as refused:
            act(
                "draft_update",
                personas["editor"],
                id=one["id"],
                columns=[*columns[:4], {"name": "ags"}],
                title="Neu",
            )
        assert "columns" in refused.value.error_dict
        model.Session.rollback()
        assert act("draft_show", personas["editor"], id=one["id"])["metadata"]["title"] == "Einwohner"

    def test_names_titles_and_types_are_edited(self, personas):
        """The file's column stays known under its new name."""
        one = draft(personas["editor"])
        columns = [{k: c[k] for k in ("name", "title", "type", "required", "key")} for c in one["columns"]]
        columns[2] |= {"name": "bewohner", "title": "Bewohnerinnen und Bewohner", "type": "string"}
        changed = act(
            "draft_update", personas["editor"], id=one["id"], columns=columns, title="Bewohner", notes="x"
        )
        assert changed["columns"][2]["name"] == "bewohner"
        assert changed["is_valid"], changed["report"]["findings"]
        done = act("publish", personas["editor"], id=one["id"])
        assert stored(done["name"])[0]["bewohner"] == "315293"
        # the same file again is read by the names that were given
        again = draft(personas["editor"], dataset=done["name"])
        assert again["is_valid"], again["report"]["findings"]
        assert act("publish", personas["editor"], id=again["id"])["change"] == "unchanged"

    def test_a_schema_of_ones_own(self, personas):
        """It is held to, and every place that breaks it is named."""
        schema = {"fields": [{"name": "ags", "type": "string", "constraints": {"pattern": "[0-9]{5}"}}]}
        one = draft(personas["editor"], "AGS\n05515000\n", schema=json.dumps(schema))
        found = [(f["cause"], f["row"], f["field"]) for f in one["report"]["findings"]]
        assert found == [("constraint-pattern", 2, "ags")]
        assert not one["is_valid"]
        with pytest.raises(tk.ValidationError) as refused:
            draft(personas["editor"], schema='{"fields": [], "$ref": "http://169.254.169.254/"}')
        assert "schema" in refused.value.error_dict

    def test_the_schema_of_an_open_table(self, personas):
        """One of ours may be used."""
        one = draft(personas["editor"], "measure_id;step_id\nx;y\n", schema_of="steps")
        assert one["chosen"] == "steps"
        assert not one["is_valid"]
        assert {f["cause"] for f in one["report"]["findings"]} >= {"missing-label"}

    def test_the_dialect_is_declared(self, personas):
        """What could be read in two ways is settled by what is declared."""
        one = draft(personas["editor"], "Ort;Wert\na;1.250\nb;2.500\n")
        assert one["columns"][1]["type"] == "string"
        declared = act("draft_update", personas["editor"], id=one["id"], decimal_char=",")
        assert declared["columns"][1]["type"] == "integer"

    def test_what_is_no_table_stays_a_draft(self, personas):
        """The bytes are kept, the report says why, and it is never valid."""
        one = draft(personas["editor"], b"%PDF-1.7 ...")
        assert (one["is_valid"], one["schema"], one["columns"]) == (False, None, [])
        assert one["report"]["errors"] == 1
        with pytest.raises(tk.ValidationError, match="1"):
            act("publish", personas["editor"], id=one["id"])

    def test_a_draft_is_thrown_away(self, personas):
        """With the file."""
        one = draft(personas["editor"])
        act("draft_delete", personas["editor"], id=one["id"])
        with pytest.raises(tk.ObjectNotFound):
            act("draft_show", personas["coordinator"], id=one["id"])
        assert act("draft_list", personas["editor"])["count"] == 0


class TestPublish:
    def test_a_table_of_german_excel(self, personas, releases_at):
        """Every format, schema, package and DataStore hold the same rows."""
        done = published(
            personas["editor"], title="Einwohner 2019", notes="Je Gemeinde.", keywords="Statistik, Amt"
        )
        assert (done["change"], done["name"]) == ("published", "einwohner-2019")
        found = dataset(done["name"])
        assert (found["private"], found["title"], found["license_id"]) == (
            False,
            "Einwohner 2019",
            "dl-de-by-2.0",
        )
        assert found["organization"]["name"] == "citeq"
        assert [tag["name"] for tag in found["tags"]] == ["Amt", "Statistik"]
        assert len(found["resources"]) == 4
        release = releases.current(custom_tables.group_of(done["id"]))
        folder = releases.all_folders().path(release.manifest)
        assert json.loads((folder / "einwohner-2019.json").read_bytes()) == ROWS
        read = list(csv.DictReader(io.StringIO((folder / "einwohner-2019.csv").read_text("utf-8"))))
        assert read[1]["anteil_in_prozent"] == "1250.5"
        sheet = openpyxl.load_workbook(folder / "einwohner-2019.xlsx").worksheets[0]
        assert sheet["A2"].value == "05515000"
        excel = (folder / "einwohner-2019.excel.csv").read_text("utf-8-sig").splitlines()
        assert excel[0] == "AGS;Ort;Einwohner;Anteil in %;Stichtag"
        assert excel[2] == "05558012;Coesfeld;36217;1250,5;01.01.2020"
        schema = json.loads((folder / "einwohner-2019.schema.json").read_bytes())
        assert [f["type"] for f in schema["fields"]] == ["string", "string", "integer", "number", "date"]
        assert schema["primaryKey"] == ["ags"]
        package = json.loads((folder / "datapackage.json").read_bytes())
        assert package["title"] == "Einwohner 2019"
        assert {"05515000", "05558012"} == {row["ags"] for row in stored(done["name"])}

    def test_the_report_beside_the_files(self, personas):
        """frictionless reads it; what is odd and not wrong is a warning in it, of just that version."""
        odd = HEADER + "05515000;Münster;1;1,5;1.1.2020\n5558012;Coesfeld;2;2,5;1.1.2020\n"
        done = published(personas["editor"], odd.encode())
        version = releases.get(done["release_id"])
        folder = releases.all_folders().path(version.manifest)
        report = Report.from_descriptor(str(folder / f"{done['name']}.report.json"))
        assert (report.valid, report.stats["warnings"]) == (True, 1)
        assert report.tasks[0].place == f"{done['name']}.csv"
        assert "“5558012” has 7 digits" in report.tasks[0].warnings[0]

    def test_a_new_version_keeps_the_ids(self, personas):
        """Same dataset, same resources; the version before stays reachable; equal content makes none."""
        first = published(personas["editor"])
        before = {one["id"] for one in dataset(first["name"])["resources"]}
        assert published(personas["editor"], dataset=first["name"])["change"] == "unchanged"
        newer = GERMAN.replace(b"36217", b"36218")
        second = published(personas["editor"], newer, dataset=first["name"])
        assert (second["change"], second["id"], second["name"]) == ("published", first["id"], first["name"])
        assert {one["id"] for one in dataset(first["name"])["resources"]} == before
        listed = act("version_list", "", id=first["name"])
        assert [v["release_id"] for v in listed["results"]] == [second["release_id"], first["release_id"]]
        assert [v["is_current"] for v in listed["results"]] == [True, False]
        assert [row["einwohner"] for row in stored(first["name"])] == [315293, 36218]

    def test_an_invalid_table_leaves_the_version_before(self, personas):
        """Refused with the number of its errors."""
        first = published(personas["editor"])
        with pytest.raises(tk.ValidationError):
            published(personas["editor"], BAD, dataset=first["name"])
        assert act("version_list", "", id=first["name"])["count"] == 1
        assert len(stored(first["name"])) == 2

    def test_an_invalid_table_is_kept_as_a_private_dataset(self, personas):
        """With file and report, without DataStore; mended, it becomes a public one under the same id."""
        schema = {"fields": [{"name": "ags"}, {"name": "einwohner", "type": "integer"}]}
        one = draft(personas["editor"], "AGS;Einwohner\n05515000;viele\n", schema=schema)
        saved = act("publish", personas["editor"], id=one["id"], as_draft=True)
        found = dataset(saved["name"])
        assert (saved["change"], found["private"]) == ("saved", True)
        assert [r["url"].rsplit("/", 1)[-1] for r in found["resources"]] == ["datei", "befunde.csv"]
        assert not any(r["datastore_active"] for r in found["resources"])
        assert releases.current(custom_tables.group_of(saved["id"])) is None
        mended = published(personas["editor"], "AGS;Einwohner\n05515000;5\n", dataset=saved["name"])
        assert (mended["change"], mended["id"]) == ("published", saved["id"])
        found = dataset(saved["name"])
        assert (found["private"], len(found["resources"])) == (False, 4)
        assert found.get("digitalms_draft") in (None, "")
        assert stored(saved["name"]) == [{"ags": "05515000", "einwohner": 5}]

    def test_a_draft_stays_private(self, personas, app):
        """Neither form nor API nor a bulk change makes it public; published, it is."""
        schema = {"fields": [{"name": "ags"}, {"name": "einwohner", "type": "integer"}]}
        one = draft(personas["editor"], "AGS;Einwohner\n05515000;viele\n", schema=schema)
        saved = act("publish", personas["editor"], id=one["id"], as_draft=True)
        other = factories.Dataset(owner_org="citeq", private=True)
        for user in (personas["editor"], personas["sysadmin"]):
            with pytest.raises(tk.ValidationError) as refused:
                tk.get_action("package_patch")({"user": user}, {"id": saved["id"], "private": False})
            assert "draft" in refused.value.error_dict["private"][0]
        call_action("package_patch", id=saved["id"], title="Neu")
        headers = {"Authorization": factories.APIToken(user=personas["sysadmin"])["token"]}
        form = {f"dataset_{one['id']}": "on" for one in (other, saved)} | {"bulk_action.public": "x"}
        page = app.post("/de/organization/bulk_process/citeq", data=form, headers=headers, status=400)
        assert "bleibt der Datensatz privat" in page.body
        shown = dataset(saved["name"])
        assert (shown["private"], shown["title"], dataset(other["name"])["private"]) == (True, "Neu", True)
        body = app.get(f"/en/dataset/{saved['name']}", headers=headers).body
        assert "a draft that does not count as valid" in body
        mended = published(personas["editor"], "AGS;Einwohner\n05515000;5\n", dataset=saved["name"])
        assert dataset(mended["name"])["private"] is False
        call_action("package_patch", id=saved["id"], private=True)
        call_action("package_patch", id=saved["id"], private=False)

    def test_what_a_coordinator_wrote_stays(self, personas):
        """A description that was edited in the catalogue is in the next draft, and stays."""
        first = published(personas["editor"])
        call_action("package_patch", id=first["id"], notes="Von Hand", name="anders")
        again = draft(personas["editor"], GERMAN.replace(b"36217", b"1"), dataset="anders")
        assert again["metadata"]["notes"] == "Von Hand"
        act("publish", personas["editor"], id=again["id"])
        found = dataset("anders")
        assert found["notes"] == "Von Hand"
        assert found["resources"][0]["url"].endswith("/datensatz/einwohner.csv")

    def test_what_the_catalogue_notes_is_its_own(self, personas):
        """Nobody takes another table's addresses; a form that lacks the mark does not lose it."""
        first = published(personas["editor"])
        theirs = {"user": personas["other_editor"]}
        thief = {"name": "dieb", "owner_org": "anderes-amt", "digitalms_own_table": first["name"]}
        made = tk.get_action("package_create")(theirs, dict(thief))
        assert not made.get("digitalms_own_table")
        tk.get_action("package_update")(theirs, {**thief, "id": made["id"], "digitalms_table": "measures"})
        assert not {"digitalms_own_table", "digitalms_table"} & set(dataset("dieb"))
        known = dataset(first["name"])
        typed = {name: value for name, value in known.items() if not name.startswith("digitalms_")}
        tk.get_action("package_update")({"user": personas["editor"]}, {**typed, "title": "Neu"})
        assert dataset(first["name"])["digitalms_own_table"] == first["name"]
        assert published(personas["editor"], GERMAN, dataset=first["name"])["change"] == "unchanged"

    def test_two_of_the_same_title(self, personas):
        """The second gets a name of its own; a name that was wished for and is taken is refused."""
        assert published(personas["editor"])["name"] == "einwohner"
        assert published(personas["editor"])["name"] == "einwohner-2"
        with pytest.raises(tk.ValidationError) as refused:
            published(personas["editor"], name="einwohner")
        assert "name" in refused.value.error_dict

    def test_title_and_organisation_are_needed(self, personas):
        """Both are told at once, and nothing is made."""
        one = tk.get_action("digitalms_dataset_draft_create")(
            {"user": personas["coordinator"]}, {"content": GERMAN, "title": ""}
        )
        with pytest.raises(tk.ValidationError) as refused:
            act("publish", personas["coordinator"], id=one["id"])
        assert set(refused.value.error_dict) == {"title", "organisation"}

    def test_twice(self, personas):
        """A draft is published once."""
        one = draft(personas["editor"])
        act("publish", personas["editor"], id=one["id"])
        with pytest.raises(tk.ValidationError) as refused:
            act("publish", personas["editor"], id=one["id"])
        assert "id" in refused.value.error_dict


class TestTogether:
    def test_two_uploads_for_one_dataset(self, personas):
        """Who comes second is told, and nothing of theirs is half there."""
        first = published(personas["editor"])
        mine = draft(personas["editor"], GERMAN.replace(b"36217", b"1"), dataset=first["name"])
        theirs = draft(personas["coordinator"], GERMAN.replace(b"36217", b"2"), dataset=first["name"])
        act("publish", personas["editor"], id=mine["id"])
        now = releases.current(custom_tables.group_of(first["id"]))
        now.created_at = datetime(2019, 12, 31, 23, 12, tzinfo=UTC)
        model.repo.commit()
        with pytest.raises(tk.ValidationError) as refused:
            act("publish", personas["coordinator"], id=theirs["id"])
        assert "1. Januar 2020, 00:12" in refused.value.error_dict["dataset"][0]
        assert [row["einwohner"] for row in stored(first["name"])] == [315293, 1]

    def test_at_the_same_moment(self, personas, app):
        """Of two that publish the same draft at once, one wins and the other is told."""
        one = draft(personas["editor"])
        ends = at_once(app, *[lambda: act("publish", personas["editor"], id=one["id"])["change"]] * 2)
        assert sorted(field_of(end) or end for end in ends) == ["id", "published"]

    def test_a_deleted_dataset_gets_no_version(self, personas):
        """Neither one that was deleted nor one that was purged meanwhile."""
        first = published(personas["editor"])
        one = draft(personas["editor"], GERMAN.replace(b"36217", b"1"), dataset=first["name"])
        tk.get_action("package_delete")({"user": personas["editor"]}, {"id": first["id"]})
        with pytest.raises(tk.ValidationError) as refused:
            act("publish", personas["editor"], id=one["id"])
        assert "dataset" in refused.value.error_dict
        call_action("dataset_purge", id=first["id"])
        with pytest.raises(tk.ObjectNotFound):
            act("publish", personas["coordinator"], id=one["id"])

    def test_a_purge_leaves_nothing(self, personas, releases_at):
        """No version, no file, no table of the DataStore."""
        first = published(personas["editor"])
        resource = custom_tables.resource_id(first["id"], "csv")
        call_action("dataset_purge", id=first["id"])
        assert releases.finished(custom_tables.group_of(first["id"])) == []
        assert list(releases_at.iterdir()) == []
        assert model.Session.query(Delivery).count() == 0
        with pytest.raises(tk.ObjectNotFound):
            call_action("datastore_search", resource_id=resource)

    def test_a_purge_during_a_publish(self, personas, monkeypatch, releases_at):
        """Past all locks, in the last moment: the version is undone and the reason told."""
        first = published(personas["editor"])
        one = draft(personas["editor"], GERMAN.replace(b"36217", b"1"), dataset=first["name"])
        save = custom_tables.save

        def late(*args: Any) -> list[str]:
            with model.meta.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE package SET state = 'deleted'")
            return save(*args)

        monkeypatch.setattr(custom_tables, "save", late)
        with pytest.raises(tk.ValidationError):
            act("publish", personas["editor"], id=one["id"])
        assert [r.release_id for r in releases.finished(custom_tables.group_of(first["id"]))] == [
            first["release_id"]
        ]
        assert [folder.name for folder in releases_at.iterdir()] == [first["release_id"]]


ALLOWED = ("editor", "coordinator", "sysadmin")
REFUSED = ("anonymous", "stranger", "other_editor")


class TestRights:
    @pytest.mark.parametrize("persona", ALLOWED)
    def test_office_and_coordinators(self, personas, persona):
        """They upload, change and publish for the office."""
        one = draft(personas[persona])
        act("draft_update", personas[persona], id=one["id"], title="Neu")
        assert act("publish", personas[persona], id=one["id"])["change"] == "published"

    @pytest.mark.parametrize("persona", REFUSED)
    def test_others(self, personas, persona):
        """They can do nothing of it, with a new dataset as with one that is there."""
        first = published(personas["editor"])
        one = draft(personas["editor"])
        for told in ({"organisation": "citeq"}, {"dataset": first["name"], "organisation": ""}):
            with pytest.raises(tk.NotAuthorized):
                draft(personas[persona], **told)
        for name in ("draft_show", "draft_update", "draft_delete", "publish"):
            with pytest.raises(tk.NotAuthorized):
                act(name, personas[persona], id=one["id"])

    def test_an_editor_gives_nothing_to_another_organisation(self, personas):
        """Neither with a new draft nor with its own."""
        one = draft(personas["editor"])
        with pytest.raises(tk.NotAuthorized):
            act("draft_update", personas["editor"], id=one["id"], organisation="anderes-amt")
        with pytest.raises(tk.NotAuthorized):
            draft(personas["editor"], organisation="anderes-amt")

    def test_a_name_of_digits_that_is_told_as_a_number(self, personas):
        """The right is judged by the dataset and organisation that the action finds."""
        first = published(personas["editor"], name="2024")
        call_action("package_patch", id=first["id"], private=True)
        office = factories.Organization(name="123")["id"]
        with pytest.raises(tk.NotAuthorized):
            draft(personas["other_editor"], dataset=2024, organisation="anderes-amt")
        with pytest.raises(tk.NotAuthorized):
            act("version_restore", personas["other_editor"], id=2024)
        one = draft(personas["editor"], dataset=2024)
        with pytest.raises(tk.NotAuthorized):
            act("draft_update", personas["editor"], id=one["id"], organisation=123)
        call_action("organization_member_create", id=office, username=personas["editor"], role="editor")
        assert act("draft_update", personas["editor"], id=one["id"], organisation=123)["organisation"]

    def test_a_dataset_that_was_moved(self, personas):
        """The former office publishes no version any more; a coordinator does, and it stays where it is."""
        first = published(personas["editor"])
        one = draft(personas["editor"], GERMAN.replace(b"36217", b"1"), dataset=first["name"])
        call_action("package_owner_org_update", id=first["id"], organization_id="anderes-amt")
        with pytest.raises(tk.NotAuthorized):
            act("publish", personas["editor"], id=one["id"])
        act("publish", personas["coordinator"], id=one["id"])
        assert dataset(first["name"])["organization"]["name"] == "anderes-amt"

    def test_a_coordinator_edits_it_in_the_catalogue(self, personas):
        """Though no member of the office."""
        first = published(personas["editor"])
        context = {"user": personas["coordinator"]}
        tk.get_action("package_patch")(context, {"id": first["id"], "notes": "x"})
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("package_patch")(
                {"user": personas["other_editor"]}, {"id": first["id"], "notes": "y"}
            )

    def test_lists(self, personas):
        """Everybody sees the drafts of their own; versions of a private dataset are private."""
        one = draft(personas["editor"])
        saved = act("publish", personas["editor"], id=one["id"], as_draft=True)
        seen = {p: act("draft_list", personas[p])["count"] for p in (*ALLOWED, "other_editor")}
        assert seen == {"editor": 1, "coordinator": 1, "sysadmin": 1, "other_editor": 0}
        with pytest.raises(tk.NotAuthorized):
            act("version_list", personas["other_editor"], id=saved["name"])
        assert act("version_list", personas["editor"], id=saved["name"])["count"] == 0
        with pytest.raises(tk.NotAuthorized):
            act("draft_list", "")


def test_nonsense(personas, subtests):
    """A sentence for every wrong option."""
    factories.Dataset(name="gewoehnlich", owner_org=factories.Organization()["id"])
    wrong: list[dict[str, Any]] = [
        {"content": b"x" * (20 * 10**6 + 1)},
        {"content": 7},
        {"content": None},
        {"license_id": "keine"},
        {"contact_email": "niemand"},
        {"keywords": "a" * 101},
        {"name": "Groß und klein"},
        {"delimiter": "^"},
        {"header": "drei"},
        {"leave_out": "alle"},
        {"schema": "{"},
        {"schema": 7},
        {"schema_of": "nirgends"},
        {"title": "\0"},
        {"organisation": "nirgends"},
    ]
    for told in wrong:
        with subtests.test(told=told), pytest.raises(tk.ValidationError):
            draft(personas["coordinator"], **told)
    for name in ("gewoehnlich", "nirgends"):
        with subtests.test(dataset=name), pytest.raises(tk.ObjectNotFound):
            draft(personas["coordinator"], dataset=name)
