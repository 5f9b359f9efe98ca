"""The entries of the long form and the parts it is folded into, as they are posted without scripts."""

from __future__ import annotations

import html
import itertools
import re

import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.views import form_rows

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

NEW = "/digitalisierungsmassnahme/new"
EDIT = "/digitalisierungsmassnahme/edit/dms"
PARTS = ("what", "stand", "council", "plan", "dates", "vision", "people", "place")


class TestOrdered:
    """Rows are known here by their text."""

    def order(self, *places):
        rows = [{"text": str(number), "place": place} for number, place in enumerate(places, 1)]
        found, wrong = form_rows.ordered(rows)
        assert wrong == []
        assert all("place" not in row for row in found)
        return [int(row["text"]) for row in found]

    @pytest.mark.parametrize(
        ("places", "order"),
        [
            (["1", "2", "3"], [1, 2, 3]),
            (["3", "2", "3"], [2, 3, 1]),
            (["1", "2", "1"], [3, 1, 2]),
            (["2", "1", "3"], [2, 1, 3]),
            (["1", "2", "0"], [3, 1, 2]),
            (["1", "2", "-1"], [3, 1, 2]),
            (["1000000000", "2", "3"], [2, 3, 1]),
            (["2", "2", "2"], [3, 2, 1]),
            (["1", "-1", "0"], [2, 3, 1]),
            (["", " 2 ", ""], [1, 2, 3]),
            ([], []),
        ],
    )
    def test_places(self, ckan_config, places, order):
        assert self.order(*places) == order

    def test_every_permutation(self):
        """Numbers that are each there once are the order."""
        for places in itertools.permutations(range(1, 6)):
            found = self.order(*map(str, places))
            assert [places[number - 1] for number in found] == [1, 2, 3, 4, 5]

    @given(st.lists(st.integers(-(10**12), 10**12), max_size=30))
    def test_nothing_is_lost(self, places):
        assert sorted(self.order(*map(str, places))) == list(range(1, len(places) + 1))

    @pytest.mark.parametrize("text", ["x", "1.5", "1e3", "٣", "9" * 10_000, "--1"])
    def test_no_place(self, app, text):
        """All stay as they are, and the row is told."""
        with app.flask_app.test_request_context():
            rows, wrong = form_rows.ordered([{"text": "a", "place": text}, {"text": "b", "place": "1"}])
        assert rows == [{"text": "a", "place": text}, {"text": "b", "place": "1"}]
        assert text[:40] in wrong[0]["place"][0]
        assert wrong[1] == {}


@pytest.fixture
def form(app, personas, make_measure):
    """A measure with three steps; sends its form with changes and returns the page as people read it."""
    make_measure(steps=[{"state": "pending", "text": text} for text in ("eins", "zwei", "drei")])
    stored = call_action("package_show", id="dms")
    headers = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
    fields = {
        **{name: stored[name] for name in ("title", "owner_org", "status", "as_of")},
        "seen": stored["metadata_modified"],
        "stand": "correction",
        "private": "False",
    }
    for place, step in enumerate(stored["steps"]):
        fields |= {f"steps__{place}__{name}": step[name] for name in ("id", "state", "text")}
        fields[f"steps__{place}__place"] = str(place + 1)

    def send(**changes):
        answer = app.post(EDIT, data={**fields, **changes}, headers=headers)
        assert answer.status_code == 200
        return html.unescape(answer.body)

    send.headers = headers
    return send


def shown(body):
    rows = re.findall(r'name="steps__(\d+)__text"[^>]*>([^<]*)<', body)
    return [text for number, text in rows]


def stored_steps():
    return [step["text"] for step in call_action("package_show", id="dms")["steps"]]


def opened(body):
    found = {part: re.search(rf'<details[^>]*id="gruppe-{part}"[^>]*>', body)[0] for part in PARTS}
    return {part for part, tag in found.items() if " open" in tag}


class TestWithoutScripts:
    @pytest.mark.parametrize(
        ("do", "texts"),
        [
            ("up:steps:2", ["eins", "drei", "zwei"]),
            ("up:steps:0", ["eins", "zwei", "drei"]),
            ("down:steps:0", ["zwei", "eins", "drei"]),
            ("down:steps:2", ["eins", "zwei", "drei"]),
            ("remove:steps:1", ["eins", "drei"]),
            ("add:steps", ["eins", "zwei", "drei", ""]),
            ("remove:steps:9", ["eins", "zwei", "drei"]),
            ("up:steps", ["eins", "zwei", "drei"]),
            ("remove:nonsense:1", ["eins", "zwei", "drei"]),
            ("<script>", ["eins", "zwei", "drei"]),
        ],
    )
    def test_buttons(self, form, do, texts):
        """The form comes back with what was typed; nothing is saved yet."""
        body = form(do=do, title="Neuer Titel")
        assert shown(body) == texts
        assert 'value="Neuer Titel"' in body
        assert stored_steps() == ["eins", "zwei", "drei"]
        assert call_action("package_show", id="dms")["title"] != "Neuer Titel"

    def test_a_place(self, form):
        """The number of an entry moves it, as it is saved."""
        form(steps__2__place="1")
        assert stored_steps() == ["drei", "eins", "zwei"]

    def test_no_place(self, form):
        body = form(steps__2__place="vorn")
        assert "„vorn“ ist keine Stelle: Geben Sie eine Zahl von 1 bis 3 ein." in body
        assert 'value="vorn"' in body
        assert 'href="#field-steps__2__place"' in body
        assert stored_steps() == ["eins", "zwei", "drei"]

    def test_an_entry_more(self, form):
        """The new one is posted with the next press of a button."""
        body = form(do="add:steps")
        assert 'name="steps__3__place"' in body
        form(steps__3__text="vier", steps__3__state="done", steps__3__place="2")
        assert stored_steps() == ["eins", "vier", "zwei", "drei"]

    def test_five_hundred(self, form):
        """Nothing is lost, and nothing gets slow beyond measure."""
        more = {f"steps__{n}__{name}": value for n in range(3, 500) for name, value in
                (("text", f"Eintrag {n}"), ("state", "pending"), ("place", str(n + 1)))}  # fmt: skip
        body = form(**{**more, "steps__499__place": "1"}, do="add:steps")
        assert shown(body)[:2] == ["Eintrag 499", "eins"]
        assert len(shown(body)) == 501

    def test_who_saved_since_is_told(self, form, make_measure):
        """Arranging does not make the form one of the newest state."""
        call_action("package_patch", id="dms", place="Domplatz")
        body = form(do="up:steps:2")
        seen = re.search(r'name="seen" value="([^"]*)"', body)[1]
        assert seen != call_action("package_show", id="dms")["metadata_modified"]
        assert "Nothing" not in form(seen=seen)
        assert stored_steps() == ["eins", "zwei", "drei"]


class TestFolded:
    def test_a_new_one(self, app, form):
        """What is needed is open."""
        assert opened(app.get(NEW, headers=form.headers).body) == {"what", "stand"}

    def test_one_that_is_there(self, app, form, make_measure):
        """What a folded part holds is said of it."""
        call_action(
            "package_patch", id="dms", vision="Alles digital", vision_year="2030", funding_amount="1250.5",
            milestones=[
                {"title": "Start", "latest": "2020-01-31", "met_on": "2019-01-01"},
                {"title": "Betrieb", "latest": "2021-12-31"},
                {"title": "Ausbau", "latest": "2020-12-31"},
            ],
            goals=[{"text": "x", "year": "2020"}],
        )  # fmt: skip
        body = html.unescape(app.get(EDIT, headers=form.headers).body)
        assert opened(body) == {"stand"}
        for says in (
            "Meilensteine: 3; 2 überfällig; Jahresziele: 1",
            "0 von 3 Einträgen umgesetzt",
            "2030; Alles digital",
            "1250,5 €",
            "noch leer",
        ):
            assert f"data-dm-says>{says}<" in body
        assert "data-dm-says>Ausbau · 31.12.2020<" in body

    def test_an_error_is_in_sight(self, form):
        """So is what was typed and is not saved; an entry with an error is unfolded, the others are not."""
        fields = {
            "milestones__0__title": "Start",
            "milestones__0__latest": "bald",
            "milestones__1__title": "x",
        }
        body = form(**fields, vision="Neu", place="")
        assert opened(body) == {"dates", "vision"}
        rows = re.findall(r"<details( open)?>\s*<summary><span data-dm-title>Meilenstein \d", body)
        assert rows == [" open", ""]

    def test_an_entry_more_is_in_sight(self, form):
        assert "plan" in opened(form(do="add:steps"))
        assert opened(form(do="up:nonsense:1")) == set()

    @pytest.mark.parametrize("text", ["<b>x</b>", "2019-13-45", "x" * 10_000, "🏛️", "\u202e"])
    def test_nonsense_in_what_is_said(self, form, text):
        """Whatever was typed, the form comes back with it."""
        names = (
            "vision",
            "vision_year",
            "place",
            "funding_amount",
            "progress_percent",
            "update_due",
            "status",
        )
        rows = ("milestones__0__title", "milestones__0__latest", "goals__0__year", "goals__0__text")
        body = form(**dict.fromkeys((*names, *rows, "status"), text), goals__1__year=text)
        assert body.count(text) >= len(names)
