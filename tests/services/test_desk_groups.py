"""The desk shows what waits, only for what somebody keeps, and what has changed since the last visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from stored_state import STATE
from werkzeug.datastructures import FileStorage

from ckanext.digitalms import config
from ckanext.digitalms.model import Delivery, DeskVisit, HarvestQuestion
from ckanext.digitalms.services.desk import visits

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

Make = Callable[..., Any]
REPORT = """Stand: 01.09.2019

Betrifft: Bericht

Maßnahme und Vision 2022\tRatsvorlagen: Ziele\tPlan / Ist
Bürgerkonto\tV/0012/2018\tUmgesetzt: Elf Dienste
"""


def call(action: str, user: str, **data: Any) -> Any:
    return tk.get_action(action)({"user": user, "ignore_auth": False}, data)


def group(user: str, name: str, **data: Any) -> list[dict[str, Any]]:
    model.Session.rollback()
    (found,) = call("digitalms_desk_show", user, group=name, **data)["groups"]
    return list(found["results"])


def titles(user: str, name: str) -> list[str]:
    return [one["title"] for one in group(user, name)]


@pytest.fixture
def measures(personas: dict[str, str], make_measure: Make) -> None:
    """Measures of two offices, in which something is due, late, internal or missing."""
    STATE.once("desk", lambda: _measures(make_measure))


def _measures(make: Make) -> None:
    today, other = config.today(), model.Group.get("anderes-amt").id
    days = {"old": "2019-03-14", "today": today.isoformat()}
    paper = {"council_references": [{"reference": "V/0954/2018", "role": "basis"}]}
    ahead = {"milestones": [{"title": "Bald", "latest": (today + timedelta(days=90)).isoformat()}]}
    contact = {"contact_function": "Fachstelle Digitalisierung"}
    whole = {**paper, **ahead, **contact, "as_of": days["today"]}
    make(**{**whole, "name": "ganz", "title": "Vollständig"})
    make(**{**whole, "name": "faellig", "title": "Lange nichts gehört", "as_of": days["old"]})
    soon = (today + timedelta(days=10)).isoformat()
    make(**{**whole, "name": "bald", "title": "Bald fällig", "update_due": soon})
    make(
        **{
            **whole,
            "name": "spaet",
            "title": "Verspätet",
            "milestones": [
                {"title": "Inbetriebnahme", "date_text": "zum Sommer 2019", "latest": "2019-08-31"},
                {"title": "Erreicht", "latest": "2019-06-30", "met_on": "2019-07-01"},
            ],
        }
    )
    counted = {"title": "Plätze", "value": "5", "day": days["old"], "interval": "12"}
    resting = {"title": "Ruht", "value": "1", "day": today.isoformat(), "interval": "1"}
    make(**{**whole, "name": "zaehlt", "title": "Zählt", "indicators": [counted, resting]})
    ended = {"status": "cancelled", "status_reason": "Kein Geld", "progress_percent": "", "steps": []}
    make(**{**whole, **ended, "name": "aus", "title": "Aus", "milestones": [], "indicators": [counted]})
    make(**{**whole, "name": "intern", "title": "In Vorbereitung", "private": True, "contact_function": ""})
    make(**{**whole, "name": "ohne-kontakt", "title": "Ohne Kontakt", "contact_function": ""})
    make(**{**whole, "name": "ohne-vorlage", "title": "Ohne Vorlage", "council_references": []})
    unnamed = [{"reference": "Diverse Vorlagen", "role": "basis"}]
    make(**{**whole, "name": "diverse", "title": "Diverse", "council_references": unnamed})
    bare = [{"reference": "0989/2017", "role": "basis"}]
    make(**{**whole, "name": "zweifel", "title": "Zweifelhaft", "council_references": bare})
    make(**{**whole, "name": "ohne-meilenstein", "title": "Ohne Meilenstein", "milestones": []})
    done = {"status": "done", "progress_percent": "100", "steps": [], "milestones": []}
    make(**{**whole, **done, "name": "fertig", "title": "Fertig", "as_of": days["old"]})
    make(**{**whole, "name": "anderswo", "title": "Anderes Amt", "owner_org": other, "as_of": days["old"]})


class TestShow:
    def test_what_is_due(self, measures: None) -> None:
        """The longest overdue first, what is due soon at the end; what is done is never due."""
        assert titles("editor", "updates") == ["Lange nichts gehört", "Bald fällig"]
        overdue, soon = group("editor", "updates")
        assert (overdue["update_due"], soon["days_overdue"]) == ("2019-06-14", 0)
        assert overdue["days_overdue"] == (config.today() - datetime(2019, 6, 14).date()).days

    def test_late_milestones(self, measures: None) -> None:
        """Each that is overdue, with its wording; none that was met."""
        (late,) = group("editor", "late_milestones")
        assert (late["milestone"], late["date_text"]) == ("Inbetriebnahme", "zum Sommer 2019")
        assert late["days_late"] == (config.today() - datetime(2019, 8, 31).date()).days

    def test_figures_that_are_due(self, measures: None) -> None:
        """By their rhythm, of measures that go on; none whose next value is yet to come."""
        (due,) = group("editor", "figures")
        assert (due["measure_id"], due["figure"]["title"], due["next_due"]) == (
            "zaehlt",
            "Plätze",
            "2020-03-14",
        )
        assert due["days_due"] == (config.today() - datetime(2020, 3, 14).date()).days
        assert group("andere", "figures") == []

    def test_gaps(self, measures: None) -> None:
        """Each gap has its measures, and what is doubtful is said in words."""
        assert titles("editor", "no_contact") == ["Ohne Kontakt"]
        assert titles("editor", "no_paper") == ["Ohne Vorlage"]
        assert titles("editor", "unnamed_papers") == ["Diverse"]
        assert titles("editor", "no_milestone") == ["Ohne Meilenstein"]
        (doubtful,) = group("editor", "doubtful_papers")
        assert (doubtful["measure_id"], len(doubtful["found"])) == ("zweifel", 1)
        assert "V/0989/2017" in doubtful["found"][0]

    def test_internal_measures(self, measures: None) -> None:
        """They stand in a group of their own, with what is missing in them, and nowhere else."""
        (internal,) = group("editor", "internal")
        assert (internal["measure_id"], internal["visibility"]) == ("intern", "private")
        assert internal["missing"] == ["no_contact"]

    def test_an_office_sees_its_own(self, measures: None) -> None:
        """Editors see the measures of their office, coordinators all."""
        assert titles("andere", "updates") == ["Anderes Amt"]
        assert set(titles("coordinator", "updates")) >= {"Anderes Amt", "Lange nichts gehört"}
        assert len(group("coordinator", "measures", limit=100)) == 14
        assert call("digitalms_desk_show", "andere")["offices"] == [model.Group.get("anderes-amt").title]

    def test_whoever_belongs_to_no_office(self, measures: None) -> None:
        """Nothing is shown, and nothing fails."""
        desk = call("digitalms_desk_show", "fremde")
        assert (desk["measures"], desk["offices"], desk["is_coordinator"]) == (0, [], False)
        assert [one for one in desk["groups"] if one["count"]] == []

    def test_a_deleted_account(self, measures: None) -> None:
        """Nothing is shown to it any more, and no visit is noted."""
        call("user_delete", "chef", id="editor")
        model.Session.rollback()
        for action in ("digitalms_desk_show", "digitalms_desk_visit"):
            with pytest.raises(tk.NotAuthorized):
                call(action, "editor")

    def test_strangers(self) -> None:
        """They sign in first."""
        for action in ("digitalms_desk_show", "digitalms_desk_visit"):
            with pytest.raises(tk.NotAuthorized):
                call(action, "")

    def test_a_part(self, measures: None) -> None:
        """A group comes in parts, and measures are chosen by words."""
        first = call("digitalms_desk_show", "editor", group="measures", limit=3)["groups"][0]
        assert (first["count"], len(first["results"])) == (13, 3)
        assert [one["measure_id"] for one in group("editor", "measures", q="KONTAKT ohne")] == [
            "ohne-kontakt"
        ]
        assert group("editor", "measures", q="nichtsdavon") == []

    def test_no_such_group(self, measures: None) -> None:
        """The groups that there are, are named."""
        with pytest.raises(tk.ValidationError) as refused:
            call("digitalms_desk_show", "editor", group="unsinn")
        assert "late_milestones" in str(refused.value.error_dict["group"])


class TestWhatCameIn:
    def test_previews(self, measures: None) -> None:
        """Reports to coordinators; tables to who handed them in; drafts to their office."""
        upload = FileStorage(BytesIO(REPORT.encode()), filename="bericht.md")
        call("digitalms_report_import_create", "coordinator", upload=upload)
        content = "measure_id;update_due\nganz;2030-01-01\n"
        table = {"content": content, "filename": "faelligkeit.csv", "dry_run": True}
        call("digitalms_table_import", "editor", **table)
        draft = {"content": "Schule;Zahl\nA;1\n", "filename": "schulen.csv", "organisation": "citeq"}
        call("digitalms_dataset_draft_create", "editor", **draft)
        every = {("report", "bericht.md"), ("table", "faelligkeit.csv"), ("dataset", "schulen.csv")}

        def found(user: str) -> set[tuple[str, str]]:
            return {(one["kind"], one["filename"]) for one in group(user, "previews")}

        assert found("coordinator") == every
        assert found("editor") == {one for one in every if one[0] != "report"}
        assert found("andere") == found("fremde") == set()

    def test_deliveries_that_wait(self, measures: None) -> None:
        """Of a source the newest only; other offices do not see them."""
        office = model.Group.get("citeq").id
        for number, source in enumerate((None, "quelle", "quelle")):
            moment = datetime(2026, 1, 1 + number, tzinfo=UTC)
            model.Session.add(
                Delivery(
                    kind="progress",
                    filename=f"{number}.csv",
                    content=b"",
                    sha256="",
                    size=0,
                    state="waiting",
                    source_id=source,
                    organisation=office,
                    received_at=moment,
                )
            )
        model.repo.commit()
        assert [one["filename"] for one in group("coordinator", "deliveries")] == ["0.csv", "2.csv"]
        assert len(group("editor", "deliveries")) == 2
        assert group("andere", "deliveries") == []

    def test_sources(self, measures: None, make_sources: Make) -> None:
        """Those that failed or are late, to who keeps them; their questions to coordinators."""
        names = make_sources(5, model.Group.get("citeq").id)
        failing = {one["name"]: one["state"] for one in group("editor", "sources")}
        assert set(failing.values()) == {"failed", "late"}
        assert group("andere", "sources") == []
        source = model.Package.get(names[0]).id
        model.Session.add(HarvestQuestion(source_id=source, present=9, vanishing=["a", "b"]))
        model.repo.commit()
        (asked,) = group("coordinator", "questions")
        assert (asked["name"], asked["vanishing"], asked["present"]) == (names[0], 2, 9)
        assert group("editor", "questions") == []

    def test_pages_of_the_city(self, measures: None) -> None:
        """What is not filled in, to coordinators."""
        assert {one["page"] for one in group("coordinator", "city_pages")} >= {"impressum"}
        assert group("editor", "city_pages") == []


class TestVisit:
    def test_a_page_that_is_loaded_again_is_no_visit(self, personas: dict[str, str]) -> None:
        """Only who was away for a while comes for another one; two tabs are one."""
        user = model.User.get("editor").id
        begin = datetime(2026, 11, 2, 8, tzinfo=UTC)
        assert visits.note(user, begin) == begin - visits.FIRST
        assert (
            visits.note(user, begin + timedelta(minutes=20)) == begin + timedelta(minutes=20) - visits.FIRST
        )
        last = begin + timedelta(minutes=45)
        visits.note(user, last)
        next_day = begin + timedelta(days=1)
        assert visits.note(user, next_day) == last
        assert visits.note(user, next_day + timedelta(minutes=1)) == last
        assert visits.since(user) == last
        assert visits.since(model.User.get("andere").id, begin) == begin - visits.FIRST

    def test_a_visit_goes_with_its_account(self, personas: dict[str, str]) -> None:
        """Nothing is left of an account that is removed."""
        user = factories.User(name="kurz")
        call("digitalms_desk_visit", "kurz")
        assert model.Session.scalar(sa.select(sa.func.count()).select_from(DeskVisit)) == 1
        model.Session.execute(sa.text('DELETE FROM "user" WHERE id = :id'), {"id": user["id"]})
        assert model.Session.scalar(sa.select(sa.func.count()).select_from(DeskVisit)) == 0


class TestChanges:
    def test_who_changed_what(self, measures: None) -> None:
        """The newest change of each measure, by whom, and how many there were; own ones are told as such."""
        self.look("coordinator")
        call("digitalms_statement_create", "editor", id="ganz", statement="Neu", as_of=self.today())
        call("digitalms_statement_create", "editor", id="ganz", statement="Neuer", as_of=self.today())
        call("digitalms_statement_create", "coordinator", id="bald", statement="Selbst", as_of=self.today())
        own, others = group("coordinator", "changes")
        assert (own["id"], own["is_own"], own["changes"]) == ("bald", True, 1)
        assert (others["id"], others["is_own"], others["changes"]) == ("ganz", False, 2)
        assert others["changed_by"] == model.User.get("editor").fullname

    def test_what_was_deleted(self, measures: None) -> None:
        """It is told, and that it can be restored."""
        self.look("coordinator")
        call("package_delete", "editor", id="ganz")
        (deleted,) = group("coordinator", "changes")
        assert (deleted["id"], deleted["is_deleted"], deleted["kind"]) == ("ganz", True, "withdrawn")

    def test_an_office_sees_its_own(self, measures: None) -> None:
        """And not what others change."""
        self.look("andere")
        call("digitalms_statement_create", "editor", id="ganz", statement="Neu", as_of=self.today())
        assert group("andere", "changes") == []

    def look(self, user: str) -> None:
        """Let somebody's last visit have ended just now."""
        user_id = model.User.get(user).id
        visits.note(user_id, datetime.now(UTC) - timedelta(minutes=1))
        ended = sa.update(DeskVisit).where(DeskVisit.user_id == user_id).values(since=datetime.now(UTC))
        model.Session.execute(ended)
        model.repo.commit()

    def today(self) -> str:
        return config.today().isoformat()
