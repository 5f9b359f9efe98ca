"""A request waits for no service without an end; jobs do."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pysolr
import pytest
import redis
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis

from ckanext.digitalms.services.operation import timeouts
from ckanext.digitalms.services.operation.failures import Part, failed_part, sentence

pytestmark = pytest.mark.usefixtures("with_plugins")


@pytest.mark.ckan_config("ckanext.digitalms.web.statement_timeout", 1)
def test_statements_of_requests_end(ckan_config: Any) -> None:
    model.Session.remove()
    slow = sa.text("SELECT pg_sleep(2)")
    with timeouts.serving():
        assert model.Session.execute(sa.text("SHOW statement_timeout")).scalar() == "1s"
        with pytest.raises(sa.exc.OperationalError, match="due to statement timeout") as caught:
            model.Session.execute(slow)
    assert failed_part(caught.value) is Part.TIME
    model.Session.remove()
    model.Session.execute(slow)  # outside of a request there is no limit
    model.Session.remove()


def test_redis_waits_for_seconds_whatever_its_address_says() -> None:
    options = connect_to_redis().connection_pool.connection_kwargs
    assert options["socket_timeout"] == options["socket_connect_timeout"] == 3


def test_every_part_has_a_sentence() -> None:
    assert all(sentence(part).text for part in Part)


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections and says nothing, like one that was stopped."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        server.setblocking(False)
        yield server


def port(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def is_tried(server: socket.socket) -> bool:
    """Return whether somebody tried the server since this was asked last."""
    count = 0
    with suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            count += 1
    return count > 0


def seconds(ask: Any, error: type[Exception]) -> float:
    begun = time.monotonic()
    with pytest.raises(error):
        ask()
    return time.monotonic() - begun


def test_a_request_waits_once_for_a_silent_solr(silent: socket.socket) -> None:
    solr = pysolr.Solr(f"http://127.0.0.1:{port(silent)}/solr/ckan", timeout=0.4)
    with timeouts.serving():
        assert seconds(lambda: solr.search("*:*"), pysolr.SolrError) >= 0.4
        assert is_tried(silent)
        with pytest.raises(pysolr.SolrError) as caught:
            solr.search("*:*")
        assert not is_tried(silent)
        assert failed_part(caught.value) is Part.SEARCH
    with timeouts.serving():  # the next one tries again
        assert seconds(lambda: solr.search("*:*"), pysolr.SolrError) >= 0.4


def test_a_request_waits_once_for_a_silent_redis(silent: socket.socket) -> None:
    pool = redis.ConnectionPool.from_url(f"redis://127.0.0.1:{port(silent)}/0", socket_timeout=0.4)
    pool.connection_kwargs["retry"] = None
    timeouts.wait_once(pool)
    client = redis.Redis(connection_pool=pool)
    with timeouts.serving():
        assert seconds(lambda: client.get("a"), redis.TimeoutError) >= 0.4
        assert is_tried(silent)
        with pytest.raises(redis.TimeoutError):
            client.get("a")
        assert not is_tried(silent)
    with timeouts.serving():
        assert seconds(lambda: client.get("a"), redis.TimeoutError) >= 0.4


def test_a_postgresql_that_says_nothing_is_told_from_one_that_is_down(silent: socket.socket) -> None:
    told = {"host": "127.0.0.1", "port": port(silent), "user": "u", "dbname": "d"}
    begun = time.monotonic()
    assert timeouts._is_silent(told)
    assert time.monotonic() - begun > 1.4
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert not timeouts._is_silent({**told, "port": free.getsockname()[1]})
    own = model.meta.engine.url.translate_connect_args(username="user", database="dbname")
    assert not timeouts._is_silent(own)
