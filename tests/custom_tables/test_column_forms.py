"""How a single column is read: chosen, told by its cells, settled by the other columns, or asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suite_settings import examples

from ckanext.digitalms.custom_tables.canonical import published_schema
from ckanext.digitalms.custom_tables.examination import Examined, examine
from ckanext.digitalms.custom_tables.preview import preview_of
from ckanext.digitalms.validation.column_forms import NUMBERS, form_of, read_forms, write_forms
from ckanext.digitalms.validation.dialect import Dialect, DialectError
from ckanext.digitalms.validation.table import Limits, Unusable

pytestmark = pytest.mark.pure

LIMITS = Limits(10**6, 1000)


def look(text: str, schema: dict[str, Any] | None = None, **declared: Any) -> Examined:
    return examine(text.encode(), "tabelle.csv", Dialect.declared(declared), LIMITS, schema)


def test_whether_there_is_a_header_is_asked() -> None:
    """Where figures stand in the first row; not where words do."""
    asked = look("05515000;Münster;315293\n05558012;Coesfeld;36217\n").raw.headers
    assert asked == (("1", ("05515000", "Münster", "315293")),)
    assert look("AGS;Ort;Zahl\n05515000;Münster;315293\n").raw.headers == ()
    assert look("Anmerkung\nBau am Markt, Ost\n").raw.headers == ()


def test_a_dash_among_amounts_is_offered_as_missing() -> None:
    """Also where only some of them have their currency beside them."""
    found = preview_of(look("Ort;Kosten\nA;12.000,00\nB;-\nC;9.750,00 €\n"))
    assert found["missing"] == ["-"]


def column(found: Examined, place: int = 1) -> list[object]:
    assert found.converted is not None
    return [row[place] for row in found.converted.rows]


def field(found: Examined, place: int = 1) -> dict[str, Any]:
    assert found.schema is not None
    return dict(found.schema["fields"][place])


def causes(found: Examined) -> list[str]:
    return [one.cause.value for one in found.report.findings]


def table(*cells: str) -> str:
    return "Ort;Wert\n" + "".join(f"a{n};{cell}\n" for n, cell in enumerate(cells))


@pytest.mark.parametrize(
    ("form", "cells", "values"),
    [
        ("1.250,5", ["1.250", "2,5"], [Decimal(1250), Decimal("2.5")]),
        ("1,250.5", ["1.250", "2"], [Decimal("1.250"), Decimal(2)]),
        ("1 250,5", ["1 250", "3,25"], [Decimal(1250), Decimal("3.25")]),
        ("1'250.5", ["1’250", "3.25"], [Decimal(1250), Decimal("3.25")]),
        ("1250,5", ["1250", "3,250"], [Decimal(1250), Decimal("3.250")]),
        ("number %", ["12,5 %", "3%"], [Decimal("12.5"), Decimal(3)]),
        ("1.250,5 €", ["1.250 €", "EUR 2,50"], [Decimal(1250), Decimal("2.5")]),
        ("number Sitze", ["12 Sitze", "3 sitze"], [12, 3]),
        ("text", ["1.250", "1/2/2026"], ["1.250", "1/2/2026"]),
        ("%d.%m.%y", ["1.6.26", "1.12.1999"], [date(2026, 6, 1), date(1999, 12, 1)]),
        ("%d/%m/%Y", ["1/2/2026", "3/4/2026"], [date(2026, 2, 1), date(2026, 4, 3)]),
        ("%m/%d/%Y", ["1/2/2026", "3/4/2026"], [date(2026, 1, 2), date(2026, 3, 4)]),
        ("mm-dd-yyyy", ["01-02-2026", "3-4-2026"], [date(2026, 1, 2), date(2026, 3, 4)]),
        ("tt.mm.jjjj", ["1.2.2026", "3.4.2026"], [date(2026, 2, 1), date(2026, 4, 3)]),
        ("%d. %B %Y", ["1. März 2026", "12. Okt. 2025"], [date(2026, 3, 1), date(2025, 10, 12)]),
        ("%B %Y", ["Juni 2026", "Dez 2025"], ["2026-06", "2025-12"]),
        ("mm/yyyy", ["2/2026", "12/2025"], ["2026-02", "2025-12"]),
        ("%m.%Y", ["2.2026", "12.2025"], ["2026-02", "2025-12"]),
    ],
)
def test_what_is_chosen_holds_for_draft_and_for_a_given_schema(
    form: str, cells: list[str], values: list[object]
) -> None:
    """A schema of the version before reads the next file by the same choice."""
    first = look(table(*cells), forms={"Wert": form})
    assert first.is_valid, causes(first)
    assert column(first) == values
    assert first.questions == ()
    kept = Dialect.declared({"forms": {"Wert": form}}).of_next
    assert first.schema is not None
    published = published_schema(first.schema)
    again = look(table(*reversed(cells)), published, **kept)
    assert again.is_valid, causes(again)
    assert column(again) == list(reversed(values))


@pytest.mark.parametrize(
    ("cells", "kind", "answers"),
    [
        (
            ["1.250", "3"],
            "number",
            [("1,250.5", ("1.250",)), ("1.250,5", ("1250",)), ("text", ("1.250",))],
        ),
        (
            ["1.250 €", "300 €"],
            "number",
            [("1,250.5 €", ("1.250",)), ("1.250,5 €", ("1250",)), ("text", ("1.250 €",))],
        ),
        (
            ["1/2/2026", "3/3/2026"],
            "day",
            [("%d/%m/%Y", ("2026-02-01",)), ("%m/%d/%Y", ("2026-01-02",)), ("text", ("1/2/2026",))],
        ),
        (["2/2026"], "month", [("%m/%Y", ("2026-02",)), ("text", ("2/2026",))]),
        (
            ["2.2026"],
            "month",
            [("%m.%Y", ("2026-02",)), ("1250.5", ("2.2026",)), ("text", ("2.2026",))],
        ),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked(
    cells: list[str], kind: str, answers: list[tuple[str, tuple[str, ...]]]
) -> None:
    """With what each answer would make of the first doubtful cells; until then the column is text."""
    found = look(table(*cells))
    (question,) = found.questions
    assert (question.kind, list(question.answers)) == (kind, answers)
    assert question.cells[0] == (2, cells[0])
    assert column(found) == cells
    assert "two-readings" in causes(found)
    for form, made in answers:
        settled = look(table(*cells), forms={"Wert": form})
        assert settled.questions == ()
        value = column(settled)[0]
        assert str(value) == made[0] or value == Decimal(made[0])


def test_other_columns_settle_it_and_it_is_said() -> None:
    """1.250 beside a column with decimal commas is 1250; where columns contradict one another it is asked."""
    found = look("A;B\n1.250;0,5\n240;1,5\n")
    assert column(found, 0) == [1250, 240]
    (said,) = [str(one.message) for one in found.report.findings if one.cause.value == "column-form"]
    assert "“1.250” was read as 1250" in said
    assert look("A;B;C\n1.250;0,5;0.5\n240;1,5;7.25\n").questions[0].column == "A"
    # a column that names things is no witness
    assert look("A;Gliederung\n1.250;1.1\n240;1.25\n").questions[0].column == "A"
    given = {"fields": [{"name": n, "title": n, "description": "", "type": "number"} for n in ("A", "B")]}
    assert column(look("A;B\n1.250;0,5\n240;1,5\n", given), 0) == [Decimal(1250), Decimal(240)]


def test_a_chosen_form_is_a_promise() -> None:
    """What does not fit is an error and no other number; a share without its sign is none."""
    assert causes(look(table("1.250", "1,250.5"), forms={"Wert": "1.250,5"})) == ["type-error"]
    assert causes(look(table("12 %", "0,15"), forms={"Wert": "number %"})) == ["type-error"]
    assert causes(look(table("1.6.26", "31.2.2026"), forms={"Wert": "%d.%m.%y"})) == ["type-error"]
    assert causes(look(table("2/2026", "13/2026"), forms={"Wert": "%m/%Y"})) == ["type-error"]


def test_a_given_schema_never_guesses_the_order_of_day_and_month() -> None:
    schema = {"fields": [{"name": "wert", "title": "Wert", "description": "", "type": "date"}]}
    found = look("Wert\n1/2/2026\n3/4/2026\n", schema)
    assert not found.is_valid
    assert [question.kind for question in found.questions] == ["day"]
    assert isinstance(column(found, 0)[0], Unusable)
    assert column(look("Wert\n1/2/2026\n3/14/2026\n", schema), 0) == [date(2026, 1, 2), date(2026, 3, 14)]


def test_a_unit_goes_to_the_meaning() -> None:
    found = look(table("12,5 %", "3 %"))
    assert (field(found)["type"], field(found)["unit"], field(found)["description"]) == (
        "number",
        "%",
        "in %",
    )
    assert found.schema is not None
    assert "unit" not in published_schema(found.schema)["fields"][1]


def test_a_column_that_the_file_does_not_have() -> None:
    found = look(table("5"), forms="Zeit = text; Wert = number")
    assert [str(one.message) for one in found.report.findings] == [
        "The file has no column “Zeit”; the form that was said of it changes nothing."
    ]


def test_forms_as_they_are_typed() -> None:
    """As an object or as one line; titles are compared without regard to case and spaces."""
    said = {"Kosten (€)": "1.250,5 €", "Tag; Monat": "tt/mm/jjjj", "Az.": "text"}
    forms = read_forms(said)
    assert forms == {"Kosten (€)": "1.250,5 €", "Tag Monat": "%d/%m/%Y", "Az.": "text"}
    assert read_forms(write_forms(forms)) == forms
    assert Dialect.declared({"forms": said}).column_forms["tag monat"] == "%d/%m/%Y"
    assert Dialect.declared({"forms": {"Az.": "auto"}}) == Dialect()
    for bad in ("Wert", "Wert = 1.250.5", {"": "text"}, "Wert = %d", {"Wert": "1.250,5 3"}):
        with pytest.raises(DialectError):
            Dialect.declared({"forms": bad})


@given(
    st.sampled_from([code for code in NUMBERS if code != "number"]), st.decimals(-(10**9), 10**9, places=3)
)
@settings(max_examples=examples(200))
def test_a_number_that_is_written_in_a_form_is_read_back(code: str, number: Decimal) -> None:
    form = form_of(code).number
    assert form is not None
    text = f"{number:,.3f}".translate(str.maketrans({",": "G", ".": "D"}))
    text = text.replace("G", form.group).replace("D", form.decimal)
    assert column(look(table(text), forms={"Wert": code})) == [number]


def test_the_preview_shows_what_is_made_and_what_is_in_doubt() -> None:
    shown = preview_of(look(table("1.250", "2", "x") + "b;1,5\n", forms={"Wert": "1.250,5"}))
    assert shown["rows"][0] == ["a0", "1.250"]
    assert shown["made"][0] == [None, "1250"]
    assert shown["numbers"] == [2, 3, 4, 5]
    assert [(one["row"], one["marked"]) for one in shown["doubtful"]] == [(4, [1])]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["5", "k. A.", "7", "-"], ["k. A.", "-"]),
        (["1.2.2026", "n/a"], ["n/a"]),
        (["12 %", "x"], ["x"]),
        # a tick in a column of words says something
        (["x", "-", "ja"], []),
        (["x", "x"], []),
    ],
)
def test_words_that_may_stand_for_nothing_are_offered(cells: list[str], words: list[str]) -> None:
    assert list(look(table(*cells)).missing) == words


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("Schulen 2026;;\n;;\nSchule;2025;2026\na;5;7\n", ["3"]),
        ("Schulen 2026;;\nSchule;Plätze;\n;2025;2026\na;5;7\n", ["2", "2-3"]),
        ("Schule;Plätze;\n;2025;2026\na;5;7\n", ["1", "1-2"]),
        ("Schule;Ort\na;b\nc;d\n", []),
    ],
)
def test_rows_that_may_be_the_header_are_offered(text: str, choices: list[str]) -> None:
    found = look(text)
    assert found.raw is not None
    assert [rows for rows, _ in found.raw.headers] == choices
