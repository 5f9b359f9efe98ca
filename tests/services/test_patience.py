"""A request waits for no service without an end; jobs do."""

from __future__ import annotations

import time
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis

from ckanext.digitalms.services import patience
from ckanext.digitalms.services.parts import Part, failed_part, sentence

pytestmark = pytest.mark.usefixtures("with_plugins")


@pytest.mark.ckan_config("ckanext.digitalms.web.statement_timeout", 1)
def test_statements_of_requests_end(ckan_config: Any) -> None:
    model.Session.remove()
    slow = sa.text("SELECT pg_sleep(2)")
    begun = time.monotonic()
    with patience.serving(), pytest.raises(sa.exc.OperationalError) as caught:
        model.Session.execute(slow)
    assert time.monotonic() - begun < 1.9
    assert failed_part(caught.value) is Part.TIME
    model.Session.remove()
    model.Session.execute(slow)  # outside of a request there is no limit
    model.Session.remove()


def test_redis_waits_for_seconds_whatever_its_address_says() -> None:
    options = connect_to_redis().connection_pool.connection_kwargs
    assert options["socket_timeout"] == options["socket_connect_timeout"] == 3


def test_every_part_has_a_sentence() -> None:
    assert all(sentence(part).text for part in Part)
