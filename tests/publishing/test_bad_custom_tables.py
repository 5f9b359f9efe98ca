"""Bad tables and schemas of somebody's own, over HTTP, and what happens at the same moment."""

from __future__ import annotations

import csv
import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import openpyxl
import pytest
import sqlalchemy as sa
from at_once import at_once, kinds_of
from bad_files import FILES, NAMES, Table, assert_refused_at, assert_told, upload, workbook
from ckan import model
from ckan.tests.helpers import call_action

from ckanext.digitalms.model import Delivery, StatementRow
from ckanext.digitalms.publishing import custom_tables, releases

pytestmark = [
    pytest.mark.usefixtures("with_plugins", "catalogue", "releases_at"),
    pytest.mark.ckan_config("ckanext.digitalms.custom_table.max_rows", 5_000),
]

ACTION = "/api/action/digitalms_dataset_draft_create"
DATA = "/digitalisierung/daten/datensatz"
OWN = Table(["AGS", "Wert", "Ort"], [["05515000", "1,5", "Münster"], ["05554004", "2,5", "Ahaus"]])


@pytest.fixture
def post(sender):
    """Send a table as the coordinator; gives code and answer."""
    return sender(ACTION)


def act(name: str, user: str, **told: Any) -> dict[str, Any]:
    return tk.get_action(f"digitalms_dataset_{name}")({"user": user}, told)


def published(user: str, content: bytes, **told: Any) -> dict[str, Any]:
    told = {"filename": "orte.csv", "organisation": "citeq", **told}
    draft = act("draft_create", user, content=content, **told)
    assert draft["is_valid"], draft["report"]["findings"]
    return act("publish", user, id=draft["id"])


def refused_causes(answer: Any) -> set[tuple[str, int | None, str | None]]:
    found = answer["result"]["report"]["findings"]
    assert all(each["message"] and each["remedy"] for each in found)
    return {(each["cause"], each["row"], each["field"]) for each in found if each["severity"] == "error"}


def test_files(post, personas, subtests):
    """Each bad file stays a draft that says what is wrong, and is never published."""
    for name, bad in FILES.items():
        with subtests.test(file=name):
            code, answer = post(upload=upload(bad.make(OWN)), organisation="citeq")
            assert code == 200, answer
            draft = answer["result"]
            model.Session.rollback()
            assert_told(bad, dict(model.Session.get(Delivery, draft["id"]).report))
            assert draft["is_valid"] != bool(bad.causes)
            if bad.causes:
                with pytest.raises(tk.ValidationError):
                    act("publish", personas["coordinator"], id=draft["id"])
                assert releases.finished(custom_tables.group_of(draft["id"])) == []
    assert model.Session.query(model.Package).count() == 0


class TestCells:
    SCHEMA = json.dumps(
        {"fields": [{"name": "ags"}, {"name": "wert", "type": "number"}, {"name": "tag", "type": "date"}]}
    )

    def test_no_numbers(self, post, subtests):
        for cell in ("1e999", "NaN", "=1+1", "1_0", "٣", "0x10"):
            content = f"ags;wert;tag\n05515000;{cell};2019-12-31\n".encode()
            with subtests.test(cell=cell):
                _, answer = post(upload=upload(content), schema=self.SCHEMA)
                assert refused_causes(answer) == {("type-error", 2, "wert")}

    def test_no_days(self, post, subtests):
        for day in ("0000-00-00", "2020-02-30", "30.02.2020", "99999-01-01", "=1+1"):
            content = f"ags;wert;tag\n05515000;1;{day}\n".encode()
            with subtests.test(day=day):
                _, answer = post(upload=upload(content), schema=self.SCHEMA)
                assert refused_causes(answer) == {("type-error", 2, "tag")}

    def test_what_json_alone_can_say(self, post, subtests):
        """No number, and never a valid one."""
        for told in ("NaN", "Infinity", '{"a": [1]}', "[[1]]", "1e999999999"):
            content = f'[{{"ags": "05515000", "wert": {told}, "tag": "2019-12-31"}}]'.encode()
            with subtests.test(told=told):
                _, answer = post(upload=upload(content, "a.json"), schema=self.SCHEMA)
                assert refused_causes(answer) == {("type-error", 1, "wert")}
                assert not answer["result"]["is_valid"]

    def test_an_ags_without_its_zero(self, post):
        """Row, value and what to do; as a text the table is still valid."""
        book = workbook([OWN.header, [5515000, 1.5, "Münster"], ["05554004", 2.5, "Ahaus"]])
        _, answer = post(upload=upload(book))
        [finding] = [f for f in answer["result"]["report"]["findings"] if f["cause"] == "lost-zero"]
        assert (finding["row"], finding["field"], finding["found"]) == (2, "ags", "5515000")
        assert finding["remedy"]


FORMULAS = ["=1+1", "+49 251", "-5 Grad", "@amt", '=HYPERLINK("http://x")', "'=x", "''", "=cmd|' /C calc'!A0"]


class TestFormulas:
    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_in_every_cell(self, app, personas, form):
        """Harmless where a spreadsheet would run them, unchanged elsewhere and when they return."""
        header = ["eins", "zwei"]
        rows = [[formula, f"{formula} {place}"] for place, formula in enumerate(FORMULAS)]
        content = Table(header, rows).csv().encode()
        if form == "xlsx":
            book = openpyxl.Workbook()
            for number, row in enumerate([header, *rows], 1):
                for place, text in enumerate(row, 1):
                    cell = book.active.cell(number, place)
                    cell.value, cell.data_type = text, "s"
            out = io.BytesIO()
            book.save(out)
            content = out.getvalue()
        done = published(personas["coordinator"], content, title="Formeln")
        files = {end: app.get(f"{DATA}/formeln.{end}").data for end in ("csv", "excel.csv", "xlsx", "json")}
        assert list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"), newline="")))[1:] == rows
        assert [list(row.values()) for row in json.loads(files["json"])] == rows
        excel = list(
            csv.reader(io.StringIO(files["excel.csv"].decode("utf-8-sig"), newline=""), delimiter=";")
        )
        assert all(cell[0] == "'" for row in excel[1:] for cell in row)
        sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
        cells = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows(min_row=2)]
        assert cells == [[(text, "s") for text in row] for row in rows]
        stored = call_action(
            "datastore_search", resource_id=custom_tables.resource_id(done["id"], "csv"), sort="_id"
        )
        assert [[row["eins"], row["zwei"]] for row in stored["records"]] == rows
        for ending, data in files.items():
            again = published(personas["coordinator"], data, dataset=done["name"], filename=f"x.{ending}")
            assert again["change"] == "unchanged", ending


@pytest.fixture
def listener() -> Iterator[tuple[str, list[Any]]]:
    """A socket that notes who connects."""
    seen: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        is_over = threading.Event()

        def listen() -> None:
            while not is_over.is_set():
                try:
                    line, address = server.accept()
                except TimeoutError:
                    continue
                seen.append(address)
                line.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/schema.json", seen
        is_over.set()
        thread.join()


SCHEMAS: dict[str, Callable[[str], Any]] = {
    "address instead of a schema": lambda url: url,
    "address in quotation marks": lambda url: f'"{url}"',
    "profile": lambda url: json.dumps({"$schema": url, "fields": [{"name": "ags"}]}),
    "old profile": lambda url: json.dumps({"profile": url, "fields": [{"name": "ags"}]}),
    "fields by reference": lambda url: json.dumps({"fields": {"$ref": url}}),
    "field by reference": lambda url: json.dumps({"fields": [{"$ref": url}]}),
    "constraint by reference": lambda url: json.dumps(
        {"fields": [{"name": "ags", "constraints": {"$ref": url}}]}
    ),
    "path": lambda url: json.dumps({"path": url}),
    "foreign key elsewhere": lambda url: json.dumps(
        {
            "fields": [{"name": "ags"}],
            "foreignKeys": [{"fields": "ags", "reference": {"resource": url, "fields": "a"}}],
        }
    ),
    "foreign key to itself": lambda url: json.dumps(
        {
            "fields": [{"name": "ags"}],
            "foreignKeys": [{"fields": "ags", "reference": {"resource": "", "fields": "ags"}}],
        }
    ),
    "itself": lambda url: json.dumps({"$ref": "#", "fields": [{"name": "ags"}]}),
    "a field of itself": lambda url: json.dumps(
        {"fields": [{"name": "ags", "items": {"$ref": "#/fields/0"}}]}
    ),
    "a file of the server": lambda url: json.dumps(
        {"$schema": "file:///etc/passwd", "fields": [{"name": "a"}]}
    ),
}


class TestSchemas:
    @pytest.mark.parametrize("as_file", [False, True])
    def test_nothing_is_fetched(self, post, listener, subtests, as_file):
        """Refused with a sentence at the field; nobody was asked for anything."""
        url, seen = listener
        for name, make in SCHEMAS.items():
            with subtests.test(schema=name):
                told = make(url)
                schema = upload(told.encode(), "schema.json") if as_file else told
                code, answer = post(upload=upload(OWN.csv().encode()), schema=schema)
                assert code == 409, answer
                assert set(answer["error"]) - {"__type"} == {"schema"}
                assert answer["error"]["schema"][0]
        assert seen == []
        assert model.Session.query(Delivery).count() == 0

    def test_what_only_looks_like_an_address(self, post, listener):
        """In a description or example it is a text."""
        url, seen = listener
        schema = {"fields": [{"name": "ags", "description": url, "example": url, "rdfType": url}]}
        content = f"ags\n{url}\n"
        code, answer = post(upload=upload(content.encode()), schema=json.dumps(schema))
        assert (code, answer["result"]["is_valid"]) == (200, True)
        assert seen == []

    def test_a_workbook_that_refers_elsewhere(self, post, listener):
        """Links and pictures of a workbook are not followed."""
        url, seen = listener
        book = openpyxl.Workbook()
        book.active.append(["ags", "wert"])
        book.active.append(["05515000", "x"])
        book.active["B2"].hyperlink = url
        out = io.BytesIO()
        book.save(out)
        code, answer = post(upload=upload(out.getvalue()))
        assert (code, answer["result"]["is_valid"]) == (200, True)
        assert seen == []

    def test_a_listener_hears(self, listener):
        """The proof proves something."""
        url, seen = listener
        socket.create_connection(("127.0.0.1", int(url.split(":")[2].split("/")[0]))).close()
        for _ in range(50):
            if seen:
                break
            threading.Event().wait(0.1)
        assert len(seen) == 1

    def test_a_column_of_a_newer_version(self, post):
        """What a schema does not know is told and not read."""
        schema = json.dumps({"fields": [{"name": "ags"}, {"name": "wert"}, {"name": "ort"}]})
        later = Table([*OWN.header, "Neu"], [[*row, "x"] for row in OWN.rows])
        _, answer = post(upload=upload(later.csv().encode()), schema=schema)
        told = [(f["cause"], f["row"], f["field"]) for f in answer["result"]["report"]["findings"]]
        assert told == [("extra-label", 1, "Neu")]


class TestRequests:
    def test_names_of_files(self, post, personas, subtests):
        """A name becomes a title, never a path; also the file as uploaded has it."""
        for name in NAMES:
            with subtests.test(name=name[:40]):
                code, answer = post(upload=upload(OWN.csv().encode(), name), organisation="citeq", title="T")
                assert code in {200, 409}
                if code == 200:
                    assert 0 < len(answer["result"]["filename"]) <= 200
                    done = act("publish", personas["coordinator"], id=answer["result"]["id"])
                    assert done["change"] == "published"

    @pytest.mark.parametrize("kind", ["image/png", "application/json", ""])
    def test_any_content_type(self, post, kind):
        code, answer = post(upload=(*upload(OWN.csv().encode()), kind))
        assert (code, answer["result"]["is_valid"]) == (200, True)

    def test_what_is_missing_or_there_twice(self, post, subtests):
        changes: list[tuple[dict[str, Any], str]] = [
            ({"upload": None}, "upload"),
            ({"upload": "kein Anhang"}, "upload"),
            ({"schema": "{"}, "schema"),
            ({"schema": ["{}", "{}"]}, "schema"),
            ({"schema_of": "gibt-es-nicht"}, "schema_of"),
            ({"contact_email": "kein Postfach"}, "contact_email"),
            ({"license_id": "meine"}, "license_id"),
            ({"license_id": ["cc-by", "cc-zero"]}, "license_id"),
            ({"name": "../x"}, "name"),
            ({"encoding": "ebcdic"}, "encoding"),
        ]
        for change, field in changes:
            with subtests.test(change=change):
                told = {"upload": upload(OWN.csv().encode()), **change}
                assert_refused_at(field, post, told)
        assert model.Session.query(Delivery).count() == 0

    def test_titles_make_names(self, personas, subtests):
        """Also one letter, signs and other scripts."""
        for title in ("T", "Ü", "!", "東", "🏛️", "x" * 200):
            with subtests.test(title=title):
                done = published(personas["coordinator"], OWN.csv().encode(), title=title)
                assert done["change"] == "published"


class TestPurge:
    @pytest.mark.parametrize("turn", range(4))
    def test_of_a_dataset_while_a_version_is_published(self, app, personas, releases_at, turn):
        """Whoever comes first: nothing of the dataset is left, or nothing of the version."""
        first = published(personas["coordinator"], OWN.csv().encode())
        changed = OWN.csv(rows=[["05515000", "9,5", "Münster"]]).encode()
        draft = act("draft_create", personas["coordinator"], content=changed, dataset=first["name"])
        resource = custom_tables.resource_id(first["id"], "csv")
        ends = at_once(
            app,
            lambda: act("publish", personas["coordinator"], id=draft["id"]),
            lambda: tk.get_action("dataset_purge")({"user": personas["sysadmin"]}, {"id": first["id"]}),
        )
        assert kinds_of(ends)[1] == "done"
        releases.recover()
        assert model.Package.get(first["id"]) is None
        assert releases.finished(custom_tables.group_of(first["id"])) == []
        assert list(releases_at.iterdir()) == []
        with pytest.raises(tk.ObjectNotFound):
            call_action("datastore_search", resource_id=resource)

    # who of the two is first differs from time to time
    @pytest.mark.parametrize("turn", [0, *(pytest.param(n, marks=pytest.mark.thorough) for n in (1, 2))])
    def test_of_a_measure_while_the_open_tables_are_published(
        self, app, personas, make_measure, open_data, assert_whole, turn
    ):
        """A release is of one moment: the measure is in all of its tables or in none."""
        kept = make_measure(name="dms", statement="bleibt")
        gone = make_measure(name="weg", title="Weg", statement="geht")
        releases.publish()
        tk.get_action("package_patch")(
            {"ignore_auth": True, "user": ""}, {"id": kept["id"], "statement": "neu"}
        )
        ends = at_once(
            app,
            releases.publish,
            lambda: tk.get_action("dataset_purge")({"user": personas["sysadmin"]}, {"id": gone["id"]}),
        )
        assert kinds_of(ends) == ["done", "done"]
        rows = assert_whole()
        tables = {
            name: {row["measure_id"] for row in rows[name]} for name in ("measures", "status_series", "steps")
        }
        assert len({frozenset(told) for told in tables.values()}) == 1
        releases.publish()
        assert {row["measure_id"] for row in assert_whole()["measures"]} == {"dms"}
        query = sa.select(StatementRow.content).where(StatementRow.package_id == gone["id"])
        assert model.Session.scalars(query.order_by(StatementRow.statement_id.desc())).first() in (None, {})
