"""The history: one writer, nothing twice, nothing lost, nothing private."""

from __future__ import annotations

from datetime import date, timedelta

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.digitalms import config
from ckanext.digitalms.measures.record import measure_from_dataset
from ckanext.digitalms.model import StatementRow

pytestmark = pytest.mark.usefixtures("with_plugins")


def history(measure):
    return [(s.kind, s.visibility, str(s.as_of)) for s in StatementRow.of_package(measure["id"])]


def listed(**when):
    return [m["measure_id"] for m in call_action("digitalms_measure_list", **when)["results"]]


def patch(measure, **values):
    return call_action("package_patch", id=measure["id"], **values)


class TestRecord:
    def test_the_first_statement(self, make_measure):
        """Creating a measure writes one statement with its validated record."""
        measure = make_measure()
        assert history(measure) == [("stand", "public", "2019-03-14")]
        content = StatementRow.of_package(measure["id"])[0].content
        assert content == measure_from_dataset(call_action("package_show", id="dms")).content()
        assert content["status"] == "in_preparation"
        assert [s["text"] for s in content["steps"]] == ["Rechte und Rollen", "Stellen besetzen"]

    def test_equal_content_adds_nothing(self, make_measure):
        """Saving the same again, a new contact and a new resource are no statements."""
        measure = make_measure()
        call_action("package_update", **call_action("package_show", id="dms"))
        patch(measure, contact_email="team@example.org")
        call_action("resource_create", package_id="dms", url="https://example.org/x.pdf", name="Konzept")
        assert len(history(measure)) == 1

    def test_the_same_day_corrects(self, make_measure):
        """A change with the Stand of the newest statement is a correction."""
        measure = make_measure()
        patch(measure, status="in_progress")
        assert history(measure)[1] == ("correction", "public", "2019-03-14")

    def test_a_new_day_is_a_new_stand(self, make_measure):
        """A change with a later Stand is a new Stand."""
        measure = make_measure()
        patch(measure, status="in_progress", as_of="2019-07-01")
        assert history(measure)[1] == ("stand", "public", "2019-07-01")

    def test_an_older_stand_is_refused_with_a_link(self, make_measure):
        """An edit with an older Stand says where the newest is, and changes nothing."""
        measure = make_measure()
        with pytest.raises(tk.ValidationError) as refused:
            patch(measure, status="done", progress_percent="100", as_of="2018-01-01", steps=[])
        assert "/digitalisierungsmassnahme/dms" in refused.value.error_dict["as_of"][0]
        assert call_action("package_show", id="dms")["status"] == "in_preparation"
        assert len(history(measure)) == 1

    def test_rows_keep_their_ids(self, make_measure):
        """An edited row keeps its id, a new one gets one."""
        measure = make_measure()
        ids = [step["id"] for step in measure["steps"]]
        steps = [*measure["steps"], {"state": "pending", "text": "Neu"}]
        changed = patch(measure, steps=steps)
        assert [step["id"] for step in changed["steps"]][:2] == ids
        assert len({step["id"] for step in changed["steps"]}) == 3


class TestNews:
    KEPT = (
        {"tag_string": "Akten"},
        {"contact_function": "Fachstelle"},
        {"links": [{"title": "Portal", "url": "https://example.org"}]},
        {"update_due": "2026-12-24"},
        {"position": "3"},
    )

    def test_what_is_no_news_makes_no_stand(self, make_measure, subtests):
        """Keywords, contact, links, due day and place leave Stand, source, words and history as they are."""
        make_measure(statement="Vertrag steht", statement_source="Bericht an den Rat vom 14.03.2019")
        names = ("as_of", "statement", "statement_source")
        for told in self.KEPT:
            with subtests.test(told=told):
                stored = call_action("package_show", id="dms")
                before = call_action("digitalms_measure_history", id="dms")
                # as a form sends it: the day of today, and no words
                sent = {**stored, **told, "as_of": config.today().isoformat(), "statement": ""}
                saved = call_action("package_update", **sent)
                assert [saved[name] for name in names] == [stored[name] for name in names]
                assert call_action("digitalms_measure_history", id="dms") == before
                shown = call_action("digitalms_measure_show", id="dms")
                assert [shown[name] for name in names] == [stored[name] for name in names]
        assert shown["position"] == 3
        assert shown["keywords"] == ["Akten"]

    def test_an_organisation_is_no_news(self, make_measure):
        """A measure that goes to another office keeps its Stand; the page names the new one."""
        measure = make_measure(statement_source="Bericht")
        other = factories.Organization(name="zweites-amt")
        before = call_action("digitalms_measure_history", id="dms")["count"]
        call_action("package_owner_org_update", id=measure["id"], organization_id=other["id"])
        assert history(measure)[-1] == ("upkeep", "public", "2019-03-14")
        assert call_action("digitalms_measure_history", id="dms")["count"] == before
        assert call_action("digitalms_measure_show", id="dms")["organisation"] == "zweites-amt"

    def test_words_are_of_one_stand(self, make_measure, subtests):
        """No later Stand claims source or words of the former one; those that are sent are kept."""
        make_measure(statement="Alt", statement_source="Bericht an den Rat vom 14.03.2019")

        def words():
            shown = call_action("digitalms_measure_show", id="dms")
            return shown["as_of"], shown["statement"], shown["statement_source"]

        with subtests.test("patch"):
            call_action("package_patch", id="dms", as_of="2020-01-01", progress_percent="10")
            assert words() == ("2020-01-01", None, None)
        with subtests.test("patch with a source"):
            told = {"as_of": "2020-02-01", "statement_source": "Zuruf"}
            call_action("package_patch", id="dms", progress_percent="11", **told)
            assert words() == ("2020-02-01", None, "Zuruf")
        with subtests.test("the whole record"):
            stored = call_action("package_show", id="dms")
            call_action("package_update", **{**stored, "as_of": "2020-03-01", "progress_percent": "12"})
            assert words() == ("2020-03-01", None, None)
        with subtests.test("statement"):
            call_action("digitalms_statement_create", id="dms", as_of="2020-04-01", source="Zuruf")
            assert words() == ("2020-04-01", None, "Zuruf")
            call_action("digitalms_statement_create", id="dms", as_of="2020-05-01", progress_percent="13")
            assert words() == ("2020-05-01", None, None)
        with subtests.test("correction"):
            call_action("package_patch", id="dms", statement="Neu", statement_source="Mail")
            call_action("digitalms_statement_create", id="dms", as_of="2020-05-01", progress_percent="14")
            assert words() == ("2020-05-01", "Neu", "Mail")

    def test_a_correction_of_january_starts_from_january(self, make_measure):
        """A typo of an earlier day is corrected in the record of that day, and called a correction."""
        measure = make_measure(as_of="2026-01-15", progress_percent="20", statement="Vertarg")
        steps = [{**step, "state": "done"} for step in measure["steps"]]
        patch(measure, as_of="2026-06-01", progress_percent="60", steps=steps)
        told = call_action("digitalms_statement_create", id="dms", as_of="2026-01-15", statement="Vertrag")
        assert told["change"] == "correction"
        january = call_action("digitalms_measure_show", id="dms", cut_off_date="2026-02-01")
        assert (january["progress_percent"], january["statement"]) == (20, "Vertrag")
        assert january["step_counts"]["done"] == 0
        entries = call_action("digitalms_measure_history", id="dms")["results"]
        assert [(one["as_of"], one["kind"], one["replaced_by"]) for one in entries] == [
            ("2026-06-01", "stand", None),
            ("2026-01-15", "correction", None),
            ("2026-01-15", "stand", entries[1]["statement_id"]),
        ]
        assert call_action("package_show", id="dms")["progress_percent"] == "60"

    def test_a_due_day_alone(self, make_measure):
        """The API sets a due day without a Stand; a Stand that reaches it lets it lapse."""
        make_measure(statement="Alt")
        told = call_action("digitalms_statement_create", id="dms", update_due="2020-01-01")
        assert told["change"] == "upkeep"
        stored = call_action("package_show", id="dms")
        assert (stored["as_of"], stored["statement"], stored["update_due"]) == (
            "2019-03-14",
            "Alt",
            "2020-01-01",
        )
        call_action("digitalms_statement_create", id="dms", as_of="2020-01-01", statement="Neu")
        assert not call_action("package_show", id="dms").get("update_due")


class TestVisibility:
    def test_private_is_internal(self, make_measure):
        """A private measure writes internal statements and is in no view."""
        measure = make_measure(private=True)
        assert history(measure) == [("stand", "internal", "2019-03-14")]
        assert listed() == []

    def test_publishing_writes_the_first_public_statement(self, make_measure):
        """Internal statements stay internal after publishing."""
        measure = make_measure(private=True, statement="geheimwort")
        patch(measure, statement="offen", private=False)
        assert [v for _, v, _ in history(measure)] == ["internal", "public"]
        shown = call_action("digitalms_measure_history", id="dms")
        assert "geheimwort" not in str(shown)

    def test_making_private_withdraws(self, make_measure):
        """A measure made private is withdrawn and leaves every view, also that of earlier days."""
        measure = make_measure()
        public = StatementRow.of_package(measure["id"])[-1].recorded_at.isoformat()
        assert listed(known_at=public) == ["dms"]
        patch(measure, private=True)
        assert history(measure)[-1][:2] == ("withdrawn", "public")
        assert listed() == listed(cut_off_date="2019-12-31") == listed(known_at=public) == []
        with pytest.raises(tk.ObjectNotFound):
            call_action("digitalms_measure_history", id="dms")

    def test_back_in_public(self, make_measure):
        """A measure that returns is in the views again, with its older Stand; not when it was away."""
        measure = make_measure()
        patch(measure, private=True)
        away = StatementRow.of_package(measure["id"])[-1].recorded_at
        patch(measure, private=False)
        assert listed() == ["dms"]
        assert listed(known_at=away.isoformat()) == []

    def test_deleting_withdraws(self, make_measure):
        """A deleted measure is withdrawn."""
        measure = make_measure()
        call_action("package_delete", id=measure["id"])
        assert history(measure)[-1][0] == "withdrawn"
        assert listed() == []

    def test_purging_leaves_a_tombstone(self, make_measure):
        """A purge leaves a tombstone without content."""
        measure = make_measure()
        call_action("dataset_purge", id=measure["id"])
        last = StatementRow.of_package(measure["id"])[-1]
        assert (last.kind, last.content) == ("tombstone", None)
        assert listed() == []

    def test_moving_to_another_organisation(self, make_measure):
        """A move is told by the history."""
        measure = make_measure()
        other = factories.Organization(name="zweites-amt")
        call_action("package_owner_org_update", id=measure["id"], organization_id=other["id"])
        assert StatementRow.of_package(measure["id"])[-1].content["organisation"] == "zweites-amt"

    def test_a_private_parent_shows_as_none(self, make_measure):
        """The key of a private parent is in no public answer."""
        make_measure(name="geheimes-dach", title="Dach", private=True)
        make_measure(parent_id="geheimes-dach")
        answers = [call_action("digitalms_measure_list"), call_action("digitalms_measure_history", id="dms")]
        assert "geheimes-dach" not in str(answers)


class TestTime:
    def test_the_catalogue_on_a_day(self, make_measure):
        """Each day shows what stood then."""
        measure = make_measure()
        patch(measure, status="in_progress", as_of="2019-07-01")
        statuses = {
            day: [m["status"] for m in call_action("digitalms_measure_list", cut_off_date=day)["results"]]
            for day in ("2019-03-13", "2019-03-14", "2019-06-30", "2019-07-01")
        }
        assert list(statuses.values()) == [[], ["in_preparation"], ["in_preparation"], ["in_progress"]]

    def test_as_we_knew_it_then(self, make_measure):
        """A correction is not known before it was recorded."""
        measure = make_measure()
        before = StatementRow.of_package(measure["id"])[0].recorded_at
        patch(measure, status="in_progress")
        shown = call_action("digitalms_measure_show", id="dms", known_at=before.isoformat())
        assert shown["status"] == "in_preparation"

    @pytest.mark.parametrize("said", [False, "false", 0])
    def test_no_is_an_answer(self, make_measure, said):
        """A plain false of JSON asks for the measures that are not delayed, not for all."""
        make_measure(milestones=[{"title": "Start", "latest": "2019-06-30"}])
        make_measure(name="wlan", title="WLAN", milestones=[])
        told = call_action("digitalms_measure_list", delayed=said)
        assert [one["measure_id"] for one in told["results"]] == ["wlan"]

    def test_delayed_is_computed_for_the_day(self, make_measure):
        """Lateness follows the cut-off date and is never stored."""
        make_measure(milestones=[{"title": "Beginn", "latest": "2019-06-30"}])
        assert not call_action("digitalms_measure_show", id="dms", cut_off_date="2019-06-30")["is_delayed"]
        late = call_action("digitalms_measure_show", id="dms", cut_off_date="2019-07-10")
        assert (late["is_delayed"], late["delay_days"]) == (True, 10)


class TestStatementCreate:
    def test_a_new_stand_touches_nothing_else(self, make_measure):
        """Status, progress and words change; contact, references and title stay."""
        make_measure(contact_email="team@example.org")
        before = call_action("package_show", id="dms")
        outcome = call_action(
            "digitalms_statement_create",
            id="dms",
            as_of="2019-07-01",
            status="in_progress",
            progress_percent="12.5",
        )
        assert outcome["change"] == "new_stand"
        after = call_action("package_show", id="dms")
        changed = {k for k in after if after[k] != before.get(k)}
        assert changed == {"as_of", "status", "progress_percent", "metadata_modified"}
        assert call_action("package_search", q="name:dms")["results"][0]["status"] == "in_progress"

    def test_nothing_new_adds_nothing(self, make_measure):
        """Saying the same for the same day is no statement."""
        measure = make_measure()
        told = {"id": "dms", "as_of": "2019-03-14", "status": "in_preparation"}
        assert call_action("digitalms_statement_create", **told)["change"] == "unchanged"
        assert len(history(measure)) == 1

    def test_nachtragen_leaves_the_dataset(self, make_measure):
        """A statement for an earlier day enters the history only."""
        measure = make_measure()
        outcome = call_action("digitalms_statement_create", id="dms", as_of="2018-06-01", status="planned")
        assert outcome["change"] == "backdated"
        assert call_action("package_show", id="dms")["status"] == "in_preparation"
        shown = call_action("digitalms_measure_show", id="dms", cut_off_date="2018-12-31")
        assert (shown["status"], shown["as_of"]) == ("planned", "2018-06-01")
        assert history(measure)[-1] == ("backdated", "public", "2018-06-01")

    def test_not_in_the_future(self, make_measure):
        """A Stand of tomorrow is refused at its field."""
        make_measure()
        tomorrow = (config.today() + timedelta(days=1)).isoformat()
        with pytest.raises(tk.ValidationError) as refused:
            call_action("digitalms_statement_create", id="dms", as_of=tomorrow, status="in_progress")
        assert list(refused.value.error_dict) == ["as_of"]

    def test_rules_of_the_whole_record(self, make_measure):
        """A measure with open steps cannot be done; nothing is applied."""
        measure = make_measure()
        with pytest.raises(tk.ValidationError) as refused:
            call_action("digitalms_statement_create", id="dms", status="done", progress_percent=100)
        assert "steps" in refused.value.error_dict
        assert len(history(measure)) == 1

    def test_steps_are_matched_by_text(self, make_measure):
        """A step without id keeps the id of the known one with its text."""
        measure = make_measure()
        steps = [{"state": "done", "text": "Rechte und Rollen"}]
        call_action("digitalms_statement_create", id="dms", steps=steps)
        after = call_action("package_show", id="dms")
        assert [s["id"] for s in after["steps"]] == [measure["steps"][0]["id"]]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("as_of", "31.02.2019"),
            ("as_of", "gestern"),
            ("status", "fertig"),
            ("progress_percent", "101"),
            ("progress_percent", "viel"),
            ("statement", "x" * 100_001),
            ("statement", "a\x00b"),
            ("steps", "unsinn"),
            ("steps", [{"state": "egal", "text": "x"}]),
            ("steps", [{"id": "'; drop", "state": "done", "text": "x"}]),
        ],
    )
    def test_nonsense_is_refused_at_its_field(self, make_measure, field, value):
        """Every nonsense is a sentence at its field."""
        measure = make_measure()
        with pytest.raises(tk.ValidationError) as refused:
            call_action("digitalms_statement_create", id="dms", **{field: value})
        assert field in refused.value.error_dict
        assert len(history(measure)) == 1


class TestGuard:
    """The database itself keeps statements, for CKAN's own role."""

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE digitalms_statement SET content = '{}'",
            "DELETE FROM digitalms_statement",
            "TRUNCATE digitalms_statement",
        ],
    )
    def test_changes_are_refused(self, make_measure, statement):
        """UPDATE, DELETE and TRUNCATE raise."""
        measure = make_measure()
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            model.Session.execute(sa.text(statement))
        model.Session.rollback()
        assert len(history(measure)) == 1

    def test_redaction_is_the_one_way(self, make_measure):
        """A blanked value is gone from history, dataset and index; the log says why."""
        make_measure(statement="Frau Beispiel ist krank")
        entry = call_action("digitalms_measure_history", id="dms")["results"][0]
        call_action("digitalms_redact", statement_id=entry["statement_id"], path="statement", reason="Name")
        shown = [
            call_action(a, id="dms")
            for a in ("digitalms_measure_history", "digitalms_measure_show", "package_show")
        ]
        assert "Beispiel" not in str(shown)
        assert "Beispiel" not in str(call_action("package_search", q="name:dms"))
        reason = model.Session.execute(sa.text("SELECT reason FROM digitalms_redaction")).scalar_one()
        assert reason == "Name"

    def test_a_path_to_nothing_is_refused(self, make_measure):
        """A path that leads to no text is a sentence at its field."""
        make_measure()
        entry = call_action("digitalms_measure_history", id="dms")["results"][0]
        with pytest.raises(tk.ValidationError) as refused:
            call_action("digitalms_redact", statement_id=entry["statement_id"], path="as_of", reason="x")
        assert "path" in refused.value.error_dict


class TestAllOrNothing:
    def test_one_wrong_input_stops_all(self, make_measure):
        """Two measures, one wrong statement: neither changes."""
        from ckanext.digitalms import shared

        one = make_measure()
        two = make_measure(name="wlan", title="WLAN")
        inputs = [
            shared.StatementInput("dms", date(2019, 7, 1), status="in_progress"),
            shared.StatementInput("wlan", date(2019, 7, 1), status="done"),
        ]
        with pytest.raises(tk.ValidationError) as refused:
            shared.apply_statements({"user": ""}, inputs)
        assert list(refused.value.error_dict) == ["wlan"]
        assert len(history(one)) == len(history(two)) == 1

    def test_several_measures_in_one_commit(self, make_measure):
        """Both measures change, and the index says so."""
        from ckanext.digitalms import shared

        make_measure()
        make_measure(name="wlan", title="WLAN")
        inputs = [shared.StatementInput(m, date(2019, 7, 1), status="in_progress") for m in ("dms", "wlan")]
        outcomes = shared.apply_statements({"user": ""}, inputs)
        assert [o.change for o in outcomes] == ["new_stand", "new_stand"]
        found = call_action("package_search", fq="status:in_progress")["count"]
        assert found == 2
