"""Publishing against the real database, DataStore and index."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from at_once import at_once
from ckan import model
from ckan.tests import factories

from ckanext.digitalms.model import Release
from ckanext.digitalms.publishing import datasets, last_refusal, release_check, releases
from ckanext.digitalms.publishing.formats import FORMATS
from ckanext.digitalms.services import locks
from ckanext.digitalms.tables.open_tables import TABLES


def act(name, /, **values):
    return tk.get_action(name)({"ignore_auth": True, "user": ""}, values)


def resource_ids():
    shown = [act("package_show", id=table.dataset) for table in TABLES.values()]
    return [[resource["id"] for resource in dataset["resources"]] for dataset in shown]


@pytest.fixture
def published(once_published, make_measure, open_data):
    def make():
        measure = make_measure()
        assert releases.publish().change == "published"
        return measure

    return once_published("one measure", make)


class TestPublish:
    def test_all_tables_are_one_release(self, published, assert_whole):
        """Files, resources and DataStore hold the same rows."""
        rows = assert_whole()
        assert [m["measure_id"] for m in rows["measures"]] == ["dms"]
        assert len(rows["steps"]) == 2
        assert rows["council_references"][0]["reference"] == "V/0954/2018"

    def test_equal_content_is_no_new_release(self, published, releases_at):
        """A second run changes nothing: no folder, no row, no dataset."""
        before = (set(releases_at.iterdir()), act("package_show", id="massnahmen")["metadata_modified"])
        assert releases.publish().change == "unchanged"
        assert (
            set(releases_at.iterdir()),
            act("package_show", id="massnahmen")["metadata_modified"],
        ) == before

    def test_a_change_is_a_new_release_under_the_same_ids(self, published, assert_whole):
        """Resource ids, dataset ids and the DataStore's types stay."""
        ids = resource_ids()
        first = releases.current().release_id
        fields = act("datastore_search", resource_id=datasets.resource_id("measures", "csv"))["fields"]
        act(
            "digitalms_statement_create",
            id="dms",
            as_of="2019-06-01",
            progress_percent="45.5",
            statement="=1+1",
        )
        assert releases.publish().change == "published"
        rows = assert_whole()
        assert releases.current().release_id != first
        assert resource_ids() == ids
        again = act("datastore_search", resource_id=datasets.resource_id("measures", "csv"))["fields"]
        assert again == fields
        assert rows["measures"][0]["progress_percent"] == 45.5
        assert [r["as_of"] for r in rows["status_series"]] == ["2019-03-14", "2019-06-01"]
        assert [r.release_id for r in releases.finished()][1] == first

    def test_datastore_types(self, published):
        found = act("datastore_search", resource_id=datasets.resource_id("measures", "csv"))["fields"]
        types = {field["id"]: field["type"] for field in found}
        assert types["measure_id"] == "text"
        assert types["is_delayed"] == "bool"
        assert types["as_of"] == "date"
        assert types["progress_percent"] == "numeric"
        assert types["position"] == "int8"

    def test_datastore_is_read_by_its_own_role_and_full_text(self, published, app):
        """Anonymous visitors read it through the API, also by words."""
        address = tk.url_for("api.action", ver=3, logic_function="datastore_search")
        asked = {"resource_id": datasets.resource_id("steps", "csv"), "q": "Stellen"}
        found = app.get(address, query_string=asked).json["result"]["records"]
        assert [row["text"] for row in found] == ["Stellen besetzen"]

    def test_an_alias_survives(self, published, assert_whole):
        """A coordinator's alias of a DataStore table still leads to it after the swap."""
        resource_id = datasets.resource_id("steps", "csv")
        act("datastore_create", resource_id=resource_id, aliases="massnahmen_schritte", force=True)
        act("digitalms_statement_create", id="dms", as_of="2019-06-01", statement="neu")
        releases.publish()
        assert act("datastore_search", resource_id="massnahmen_schritte")["total"] == 2

    def test_metadata(self, published):
        """Licence, publisher, area, period, frequency and formats are filled in."""
        dataset = act("package_show", id="massnahmen-statusreihe")
        assert (dataset["license_id"], dataset["isopen"]) == ("dl-de-by-2.0", True)
        assert dataset["publisher"] == "Stadt Münster"
        assert dataset["area_code"] == "05515000"
        assert (dataset["temporal_start"], dataset["temporal_end"]) == ("2019-03-14", "2019-03-14")
        assert dataset["frequency"].endswith("/frequency/CONT")
        assert dataset["organization"]["name"] == "opendata"
        assert [r["format"] for r in dataset["resources"]] == ["CSV", "CSV", "XLSX", "JSON"]

    def test_the_organisation_is_made(self, releases_at, make_measure):
        """Where the coordinators have no organisation yet, there is one afterwards."""
        make_measure()
        releases.publish()
        assert act("package_show", id="massnahmen")["organization"]["name"] == "opendata"

    def test_nothing_public_is_no_release(self, releases_at):
        """An empty catalogue publishes no empty tables."""
        assert releases.publish() == releases.Outcome("unchanged")

    def test_the_last_measure_goes(self, published, assert_whole):
        """A measure that is made private leaves the tables, also as the last one."""
        act("package_patch", id="dms", private=True)
        assert releases.publish().change == "published"
        assert assert_whole()["status_series"] == []

    def test_found_by_search(self, published):
        assert act("package_search", q="Statusreihe")["count"] == 1


class TestDatasets:
    def test_what_a_coordinator_wrote_stays(self, published, assert_whole):
        """Name, title, descriptions and an added resource are kept; the dataset is found by its marker."""
        dataset = act("package_show", id="massnahmen")
        dataset["resources"][0]["description"] = "Von Hand"
        dataset["resources"].append({"url": "http://example.org/mehr", "name": "Mehr dazu"})
        act(
            "package_update",
            **{**dataset, "name": "umbenannt", "title": "Andere Worte", "notes": "Ganz anders"},
        )
        act("digitalms_statement_create", id="dms", as_of="2019-06-01", statement="neu")
        releases.publish()
        assert_whole()
        after = act("package_show", id="umbenannt")
        assert (after["title"], after["notes"]) == ("Andere Worte", "Ganz anders")
        assert after["resources"][0]["description"] == "Von Hand"
        assert after["resources"][-1]["name"] == "Mehr dazu"

    def test_a_deleted_dataset_comes_back(self, published, assert_whole):
        """Deleting the dataset does not unpublish: it comes back with the same ids."""
        before = act("package_show", id="massnahmen-plan-ist")["id"]
        act("package_delete", id=before)
        act("digitalms_statement_create", id="dms", as_of="2019-06-01", statement="neu")
        releases.publish()
        assert_whole()
        assert act("package_show", id="massnahmen-plan-ist")["id"] == before

    def test_a_purged_dataset_is_made_again(self, published, assert_whole):
        act("dataset_purge", id="massnahmen-plan-ist")
        assert releases.publish().change == "unchanged"
        assert_whole()

    def test_a_taken_name_is_left_alone(self, releases_at, make_measure, open_data, assert_whole):
        """Somebody's dataset with the name that ours would have keeps it."""
        factories.Dataset(name="massnahmen", owner_org=open_data["id"])
        make_measure()
        releases.publish()
        assert_whole()
        assert datasets.find("measures").name == "massnahmen-2"


class TestRefusal:
    def test_invalid_content_keeps_the_former_release(self, published, assert_whole, monkeypatch):
        """What does not fit its schema is not published, and the reasons are kept."""
        first = releases.current().release_id
        steps = TABLES["steps"].schema["fields"][4]
        monkeypatch.setitem(steps, "constraints", {"maxLength": 5})
        act("digitalms_statement_create", id="dms", as_of="2019-06-01", statement="neu")
        outcome = releases.publish()
        assert outcome.change == "refused"
        assert "steps" in str(outcome.problems[0])
        assert releases.current().release_id == first
        assert "steps" in last_refusal.last()["problems"][0]
        with pytest.raises(tk.ValidationError):
            act("digitalms_table_publish")
        monkeypatch.undo()

    def test_a_later_success_forgets_the_refusal(self, published, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(
                release_check, "validate", lambda *_: release_check.Verdict((release_check.Message("nein"),))
            )
            act("digitalms_statement_create", id="dms", as_of="2019-06-01", statement="neu")
            assert releases.publish().change == "refused"
        assert releases.publish().change == "published"
        assert last_refusal.last() is None


MARKER = "Geheimwort4711"


def test_nothing_internal_is_released(releases_at, make_measure, open_data):
    """Contacts, internal notes, private and deleted measures are in no file of any release."""
    make_measure(contact_function=MARKER, contact_email=f"{MARKER}@example.org")
    act("digitalms_internal_note_create", id="dms", text=MARKER)
    make_measure(name="verborgen", title=MARKER, private=True)
    make_measure(name="weg", title="Weg", statement=MARKER)
    act("package_delete", id="weg")
    make_measure(name="kind", title="Kind", parent_id="verborgen")
    assert releases.publish().change == "published"
    for path in releases_at.rglob("*"):
        if path.suffix in {".csv", ".json"}:
            assert MARKER.encode() not in path.read_bytes(), path
            assert b"verborgen" not in path.read_bytes(), path
    for dataset in ("massnahmen", "massnahmen-statusreihe"):
        assert MARKER not in str(act("package_show", id=dataset))


def test_only_one_release_is_current(published):
    act("digitalms_statement_create", id="dms", as_of="2019-06-01", statement="neu")
    releases.publish()
    states = model.Session.scalars(sa.select(Release.state).order_by(Release.created_at)).all()
    assert states == ["former", "current"]


def test_every_format_is_a_resource():
    ids = {datasets.resource_id(table, ending) for table in TABLES for ending in FORMATS}
    assert len(ids) == len(TABLES) * len(FORMATS)


def test_three_runs_at_once(app, releases_at, make_measure, open_data, assert_whole):
    """One of them publishes, the others wait and find nothing to do."""
    make_measure()

    def publish() -> str:
        # as jobs do: a person is told after five seconds, which a busy machine needs to publish
        with locks.patiently():
            return releases.publish().change

    told = at_once(app, *[publish] * 3)
    assert sorted(told) == ["published", "unchanged", "unchanged"]
    assert_whole()
