"""The preview is worked through row by row: what is looked at is kept, and rows are put right."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

pytestmark = pytest.mark.usefixtures("with_plugins", "personas", "make_measure")

REPORT = """Bericht zum Umsetzungsstand

20.11.2025

Maßnahme\tRatsvorlagen: Ziele\tPlan / Ist\tFederführung\tKosten
Eins\tV/0001/2020: Ziel ist A\t<p>Umgesetzt: A.</p><p>In Arbeit: B.</p>\tciteq; Stadtwerke\t450.000 €
Zwei\tVorlage 17/2020\tIn Vorbereitung: C.\t\t
Drei\t\truht\t\t
"""


@pytest.fixture
def draft(personas: dict[str, str]) -> dict[str, Any]:

    upload = FileStorage(BytesIO(REPORT.encode()), "bericht.md")
    made: dict[str, Any] = tk.get_action("digitalms_report_import_create")(
        {"user": "coordinator"}, {"upload": upload}
    )
    return made


@pytest.fixture
def address(draft: dict[str, Any]) -> str:
    return f"/digitalisierung/bericht-einlesen/{draft['id']}"


@pytest.fixture
def headers(personas: dict[str, str]) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}


@pytest.fixture
def visit(app: Any, headers: dict[str, str], address: str) -> Callable[[int], BeautifulSoup]:
    def visited(row: int) -> BeautifulSoup:
        answer = app.get(address, query_string={"zeile": row}, headers=headers)
        assert answer.status_code == 200
        return BeautifulSoup(answer.body, "html.parser")

    return visited


@pytest.fixture
def send(app: Any, headers: dict[str, str], address: str, visit: Any) -> Callable[..., Any]:
    """Press a button of a row's page, with some fields changed; redirects are not followed."""

    def sent(row: int, action: str, rows: list[str] | None = None, **typed: str) -> Any:
        form = visit(row).select_one("form[novalidate]")
        data: dict[str, Any] = {}
        for field in form.select("input[name], textarea[name], select[name]"):
            if field.get("type") == "checkbox":
                if field.has_attr("checked"):
                    data[field["name"]] = field["value"]
            elif field.name == "select":
                chosen = field.select_one("option[selected]") or field.select_one("option")
                data[field["name"]] = chosen["value"]
            else:
                data[field["name"]] = field.get("value") or field.get_text()
        data |= {"action": action, **typed, **({"rows": rows} if rows else {})}
        return app.post(address, data=data, headers=headers, follow_redirects=False)

    return sent


def shown(draft: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = tk.get_action("digitalms_report_import_show")(
        {"user": "coordinator"}, {"id": draft["id"]}
    )
    return told


class TestWorkingThrough:
    def test_a_row_stands_beside_its_source_and_says_how_much_is_left(self, visit: Any) -> None:
        soup = visit(1)
        assert "1 von 3" in soup.select_one("h1").get_text()
        assert "0 von 3 durchgesehen, 3 sind noch offen." in soup.get_text()
        assert "450.000 €" in soup.select_one(".dm-report-source").get_text()
        assert soup.select_one("#m1-title")["value"] == "Eins"
        assert soup.select_one("#m2-title") is None
        assert soup.select_one("#m1-funding_amount, #m1-funding-amount")["value"] == "450000"

    def test_what_is_right_is_kept_and_the_next_one_follows(self, send: Any, draft: dict[str, Any]) -> None:
        answer = send(1, "checked", measures__0__title="Erstes")
        assert answer.status_code == 302
        assert answer.headers["Location"].endswith("?zeile=2")
        told = shown(draft)["measures"]
        assert [(m["title"], m["checked"], m["include"]) for m in told] == [
            ("Erstes", True, True),
            ("Zwei", False, True),
            ("Drei", False, True),
        ]

    def test_what_is_left_out_is_looked_at_as_well(self, send: Any, draft: dict[str, Any]) -> None:
        for row in (1, 2):
            send(row, "checked")
        answer = send(3, "leave_out")
        assert "zeile" not in answer.headers["Location"]
        assert [m["include"] for m in shown(draft)["measures"]] == [True, True, False]

    def test_the_whole_report_lists_what_is_left(
        self, app: Any, headers: dict[str, str], address: str, send: Any
    ) -> None:
        send(1, "checked")
        soup = BeautifulSoup(app.get(address, headers=headers).body, "html.parser")
        text = " ".join(soup.select_one("section[aria-labelledby=dm-looked]").get_text().split())
        assert "1 von 3 durchgesehen, 2 sind noch offen." in text
        assert "Eins – durchgesehen" in text
        assert "Zwei – noch nicht durchgesehen" in text
        assert soup.select_one("section[aria-labelledby=dm-looked] a.btn")["href"].endswith("?zeile=2")

    def test_numbers_that_are_not_recognised_are_shown(
        self, app: Any, headers: dict[str, str], address: str
    ) -> None:
        body = app.get(address, headers=headers).body
        assert "1 Nummer nicht erkannt" in body
        assert "17/2020" in body

    def test_a_number_without_a_scheme_can_be_typed(self, send: Any, draft: dict[str, Any]) -> None:
        send(2, "save", measures__0__council_references__0__reference="17/2020 neu")
        assert shown(draft)["measures"][1]["council_references"][0]["reference"] == "17/2020-neu"

    def test_what_was_typed_stays_when_it_is_wrong(self, send: Any, draft: dict[str, Any]) -> None:
        wrong = {"measures__0__status": "fertig", "measures__0__funding_amount": "viel"}
        answer = send(1, "checked", measures__0__notes="getippt", **wrong)
        assert answer.status_code == 200
        assert "getippt" in answer.body
        assert answer.body.count('aria-invalid="true"') == 2
        assert shown(draft)["measures"][0]["checked"] is False

    @pytest.mark.parametrize("row", ["0", "4", "x", "-1", "9" * 30])
    def test_a_row_that_is_none_shows_the_whole(
        self, app: Any, headers: dict[str, str], address: str, row: str
    ) -> None:
        answer = app.get(address, query_string={"zeile": row}, headers=headers)
        assert answer.status_code == 200
        assert 'id="m3-title"' in answer.body


class TestPuttingRight:
    def test_two_rows_become_one(self, send: Any, draft: dict[str, Any]) -> None:
        answer = send(2, "join")
        assert answer.headers["Location"].endswith("?zeile=1")
        told = shown(draft)["measures"]
        assert [m["title"] for m in told] == ["Eins", "Drei"]
        assert [s["text"] for s in told[0]["steps"]] == ["A.", "B.", "C."]

    def test_one_row_becomes_two_with_what_was_typed(self, send: Any, draft: dict[str, Any]) -> None:
        answer = send(
            1,
            "part",
            ["steps-1"],
            new_title="Neu",
            measures__0__steps__0__text="",
            measures__0__notes="getippt",
        )
        assert answer.headers["Location"].endswith("?zeile=2")
        told = shown(draft)["measures"]
        assert [(m["title"], [s["text"] for s in m["steps"]]) for m in told[:2]] == [
            ("Eins", []),
            ("Neu", ["B."]),
        ]
        assert told[0]["notes"] == "getippt"

    def test_a_row_is_moved(self, send: Any, draft: dict[str, Any]) -> None:
        assert send(3, "up").headers["Location"].endswith("?zeile=2")
        assert [m["title"] for m in shown(draft)["measures"]] == ["Eins", "Drei", "Zwei"]

    def test_what_cannot_be_done_is_said_and_nothing_is_lost(self, send: Any, draft: dict[str, Any]) -> None:
        answer = send(1, "part", new_title="Neu", measures__0__notes="getippt")
        assert answer.status_code == 200
        assert "mindestens einen Eintrag" in answer.body
        assert "getippt" in answer.body
        assert [m["title"] for m in shown(draft)["measures"]] == ["Eins", "Zwei", "Drei"]

    @pytest.mark.parametrize("rows", ["steps", "steps-x", "x-1", "steps-1000", "../.."])
    def test_nonsense_is_refused(self, draft: dict[str, Any], rows: str) -> None:
        with pytest.raises(tk.ValidationError) as refused:
            tk.get_action("digitalms_report_import_update")(
                {"user": "coordinator"},
                {"id": draft["id"], "arrange": "part", "position": 1, "new_title": "Neu", "rows": rows},
            )
        assert "rows" in refused.value.error_dict

    def test_a_measure_that_is_known_is_right_as_well(
        self, send: Any, draft: dict[str, Any], make_measure: Callable[..., Any]
    ) -> None:
        make_measure(name="laengst-da", title="Längst da")
        answer = send(1, "checked", measures__0__known_as="laengst-da", measures__0__key="laengst-da")
        assert answer.status_code == 302
        told = shown(draft)["measures"][0]
        assert (told["key"], told["known_as"], told["checked"]) == ("laengst-da", "laengst-da", True)


class TestPublishing:
    def test_offices_funding_and_status_become_fields_and_are_taken_back(self, draft: dict[str, Any]) -> None:
        def act(name: str, **data: Any) -> Any:
            return tk.get_action(f"digitalms_report_import_{name}")(
                {"user": "coordinator"}, {"id": draft["id"], **data}
            )

        organisation = shown(draft)["measures"][0]["organisation"]
        assert organisation == "citeq"
        act("update", organisation=organisation)
        act("apply")
        kept = {m["title"]: m for m in tk.get_action("digitalms_measure_list")({"user": ""}, {})["results"]}
        assert kept["Eins"]["organisation"] == "citeq"
        assert [one["name"] for one in kept["Eins"]["partners"]] == ["Stadtwerke"]
        assert float(kept["Eins"]["funding_amount"]) == 450_000
        assert (kept["Drei"]["status"], kept["Drei"]["status_reason"]) == ("paused", "ruht")
        act("undo")
        assert tk.get_action("digitalms_measure_list")({"user": ""}, {})["count"] == 0
