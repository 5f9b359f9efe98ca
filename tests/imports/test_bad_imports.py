"""Our tables come back damaged, doubled, from another version or at the same moment."""

from __future__ import annotations

from functools import partial
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from at_once import at_once, field_of
from bad_files import FILES, NAMES, Table, assert_refused_at, assert_told, upload, workbook
from ckan import model
from import_files import file_of, rows_of, statement_count

from ckanext.digitalms.model import Delivery
from ckanext.digitalms.validation.findings import Report

pytestmark = [
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.ckan_config("ckanext.digitalms.upload.max_rows", 5_000),
]

ACTION = "/api/action/digitalms_table_import"
MEASURES = Table(["measure_id", "title", "vision"], [["dms", "DMS", "x"], ["wlan", "WLAN", "y"]])


@pytest.fixture
def measures(make_measure):
    for name in ("dms", "wlan"):
        make_measure(name=name, title=name.upper(), vision="alt", goals=[{"text": "E-Akte", "year": 2020}])


@pytest.fixture
def post(measures, sender):
    """Send a table as the coordinator; gives code and answer."""
    return sender(ACTION)


def report_of(answer: Any) -> dict[str, Any]:
    model.Session.rollback()
    return dict(model.Session.get(Delivery, answer["result"]["id"]).report)


def told(post: Any, content: bytes, **more: Any) -> set[tuple[str, int | None, str | None]]:
    code, answer = post(upload=upload(content), **more)
    assert code == 200, answer
    assert answer["result"]["state"] in {"refused", "unchanged"}
    found = Report.from_json(report_of(answer)).errors
    return {(each.cause.value, each.row, each.field) for each in found}


def test_files(post, subtests):
    """Each bad file is refused with what, where and what to do; what is only unusual is read."""
    before = (rows_of("measures"), statement_count())
    for name, bad in FILES.items():
        with subtests.test(file=name):
            code, answer = post(upload=upload(bad.make(MEASURES)), dry_run="false" if bad.causes else "true")
            assert code == 200, answer
            assert (answer["result"]["state"] == "refused") == bool(bad.causes)
            assert_told(bad, report_of(answer))
            assert (rows_of("measures"), statement_count()) == before


class TestCells:
    def test_no_numbers(self, post, subtests):
        for column in ("weight", "progress_percent", "position"):
            for cell in ("1e999", "NaN", "=1+1", "1_0", "-1e-999"):
                with subtests.test(column=column, cell=cell):
                    content = f"measure_id;{column}\ndms;{cell}\n".encode()
                    assert told(post, content, table="measures") == {("type-error", 2, column)}

    def test_no_days(self, post, subtests):
        for day in ("0000-00-00", "2020-02-30", "30.02.2020", "9999999-01-01", "=1+1"):
            with subtests.test(day=day):
                content = f"measure_id;update_due\ndms;{day}\n".encode()
                assert told(post, content) == {("type-error", 2, "update_due")}

    def test_years_that_cannot_be_meant(self, post, subtests):
        """By the bounds of the table, and what it lets through by the rule of the field."""
        goal = rows_of("goals")[0]["goal_id"]
        for day in ("0026-03-14", "14.03.26", "3019-03-14", "14.03.3019"):
            with subtests.test(day=day):
                content = f"measure_id;update_due\ndms;{day}\n".encode()
                assert {(row, field) for _, row, field in told(post, content)} == {(2, "update_due")}
        for year in ("26", "3019"):
            with subtests.test(year=year):
                content = f"measure_id;goal_id;year\ndms;{goal};{year}\n".encode()
                code, answer = post(upload=upload(content), table="goals")
                assert (code, answer["result"]["state"]) == (200, "refused")
                found = Report.from_json(report_of(answer)).findings
                assert [(each.row, each.field) for each in found] == [(2, "year")]

    def test_formulas_in_every_cell(self, post):
        """A formula is a text where a text belongs, and nothing where it has no value."""
        before = statement_count()
        formulas = [["=A1", "=B1+1", "=C1"], ["=A2", "+2", "@x"]]
        assert ("constraint-pattern", 2, "measure_id") in told(post, MEASURES.csv(rows=formulas).encode())
        causes = {cause for cause, _, _ in told(post, workbook([MEASURES.header, *formulas]))}
        assert "formula-without-value" in causes
        assert statement_count() == before

    @pytest.mark.parametrize("ending", ["csv", "excel.csv", "xlsx", "json"])
    def test_texts_like_formulas_go_out_and_in(self, post, ending):
        """Set, published and read back: nothing changes, in every format."""
        formulas = ("=1+1", "+49", "-5", "@amt", "'=x", "''", "\t=tab")
        for text in formulas:
            tk.get_action("package_patch")({"ignore_auth": True, "user": ""}, {"id": "dms", "vision": text})
            code, answer = post(upload=upload(file_of("measures", ending)))
            assert (code, answer["result"]["state"]) == (200, "unchanged"), (text, answer["result"])

    def test_an_older_stand(self, post):
        """A row whose Stand is older than the present one changes nothing and says so."""
        before = rows_of("measures")
        code, answer = post(upload=upload(b"measure_id;title;as_of\ndms;Neu;2001-01-01\n"))
        assert code == 200
        found = Report.from_json(report_of(answer)).findings
        assert [(each.cause.value, each.row, each.field) for each in found] == [("not-changed", 2, "as_of")]
        assert rows_of("measures") == before


class TestNewerVersion:
    def test_a_column(self, post):
        """It says that an export of a newer version may have the column, and which columns there are."""
        code, answer = post(upload=upload(b"measure_id;title;mood\ndms;Neu;gut\n"))
        assert (code, answer["result"]["state"]) == (200, "refused")
        [finding] = Report.from_json(report_of(answer)).errors
        assert (finding.cause.value, finding.row, finding.field) == ("unknown-column", 1, "mood")
        assert "newer version" in str(finding.message)
        assert "remove the column" in str(finding.advice)

    def test_a_value(self, post):
        """A status that is not known yet."""
        code, answer = post(upload=upload(b"measure_id;status\ndms;merged\n"))
        assert (code, answer["result"]["state"]) == (200, "refused")
        [finding] = Report.from_json(report_of(answer)).errors
        assert (finding.cause.value, finding.row, finding.field) == ("constraint-enum", 2, "status")
        assert "in_preparation" in str(finding.message)


class TestRequests:
    def test_names_of_files(self, post, subtests):
        for name in NAMES:
            with subtests.test(name=name[:40]):
                code, answer = post(upload=upload(file_of("measures", "csv"), name), dry_run="true")
                assert code in {200, 409}
                if code == 200:
                    assert 0 < len(answer["result"]["filename"]) <= 200
                    assert not set(answer["result"]["filename"]) & set("\0\r\n")

    @pytest.mark.parametrize("kind", ["image/png", "application/json", ""])
    def test_any_content_type(self, post, kind):
        code, answer = post(upload=(*upload(file_of("measures", "xlsx")), kind))
        assert (code, answer["result"]["state"]) == (200, "unchanged")

    def test_what_is_missing_or_there_twice(self, post, subtests):
        changes: list[tuple[dict[str, Any], str]] = [
            ({"upload": None}, "upload"),
            ({"upload": "kein Anhang"}, "upload"),
            ({"table": "gibt-es-nicht"}, "table"),
            ({"table": ["measures", "goals"]}, "table"),
            ({"as_of": "0000-00-00"}, "as_of"),
            ({"as_of": "30.02.2020"}, "as_of"),
            ({"as_of": ["2019-01-01", "2020-01-01"]}, "as_of"),
            ({"delimiter": "^"}, "delimiter"),
        ]
        for change, field in changes:
            with subtests.test(change=change):
                told = {"upload": upload(MEASURES.csv().encode()), **change}
                assert_refused_at(field, post, told)
        assert model.Session.query(Delivery).count() == 0

    def test_what_was_typed_stays(self, post):
        page = "/en/digitalisierung/datenqualitaet/tabelle-einlesen/"
        code, answer = post(page, as_of="2019-02-31", table="goals", upload=upload(b"x"))
        assert code == 200
        assert 'value="2019-02-31"' in answer.body
        assert "is no day" in answer.body


class TestTogether:
    def imported(self, app: Any, user: str, calls: list[dict[str, Any]]) -> list[str]:
        """Call the action at the same moment; gives the states, or the field that was refused."""
        action = tk.get_action("digitalms_table_import")
        ends = at_once(app, *(partial(action, {"user": user}, call) for call in calls))
        return sorted(field_of(end) or end["state"] for end in ends)

    def test_two_of_the_same_preview(self, app, measures, personas):
        """One is applied, the other is told; there is one new statement."""
        content = b"measure_id;title;vision\ndms;Neu;Neu\n"
        tried = tk.get_action("digitalms_table_import")(
            {"user": personas["coordinator"]}, {"content": content, "dry_run": True}
        )
        before = statement_count()
        ends = self.imported(app, personas["coordinator"], [{"import_id": tried["id"]}] * 2)
        assert ends == ["accepted", "import_id"]
        assert statement_count() == before + 1

    def test_two_tables(self, app, measures, personas):
        """Whatever comes first: no measure has a half of one and a half of the other."""
        calls = [
            {"content": f"measure_id;title;vision\ndms;{word};{word}\nwlan;{word};{word}\n".encode()}
            for word in ("Eins", "Zwei")
        ]
        ends = self.imported(app, personas["coordinator"], calls)
        assert "accepted" in ends
        assert set(ends) <= {"accepted", "import_id"}
        told = {(row["title"], row["vision"]) for row in rows_of("measures")}
        assert len(told) == 1
        assert told < {("Eins", "Eins"), ("Zwei", "Zwei")}
