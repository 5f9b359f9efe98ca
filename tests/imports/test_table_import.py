"""The actions: tables come back, are previewed, applied all or nothing, and undone."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import openpyxl
import pytest
from ckan import model
from import_files import (
    GOAL,
    INDICATOR,
    LINK,
    MILESTONE,
    OBSTACLE,
    PARTNER,
    SHARE,
    STEP,
    changed_file,
    file_of,
    imported,
    measure,
    patch,
    rows_of,
    statement_count,
)

from ckanext.digitalms.imports.mapping import KIND, MAPPINGS
from ckanext.digitalms.model import Delivery
from ckanext.digitalms.publishing.formats import FORMATS

pytestmark = pytest.mark.usefixtures("with_plugins", "history")

COORDINATOR, EDITOR, OTHER = "coordinator", "editor", "andere"


@pytest.mark.parametrize("table", MAPPINGS)
class TestEveryTable:
    def test_as_published_it_changes_nothing(self, table: str) -> None:
        """The bytes that we publish are taken for what is known, and nothing is written."""
        before = statement_count()
        for ending in FORMATS:
            answer = imported(COORDINATOR, file_of(table, ending))
            assert (answer["state"], answer["table"], answer["findings"]) == ("unchanged", table, [])
            assert answer["counts"]["unchanged"] == len(rows_of(table)) > 0
        assert statement_count() == before

    def test_one_cell_arrives_as_one_change(self, table: str) -> None:
        """One cell that was edited is one change of one measure, in each format, and is in the table then."""
        column, values, where, stand = ONE_CELL[table]
        for ending, value in zip(FORMATS, values, strict=True):
            before = statement_count()
            content = changed_file(table, ending, column, value, **where)
            answer = imported(COORDINATOR, content, correction="true")
            assert (answer["state"], answer["findings"]) == ("accepted", [])
            assert [(c["measure_id"], c["stand"]) for c in answer["changes"]] == [("dms", stand)]
            told = {each["field"]: each["new"] for each in answer["changes"][0]["fields"]}
            assert told[column] == value
            assert statement_count() == before + 1
            assert value in [row[column] for row in rows_of(table)]
            assert imported(COORDINATOR, file_of(table, ending))["state"] == "unchanged"


def _texts(text: str) -> list[str]:
    return [f"{text} {number}" for number in range(4)]


SERIES_DAY = {"measure_id": "dms", "as_of": "2019-03-14"}
FIGURE = {"indicator_id": INDICATOR, "date": "2019-08-31"}
ONE_CELL: dict[str, tuple[str, list[Any], dict[str, Any], str]] = {
    "measures": ("vision", _texts("=Papierlos"), {"measure_id": "dms"}, "correction"),
    "status_series": ("statement", _texts("Nachtrag"), SERIES_DAY, "correction"),
    "steps": ("state", ["done", "pending", "in_progress", "done"], {"step_id": STEP}, "correction"),
    "milestones": ("date_text", _texts("Ende 2019"), {"milestone_id": MILESTONE}, "correction"),
    "milestone_shifts": ("reason", _texts("Haushalt"), {"milestone_id": MILESTONE}, "correction"),
    "goals": ("target", _texts("80 %"), {"goal_id": GOAL}, "correction"),
    "goal_reviews": ("reference", [f"V/0{n}23/2019" for n in range(4)], {"goal_id": GOAL}, "correction"),
    "indicators": ("definition", _texts("mit E-Akte"), FIGURE, "correction"),
    "obstacles": ("text", _texts("Kein Geld"), {"obstacle_id": OBSTACLE}, "correction"),
    "partners": ("name", _texts("Kreis"), {"partner_id": PARTNER}, "correction"),
    "links": ("title", _texts("Seite"), {"link_id": LINK}, "upkeep"),
    "coverage_links": ("technology", ["dsl", "lte", "5g", "catv"], {"coverage_link_id": SHARE}, "upkeep"),
    "council_references": ("result", _texts("einstimmig"), {"measure_id": "dms"}, "correction"),
}


class TestWhoMayImport:
    def test_an_editor_only_for_the_own_office(self) -> None:
        """A row about another office's measure is refused, and with it the whole file."""
        rows = [{"measure_id": "dms", "title": "Neu"}, {"measure_id": "fremd", "title": "Übernommen"}]
        answer = imported(EDITOR, rows, table="measures")
        assert answer["state"] == "refused"
        assert [(f["row"], f["cause"]) for f in answer["findings"]] == [(2, "foreign-measure")]
        assert measure("dms")["title"] == "Dokumentenmanagement (DMS)"
        assert imported(EDITOR, rows[:1], table="measures")["state"] == "accepted"
        assert measure("dms")["title"] == "Neu"

    def test_the_other_editor(self) -> None:
        assert (
            imported(OTHER, [{"measure_id": "dms", "title": "Neu"}], table="measures")["state"] == "refused"
        )
        assert (
            imported(OTHER, [{"measure_id": "fremd", "title": "Neu"}], table="measures")["state"]
            == "accepted"
        )

    def test_the_coordinator_for_all(self) -> None:
        rows = [{"measure_id": "dms", "title": "Neu"}, {"measure_id": "fremd", "title": "Auch neu"}]
        assert imported(COORDINATOR, rows, table="measures")["state"] == "accepted"

    @pytest.mark.parametrize("user", ["", "fremde"])
    def test_nobody_else(self, user: str) -> None:
        with pytest.raises(tk.NotAuthorized):
            imported(user, [{"measure_id": "dms", "title": "Neu"}], table="measures")

    def test_an_editor_cannot_give_a_measure_away_or_take_one(self) -> None:
        rows = [{"measure_id": "dms", "organisation": "anderes-amt"}]
        answer = imported(EDITOR, rows)
        assert (answer["state"], answer["findings"][0]["field"]) == ("refused", "organisation")
        assert imported(COORDINATOR, rows)["state"] == "accepted"
        assert measure("dms")["organisation"] == "anderes-amt"

    def test_a_preview_is_applied_by_its_owner_and_coordinators_only(self) -> None:
        preview = imported(EDITOR, [{"measure_id": "dms", "title": "Neu"}], table="measures", dry_run=True)
        for action in ("digitalms_table_import_show", "digitalms_table_import_undo"):
            with pytest.raises(tk.NotAuthorized):
                tk.get_action(action)({"user": OTHER}, {"id": preview["id"]})
        with pytest.raises(tk.NotAuthorized):
            apply(OTHER, preview)
        assert apply(COORDINATOR, preview)["state"] == "accepted"


def apply(user: str, preview: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = tk.get_action("digitalms_table_import")(
        {"user": user}, {"import_id": preview["id"]}
    )
    model.Session.rollback()
    return answer


def undo(user: str, done: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = tk.get_action("digitalms_table_import_undo")({"user": user}, {"id": done["id"]})
    model.Session.rollback()
    return answer


def found_in(answer: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(f["row"], f["field"], f["cause"]) for f in answer["findings"]]


class TestPreview:
    def test_it_changes_nothing_and_says_everything(self) -> None:
        rows = [
            {"measure_id": "dms", "title": "Neuer Titel"},
            {"measure_id": "neu", "title": "Ganz neu", "status": "planned", "organisation": "citeq"},
            {"measure_id": "fremd", "action": "delete"},
            {"measure_id": "wlan", "title": "WLAN"},
        ]
        before = statement_count()
        preview = imported(COORDINATOR, rows, dry_run=True)
        assert preview["state"] == "received"
        assert preview["counts"] == {
            "added": 1, "changed": 1, "deleted": 1, "unchanged": 1, "warned": 0, "refused": 0,
        }  # fmt: skip
        stands = {c["measure_id"]: c["stand"] for c in preview["changes"]}
        assert stands == {"dms": "new_stand", "neu": "created", "fremd": "deleted"}
        title = preview["changes"][0]["fields"][0]
        assert title == {"field": "title", "old": "Dokumentenmanagement (DMS)", "new": "Neuer Titel"}
        assert statement_count() == before
        with pytest.raises(tk.ObjectNotFound):
            measure("neu")

    def test_applying_does_what_was_previewed(self) -> None:
        rows = [{"measure_id": "dms", "step_id": "", "state": "pending", "text": "Neuer Schritt"}]
        preview = imported(EDITOR, rows, dry_run=True)
        done = apply(EDITOR, preview)
        assert done["state"] == "accepted"
        names = ("row", "measure_id", "stand", "as_of", "key", "fields")
        assert [{n: c[n] for n in names} for c in done["changes"]] == [
            {n: c[n] for n in names} for c in preview["changes"]
        ]
        ids = [step["id"] for step in measure("dms")["steps"]]
        assert preview["changes"][0]["key"]["step_id"] in ids

    def test_only_once(self) -> None:
        preview = imported(EDITOR, [{"measure_id": "dms", "title": "Neu"}], table="measures", dry_run=True)
        apply(EDITOR, preview)
        with pytest.raises(tk.ValidationError) as refused:
            apply(EDITOR, preview)
        assert "import_id" in refused.value.error_dict

    def test_a_measure_that_changed_since_makes_it_void(self) -> None:
        """Somebody's change of any field of the measure in between is not overwritten."""
        preview = imported(EDITOR, [{"measure_id": "dms", "title": "Neu"}], table="measures", dry_run=True)
        patch("dms", vision="Zwischendurch")
        with pytest.raises(tk.ValidationError) as refused:
            apply(EDITOR, preview)
        assert "dms" in refused.value.error_dict["import_id"][0]
        assert measure("dms")["vision"] == "Zwischendurch"
        assert measure("dms")["title"] == "Dokumentenmanagement (DMS)"

    def test_a_key_that_was_taken_since(self) -> None:
        new = {"measure_id": "neu", "title": "Neu", "status": "planned", "organisation": "citeq"}
        preview = imported(EDITOR, [new], dry_run=True)
        imported(EDITOR, [{**new, "title": "Schneller"}])
        with pytest.raises(tk.ValidationError):
            apply(EDITOR, preview)
        assert measure("neu")["title"] == "Schneller"

    def test_while_another_import_is_written(self) -> None:
        """The second of two imports is told so, and can be applied later."""
        preview = imported(EDITOR, [{"measure_id": "dms", "title": "Neu"}], table="measures", dry_run=True)
        lock = "SELECT pg_advisory_lock(hashtextextended('digitalms:table-import', 0))"
        with model.meta.engine.connect() as other:  # type: ignore[union-attr]
            other.exec_driver_sql(lock)
            with pytest.raises(tk.ValidationError) as refused:
                apply(EDITOR, preview)
            other.exec_driver_sql(lock.replace("advisory_lock", "advisory_unlock"))
        assert "import_id" in refused.value.error_dict
        assert apply(EDITOR, preview)["state"] == "accepted"


WRONG_MEASURES: list[tuple[list[dict[str, Any]], tuple[Any, ...]]] = [
    ([{"measure_id": "dms", "status": "fertig"}], (1, "status", "constraint-enum")),
    ([{"measure_id": "dms", "progress_percent": "viel"}], (1, "progress_percent", "type-error")),
    ([{"measure_id": "dms", "as_of": "31.02.2019"}], (1, "as_of", "type-error")),
    ([{"measure_id": "dms", "as_of": "2019-01-01", "vision": "x"}], (1, "as_of", "not-changed")),
    ([{"measure_id": "dms", "title": ""}], (1, "title", "constraint-required")),
    ([{"measure_id": "dms", "parent_id": "nirgends"}], (1, "parent_id", "rule-error")),
    ([{"measure_id": "dms", "parent_id": "wlan"}], (1, "parent_id", "rule-error")),
    ([{"measure_id": "Gross!", "title": "x"}], (1, "measure_id", "constraint-pattern")),
    ([{"measure_id": "neu", "title": "Neu"}], (1, "status", "constraint-required")),
    ([{"measure_id": "weg", "action": "delete"}], (1, "measure_id", "unknown-key")),
    ([{"measure_id": "dms", "action": "weg"}], (1, "action", "constraint-enum")),
    ([{"measure_id": "dms", "position": {"a": 1}}], (1, "position", "type-error")),
]


class TestRefused:
    def test_all_or_nothing(self) -> None:
        """A rule that one measure breaks keeps all of the file out, with row and field."""
        rows = [{"measure_id": "dms", "title": "Neu"}, {"measure_id": "wlan", "status": "done"}]
        before = statement_count()
        answer = imported(COORDINATOR, rows, table="measures")
        assert answer["state"] == "refused"
        assert found_in(answer) == [(2, "progress_percent", "rule-error")]
        assert statement_count() == before

    def test_of_measures(self, subtests: Any) -> None:
        for rows, found in WRONG_MEASURES:
            with subtests.test(rows=rows):
                answer = imported(COORDINATOR, rows, table="measures")
                assert answer["state"] == "refused"
                assert found in found_in(answer)
                assert all(f["message"] and f["remedy"] for f in answer["findings"])

    def test_a_key_twice(self) -> None:
        rows = [{"measure_id": "dms", "title": "Eins"}, {"measure_id": "dms", "title": "Zwei"}]
        assert found_in(imported(COORDINATOR, rows, table="measures")) == [(2, "measure_id", "primary-key")]

    def test_unknown_measure_of_a_row(self) -> None:
        rows = [{"measure_id": "nirgends", "state": "pending", "text": "x"}]
        answer = imported(COORDINATOR, rows, table="steps")
        assert found_in(answer) == [(1, "measure_id", "unknown-measure")]

    def test_a_row_of_another_measure(self) -> None:
        rows = [{"measure_id": "wlan", "step_id": STEP, "state": "pending", "text": "x"}]
        assert found_in(imported(COORDINATOR, rows)) == [(1, "step_id", "unknown-key")]

    def test_columns_that_may_be_of_several_tables(self) -> None:
        answer = imported(COORDINATOR, [{"measure_id": "dms", "title": "Neu"}])
        assert [f["cause"] for f in answer["findings"]] == ["which-table"]
        assert "measures, milestones" in answer["findings"][0]["message"]

    def test_columns_of_a_newer_version(self) -> None:
        rows = [{**row, "klimawirkung": "groß"} for row in rows_of("measures")]
        answer = imported(COORDINATOR, [{k: str(v or "") for k, v in row.items()} for row in rows])
        assert found_in(answer) == [(1, "klimawirkung", "unknown-column")]
        assert "measure_id" in answer["findings"][0]["allowed"]

    def test_no_table(self, subtests: Any) -> None:
        for content in (
            b"",
            b"\0\1\2",
            b"PK\x03\x04",
            b"%PDF-1.4",
            b"{}",
            b"[]",
            b"a;b\n1;2\n",
            b"\xff\xfe\xfa",
        ):
            with subtests.test(content=content):
                answer = imported(COORDINATOR, content)
                assert answer["state"] == "refused"
                assert answer["findings"]
                assert answer["changes"] == []

    def test_a_cut_text(self) -> None:
        patch("dms", statement="x" * 40_000)
        assert imported(COORDINATOR, file_of("status_series", "xlsx"))["state"] == "unchanged"
        book = openpyxl.load_workbook(io.BytesIO(file_of("status_series", "xlsx")))
        column = [cell.value for cell in book.worksheets[0][1]].index("statement")
        cut = next(r[column] for r in book.worksheets[0] if len(str(r[column].value)) > 30_000)
        cut.value = f"y{cut.value[1:]}"
        out = io.BytesIO()
        book.save(out)
        answer = imported(COORDINATOR, out.getvalue())
        assert [f["cause"] for f in answer["findings"]] == ["cut-text"]

    def test_wrong_options(self, subtests: Any) -> None:
        for name, value in (
            ("table", "coverage"),
            ("as_of", "2999-01-01"),
            ("as_of", "gestern"),
            ("dry_run", "vielleicht"),
            ("decimal_char", "x"),
        ):
            with subtests.test(name=name, value=value), pytest.raises(tk.ValidationError) as refused:
                imported(COORDINATOR, [{"measure_id": "dms"}], **{name: value})
            assert name in refused.value.error_dict

    def test_no_file_and_no_such_import(self) -> None:
        with pytest.raises(tk.ValidationError):
            tk.get_action("digitalms_table_import")({"user": COORDINATOR}, {})
        for wrong in ("x", "\0"):
            with pytest.raises((tk.ObjectNotFound, tk.ValidationError)):
                apply(COORDINATOR, {"id": wrong})


class TestWarned:
    def test_a_computed_value_that_differs_is_not_written(self) -> None:
        rows = [{"measure_id": "dms", "is_delayed": "false", "url": "https://example.org/x", "vision": "Neu"}]
        answer = imported(COORDINATOR, rows)
        assert answer["state"] == "accepted"
        assert found_in(answer) == [(1, "is_delayed", "computed-value"), (1, "url", "computed-value")]
        assert answer["counts"]["warned"] == 1
        assert {each["field"] for each in answer["changes"][0]["fields"]} == {"vision"}


class TestMeasures:
    def test_new_ones_with_their_parent_after_them(self) -> None:
        new = {"status": "planned", "organisation": "citeq", "council_references": "V/0989/2017"}
        rows = [
            {"measure_id": "kind", "title": "Kind", "parent_id": "vater", **new},
            {"measure_id": "vater", "title": "Vater", **new},
        ]
        assert imported(COORDINATOR, rows)["state"] == "accepted"
        assert measure("kind")["parent_id"] == "vater"
        assert measure("kind")["council_references"][0]["reference"] == "V/0989/2017"

    def test_a_later_stand(self) -> None:
        answer = imported(
            COORDINATOR, [{"measure_id": "dms", "as_of": "2020-01-02", "status": "paused"}], table="measures"
        )
        assert found_in(answer) == [(1, "status_reason", "rule-error")]
        rows = [{"measure_id": "dms", "as_of": "2020-01-02", "status": "paused", "status_reason": "Haushalt"}]
        answer = imported(COORDINATOR, rows)
        assert [(c["stand"], c["as_of"]) for c in answer["changes"]] == [("new_stand", "2020-01-02")]
        later = imported(
            COORDINATOR,
            [{"measure_id": "dms", "as_of": "2020-02-02", "status": "in_progress"}],
            table="measures",
        )
        assert later["state"] == "accepted"
        assert measure("dms")["status_reason"] is None

    def test_an_older_file_says_nothing_new_of_what_was_stated_since(self) -> None:
        """Only rows that would take something back are refused; the others leave the new Stand alone."""
        old = file_of("measures", "csv")
        patch("dms", as_of="2020-01-02")
        answer = imported(COORDINATOR, old)
        assert (answer["state"], found_in(answer)) == ("unchanged", [(2, "as_of", "older-stand")])
        patch("dms", vision="Seither gesagt")
        answer = imported(COORDINATOR, old)
        assert (answer["state"], found_in(answer)) == ("refused", [(2, "as_of", "not-changed")])

    def test_council_papers_in_the_cell(self) -> None:
        imported(COORDINATOR, [{"measure_id": "dms", "council_references": "V/0954/2018 R/0045/2016"}])
        cited = {row["reference"]: row["id"] for row in measure("dms")["council_references"]}
        imported(COORDINATOR, [{"measure_id": "dms", "council_references": "R/0045/2016"}])
        assert [(r["reference"], r["id"]) for r in measure("dms")["council_references"]] == [
            ("R/0045/2016", cited["R/0045/2016"])
        ]

    def test_deleting_withdraws_and_a_missing_row_deletes_nothing(self) -> None:
        imported(COORDINATOR, [{"measure_id": "fremd", "action": "delete"}], table="measures")
        with pytest.raises(tk.ObjectNotFound):
            measure("fremd")
        assert {row["measure_id"] for row in rows_of("measures")} == {"dms", "wlan"}
        assert tk.get_action("package_search")({}, {"q": "fremd"})["count"] == 0

    def test_the_index_follows(self) -> None:
        imported(COORDINATOR, [{"measure_id": "wlan", "title": "Zwiebelkuchen"}], table="measures")
        assert tk.get_action("package_search")({}, {"q": "Zwiebelkuchen"})["count"] == 1


class TestRowsOfMeasures:
    def test_order_new_and_deleted_steps(self) -> None:
        own = [row for row in rows_of("steps") if row["measure_id"] == "dms"]
        rows = [
            {"measure_id": "dms", "step_id": own[0]["step_id"], "position": "2"},
            {"measure_id": "dms", "step_id": own[1]["step_id"], "action": "delete"},
            {"measure_id": "dms", "step_id": "", "position": "1", "state": "pending", "text": "Zuerst"},
        ]
        answer = imported(COORDINATOR, rows)
        assert answer["state"] == "accepted"
        assert [step["text"] for step in measure("dms")["steps"]] == ["Zuerst", "Rechte"]

    def test_a_row_without_id_is_known_by_its_words(self) -> None:
        """The same rows handed in twice add nothing the second time."""
        rows = [{"measure_id": "dms", "state": "pending", "text": "Neuer Schritt"}]
        assert imported(COORDINATOR, rows, table="steps")["counts"]["added"] == 1
        assert imported(COORDINATOR, rows, table="steps")["state"] == "unchanged"

    def test_a_moved_milestone_is_a_shift_without_the_reason_of_before(self) -> None:
        rows = [{"measure_id": "dms", "milestone_id": MILESTONE, "latest": "2020-06-30"}]
        assert imported(COORDINATOR, rows, as_of="2019-10-01")["state"] == "accepted"
        shift = rows_of("milestone_shifts")[-1]
        assert (str(shift["old_latest"]), str(shift["new_latest"]), shift["reason"]) == (
            "2019-12-31",
            "2020-06-30",
            None,
        )

    def test_a_correction_is_no_shift(self) -> None:
        before = len(rows_of("milestone_shifts"))
        rows = [{"measure_id": "dms", "milestone_id": MILESTONE, "latest": "2020-06-30"}]
        assert imported(COORDINATOR, rows, correction=True)["state"] == "accepted"
        assert len(rows_of("milestone_shifts")) == before

    def test_wrong_values_at_their_row(self) -> None:
        rows = [
            {"measure_id": "wlan", "title": "Gut", "latest": "2020-01-01"},
            {"measure_id": "wlan", "title": "Falsch", "earliest": "2020-05-01", "latest": "2020-01-01"},
        ]
        answer = imported(COORDINATOR, rows, table="milestones")
        assert found_in(answer) == [(2, "latest", "rule-error")]

    def test_reviews_of_goals(self) -> None:
        computed = rows_of("goal_reviews")[0]
        day = computed["review_date"].isoformat()
        rows = [{"goal_id": GOAL, "review_date": day, "outcome": "kept", "reference": "V/0123/2019"}]
        assert imported(COORDINATOR, rows)["state"] == "accepted"
        assert rows_of("goal_reviews")[0]["outcome"] == "kept"
        assert imported(COORDINATOR, [{**rows[0], "action": "delete"}])["state"] == "accepted"
        assert rows_of("goal_reviews") == [computed]
        answer = imported(COORDINATOR, [{**rows[0], "action": "delete"}])
        assert found_in(answer) == [(1, "goal_id", "not-deleted")]


class TestRemovedRows:
    def test_they_stay_in_their_tables(self) -> None:
        """With the last words and the Stand on which they went; a file as published still changes nothing."""
        step = rows_of("steps")[0]
        imported(
            COORDINATOR,
            [{**{k: step[k] for k in ("measure_id", "step_id")}, "action": "delete"}],
            table="steps",
            as_of="2020-02-01",
        )
        (gone,) = [row for row in rows_of("steps") if row["step_id"] == step["step_id"]]
        assert (gone["text"], gone["position"], str(gone["removed_on"])) == (step["text"], None, "2020-02-01")
        assert imported(COORDINATOR, file_of("steps", "csv"))["state"] == "unchanged"
        changed = [{"measure_id": gone["measure_id"], "step_id": gone["step_id"], "text": "Doch"}]
        assert found_in(imported(COORDINATOR, changed, table="steps")) == [(1, "step_id", "not-changed")]

    def test_a_review_has_the_words_of_its_goal(self) -> None:
        """Also where the goal is gone."""
        goal = rows_of("goals")[0]
        key = {"measure_id": goal["measure_id"], "goal_id": goal["goal_id"]}
        imported(COORDINATOR, [{**key, "action": "delete"}], table="goals", as_of="2020-02-01")
        review = [row for row in rows_of("goal_reviews") if row["goal_id"] == goal["goal_id"]][-1]
        assert (review["measure_id"], review["text"]) == (goal["measure_id"], goal["text"])
        assert review["outcome"] == "dropped"


class TestHistory:
    def test_a_new_row_enters_the_history(self) -> None:
        rows = [
            {"measure_id": "dms", "as_of": "2019-05-01", "status": "planned", "statement": "Nachgetragen"}
        ]
        answer = imported(COORDINATOR, rows, table="status_series")
        assert [c["stand"] for c in answer["changes"]] == ["backdated"]
        assert measure("dms")["status"] == "in_progress"
        assert imported(COORDINATOR, rows, table="status_series")["state"] == "unchanged"

    def test_several_stands_of_one_measure(self) -> None:
        rows = [
            {"measure_id": "dms", "as_of": "2020-03-01", "status": "done", "progress_percent": "100"},
            {"measure_id": "dms", "as_of": "2020-01-01", "status": "in_progress", "progress_percent": "50"},
        ]
        refused = imported(COORDINATOR, rows, table="status_series")
        assert found_in(refused) == [(1, "steps", "rule-error")]
        patch("dms", steps=[])
        answer = imported(COORDINATOR, rows, table="status_series")
        assert {c["as_of"]: c["stand"] for c in answer["changes"]} == {
            "2020-01-01": "new_stand",
            "2020-03-01": "new_stand",
        }
        assert measure("dms")["status"] == "done"

    def test_a_row_that_was_corrected_since(self) -> None:
        old = rows_of("status_series")[0]
        key = {"measure_id": "dms", "as_of": "2019-03-14", "statement_id": str(old["statement_id"])}
        rows = [{**key, "status": "planned"}]
        assert imported(COORDINATOR, rows, table="status_series")["state"] == "accepted"
        assert imported(COORDINATOR, rows, table="status_series")["state"] == "unchanged"
        answer = imported(COORDINATOR, [{**key, "status": "proposed"}])
        assert found_in(answer) == [(1, "status", "not-changed")]

    def test_what_cannot_be(self, subtests: Any) -> None:
        old = rows_of("status_series")[0]
        row = {"measure_id": "dms", "as_of": "2019-03-14", "statement_id": str(old["statement_id"])}
        for change, found in (
            ({"action": "delete"}, ("action", "not-deleted")),
            ({"as_of": "2019-03-15"}, ("as_of", "not-changed")),
            ({"measure_id": "wlan"}, ("measure_id", "not-changed")),
            ({"statement_id": "999999"}, ("statement_id", "unknown-key")),
        ):
            with subtests.test(change=change):
                answer = imported(COORDINATOR, [{**row, "status": "planned", **change}])
                assert (1, *found) in found_in(answer)

    def test_figures_of_the_past(self) -> None:
        """A value of an earlier day enters the history; the present one stays."""
        rows = [
            {
                "measure_id": "dms",
                "indicator_id": INDICATOR,
                "date": "2019-04-01",
                "title": "Plätze",
                "value": "650",
            }
        ]
        answer = imported(COORDINATOR, rows)
        assert [(c["stand"], c["as_of"]) for c in answer["changes"]] == [("backdated", "2019-04-01")]
        assert measure("dms")["indicators"][0]["value"] == 700
        assert imported(COORDINATOR, rows)["state"] == "unchanged"
        corrected = imported(COORDINATOR, [{**rows[0], "date": "2019-03-01", "value": "641"}])
        assert [(c["stand"], c["as_of"]) for c in corrected["changes"]] == [("correction", "2019-03-14")]
        before_all = imported(COORDINATOR, [{**rows[0], "date": "2018-01-01"}])
        assert found_in(before_all) == [(1, "date", "unknown-key")]

    @pytest.mark.parametrize("figure", [INDICATOR, None])
    def test_a_series_keeps_all_its_values(self, figure: str | None) -> None:
        """Each value but the newest has a Stand of its day: none is written over by the next one."""
        told = {"2019-06-30": "660", "2019-10-31": "710", "2020-06-30": "720.5", "2021-06-30": "730"}
        title = "Plätze" if figure else "Portale"
        rows = [
            {"measure_id": "dms", "indicator_id": figure, "date": day, "title": title, "value": value}
            for day, value in told.items()
        ]
        answer = imported(COORDINATOR, rows, as_of="2021-07-01")
        assert (answer["state"], answer["findings"]) == ("accepted", [])
        stands = [(change["stand"], change["as_of"]) for change in answer["changes"]]
        days = ["2019-06-30", "2019-10-31", "2020-06-30", "2021-07-01"]
        assert stands == list(zip(["backdated", "new_stand", "new_stand", "new_stand"], days, strict=True))
        published = {
            str(row["date"]): str(row["value"]) for row in rows_of("indicators") if row["title"] == title
        }
        assert {day: published[day] for day in told} == told
        assert len({row["indicator_id"] for row in rows_of("indicators") if row["title"] == title}) == 1
        newest = next(each for each in measure("dms")["indicators"] if each["title"] == title)
        assert (newest["value"], newest["day"]) == (730, "2021-06-30")

    def test_shifts_are_not_added(self) -> None:
        rows = [{"milestone_id": MILESTONE, "statement_id": "1", "reason": "x"}]
        assert found_in(imported(COORDINATOR, rows)) == [(1, "milestone_id", "unknown-key")]


def stored(name: str) -> dict[str, Any]:
    """Return a dataset as CKAN gives it."""
    context: Any = {"ignore_auth": True, "user": "", "use_cache": False}
    return dict(tk.get_action("package_show")(context, {"id": name}))


def said(value: Any) -> Any:
    """Return a value without what is empty in it: a field may be stored as nothing or not at all."""
    if isinstance(value, dict):
        return {name: told for name, each in value.items() if (told := said(each))}
    return [said(each) for each in value] if isinstance(value, list) else value


def everything() -> dict[str, Any]:
    """Return what the public reads of the measures: tables, catalogue of some days, histories, datasets."""
    show, days = tk.get_action("digitalms_measure_list"), ("2018-01-01", "2019-06-01", "2026-01-01")
    names = [one["measure_id"] for one in show({}, {})["results"]]
    kept = {"metadata_modified"}  # the clock's
    return {
        **{name: rows_of(name) for name in MAPPINGS},
        **{day: show({}, {"cut_off_date": day})["results"] for day in days},
        "history": [tk.get_action("digitalms_measure_history")({}, {"id": name}) for name in names],
        "datasets": [{k: v for k, v in said(stored(name)).items() if k not in kept} for name in names],
    }


class TestUndo:
    def test_it_puts_back_what_was_there(self) -> None:
        before = everything()
        rows = [
            {"measure_id": "dms", "title": "Neu", "status": "planned", "council_references": ""},
            {"measure_id": "neu", "title": "Neu", "status": "planned", "organisation": "citeq"},
            {"measure_id": "fremd", "action": "delete"},
        ]
        done = imported(COORDINATOR, rows, correction=True)
        assert done["state"] == "accepted"
        assert undo(COORDINATOR, done)["state"] == "undone"
        assert everything() == before
        delivery = model.Session.get(Delivery, done["id"])
        delivery.received_at = datetime(2019, 12, 31, 23, 12, tzinfo=UTC)
        model.repo.commit()
        said = r"1\. Januar 2020, 00:12 .* \(put back\)"
        with pytest.raises(tk.ValidationError, match=said):
            undo(COORDINATOR, done)
        with pytest.raises(tk.ValidationError, match=said):
            tk.get_action("digitalms_table_import")({"user": COORDINATOR}, {"import_id": done["id"]})

    def test_a_new_stand_is_gone(self) -> None:
        """Each view at each day is what it was before; who asks what was known then sees what was said."""
        before = everything()
        done = imported(
            EDITOR, [{"measure_id": "dms", "as_of": "2020-01-02", "vision": "Neu"}], table="measures"
        )
        said = tk.get_action("digitalms_measure_show")({}, {"id": "dms"})
        assert (said["vision"], said["as_of"]) == ("Neu", "2020-01-02")
        undo(EDITOR, done)
        assert everything() == before
        known = tk.get_action("digitalms_measure_show")({}, {"id": "dms", "known_at": said["recorded_at"]})
        assert (known["vision"], known["as_of"]) == ("Neu", "2020-01-02")

    def test_a_bulk_due_day_leaves_the_stand(self) -> None:
        """A due day is no news: it makes no Stand, and its undo leaves none."""
        before = everything()
        rows = [{"measure_id": name, "update_due": "2026-12-24"} for name in ("dms", "wlan")]
        done = imported(COORDINATOR, rows, table="measures")
        assert {(c["measure_id"], c["stand"]) for c in done["changes"]} == {
            ("dms", "upkeep"),
            ("wlan", "upkeep"),
        }
        told = everything()
        assert told["status_series"] == before["status_series"]
        days = {row["measure_id"]: row["as_of"] for row in before["measures"]}
        assert {row["measure_id"]: row["as_of"] for row in told["measures"]} == days
        assert measure("dms")["update_due"] == "2026-12-24"
        undo(COORDINATOR, done)
        assert everything() == before

    def test_backdated_statements(self) -> None:
        rows = [{"measure_id": "dms", "as_of": "2019-05-01", "status": "planned"}]
        before = everything()
        undo(EDITOR, imported(EDITOR, rows, table="status_series"))
        assert everything() == before

    def test_a_day_before_all_others(self) -> None:
        """What nobody knew anything of before is as unknown again."""
        before = everything()
        done = imported(
            EDITOR, [{"measure_id": "dms", "as_of": "2017-05-01", "status": "planned"}], table="status_series"
        )
        assert [(c["stand"], c["as_of"]) for c in done["changes"]] == [("backdated", "2017-05-01")]
        undo(EDITOR, done)
        assert everything() == before

    def test_not_where_something_changed_since(self) -> None:
        done = imported(
            COORDINATOR, [{"measure_id": n, "vision": "Neu"} for n in ("dms", "wlan")], table="measures"
        )
        patch("wlan", vision="Später")
        with pytest.raises(tk.ValidationError) as refused:
            undo(COORDINATOR, done)
        assert "wlan" in refused.value.error_dict["import_id"][0]
        assert measure("dms")["vision"] == "Neu"

    def test_only_who_may_change_it(self) -> None:
        done = imported(EDITOR, [{"measure_id": "dms", "vision": "Neu"}], table="measures")
        imported(COORDINATOR, [])
        with pytest.raises(tk.NotAuthorized):
            undo(OTHER, done)


def test_an_import_is_one_kind_of_delivery() -> None:
    """It is listed with the other deliveries and cannot be taken over as one."""
    preview = imported(EDITOR, [{"measure_id": "dms", "title": "Neu"}], table="measures", dry_run=True)
    listed = tk.get_action("digitalms_delivery_list")({"user": EDITOR}, {})["results"]
    assert [(one["id"], one["kind"]) for one in listed] == [(preview["id"], KIND)]
    with pytest.raises(tk.ValidationError):
        tk.get_action("digitalms_delivery_create")({"user": COORDINATOR}, {"delivery_id": preview["id"]})
