"""A measure or table of one's own is withdrawn and made public by a button that says what will happen."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

PAGE = "/digitalisierung/sichtbarkeit"
CONTENT = "AGS;Anteil\n05515000;96,51\n"


def call(action: str, user: str, **data: Any) -> Any:
    model.Session.rollback()
    return tk.get_action(action)({"user": user, "ignore_auth": False}, data)


@pytest.fixture
def browser(app: Any, personas: dict[str, str], tmp_path: Any, ckan_config: Any, monkeypatch: Any) -> Any:
    """Send requests as somebody."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))

    def send(method: str, path: str, user: str = "editor") -> Any:
        headers = {"Authorization": factories.APIToken(user=user)["token"]} if user else {}
        model.Session.rollback()
        return getattr(app, method)(path, headers=headers, follow_redirects=False)

    return send


def test_a_measure(browser: Any, make_measure: Any) -> None:
    """It leaves today and every earlier day, and is back as it was, history and all."""
    make_measure(statement="Alt")
    call("digitalms_statement_create", "editor", id="dms", as_of="2019-06-01", statement="Neu")

    def public() -> list[Any]:
        days: list[dict[str, str]] = [{}, {"cut_off_date": "2019-04-01"}]
        shown = [call("digitalms_measure_list", "", **day)["results"] for day in days]
        return [[(one["measure_id"], one["statement"], one["as_of"]) for one in each] for each in shown]

    before = public()
    assert before == [[("dms", "Neu", "2019-06-01")], [("dms", "Alt", "2019-03-14")]]
    assert "auch die früherer Tage" in browser("get", f"{PAGE}/dms/zurueckziehen").body
    assert public() == before
    assert f"{PAGE}/dms/zurueckziehen" in browser("get", "/digitalisierungsmassnahme/dms").body
    browser("post", f"{PAGE}/dms/zurueckziehen")
    assert public() == [[], []]
    assert f"{PAGE}/dms/veroeffentlichen" in browser("get", "/digitalisierungsmassnahme/dms").body
    browser("post", f"{PAGE}/dms/veroeffentlichen")
    assert public() == before


def test_a_table(browser: Any) -> None:
    """Its files leave with it, and are back."""
    told = {"content": CONTENT, "filename": "Anteile.csv", "organisation": "citeq"}
    draft = call("digitalms_dataset_draft_create", "editor", **told)
    call("digitalms_dataset_publish", "editor", id=draft["id"])
    file = "/digitalisierung/daten/datensatz/anteile.csv"
    before = browser("get", file, "").body
    assert f"{PAGE}/anteile/zurueckziehen" in browser("get", "/dataset/anteile").body
    assert "bleibt vergeben" in browser("get", "/dataset/delete/anteile").body
    assert "alle ihre Fassungen" in browser("get", f"{PAGE}/anteile/zurueckziehen").body
    browser("post", f"{PAGE}/anteile/zurueckziehen")
    assert browser("get", file, "").status_code in {403, 404}
    assert "Mein" not in browser("get", "/dataset/anteile", "").body
    browser("post", f"{PAGE}/anteile/veroeffentlichen")
    assert browser("get", file, "").body == before


def test_nobody_else(browser: Any, make_measure: Any) -> None:
    """Others neither ask nor do it, and other datasets are not of this page."""
    make_measure()
    factories.Dataset(name="hunde", owner_org="citeq")
    for method in ("get", "post"):
        assert browser(method, f"{PAGE}/dms/zurueckziehen", "andere").status_code == 403
        assert browser(method, f"{PAGE}/hunde/zurueckziehen").status_code == 404
    assert "/user/login" in browser("get", f"{PAGE}/dms/zurueckziehen", "").headers["Location"]
    assert not call("package_show", "", id="dms")["private"]


def test_the_form_of_a_table(browser: Any, app: Any) -> None:
    """CKAN's form changes what is said of a table, and none of its files."""
    told = {"content": CONTENT, "filename": "Anteile.csv", "organisation": "citeq"}
    draft = call("digitalms_dataset_draft_create", "editor", **told)
    call("digitalms_dataset_publish", "editor", id=draft["id"])
    before = call("package_show", "editor", id="anteile")
    typed = {
        "title": "Anteile der Stadt",
        "name": "anteile",
        "owner_org": before["owner_org"],
        "notes": "Neu",
    }
    headers = {"Authorization": factories.APIToken(user="editor")["token"]}
    license_id = {"license_id": before["license_id"], "private": "False", "save": ""}
    answer = app.post("/dataset/edit/anteile", data={**typed, **license_id}, headers=headers)
    assert answer.status_code == 200
    after = call("package_show", "editor", id="anteile")
    assert (after["title"], after["notes"]) == ("Anteile der Stadt", "Neu")
    kept = ("digitalms_own_table", "digitalms_release", "private", "state")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert [one["hash"] for one in after["resources"]] == [one["hash"] for one in before["resources"]]
    assert browser("get", "/digitalisierung/daten/datensatz/anteile.csv", "").status_code == 200
