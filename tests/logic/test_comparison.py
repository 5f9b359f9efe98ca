"""Two days of the catalogue compared, and what changed day by day, by the API."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import ckan.plugins.toolkit as tk
import many_measures
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sql_counting import counted
from stored_state import STATE
from two_days import measure, moves

from ckanext.digitalms import config
from ckanext.digitalms.comparison.compare import compare
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.model.comparison import shifts_between
from ckanext.digitalms.services.comparison import compared
from ckanext.digitalms.services.measures.catalogue import catalogue

pytestmark = pytest.mark.usefixtures("with_plugins")

FIRST, LAST = "2019-03-14", "2020-03-14"
_PORTAL = "Portal online"
_NUMBERS = count()


def show(**asked):
    return call_action("digitalms_comparison_show", **{"from": FIRST, "to": LAST, **asked})


def learnt(**asked):
    return call_action("digitalms_catalogue_change_list", **asked)


def told(found):
    return {(one["measure_id"], one["kind"], one["field"]) for one in found["results"]}


@pytest.fixture
def year(make_measure):
    """A year of two measures: one goes on, one comes along."""

    def make():
        milestone = {"id": "a1b2c3d4-0000-4000-8000-000000000001", "title": _PORTAL, "latest": "2020-06-30"}
        late = {"id": "a1b2c3d4-0000-4000-8000-000000000002", "title": "Schulung", "latest": "2019-12-31"}
        made = make_measure(milestones=[milestone, late])
        steps = [{**made["steps"][0], "state": "done"}, made["steps"][1]]
        call_action(
            "package_patch",
            id="dms",
            as_of="2019-09-01",
            status="in_progress",
            steps=steps,
            milestones=[
                {**milestone, "latest": "2020-09-30", "reason": "weil die Stelle unbesetzt ist"},
                late,
            ],
        )
        make_measure(name="portal", title="Serviceportal", as_of="2019-10-01", council_references=[])

    STATE.once("a year of changes", make)


@pytest.mark.usefixtures("year")
class TestComparison:
    def test_what_changed(self):
        """Each change with its kind and values, and all of them in a sentence."""
        found = show()
        assert told(found) == {
            ("dms", "reached", "steps.state"),
            ("dms", "late", "milestones.state"),
            ("dms", "moved", "milestones.latest"),
            ("dms", "status", "status"),
            ("portal", "new", ""),
        }
        [moved] = [one for one in found["results"] if one["kind"] == "moved"]
        assert (moved["days"], moved["times"], moved["before"]) == (92, 1, "2020-06-30")
        assert moved["organisation"] == "citeq"
        assert moved["url"].endswith("/digitalisierungsmassnahme/dms")
        assert found["kinds"] == {"new": 1, "reached": 1, "late": 1, "moved": 1, "status": 1}
        assert found["summary"].startswith("From 2019-03-14 to 2020-03-14: one new measure, ")
        assert found["summary"].endswith("one date put off by 92 days, weil die Stelle unbesetzt ist.")

    def test_the_same_as_of_whole_catalogues(self):
        """What is read in short gives what both catalogues give as they are shown."""
        first, last = date.fromisoformat(FIRST), date.fromisoformat(LAST)
        whole = compare(list(catalogue(first)), list(catalogue(last)))
        assert list(compared(first, last).changes) == whole

    @pytest.mark.parametrize(
        ("asked", "measures"),
        [
            ({"kind": "new"}, {"portal"}),
            ({"kind": ["new", "late"]}, {"portal", "dms"}),
            ({"status": "in_progress"}, {"dms"}),
            ({"organisation": "citeq"}, {"dms", "portal"}),
            ({"organisation": "anderes-amt"}, set()),
            ({"measure": "dms"}, {"dms"}),
        ],
    )
    def test_filters(self, asked, measures):
        """By kind, status, organisation and measure; the number is that of what is asked for."""
        found = show(**asked)
        assert {one["measure_id"] for one in found["results"]} == measures
        assert found["count"] == len(found["results"])

    def test_a_part(self):
        """A page of the changes, with the number of all."""
        every = show()
        part = show(limit=2, offset=1)
        assert part["count"] == every["count"]
        assert part["results"] == every["results"][1:3]

    def test_no_changes(self):
        """The same day twice, and days on which nothing happened."""
        for asked in ({"to": FIRST}, {"from": "2019-03-20", "to": "2019-03-25"}):
            found = show(**asked)
            assert (found["count"], found["results"]) == (0, [])
            assert found["summary"].startswith("Nothing changed from ")

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"from": "gestern"}, "from"),
            ({"from": ""}, "from"),
            ({"to": (config.today() + timedelta(days=1)).isoformat()}, "to"),
            ({"from": LAST, "to": FIRST}, "from"),
            ({"known_at": "2019-13-01"}, "known_at"),
            ({"kind": "unsinn"}, "kind"),
            ({"status": "verspätet"}, "status"),
            ({"stichtag": FIRST}, "stichtag"),
            ({"limit": 2000}, "limit"),
        ],
    )
    def test_bad_input(self, asked, field):
        """Each has a sentence at its field."""
        with pytest.raises(tk.ValidationError) as refused:
            show(**asked)
        assert list(refused.value.error_dict) == [field]

    def test_an_unknown_measure(self):
        """There is no such measure; one that did not change is there."""
        with pytest.raises(tk.ObjectNotFound):
            show(measure="gibt-es-nicht")
        assert show(measure="dms", **{"from": LAST})["count"] == 0

    def test_before_everything(self):
        """A day before all measures: all of them are new."""
        assert {one["kind"] for one in show(**{"from": "2000-01-01"})["results"]} == {"new"}

    def test_withdrawn(self):
        """A measure that is public no more is told of in neither, whatever it was then."""
        call_action("package_patch", id="dms", private=True)
        assert {one["measure_id"] for one in show()["results"]} == {"portal"}
        assert {one["measure_id"] for one in learnt()["results"]} == {"portal"}
        with pytest.raises(tk.ObjectNotFound):
            show(measure="dms")
        assert learnt(measure="dms")["count"] == 0

    def test_a_private_parent(self, make_measure):
        """A parent that is not public shows in no change."""
        make_measure(name="geheim", title="Geheim", private=True)
        call_action("package_patch", id="portal", parent_id="geheim", as_of="2020-02-01")
        for found in (show(), learnt()):
            assert "geheim" not in str(found)

    def test_redacted(self):
        """A text that was blanked is in no answer."""
        text = "die Stelle unbesetzt"
        call_action("digitalms_redact", text=text, reason="Personenbezug")
        for found in (show(), learnt()):
            assert text not in str(found)
            assert found["count"]

    def test_taken_back(self, personas):
        """A statement that was taken back changed nothing."""
        last = learnt(measure="dms")["results"][0]["statement_id"]
        context = {"user": personas["coordinator"], "ignore_auth": False}
        call_action("digitalms_statement_undo", context, id="dms", statement_id=last)
        assert told(show()) == {("portal", "new", ""), ("dms", "late", "milestones.state")}
        assert [one["measure_id"] for one in learnt()["results"]] == ["portal", "dms"]

    def test_as_it_was_known(self):
        """What was not known then is not told."""
        assert show(known_at="2019-01-01")["count"] == 0


@pytest.mark.usefixtures("year")
class TestDayByDay:
    def test_the_newest_first(self):
        """Each statement with what it changed, in the order in which it was learnt."""
        found = learnt()["results"]
        assert [(one["measure_id"], one["day"]) for one in found] == [
            ("portal", "2019-10-01"),
            ("dms", "2019-09-01"),
            ("dms", "2019-03-14"),
        ]
        assert [change["kind"] for change in found[0]["changes"]] == ["new"]
        assert {change["kind"] for change in found[1]["changes"]} == {"reached", "moved", "status"}
        assert found[1]["id"] == f"statement/{found[1]['statement_id']}"
        assert found[1]["summary"].startswith("one step implemented")

    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ({"measure": "dms"}, 2),
            ({"organisation": "citeq"}, 3),
            ({"organisation": "anderes-amt"}, 0),
            ({"reference": "V/0954/2018"}, 2),
            ({"reference": "0954/2018"}, 2),
            ({"reference": "V/0001/2018"}, 0),
            ({"reference": "V/0954/2018", "measure": "portal"}, 0),
            ({"cut_off_date": "2019-09-30"}, 2),
            ({"known_at": "2019-09-30"}, 0),
        ],
    )
    def test_of_something(self, asked, count):
        """Of a measure, an organisation, or a paper in any spelling."""
        assert learnt(**asked)["count"] == count

    def test_a_later_addition(self):
        """What is added for an earlier day is news of the day on which it is added."""
        call_action("digitalms_statement_create", id="dms", as_of="2018-06-01", status="planned")
        newest = learnt()["results"][0]
        assert (newest["day"], newest["kind"]) == ("2018-06-01", "backdated")
        [change] = newest["changes"]
        assert change["sentence"] == "The history of the measure begins with the Stand of 2018-06-01."

    def test_late_by_itself(self, monkeypatch):
        """On the day after its last one a milestone is late, and nobody has to say so."""
        today = config.today()
        due = {"id": "a1b2c3d4-0000-4000-8000-000000000009", "title": "Umzug", "latest": today.isoformat()}
        call_action("package_patch", id="portal", as_of=today.isoformat(), milestones=[due])
        assert learnt()["results"][0]["kind"] != "late"
        tomorrow = today + timedelta(days=1)
        monkeypatch.setattr(config, "today", lambda: tomorrow)
        newest = learnt()["results"][0]
        assert (newest["kind"], newest["day"]) == ("late", tomorrow.isoformat())
        assert [change["kind"] for change in newest["changes"]] == ["late"]
        assert newest["id"] == f"late/portal/{due['id']}/{tomorrow.isoformat()}"

    def test_no_number_of_a_paper(self):
        """A sentence, at its field."""
        with pytest.raises(tk.ValidationError) as refused:
            learnt(reference="Diverse")
        assert list(refused.value.error_dict) == ["reference"]


_DATES = st.lists(
    st.tuples(
        # the Stand: few days, so that one corrects another
        st.sampled_from([date(2019, month, 14) for month in (2, 3, 6, 9, 12)] + [date(2020, 5, 1)]),
        st.sampled_from([None, "2020-06-30", "2020-07-31", "2020-09-30"]),  # the date then
        st.booleans(),  # whether the milestone is there at all
    ),
    min_size=4,
    max_size=9,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(
    told_of=[
        (date(2019, 3, 14), "2020-06-30", True),
        (date(2019, 6, 14), None, False),
        (date(2019, 9, 14), "2020-09-30", True),
    ]
)
@given(told_of=_DATES)
def test_moves_as_from_stand_to_stand(make_measure, told_of):
    """However a date moved, was corrected, went and came: the database counts what the Stands say."""
    make_measure(name=f"m{next(_NUMBERS)}")
    package = model.Session.scalars(sa.select(model.Package).order_by(model.Package.metadata_created.desc()))
    made = package.first()
    for day, latest, is_there in told_of:
        rows = [{"id": "m", "title": "Portal online", "latest": latest}] if is_there else []
        one = measure(made.name, as_of=day, milestones=rows)
        told_row = StatementRow(
            package_id=made.id,
            measure_id=made.name,
            as_of=day,
            kind="stand",
            visibility="public",
            content=one.content(),
        )
        model.Session.add(told_row)
        model.Session.flush()
    model.repo.commit()
    first, last = date.fromisoformat(FIRST), date.fromisoformat(LAST)
    own = [one for one in StatementRow.counting(made.id) if one.content is not None]
    wanted = moves(own, first, last).get(made.name, {}).get("m", [])
    assert shifts_between([(made.name, "m")], first, last, None) == wanted


def test_as_many_queries_however_many(make_measure):
    """As many SQL statements for twenty measures with five Stands as for two."""
    make_measure()
    counts = []
    for first, more in ((0, 2), (2, 18)):
        many_measures.add("dms", more, 5, first)
        asked = {"from": "2019-03-22", "to": "2019-04-20", "limit": 1000}
        for action, told_of in (
            ("digitalms_comparison_show", asked),
            ("digitalms_catalogue_change_list", {}),
        ):
            model.Session.remove()
            found, number = counted(lambda action=action, told_of=told_of: call_action(action, **told_of))
            assert found["count"] >= more
            counts.append(number)
    # what is asked once in a process is asked for the first of them
    assert all(later <= earlier for earlier, later in zip(counts[:2], counts[2:], strict=True)), counts
