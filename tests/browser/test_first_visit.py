"""What a first visit transfers: our own pages, and CKAN's forms, which need its scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories
from loading import follow
from playwright.sync_api import expect

MOST_BYTES, MOST_REQUESTS, MOST_OF_A_FORM = 150_000, 8, 400_000
GERMAN = "moment.locale('de') && moment('2019-03-14').format('LL')"
OWN = {
    "": (
        *("/", "/digitalisierung", "/digitalisierungsmassnahme/strategie", "/digitalisierung/ratsbezug/"),
        *("/digitalisierung/daten/", "/digitalisierung/definitionen", "/gibt-es-nicht"),
    ),
    "koordinator": (
        *(
            "/digitalisierung",
            "/digitalisierungsmassnahme/edit/strategie",
            "/digitalisierung/datenqualitaet/quelle-anlegen?vorlage=breitbandatlas",
        ),
        *("/digitalisierungsmassnahme/strategie/neues", "/digitalisierung/daten/neu"),
    ),
}
FORMS = {
    "": ("/user/login",),
    "koordinator": ("/dataset/new", "/dataset/daten/resource/new", "/user/koordinator/api-tokens"),
    "chefin": ("/organization/new", "/ckan-admin/config"),
}


class Visit:
    """A browser that has been nowhere yet, and what it is sent."""

    def __init__(self, chromium: Any, address: str, token: str | None) -> None:
        headers = {"Authorization": token} if token else {}
        self._context = chromium.new_context(
            base_url=address,
            locale="de-DE",
            extra_http_headers=headers,
            viewport={"width": 390, "height": 844},
        )
        self.page = self._context.new_page()
        self.sent: dict[str, list[Any]] = {}
        network = self._context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        network.on("Network.requestWillBeSent", self._asked)
        network.on("Network.loadingFinished", self._finished)

    def _asked(self, told: Any) -> None:
        if not told["request"]["url"].startswith("data:"):
            self.sent[told["requestId"]] = [told["request"]["url"], 0]

    def _finished(self, told: Any) -> None:
        if told["requestId"] in self.sent:
            self.sent[told["requestId"]][1] = int(told["encodedDataLength"])

    def open(self, path: str) -> tuple[int, int]:
        """Open a page; return the bytes and the number of requests, the icon of the tab always among them."""
        self.sent.clear()
        answer = self.page.goto(path)
        assert answer.status == (404 if "gibt-es-nicht" in path else 200)
        self.page.evaluate("document.fonts.ready.then(() => true)")
        has_icon = any(url.endswith("ckan.ico") for url, _ in self.sent.values())
        return self.size, len(self.sent) + (not has_icon)

    @property
    def size(self) -> int:
        """The bytes so far."""
        return sum(size for _, size in self.sent.values())

    def close(self) -> None:
        self._context.close()


@pytest.fixture
def visits(chromium: Any, filled: str) -> Iterator[Any]:
    """Visit as somebody: ``visits(account)``."""
    factories.Sysadmin(name="chefin")
    factories.Dataset(name="daten", owner_org=model.Group.get("opendata").id)
    made: dict[str, Visit] = {}

    def visit(account: str) -> Visit:
        if account not in made:
            token = factories.APIToken(user=account)["token"] if account else None
            made[account] = Visit(chromium, filled, token)
        return made[account]

    yield visit
    for one in made.values():
        one.close()


def test_what_a_first_visit_transfers(visits: Any, subtests: Any) -> None:
    """Little, from few addresses, and nothing of ours waits for a script of CKAN's."""
    for account, paths in OWN.items():
        for path in paths:
            with subtests.test(f"{path} as {account or 'nobody'}"):
                visit = visits(account)
                size, requests = visit.open(path)
                told = json.dumps(list(visit.sent.values()), indent=1)
                assert size <= MOST_BYTES, told
                assert requests <= MOST_REQUESTS, told
                asks = visit.page.locator("[data-module], [data-bs-toggle], [hx-get], [hx-post], .fa")
                assert asks.count() == 0, "needs what is not there"
    for account, paths in FORMS.items():
        for path in paths:
            with subtests.test(f"{path} as {account or 'nobody'}"):
                visit = visits(account)
                visit.open(path)
                visit.page.wait_for_load_state("networkidle")  # scripts fetch their words when they run
                assert visit.page.evaluate(GERMAN) == "14. März 2019"
                assert visit.size <= MOST_OF_A_FORM, json.dumps(list(visit.sent.values()), indent=1)


def test_what_was_done_is_told_until_it_is_closed(filled: str, visit: Any) -> None:
    """By mouse and keyboard, on a page that has none of CKAN's scripts."""
    page = visit(filled, "koordinator")
    measure = (
        page.goto("/digitalisierung") and page.locator(".dm-main a[href*='digitalisierungsmassnahme/']").first
    )
    page.goto(measure.get_attribute("href").replace("massnahme/", "massnahme/edit/"))
    follow(page.get_by_role("button", name="Speichern"))
    message = page.locator(".flash-messages .alert")
    assert message.count() == 1
    close = message.get_by_role("button", name="Schließen")
    close.focus()
    page.keyboard.press("Enter")
    expect(message).to_have_count(0)
