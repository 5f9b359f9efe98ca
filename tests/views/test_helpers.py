"""The helpers of the templates: words, differences, error pages; nothing typed becomes markup."""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms import helpers
from ckanext.digitalms.measures.record import Measure

pytestmark = pytest.mark.usefixtures("with_plugins", "german")

TAGS = re.compile(r"<(?!/?(?:ins|del)>)")


@pytest.fixture
def german(app):
    with app.flask_app.test_request_context("/", environ_overrides={"CKAN_LANG": "de"}):
        yield


@pytest.mark.usefixtures("with_plugins")
def test_every_field_of_the_record_has_a_label(german):
    """No page says measure_id or owner_org where people read."""
    labels = {field.name: helpers.digitalms_field_label(field.name) for field in dataclasses.fields(Measure)}
    assert [name for name, label in labels.items() if label == name] == []
    assert labels["measure_id"] == "Kennung"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0004, "0,0004"),
        (Decimal("0.00045"), "0,00045"),
        ("0.28454", "0,28454"),
        (Decimal("1234567.50"), "1.234.567,5"),
        (-12.0, "-12"),
        (0, "0"),
        (None, ""),
    ],
)
def test_a_number_keeps_its_digits(value, shown):
    assert helpers.digitalms_number(value) == shown


class TestDifference:
    def plain(self, markup):
        return markup.unescape()

    def test_words(self):
        """Only the words that differ are marked."""
        shown = helpers.digitalms_difference(
            "Zwei Ämter arbeiten mit der Akte.", "Drei Ämter arbeiten mit der Akte."
        )
        plain = " ".join(self.plain(shown).split())
        assert plain == "<del>Zwei</del> <ins>Drei</ins> Ämter arbeiten mit der Akte."

    def test_texts_with_nothing_in_common(self):
        """They are told one after the other."""
        assert self.plain(helpers.digitalms_difference("alt", "neu")) == "alt → <ins>neu</ins>"

    def test_long_texts_stay_cheap(self):
        """Very long texts are not compared word by word."""
        before, after = "ein Wort " * 20_000, "ein anderes Wort " * 20_000
        assert "→" in helpers.digitalms_difference(before, after)

    @given(st.text(max_size=200), st.text(max_size=200))
    def test_nothing_typed_is_markup(self, before, after):
        """No tag but ours."""
        assert not TAGS.search(helpers.digitalms_difference(before, after))


BEFORE = {"id": "1", "title": "Beginn", "date_text": "bald", "latest": "2019-09-30", "met_on": None}


class TestRows:
    def test_a_row_in_a_line(self):
        """Its title, then what else is known, with labels and days in figures."""
        words = helpers.digitalms_row_words("milestones", BEFORE)
        assert words == "Beginn (Termin im Wortlaut bald, Spätestens am 30.09.2019)"

    def test_a_state_needs_no_label(self):
        """The word for a state says what it is."""
        row = {"id": "1", "state": "pending", "text": "Stellen besetzen"}
        assert helpers.digitalms_row_words("steps", row) == "Stellen besetzen (ausstehend)"

    def test_what_changed_within(self):
        """Each part that changed, with its label."""
        after = {**BEFORE, "met_on": "2019-07-01"}
        assert helpers.digitalms_row_changes("milestones", BEFORE, after) == [
            {"label": "Erreicht am", "before": "", "after": "01.07.2019"}
        ]

    def test_nothing_changed(self):
        """Equal rows have no changes, an id is none."""
        assert helpers.digitalms_row_changes("milestones", BEFORE, {**BEFORE, "id": "2"}) == []


class TestDelay:
    @pytest.mark.parametrize(("days", "since"), [(1, "2019-10-02"), (2, "2019-10-01"), (0, "2019-10-02")])
    def test_since(self, days, since):
        """The first day after the latest one."""
        found = helpers.digitalms_delayed_since({"judged_on": "2019-10-02", "delay_days": days})
        assert found.isoformat() == since


class TestErrors:
    @pytest.mark.parametrize(
        ("code", "content", "heading", "sentence"),
        [
            (404, None, "Nicht gefunden", "Diese Seite gibt es nicht."),
            (404, " ", "Nicht gefunden", "Diese Seite gibt es nicht."),
            (404, KeyError(), "Nicht gefunden", "Diese Seite gibt es nicht."),
            (404, "Diese Maßnahme gibt es nicht.", "Nicht gefunden", "Diese Maßnahme gibt es nicht."),
            (
                [500],
                "Internal server error",
                "Es ist etwas schiefgegangen",
                "Bei uns ist etwas schiefgegangen",
            ),
            (418, "I am a teapot", "Das passt nicht", "I am a teapot"),
            (502, "x", "Es ist etwas schiefgegangen", "Bei uns ist etwas schiefgegangen"),
            (503, None, "Gerade nicht möglich", "Etwas, das dafür nötig ist, antwortet gerade nicht"),
            (503, "Die Suche antwortet nicht.", "Gerade nicht möglich", "Die Suche antwortet nicht."),
        ],
    )
    def test_in_german(self, code, content, heading, sentence):
        """Headings are ours; a sentence that says more than the framework's stays."""
        found = helpers.digitalms_error_words(code, content)
        assert found[0] == heading
        assert found[1].startswith(sentence)

    def test_the_frameworks_english_is_replaced(self):
        """Nobody reads werkzeug's sentences."""
        from werkzeug.exceptions import NotFound

        assert "requested URL" not in helpers.digitalms_error_words(404, NotFound.description)[1]
