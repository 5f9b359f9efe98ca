"""Jars come whole and unchanged, or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ckanext.digitalms.stack import jars
from ckanext.digitalms.stack.errors import StackError
from ckanext.digitalms.stack.jars import Jar, fetch_jars, read_lock

CONTENT = bytes(range(256)) * 400
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ADDRESS = "/org/example/tool/1.0/tool-1.0.jar"
TOOL = Jar("org.example:tool:1.0", SHA256)


@pytest.fixture
def remote(httpserver: HTTPServer) -> str:
    """A Maven repository on the loopback."""
    return httpserver.url_for("/").rstrip("/")


def fetch(folder: Path, remote: str, *wanted: Jar) -> list[Path]:
    return fetch_jars(folder, list(wanted), remote=remote)


def test_a_jar_is_fetched_once(httpserver: HTTPServer, remote: str, tmp_path: Path) -> None:
    httpserver.expect_ordered_request(ADDRESS).respond_with_data(CONTENT)
    [first] = fetch(tmp_path, remote, TOOL)
    [second] = fetch(tmp_path, remote, TOOL)
    assert first == second
    assert first.read_bytes() == CONTENT
    assert len(httpserver.log) == 1


def test_a_truncated_jar_heals(httpserver: HTTPServer, remote: str, tmp_path: Path) -> None:
    httpserver.expect_request(ADDRESS).respond_with_data(CONTENT)
    [path] = fetch(tmp_path, remote, TOOL)
    path.write_bytes(CONTENT[:1000])
    [healed] = fetch(tmp_path, remote, TOOL)
    assert healed.read_bytes() == CONTENT


def test_a_wrong_hash_stops_with_both(httpserver: HTTPServer, remote: str, tmp_path: Path) -> None:
    httpserver.expect_request(ADDRESS).respond_with_data(b"something else")
    other = hashlib.sha256(b"something else").hexdigest()
    with pytest.raises(StackError) as caught:
        fetch(tmp_path, remote, TOOL)
    assert "org.example:tool:1.0" in str(caught.value)
    assert SHA256 in str(caught.value)
    assert other in str(caught.value)
    assert not list(tmp_path.rglob("*.jar")), "a wrong file must not stay where the next start would take it"


def test_a_missing_jar_is_named(httpserver: HTTPServer, remote: str, tmp_path: Path) -> None:
    httpserver.expect_request(ADDRESS).respond_with_data("no", status=404)
    with pytest.raises(StackError, match=r"org\.example:tool:1\.0"):
        fetch(tmp_path, remote, TOOL)


def test_a_broken_download_is_resumed(httpserver: HTTPServer, remote: str, tmp_path: Path) -> None:
    """What an interrupted start has fetched is not fetched again."""
    part = tmp_path / f"{ADDRESS.lstrip('/')}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT[:5000])
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.headers.get("Range", ""))
        return Response(CONTENT[5000:], status=206)

    httpserver.expect_request(ADDRESS).respond_with_handler(answer)
    [path] = fetch(tmp_path, remote, TOOL)
    assert path.read_bytes() == CONTENT
    assert asked == ["bytes=5000-"]


def test_a_part_that_does_not_fit_is_thrown_away(httpserver: HTTPServer, remote: str, tmp_path: Path) -> None:
    part = tmp_path / f"{ADDRESS.lstrip('/')}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 200_000)

    def answer(request: Request) -> Response:
        return Response(status=416) if "Range" in request.headers else Response(CONTENT)

    httpserver.expect_request(ADDRESS).respond_with_handler(answer)
    [path] = fetch(tmp_path, remote, TOOL)
    assert path.read_bytes() == CONTENT


def test_a_busy_server_is_asked_again(httpserver: HTTPServer, remote: str, tmp_path: Path) -> None:
    httpserver.expect_ordered_request(ADDRESS).respond_with_data("busy", status=503)
    httpserver.expect_ordered_request(ADDRESS).respond_with_data(CONTENT)
    [path] = fetch(tmp_path, remote, TOOL)
    assert path.read_bytes() == CONTENT


def test_a_dead_network_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars._Pooled._fetch.retry, "sleep", lambda _seconds: None)
    with pytest.raises(StackError, match="start again"):
        fetch(tmp_path, "http://127.0.0.1:9", TOOL)


def test_many_jars_keep_the_order_of_the_lock_file(
    httpserver: HTTPServer, remote: str, tmp_path: Path
) -> None:
    wanted = [Jar(f"org.example:tool:{number}", SHA256) for number in range(20)]
    for number in range(20):
        httpserver.expect_request(f"/org/example/tool/{number}/tool-{number}.jar").respond_with_data(CONTENT)
    paths = fetch(tmp_path, remote, *wanted)
    assert [path.name for path in paths] == [f"tool-{number}.jar" for number in range(20)]


def test_the_lock_file_is_whole() -> None:
    lock = read_lock()
    assert len({jar.coordinate for jar in lock}) == len(lock) > 80
    assert all(len(jar.sha256) == 64 and jar.coordinate.count(":") in (2, 3) for jar in lock)
    assert any(jar.coordinate.startswith("org.apache.solr:solr-core:9.") for jar in lock)
