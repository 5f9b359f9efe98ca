"""The forms, as they are posted."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import lxml.html
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.digitalms import config

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

NEW = "/digitalisierungsmassnahme/new"
EDIT = "/digitalisierungsmassnahme/edit/dms"
TEXTS = ["<script>alert(1)</script>", "„'\"", "🏛️", "x" * 100_000, "a\x00b", "\r\n"]
REPORTS = "/digitalisierung/berichte"
NEWS = "/digitalisierungsmassnahme/dms/neues"


@pytest.fixture
def signed_in(personas):
    """Headers that sign a persona in."""
    return lambda persona: {"Authorization": factories.APIToken(user=personas[persona])["token"]}


def typed(office, **more):
    base = {
        "title": "Serviceportal",
        "name": "serviceportal",
        "owner_org": office["id"],
        "status": "in_progress",
        "as_of": "2019-03-14",
        "private": "False",
        "tag_string": "Portal, Online",
    }
    return {**base, **more}


def form_of(answer):
    """Return the form of a measure in a page, as a browser reads it."""
    (form,) = (each for each in lxml.html.fromstring(answer.body).forms if "dm-form" in each.get("class", ""))
    return form


def said(rows):
    """Return what rows say; a field that is left out is as good as an empty one."""
    return [{name: value for name, value in row.items() if value} for row in rows]


class TestNew:
    def test_the_form_stands(self, app, signed_in):
        """The form shows every group and field."""
        body = app.get(NEW, headers=signed_in("editor")).body
        for text in ("Worum es geht", "Plan und Ist", "Meilenstein", 'name="steps__NEW__text"', "Kennung"):
            assert text in body

    def test_saving_leads_to_the_measure(self, app, signed_in, office):
        """What was typed is stored, blank rows are not."""
        data = typed(
            office,
            steps__0__state="done",
            steps__0__text="Verträge",
            steps__1__state="pending",
            steps__1__text="",
            milestones__0__title="Start",
            milestones__0__latest="31.12.2019",
            council_references__0__reference="V/0143/2018",
            council_references__0__role="goal",
        )
        answer = app.post(NEW, data=data, headers=signed_in("editor"), follow_redirects=False)
        assert answer.headers["Location"].endswith("/digitalisierungsmassnahme/serviceportal")
        stored = call_action("package_show", id="serviceportal")
        assert [s["text"] for s in stored["steps"]] == ["Verträge"]
        assert stored["milestones"][0]["latest"] == "2019-12-31"
        assert sorted(tag["name"] for tag in stored["tags"]) == ["Online", "Portal"]

    def test_an_error_keeps_everything(self, app, signed_in, office):
        """A wrong date is said at its field, and every typed word is there again."""
        data = typed(
            office,
            milestones__0__title="Start",
            milestones__0__latest="irgendwann",
            vision="Alles online",
            status="",
        )
        body = app.post(NEW, data=data, headers=signed_in("editor")).body
        assert "„irgendwann“ ist kein Tag" in body
        assert 'href="#field-milestones__0__latest"' in body
        for text in ("irgendwann", "Alles online", "Portal, Online", "Serviceportal"):
            assert text in body

    def test_a_key_is_proposed(self, app, signed_in, office):
        """With an error elsewhere the form shows the key that it would get; one of one's own stays."""
        wrong = typed(office, name="", title="Öffnung der Wege", status="")
        body = app.post(NEW, data=wrong, headers=signed_in("editor")).body
        assert re.search(r'name="name"[^>]* value="oeffnung-wege"', body)
        assert 'data-dm-proposed="oeffnung-wege"' in body
        body = app.post(NEW, data={**wrong, "name": "wege"}, headers=signed_in("editor")).body
        assert re.search(r'name="name"[^>]* value="wege"', body)
        assert 'data-dm-proposed="oeffnung-wege"' in body
        for title in ("", "x" * 1001, "a\x00b"):
            body = app.post(NEW, data={**wrong, "title": title}, headers=signed_in("editor")).body
            assert re.search(r'name="name"[^>]* value=""', body)

    @pytest.mark.parametrize("persona", ["stranger"])
    def test_not_for_strangers(self, app, signed_in, persona):
        """Who keeps no measures gets a sentence."""
        assert app.get(NEW, headers=signed_in(persona)).status_code == 403

    def test_anonymous_is_asked_to_sign_in(self, app):
        """Nobody is lost: the way leads to the sign-in."""
        answer = app.get(NEW, follow_redirects=False)
        assert "/user/login" in answer.headers["Location"]

    @pytest.mark.parametrize("text", TEXTS)
    def test_nonsense_in_every_field(self, app, signed_in, office, text):
        """Nothing breaks, and nothing becomes markup."""
        names = (
            "title",
            "name",
            "notes",
            "status",
            "progress_percent",
            "as_of",
            "vision",
            "parent_id",
            "contact_email",
        )
        rows = (
            "steps__0__text",
            "steps__0__state",
            "milestones__0__earliest",
            "links__0__url",
            "goals__x__text",
        )
        data = {**typed(office), **dict.fromkeys((*names, *rows, "unknown", "resources__0__url"), text)}
        answer = app.post(NEW, data=data, headers=signed_in("coordinator"))
        assert answer.status_code < 500
        assert "<script>alert(1)" not in answer.body


class TestEdit:
    def test_same_rows_same_order_same_ids(self, app, signed_in, make_measure):
        """Saving what the form shows changes nothing but what was changed."""
        steps = [{"state": "pending", "text": f"Schritt {n}"} for n in range(25)]
        before = make_measure(steps=steps)
        data = {
            "title": before["title"],
            "name": "dms",
            "owner_org": before["owner_org"],
            "status": "in_progress",
            "stand": "correction",
            "as_of": "2026-01-01",
        }
        for n, step in enumerate(reversed(before["steps"])):
            data |= {
                f"steps__{n}__id": step["id"],
                f"steps__{n}__state": step["state"],
                f"steps__{n}__text": step["text"],
            }
        app.post(EDIT, data=data, headers=signed_in("editor"), follow_redirects=False)
        after = call_action("package_show", id="dms")
        assert after["steps"] == before["steps"][::-1]
        assert (after["status"], after["as_of"]) == ("in_progress", "2019-03-14")

    def test_what_is_shown_is_no_news(self, app, signed_in, make_measure):
        """Entries that leave much unsaid, as imports make them, are saved as they are, without a Stand."""
        before = make_measure(
            statement="So weit sind wir.",
            council_references=[{"reference": "V/0143/2018"}],
            steps=[{"state": "pending", "text": "Schritt"}],
            obstacles=[{"text": "Lieferzeiten"}],
            milestones=[{"title": "Start"}],
            indicators=[{"title": "Portale", "value": "17", "day": "2019-03-14"}],
            goals=[{"text": "Online"}],
            partners=[{"name": "Kreis"}],
            links=[{"title": "Seite", "url": "https://example.org/"}],
            coverage_links=[{"area_code": "05515000"}],
        )
        data = dict(form_of(app.get(EDIT, headers=signed_in("editor"))).form_values())
        assert {"goals__0__text", "coverage_links__0__area_code"} <= set(data)
        app.post(EDIT, data=data, headers=signed_in("editor"), follow_redirects=False)
        after = call_action("package_show", id="dms")
        for name in (name for name, value in before.items() if isinstance(value, list)):
            assert said(after[name]) == said(before[name]), name
        assert (after["as_of"], after["statement"]) == ("2019-03-14", "So weit sind wir.")
        assert call_action("digitalms_measure_history", id="dms")["count"] == 1

    def test_a_title_is_escaped_once(self, app, signed_in, make_measure):
        """A heading shows the title as it was typed."""
        make_measure(title="R & D")
        body = app.get(EDIT, headers=signed_in("editor")).body
        assert "Bearbeiten: R &amp; D</h1>" in body
        assert "&amp;amp;" not in body

    def test_an_older_stand_is_refused_at_its_field(self, app, signed_in, make_measure):
        """The sentence leads to the measure; nothing is saved."""
        before = make_measure()
        data = {"title": "Anders", "name": "dms", "owner_org": before["owner_org"], "status": "planned"}
        body = app.post(EDIT, data={**data, "as_of": "2018-01-01"}, headers=signed_in("editor")).body
        assert "14.03.2019" in body
        assert call_action("package_show", id="dms")["title"] == before["title"]

    def test_what_the_form_does_not_show_is_kept(self, app, signed_in, make_measure):
        """Resources stay and the state stays; what the form does not ask is not taken."""
        before = make_measure()
        call_action("resource_create", package_id=before["id"], url="https://example.org/a.pdf", name="Plan")
        data = {
            "title": "Anders",
            "owner_org": before["owner_org"],
            "status": "planned",
            "as_of": "2019-05-01",
        }
        data |= {"author": "Fremd", "state": "deleted", "resources__0__url": "https://example.net/"}
        app.post(EDIT, data=data, headers=signed_in("editor"), follow_redirects=False)
        after = call_action("package_show", id="dms")
        assert after["title"] == "Anders"
        assert [r["url"] for r in after["resources"]] == ["https://example.org/a.pdf"]
        assert (after["state"], after.get("steps") or []) == ("active", [])

    @pytest.mark.parametrize(
        ("path", "target"),
        [("/dataset/edit/dms", EDIT), ("/dataset/new?type=digitalisierungsmassnahme", NEW)],
    )
    def test_the_catalogues_own_form_leads_here(self, app, signed_in, make_measure, path, target):
        """Links of the catalogue end in the form that knows our fields."""
        make_measure()
        answer = app.get(path, headers=signed_in("editor"), follow_redirects=False)
        assert answer.headers["Location"].endswith(target)

    @pytest.mark.parametrize("form", [EDIT, NEWS])
    def test_two_people_at_once(self, app, signed_in, make_measure, form):
        """Who saves second is told so, keeps every typed word, and may save again."""
        before = make_measure()
        seen = re.compile('name="seen" value="([^"]+)"')
        data = {"title": "Meins", "owner_org": before["owner_org"], "status": "planned", "stand": "new"}
        data |= {"as_of": "2019-05-02", "statement": "Meine Worte"}
        shown = seen.search(app.get(form, headers=signed_in("editor")).body)
        call_action(
            "digitalms_statement_create",
            id="dms",
            as_of="2019-05-01",
            statement="Andere Worte waren schneller",
        )
        answer = app.post(form, data={**data, "seen": shown[1]}, headers=signed_in("editor"))
        assert "Inzwischen hat jemand anderes" in answer.body
        assert "Meine Worte" in answer.body
        assert call_action("package_show", id="dms")["statement"] == "Andere Worte waren schneller"
        again = {**data, "seen": seen.search(answer.body)[1]}
        assert app.post(form, data=again, headers=signed_in("editor")).status_code == 200
        assert call_action("package_show", id="dms")["statement"] == "Meine Worte"

    def test_rights(self, app, signed_in, make_measure):
        """Another office may not."""
        make_measure()
        assert app.get(EDIT, headers=signed_in("other_editor")).status_code == 403
        assert (
            app.get("/digitalisierungsmassnahme/edit/nirgends", headers=signed_in("editor")).status_code
            == 404
        )


class TestNews:
    def test_a_new_stand(self, app, signed_in, make_measure):
        """Status, words and a step's state are saved; the rest stays."""
        before = make_measure()
        data = {"as_of": "2019-07-01", "status": "in_progress", "statement": "Es geht los."}
        for n, step in enumerate(before["steps"]):
            data |= {f"steps__{n}__id": step["id"], f"steps__{n}__state": "done"}
        answer = app.post(NEWS, data=data, headers=signed_in("editor"))
        assert "Der neue Stand ist gespeichert" in answer.body
        after = call_action("package_show", id="dms")
        assert [(s["state"], s["text"]) for s in after["steps"]] == [
            ("done", s["text"]) for s in before["steps"]
        ]

    def test_an_error_keeps_everything(self, app, signed_in, make_measure):
        """The sentence stands at the field, the words are there again."""
        make_measure()
        data = {"as_of": "gestern", "status": "paused", "statement": "Wichtige Worte"}
        body = app.post(NEWS, data=data, headers=signed_in("editor")).body
        assert "„gestern“ ist kein Tag" in body
        assert "Wichtige Worte" in body
        assert call_action("package_show", id="dms")["status"] == "in_preparation"


class TestDayOfTheForm:
    @pytest.fixture
    def twice(self, make_measure):
        """A measure with a Stand of January and one of June."""
        before = make_measure(
            as_of="2026-01-15",
            progress_percent="20",
            statement="Vertarg",
            statement_source="Mail",
            milestones=[{"title": "Start", "latest": "2026-12-31"}],
        )
        steps = [{**step, "state": "done"} for step in before["steps"]]
        told = {"as_of": "2026-06-01", "progress_percent": "60", "statement": "Läuft", "steps": steps}
        return call_action("package_patch", id="dms", statement_source="Bericht", **told)

    def sent(self, body, **more):
        """Return what a browser would send of the short form."""
        named = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', body)
        texts = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', body)
        chosen = re.findall(
            r'<select[^>]*name="([^"]+)"[^>]*>.*?<option value="([^"]*)" selected', body, re.S
        )
        return {**dict(named), **dict(texts), **dict(chosen), **more}

    def test_another_day_comes_with_its_own_record(self, app, signed_in, twice):
        """A day of the past shows what stood then, with what was typed; nothing is saved before."""
        headers = signed_in("editor")
        before = call_action("digitalms_measure_history", id="dms")
        form = self.sent(app.get(NEWS, headers=headers).body)
        assert (form["progress_percent"], form["statement"], form["source"]) == ("60", "", "")
        body = app.post(NEWS, data={**form, "as_of": "2026-01-15", "source": "Anruf"}, headers=headers).body
        assert "gilt ein anderer Stand" in body
        assert call_action("digitalms_measure_history", id="dms") == before
        form = self.sent(body)
        assert (form["progress_percent"], form["statement"], form["source"]) == ("20", "Vertarg", "Anruf")
        app.post(NEWS, data={**form, "statement": "Vertrag"}, headers=headers, follow_redirects=False)
        january = call_action("digitalms_measure_show", id="dms", cut_off_date="2026-02-01")
        assert (january["progress_percent"], january["statement"]) == (20, "Vertrag")
        assert january["step_counts"]["done"] == 0
        assert call_action("package_show", id="dms")["progress_percent"] == "60"

    def test_a_day_is_shown_by_its_button(self, app, signed_in, twice):
        """The button loads a day; a day that is none is said when it is saved."""
        headers = signed_in("editor")
        form = self.sent(app.get(NEWS, headers=headers).body)
        body = app.post(NEWS, data={**form, "as_of": "2026-03-01", "load": "1"}, headers=headers).body
        assert "der Stand vom 15. Januar 2026" in body
        assert self.sent(body)["progress_percent"] == "20"
        answer = app.post(NEWS, data={**form, "as_of": "gestern", "load": "1"}, headers=headers)
        assert "„gestern“ ist kein Tag" in answer.body

    def test_a_due_day_alone_is_no_stand(self, app, signed_in, twice):
        """The short form sets it, and the Stand stays."""
        headers = signed_in("editor")
        form = self.sent(app.get(NEWS, headers=headers).body)
        app.post(NEWS, data={**form, "update_due": "2026-12-24"}, headers=headers, follow_redirects=False)
        stored = call_action("package_show", id="dms")
        assert (stored["as_of"], stored["statement"], stored["update_due"]) == (
            "2026-06-01",
            "Läuft",
            "2026-12-24",
        )

    def test_a_due_day_that_was_reached_is_in_nobodys_way(self, app, signed_in, make_measure):
        """A measure that nobody wrote about for years: its next Stand needs no word on the old due day."""
        make_measure(name="dms", as_of="2019-03-14", update_due="2020-03-14")
        headers = signed_in("editor")
        form = self.sent(app.get(NEWS, headers=headers).body)
        assert form["update_due"] == ""
        earlier = self.sent(app.get(f"{NEWS}?stand=2019-06-01", headers=headers).body)
        assert earlier["update_due"] == "2020-03-14"
        told = {**earlier, "as_of": "2026-06-02", "statement": "Wieder da"}
        app.post(NEWS, data=told, headers=headers, follow_redirects=False)
        stored = call_action("package_show", id="dms")
        assert (stored["as_of"], stored["statement"]) == ("2026-06-02", "Wieder da")
        assert not stored.get("update_due")

    def test_a_milestone_is_met(self, app, signed_in, twice):
        """Its day is all that is typed."""
        headers = signed_in("editor")
        form = self.sent(app.get(NEWS, headers=headers).body)
        assert form["milestones__0__id"] == twice["milestones"][0]["id"]
        told = {"milestones__0__met_on": "2026-07-01", "as_of": "2026-07-02"}
        app.post(NEWS, data={**form, **told}, headers=headers, follow_redirects=False)
        stored = call_action("package_show", id="dms")
        assert (stored["as_of"], stored["milestones"][0]["met_on"]) == ("2026-07-02", "2026-07-01")
        assert "Meilenstein erreicht am" not in app.get(NEWS, headers=headers).body

    def test_the_long_form_for_a_correction(self, app, signed_in, twice):
        """A new Stand has no words yet; a correction has those of its Stand, and keeps what was typed."""
        headers = signed_in("editor")
        body = app.get(EDIT, headers=headers).body
        assert "Läuft" not in body
        data = {"title": "DMS neu", "status": "planned", "owner_org": twice["owner_org"], "stand": "new"}
        body = app.post(EDIT, data={**data, "load": "correction"}, headers=headers).body
        for text in ("Läuft", "Bericht", "DMS neu", "Sie berichtigen den Stand vom 1. Juni 2026"):
            assert text in body
        assert call_action("package_show", id="dms")["title"] == twice["title"]

    def test_the_stand_of_today_keeps_its_words(self, app, signed_in, twice):
        """Who edits twice in a day corrects the Stand of today; its words are there and stay."""
        call_action(
            "package_patch", id="dms", as_of=config.today().isoformat(), statement="Heute", status="planned"
        )
        headers = signed_in("editor")
        assert "Heute" in app.get(EDIT, headers=headers).body
        data = {"title": "DMS", "status": "planned", "owner_org": twice["owner_org"], "stand": "new"}
        told = {**data, "as_of": config.today().isoformat(), "notes": "Kurz"}
        app.post(EDIT, data=told, headers=headers, follow_redirects=False)
        stored = call_action("package_show", id="dms")
        assert (stored["notes"], stored["statement"]) == ("Kurz", "Heute")

    def test_keywords_leave_the_stand(self, app, signed_in, twice):
        """The page says whose Stand it still is."""
        headers = signed_in("editor")
        names = ("title", "owner_org", "status", "progress_percent")
        data = {name: twice[name] for name in names} | {"stand": "new", "tag_string": "Akten"}
        for n, step in enumerate(twice["steps"]):
            data |= {f"steps__{n}__{name}": step[name] for name in ("id", "state", "text")}
        for n, one in enumerate(twice["milestones"]):
            data |= {f"milestones__{n}__{name}": one[name] for name in ("id", "title", "latest")}
        data["council_references__0__id"] = twice["council_references"][0]["id"]
        data["council_references__0__reference"] = "V/0954/2018"
        data["council_references__0__role"] = "basis"
        body = app.post(EDIT, data={**data, "as_of": config.today().isoformat()}, headers=headers).body
        assert "ihr Stand ist weiter der vom 1. Juni 2026" in body
        stored = call_action("package_show", id="dms")
        assert (stored["as_of"], stored["statement_source"]) == ("2026-06-01", "Bericht")
        assert [tag["name"] for tag in stored["tags"]] == ["Akten"]


class TestMilestoneDays:
    def posted(self, office, **milestone):
        return typed(office, **{f"milestones__0__{name}": text for name, text in milestone.items()})

    def test_days_are_proposed_and_confirmed(self, app, signed_in, office):
        """The form comes back with the days of the wording; saved again, they are stored."""
        headers = signed_in("editor")
        data = self.posted(office, title="Start", date_text="im Juni 2019")
        body = app.post(NEW, data=data, headers=headers).body
        assert "Aus dem Wortlaut gelesen: 01.06.2019 bis 30.06.2019" in body
        named = dict(re.findall(r'name="(milestones__0__[a-z_]+)"[^>]*value="([^"]*)"', body))
        assert (named["milestones__0__earliest"], named["milestones__0__latest"]) == (
            "2019-06-01",
            "2019-06-30",
        )
        asked = re.search(r'name="asked" hidden>([^<]*)<', body)[1]
        app.post(NEW, data={**data, **named, "asked": asked}, headers=headers, follow_redirects=False)
        stored = call_action("package_show", id="serviceportal")
        assert stored["milestones"][0]["latest"] == "2019-06-30"

    def test_a_contradiction_is_asked_once(self, app, signed_in, office):
        """What was typed stays; saved again, it is meant, also after another error."""
        headers = signed_in("editor")
        data = self.posted(office, title="Start", date_text="ab Mitte März", latest="31.12.2019")
        body = app.post(NEW, data={**data, "progress_percent": "viel"}, headers=headers).body
        assert "ist ein Beginn" in body
        asked = re.search(r'name="asked" hidden>([^<]*)<', body)[1]
        body = app.post(NEW, data={**data, "progress_percent": "viel", "asked": asked}, headers=headers).body
        assert "„viel“ ist keine Zahl" in body
        asked = re.search(r'name="asked" hidden>([^<]*)<', body)[1]
        app.post(NEW, data={**data, "asked": asked}, headers=headers, follow_redirects=False)
        assert call_action("package_show", id="serviceportal")["milestones"][0]["latest"] == "2019-12-31"

    def test_what_is_not_understood_is_asked(self, app, signed_in, office):
        """At the wording; saved again, it stays open. Nothing is guessed."""
        headers = signed_in("editor")
        data = self.posted(office, title="Start", date_text="sobald wie möglich")
        body = app.post(NEW, data=data, headers=headers).body
        assert re.search(r'name="milestones__0__date_text"[^>]*aria-invalid="true"', body)
        assert "nennt keinen Tag, der verstanden wird" in body
        asked = re.search(r'name="asked" hidden>([^<]*)<', body)[1]
        app.post(NEW, data={**data, "asked": asked}, headers=headers, follow_redirects=False)
        stored = call_action("package_show", id="serviceportal")["milestones"][0]
        assert (stored["date_text"], stored.get("latest")) == ("sobald wie möglich", None)

    def test_the_rule_and_what_was_added_are_told(self, app, signed_in, office):
        """School holidays, and the year that the wording does not name."""
        data = self.posted(office, title="Start", date_text="vor den Sommerferien")
        body = app.post(NEW, data={**data, "as_of": "2019-03-14"}, headers=signed_in("editor")).body
        assert "bis 14.07.2019 (Schulferien; einige Wochen oder Monate)" in body
        assert "nennt kein Jahr: 2019 ist das nächste" in body


class TestStagePlan:
    def planned(self, office, **plan):
        told = {"plan_start": "drittes Quartal 2019", "plan_months": "18", "plan_stages": "3", **plan}
        return typed(office, do="plan:milestones", **told)

    def test_it_is_proposed_and_taken_over(self, app, signed_in, office):
        """The rows are in the form and nothing is saved; saved, they are milestones without a question."""
        headers = signed_in("editor")
        body = app.post(NEW, data=self.planned(office), headers=headers).body
        assert "3 Meilensteine sind aus dem Plan vorgeschlagen" in body
        assert not call_action("digitalms_measure_list")["count"]
        rows = dict(re.findall(r'name="(milestones__[0-9]__[a-z_]+)"[^>]*value="([^"]*)"', body))
        assert (rows["milestones__2__title"], rows["milestones__2__date_text"]) == (
            "Stufe 3 von 3",
            "Juli bis Dezember 2020",
        )
        app.post(NEW, data={**typed(office), **rows}, headers=headers, follow_redirects=False)
        stored = call_action("package_show", id="serviceportal")["milestones"]
        assert [(one["earliest"], one["latest"]) for one in stored] == [
            ("2019-07-01", "2019-12-31"),
            ("2020-01-01", "2020-06-30"),
            ("2020-07-01", "2020-12-31"),
        ]
        page = app.get("/digitalisierungsmassnahme/serviceportal").body
        assert 'id="dm-bars-title"' in page
        assert "Stufe 2 von 3: 01.01.2020 – 30.06.2020" in page

    @pytest.mark.parametrize(
        ("plan", "said"),
        [
            ({"plan_start": "bald"}, "wann der Plan beginnt"),
            ({"plan_start": "nach dem laufenden Jahr", "as_of": "9999-12-31"}, "zählt vom Stand"),
            ({"plan_start": "vor dem laufenden Jahr", "as_of": "0001-01-01"}, "zählt vom Stand"),
            ({"plan_start": "nach den Sommerferien 2031"}, "stehen in keiner Tabelle"),
            ({"plan_months": "0"}, "wie viele Monate"),
            ({"plan_months": "99999999999"}, "wie viele Monate"),
            ({"plan_stages": "25"}, "wie viele Stufen"),
            ({"plan_stages": "drei"}, "wie viele Stufen"),
        ],
    )
    def test_what_is_none_comes_back_as_typed(self, app, signed_in, office, plan, said):
        body = app.post(NEW, data=self.planned(office, **plan), headers=signed_in("editor")).body
        assert said in body
        assert all(f'value="{text}"' in body for text in plan.values())
        assert "Stufe 1 von" not in body


class TestGapsOfAReport:
    """From a gap to the form, which begins with the day of the report, and back to the gaps."""

    @pytest.fixture
    def gaps(self, app, signed_in, make_measure):
        make_measure(milestones=[{"title": "Start", "latest": "2019-06-30"}])
        made = {"title": "Bericht", "type": "council", "as_of": "2020-01-01"}
        headers = signed_in("coordinator")
        assert (
            app.post(f"{REPORTS}/neu", data=made, headers=headers, follow_redirects=False).status_code == 302
        )

        def ways(kind):
            page = lxml.html.fromstring(app.get(f"{REPORTS}/bericht/luecken", headers=headers).body)
            return page.xpath(
                f"//div[@class='dm-field'][.//input[starts-with(@name, 'reason:{kind}:')]]//a/@href"
            )

        return ways

    def form(self, app, headers, address):
        return form_of(app.get(address, headers=headers))

    def test_the_short_form(self, app, signed_in, gaps):
        headers = signed_in("coordinator")
        (way,) = gaps("overdue")
        form = self.form(app, headers, way)
        data = dict(form.form_values())
        assert data["as_of"] == "2020-01-01"
        wrong = app.post(form.action, data={**data, "as_of": "3019-01-01"}, headers=headers)
        form = next(
            each for each in lxml.html.fromstring(wrong.body).forms if "dm-form" in each.get("class", "")
        )
        data |= {"milestones__0__met_on": "2019-06-01"}
        answer = app.post(form.action, data=data, headers=headers, follow_redirects=False)
        assert answer.headers["Location"].endswith("/berichte/bericht/luecken")
        assert gaps("overdue") == []

    def test_the_long_form(self, app, signed_in, gaps):
        headers = signed_in("coordinator")
        (way,) = gaps("no_contact")
        form = self.form(app, headers, way)
        data = dict(form.form_values())
        assert data["as_of"] == "2020-01-01"
        data |= {"contact_function": "Fachstelle"}
        answer = app.post(form.action, data=data, headers=headers, follow_redirects=False)
        assert answer.headers["Location"].endswith("/berichte/bericht/luecken")
        assert gaps("no_contact") == []

    @pytest.mark.parametrize("told", ["//example.org", "../../user/logout", "Ä", "", "x" * 101])
    def test_what_names_no_report_leads_to_the_measure(self, app, signed_in, make_measure, told):
        make_measure()
        headers = signed_in("editor")
        form = self.form(app, headers, f"{NEWS}?{urlencode({'bericht': told, 'stand': 'gestern'})}")
        data = {**dict(form.form_values()), "statement": "Weiter"}
        answer = app.post(form.action, data=data, headers=headers, follow_redirects=False)
        assert answer.headers["Location"].endswith("/digitalisierungsmassnahme/dms")
