"""The page of the desk: what it shows to whom, its parts, and what is no part of it."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories

from ckanext.digitalms.services.desk.groups import CHOICE, GROUPS
from ckanext.digitalms.views import desk

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

DESK = "/digitalisierung/schreibtisch/"
LATE = {"title": "Inbetriebnahme", "latest": "2019-08-31"}


@pytest.fixture
def seen(app: Any, personas: dict[str, str]) -> Any:
    """Return a page as somebody sees it."""

    def read(persona: str, path: str = "") -> Any:
        headers = {"Authorization": factories.APIToken(user=personas[persona])["token"]}
        model.Session.rollback()
        return app.get(f"{DESK}{path}", headers=headers, follow_redirects=False)

    return read


def links(answer: Any) -> set[str]:
    main = BeautifulSoup(answer.body, "html.parser").find("main")
    return {str(one["href"]) for one in main.find_all("a", href=True)}


def test_every_group_has_words() -> None:
    """What the action knows, the page names."""
    assert set(desk.GROUPS) == {*GROUPS, CHOICE}
    assert set(desk.GAPS) <= set(GROUPS)


def test_each_line_leads_to_where_it_is_settled(seen: Any, make_measure: Any) -> None:
    """Due days and milestones to the short form, gaps to the field of the long one, drafts to themselves."""
    make_measure(milestones=[LATE])
    make_measure(name="intern", title="Internes", private=True)
    found = links(seen("editor"))
    for address in (
        "/digitalisierungsmassnahme/dms/neues",
        "/digitalisierungsmassnahme/dms/neues#field-milestones",
        "/digitalisierungsmassnahme/edit/dms#field-contact_function",
        "/digitalisierungsmassnahme/edit/intern",
        f"{DESK}measures",
        "/digitalisierung/zuletzt-geaendert/",
    ):
        assert address in found, address
    assert "/digitalisierung/bericht-einlesen/" not in found
    assert "/digitalisierung/bericht-einlesen/" in links(seen("coordinator"))


def test_who_has_nothing_to_do(seen: Any, make_measure: Any) -> None:
    """Whoever belongs to no office is told whom to ask; an office without measures, how to begin."""
    make_measure()
    told = seen("stranger").body
    assert "gehört noch zu keinem Amt" in told
    assert "Dokumentenmanagement" not in told
    told = seen("other_editor").body
    assert "hat noch keine Maßnahmen" in told
    assert "Dokumentenmanagement" not in told


def test_an_empty_catalogue(seen: Any) -> None:
    """It begins with a report."""
    assert "Es gibt noch keine Maßnahmen" in seen("coordinator").body


def test_titles_are_texts(seen: Any, make_measure: Any) -> None:
    """Whatever stands in them."""
    make_measure(title="<script>alert(1)</script>", milestones=[{**LATE, "title": "<img src=x>"}])
    body = seen("editor").body
    assert "<script>alert" not in body
    assert "<img src=x>" not in body


def test_parts(seen: Any, make_measure: Any) -> None:
    """What cannot be read is the first part, beyond the end is nothing, and an unknown one is none."""
    make_measure(milestones=[{"title": f"Schritt {n}", "latest": "2019-08-31"} for n in range(60)])
    assert "Alle 60 zeigen" in seen("editor").body
    first, second = (seen("editor", f"late_milestones?seite={n}").body for n in (1, 2))
    assert (first.count("Ergebnis eintragen"), second.count("Ergebnis eintragen")) == (50, 10)
    assert seen("editor", "late_milestones?seite=unsinn").body.count("Ergebnis eintragen") == 50
    assert seen("editor", "late_milestones?seite=99").body.count("Ergebnis eintragen") == 0
    assert seen("editor", "unsinn").status_code == 404
    assert seen("editor", "measures?q=%00").status_code < 500


def test_strangers_sign_in(app: Any) -> None:
    """And come back to where they were going."""
    for path in ("", "late_milestones?seite=2"):
        led = app.get(f"{DESK}{path}", follow_redirects=False).headers["Location"]
        assert "/user/login?came_from=/digitalisierung/schreibtisch/" in led.replace("%2F", "/"), led


def test_ckans_own_dashboard(app: Any) -> None:
    """It leads to the desk."""
    for page in ("datasets", "groups", "organizations"):
        answer = app.get(f"/dashboard/{page}", follow_redirects=False)
        assert answer.headers["Location"].endswith(DESK)
