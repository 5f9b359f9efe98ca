"""The addresses for scripts, over HTTP."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import threading

import ckan.plugins.toolkit as tk
import pandas as pd
import pytest
from frictionless import Package
from werkzeug.serving import make_server

from ckanext.digitalms.publishing import releases
from ckanext.digitalms.tables.open_tables import ALL_TABLES, TABLES

DATA = "/digitalisierung/daten"


@pytest.fixture
def published(once_published, make_measure, open_data):
    def make():
        make_measure(statement="Äöü; „ß“ " * 300)
        make_measure(name="strategie", title="Strategie", status="planned")
        releases.publish()

    once_published("two measures, a long one", make)
    return releases.current().release_id


def test_formats(published, app):
    """Every table in every format, with its media type, length, name and a tag."""
    types = {
        "csv": "text/csv; charset=utf-8",
        "excel.csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "json": "application/json",
        "schema.json": "application/json",
    }
    for table in TABLES:
        for ending, media_type in types.items():
            answer = app.get(f"{DATA}/{table}.{ending}")
            assert answer.status_code == 200
            assert answer.headers["Content-Type"] == media_type
            assert answer.headers["Content-Length"] == str(len(answer.data))
            assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.data).hexdigest()}"'
            assert f"{table}.{ending}" in answer.headers["Content-Disposition"]
            assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_ranges_and_tags(published, app):
    """A part of a file, and nothing where the reader has it already."""
    whole = app.get(f"{DATA}/measures.csv")
    part = app.get(f"{DATA}/measures.csv", headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.data) == (206, whole.data[5:10])
    assert part.headers["Content-Range"] == f"bytes 5-9/{len(whole.data)}"
    beyond = app.get(f"{DATA}/measures.csv", headers={"Range": "bytes=999999-"}, status=416)
    assert beyond.status_code == 416
    same = app.get(f"{DATA}/measures.csv", headers={"If-None-Match": whole.headers["ETag"]}, status=304)
    assert same.status_code == 304
    assert app.test_client().head(f"{DATA}/measures.csv").headers["Content-Length"] == str(len(whole.data))


def test_gzip_where_it_is_asked_for(published, app):
    """A packed copy for readers that ask, with a tag of its own; a range is of the plain file."""
    plain = app.get(f"{DATA}/status_series.json")
    assert "Content-Encoding" not in plain.headers
    packed = app.get(f"{DATA}/status_series.json", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    tag = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert app.get(f"{DATA}/status_series.json", headers=tag, status=304).data == b""
    part = app.get(f"{DATA}/status_series.json", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-4"})
    assert (part.status_code, part.data) == (206, plain.data[:5])
    refused = app.get(f"{DATA}/status_series.json", headers={"Accept-Encoding": "gzip;q=0, *"})
    assert "Content-Encoding" not in refused.headers


def test_a_release_stays(published, app):
    """A release's address gives the same bytes after the next release, and may be kept for good."""
    address = f"{DATA}/status_series/{published}/status_series.csv"
    before = app.get(address)
    tk.get_action("digitalms_statement_create")(
        {"ignore_auth": True, "user": ""}, {"id": "dms", "as_of": "2019-06-01", "statement": "neu"}
    )
    releases.publish()
    after = app.get(address)
    assert after.data == before.data
    assert "no-cache" in after.headers["Cache-Control"]
    current = app.get(f"{DATA}/status_series.csv")
    assert current.data != before.data
    assert "no-cache" in current.headers["Cache-Control"]


def test_pages(published, app):
    """The list of tables and the list of a table's releases."""
    assert "Statusreihe" in app.get(f"{DATA}/").body
    page = app.get(f"{DATA}/steps/")
    assert published in page.body
    assert app.get(f"{DATA}/steps", follow_redirects=False).status_code in {301, 302, 308}


NOT_THERE = [
    "gibt-es-nicht.csv",
    "measures.doc",
    "measures.",
    "gibt-es-nicht/",
    "measures/2019/measures.csv",
    "measures/../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%00.csv",
    "ä.csv",
]


def test_what_is_not_there(published, app):
    """A page that says what there is; never a file from outside a release."""
    outside = [
        f"measures/{published}/{name}" for name in ("../refused.json", "..%2F..%2Fetc%2Fpasswd", "m.doc")
    ]
    for path in NOT_THERE + outside:
        assert app.get(f"{DATA}/{path}").status_code == 404, path
    assert "measures" in app.get(f"{DATA}/measures.doc").body


def test_before_the_first_release(releases_at, app):
    answer = app.get(f"{DATA}/measures.csv")
    assert answer.status_code == 404
    assert "der Maßnahmen sind noch nicht veröffentlicht" in answer.body
    assert app.get(f"{DATA}/").status_code == 200
    assert app.get(f"{DATA}/measures/").status_code == 200


def test_a_table_that_was_never_published(published, app):
    """It is said of that table why it is not there, and which tables are."""
    for name in ("mobile_coverage.csv", "mobile_coverage.schema.json", "mobile_coverage.xlsx"):
        answer = app.get(f"{DATA}/{name}")
        assert answer.status_code == 404
        assert f"({name}) wurde noch nie veröffentlicht" in answer.body
        assert "Mobilfunk" in answer.body
        assert "noch keine Ausgabe davon" in answer.body
        assert "measures, status_series" in answer.body
        assert "sind noch nicht veröffentlicht" not in answer.body


def test_readers(published, app):
    """pandas and json read what the addresses give."""
    frame = pd.read_csv(io.BytesIO(app.get(f"{DATA}/status_series.csv").data))
    assert list(frame["measure_id"]) == ["dms", "strategie"]
    excel = pd.read_excel(io.BytesIO(app.get(f"{DATA}/status_series.xlsx").data))
    assert list(excel["statement"].dropna()) == [("Äöü; „ß“ " * 300).strip()]
    assert {row["measure_id"] for row in json.loads(app.get(f"{DATA}/measures.json").data)} == {
        "dms",
        "strategie",
    }


def test_frictionless_validates_the_package_from_its_address(published, app):
    """The package as users get it: descriptor and files over HTTP."""
    server = make_server(
        "127.0.0.1", 0, app.flask_app if hasattr(app, "flask_app") else app.app, threaded=True
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        report = Package(f"http://127.0.0.1:{server.server_port}{DATA}/datapackage.json").validate()
        assert report.flatten(["taskNumber", "type", "note"]) == []
        assert len(report.tasks) == 2 * len(TABLES)
    finally:
        server.shutdown()
        thread.join()


class TestApi:
    def test_the_list_tells_all(self, published, app):
        answer = app.get(tk.url_for("api.action", ver=3, logic_function="digitalms_table_list")).json[
            "result"
        ]
        assert answer["count"] == len(ALL_TABLES)
        first = answer["results"][0]
        assert (first["name"], first["rows"], first["release_id"]) == ("measures", 2, published)
        assert [file["format"] for file in first["files"]] == ["csv", "excel.csv", "xlsx", "json"]
        assert first["files"][0]["url"].endswith("/digitalisierung/daten/measures.csv")

    def test_publish_and_validate(self, published):
        context = {"ignore_auth": True, "user": ""}
        done = [tk.get_action("digitalms_table_publish")(dict(context), {})["change"] for _ in range(2)]
        assert done == ["published", "unchanged"]  # the words of the search, which no measure says
        told = tk.get_action("digitalms_table_validate")(dict(context), {"name": "steps"})
        assert (told["is_valid"], told["problems"]) == (True, [])
        with pytest.raises(tk.ObjectNotFound):
            tk.get_action("digitalms_table_validate")(dict(context), {"name": "nichts"})

    def test_only_coordinators_publish(self, published, personas):
        for name in ("digitalms_table_publish", "digitalms_table_validate"):
            for persona in ("anonymous", "stranger", "editor"):
                with pytest.raises(tk.NotAuthorized):
                    tk.check_access(name, {"user": personas[persona]}, {})
            assert tk.check_access(name, {"user": personas["coordinator"]}, {})


class TestPublishingByHand:
    def test_a_coordinator_publishes_with_a_button(self, releases_at, make_measure, personas, app):
        """The page offers it to coordinators only, and says what came of it."""
        make_measure()
        assert 'method="post"' not in _main(app.get(f"{DATA}/").body)
        token = {"Authorization": _token(personas["coordinator"])}
        assert "Jetzt veröffentlichen" in app.get(f"{DATA}/", headers=token).body
        answer = app.post(f"{DATA}/", headers=token)
        assert "sind veröffentlicht" in answer.body
        assert releases.current() is not None
        assert "hat sich nichts geändert" in app.post(f"{DATA}/", headers=token).body

    def test_nobody_else_does(self, releases_at, make_measure, personas, app):
        make_measure()
        for persona in ("editor", "stranger"):
            app.post(f"{DATA}/", headers={"Authorization": _token(personas[persona])}, status=403)
        app.post(f"{DATA}/", follow_redirects=False)
        assert releases.current() is None


def _main(page):
    return page[page.index("<main") :]


def _token(user):
    told = {"user": user, "name": "test"}
    return tk.get_action("api_token_create")({"ignore_auth": True, "user": user}, told)["token"]
