"""What is packed for whoever takes it so, what is not, and that nothing else changes with it."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from stored_state import STATE
from werkzeug.datastructures import FileStorage

from ckanext.digitalms.middleware import compression
from ckanext.digitalms.publishing import writing

DATA = "/digitalisierung/daten"
PART = f"{DATA}/measures.csv?measure_id=dms"
PACKED = {"Accept-Encoding": "gzip, deflate, br"}
STYLE = "/base/css/main.css"
PASSWORD = "nur-im-test-2019"
pytestmark = pytest.mark.usefixtures("with_plugins", "catalogue")


@pytest.fixture
def filled(make_measure: Any, tmp_path: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release, an account, and a dataset with a file."""
    monkeypatch.setitem(ckan_config, "ckanext.digitalms.release_path", str(tmp_path))

    def make() -> None:
        make_measure(statement="Äöü " * 300)
        tk.get_action("digitalms_table_publish")({"ignore_auth": True, "user": ""}, {})
        factories.User(name="leser", password=PASSWORD)

    STATE.once("for compression", make, tmp_path)


def opened(app: Any, path: str, method: str = "GET", **headers: str) -> Any:
    client = app.test_client(use_cookies=False)
    return client.open(path, method=method, headers=headers, follow_redirects=False)


def packed(app: Any, path: str, method: str = "GET", **headers: str) -> Any:
    return opened(app, path, method, **PACKED, **headers)


# what is sent packed: path, and its type
TEXTS = {
    "a page": ("/digitalisierung", "text/html"),
    "a page of CKAN": ("/dataset/", "text/html"),
    "a form": ("/user/login", "text/html"),
    "the API": ("/api/3/action/package_search?q=dms", "application/json"),
    "a style": (STYLE, "text/css"),
    "the colours": ("/digitalisierung/aussehen/alt.css", "text/css"),
    "a script": ("/base/vendor/jquery.js", "text/javascript"),
    "words of scripts": ("/api/i18n/de", "application/json"),
    "a filtered table": (PART, "text/csv"),
    "a filtered table as JSON": (f"{DATA}/measures.json?measure_id=dms", "application/json"),
    "a package of a filtered table": (f"{DATA}/measures.datapackage.json?measure_id=dms", "application/json"),
    "a feed": ("/feeds/dataset.atom", "application/atom+xml"),
}

# other processes of the suite write beside, and a page is another one then
TRIES = 40


def test_texts_are_packed(app: Any, filled: None) -> None:
    """The same bytes, shorter; without gzip as before, and a proxy knows that there are two of it."""
    for name, (path, media_type) in TEXTS.items():
        plain, small = opened(app, path), packed(app, path)
        assert small.mimetype == media_type, name
        assert small.headers.get("Content-Encoding") == "gzip", name
        assert len(small.data) < len(plain.data) / 1.2, name
        if name not in {"a form", "a feed"}:  # a token, and the time
            assert gzip.decompress(small.data) == plain.data, name
        assert "Content-Encoding" not in plain.headers, name
        assert small.headers["Content-Type"] == plain.headers["Content-Type"], name
        for answer in (plain, small):
            assert "Accept-Encoding" in answer.headers["Vary"], name
        if "Content-Length" in small.headers:
            assert int(small.headers["Content-Length"]) == len(small.data), name


# what is sent as it is: it is small, packed already, or a file
AS_IT_IS = (
    "/base/images/ckan-logo.png",
    "/digitalisierung/schrift/source-sans-3-normal.woff2",
    f"{DATA}/measures.xlsx",
    f"{DATA}/measures.xlsx?measure_id=dms",
    f"{DATA}/measures.csv",
    "/api/3/action/site_read",
    "/gibt-es-nicht",
)


def inside(data: bytes) -> Any:
    """What was sent; of a workbook, which is made anew for each request, all but the second of its making."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return {name: parts.read(name) for name in parts.namelist() if name != "docProps/core.xml"}


def test_the_rest_is_sent_as_it_is(app: Any, filled: None) -> None:
    """Whole files have a packed copy of their own where that is worth it."""
    for path in AS_IT_IS:
        plain, asked = opened(app, path), packed(app, path)
        assert "Content-Encoding" not in asked.headers, path
        assert asked.status_code == plain.status_code, path
        assert inside(asked.data) == inside(plain.data), path


def test_what_is_packed_once_is_not_packed_twice(app: Any, filled: None) -> None:
    """The packed copy of a release's file stays what it is."""
    small = packed(app, f"{DATA}/status_series.json")
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == opened(app, f"{DATA}/status_series.json").data


def test_a_file_of_an_office_is_sent_as_it_is(app: Any, personas: dict[str, str]) -> None:
    """With its length, so that a reader may go on where it broke off."""
    content = b"a;b\n" + b"1;2\n" * 2000
    dataset = factories.Dataset(owner_org="citeq", private=False)
    made = tk.get_action("resource_create")(
        {"user": personas["sysadmin"]},
        {"package_id": dataset["id"], "name": "D", "upload": FileStorage(io.BytesIO(content), "a.csv")},
    )
    path = f"/dataset/{dataset['id']}/resource/{made['id']}/download/a.csv"
    answer = packed(app, path)
    if answer.status_code == 302:
        answer = packed(app, answer.headers["Location"])
    assert (answer.status_code, answer.data) == (200, content)
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("wish", ["", "identity", "gzip;q=0", "gzip;q=0, *", "br", "deflate", "gzip;q=x y"])
def test_who_does_not_take_gzip_gets_none(app: Any, wish: str) -> None:
    """Nobody has to unpack what they did not ask for."""
    answer = opened(app, STYLE, **({"Accept-Encoding": wish} if wish else {}))
    assert answer.status_code == 200
    if "Content-Encoding" in answer.headers:
        assert "q=x y" in wish  # what cannot be read is taken for a plain wish
    else:
        assert answer.data.startswith(b"@charset")


@pytest.mark.parametrize("path", [STYLE, "/digitalisierung", PART, "/dataset/"])
def test_the_head_of_an_answer_is_its_head(app: Any, filled: None, path: str) -> None:
    """HEAD says what GET says, and sends nothing."""
    for _ in range(TRIES):
        whole, head = packed(app, path), packed(app, path, "HEAD")
        if head.headers.get("ETag") == whole.headers.get("ETag"):
            break
    assert (head.status_code, head.data) == (200, b"")
    assert set(head.vary) == set(whole.vary)
    for name in ("Content-Encoding", "Content-Length", "Content-Type", "ETag", "Cache-Control"):
        assert head.headers.get(name) == whole.headers.get(name), name


@pytest.mark.parametrize("path", [STYLE, "/digitalisierung", PART, "/api/i18n/de"])
def test_who_has_the_packed_answer_is_told_so(app: Any, filled: None, path: str) -> None:
    """By the mark that came with it; and whoever has the plain one by that."""
    for send in (packed, opened):
        for _ in range(TRIES):
            tag = send(app, path).headers["ETag"]
            again = send(app, path, **{"If-None-Match": tag})
            if again.status_code == 304:
                break
        assert (again.status_code, again.data) == (304, b"")
        assert "Accept-Encoding" in again.headers["Vary"]
        assert "Content-Encoding" not in again.headers
        assert "Content-Length" not in again.headers


def test_a_strong_mark_is_of_one_answer(app: Any) -> None:
    """Two answers of different bytes have one mark only if that is weak."""
    plain, small = opened(app, STYLE), packed(app, STYLE)
    assert not plain.headers["ETag"].startswith("W/")
    assert plain.headers["ETag"] != small.headers["ETag"]


@pytest.mark.parametrize("path", [STYLE, f"{DATA}/measures.csv"])
def test_a_range_is_of_the_plain_file(app: Any, filled: None, path: str) -> None:
    """A part of it is no packed file, and a packed file that broke off is begun anew."""
    plain = opened(app, path)
    part = packed(app, path, Range="bytes=5-9")
    assert (part.status_code, part.data) == (206, plain.data[5:10])
    assert "Content-Encoding" not in part.headers
    begun = packed(app, path).headers["ETag"] if path == STYLE else '"anders"'
    anew = packed(app, path, Range="bytes=5-9", **{"If-Range": begun})
    assert (anew.status_code, anew.data) == (200, plain.data)


def test_a_stream_stays_one(app: Any, filled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is packed block by block; neither the first has to wait for the last nor are all held."""
    drawn = []

    def blocks(*_: Any) -> Any:
        for letter in "xy":
            drawn.append(letter)
            yield letter * 200_000

    monkeypatch.setattr(writing, "blocks", blocks)
    client = app.test_client(use_cookies=False)
    answer = client.get(PART, headers=PACKED, buffered=False)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Content-Length" not in answer.headers
    parts = iter(answer.response)
    first = next(parts)
    assert drawn == ["x"]
    assert gzip.decompress(first + b"".join(parts)) == b"x" * 200_000 + b"y" * 200_000
    assert drawn == ["x", "y"]


def test_what_stays_the_same_is_packed_once(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A style is packed for the first who asks, and kept."""
    first = packed(app, STYLE)
    monkeypatch.setattr(
        "flask_compress.flask_compress._compress_data", lambda *_: pytest.fail("packed again")
    )
    assert packed(app, STYLE).data == first.data


def test_what_is_kept_is_of_one_address(app: Any, filled: None) -> None:
    """A mark is of one address: two tables of a release may have the same."""
    for table in ("measures", "steps", "milestones"):
        path = f"{DATA}/{table}.datapackage.json"
        assert gzip.decompress(packed(app, path).data) == opened(app, path).data, table


def test_what_is_kept_has_an_end() -> None:
    """The oldest makes room, and what is larger than all of it is not kept."""
    kept = compression.Kept(100)
    kept.set("gzip;a", b"x" * 60)
    kept.set("gzip;b", b"y" * 60)
    kept.set("gzip;c", b"z" * 200)
    kept.set("gzip;", b"w")
    assert [kept.get(f"gzip;{name}") for name in ("a", "b", "c", "")] == [None, b"y" * 60, None, None]


class TestSecrets:
    """A length tells what is twice in a packed answer: no secret stands beside words of a request."""

    def test_a_page_with_a_token_repeats_nothing_packed(self, app: Any, filled: None, sign_in: Any) -> None:
        """As it was opened it is packed; with words in the address it is not."""
        browser = app.test_client()
        sign_in(browser, "leser")
        assert browser.get("/dataset/", headers=PACKED).headers["Content-Encoding"] == "gzip"
        answer = browser.get("/dataset/?q=gesucht", headers=PACKED)
        assert "Content-Encoding" not in answer.headers
        assert b"gesucht" in answer.data
        api = browser.get("/api/3/action/package_search?q=gesucht", headers=PACKED)
        assert "Content-Encoding" not in api.headers

    def test_a_form_of_a_stranger_is_no_exception(self, app: Any) -> None:
        """It has a token, too."""
        browser = app.test_client()
        assert b"_csrf_token" in browser.get("/user/login?came_from=/dataset/").data
        answer = browser.get("/user/login?came_from=/dataset/", headers=PACKED)
        assert "Content-Encoding" not in answer.headers

    def test_what_was_posted_is_not_packed(
        self, app: Any, filled: None, sign_in: Any, csrf_token: Any
    ) -> None:
        """A form that comes back with what was typed."""
        browser = app.test_client()
        token = csrf_token(browser.get("/user/login"))
        data = {"login": "wer?", "password": "falsch", "_csrf_token": token}
        answer = browser.post("/user/login", data=data, headers=PACKED)
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers

    def test_what_is_the_same_for_everybody_is_packed_for_accounts_too(
        self, app: Any, filled: None, sign_in: Any
    ) -> None:
        """There is no secret in it."""
        browser = app.test_client()
        sign_in(browser, "leser")
        for path in (f"{STYLE}?v=1", PART):
            assert browser.get(path, headers=PACKED).headers["Content-Encoding"] == "gzip", path

    def test_a_program_with_a_token_gets_it_packed(self, app: Any, filled: None) -> None:
        """Nobody else can send its requests."""
        token = factories.APIToken(user="leser")["token"]
        answer = packed(app, "/api/3/action/package_search?q=dms", Authorization=token)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert json.loads(gzip.decompress(answer.data))["success"]
