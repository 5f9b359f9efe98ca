"""The guarded fetch against real servers; nothing is mocked."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ckanext.digitalms.harvesters.addresses import AddressRefusedError, UnknownHostError, checked
from ckanext.digitalms.harvesters.exceptions import FailItem
from ckanext.digitalms.harvesters.fetch import (
    CutError,
    FetchLimits,
    NotFoundError,
    RedirectsError,
    StatusError,
    TooLargeError,
    TooSlowError,
    UnreachableError,
    UnreadableHeadersError,
    WaitError,
    WebPageError,
    fetch,
    fetch_into,
)

LOCAL = (ip_network("127.0.0.1/32"),)
LIMITS = FetchLimits(max_bytes=100_000, seconds=5, allowed_networks=LOCAL)
QUICK = FetchLimits(max_bytes=100_000, seconds=0.6, allowed_networks=LOCAL)


def test_gives_the_file_with_its_name(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/stand.csv").respond_with_data(b"a;b\n", content_type="text/csv")
    fetched = fetch(httpserver.url_for("/stand.csv"), LIMITS)
    assert (fetched.content, fetched.filename) == (b"a;b\n", "stand.csv")


def test_takes_the_name_that_the_server_gives(httpserver: HTTPServer) -> None:
    headers = {"Content-Disposition": 'attachment; filename="../../etc/Stand März.csv"'}
    httpserver.expect_request("/x").respond_with_data(b"a", headers=headers)
    assert "/" not in fetch(httpserver.url_for("/x"), LIMITS).filename


def test_connects_to_the_address_that_was_checked(httpserver: HTTPServer) -> None:
    """A name service that answers differently the second time changes nothing: it is asked once."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    hosts: list[str] = []

    def handler(request: Request) -> Response:
        hosts.append(request.host)
        return Response("ok")

    httpserver.expect_request("/f").respond_with_handler(handler)
    url = f"http://daten.example:{httpserver.port}/f"
    assert fetch(url, LIMITS, lambda host, port: next(answers)).content == b"ok"
    assert hosts == [f"daten.example:{httpserver.port}"]
    assert next(answers) == ["10.0.0.1"]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, NotFoundError),
        (410, NotFoundError),
        (500, StatusError),
        (503, StatusError),
        (403, StatusError),
        (204, StatusError),
    ],
)
def test_says_what_the_server_answered(httpserver: HTTPServer, status: int, error: type[FailItem]) -> None:
    httpserver.expect_request("/f").respond_with_data(b"", status=status)
    with pytest.raises(error, match=str(status)):
        fetch(httpserver.url_for("/f"), LIMITS)


def test_refuses_a_web_page(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/f").respond_with_data(
        "<!DOCTYPE html><title>Anmeldung</title>", content_type="text/csv"
    )
    with pytest.raises(WebPageError, match="web page"):
        fetch(httpserver.url_for("/f"), LIMITS)


def test_refuses_what_says_that_it_is_too_large(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/f").respond_with_data(b"x" * 200_000)
    with pytest.raises(TooLargeError, match=r"0\.1 MB"):
        fetch(httpserver.url_for("/f"), LIMITS)


def test_says_how_the_limit_is_raised(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/f").respond_with_data(b"x" * 200_000)
    with pytest.raises(TooLargeError, match=r"ckanext\.digitalms\.upload\.max_mb"):
        fetch(httpserver.url_for("/f"), LIMITS)


def test_into_a_file_as_it_comes(httpserver: HTTPServer, tmp_path: Path) -> None:
    """A redirect leaves nothing in the file, and no more than the limit is ever written."""
    httpserver.expect_request("/alt").respond_with_data("weg", status=302, headers={"Location": "/neu"})
    httpserver.expect_request("/neu").respond_with_data(b"da" * 40_000)
    with (tmp_path / "f").open("wb") as file:
        found = fetch_into(file, httpserver.url_for("/alt"), LIMITS)
    assert (found.content, (tmp_path / "f").read_bytes()) == (b"", b"da" * 40_000)

    httpserver.expect_request("/viel").respond_with_handler(
        lambda request: Response(b"x" * 10_000 for _ in range(1_000))
    )
    with (tmp_path / "g").open("wb") as file, pytest.raises(TooLargeError):
        fetch_into(file, httpserver.url_for("/viel"), LIMITS)
    assert (tmp_path / "g").stat().st_size <= LIMITS.max_bytes + 65_536


def test_stops_a_body_without_length_that_never_ends(httpserver: HTTPServer) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 10_000

    httpserver.expect_request("/f").respond_with_handler(lambda request: Response(endless()))
    with pytest.raises(TooLargeError):
        fetch(httpserver.url_for("/f"), LIMITS)


def test_follows_a_redirect(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/alt").respond_with_data(status=302, headers={"Location": "/neu.csv"})
    httpserver.expect_request("/neu.csv").respond_with_data(b"da")
    fetched = fetch(httpserver.url_for("/alt"), LIMITS)
    assert (fetched.content, fetched.filename) == (b"da", "neu.csv")


def test_ends_a_circle_of_redirects(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/r").respond_with_data(status=301, headers={"Location": "/r"})
    with pytest.raises(RedirectsError, match="more than 5"):
        fetch(httpserver.url_for("/r"), LIMITS)
    assert len(httpserver.log) == 6


@pytest.mark.parametrize(
    "goal",
    [
        "http://127.0.0.2/f",
        "http://10.0.0.1/",
        "http://[::1]/",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_checks_each_redirect(httpserver: HTTPServer, goal: str) -> None:
    httpserver.expect_request("/r").respond_with_data(status=302, headers={"Location": goal})
    with pytest.raises(AddressRefusedError):
        fetch(httpserver.url_for("/r"), LIMITS)


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "0.0.0.0",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fc00::1]",
    "[::ffff:127.0.0.1]",
    "[2002:7f00:1::]",
    "[64:ff9b::7f00:1]",
    "[ff02::1]",
    "2130706433",
    "0x7f.1",
    "localhost",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_refuses_private_addresses(host: str) -> None:
    with pytest.raises(AddressRefusedError, match="private network"):
        fetch(f"http://{host}/f", FetchLimits(1000, 2))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://example.org/a",
        "file:///etc/passwd",
        "http://",
        "http:///a",
        "nonsense",
        "http://a b/",
        "http://[::1",
        "http://user:pa55wort@example.org/",
        "http://a:99999/",
        "gopher://example.org",
        "javascript:alert(1)",
        "http://a\0b/",
    ],
)
def test_refuses_what_is_no_address(url: str) -> None:
    with pytest.raises(AddressRefusedError) as refused:
        fetch(url, FetchLimits(1000, 2))
    assert "pa55wort" not in str(refused.value)


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    with pytest.raises(AddressRefusedError):
        checked("https://example.org/", (), lambda host, port: ["93.184.216.34", "10.0.0.1"])


def test_pins_the_public_address() -> None:
    assert checked("https://example.org/", (), lambda host, port: ["93.184.216.34"]).ip == "93.184.216.34"


def test_says_that_a_name_is_unknown() -> None:
    with pytest.raises(UnknownHostError, match=r"gibt-es-nicht\.invalid"):
        fetch("http://gibt-es-nicht.invalid/f", LIMITS)


def test_says_that_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UnreachableError):
        fetch(f"http://127.0.0.1:{port}/", LIMITS)


@contextlib.contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does with its connections what it is told, for what no HTTP library would send."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    connection.recv(4096)
                    talk(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/f"


def answering(answer: bytes) -> AbstractContextManager[str]:
    """A server that sends these bytes, whatever it is asked."""
    return raw_server(lambda connection: connection.sendall(answer))


TALK = 30  # seconds, which nobody waits for


def never(connection: socket.socket) -> None:
    time.sleep(TALK)


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(20 * TALK):
        connection.sendall(b"x")
        time.sleep(0.05)


def drip_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(20 * TALK):
        connection.sendall(b"X")
        time.sleep(0.05)


@pytest.mark.parametrize("talk", [never, drip, drip_headers])
def test_ends_in_time(talk: Callable[[socket.socket], None]) -> None:
    started = time.monotonic()
    with raw_server(talk) as url, pytest.raises(TooSlowError, match=r"0\.6 seconds"):
        fetch(url, QUICK)
    assert time.monotonic() - started < TALK, "not because the server ended"


def test_a_body_that_breaks_off_is_no_file() -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf"
    with answering(half) as url, pytest.raises(UnreachableError, match="breaks off"):
        fetch(url, LIMITS)


def test_nonsense_instead_of_http() -> None:
    with answering(b"\x00\x01\x02nonsense\r\n\r\n") as url, pytest.raises(FailItem):
        fetch(url, LIMITS)


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: " + b"9" * 5000,
        b"Content-Disposition: attachment; filename*" + b"1" * 5000 + b"*=x",
        b"Content-Disposition: attachment; filename*=idna''xn--..",
    ],
    ids=lambda header: header[:60].decode(),
)
def test_says_which_headers_cannot_be_read(header: bytes) -> None:
    answered = b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\na;b\n"
    with answering(answered) as url, pytest.raises(UnreadableHeadersError, match="Content-Length"):
        fetch(url, LIMITS)


@pytest.mark.parametrize("goal", [b"http://[::1", b"\xff\xfe", "http://a\u2100b/".encode()])
def test_says_that_a_redirect_cannot_be_read(goal: bytes) -> None:
    answered = b"HTTP/1.1 302 Found\r\nLocation: " + goal + b"\r\n\r\n"
    with answering(answered) as url, pytest.raises(UnreadableHeadersError, match="Location"):
        fetch(url, LIMITS)


@pytest.fixture
def secure_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HTTPServer]:
    """A server with a certificate for daten.example, by an authority that we trust."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("daten.example").configure_cert(context)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with HTTPServer(ssl_context=context) as server:
        server.expect_request("/f").respond_with_data(b"ok")
        yield server


def pinned(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def test_the_certificate_must_be_that_of_the_name(secure_server: HTTPServer) -> None:
    """The connection goes to the checked address, the name is asked for and proven."""
    port = secure_server.port
    assert fetch(f"https://daten.example:{port}/f", LIMITS, pinned).content == b"ok"
    with pytest.raises(UnreachableError, match="certificate"):
        fetch(f"https://andere.example:{port}/f", LIMITS, pinned)


def test_a_certificate_of_nobody_we_know(secure_server: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(UnreachableError, match="certificate"):
        fetch(f"https://daten.example:{secure_server.port}/f", LIMITS, pinned)


def answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """Return an answer whose headers say just what is given."""
    return b"\r\n".join([b"HTTP/1.1 " + status, *headers, b"Connection: close", b"", body])


TABLE = b"a;b\r\n" * 50
PACKED = gzip.compress(TABLE)


class TestOddAnswers:
    """Each of them was seen at a real server: what is whole is taken, what is cut is told."""

    @pytest.mark.parametrize(
        "headers",
        [
            [b"Content-Length: 250", b"Content-Length: 250"],
            [b"Content-Length: 250, 250"],
            [b"Content-Length: abc"],
            [b"Content-Length: "],
            [b"Content-Length: -5"],
            [b"Content-Length: 4.0"],
            [],
        ],
        ids=lambda headers: b" / ".join(headers).decode(),
    )
    def test_a_whole_file_is_taken_whatever_its_length_says(self, headers):
        with answering(answer(TABLE, *headers)) as url:
            assert fetch(url, LIMITS).content == TABLE

    @pytest.mark.parametrize(
        ("encoding", "body"),
        [
            (b"gzip", PACKED),
            (b"GZIP", PACKED),
            (b"gzip", gzip.compress(TABLE[:100]) + gzip.compress(TABLE[100:])),
            (b"deflate", zlib.compress(TABLE)),
            (b"deflate", zlib.compress(TABLE)[2:-4]),
            (b"identity", TABLE),
            (b"", PACKED),
        ],
        # the bytes hold the second in which they were packed, and differ from process to process
        ids=["gzip", "GZIP", "two members", "zlib", "deflate", "identity", "unnamed"],
    )
    def test_a_packed_file_is_unpacked(self, encoding, body):
        with answering(answer(body, b"Content-Encoding: " + encoding)) as url:
            assert fetch(url, LIMITS).content == TABLE

    @pytest.mark.parametrize("end", [5, len(PACKED) // 2, len(PACKED) - 1])
    def test_a_packed_file_that_ends_early_is_none(self, end):
        with (
            answering(answer(PACKED[:end], b"Content-Encoding: gzip")) as url,
            pytest.raises(CutError, match="breaks off before its end"),
        ):
            fetch(url, LIMITS)

    def test_a_packed_file_cut_between_two_rows_is_none(self):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        start = packer.compress(TABLE[:100]) + packer.flush(zlib.Z_SYNC_FLUSH)
        with answering(answer(start, b"Content-Encoding: gzip")) as url, pytest.raises(CutError):
            fetch(url, LIMITS)

    def test_what_is_missing_is_counted(self):
        with (
            answering(answer(TABLE, b"Content-Length: 1000")) as url,
            pytest.raises(CutError, match="after 250 of 1000 bytes"),
        ):
            fetch(url, LIMITS)

    @pytest.mark.parametrize("encoding", [b"gzip", b"deflate", b"br", b"zstd"])
    def test_what_is_packed_otherwise_than_it_says(self, encoding):
        with (
            answering(answer(b"\xff" * 50, b"Content-Encoding: " + encoding)) as url,
            pytest.raises(CutError, match="cannot be unpacked"),
        ):
            fetch(url, LIMITS)

    def test_what_unpacks_to_too_much_is_refused_on_the_way(self):
        bomb = gzip.compress(b"\0" * 30_000_000)
        with answering(answer(bomb, b"Content-Encoding: gzip")) as url, pytest.raises(TooLargeError):
            fetch(url, LIMITS)

    @pytest.mark.parametrize(
        ("header", "words"),
        [
            (b"Retry-After: 60", r"until \d\d\.\d\d\.\d{4}"),
            (b"Retry-After: Fri, 31 Dec 2032 23:59:59 GMT", r"until \d\d\.\d\d\.203"),
            (b"Retry-After: Fri, 31 Dec 9999 23:59:59 -1400", "run less often"),
            (b"Retry-After: Mon, 01 Jan 0001 00:00:00 +1400", "run less often"),
            (b"Retry-After: bald", "run less often"),
            (b"Retry-After: 99999999999", "run less often"),
            (b"X: y", "run less often"),
        ],
    )
    def test_who_asks_too_often_is_told_until_when_to_wait(self, header, words):
        answered = answer(b"later", header, status=b"429 Too Many Requests")
        with answering(answered) as url, pytest.raises(WaitError, match=words):
            fetch(url, LIMITS)

    @pytest.mark.parametrize("goal", ["/Übersicht 2024.csv", "/%C3%9Cbersicht%202024.csv"])
    def test_a_redirect_with_spaces_and_umlauts(self, httpserver: HTTPServer, goal: str) -> None:
        httpserver.expect_request("/Übersicht 2024.csv").respond_with_data(TABLE)
        there = httpserver.url_for("/").rstrip("/").encode() + goal.encode()
        redirect = answer(b"", b"Location: " + there, b"Content-Length: 0", status=b"302 Found")
        with answering(redirect) as url:
            assert fetch(url, LIMITS).filename == "Übersicht 2024.csv"

    def test_an_address_with_spaces(self, httpserver: HTTPServer) -> None:
        httpserver.expect_request("/Stand Mai 2026.csv", query_string={"a": "b c"}).respond_with_data(TABLE)
        url = f" {httpserver.url_for('/')}Stand Mai 2026.csv?a=b c\n"
        found = fetch(url, LIMITS)
        assert (found.content, found.filename) == (TABLE, "Stand Mai 2026.csv")

    def test_a_web_page_in_utf_16(self):
        page = "<!DOCTYPE html><title>Anmeldung</title>".encode("utf-16")
        with answering(answer(page)) as url, pytest.raises(WebPageError):
            fetch(url, LIMITS)


def test_says_that_a_certificate_has_expired(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    authority.issue_cert("daten.example", not_after=yesterday).configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with HTTPServer(ssl_context=context) as server, pytest.raises(UnreachableError, match="has expired"):
        fetch(f"https://daten.example:{server.port}/f", LIMITS, pinned)
