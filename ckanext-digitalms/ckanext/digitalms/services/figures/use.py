"""How often tables were downloaded and read, and what was searched for in vain: counts of no one.

A month is one hash in Valkey: a field for each thing that is counted, and the name of this counter. Nothing
of who asked is there. Words that found nothing are counted under a code that only this catalogue can make
(HMAC) until they have been searched for often enough; only then they stand there in clear. Counts are copied
to the database by each run of the figures; a counter that Valkey has lost is followed by one of another name,
and their counts are added.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import uuid
from collections import Counter
from collections.abc import Mapping

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from redis.exceptions import RedisError
from sqlalchemy.dialects.postgresql import insert

from ckanext.digitalms import config
from ckanext.digitalms.model import UseCount
from ckanext.digitalms.quality import months, searched

log = logging.getLogger(__name__)

DOWNLOADS, READS, SEARCHES, NOTHING = "downloads", "api_reads", "searches", "nothing_found"
_NAME, _BETWEEN = b"name", "\t"
_KEPT = 100 * 86400  # seconds: longer than a month, and the run that copies it
_CODES_KEPT = 32 * 86400
Counts = Mapping[tuple[str, str], int]


def count(kind: str, key: str) -> None:
    """Count one more; where Valkey is away, it is not counted."""
    place = _place(months.of(config.today()))
    try:
        with connect_to_redis().pipeline() as told:
            told.hsetnx(place, _NAME, uuid.uuid4().hex)
            told.hincrby(place, f"{kind}{_BETWEEN}{key}", 1)
            told.expire(place, _KEPT)
            told.execute()
    except RedisError:
        log.warning("Valkey does not answer: %s of %s is not counted", kind, key)


def nothing_found(typed: str) -> None:
    """Count that a search found nothing; words stand in clear only once that happened often enough."""
    words = searched.countable(typed)
    if words is None:
        return
    month = months.of(config.today())
    code = hmac.new(
        str(tk.config["SECRET_KEY"]).encode(), f"{month}{_BETWEEN}{words}".encode(), hashlib.sha256
    )
    place = f"{_place(month)}:codes"
    try:
        client = connect_to_redis()
        number = int(client.hincrby(place, code.hexdigest(), 1))
        client.expire(place, _CODES_KEPT)
        if number >= searched.LEAST:
            client.hsetnx(_place(month), _NAME, uuid.uuid4().hex)
            client.hset(_place(month), f"{NOTHING}{_BETWEEN}{words}", number)
            client.expire(_place(month), _KEPT)
    except RedisError:
        log.warning("Valkey does not answer: a search is not counted")


def counts(month: str) -> Counts:
    """Return what was counted in a month, by kind and key: what the database has, and what came since."""
    query = sa.select(UseCount).where(UseCount.month == month)
    kept = {(one.counter, one.kind, one.key): one.count for one in model.Session.scalars(query)}
    for place, number in _living(month).items():
        kept[place] = max(number, kept.get(place, 0))
    found: Counter[tuple[str, str]] = Counter()
    for (_, kind, key), number in kept.items():
        found[kind, key] += number
    return found


def flush(month: str) -> None:
    """Copy the counts of a month to the database, in the session's transaction; again does no harm."""
    rows = [
        {"month": month, "counter": counter, "kind": kind, "key": key, "count": number}
        for (counter, kind, key), number in _living(month).items()
    ]
    if not rows:
        return
    new = insert(UseCount).values(rows)
    most = sa.func.greatest(UseCount.__table__.c.count, new.excluded["count"])
    keys = ["month", "counter", "kind", "key"]
    model.Session.execute(new.on_conflict_do_update(index_elements=keys, set_={"count": most}))


def forget(month: str) -> None:
    """Forget a month in Valkey, once the database has it for good."""
    try:
        connect_to_redis().delete(_place(month), f"{_place(month)}:codes")
    except RedisError:
        log.warning("Valkey does not answer: the counts of %s end there by themselves", month)


def _living(month: str) -> dict[tuple[str, str, str], int]:
    try:
        told: dict[bytes, bytes] = connect_to_redis().hgetall(_place(month))
    except RedisError:
        log.warning("Valkey does not answer: the counts of %s are those of the last run", month)
        return {}
    counter = told.pop(_NAME, b"").decode()
    fields = ((name.decode().partition(_BETWEEN), int(number)) for name, number in told.items())
    return {(counter, kind, key): number for (kind, _, key), number in fields}


def _place(month: str) -> str:
    return f"ckan:{tk.config['ckan.site_id']}:digitalms:use:{month}"
