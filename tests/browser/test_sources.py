"""The page of all sources and that of one: nothing, a hundred, every state; wide, narrow, by axe."""

from __future__ import annotations

from ckan import model
from loading import follow
from playwright.sync_api import expect
from test_axe import faults

from ckanext.digitalms.model import HarvestIdentity, HarvestQuestion

INDEX = "/digitalisierung/datenqualitaet/"


def test_without_a_source(empty, visit):
    page = visit(empty)
    assert faults(page, [INDEX]) == []
    page.goto(INDEX)
    assert "Es gibt noch keine Quelle" in page.locator("main").inner_text()


def test_a_hundred_sources_in_every_state(filled, visit, make_sources):
    names = make_sources(100, model.Group.get("citeq").id)
    page = visit(filled)
    assert faults(page, [INDEX]) == []
    page.goto(INDEX)
    rows = page.locator("#dm-sources + * tbody tr, table.dm-table tbody tr")
    assert rows.count() == 100
    text = page.locator("main").inner_text()
    for words in (
        "ist noch nicht gelaufen",
        "aktuell",
        "letzter Lauf fehlgeschlagen",
        "überfällig",
        "läuft seit",
    ):
        assert words.lower() in text.lower(), words
    plots = page.locator("svg.dm-trend")
    assert plots.count() == 80
    told = [plot.get_attribute("aria-label") for plot in plots.all()]
    assert "Fehler der letzten 10 Läufe, der neueste zuletzt: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11" in told
    pages = [f"/digitalisierung/datenqualitaet/quelle/{name}" for name in names[:5]]
    assert faults(page, pages) == []


def test_a_source_as_those_see_it_who_keep_it(filled, visit, make_sources):
    names = make_sources(5, model.Group.get("citeq").id)
    source = model.Package.get(names[2])
    for number in range(30):
        gone = {"gone_since": source.metadata_created} if number < 3 else {}
        title = f"Datensatz {number}"
        told = {"source_id": source.id, "identifier": f"d{number}", "title": title, **gone}
        model.Session.add(HarvestIdentity(**told))
    vanishing = [f"d{number}" for number in range(10)]
    model.Session.add(HarvestQuestion(source_id=source.id, present=30, vanishing=vanishing, state="waiting"))
    model.repo.commit()
    path = f"/digitalisierung/datenqualitaet/quelle/{names[2]}"
    page = visit(filled, "koordinator")
    assert faults(page, [path, INDEX]) == []
    page.goto(path)
    text = page.locator("main").inner_text()
    assert "10 von 30" in text
    assert "Der Lauf ist misslungen" in text
    assert "falsch" in text
    page.locator("summary").click()
    expect(page.locator("details")).to_contain_text("Datensatz 9", use_inner_text=True)
    follow(page.get_by_role("button", name="Ablehnen"))
    assert "Abgelehnt" in page.locator("body").inner_text()
    assert page.get_by_role("button", name="Ablehnen").count() == 0
