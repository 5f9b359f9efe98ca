"""The sitting calendar: who may keep it, each of its actions, its page, and wordings that lean on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.digitalms.model import SittingCalendar
from ckanext.digitalms.services import sittings

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

PAGE = "/digitalisierung/sitzungen/"
FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20190618
SUMMARY:Ausschuss für Personal
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20190703T140000Z
SUMMARY:Sitzung des Rates
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART:20190704T140000Z
SUMMARY:Kulturausschuss
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR
"""
PARTS = "multipart/form-data"
CHAIN = "letzte Gremienkette vor den Sommerferien 2019"


@pytest.fixture
def act(personas: dict[str, str]) -> Callable[..., Any]:
    def call(action: str, persona: str = "coordinator", **told: Any) -> Any:
        return tk.get_action(action)({"user": personas[persona], "ignore_auth": False}, told)

    return call


@pytest.fixture
def signed_in(personas: dict[str, str]) -> Callable[[str], dict[str, str]]:
    return lambda persona: {"Authorization": factories.APIToken(user=personas[persona])["token"]}


def listed(act: Callable[..., Any]) -> list[tuple[str, str, bool]]:
    rows = act("digitalms_sitting_list", "anonymous")["results"]
    return [(one["day"], one["body"], one["is_council"]) for one in rows]


@pytest.mark.parametrize("persona", ["anonymous", "stranger", "editor"])
@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("digitalms_sitting_create", {"day": "2019-07-03", "body": "Rat"}),
        ("digitalms_sitting_delete", {"day": "2019-07-03", "body": "Rat"}),
        ("digitalms_sitting_upload", {"content": FILE}),
        ("digitalms_sitting_undo", {"version": 1}),
    ],
)
def test_others_do_not_keep_it(
    act: Callable[..., Any], action: str, told: dict[str, Any], persona: str
) -> None:
    with pytest.raises(tk.NotAuthorized):
        act(action, persona, **told)
    assert listed(act) == []


class TestCreate:
    def test_coordinator(self, act: Callable[..., Any]) -> None:
        """The council is known by its name; a sitting that is there already stays one."""
        assert act("digitalms_sitting_create", day="03.07.2019", body="Rat")["is_council"]
        assert (
            act("digitalms_sitting_create", day="2019-07-02", body=" Haupt- ausschuss ")["is_council"]
            is False
        )
        act("digitalms_sitting_create", day="2019-07-03", body="Rat")
        assert listed(act) == [("2019-07-02", "Haupt- ausschuss", False), ("2019-07-03", "Rat", True)]
        assert act("digitalms_sitting_list")["version"] == 2

    @pytest.mark.parametrize(
        "told",
        [{}, {"day": "2019-07-03"}, {"day": "31.02.2019", "body": "Rat"}, {"day": "x", "body": "R" * 500}],
    )
    def test_bad_input(self, act: Callable[..., Any], told: dict[str, Any]) -> None:
        with pytest.raises(tk.ValidationError):
            act("digitalms_sitting_create", **told)
        assert listed(act) == []


class TestList:
    def test_anonymous(self, act: Callable[..., Any]) -> None:
        """Of a time, and part by part."""
        act("digitalms_sitting_upload", content=FILE)
        found = act("digitalms_sitting_list", "anonymous", since="2019-07-01", until="2019-07-31", limit=1)
        assert (found["count"], [one["body"] for one in found["results"]]) == (1, ["Rat"])


class TestUpload:
    def test_coordinator(self, act: Callable[..., Any]) -> None:
        """Read again, it changes nothing; one that was moved does not stay."""
        told = act("digitalms_sitting_upload", content=FILE, filename="rat.ics")
        assert (told["count"], told["added"], told["removed"]) == (2, 2, 0)
        assert "Kulturausschuss" in told["left_out"][0]
        assert act("digitalms_sitting_upload", content=FILE, replace=True)["added"] == 0
        assert act("digitalms_sitting_list")["version"] == 1
        moved = FILE.replace("20190618", "20190617")
        assert act("digitalms_sitting_upload", content=moved, replace=True)["removed"] == 1
        again = act("digitalms_sitting_upload", content=moved.replace("0703T", "0705T"), replace=True)
        assert (again["added"], again["removed"]) == (1, 1)
        assert [day for day, _, _ in listed(act)] == ["2019-06-17", "2019-07-05"]

    @pytest.mark.parametrize("content", ["", "Datum;Gremium", "BEGIN:VCALENDAR\nEND:VCALENDAR", "\0" * 9])
    def test_bad_input(self, act: Callable[..., Any], content: str) -> None:
        with pytest.raises(tk.ValidationError):
            act("digitalms_sitting_upload", content=content)


class TestDeleteAndUndo:
    def test_coordinator(self, act: Callable[..., Any]) -> None:
        """What was removed comes back; taken back again, it is gone."""
        act("digitalms_sitting_upload", content=FILE)
        before = listed(act)
        act("digitalms_sitting_delete", day="2019-07-03", body="Rat")
        assert len(listed(act)) == 1
        assert act("digitalms_sitting_undo", version=2)["change"]["kind"] == "undo"
        assert listed(act) == before
        with pytest.raises(tk.ValidationError):
            act("digitalms_sitting_undo", version=2)
        act("digitalms_sitting_undo", version=3)
        assert len(listed(act)) == 1

    def test_of_the_first(self, act: Callable[..., Any]) -> None:
        act("digitalms_sitting_upload", content=FILE)
        act("digitalms_sitting_undo", version=1)
        assert listed(act) == []

    def test_what_there_is_not(self, act: Callable[..., Any]) -> None:
        with pytest.raises(tk.ObjectNotFound):
            act("digitalms_sitting_delete", day="2019-07-03", body="Rat")
        with pytest.raises(tk.ValidationError):
            act("digitalms_sitting_undo", version=1)

    def test_old_versions_end(self, act: Callable[..., Any]) -> None:
        for number in range(1, 34):
            act("digitalms_sitting_create", day="2019-07-03", body=f"A{number}")
        assert len(listed(act)) == 33
        act("digitalms_sitting_undo", version=33)
        assert len(listed(act)) == 32


class TestDateRead:
    def test_anonymous(self, act: Callable[..., Any]) -> None:
        """By the rules, and by the sittings that are known."""
        read = lambda text: act("digitalms_date_read", "anonymous", text=text, as_of="2019-03-14")  # noqa: E731
        assert read("III/2019")["latest"] == "2019-09-30"
        assert read("bald") == {"is_understood": False, "dates": 0}
        before = read(CHAIN)
        assert (before["latest"], len(before["doubts"])) == ("2019-07-14", 1)
        act("digitalms_sitting_upload", content=FILE)
        after = read(CHAIN)
        assert (after["earliest"], after["latest"]) == ("2019-06-18", "2019-07-03")
        assert after["rule"] == "sittings"

    @pytest.mark.parametrize("told", [{}, {"text": ""}, {"text": "x" * 1001}, {"text": "Mai", "as_of": "x"}])
    def test_bad_input(self, act: Callable[..., Any], told: dict[str, Any]) -> None:
        with pytest.raises(tk.ValidationError):
            act("digitalms_date_read", **told)


class TestPage:
    def test_kept_by_hand_and_by_file(self, app: Any, signed_in: Callable[[str], Any]) -> None:
        """Entered, read in, removed, taken back; a fault leaves what was typed."""
        headers = signed_in("coordinator")
        body = app.get(PAGE, headers=headers).body
        assert "Es ist keine Sitzung bekannt" in body
        body = app.post(PAGE, data={"day": "31.02.2099", "body": "Rat"}, headers=headers).body
        assert 'value="31.02.2099"' in body
        assert "aria-invalid" in body
        body = app.post(PAGE, data={"day": "03.07.2099", "body": "Rat"}, headers=headers).body
        assert "Eingetragen: Rat am 3. Juli 2099." in body
        told = {"upload": (BytesIO(FILE.encode()), "rat.ics"), "replace": "on"}
        body = app.post(
            f"{PAGE}einlesen", data=told, headers=headers, content_type="multipart/form-data"
        ).body
        assert "2 Sitzungen gelesen: 2 sind neu, 0 sind weggefallen." in body
        assert "3. Juli 2099" in body
        assert "3. Juli 2019" not in body
        assert "3. Juli 2019" in app.get(f"{PAGE}?alle=1", headers=headers).body
        gone = {"day": "2099-07-03", "body": "Rat"}
        assert "Entfernt." in app.post(f"{PAGE}entfernen", data=gone, headers=headers).body
        body = app.get(PAGE, headers=headers).body
        assert "3. Juli 2099" not in body
        version = re.search(r'name="version" value="(\d+)"', body)[1]
        body = app.post(f"{PAGE}zuruecknehmen", data={"version": version}, headers=headers).body
        assert "3. Juli 2099" in body

    def test_only_past_ones(self, app: Any, act: Callable[..., Any], signed_in: Callable[[str], Any]) -> None:
        act("digitalms_sitting_upload", content=FILE)
        headers = signed_in("coordinator")
        page = BeautifulSoup(app.get(PAGE, headers=headers).body, "html.parser")
        assert "Es ist keine Sitzung bekannt" not in page.get_text()
        told = page.find(string=re.compile("Ab heute ist keine Sitzung bekannt")).parent
        assert "2 vergangene Sitzungen" in told.get_text()
        assert "3. Juli 2019" in app.get(f"{PAGE}{told.a['href'].rpartition('/')[2]}", headers=headers).body
        beyond = app.get(f"{PAGE}?alle=1&seite=9", headers=headers).body
        assert "keine Sitzung bekannt" not in beyond
        assert 'href="?alle=1&amp;seite=1#dm-sittings-list"' in beyond

    def test_a_file_that_is_none(self, app: Any, signed_in: Callable[[str], Any]) -> None:
        told = {"upload": (BytesIO(b"Datum;Gremium"), "rat.csv")}
        headers = signed_in("coordinator")
        body = app.post(
            f"{PAGE}einlesen", data=told, headers=headers, content_type="multipart/form-data"
        ).body
        assert "Das ist kein Kalender" in body
        assert 'id="dm-upload-error"' in app.post(f"{PAGE}einlesen", data={}, headers=headers).body

    def test_linked_for_coordinators_alone(self, app: Any, signed_in: Callable[[str], Any]) -> None:
        assert PAGE in app.get("/digitalisierung", headers=signed_in("coordinator")).body
        assert PAGE not in app.get("/digitalisierung", headers=signed_in("editor")).body
        app.get(PAGE, headers=signed_in("editor"), status=403)

    def test_the_form_of_a_measure_reads_by_it(
        self, app: Any, act: Callable[..., Any], signed_in: Callable[[str], Any], office: dict[str, Any]
    ) -> None:
        act("digitalms_sitting_upload", content=FILE)
        told = {"milestones__0__title": "Beschluss", "milestones__0__date_text": CHAIN, "as_of": "2019-03-14"}
        typed = {"title": "Serviceportal", "status": "planned", "owner_org": office["id"], **told}
        body = app.post("/digitalisierungsmassnahme/new", data=typed, headers=signed_in("editor")).body
        assert "18.06.2019 bis 03.07.2019 (Sitzungskalender; einige Wochen oder Monate)" in body


@pytest.mark.parametrize("action", ["create", "delete", "upload"])
def test_one_that_comes_between_reading_and_writing(
    act: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    """Whoever wrote meanwhile is not written over: the second is told."""
    act("digitalms_sitting_create", day="2026-03-18", body="Rat")
    write = sittings.write

    def later(*told: Any) -> Any:
        row = {"day": "2026-05-06", "body": "Rat", "is_council": True}
        known = {"version": 2, "sittings": [row], "change": {"kind": "create", "name": "Rat", "count": 1}}
        with model.meta.engine.begin() as other:
            other.execute(sa.insert(SittingCalendar).values(**known))
        return write(*told)

    monkeypatch.setattr(sittings, "write", later)
    told: dict[str, dict[str, Any]] = {
        "create": {"day": "2026-04-01", "body": "Rat"},
        "delete": {"day": "2026-03-18", "body": "Rat"},
        "upload": {"content": FILE},
    }
    with pytest.raises(tk.ValidationError) as refused:
        act(f"digitalms_sitting_{action}", **told[action])
    assert list(refused.value.error_dict) == ["version"]
    assert [day for day, _, _ in listed(act)] == ["2026-05-06"]
