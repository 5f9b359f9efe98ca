"""In a real browser nothing of our pages is stopped by the policy, and CKAN's own scripts still work."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from loading import enter, settle
from playwright.sync_api import expect

PASSWORD = "nur-im-test-2019"
WATCH = """document.addEventListener("securitypolicyviolation", function (event) {
  const told = JSON.parse(sessionStorage.getItem("stopped") || "[]");
  told.push(location.pathname + ": " + event.violatedDirective + " " + event.blockedURI + " " + event.sample);
  sessionStorage.setItem("stopped", JSON.stringify(told));
});"""
PUBLIC = (
    "/",
    "/digitalisierung",
    "/digitalisierungsmassnahme/dms",
    "/digitalisierung/daten/",
    "/digitalisierung/datenqualitaet/",
    "/dataset/",
    "/dataset/daten",
    "/organization/citeq",
    "/user/login",
)
SIGNED_IN = (
    "/digitalisierungsmassnahme/new",
    "/digitalisierungsmassnahme/edit/dms",
    "/digitalisierung/bericht-einlesen/",
    "/digitalisierung/daten/neu",
    "/organization/edit/citeq",
    "/organization/manage_members/citeq",
    "/harvest/",
    "/digitalisierung/datenqualitaet/quelle-anlegen?vorlage=breitbandatlas",
    "/user/edit/chefin",
    "/ckan-admin/config",
)


@pytest.fixture
def watched(filled, visit):
    """Open pages as a sysadmin or nobody; tell what was stopped and what failed."""
    # CKAN's factory gives people pictures of another host, which are rightly not loaded
    factories.Sysadmin(name="chefin", password=PASSWORD, image_url="")
    factories.Dataset(name="daten", owner_org=model.Group.get("citeq").id, private=False)
    pages = []

    def open_page(user=None):
        page = visit(filled, user)
        page.add_init_script(WATCH)
        failed = []
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.on("console", lambda line: failed.append(line.text) if "Content Security" in line.text else None)
        pages.append((page, failed))
        return page

    yield open_page
    for page, failed in pages:
        assert page.evaluate("JSON.parse(sessionStorage.getItem('stopped') || '[]')") == []
        assert failed == []


def test_public_pages(watched):
    """Everything is drawn and filtered as before."""
    page = watched()
    for path in PUBLIC:
        assert page.goto(path).status == 200, path
    page.goto("/digitalisierung")
    assert (
        page.evaluate("getComputedStyle(document.body).getPropertyValue('--dm-primary').trim()") == "#00586a"
    )
    assert page.evaluate("document.fonts.check('16px \"Source Sans 3\"')")
    bar = page.locator(".dm-bar").first
    widths = bar.locator("svg").evaluate_all("parts => parts.map(p => p.getBoundingClientRect().width)")
    assert min(widths) > 1
    assert abs(sum(widths) - bar.evaluate("b => b.clientWidth")) < 2
    page.goto("/dataset/")
    page.fill("#dataset-search-form [name=q], .search-form [name=q]", "daten")
    enter(page.locator("#dataset-search-form [name=q], .search-form [name=q]").first)
    assert page.locator(".dataset-item").count() >= 1


def test_forms_and_questions(watched):
    """Rows, question before deleting, choices that complete themselves, file or address, tokens."""
    page = watched("chefin")
    for path in SIGNED_IN:
        assert page.goto(path).status == 200, path
    page.goto("/digitalisierungsmassnahme/edit/dms")
    page.locator("#gruppe-council > summary").click()
    block = page.locator("[data-dm-rows]").first
    before = block.locator("[data-dm-row]").count()
    block.locator('[data-dm-action="add"]').click()
    expect(block.locator("[data-dm-row]")).to_have_count(before + 1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/organization/edit/citeq")
    settle(page)
    page.locator("[data-module=confirm-action]").first.click()
    page.wait_for_selector(".modal.show")
    page.locator(".modal.show .btn-cancel, .modal.show .btn-secondary").first.click()
    page.goto("/dataset/daten/resource/new")
    settle(page)
    with page.expect_file_chooser():
        page.click("#resource-upload-button")
    assert page.is_visible("#field-resource-upload")
    page.locator("[data-dm-clear=field-resource-upload]").click()
    page.click("#resource-link-button")
    assert page.evaluate("document.activeElement.id") == "field-resource-url"


def test_tokens(watched):
    """A token is made, shown once, chosen and revoked."""
    page = watched("chefin")
    page.goto("/user/chefin/api-tokens")
    page.fill("[name=name]", "Skript")
    settle(page)
    page.click("button[value=create]")
    expect(page.locator("#api-tokens-table code.dm-found")).to_be_visible()
    settle(page)
    expect(page.locator("#revoke-tokens-button")).to_be_disabled()
    page.check("#api-tokens-table [name=token]")
    expect(page.locator("#revoke-tokens-button")).to_be_enabled()
    page.click("#revoke-tokens-button")
    page.locator(".modal.show .btn-primary").click()
    page.wait_for_selector("#api-tokens-table code.dm-found", state="detached")
    assert tk.get_action("api_token_list")({"ignore_auth": True}, {"user_id": "chefin"}) == []
