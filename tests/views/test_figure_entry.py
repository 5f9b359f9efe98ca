"""Values of figures are typed in one go or come as a file; the import shows, takes over and puts back."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from openpyxl import Workbook
from stored_state import STATE

PAGE = "/digitalisierungsmassnahme/dms"
ENTRY = f"{PAGE}/kennzahlen"

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


@pytest.fixture
def figures(personas: dict[str, str], make_measure: Callable[..., Any]) -> dict[str, str]:
    """Two figures of a measure, one with a rhythm; their ids by title."""
    return dict(STATE.once("figures to enter", lambda: _figures(make_measure)))


def _figures(make: Callable[..., Any]) -> dict[str, str]:
    seats = {"title": "Plätze", "value": "30", "unit": "%", "target": "70", "day": "2019-03-01"}
    seats |= {"definition": "Anteil mit Akte", "source": "citeq", "direction": "more", "interval": "12"}
    files = {"title": "Akten", "value": "1200", "day": "2019-03-01", "note": "Schätzung"}
    made = make(as_of="2019-03-14", indicators=[seats, files])
    return {row["title"]: row["id"] for row in made["indicators"]}


@pytest.fixture
def send(app: Any, personas: dict[str, str]) -> Any:
    def as_somebody(method: str, address: str, user: str = "editor", **data: Any) -> Any:
        headers = {"Authorization": factories.APIToken(user=user)["token"]} if user else {}
        answer = getattr(app, method)(address, headers=headers, **data)
        model.Session.rollback()
        return answer

    return as_somebody


def soup_of(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.body, "html.parser")


def typed(*rows: tuple[str, ...], as_of: str = "2020-02-01", **more: str) -> dict[str, str]:
    """Return a form with rows of figure, day, value, note and source."""
    names = ("figure", "day", "value", "note", "source")
    data = {
        f"rows__{place}__{name}": text
        for place, row in enumerate(rows)
        for name, text in zip(names, (*row, "", "", ""), strict=False)
    }
    return {**data, "as_of": as_of, **more}


def press(send: Any, page: Any, place: str) -> Any:
    form = soup_of(page).select_one(f"form[action$={place}]")
    assert form is not None, soup_of(page).get_text()
    return send("post", str(form["action"]))


def series(title: str) -> list[tuple[str, float]]:
    found = call_action("digitalms_indicator_list")["results"]
    return [(one["date"], one["value"]) for each in found if each["title"] == title for one in each["series"]]


def figure(title: str) -> dict[str, Any]:
    return next(one for one in call_action("digitalms_indicator_list")["results"] if one["title"] == title)


class TestForm:
    def test_a_row_for_each_figure_the_due_one_first(self, send: Any, figures: dict[str, str]) -> None:
        page = soup_of(send("get", ENTRY))
        rows = page.select("fieldset.dm-values")
        assert len(rows) == 5
        chosen = [one["value"] for row in rows for one in row.select("option[selected]") if one["value"]]
        assert chosen == [figures["Plätze"], figures["Akten"]]
        assert "überfällig" in page.get_text()

    def test_rows_of_the_figure_that_was_chosen(self, send: Any, figures: dict[str, str]) -> None:
        page = soup_of(send("get", f"{ENTRY}?kennzahl={figures['Akten']}"))
        chosen = [str(one["value"]) for one in page.select("fieldset.dm-values option[selected]")]
        assert chosen == [figures["Akten"]] * 5

    def test_a_measure_without_figures(self, send: Any, figures: dict[str, str], make_measure: Any) -> None:
        make_measure(name="ohne", title="Ohne")
        page = soup_of(send("get", "/digitalisierungsmassnahme/ohne/kennzahlen"))
        assert page.select("a[href$='#field-indicators']")
        assert page.select("fieldset.dm-values") == []

    def test_more_rows_keep_what_was_typed(self, send: Any, figures: dict[str, str]) -> None:
        data = typed((figures["Akten"], "gestern", "viele", "x"), do="more")
        page = soup_of(send("post", ENTRY, data=data))
        rows = page.select("fieldset.dm-values")
        assert len(rows) == 6
        assert [one["value"] for one in rows[0].select("input")] == ["gestern", "viele", "x", ""]
        assert "Noch ist nichts gespeichert" not in page.get_text()


class TestTyping:
    def test_several_days_and_figures(self, send: Any, figures: dict[str, str]) -> None:
        """German days and numbers; older values go to their day, the newest is a Stand; all is put back."""
        seats, files = figures["Plätze"], figures["Akten"]
        data = typed(
            (seats, "31.12.2019", "45,5", "nach dem Umzug", "Zählung"),
            (seats, "30.06.2019", "38"),
            (files, "31.12.2019", "1.250,5"),
            (seats, "", ""),
        )
        page = send("post", ENTRY, data=data)
        text = soup_of(page).get_text()
        assert "Plätze, 31.12.2019" in text
        assert "3 Zeilen ändern etwas" in text
        assert series("Plätze") == [("2019-03-01", 30)]
        page = press(send, page, "uebernehmen")
        assert series("Plätze") == [("2019-03-01", 30), ("2019-06-30", 38), ("2019-12-31", 45.5)]
        assert series("Akten") == [("2019-03-01", 1200), ("2019-12-31", 1250.5)]
        now = figure("Plätze")
        assert (now["unit"], now["target"], now["definition"]) == ("%", 70, "Anteil mit Akte")
        assert (now["note"], now["source"]) == ("nach dem Umzug", "Zählung")
        assert figure("Akten")["note"] is None, "a note is about the value before"
        assert call_action("digitalms_measure_show", id="dms")["as_of"] == "2020-02-01"
        press(send, page, "zuruecknehmen")
        assert series("Plätze") == [("2019-03-01", 30)]

    def test_a_correction_of_a_known_day(self, send: Any, figures: dict[str, str]) -> None:
        data = typed((figures["Plätze"], "2019-03-01", "31"), as_of="2019-03-14")
        press(send, send("post", ENTRY, data=data), "uebernehmen")
        assert series("Plätze") == [("2019-03-01", 31)]
        assert figure("Plätze")["source"] == "citeq"

    def test_what_is_wrong_is_said_at_its_row(self, send: Any, figures: dict[str, str]) -> None:
        """Everything typed comes back; nothing is kept."""
        seats = figures["Plätze"]
        data = typed(
            (seats, "31.12.2019", "45,5"),
            (seats, "31.12.2019", "46"),
            (seats, "32.12.2019", "x"),
            ("", "01.06.2019", "1"),
            (seats, "", "", "nur Bemerkung"),
        )
        page = soup_of(send("post", ENTRY, data=data))
        box = page.select_one(".alert")
        assert isinstance(box, Tag)
        places = [str(one["href"]) for one in box.select("a")]
        wanted = ["1-day", "2-day", "2-value", "3-figure", "4-day", "4-value"]
        assert places == [f"#dm-rows-{place}" for place in wanted]
        assert all(page.select(place) for place in places)
        shown = [[one["value"] for one in row.select("input")] for row in page.select("fieldset.dm-values")]
        assert shown[2] == ["32.12.2019", "x", "", ""]
        assert shown[4] == ["", "", "nur Bemerkung", ""]
        assert call_action("digitalms_indicator_list")["results"][0]["series"][-1]["value"] == 30

    def test_what_the_import_refuses_comes_back_too(self, send: Any, figures: dict[str, str]) -> None:
        """A day before all that is known, and a Stand before the present one."""
        data = typed((figures["Plätze"], "01.01.2018", "1"), (figures["Akten"], "31.12.2019", "5"))
        page = soup_of(send("post", ENTRY, data={**data, "as_of": "2019-02-01"}))
        text = page.get_text()
        assert "Noch ist nichts gespeichert" in text
        assert page.select_one("#dm-rows-0-day.is-invalid")
        assert page.select_one("#dm-rows-1-day.is-invalid")
        assert page.select_one("#dm-rows-1-value[value='5']")

    @pytest.mark.parametrize("data", [{}, {"as_of": "x"}, {"rows__0__day": "\x00", "rows__0__value": "1"}])
    def test_nonsense(self, send: Any, figures: dict[str, str], data: dict[str, str]) -> None:
        assert "Noch ist nichts gespeichert" in soup_of(send("post", ENTRY, data=data)).get_text()


class TestSeries:
    def upload(self, send: Any, figure_id: str, content: bytes, name: str = "reihe.csv", **told: str) -> Any:
        data = {"indicator": figure_id, "as_of": "2020-02-01", "upload": (BytesIO(content), name), **told}
        return send("post", f"{ENTRY}/reihe", data=data, content_type="multipart/form-data")

    def test_a_german_csv(self, send: Any, figures: dict[str, str]) -> None:
        content = "Datum;Wert;Bemerkung;Quelle\n30.06.2019;38,5;;\n31.12.2019;45;Umzug;Zählung\n;;;\n".encode(
            "cp1252"
        )
        page = self.upload(send, figures["Plätze"], content)
        assert "2 Zeilen ändern etwas" in soup_of(page).get_text()
        press(send, page, "uebernehmen")
        assert series("Plätze")[1:] == [("2019-06-30", 38.5), ("2019-12-31", 45)]
        assert figure("Plätze")["note"] == "Umzug"

    def test_a_workbook(self, send: Any, figures: dict[str, str]) -> None:
        book, file = Workbook(), BytesIO()
        sheet = book.active
        assert sheet is not None
        for row in (("Stichtag", "Anzahl"), ("2019-03-01", 1200), ("2019-12-31", 1300)):
            sheet.append(row)
        book.save(file)
        page = self.upload(send, figures["Akten"], file.getvalue(), "reihe.xlsx")
        assert "Eine Zeile ändert etwas" in soup_of(page).get_text()
        press(send, page, "uebernehmen")
        assert series("Akten") == [("2019-03-01", 1200), ("2019-12-31", 1300)]

    def test_what_is_wrong_in_it_is_told_by_row(self, send: Any, figures: dict[str, str]) -> None:
        page = self.upload(send, figures["Plätze"], b"Tag;Wert\n31.12.2019;viel\n")
        text = soup_of(page).get_text()
        assert "Zeile 2" in text
        assert "viel" in text
        assert series("Plätze") == [("2019-03-01", 30)]

    def test_without_figure_or_file(self, send: Any, figures: dict[str, str]) -> None:
        page = soup_of(self.upload(send, "unbekannt", b"Tag;Wert\n31.12.2019;1\n"))
        assert "Wählen Sie die Kennzahl, deren Reihe das ist." in page.get_text()
        data = {"indicator": figures["Akten"], "as_of": "2020-02-01"}
        page = soup_of(send("post", f"{ENTRY}/reihe", data=data, content_type="multipart/form-data"))
        assert page.select_one("#dm-upload-error")
        assert page.select_one(f"#dm-indicator option[selected][value='{figures['Akten']}']")


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ("", 302),
        ("stranger", 403),
        ("editor", 200),
        ("other_editor", 403),
        ("coordinator", 200),
        ("sysadmin", 200),
    ],
)
def test_who_may(app: Any, figures: dict[str, str], personas: dict[str, str], user: str, status: int) -> None:
    headers = {"Authorization": factories.APIToken(user=personas[user])["token"]} if user else {}
    answer = app.get(ENTRY, headers=headers, follow_redirects=False)
    assert answer.status_code == status


def test_links_lead_there(send: Any, app: Any, figures: dict[str, str]) -> None:
    """From the block of the figure and from the desk; a stranger has no such link."""
    links = [str(one["href"]) for one in soup_of(send("get", PAGE)).select(f"a[href*='{ENTRY}']")]
    assert f"{ENTRY}?kennzahl={figures['Akten']}" in links
    assert ENTRY in links
    desk = soup_of(send("get", "/digitalisierung/schreibtisch/"))
    assert desk.select(f"a.dm-button[href='{ENTRY}?kennzahl={figures['Plätze']}']")
    assert ENTRY not in app.get(PAGE).body


def test_nothing_of_a_measure_without_figures(send: Any, personas: Any, make_measure: Any) -> None:
    """A form that was open while its figures went says so."""
    make_measure()
    answer = send("post", ENTRY, data={"id": "", "organisation": "citeq"})
    assert "noch keine Kennzahl" in answer.body
