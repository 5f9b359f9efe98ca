"""The forms of a report that goes out: what nobody touched stays, and what two people type is not lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import lxml.html
import pytest
from ckan.tests import factories

from ckanext.digitalms.views import report_work

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "demo")

REPORTS = "/digitalisierung/berichte"
EDIT, GAPS = "/bericht/bearbeiten", "/bericht/luecken"
Act = Callable[..., Any]


@pytest.fixture
def act(personas: dict[str, str]) -> Act:
    def call(action: str, **told: Any) -> Any:
        name = action if action.startswith("digitalms_") else f"digitalms_report_{action}"
        return tk.get_action(name)({"user": personas["coordinator"]}, told)

    return call


@pytest.fixture
def kept(act: Act) -> Callable[[], dict[str, Any]]:
    """Return what is kept of the report as typed."""
    return lambda: dict(act("show", id="bericht", draft=True)["settings"])


@pytest.fixture
def client(app: Any, act: Act, personas: dict[str, str]) -> Any:
    """A browser of the coordinator, who has begun a report."""
    act("create", title="Bericht", as_of="2020-01-01", previous="2019-03-14")
    headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}

    class Client:
        def form(self, path: str) -> Any:
            return form_of(app.get(f"{REPORTS}{path}", headers=headers))

        def send(self, form: Any, **typed: str) -> Any:
            """Send a form, with some fields changed; without one the field is not sent."""
            data = {**dict(form.form_values()), **typed}
            return app.post(form.action, data=data, headers=headers, follow_redirects=False)

    return Client()


def form_of(answer: Any) -> Any:
    """Return the form that fills a page, as a browser reads it."""
    page = lxml.html.fromstring(answer.body)
    (form,) = (one for one in page.forms if REPORTS in (one.action or "") and one.method == "POST")
    return form


def refused(answer: Any) -> Any:
    """Return the form of a page that says why nothing was saved."""
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    return form_of(answer)


class TestTexts:
    """What is generated stays so until somebody changes it."""

    def test_of_another_day(self, client: Any, kept: Any, act: Act) -> None:
        """Only the day is changed; the texts then speak of it."""
        answer = client.send(client.form(EDIT), as_of="2020-03-14")
        assert answer.status_code == 302
        settings = kept()
        assert [settings[name] for name in ("introduction", "method", "summary")] == [None] * 3
        assert not settings["sentences"]
        assert not settings["measures"]
        assert "14. März 2020" in act("show", id="bericht")["report"]["introduction"]

    def test_of_another_day_by_the_api(self, client: Any, kept: Any, act: Act) -> None:
        """What was read is sent back with another day."""
        text = act("show", id="bericht")["report"]["introduction"]
        act("update", id="bericht", as_of="2020-03-14", introduction=text)
        assert kept()["introduction"] is None

    def test_news_while_somebody_types(self, client: Any, kept: Any, act: Act) -> None:
        """An office says something new; what was typed is kept, and nothing else."""
        form = client.form(EDIT)
        act("digitalms_statement_create", id="dms", as_of="2019-12-01", statement="Läuft.")
        client.send(form, outlook="Es geht weiter.", **{"sentences:wlan": "Mein Satz."})
        settings = kept()
        assert settings["outlook"] == "Es geht weiter."
        assert settings["sentences"] == {"wlan": "Mein Satz."}
        assert settings["summary"] is None
        client.send(client.form(EDIT), as_of="2019-12-31")
        assert kept()["sentences"] == {"wlan": "Mein Satz."}

    def test_who_saves_second(self, client: Any, kept: Any) -> None:
        """Compared and saved again, only what one has typed oneself takes the place of the other's."""
        mine, theirs = client.form(EDIT), client.form(EDIT)
        client.send(theirs, introduction="Wir berichten.", outlook="Es geht weiter.")
        form = refused(client.send(mine, outlook="Mein Ausblick."))
        assert form.fields["introduction"] == "Wir berichten."
        assert form.fields["outlook"] == "Mein Ausblick."
        assert client.send(form).status_code == 302
        assert (kept()["introduction"], kept()["outlook"]) == ("Wir berichten.", "Mein Ausblick.")


class TestOrder:
    """The order of the measures, and which are left out."""

    def test_a_measure_that_comes_meanwhile(
        self, client: Any, kept: Any, act: Act, make_measure: Callable[..., Any]
    ) -> None:
        """An order that nobody touched is left to the catalogue."""
        form = client.form(EDIT)
        make_measure(name="anfang", title="Anfang", position="0", council_references=[])
        assert act("show", id="bericht")["report"]["measures"][0]["measure_id"] == "anfang"
        client.send(form, outlook="Es geht weiter.")
        assert not kept()["measures"]

    def test_stays_where_something_is_wrong(self, client: Any, act: Act) -> None:
        """Places and ticks are shown as they were typed, and count once the rest is right."""
        form = client.form(EDIT)
        form = refused(client.send(form, title="", wlan__place="1", left_out="breitband"))
        rows = form.xpath(".//li[@data-dm-row]")
        assert [rows[at].get("id") for at in (0, 1)] == ["place-wlan", "place-strategie"]
        assert [row.xpath(".//input[contains(@name, '__place')]/@value") for row in rows[:2]] == [
            ["1"],
            ["2"],
        ]
        assert form.xpath(".//input[@name='left_out'][@checked]/@value") == ["breitband"]
        assert client.send(form, title="Bericht").status_code == 302
        keys = [one["measure_id"] for one in act("show", id="bericht")["report"]["measures"]]
        assert (keys[:2], "breitband" in keys) == (["wlan", "strategie"], False)


class TestGaps:
    """Reasons why gaps stay."""

    @pytest.fixture
    def reasons(self, act: Act) -> Callable[[], list[str]]:
        """Return the reasons of the gaps in their order."""
        return lambda: [one["reason"] or "" for one in act("gaps", id="bericht")["results"]]

    def test_of_two_people(self, client: Any, reasons: Any) -> None:
        """Each keeps what is the own; of one gap who is second is told what the other wrote."""
        mine, theirs = client.form(GAPS), client.form(GAPS)
        first, second = [name for name in mine.fields if name.startswith("reason:")][:2]
        client.send(theirs, **{first: "wird neu geplant"})
        assert client.send(mine, **{second: "ist so"}).status_code == 302
        assert reasons()[:2] == ["wird neu geplant", "ist so"]
        answer = client.send(mine, **{first: "mein Grund"})
        assert "wird neu geplant" in answer.text
        form = refused(answer)
        assert (form.fields[first], form.fields[second]) == ("mein Grund", "ist so")
        assert reasons()[0] == "wird neu geplant"
        client.send(form)
        assert reasons()[:2] == ["mein Grund", "ist so"]
        client.send(client.form(GAPS), **{first: ""})
        assert reasons()[:2] == ["", "ist so"]

    def test_of_a_later_page(self, client: Any, reasons: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """One stays there, with what was typed."""
        monkeypatch.setattr(report_work, "GAPS_SHOWN", 2)
        mine, theirs = client.form(f"{GAPS}?seite=2"), client.form(f"{GAPS}?seite=2")
        name = next(name for name in mine.fields if name.startswith("reason:"))
        assert client.send(theirs, **{name: "ist so"}).headers["Location"].endswith(f"{GAPS}?seite=2")
        form = refused(client.send(mine, **{name: "mein Grund"}))
        assert form.fields[name] == "mein Grund"
        assert client.send(form).headers["Location"].endswith("?seite=2")
        assert reasons()[2] == "mein Grund"


class TestChecks:
    """Who keeps a measure says that the report is right about it."""

    @pytest.fixture
    def form(self, app: Any, client: Any, personas: dict[str, str]) -> Callable[[str], Any]:
        """Return the first form of a page of the checks."""
        headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}

        def first(path: str) -> Any:
            page = lxml.html.fromstring(app.get(f"{REPORTS}/bericht/pruefen{path}", headers=headers).body)
            return next(one for one in page.forms if "/pruefen/" in (one.action or ""))

        return first

    def test_of_a_later_page(self, client: Any, form: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who has checked a measure is where it stands."""
        monkeypatch.setattr(report_work, "CHECKS_SHOWN", 2)
        shown = form("?seite=2")
        key = shown.action.partition("/pruefen/")[2].partition("?")[0]
        answer = client.send(shown)
        assert answer.headers["Location"].endswith(f"/bericht/pruefen?seite=2#massnahme-{key}")

    def test_news_while_somebody_reads(self, client: Any, form: Any, act: Act) -> None:
        """What came meanwhile nobody has looked at."""
        before = form("")
        key = before.action.partition("/pruefen/")[2]
        act("digitalms_statement_create", id=key, as_of="2019-12-01", statement="Ganz anders.")
        client.send(before)
        assert act("check_list", id="bericht")["checked"] == 0
        client.send(form(""))
        assert act("check_list", id="bericht")["checked"] == 1
