"""Records of a source that are datasets: vanished with a grace time and a guard, back under their address."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import dead_connections
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from ckanext.harvest.model import HarvestJob, HarvestObject
from shelf import ADDRESS, ShelfHarvester, books
from source_steps import Steps, errors_of
from stored_state import STATE

from ckanext.digitalms.model import HarvestFinding, HarvestIdentity, HarvestQuestion
from ckanext.digitalms.services.sources import jobs as harvest_jobs
from ckanext.digitalms.services.sources import run_due
from ckanext.digitalms.services.sources.datasets import harvested_dataset_id
from ckanext.digitalms.services.sources.health import sources
from ckanext.digitalms.services.sources.identities import known_records, missing_records, question_waiting

pytestmark = [
    pytest.mark.with_plugins({"shelf": ShelfHarvester}),
    pytest.mark.usefixtures("catalogue"),
]
TEN = tuple(range(1, 11))


@pytest.fixture(autouse=True)
def _empty_shelf() -> Iterator[None]:
    yield
    ShelfHarvester.books, ShelfHarvester.broken, ShelfHarvester.hangs_in = [], False, ""


@pytest.fixture
def shelf(source_of: Callable[..., Steps], office: dict[str, Any]) -> Steps:
    """A source with ten books, taken over."""
    ShelfHarvester.books = books(*TEN)

    def taken_over() -> str:
        steps = source_of("shelf", ADDRESS, office["id"])
        assert errors_of(steps.run().id) == []
        return steps.source_id

    return Steps(STATE.once("shelf", taken_over))


def dataset_of(steps: Steps, number: int) -> dict[str, Any]:
    model.Session.rollback()
    model.Session.expire_all()
    package_id = harvested_dataset_id(steps.source_id, f"b{number}")
    found: dict[str, Any] = call_action("package_show", id=package_id)
    return found


def days_pass(days: float) -> None:
    """Let everything that is missing be missing for longer."""
    model.Session.execute(
        sa.update(HarvestIdentity)
        .where(HarvestIdentity.gone_since.is_not(None))
        .values(gone_since=HarvestIdentity.gone_since - timedelta(days=days))
    )
    model.repo.commit()


def stored() -> list[tuple[Any, ...]]:
    """Everything that a run may write."""
    model.Session.rollback()
    found: list[tuple[Any, ...]] = []
    for query in (
        "SELECT id, name, title, state, metadata_modified FROM package WHERE type = 'dataset' ORDER BY id",
        "SELECT id, url, state FROM resource ORDER BY id",
        "SELECT * FROM digitalms_harvest_identity ORDER BY id",
        "SELECT id, state FROM digitalms_harvest_question ORDER BY id",
    ):
        found += [tuple(row) for row in model.Session.execute(sa.text(query))]
    return found


def objects_of(job: HarvestJob) -> list[str]:
    query = sa.select(HarvestObject.report_status).where(HarvestObject.harvest_job_id == job.id)
    return sorted(str(each) for each in model.Session.scalars(query))


class TestTakenOver:
    def test_each_record_is_a_dataset_of_the_sources_organisation(self, shelf: Steps, office: Any) -> None:
        first = dataset_of(shelf, 1)
        assert (first["name"], first["title"], first["owner_org"]) == ("buch-1", "Buch 1", office["id"])
        assert call_action("package_search", fq="dataset_type:dataset")["count"] == 10

    def test_twice_is_nothing(self, shelf: Steps) -> None:
        before = stored()
        job = shelf.run()
        assert (errors_of(job.id), objects_of(job), stored()) == ([], [], before)

    def test_only_what_changed_is_written(self, shelf: Steps) -> None:
        before = dataset_of(shelf, 1)
        ShelfHarvester.books = [*books(1, title="Anders"), *books(*TEN[1:])]
        job = shelf.run()
        assert objects_of(job) == ["updated"]
        after = dataset_of(shelf, 1)
        assert (after["id"], after["name"], after["title"]) == (before["id"], "buch-1", "Anders")
        assert after["resources"][0]["id"] == before["resources"][0]["id"]

    def test_two_of_one_title_have_two_addresses(self, shelf: Steps) -> None:
        ShelfHarvester.books = books(*TEN, title="Faust")
        shelf.run()
        ShelfHarvester.books = [*books(*TEN, title="Faust"), *books(11, 12, title="Faust")]
        shelf.run()
        assert {dataset_of(shelf, 11)["name"], dataset_of(shelf, 12)["name"]} == {"faust", "faust-2"}

    def test_identity_is_source_and_identifier_never_the_title(
        self, shelf: Steps, source_of: Callable[..., Steps], office: Any
    ) -> None:
        other = source_of("shelf", f"{ADDRESS}2", office["id"])
        other.run()
        assert dataset_of(other, 1)["id"] != dataset_of(shelf, 1)["id"]
        assert dataset_of(other, 1)["name"] == "buch-1-2"

    def test_what_a_person_did_stays(self, shelf: Steps) -> None:
        """Private stays private, deleted stays deleted."""
        call_action("package_patch", id="buch-1", private=True)
        call_action("package_delete", id="buch-2")
        ShelfHarvester.books = books(*TEN, notes="neu")
        job = shelf.run()
        assert errors_of(job.id) == []
        assert (dataset_of(shelf, 1)["private"], dataset_of(shelf, 2)["state"]) == (True, "deleted")
        before = stored()
        assert objects_of(shelf.run()) == []
        assert stored() == before

    def test_a_purged_dataset_comes_again_only_when_its_record_changes(self, shelf: Steps) -> None:
        call_action("dataset_purge", id="buch-1")
        assert objects_of(shelf.run()) == []
        ShelfHarvester.books = [*books(1, notes="neu"), *books(*TEN[1:])]
        shelf.run()
        assert dataset_of(shelf, 1)["notes"] == "neu"

    def test_a_bad_record_is_told_and_hinders_no_other(self, shelf: Steps) -> None:
        ShelfHarvester.books = [
            {"id": "b1", "title": ""},
            *books(*TEN[1:]),
            *books(11),
            *books(11),
            *books(12, contact_email="kein Postfach"),
        ]
        job = shelf.run()
        assert dataset_of(shelf, 11)["state"] == "active"
        query = sa.select(HarvestFinding).where(HarvestFinding.job_id == job.id)
        found = {(f.cause, f.identifier, f.record, f.field, f.found) for f in model.Session.scalars(query)}
        assert found == {
            ("bad-record", "b1", None, "title", ""),
            ("doubled-record", None, "Buch 11", None, "b11"),
            ("bad-record", "b12", "Buch 12", "contact_email", "kein Postfach"),
        }
        assert missing_records(shelf.source_id) == [], "a record that cannot be read has not vanished"
        assert sources()[0].runs[-1].errors == 3

    def test_a_record_never_becomes_or_deletes_a_measure(self, shelf: Steps, make_measure: Any) -> None:
        measure = make_measure()
        row = model.Session.query(HarvestIdentity).filter_by(identifier="b1").one()
        row.package_id = measure["id"]
        model.repo.commit()
        ShelfHarvester.books = [*books(1, notes="neu"), *books(*TEN[1:])]
        shelf.run()
        ShelfHarvester.books = books(*TEN[1:])
        shelf.run()
        days_pass(8)
        shelf.run()
        assert call_action("package_show", id="dms")["state"] == "active"
        assert call_action("package_show", id="dms")["title"] == measure["title"]


class TestVanished:
    def test_with_a_grace_time_then_deleted(self, shelf: Steps) -> None:
        ShelfHarvester.books = books(*TEN[:-1])
        job = shelf.run()
        assert (errors_of(job.id), objects_of(job)) == ([], [])
        [gone] = missing_records(shelf.source_id)
        assert (gone.identifier, dataset_of(shelf, 10)["state"]) == ("b10", "active")
        days_pass(6.9)
        since = missing_records(shelf.source_id)[0].gone_since
        assert objects_of(shelf.run()) == []
        assert missing_records(shelf.source_id)[0].gone_since == since, "it is gone since the first day"
        days_pass(0.2)
        job = shelf.run()
        assert objects_of(job) == ["deleted"]
        assert dataset_of(shelf, 10)["state"] == "deleted"
        assert call_action("package_search", fq="dataset_type:dataset")["count"] == 9
        assert missing_records(shelf.source_id) == []
        before = stored()
        assert objects_of(shelf.run()) == []
        assert stored() == before
        assert sources()[0].runs[-2].removed == 1

    @pytest.mark.ckan_config("ckanext.digitalms.harvest.grace_days", 30)
    def test_the_grace_time_is_an_option(self, shelf: Steps) -> None:
        ShelfHarvester.books = books(*TEN[:-1])
        shelf.run()
        days_pass(29)
        shelf.run()
        assert dataset_of(shelf, 10)["state"] == "active"
        days_pass(2)
        shelf.run()
        assert dataset_of(shelf, 10)["state"] == "deleted"

    def test_back_in_the_grace_time(self, shelf: Steps) -> None:
        before = dataset_of(shelf, 10)
        ShelfHarvester.books = books(*TEN[:-1])
        shelf.run()
        ShelfHarvester.books = books(*TEN)
        assert objects_of(shelf.run()) == []
        assert (missing_records(shelf.source_id), dataset_of(shelf, 10)) == ([], before)
        days_pass(30)
        shelf.run()
        assert dataset_of(shelf, 10)["state"] == "active"

    def test_back_after_it_was_deleted_it_has_its_address(self, shelf: Steps) -> None:
        before = dataset_of(shelf, 10)
        ShelfHarvester.books = books(*TEN[:-1])
        shelf.run()
        days_pass(8)
        shelf.run()
        ShelfHarvester.books = books(*TEN)
        job = shelf.run()
        after = dataset_of(shelf, 10)
        same = ("id", "name", "title", "metadata_created", "state")
        assert {name: after[name] for name in same} == {name: before[name] for name in same}
        assert after["resources"][0]["id"] == before["resources"][0]["id"]
        assert errors_of(job.id) == []
        assert call_action("package_search", fq="name:buch-10")["count"] == 1
        assert objects_of(shelf.run()) == []

    def test_a_source_that_breaks_off_loses_nothing(self, shelf: Steps) -> None:
        ShelfHarvester.books, ShelfHarvester.broken = books(1), True
        job = shelf.run()
        assert (errors_of(job.id), objects_of(job)) == (["the shelf fell over"], [])
        assert missing_records(shelf.source_id) == []

    def test_the_page_of_the_dataset_says_so(self, shelf: Steps, app: Any) -> None:
        ShelfHarvester.books = books(*TEN[:-1])
        shelf.run()
        assert "An der Quelle entfernt seit" in app.get("/dataset/buch-10").body
        assert "An der Quelle entfernt seit" not in app.get("/dataset/buch-1").body


class TestGuard:
    def test_more_than_a_fifth_waits_and_changes_nothing(self, shelf: Steps) -> None:
        before = stored()
        ShelfHarvester.books = [*books(*TEN[:7]), *books(11)]
        job = shelf.run()
        [sentence] = errors_of(job.id)
        assert "3 of 10 records would vanish" in sentence
        assert objects_of(job) == [], "nothing new is taken over either"
        question = question_waiting(shelf.source_id)
        assert question is not None
        assert question.vanishing == ["b10", "b8", "b9"]
        assert stored()[: len(before)] == before
        assert sources()[0].state(datetime.now(UTC)) == "waiting"

    def test_a_fifth_does_not_wait(self, shelf: Steps) -> None:
        ShelfHarvester.books = books(*TEN[:8])
        assert errors_of(shelf.run().id) == []
        assert len(missing_records(shelf.source_id)) == 2

    def test_little_by_little_waits_too(self, shelf: Steps) -> None:
        ShelfHarvester.books = books(*TEN[:8])
        shelf.run()
        ShelfHarvester.books = books(*TEN[:7])
        assert "3 of 10" in errors_of(shelf.run().id)[0]

    def test_an_empty_source_waits(self, shelf: Steps) -> None:
        ShelfHarvester.books = []
        assert "10 of 10" in errors_of(shelf.run().id)[0]

    @pytest.mark.ckan_config("ckanext.digitalms.harvest.guard_percent", 50)
    def test_the_guard_is_an_option(self, shelf: Steps) -> None:
        ShelfHarvester.books = books(*TEN[:5])
        assert errors_of(shelf.run().id) == []
        ShelfHarvester.books = books(*TEN[:4])
        assert "6 of 10" in errors_of(shelf.run().id)[0]

    def test_confirmed(self, shelf: Steps, personas: dict[str, str]) -> None:
        ShelfHarvester.books = [*books(*TEN[:5]), *books(11)]
        shelf.run()
        question = question_waiting(shelf.source_id)
        assert question is not None
        decided = decide(personas["coordinator"], question.id, True)
        assert (decided["state"], len(decided["vanishing"])) == ("confirmed", 5)
        shelf.gather()  # the run that the answer began
        shelf.fetch()
        shelf.finish()
        assert dataset_of(shelf, 11)["state"] == "active"
        assert (len(missing_records(shelf.source_id)), dataset_of(shelf, 10)["state"]) == (5, "active")
        assert errors_of(shelf.run().id) == []
        days_pass(8)
        assert objects_of(shelf.run()) == ["deleted"] * 5
        ShelfHarvester.books = [*books(*TEN), *books(11)]
        shelf.run()
        assert not known_records(shelf.source_id)["b10"].is_confirmed

    def test_rejected(self, shelf: Steps, personas: dict[str, str], app: Any) -> None:
        ShelfHarvester.books = books(*TEN[:5])
        shelf.run()
        question = question_waiting(shelf.source_id)
        assert question is not None
        assert decide(personas["coordinator"], question.id, False)["state"] == "rejected"
        assert missing_records(shelf.source_id) == []
        with (
            app.flask_app.test_request_context("/", environ_overrides={"CKAN_LANG": "de"}),
            pytest.raises(tk.ValidationError, match=r"schon beantwortet \(abgelehnt\)"),
        ):
            decide(personas["coordinator"], question.id, True)
        shelf.run()
        again = question_waiting(shelf.source_id)
        assert again is not None
        assert again.id != question.id

    def test_another_question_by_now(self, shelf: Steps, personas: dict[str, str], app: Any) -> None:
        """Who looked at five confirms no nine; while it asks for the same, it is the same question."""
        ShelfHarvester.books = books(*TEN[:5])
        shelf.run()
        show = tk.get_action("digitalms_source_show")
        context = {"user": personas["coordinator"]}
        first = show(context, {"id": shelf.source_id})["question"]
        shelf.run()
        assert show(context, {"id": shelf.source_id})["question"]["asked_at"] == first["asked_at"]
        ShelfHarvester.books = books(*TEN[:1])
        shelf.run()
        asked = {"id": first["id"], "confirm": True, "seen": first["asked_at"]}
        with pytest.raises(tk.ValidationError) as refused:
            tk.get_action("digitalms_vanishing_decide")(context, asked)
        assert list(refused.value.error_dict) == ["seen"]
        headers = token(personas["coordinator"])
        name = model.Package.get(shelf.source_id).name
        page = f"/digitalisierung/datenqualitaet/quelle/{name}"
        told = {"question": first["id"], "confirm": "true", "seen": first["asked_at"]}
        answer = app.post(f"{page}/frage", data=told, headers=headers)
        assert "9 von 10 Datensätzen" in answer.body
        assert missing_records(shelf.source_id) == []
        now = show(context, {"id": shelf.source_id})["question"]
        assert now["vanishing_count"] == 9
        told["seen"] = now["asked_at"]
        app.post(f"{page}/frage", data=told, headers=headers)
        assert len(missing_records(shelf.source_id)) == 9

    def test_asked_once_while_it_waits(self, shelf: Steps) -> None:
        ShelfHarvester.books = books(*TEN[:5])
        shelf.run()
        ShelfHarvester.books = books(*TEN[:4])
        shelf.run()
        [question] = model.Session.query(HarvestQuestion).all()
        assert len(question.vanishing) == 6

    def test_a_source_that_is_well_again_needs_no_answer(self, shelf: Steps) -> None:
        ShelfHarvester.books = []
        shelf.run()
        ShelfHarvester.books = books(*TEN)
        assert errors_of(shelf.run().id) == []
        assert question_waiting(shelf.source_id) is None
        assert model.Session.query(HarvestQuestion).one().state == "outdated"

    @pytest.mark.parametrize("persona", ["anonymous", "stranger", "editor", "other_editor"])
    def test_only_coordinators_decide(self, shelf: Steps, personas: dict[str, str], persona: str) -> None:
        ShelfHarvester.books = []
        shelf.run()
        question = question_waiting(shelf.source_id)
        assert question is not None
        with pytest.raises(tk.NotAuthorized):
            decide(personas[persona], question.id, True)

    @pytest.mark.parametrize("answer", ["", None, "vielleicht", [], {}])
    def test_an_answer_that_is_none(self, shelf: Steps, personas: dict[str, str], answer: Any) -> None:
        ShelfHarvester.books = []
        shelf.run()
        question = question_waiting(shelf.source_id)
        assert question is not None
        with pytest.raises(tk.ValidationError):
            decide(personas["coordinator"], question.id, answer)
        assert question_waiting(shelf.source_id) is not None

    def test_by_the_page(self, shelf: Steps, personas: dict[str, str], app: Any) -> None:
        ShelfHarvester.books = books(*TEN[:5])
        shelf.run()
        page = "/digitalisierung/datenqualitaet/quelle/" + sources()[0].name
        as_editor = app.get(page, headers=token(personas["editor"])).body
        assert "Buch 10" in as_editor
        assert 'name="confirm"' not in as_editor
        shown = app.get(page, headers=token(personas["coordinator"])).body
        assert "5 von 10" in shown
        question = question_waiting(shelf.source_id)
        assert question is not None
        answer = app.post(
            f"{page}/frage",
            data={"question": question.id, "confirm": "true"},
            headers=token(personas["coordinator"]),
        )
        assert answer.status_code == 200
        assert "An der Quelle entfernt" in answer.body
        assert len(missing_records(shelf.source_id)) == 5
        assert "Buch 10" not in app.get(page).body, "strangers see how it runs, and no more"


def decide(user: str, question_id: str, confirm: Any) -> dict[str, Any]:
    told = {"id": question_id, "confirm": confirm}
    answer: dict[str, Any] = tk.get_action("digitalms_vanishing_decide")({"user": user}, told)
    return answer


def token(user: str) -> dict[str, str]:
    made = call_action("api_token_create", context={"user": user, "ignore_auth": True}, user=user, name="t")
    return {"Authorization": made["token"]}


class TestKilled:
    """The worker is killed by kill -9 in every stage; the run goes on, and everything is there once."""

    @pytest.mark.parametrize("stage", ["gather", "import", "end"])
    def test_no_doubles(
        self,
        stage: str,
        source_of: Callable[..., Steps],
        office: dict[str, Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(harvest_jobs, "PATIENCE", timedelta(0))
        ShelfHarvester.books = books(*TEN)
        steps = source_of("shelf", ADDRESS, office["id"])
        job_id = steps.begin()
        if stage != "gather":
            steps.gather()
        ShelfHarvester.hangs_in = stage
        killed(steps.gather_as_worker if stage == "gather" else steps.fetch_as_worker)
        ShelfHarvester.hangs_in = ""
        assert any("the worker died" in str(each) for each in run_due.run_due())
        steps.gather()
        steps.fetch()
        run_due.run_due()
        model.Session.expire_all()
        job = model.Session.get(HarvestJob, job_id)
        assert (job.status, errors_of(job_id)) == ("Finished", [])
        names = list(model.Session.scalars(sa.select(model.Package.name).filter_by(type="dataset")))
        assert sorted(names) == sorted(f"buch-{number}" for number in TEN)
        assert call_action("package_search", fq="dataset_type:dataset")["count"] == 10
        assert len(job.objects) == 10
        before = stored()
        assert objects_of(steps.run()) == []
        assert stored() == before


def killed(work: Callable[[], None]) -> None:
    """Do some work in a process of its own, and kill that when it hangs."""
    model.Session.remove()
    model.meta.engine.dispose()  # no connection is shared with the child
    read, ShelfHarvester.hanging = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    os.close(ShelfHarvester.hanging)
    assert os.read(read, 1) == b"x", "it did not hang where it should"
    os.close(read)
    ports = dead_connections.ports_of(child)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    dead_connections.wait_until_left(ports)
