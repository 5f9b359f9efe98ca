"""Each kind of change with its German sentence."""

from __future__ import annotations

from datetime import date

import pytest
from two_days import FIRST, LAST, measure, moves, statement, told

from ckanext.digitalms.comparison.compare import compare
from ckanext.digitalms.comparison.kinds import ChangeKind

pytestmark = pytest.mark.pure


def _milestone(**values):
    return {"milestones": [{"id": "m", "title": "Portal online", **values}]}


def _figure(value, day):
    row = {"id": "i", "title": "Pilotportale", "value": value, "unit": "Portale", "day": day}
    return {"indicators": [row]}


_CASES = [
    (
        {},
        {"status": "done"},
        ChangeKind.FINISHED,
        "Die Maßnahme ist abgeschlossen, vorher: in Arbeit.",
    ),
    (
        {},
        {"status": "paused", "status_reason": "weil zwei Stellen unbesetzt sind."},
        ChangeKind.STATUS,
        "Status: ruht, vorher: in Arbeit, weil zwei Stellen unbesetzt sind.",
    ),
    (
        {"progress_percent": 20},
        {"progress_percent": 37.5},
        ChangeKind.STATUS,
        "Fortschritt: 37,5 Prozent, vorher 20 Prozent.",
    ),
    (
        {"steps": [{"id": "s", "state": "pending", "text": "Ausschreibung"}]},
        {"steps": [{"id": "s", "state": "done", "text": "Ausschreibung"}]},
        ChangeKind.REACHED,
        "Umgesetzt: „Ausschreibung“, bisher ausstehend.",
    ),
    (
        {},
        {"steps": [{"id": "s", "state": "done", "text": "Ausschreibung"}]},
        ChangeKind.REACHED,
        "Umgesetzt: „Ausschreibung“.",
    ),
    (
        {},
        {"steps": [{"id": "s", "state": "pending", "text": "Schulung"}]},
        ChangeKind.ADDED,
        "Neu im Plan: „Schulung“, ausstehend.",
    ),
    (
        {"steps": [{"id": "s", "state": "pending", "text": "Schulung"}]},
        {},
        ChangeKind.GONE,
        "Nicht mehr im Plan: „Schulung“, ausstehend.",
    ),
    (
        _milestone(latest="2020-06-30"),
        _milestone(latest="2020-06-30", met_on="2020-02-01"),
        ChangeKind.REACHED,
        "Meilenstein erreicht am 01.02.2020: „Portal online“.",
    ),
    (
        _milestone(latest="2019-12-31"),
        _milestone(latest="2019-12-31", met_on="2020-01-01"),
        ChangeKind.REACHED,
        "Meilenstein erreicht am 01.01.2020, einen Tag zu spät: „Portal online“.",
    ),
    (
        _milestone(latest="2019-12-31"),
        _milestone(latest="2019-12-31"),
        ChangeKind.LATE,
        "„Portal online“ war bis 31.12.2019 vorgesehen und ist seit 74 Tagen überfällig.",
    ),
    (
        _milestone(latest="2020-06-30"),
        _milestone(latest="2020-09-30", reason="Personalmangel."),
        ChangeKind.MOVED,
        (
            "„Portal online“ ist um 92 Tage verschoben, vom 30.06.2020 auf den 30.09.2020; "
            "Grund: Personalmangel."
        ),
    ),
    (
        _milestone(latest="2020-06-30"),
        _milestone(latest="2020-06-29"),
        ChangeKind.MOVED,
        "„Portal online“ ist um einen Tag vorgezogen, vom 30.06.2020 auf den 29.06.2020.",
    ),
    (
        _milestone(latest="2020-06-30"),
        _milestone(),
        ChangeKind.MOVED,
        "„Portal online“ hat keinen Termin mehr, bisher 30.06.2020.",
    ),
    (
        {"vision": "Alles digital."},
        {"vision": "Alles einfach."},
        ChangeKind.WORDING,
        "Vision: „Alles einfach“ statt „Alles digital“.",
    ),
    (
        {},
        {"statement": "Der Auftrag ist vergeben.", "as_of": date(2020, 1, 10)},
        ChangeKind.WORDING,
        "Stand 10.01.2020: „Der Auftrag ist vergeben.“",
    ),
    (
        {},
        {"obstacles": [{"id": "o", "text": "Stelle unbesetzt"}]},
        ChangeKind.ADDED,
        "Neues Hindernis: „Stelle unbesetzt“.",
    ),
    (
        {"obstacles": [{"id": "o", "text": "Stelle unbesetzt"}]},
        {"obstacles": [{"id": "o", "text": "Stelle unbesetzt", "until": "2020-02-01"}]},
        ChangeKind.GONE,
        "Kein Hindernis mehr seit 01.02.2020: „Stelle unbesetzt“.",
    ),
    (
        {
            "indicators": [
                {"id": "i", "title": "Pilotportale", "value": 17, "unit": "Portale", "day": "2018-12-31"}
            ]
        },
        {
            "indicators": [
                {"id": "i", "title": "Pilotportale", "value": 12500, "unit": "Portale", "day": "2019-12-31"}
            ]
        },
        ChangeKind.INDICATOR,
        "Pilotportale: 12.500 Portale (31.12.2019), vorher 17 Portale (31.12.2018).",
    ),
    (
        {"council_references": []},
        {"council_references": [{"id": "c", "reference": "V/0989/2017"}]},
        ChangeKind.ADDED,
        "Vorlage neu zitiert: V/0989/2017.",
    ),
    (
        {"funding_state": "applied"},
        {"funding_state": "granted"},
        ChangeKind.OTHER,
        "Stand der Förderung: bewilligt statt beantragt.",
    ),
]


@pytest.mark.parametrize(("before", "after", "kind", "sentence"), _CASES)
def test_one_change(compared, german, before, after, kind, sentence):
    """One thing that changed is one change, told in one sentence."""
    [change] = compared(before, after)
    assert (change.kind, german(change.sentence)) == (kind, sentence)


_GOAL = {"id": "g", "year": 2019, "text": "17 Portale", "state": "open"}
_OTHER = {"id": "h", "year": 2020, "text": "30 Portale", "state": "open"}


def _review(outcome, **more):
    return {"id": "r", "goal_id": "g", "review_date": "2020-01-15", "outcome": outcome, **more}


_GOAL_CASES = [
    ({"goal_reviews": [_review("kept")], "goals": [_GOAL]}, [("kept", "Ziel beibehalten: „17 Portale“.")]),
    (
        {"goals": [{**_GOAL, "text": "20 Portale"}]},
        [("changed", "Ziel geändert: „20 Portale“ statt „17 Portale“.")],
    ),
    (
        {
            "goals": [_OTHER],
            "goal_reviews": [_review("replaced", successor_ids="h", reference="V/0001/2020")],
        },
        [
            ("replaced", "Ziel ersetzt: „17 Portale“, jetzt „30 Portale“ (V/0001/2020)."),
            ("new", "Neues Ziel für 2020: „30 Portale“."),
        ],
    ),
    ({"goals": [{**_GOAL, "state": "dropped"}]}, [("dropped", "Ziel aufgegeben: „17 Portale“.")]),
    ({"goals": []}, [("dropped", "Ziel aufgegeben: „17 Portale“.")]),
    ({"goals": [{**_GOAL, "state": "reached"}]}, [("reached", "Ziel erreicht: „17 Portale“.")]),
]


@pytest.mark.parametrize(("after", "told_of_it"), _GOAL_CASES)
def test_goals(compared, german, after, told_of_it):
    """What became of a goal is told once, with what the review says of it."""
    found = compared({"goals": [_GOAL]}, after)
    assert [(change.outcome, german(change.sentence)) for change in found] == told_of_it
    assert {change.kind for change in found} == {ChangeKind.GOAL}


class TestMeasures:
    def test_new_and_gone(self, german):
        """A measure that came or went is one change, whatever it holds."""
        one, other = measure("a", title="A"), measure("b", title="B")
        found = compare(told(FIRST, one), told(LAST, other))
        assert [(c.kind, c.measure_id, german(c.sentence)) for c in found] == [
            (ChangeKind.NEW, "b", "Die Maßnahme ist neu im Katalog."),
            (ChangeKind.GONE, "a", "Die Maßnahme ist nicht mehr im Katalog."),
        ]

    def test_nothing(self):
        """The same record on two days has changed in nothing, if no day passed that it waited for."""
        one = measure(milestones=[{"id": "m", "title": "x", "latest": "2019-01-01"}])
        assert compare(told(FIRST, one), told(LAST, one)) == []

    def test_long_texts(self, german):
        """A sentence stays readable; the whole texts are its values."""
        [change] = compare(told(FIRST, measure(vision="alt")), told(LAST, measure(vision="neu " * 30_000)))
        assert len(german(change.sentence)) < 300
        assert len(change.after) > 100_000

    def test_braces(self, german):
        """What was typed is no placeholder."""
        [change] = compare(told(FIRST, measure(vision="{x}")), told(LAST, measure(vision="{0} {y!r}")))
        assert german(change.sentence) == "Vision: „{0} {y!r}“ statt „{x}“."


def test_moved_several_times(german):
    """How often a date moved, and the reasons for it, come from the statements in between."""

    def stand(day, latest, reason=None):
        row = {"id": "m", "title": "Portal online", "latest": latest, "reason": reason}
        return measure(as_of=day, milestones=[row])

    stands = [
        stand(FIRST, "2020-06-30"),
        stand(date(2019, 9, 1), "2020-07-31", "weil der Auftrag fehlt"),
        stand(date(2020, 1, 1), "2020-09-30", "wegen der Ferien"),
    ]
    shifts = moves([statement(one, place) for place, one in enumerate(stands)], FIRST, LAST)
    [change] = compare(told(FIRST, stands[0]), told(LAST, stands[-1]), shifts)
    assert (change.days, change.times) == (92, 2)
    assert german(change.sentence) == (
        "„Portal online“ ist um 92 Tage verschoben, vom 30.06.2020 auf den 30.09.2020, in 2 Schritten, "
        "weil der Auftrag fehlt; wegen der Ferien."
    )
