"""A coordinator's day from the desk: every public view and table, at every day, is right before and after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from loading import follow

from ckanext.digitalms import config
from ckanext.digitalms.publishing import snapshot
from ckanext.digitalms.tables.open_tables import TABLES

DESK = "/digitalisierung/schreibtisch/"
MEASURE = "/digitalisierungsmassnahme"
PHONE = {"width": 375, "height": 812}
FIRST = "2019-03-14"


def days() -> dict[str, str | None]:
    """Return the days on which the public looks: the report's, last January, before and after it, today."""
    today = config.today()
    year = today.year if today > date(today.year, 1, 16) else today.year - 1
    return {
        "report": FIRST,
        "before": date(year, 1, 14).isoformat(),
        "january": date(year, 1, 15).isoformat(),
        "yesterday": (today - timedelta(days=1)).isoformat(),
        "today": None,
    }


def public(page: Any) -> dict[str, Any]:
    """Return what everybody reads: catalogue and open tables of each day, and histories."""
    model.Session.rollback()
    read: dict[str, Any] = {}
    for name, day in days().items():
        asked = {"cut_off_date": day} if day else {}
        read[name] = _by_key(tk.get_action("digitalms_measure_list")({}, dict(asked))["results"])
        answer = page.request.get(f"/digitalisierung{f'?stichtag={day}' if day else ''}")
        assert answer.ok
    history = tk.get_action("digitalms_measure_history")
    read["history"] = {key: history({}, {"id": key})["results"] for key in read["today"]}
    read["tables"] = {name: table.rows(snapshot.source()) for name, table in TABLES.items()}
    for day in filter(None, days().values()):
        with snapshot.of_day(date.fromisoformat(day), None) as source:
            read["tables"] |= {f"{name} {day}": table.rows(source) for name, table in TABLES.items()}
    return read


def _by_key(measures: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["measure_id"]: one for one in measures}


def without(read: dict[str, Any], key: str) -> dict[str, Any]:
    """Return what is read of all measures but one."""
    told = {name: {k: v for k, v in read[name].items() if k != key} for name in (*days(), "history")}
    tables = {
        name: [row for row in rows if row.get("measure_id") != key] for name, rows in read["tables"].items()
    }
    # sums over all measures
    return {**told, "tables": {n: rows for n, rows in tables.items() if not n.startswith("status_series")}}


def open_all(page: Any) -> None:
    """Unfold every part of a form."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")


def save(page: Any) -> None:
    follow(page.locator("form.dm-form .dm-actions button[type=submit]"))


def button(page: Any, name: str) -> None:
    follow(page.get_by_role("main").get_by_role("button", name=name).first)


def link(page: Any, name: str) -> None:
    follow(page.get_by_role("main").get_by_role("link", name=name).first)


@pytest.fixture
def measures(filled: str) -> str:
    """The demo, with a Stand of last January and one of yesterday; its address."""
    context = {"ignore_auth": True, "user": "bearbeiterin"}
    told = days()
    stands = (
        {"as_of": told["january"], "statement": "Tippfeler im Sachstand", "progress_percent": "20"},
        {"as_of": told["yesterday"], "statement": "Später gesagt", "progress_percent": "60"},
    )
    for stand in stands:
        tk.get_action("digitalms_statement_create")(dict(context), {"id": "wlan", "source": "Mail", **stand})
    model.Session.remove()
    return filled


def test_an_internal_measure_over_several_visits(measures: str, visit: Any) -> None:
    """Nobody sees it until it is made public; then it is there today, and on no day before."""
    page = visit(measures, "koordinator")
    before = public(page)
    assert page.get_by_role("heading", level=1).inner_text() == "Ihr Schreibtisch"
    link(page, "Maßnahme anlegen")
    open_all(page)
    page.fill("[name=title]", "Digitales Fundbüro")
    page.fill("[name=name]", "fundbuero")
    page.select_option("[name=owner_org]", label="citeq")
    page.locator("[name=status]").first.select_option("planned")
    page.select_option("[name=private]", "True")
    save(page)
    assert public(page) == before

    page = visit(measures, "koordinator")
    line = page.locator("#dm-internal ~ ul li", has_text="Digitales Fundbüro")
    assert "es fehlt noch: Kontakt" in line.inner_text()
    follow(line.get_by_role("link", name="Weiter bearbeiten"))
    open_all(page)
    page.fill("[name=contact_function]", "Fachstelle Fundsachen")
    save(page)
    assert public(page) == before

    page = visit(measures, "koordinator")
    line = page.locator("#dm-internal ~ ul li", has_text="Digitales Fundbüro")
    assert "Kontakt" not in line.inner_text()
    follow(line.get_by_role("link", name="Digitales Fundbüro", exact=True))
    link(page, "Veröffentlichen")
    assert "Dann sehen sie alle" in page.locator("main").inner_text()
    button(page, "Veröffentlichen")
    after = public(page)
    assert after["today"]["fundbuero"]["title"] == "Digitales Fundbüro"
    assert all("fundbuero" not in after[day] for day in days() if day != "today")
    assert without(after, "fundbuero") == without(before, "fundbuero")


def test_last_januarys_wording(measures: str, visit: Any) -> None:
    """The wording of that Stand is another one; its figures, and all that came later, are as they were."""
    page = visit(measures, "koordinator")
    before = public(page)
    link(page, "Was gibt es Neues?")
    page.fill("#dm-q", "wlan")
    button(page, "Anzeigen")
    follow(page.locator(".dm-lines li").get_by_role("link", name="Was gibt es Neues?"))
    page.fill("[name=as_of]", str(days()["january"]))
    button(page, "Diesen Tag zeigen")
    assert page.input_value("[name=statement]") == "Tippfeler im Sachstand"
    assert page.input_value("[name=progress_percent]") == "20"
    page.fill("[name=statement]", "Tippfehler im Sachstand")
    save(page)
    after = public(page)
    assert after["january"]["wlan"]["statement"] == "Tippfehler im Sachstand"
    assert after["january"]["wlan"]["progress_percent"] == 20
    for day in ("report", "before", "yesterday", "today"):
        assert after[day] == before[day], day
    assert without(after, "wlan") == without(before, "wlan")
    assert "durch eine Berichtigung ersetzt" in page.locator("#verlauf ~ ol").inner_text()
    told = [row for row in after["tables"]["status_series"] if row["measure_id"] == "wlan"]
    assert len(told) >= 3


def test_a_milestone_on_a_phone(measures: str, visit: Any) -> None:
    """From the line on the desk to the outcome; it is met from today on, and was late until yesterday."""
    page = visit(measures, "koordinator", PHONE)
    before = public(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    line = page.locator("#dm-late_milestones ~ ul li").first
    name = line.locator("strong").first.inner_text()
    late = [(key, one) for key, one in before["today"].items() if _state(one, name) == "overdue"]
    key = min(late, key=lambda told: told[0])[0]
    line = page.locator("#dm-late_milestones ~ ul li", has_text=before["today"][key]["title"])
    follow(line.get_by_role("link", name="Ergebnis eintragen").first)
    open_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    today = config.today().isoformat()
    page.get_by_label(name).fill(today)
    save(page)
    page.goto(DESK)
    assert not [text for text in line.all_inner_texts() if name in text]
    after = public(page)

    told = [_state(read[day][key], name) for read in (before, after) for day in ("today", "yesterday")]
    assert told == ["overdue", "overdue", "met_late", "overdue"]
    for day in ("report", "before", "january", "yesterday"):
        assert after[day] == before[day], day
    assert without(after, key) == without(before, key)


def _state(measure: dict[str, Any], name: str) -> str:
    """Return the state of a measure's milestone, by its title."""
    return next((str(one["state"]) for one in measure["milestones"] if one["title"] == name), "")


def test_due_days_of_several_and_back(measures: str, visit: Any) -> None:
    """The due day moves and nothing else does; taken back, all of it is as it was."""
    page = visit(measures, "koordinator")
    before = public(page)
    page.goto("/digitalisierung/mehrere-aendern/")
    for key in ("wlan", "dms", "breitband"):
        page.check(f"input[value={key}]")
    due = (config.today() + timedelta(days=100)).isoformat()
    page.fill("[name=update_due]", due)
    button(page, "Zeigen, was sich ändern würde")
    button(page, "Übernehmen")
    after = public(page)
    for key in ("wlan", "dms", "breitband"):
        assert after["today"][key]["update_due"] == due
        assert after["today"][key]["as_of"] == before["today"][key]["as_of"]
        assert after["history"][key] == before["history"][key]
    assert after["today"]["mobilfunk"] == before["today"]["mobilfunk"]
    page.goto(DESK)
    link(page, "Etwas zurücknehmen")
    button(page, "„Mehrere Maßnahmen auf einmal“ zurücknehmen")
    assert public(page) == before


def test_a_deleted_measure_comes_back(measures: str, visit: Any) -> None:
    """It leaves every day and table, and is back on each of them; the desk says who deleted it."""
    page = visit(measures, "koordinator")
    before = public(page)
    page.goto(f"{MEASURE}/wlan")
    link(page, "Löschen")
    assert "verlässt alle Seiten" in page.locator("main").inner_text()
    button(page, "Maßnahme löschen")
    gone = public(page)
    assert all("wlan" not in gone[day] for day in days())
    assert "wlan" not in str(gone["tables"]["measures"])
    page.goto(DESK)
    line = page.locator("#dm-changes ~ ul li", has_text="WLAN")
    assert "gelöscht" in line.inner_text()
    follow(line.get_by_role("button", name="„WLAN“ wiederherstellen"))
    assert "wieder unter ihrer Adresse" in page.locator("body").inner_text()
    assert public(page) == before
    assert page.request.get(f"{MEASURE}/wlan").ok


def test_who_was_on_the_way_comes_there(measures: str, visit: Any) -> None:
    """Sign-in leads to where somebody was going; an editor's desk has the office's measures only."""
    page = visit(measures)
    page.goto(f"{MEASURE}/dms/neues")
    page.fill("input[name=login]", "bearbeiterin")
    page.fill("input[name=password]", "nur-im-test-2019")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"**{MEASURE}/dms/neues*")
    follow(page.get_by_role("link", name="Schreibtisch"))
    assert "Sie pflegen die Maßnahmen von citeq." in page.locator("main").inner_text()
    assert page.get_by_role("main").get_by_role("link", name="Bericht einlesen").count() == 0


def test_an_empty_catalogue(empty: str, visit: Any) -> None:
    """It leads to reading a report."""
    from ckan.tests import factories

    factories.Sysadmin(name="chefin", password="nur-im-test-2019")
    page = visit(empty, "chefin")
    link(page, "Bericht einlesen")
    assert page.url.endswith("/digitalisierung/bericht-einlesen/")
