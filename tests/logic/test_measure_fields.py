"""The measure's fields: what is taken, and a sentence at the field for everything else."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.digitalms.model import StatementRow

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

NONSENSE = {
    "name": ["a", "Groß", "mit leer", "x" * 41, "ä-ö", "../etc"],
    "title": ["", "   ", "a\x00b"],
    "status": ["", "fertig", "DONE", "<script>"],
    "progress_percent": ["-1", "100,5", "viel", "1e9999", "NaN"],
    "as_of": ["31.02.2019", "gestern", "2019-13-01", "0001-01-01"],
    "update_due": ["bald", "26-03-14", "14.03.26", "3019-03-14", "03/19"],
    "parent_id": ["nirgends", "dms"],
    "position": ["-1", "1,5", "x"],
    "weight": ["-1", "x", "Infinity"],
    "vision_year": ["bald", "20222", "26", "3019", "2.026"],
    "funding_amount": ["viel", "-5"],
    "funding_state": ["egal"],
    "area_code": ["5515000", "0551500", "abc"],
    "contact_email": ["keine Mail"],
    "owner_org": ["", "nirgends"],
    "council_references": [
        [{"reference": ""}],
        [{"reference": "Unsinn"}],
        [{"reference": "V/0989/2017", "role": "x"}],
    ],
    "steps": [[{"state": "", "text": "x"}], [{"state": "done", "text": ""}], [{"state": "x", "text": "x"}]],
    "milestones": [
        [{"title": ""}],
        [{"title": "x", "earliest": "2019-02-01", "latest": "2019-01-01"}],
        [{"title": "x", "met_on": "2019-03-15"}],
        [{"title": "x", "latest": "irgendwann"}],
    ],
    "goals": [
        [{"text": ""}],
        [{"text": "x", "year": "bald"}],
        [{"text": "x", "year": "26"}],
        [{"text": "x", "year": 3019}],
        [{"text": "x", "state": "x"}],
    ],
    "obstacles": [[{"text": ""}], [{"text": "x", "since": "2019-02-01", "until": "2019-01-01"}]],
    "partners": [[{"name": ""}], [{"name": "x", "url": "javascript:alert(1)"}]],
    "links": [
        [{"title": "x", "url": ""}],
        [{"title": "x", "url": "ftp://x"}],
        [{"title": "x", "url": "http://["}],
    ],
}


ROWS = {
    "steps": [{"state": "pending", "text": "x"}],
    "council_references": [{"reference": "V/0989/2017", "role": "basis"}],
    "milestones": [{"title": "x", "latest": "2019-12-31"}],
    "goals": [{"text": "x", "year": "2020"}],
    "obstacles": [{"text": "x"}],
    "partners": [{"name": "x"}],
    "links": [{"title": "x", "url": "https://example.org"}],
    "indicators": [{"title": "x", "value": "5", "day": "2019-01-01"}],
}


def test_rows_come_by_the_api(app, office):
    """JSON is taken as it is, and what was shown may be sent back with a change."""
    headers = {"Authorization": factories.SysadminWithToken()["token"]}

    def post(action: str, told: dict[str, Any]) -> Any:
        answer = app.post(f"/api/action/{action}", json=told, headers=headers)
        return answer.status_code, json.loads(answer.body)

    told = {"type": "digitalisierungsmassnahme", "title": "DMS", "name": "dms", "owner_org": office["id"]}
    code, made = post("package_create", {**told, "status": "planned", "as_of": "2019-03-14", **ROWS})
    assert code == 200, made
    for name, rows in ROWS.items():
        shown = made["result"][name]
        assert {key: shown[0][key] for key in rows[0]} == rows[0], name
    code, made = post("package_update", {**made["result"], "title": "DMS neu"})
    assert code == 200, made
    assert [row["text"] for row in made["result"]["steps"]] == ["x"]
    assert post("package_patch", {"id": "dms", "steps": []})[0] == 200
    for name, rows in ROWS.items():
        for wrong in ({"a": 1}, [1], [[]], *([{**rows[0], key: {"a": [1]}}] for key in rows[0])):
            assert post("package_patch", {"id": "dms", name: wrong})[0] == 409, (name, wrong)


class TestNonsense:
    @pytest.mark.parametrize("field", NONSENSE)
    def test_is_refused_at_its_field(self, make_measure, field):
        """One field is wrong, and that field is named."""
        for value in NONSENSE[field]:
            with pytest.raises(tk.ValidationError) as refused:
                make_measure(**{field: value})
            assert list(refused.value.error_dict) == [field], value
        assert model.Session.query(StatementRow).count() == 0

    @pytest.mark.parametrize("value", ["text", 5, {"a": 1}, ["x"], [[1]], None, True], ids=repr)
    def test_wrong_shapes_are_no_server_errors(self, app, office, value):
        """Whatever JSON is sent, the API answers with a sentence."""
        token = factories.SysadminWithToken()["token"]
        base = {
            "type": "digitalisierungsmassnahme",
            "title": "DMS",
            "owner_org": office["id"],
            "status": "planned",
        }
        for field in ("steps", "milestones", "title", "status", "progress_percent", "owner_org"):
            data = {**base, "name": f"dms-{field}".replace("_", "-"), field: value}
            answer = app.post("/api/action/package_create", json=data, headers={"Authorization": token})
            assert answer.status_code < 500, field
            assert json.loads(answer.body)["success"] in {True, False}


class TestTaken:
    def test_numbers_of_the_api(self, make_measure):
        """Numbers of JSON, and texts that look like one; days as people write them, too."""
        measure = make_measure(
            as_of="14.03.2019", progress_percent=12.5, funding_amount="1250000.00", weight="1.5", position=7
        )
        assert measure["as_of"] == "2019-03-14"
        told = [measure[name] for name in ("progress_percent", "funding_amount", "weight", "position")]
        assert told == ["12.5", "1250000", "1.5", "7"]

    @pytest.mark.parametrize("text", ["12,5", "12.5 %", "1.250.000", "1 250", "5 €", "1'250"])
    def test_numbers_of_people_are_for_forms(self, make_measure, text):
        """The API guesses no language."""
        with pytest.raises(tk.ValidationError) as refused:
            make_measure(weight=text)
        assert text in refused.value.error_dict["weight"][0]

    def test_council_references_are_normalised(self, make_measure):
        """The key is normalised, the spelling is kept; an honest “Diverse Vorlagen” is taken."""
        measure = make_measure(
            council_references=[
                {"reference": "V-0989-2017"},
                {"reference": "V/0989/2017/1. Erg."},
                {"reference": "R/0045/2016 (Antrag)"},
                {"reference": "0103/2019"},
                {"reference": "Diverse Vorlagen"},
            ]
        )
        rows = [(row["reference"], row["original"]) for row in measure["council_references"]]
        assert rows == [
            ("V/0989/2017", "V-0989-2017"),
            ("V/0989/2017/1", "V/0989/2017/1. Erg."),
            ("R/0045/2016", "R/0045/2016 (Antrag)"),
            ("V/0103/2019", "0103/2019"),
            ("Diverse Vorlagen", "Diverse Vorlagen"),
        ]
        again = call_action("package_update", **call_action("package_show", id="dms"))
        assert [(r["reference"], r["original"]) for r in again["council_references"]] == rows

    @pytest.mark.parametrize(
        "text", ["„Anführung“ \"und\" 'mehr'", "🏛️ Rathaus", "<script>alert(1)</script>", "a;b,c\td"]
    )
    def test_odd_texts_are_kept(self, make_measure, app, text):
        """Quotes, emoji and markup are text, on the page too."""
        measure = make_measure(title=text, statement=text, steps=[{"state": "done", "text": text}])
        assert measure["steps"][0]["text"] == " ".join(text.split()) or measure["steps"][0]["text"] == text
        assert "<script>alert(1)" not in app.get("/digitalisierungsmassnahme/dms").body

    def test_long_texts_are_indexed(self, make_measure):
        """100 kB in every long text are taken and found."""
        long = ("Wort " * 19_990 + "Nadelöhr").strip()
        texts = ("notes", "status_reason", "statement", "vision")
        make_measure(
            **dict.fromkeys(texts, long), steps=[{"state": "done", "text": long}], goals=[{"text": long}]
        )
        assert call_action("package_search", q="Nadelöhr")["count"] == 1

    def test_25_steps_keep_their_order(self, make_measure):
        """More than ten rows stay in order, in several fields at once."""
        steps = [{"state": "pending", "text": f"Schritt {n}"} for n in range(25)]
        milestones = [{"title": f"Stein {n}"} for n in range(12)]
        measure = make_measure(steps=steps, milestones=milestones)
        assert [s["text"] for s in measure["steps"]] == [s["text"] for s in steps]
        assert [m["title"] for m in measure["milestones"]] == [m["title"] for m in milestones]

    def test_the_key_is_never_changed(self, make_measure):
        """A measure keeps its key for good."""
        measure = make_measure()
        with pytest.raises(tk.ValidationError) as refused:
            call_action("package_patch", id=measure["id"], name="anders")
        assert list(refused.value.error_dict) == ["name"]

    def test_no_cycle_of_parents(self, make_measure):
        """A measure cannot lie below itself."""
        make_measure(name="oben")
        make_measure(name="unten", parent_id="oben")
        with pytest.raises(tk.ValidationError) as refused:
            call_action("package_patch", id="oben", parent_id="unten")
        assert list(refused.value.error_dict) == ["parent_id"]
