"""Every kind of page with the longest words, in one catalogue: it fits, is German, and scripts run.

`tests/views/test_route_walk.py` opens all addresses without a browser; here they are drawn.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import whole_catalogue
from axe_checks import violations
from ckan import model
from ckan.tests import factories
from page_checks import problems

LONG = "Rechtsschutzversicherungsgesellschaften-Digitalisierungsmaßnahmenkoordinierungsgeschäftsstelle"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# what a window of 1280 pixels shows at 400 percent
ENLARGED = {"width": 320, "height": 640}
# in pages that are not ours only what keeps somebody out counts
OURS, KEEPS_OUT = ("/digitalisierung", "/harvest"), {"serious", "critical"}
PAGES = {
    "anonymous": (
        *("/", "/dataset/", "/organization/", "/organization/citeq", "/group/", "/group/thema"),
        *("/dataset/{dataset}", "/dataset/groups/{dataset}", "/dataset/{dataset}/resource/{resource}"),
        *(
            "/digitalisierung",
            "/digitalisierungsmassnahme/dms",
            "/digitalisierung/daten/datensatz/{own table}/",
        ),
        *("/user/reset", "/user/{user}", "/gibt-es-nicht"),
    ),
    "editor": (
        *(
            "/digitalisierung/schreibtisch/",
            "/user/{user}",
            "/user/edit",
            "/user/{user}/api-tokens",
            "/user/_logout",
        ),
        *(
            "/dataset/new",
            "/dataset/edit/{dataset}",
            "/dataset/delete/{dataset}",
            "/dataset/resources/{dataset}",
        ),
        *("/dataset/{dataset}/resource/new", "/dataset/{dataset}/resource/{resource}/edit"),
        *("/digitalisierung/daten/neu", "/digitalisierung/daten/neu/{draft}"),
        *("/digitalisierungsmassnahme/edit/dms", "/digitalisierungsmassnahme/dms/veroeffentlichungen"),
        "/digitalisierungsmassnahme/delete/dms",
    ),
    "coordinator": (
        *(
            "/digitalisierung/organisationen/",
            "/digitalisierung/datenqualitaet/",
            "/digitalisierung/datenqualitaet/quelle-anlegen?vorlage=breitbandatlas",
        ),
        *(
            "/digitalisierung/datenqualitaet/quelle/{source}",
            "/digitalisierung/datenqualitaet/quelle/{source}/bearbeiten",
        ),
        *("/digitalisierung/datenqualitaet/quelle/{source}/leeren", "/digitalisierung/bericht-einlesen/"),
        "/digitalisierung/datenqualitaet/tabelle-einlesen/{import}",
    ),
    "sysadmin": (
        *("/ckan-admin/", "/ckan-admin/config", "/ckan-admin/trash", "/user/", "/user/delete/{user}"),
        *("/organization/manage_members/citeq", "/organization/member_new/citeq", "/dataset/edit/{dataset}"),
        *("/dataset/{dataset}/dictionary/{resource}", "/dataset/resources/{dataset}"),
        *("/organization/edit/citeq", "/organization/members/citeq", "/organization/bulk_process/citeq"),
        *("/organization/delete/citeq", "/group/edit/thema", "/group/members/thema", "/group/delete/thema"),
    ),
}


@pytest.fixture
def things(empty, personas, make_measure, tmp_path, ckan_config, monkeypatch) -> whole_catalogue.Things:
    """One of everything, all with the longest words in their titles."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))
    made = whole_catalogue.once(personas, make_measure, tmp_path)
    tk.get_action("package_patch")(
        {"ignore_auth": True, "user": ""}, {"id": "dms", "notes": LONG, "status_reason": LONG, "vision": LONG}
    )
    for one in (*model.Session.query(model.Group), *model.Session.query(model.Package)):
        one.title = f"{one.title} {LONG}"
    for resource in model.Session.query(model.Resource):
        resource.name = LONG
    model.repo.commit()
    return made


def _faults(page: Any, path: str, under_way: set[Any]) -> Iterator[str]:
    page.set_viewport_size(WIDE)
    answer = page.goto(path)
    _settle(page, under_way)
    if answer.status >= 500:
        yield str(answer.status)
    yield from (each for each in problems(page.content(), "de") if not each.startswith("fetches"))
    if not page.locator("h1:visible").count():
        yield "no main heading"
    for size in (PHONE, ENLARGED):
        page.set_viewport_size(size)
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            yield f"{over} pixels too wide at {size['width']}"
    for violation in violations(page):
        if not path.startswith(OURS) and violation["impact"] not in KEEPS_OUT:
            continue
        yield f"{violation['id']}: {'; '.join(node['html'][:160] for node in violation['nodes'][:3])}"


def _settle(page: Any, under_way: set[Any]) -> None:
    """Wait until what scripts fetch after the page is there; Playwright itself waits half a second more."""
    end = time.monotonic() + 30
    page.wait_for_timeout(60)
    while under_way:
        assert time.monotonic() < end, under_way
        page.wait_for_timeout(60)


def _watched(page: Any) -> set[Any]:
    """Return the requests of a page that are under way: those that are now, whenever it is looked at."""
    found: set[Any] = set()
    page.on("request", lambda request: found.add(request))
    for ended in ("requestfinished", "requestfailed"):
        page.on(ended, lambda request: found.discard(request))
    return found


@pytest.mark.long
def test_all(things, empty, chromium, subtests):
    """Each page as those who use it see it."""
    for persona, paths in PAGES.items():
        token = things.tokens.get(persona)
        context = chromium.new_context(
            base_url=empty, locale="de-DE", extra_http_headers={"Authorization": token} if token else {}
        )
        page, told = context.new_page(), list[str]()
        under_way = _watched(page)
        page.on("console", lambda message, told=told: told.extend(_faults_of(message)))
        page.on("pageerror", lambda error, told=told: told.append(str(error)))
        for path in paths:
            told.clear()
            with subtests.test(f"{path} as {persona}"):
                faults = [*_faults(page, path.format(**things.names), under_way), *told]
                assert not faults, "\n".join(faults)
        context.close()


def test_the_order_of_resources_by_keyboard(things, empty, chromium):
    """The arrow keys move what CKAN lets only a mouse move, and the new order is saved."""
    for name in ("A", "B"):
        factories.Resource(package_id=things.names["dataset"], name=name)
    token = {"Authorization": things.tokens["sysadmin"]}
    page = chromium.new_context(base_url=empty, locale="de-DE", extra_http_headers=token).new_page()
    page.goto(f"/dataset/resources/{things.names['dataset']}")
    page.locator(".handle").last.focus()
    page.keyboard.press("ArrowUp")
    assert page.locator(".resource-item .heading").all_inner_texts()[-2].startswith("B")
    assert page.evaluate("document.activeElement.ariaLabel").endswith("mit den Pfeiltasten verschieben")
    with page.expect_response("**/package_resource_reorder") as saved:
        page.locator(".save").click()
    assert saved.value.ok
    model.Session.rollback()
    page.context.close()


def _faults_of(message: Any) -> list[str]:
    # Chromium tells that a page is not there or not for whoever asks, too
    return [message.text] if message.type == "error" and "status of 4" not in message.text else []
