"""Bad deliveries of coverage and progress, over HTTP, by page, by command and from an address."""

from __future__ import annotations

import json
import re
import resource
from functools import partial
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from at_once import at_once
from bad_files import FILES, NAMES, ONE_OF_EACH_KIND, Table, assert_told, upload, workbook
from ckan import model
from ckan.cli.cli import ckan as ckan_command
from ckan.tests.helpers import call_action
from pytest_httpserver import HTTPServer
from test_coverage_harvest import run_source
from werkzeug import Request, Response

from ckanext.digitalms.model import CoverageArea, CoverageEdition, Delivery, StatementRow
from ckanext.digitalms.validation.findings import Report

pytestmark = [
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.ckan_config("ckanext.digitalms.fetch.allowed_networks", "127.0.0.0/8"),
    pytest.mark.ckan_config("ckanext.digitalms.upload.max_rows", 5_000),
]

ACTION = "/api/action/digitalms_delivery_create"
COVERAGE = Table(
    ["AGS", "alle Technologien ≥ 30 Mbit/s", "DSL ≥ 30 Mbit/s"],
    [["05515000", "96.51", "93.62"], ["05554004", "91.95", "87.04"]],
)
PROGRESS = Table(
    ["measure_id", "as_of", "statement"], [["dms", "2019-12-31", "gut"], ["wlan", "2019-12-31", "fein"]]
)
AREAS = json.dumps(
    {"features": [{"properties": {"AGS": key, "GEN": key}} for key in ("05515000", "05554004")]}
)
ABOUT = {"edition": "2019-06", "customer": "private", "base": "households", "source": "© BNetzA"}
# in a column of figures a text is no share, whatever else it is
NO_SHARE = {"a number without end": frozenset({"type-error"})}


@pytest.fixture
def measures(make_measure):
    make_measure()
    make_measure(name="wlan", title="WLAN")


@pytest.fixture
def post(sender):
    """Send a delivery as the coordinator; gives code and answer."""
    return sender(ACTION)


def stored() -> tuple[list[Any], int]:
    """Everything that a delivery could have changed."""
    model.Session.rollback()
    figures = model.Session.execute(sa.select(CoverageArea.area_code, CoverageArea.shares)).all()
    return figures, model.Session.scalar(sa.select(sa.func.count()).select_from(StatementRow))


def report_of(answer: Any) -> dict[str, Any]:
    model.Session.rollback()
    return dict(model.Session.get(Delivery, answer["result"]["id"]).report)


class TestFiles:
    def test_coverage(self, post, subtests):
        """Each bad file is refused with what, where and what to do; what is only unusual is read."""
        for name, bad in FILES.items():
            other = NO_SHARE.get(name, frozenset())
            with subtests.test(file=name):
                told = {"upload": upload(bad.make(COVERAGE)), "areas": AREAS, "kind": "coverage", **ABOUT}
                told["dry_run"] = "false" if bad.causes | other else "true"
                code, answer = post(**told)
                assert code == 200, answer
                assert (answer["result"]["state"] == "refused") == bool(bad.causes | other)
                assert_told(bad, report_of(answer), other)
                assert stored() == ([], 0)

    def test_progress(self, measures, post, subtests):
        before = stored()
        for name, bad in FILES.items():
            with subtests.test(file=name):
                dry = "false" if bad.causes else "true"
                code, answer = post(upload=upload(bad.make(PROGRESS)), kind="progress", dry_run=dry)
                assert code == 200, answer
                assert (answer["result"]["state"] == "refused") == bool(bad.causes)
                assert_told(bad, report_of(answer))
                assert stored() == before


def told(table: Table, post: Any, rows: Any, **more: Any) -> set[tuple[str, int | None, str | None]]:
    content = rows if isinstance(rows, bytes) else table.csv(rows=rows).encode()
    extra = {"areas": AREAS, "kind": "coverage", **ABOUT} if table is COVERAGE else {"kind": "progress"}
    code, answer = post(**{**extra, "upload": upload(content), **more})
    assert code == 200, answer
    found = answer["result"]["report"]["findings"]
    assert all(each["message"] and each["remedy"] for each in found)
    return {(each["cause"], each["row"], each["field"]) for each in found if each["severity"] == "error"}


class TestCells:
    @pytest.mark.parametrize("cell", ["=1+1", "1e999", "-0", "NaN", "Infinity", "1_0", "٣", "0x10"])
    def test_no_shares(self, post, cell):
        title = COVERAGE.header[1]
        found = told(COVERAGE, post, [["05515000", cell, "0"], *COVERAGE.rows[1:]])
        assert found == {("type-error", 2, title)}
        assert stored() == ([], 0)

    def test_formulas_in_every_cell(self, post):
        """Of a CSV, and of a workbook that was never calculated."""
        formulas = [["=A1", "=B1+1", "=HYPERLINK(1)"], ["=A2", "@x", "+1+1"]]
        causes = {cause for cause, _, _ in told(COVERAGE, post, formulas)}
        assert causes == {"constraint-pattern", "type-error"}
        book = workbook([COVERAGE.header, *formulas])
        assert "formula-without-value" in {cause for cause, _, _ in told(COVERAGE, post, book)}
        assert stored() == ([], 0)

    @pytest.mark.parametrize(
        "day", ["0000-00-00", "2020-02-30", "30.02.2020", "31.12.99999", "1e999", "=1+1"]
    )
    def test_no_days(self, measures, post, day):
        before = stored()
        found = told(PROGRESS, post, [["dms", day, "x"], *PROGRESS.rows[1:]])
        assert found == {("type-error", 2, "as_of")}
        assert stored() == before

    def test_formulas_are_texts_where_texts_belong(self, measures, post):
        """They come in and go out unchanged; in the CSV for Excel they are harmless."""
        code, answer = post(
            upload=upload(PROGRESS.csv(rows=[["dms", "2019-12-31", "=1+1"]]).encode()), kind="progress"
        )
        assert (code, answer["result"]["state"]) == (200, "accepted")
        assert call_action("digitalms_measure_show", id="dms")["statement"] == "=1+1"

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ([["5515000", "9", "8"], ["05554004", "9", "8"]], "5515000 has lost its leading zero"),
            (workbook([COVERAGE.header, [5515000, 9, 8], ["05554004", 9, 8]]), "as text it is “05515000”"),
        ],
    )
    def test_an_ags_without_its_zero(self, post, rows, words):
        """Row, value and what to do."""
        content = rows if isinstance(rows, bytes) else COVERAGE.csv(rows=rows).encode()
        _, answer = post(upload=upload(content), areas=AREAS, kind="coverage", **ABOUT)
        found = Report.from_json(report_of(answer)).findings
        [finding] = [one for one in found if one.field == "AGS"]
        assert (finding.row, finding.found) == (2, "5515000")
        assert words in str(finding.message)
        assert "as text" in str(finding.advice)

    def test_an_older_edition_stands_beside_the_newest(self, post):
        """It does not take its place."""
        for edition in ("2019-06", "2018-12"):
            told(COVERAGE, post, COVERAGE.rows, edition=edition, confirm="true")
        editions = model.Session.scalars(sa.select(CoverageEdition.edition)).all()
        assert sorted(editions) == ["2018-12", "2019-06"]

    def test_an_export_of_a_newer_version(self, measures, post):
        """A column that is not known yet: refused where it may be a figure, told where it is read past."""
        newer = Table([*COVERAGE.header, "6G ≥ 10000 Mbit/s"], [[*row, "1"] for row in COVERAGE.rows])
        found = told(COVERAGE, post, newer.csv().encode())
        assert found == {("unknown-label", 1, "6G ≥ 10000 Mbit/s")}
        later = Table([*PROGRESS.header, "mood"], [[*row, "gut"] for row in PROGRESS.rows])
        _, answer = post(upload=upload(later.csv().encode()), kind="progress", dry_run="true")
        assert [(f["cause"], f["field"]) for f in answer["result"]["report"]["findings"]] == [
            ("extra-label", "mood")
        ]


class TestRequests:
    def test_names_of_files(self, post, subtests):
        """A name is shown, never used as a path, and not longer than a line."""
        for name in NAMES:
            with subtests.test(name=name[:40]):
                told = {"areas": AREAS, "kind": "coverage", **ABOUT, "dry_run": "true"}
                code, answer = post(**told, upload=upload(COVERAGE.csv().encode(), name))
                assert code in {200, 409}
                if code == 200:
                    kept = answer["result"]["filename"]
                    assert 0 < len(kept) <= 200
                    assert not set(kept) & set("\0\r\n")

    @pytest.mark.parametrize("kind", ["image/png", "text/html", "application/json", "x" * 300, ""])
    def test_any_content_type(self, post, kind):
        """What a file says of itself counts for nothing; its bytes do."""
        file = (*upload(COVERAGE.csv().encode()), kind)
        code, answer = post(upload=file, areas=AREAS, kind="coverage", **ABOUT, dry_run="true")
        assert (code, answer["result"]["state"]) == (200, "received")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"upload": "kein Anhang"}, "upload"),
            ({"upload": ""}, "upload"),
            ({"upload": None}, "upload"),
            ({"areas": "["}, "areas"),
            ({"edition": ["2019-06", "2018-12"]}, "edition"),
            ({"customer": ["private", "private"]}, "customer"),
            ({"edition": "0000-00"}, "edition"),
        ],
    )
    def test_what_is_missing_or_there_twice(self, post, change, field):
        told = {"upload": upload(COVERAGE.csv().encode()), "areas": AREAS, "kind": "coverage", **ABOUT}
        told = {name: value for name, value in {**told, **change}.items() if value is not None}
        code, answer = post(**told)
        assert code == 409, answer
        assert set(answer["error"]) - {"__type"} == {field}
        assert stored() == ([], 0)

    def test_two_files_in_one_field(self, post):
        """Only one is read: it is asked for one."""
        files = [upload(COVERAGE.csv().encode()), upload(b"x")]
        code, answer = post(upload=files, areas=AREAS, kind="coverage", **ABOUT, dry_run="true")
        assert code in {200, 409}, answer

    def test_what_was_typed_stays(self, post):
        """The form comes back with its fields and the sentence at its place."""
        page = "/en/digitalisierung/datenqualitaet/versorgung-hochladen"
        code, answer = post(page, source="© Wir <b>", edition="Mitte 2019", customer="private")
        assert code == 200, answer.body
        assert "© Wir &lt;b&gt;" in answer.body
        assert "Mitte 2019" in answer.body
        assert "is no edition" in answer.body
        assert "There is no file" in answer.body


class TestCommand:
    @pytest.mark.parametrize(
        "words", [["harvest", "coverage"], ["harvest", "progress"], ["import-table", "goals"]]
    )
    def test_a_file_of_two_gigabytes(self, cli, personas, tmp_path, words):
        """No more than the limit is read of it."""
        large = tmp_path / "a.csv"
        with large.open("wb") as file:
            file.truncate(20 * 10**6 + 2 * 10**9)
        options = [word for name, value in ABOUT.items() for word in (f"--{name}", value)]
        options += ["--areas", str(large)]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        command = ["digitalms", *words, str(large), *(options if "coverage" in words else [])]
        done = cli.invoke(ckan_command, command)
        assert done.exit_code == 1, done.output
        assert re.search(r"größer als 20 MB|larger than 20 MB", " ".join(done.output.split()))
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
        assert stored() == ([], 0)
        assert model.Session.query(Delivery).count() == 0

    @pytest.mark.parametrize("way", ["path", "address"])
    def test_files(self, cli, personas, tmp_path, httpserver: HTTPServer, subtests, way):
        """Exit code 1 and a sentence for bad files, also for those that lie at an address."""
        (tmp_path / "a.geojson").write_text(AREAS)
        options = [word for name, value in ABOUT.items() for word in (f"--{name}", value)]
        options += ["--areas", str(tmp_path / "a.geojson")]
        # the reader is shown all of them by `TestFiles`; a call of the command takes seconds
        for name, bad in list(ONE_OF_EACH_KIND.items())[0 if way == "path" else 1 :: 2]:
            is_bad = bool(bad.causes | NO_SHARE.get(name, frozenset()))
            file, content = tmp_path / "a.csv", bad.make(COVERAGE)
            file.write_bytes(content)
            httpserver.clear()
            httpserver.expect_request("/a.csv").respond_with_data(content, content_type="text/csv")
            place = str(file) if way == "path" else httpserver.url_for("/a.csv")
            with subtests.test(file=name):
                words = ["digitalms", "harvest", "coverage", place, *options]
                done = cli.invoke(ckan_command, [*words, *([] if is_bad else ["--dry-run"])])
                assert done.exit_code == int(is_bad), done.output
                assert done.exception is None or isinstance(done.exception, SystemExit)
                assert done.output.strip()
                assert stored() == ([], 0)

    def test_a_source(self, personas, open_data, httpserver: HTTPServer, subtests):
        """A run tells the owner what is wrong with what lies at the address, and changes nothing."""
        config = {**ABOUT, "areas": httpserver.url_for("/a.json")}
        source = {
            "url": httpserver.url_for("/a.csv"), "name": "quelle", "title": "Quelle",
            "source_type": "digitalms_coverage", "owner_org": open_data["id"], "config": json.dumps(config),
        }  # fmt: skip
        made = tk.get_action("harvest_source_create")({"user": personas["sysadmin"]}, source)
        for name, bad in ONE_OF_EACH_KIND.items():
            if not bad.causes:
                continue
            httpserver.clear()
            httpserver.expect_request("/a.csv").respond_with_data(bad.make(COVERAGE), content_type="text/csv")
            httpserver.expect_request("/a.json").respond_with_data(AREAS)
            with subtests.test(file=name):
                assert run_source(made["id"])
                assert stored() == ([], 0)


class TestAddress:
    @pytest.mark.parametrize("is_told", [True, False])
    def test_two_gigabytes(self, httpserver: HTTPServer, cli, personas, tmp_path, is_told):
        """The length that is told is enough; without one it ends at the limit."""
        sent = []

        def endless(request: Request) -> Response:
            def blocks() -> Any:
                for _ in range(2020):
                    sent.append(1)
                    yield bytes(10**6)

            answer = Response(blocks(), mimetype="text/csv")
            if is_told:
                answer.content_length = 2020 * 10**6
            return answer

        httpserver.expect_request("/t.csv").respond_with_handler(endless)
        (tmp_path / "a.geojson").write_text(AREAS)
        options = [word for name, value in ABOUT.items() for word in (f"--{name}", value)]
        words = ["digitalms", "harvest", "coverage", httpserver.url_for("/t.csv"), *options]
        done = cli.invoke(ckan_command, [*words, "--areas", str(tmp_path / "a.geojson")])
        assert done.exit_code == 1, done.output
        assert "20 MB" in done.output
        assert len(sent) < 60
        assert stored() == ([], 0)


class TestTogether:
    def delivered(self, app: Any, user: str, calls: list[dict[str, Any]]) -> list[str]:
        """Deliver at the same moment; gives what became of each."""
        action = tk.get_action("digitalms_delivery_create")
        ends = at_once(app, *(partial(action, {"user": user}, told) for told in calls))
        return [end["state"] for end in ends]

    def test_two_deliveries_of_progress(self, app, measures, personas):
        """Whoever comes second corrects: both measures say the same, and nothing is there twice."""
        rows = [[["dms", "2019-12-31", word], ["wlan", "2019-12-31", word]] for word in ("Eins", "Zwei")]
        told = [{"kind": "progress", "content": PROGRESS.csv(rows=each)} for each in rows]
        before = stored()[1]
        states = self.delivered(app, personas["coordinator"], told)
        assert states == ["accepted", "accepted"]
        said = {call_action("digitalms_measure_show", id=name)["statement"] for name in ("dms", "wlan")}
        assert said in ({"Eins"}, {"Zwei"})
        assert stored()[1] == before + 4

    def test_the_same_delivery_twice(self, app, measures, personas):
        """Nothing is said twice."""
        before = stored()[1]
        told = [{"kind": "progress", "content": PROGRESS.csv()}] * 2
        states = self.delivered(app, personas["coordinator"], told)
        assert "accepted" in states
        assert set(states) <= {"accepted", "unchanged"}
        assert stored()[1] == before + 2

    def test_two_deliveries_of_one_edition(self, app, personas):
        """Both are told what became of them, and the edition is one of the two, whole."""
        told = [
            {"kind": "coverage", "content": COVERAGE.csv(rows=rows), "areas": AREAS, **ABOUT}
            for rows in (COVERAGE.rows, [[row[0], "50", "40"] for row in COVERAGE.rows])
        ]
        states = self.delivered(app, personas["coordinator"], told)
        assert states == ["accepted", "accepted"]
        model.Session.rollback()
        (counts,) = model.Session.query(CoverageEdition).filter(CoverageEdition.ended_at.is_(None))
        figures = model.Session.query(CoverageArea).filter_by(edition_id=counts.edition_id).all()
        assert sorted(len(row.shares) for row in figures) == [2, 2]
        assert len({tuple(row.shares) == (50, 40) for row in figures}) == 1
        assert model.Session.query(CoverageEdition).count() == 2, "the other one is kept for who asks"
