from __future__ import annotations

from io import BytesIO
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from hypothesis import given
from hypothesis import strategies as st
from test_import_actions import REPORT, measures

from ckanext.digitalms.views.report_import import typed_values

pytestmark = pytest.mark.usefixtures("with_plugins", "personas")

START = "/digitalisierung/bericht-einlesen/"


@pytest.fixture
def headers(personas: dict[str, str]) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=personas["coordinator"])["token"]}


def upload(
    app: Any, headers: dict[str, str], content: bytes = REPORT.encode(), name: str = "bericht.md"
) -> Any:
    return app.post(
        START, headers=headers, data={"upload": (BytesIO(content), name)}, content_type="multipart/form-data"
    )


@pytest.fixture
def page(app: Any, headers: dict[str, str]) -> Any:
    return upload(app, headers)


def soup_of(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.body, "html.parser")


def fields_of(answer: Any) -> dict[str, str]:
    """Return what a browser would send."""
    form = soup_of(answer).select_one("form[novalidate]")
    assert form is not None
    told: dict[str, str] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.get("type") == "checkbox" and not field.has_attr("checked"):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            told[field["name"]] = chosen["value"] if chosen else ""
        elif field.name == "textarea":
            told[field["name"]] = field.get_text().removeprefix("\n")
        else:
            told[field["name"]] = field.get("value", "")
    return told


def address_of(answer: Any) -> str:
    return str(soup_of(answer).select_one("form[novalidate]")["action"])  # type: ignore[index]


def send(app: Any, headers: dict[str, str], answer: Any, action: str, **changed: str) -> Any:
    data = {**fields_of(answer), **changed, "action": action}
    return app.post(address_of(answer), headers=headers, data=data)


class TestUpload:
    def test_the_way_in(self, app: Any, headers: dict[str, str]) -> None:
        soup = soup_of(app.get(START, headers=headers))
        assert len(soup.select("h1")) == 1
        field = soup.select_one("#dm-upload")
        assert soup.select_one("label[for=dm-upload]") is not None
        assert field is not None
        assert soup.select_one(f"#{field['aria-describedby']}") is not None

    @pytest.mark.parametrize("content", [b"", b"nur Text", b"%PDF-1.4", b"\xc3\x28 Ma", b"PK\x03\x04x"])
    def test_a_bad_file_is_told_at_its_field(self, app: Any, headers: dict[str, str], content: bytes) -> None:
        answer = upload(app, headers, content)
        assert answer.status_code == 200
        said = soup_of(answer).select_one("#dm-upload-error")
        assert said is not None
        assert len(said.get_text()) > 20

    def test_no_file(self, app: Any, headers: dict[str, str]) -> None:
        answer = app.post(START, headers=headers, data={})
        assert soup_of(answer).select_one("#dm-upload-error") is not None

    def test_drafts_are_listed(self, app: Any, headers: dict[str, str], page: Any) -> None:
        soup = soup_of(app.get(START, headers=headers))
        assert soup.select_one("table caption") is not None
        assert "Zweiter Bericht" in soup.select_one("table").get_text()  # type: ignore[union-attr]


class TestPreview:
    def test_source_beside_fields(self, page: Any) -> None:
        soup = soup_of(page)
        assert len(soup.select("h1")) == 1
        section = soup.select_one("section[aria-labelledby=m1-heading]")
        assert section is not None
        assert "Elf Dienste" in section.select_one(".col-lg-5").get_text()  # type: ignore[union-attr]
        assert section.select_one("#m1-title")["value"] == "Bürgerkonto"  # type: ignore[index]
        assert "Jedes andere Zeichen" in page.body

    def test_every_field_has_a_label_and_ids_are_unique(self, page: Any) -> None:
        soup = soup_of(page)
        ids = [tag["id"] for tag in soup.select("[id]")]
        assert len(ids) == len(set(ids))
        labelled = {label["for"] for label in soup.select("form[novalidate] label")}
        fields = soup.select(
            "form[novalidate] input:not([type=hidden]), form[novalidate] textarea, form[novalidate] select"
        )
        assert {field["id"] for field in fields} <= labelled

    def test_sending_it_back_as_it_is_changes_nothing(
        self, app: Any, headers: dict[str, str], page: Any
    ) -> None:
        draft_id = address_of(page).rsplit("/", 1)[-1]

        def stored() -> Any:
            return tk.get_action("digitalms_report_import_show")({"user": "coordinator"}, {"id": draft_id})

        before = stored()
        send(app, headers, page, "save")
        assert stored() == before

    def test_corrections_are_kept(self, app: Any, headers: dict[str, str], page: Any) -> None:
        answer = send(
            app,
            headers,
            page,
            "save",
            measures__0__title="Konto für alle",
            measures__0__steps__1__text="",
            measures__0__steps__2__text="Neu",
            measures__0__steps__2__state="done",
        )
        told = fields_of(answer)
        assert told["measures__0__title"] == "Konto für alle"
        assert (told["measures__0__steps__1__text"], told["measures__0__steps__1__state"]) == ("Neu", "done")
        assert told["measures__0__steps__2__text"] == ""

    def test_nothing_typed_is_lost_on_an_error(self, app: Any, headers: dict[str, str], page: Any) -> None:
        answer = send(
            app,
            headers,
            page,
            "publish",
            title="Anderer Titel",
            measures__0__status="fertig",
            measures__0__milestones__0__latest="31.02.2019",
            measures__1__council_references__0__reference="Unsinn <b>",
            measures__1__notes="getippt & behalten",
        )
        assert answer.status_code == 200
        soup = soup_of(answer)
        told = fields_of(answer)
        assert told["title"] == "Anderer Titel"
        assert told["measures__0__status"] == "fertig"
        assert told["measures__0__milestones__0__latest"] == "31.02.2019"
        assert told["measures__1__council_references__0__reference"] == "Unsinn <b>"
        assert told["measures__1__notes"] == "getippt & behalten"
        for field in ("m1-status", "m1-milestone-0-latest", "m2-reference-0"):
            assert soup.select_one(f"#{field}-error") is not None
            assert soup.select_one(f"#{field}")["aria-describedby"] == f"{field}-error"  # type: ignore[index]
        assert measures() == []

    def test_publish(self, app: Any, headers: dict[str, str], page: Any) -> None:
        answer = send(app, headers, page, "publish", organisation="anderes-amt")
        soup = soup_of(answer)
        assert [cell.get_text(strip=True) for cell in soup.select("tbody th")] == [
            "Bürgerkonto",
            "Dokumentenmanagement",
        ]
        assert soup.select_one("form[novalidate]") is None
        assert [m["organisation"] for m in measures()] == ["anderes-amt", "anderes-amt"]

    def test_publish_without_organisation_says_so_at_the_field(
        self, app: Any, headers: dict[str, str], page: Any
    ) -> None:
        answer = send(app, headers, page, "publish", organisation="")
        assert soup_of(answer).select_one("#dm-organisation-error") is not None
        assert measures() == []

    def test_left_out_measures_stay_out(self, app: Any, headers: dict[str, str], page: Any) -> None:
        data = {**fields_of(page), "action": "publish", "organisation": "citeq"}
        del data["measures__0__include"]
        app.post(address_of(page), headers=headers, data=data)
        assert [m["measure_id"] for m in measures()] == ["dokumentenmanagement"]

    def test_a_key_that_is_taken_is_told_at_its_field(
        self, app: Any, headers: dict[str, str], make_measure: Any, page: Any
    ) -> None:
        make_measure(name="buergerkonto", title="Ein anderes", council_references=[])
        answer = send(app, headers, page, "publish", organisation="citeq")
        assert soup_of(answer).select_one("#m1-key-error") is not None
        assert [m["measure_id"] for m in measures()] == ["buergerkonto"]

    def test_script_in_a_report_stays_text(self, app: Any, headers: dict[str, str]) -> None:
        text = REPORT.replace("Bürgerkonto", "&lt;script&gt;alert(1)&lt;/script&gt; “Konto” 😀")
        answer = upload(app, headers, text.encode())
        assert "<script>alert(1)" not in answer.body
        assert fields_of(answer)["measures__0__title"] == "<script>alert(1)</script> “Konto” 😀"


class TestTwoTabs:
    """What was done meanwhile in another tab, or by somebody else, stays."""

    @pytest.fixture
    def row(self, app: Any, headers: dict[str, str], page: Any) -> Any:
        """Open one row of the draft."""
        return lambda number: app.get(address_of(page), headers=headers, query_string={"zeile": number})

    @pytest.fixture
    def kept(self, page: Any) -> Any:
        """Return what is kept of the draft's rows."""
        asked = {"id": address_of(page).rsplit("/", 1)[-1]}
        show = tk.get_action("digitalms_report_import_show")
        return lambda: show({"user": "coordinator"}, dict(asked))["measures"]

    def test_rows_that_were_joined(
        self, app: Any, headers: dict[str, str], page: Any, row: Any, kept: Any
    ) -> None:
        """A form of before is refused however often it is sent, with all that was typed in it."""
        second = row(2)
        send(app, headers, second, "join")
        joined = kept()
        assert len(joined) == 1
        typed = {"organisation": "citeq", "measures__1__notes": "getippt"}
        for _ in range(2):
            page = send(app, headers, page, "publish", **typed)
            assert "neu geordnet" in soup_of(page).select_one("[role=alert]").get_text()  # type: ignore[union-attr]
            told = fields_of(page)
            assert (told["measures__0__title"], told["measures__1__title"]) == (
                "Bürgerkonto",
                "Dokumentenmanagement",
            )
            assert told["measures__1__notes"] == "getippt"
        answer = send(app, headers, second, "save", measures__0__notes="getippt")
        assert fields_of(answer)["measures__0__notes"] == "getippt"
        assert kept() == joined
        assert measures() == []

    def test_a_row_that_was_corrected(
        self, app: Any, headers: dict[str, str], page: Any, row: Any, kept: Any
    ) -> None:
        """Who saves second is told; saved again it is meant."""
        send(app, headers, row(2), "save", measures__0__title="Akte")
        answer = send(app, headers, page, "publish", organisation="citeq", measures__0__notes="getippt")
        assert "inzwischen" in soup_of(answer).select_one("[role=alert]").get_text()  # type: ignore[union-attr]
        assert kept()[1]["title"] == "Akte"
        assert measures() == []
        send(app, headers, answer, "publish")
        assert [one["title"] for one in measures()] == ["Bürgerkonto", "Dokumentenmanagement"]

    def test_two_people_at_different_rows(
        self, app: Any, headers: dict[str, str], row: Any, kept: Any
    ) -> None:
        """Neither stops the other."""
        both = [row(1), row(2)]
        for answer, title in zip(both, ("Konto", "Akte"), strict=True):
            send(app, headers, answer, "checked", measures__0__title=title)
        assert [(one["title"], one["checked"]) for one in kept()] == [("Konto", True), ("Akte", True)]

    def test_a_refusal_does_not_count_as_somebody_else(
        self, app: Any, headers: dict[str, str], page: Any
    ) -> None:
        """What was kept before publishing was refused is one's own."""
        answer = send(app, headers, page, "publish", organisation="", measures__0__title="Konto")
        send(app, headers, answer, "publish", organisation="citeq")
        assert [one["title"] for one in measures()] == ["Konto", "Dokumentenmanagement"]


class TestRights:
    @pytest.mark.parametrize("persona", ["stranger", "editor", "other_editor"])
    def test_others_may_not(self, app: Any, personas: dict[str, str], persona: str, page: Any) -> None:
        own = {"Authorization": factories.APIToken(user=personas[persona])["token"]}
        assert app.get(START, headers=own).status_code == 403
        assert app.get(address_of(page), headers=own).status_code == 403
        assert upload(app, own).status_code == 403
        assert app.post(address_of(page), headers=own, data={"action": "publish"}).status_code == 403

    def test_anonymous_is_asked_to_sign_in(self, app: Any) -> None:
        answer = app.get(START, follow_redirects=False)
        assert answer.status_code == 302
        assert "/user/login" in answer.headers["Location"]

    def test_unknown_draft(self, app: Any, headers: dict[str, str]) -> None:
        for draft in ("gibt-es-nicht", "%00", "a" * 2000):
            assert app.get(START + draft, headers=headers).status_code == 404

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"action": "x"},
            {"measures__0__position": "x"},
            {"measures__0__position": "99", "measures__0__title": "x"},
            {"measures__0__steps": "x", "measures__0__position": "1"},
            {"measures__0__position__0__x": "1"},
            {"report_date": "gestern"},
            {"title": "x\0y"},
            {"measures__0__position": "1", "measures__0__notes": "x" * 110_000},
        ],
    )
    def test_nonsense_never_breaks(
        self, app: Any, headers: dict[str, str], page: Any, data: dict[str, str]
    ) -> None:
        assert app.post(address_of(page), headers=headers, data=data).status_code < 500


names = st.from_regex(
    r"measures__[0-9]{1,2}__[a-z_]{1,12}(__[0-9]{1,2}__[a-z_]{1,6})?", fullmatch=True
) | st.text(max_size=20)


@given(st.dictionaries(names, st.text(max_size=10), max_size=8))
def test_any_form_is_read(form: dict[str, str]) -> None:
    typed = typed_values(form)
    assert all(isinstance(row["steps"], list) for row in typed["measures"])


@pytest.mark.parametrize("year", ["26", "3019"])
def test_a_year_that_cannot_be_meant(app: Any, headers: dict[str, str], page: Any, year: str) -> None:
    """It is refused at its field, and stays there."""
    address = page.request.path
    fields = {**fields_of(page), "measures__0__vision_year": year}
    answer = soup_of(app.post(address, headers=headers, data=fields))
    field = answer.select_one("[name=measures__0__vision_year]")
    assert field is not None
    assert field["value"] == year
    assert f"Das Jahr {year} kann nicht gemeint sein" in answer.get_text()
