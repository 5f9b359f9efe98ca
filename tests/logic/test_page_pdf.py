"""A page as PDF: a measure, the overview of a day, of earlier days too."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from read_back import pdf_text

pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue", "demo")

Act = Callable[..., Any]
DAY = "2019-03-14"


@pytest.fixture
def act(personas: dict[str, str]) -> Act:
    def call(persona: str = "anonymous", **asked: Any) -> str:
        found = tk.get_action("digitalms_page_pdf")({"user": personas[persona]}, asked)
        assert found["media_type"] == "application/pdf"
        # lines end within words where a soft hyphen stands
        return " ".join(pdf_text(b64decode(found["content"])).replace("\u00ad", "").split())

    return call


class TestPagePdf:
    def test_a_measure_for_everybody(self, act: Act) -> None:
        text = act(id="dms", cut_off_date=DAY)
        assert "Dokumentenmanagementsystem (DMS)" in text
        assert "Stand des Katalogs: 14.03.2019" in text
        assert "Geschäftsanweisung" in text
        assert "Berichtsvorlage" not in text
        assert "WLAN" not in text

    def test_the_overview_has_all(self, act: Act) -> None:
        text = act("editor", cut_off_date=DAY)
        assert "Digitalisierungsmaßnahmen am 14.03.2019" in text
        for title in ("Strategie und Maßnahmenplanung", "Breitbandausbau", "WLAN"):
            assert title in text

    def test_it_is_of_its_day(self, act: Act) -> None:
        tk.get_action("package_patch")({"user": "coordinator"}, {"id": "dms", "statement": "Ganz neu."})
        assert "Ganz neu." in act(id="dms")
        assert "Ganz neu." not in act("coordinator", id="dms", cut_off_date=DAY)

    @pytest.mark.parametrize("asked", [{"id": "gibt-es-nicht"}, {"id": "dms", "cut_off_date": "2001-01-01"}])
    def test_what_is_not_public_then(self, act: Act, asked: dict[str, str]) -> None:
        with pytest.raises(tk.ObjectNotFound):
            act(**asked)

    def test_no_day(self, act: Act) -> None:
        with pytest.raises(tk.ValidationError):
            act(cut_off_date="gestern")


class TestPages:
    @pytest.mark.parametrize(
        ("page", "link"),
        [
            ("/digitalisierung", "/digitalisierung/uebersicht.pdf"),
            ("/digitalisierungsmassnahme/dms", "/digitalisierungsmassnahme/dms.pdf"),
        ],
    )
    def test_the_link_keeps_the_day(self, app: Any, page: str, link: str) -> None:
        shown = app.get(f"{page}?stichtag={DAY}").text
        assert f'href="{link}?stichtag={DAY}"' in shown
        answer = app.get(f"{link}?stichtag={DAY}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/pdf"
        assert "14.03.2019" in pdf_text(answer.data)

    def test_what_is_no_page(self, app: Any) -> None:
        assert app.get("/digitalisierungsmassnahme/gibt-es-nicht.pdf").status_code == 404
        assert app.get("/digitalisierung/uebersicht.pdf?stichtag=gestern").status_code == 400
