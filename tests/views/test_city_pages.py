"""The city's own pages: texts by default, what the public does not get, and how coordinators write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")

PAGES = ("impressum", "datenschutz", "barrierefreiheit", "kontakt", "ueber")
SCRIPT = "<script>alert(1)</script> [x](javascript:alert(1))"


@pytest.fixture
def act(personas: dict[str, str]) -> Callable[..., Any]:
    def call(action: str, persona: str = "coordinator", **told: Any) -> Any:
        return tk.get_action(action)({"user": personas[persona]}, told)

    return call


def test_defaults_tell_the_public_no_wrong_address(app: Any, personas: dict[str, str]) -> None:
    """What nobody has filled in is not there for the public, and marked for who can fill it in."""
    coordinator = {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}
    client = app.test_client(use_cookies=False)
    for page in PAGES:
        for language in ("", "/en"):
            public = client.get(f"{language}/digitalisierung/{page}")
            assert public.status_code == 200
            assert "<mark>" not in public.text
            assert "[[" not in public.text
            assert "Schreiben Sie an Stadt Münster" not in public.text
    assert (
        "Dieser Katalog wird herausgegeben von Stadt Münster."
        in client.get("/digitalisierung/impressum").text
    )
    assert "Anschrift" not in client.get("/digitalisierung/impressum").text
    told = client.get("/digitalisierung/impressum", headers=coordinator).text
    assert "<mark>Straße und Hausnummer, Postleitzahl und Ort</mark>" in told
    assert "Hier fehlt noch:" in told
    assert client.get("/about", follow_redirects=False).headers["Location"].endswith("/digitalisierung/ueber")
    assert "Powered by" not in client.get("/digitalisierung/ueber").text
    listed = client.get("/digitalisierung/seiten/", headers=coordinator).text
    assert "Telefonnummer" in listed


def test_writing_and_taking_back(app: Any, act: Callable[..., Any]) -> None:
    """A version is written, shown, and taken back; who saves second is told; nothing is lost."""
    page = {"page": "kontakt", "language": "de"}
    read = lambda language="": app.get(f"{language}/digitalisierung/kontakt").text  # noqa: E731
    act("digitalms_city_text_update", **page, text="# Wir\n\nTelefon: 0251 4920\n\nFax: [[Nummer]]", seen=0)
    assert "<h2>Wir</h2>" in read()
    assert "Fax" not in read()
    # the English page gives the city's own words rather than others nobody has agreed to
    assert '<div class="dm-text" lang="de">' in read("/en")
    assert act("digitalms_city_text_show", **page)["missing"] == ["Nummer"]
    assert "missing" not in act("digitalms_city_text_show", "editor", **page)
    with pytest.raises(tk.ValidationError, match="meanwhile"):
        act("digitalms_city_text_update", **page, text="anders", seen=0)
    act("digitalms_city_text_update", **page, text="# Wir\n\nTelefon: 0251 4920\n\nFax: [[Nummer]]")
    act("digitalms_city_text_update", **page, text="", seen=1)
    told = act("digitalms_city_text_show", **page)
    assert [one["version"] for one in told["versions"]] == [2, 1]
    assert told["versions_count"] == 2
    assert "4920" not in read()
    act("digitalms_city_text_update", **page, text=told["versions"][1]["text"], seen=2)
    assert "4920" in read()


def test_bad_input(app: Any, act: Callable[..., Any], sender: Any) -> None:
    """Scripts are shown as text; what is too long comes back as it was typed."""
    act("digitalms_city_text_update", page="ueber", language="de", text=SCRIPT)
    shown = app.get("/digitalisierung/ueber").text
    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    post = sender("/digitalisierung/seiten/ueber/de")
    long = "ä" * 500_000  # 1 MB
    code, answer = post(text=long, seen="1")
    assert code == 200
    assert long in answer.text
    assert "500000 Zeichen" in answer.text
    for wrong in ({"seen": "x"}, {"seen": "-1"}, {"seen": "9" * 40}, {"text": "\x00"}, {}):
        assert post(**{"text": "neu", "seen": "0", **wrong})[0] == 200, wrong
    assert "neu" not in app.get("/digitalisierung/ueber").text
    for wrong in ({"page": "../x"}, {"language": "fr"}, {"page": ["ueber"]}, {"text": 5, "page": None}):
        with pytest.raises(tk.ValidationError):
            act("digitalms_city_text_update", **{"page": "ueber", "language": "de", "text": "x", **wrong})
    assert app.get("/digitalisierung/seiten/ueber/fr", status=404).status_code == 404
