"""Pages name styles and scripts without looking at their files each time."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ckan.lib import webassets_tools
from ckan.tests import factories
from webassets import Bundle


def _no_look(*_: Any) -> None:
    pytest.fail("the files were looked at again")


def test_files_are_looked_at_once(app, monkeypatch):
    """The second page asks no file."""
    bundle = webassets_tools.env["base/main"]
    first = bundle.urls()
    assert first
    monkeypatch.setattr(Bundle, "_urls", _no_look)
    assert bundle.urls() == first


KEPT_FOR_GOOD = "public, max-age=31536000, immutable"


def caching(app: Any, path: str) -> str:
    return str(app.get(path).headers["Cache-Control"])


def test_an_address_that_names_its_content_is_kept_for_good(app, catalogue):
    """Styles, scripts and the typeface of a page; a browser that has them asks no more."""
    page = app.get("/dataset/").body
    linked = re.findall(r'(?:href|src)="([^"]+\.(?:css|js|woff2)(?:\?[^"]*)?)"', page)
    assert len(linked) > 5
    for address in linked:
        assert caching(app, address) == KEPT_FOR_GOOD, address
        assert app.get(address).headers["ETag"]


def test_the_rest_is_asked_for_again(app, catalogue):
    """What may be another file tomorrow under the same address."""
    folder = Path(webassets_tools.get_webassets_path())
    (folder / "stadt").mkdir(parents=True, exist_ok=True)
    (folder / "stadt" / "stadt.css").write_text("a { color: green }")
    letters = "/digitalisierung/schrift/source-sans-3-normal.woff2"
    for path in (
        letters,
        f"{letters}?v=alt",
        "/base/css/main.css",
        "/base/images/ckan-logo.png",
        "/webassets/stadt/stadt.css",
    ):
        answer = app.get(path)
        assert "no-cache" in answer.headers["Cache-Control"], path
        assert "immutable" not in answer.headers["Cache-Control"], path
        assert answer.headers["ETag"], path


def test_what_is_not_there_is_not_kept(app):
    """It may come."""
    answer = app.get("/webassets/digitalms/01234567_style.css", status=404)
    assert "immutable" not in answer.headers["Cache-Control"]


def test_pages_of_ours_run_without_ckans_scripts(app, catalogue, personas):
    """With that of the search only, and that of forms; and without the styles of other extensions' pages."""
    token = {"Authorization": factories.APIToken(user=personas["editor"])["token"]}
    own = {"/digitalisierung": 1, "/digitalisierung/daten/neu": 1, "/digitalisierungsmassnahme/new": 2}
    for path, scripts in own.items():
        # data for search engines is no script
        page = app.get(path, headers=token).body.replace('<script type="application/ld+json">', "")
        assert page.count("<script") == page.count('<script src="/webassets/digitalms/') == scripts, path
        assert "/webassets/ckanext-" not in page, path
        assert "/webassets/vendor/" not in page, path
    assert "/webassets/ckanext-" not in app.get("/dataset/gibt-es-nicht", status=404).body
    page = app.get("/dataset/", headers=token).body
    for name in ("_harvest_css.css", "_scheming_css.css", "_fontawesome.css", "_names.js", "_main.js"):
        assert page.count(name) == 1, name


@pytest.mark.ckan_config("ckan.webassets.debug", True)
def test_whoever_works_on_them_sees_changes(app):
    """With CKAN's option for that every page looks."""
    assert "urls" not in vars(webassets_tools.env["base/main"])
