"""How often tables were downloaded and read, and what was searched for in vain: counts of no one.

A month is one hash in Valkey: a field for each thing that is counted, and the name of this counter. Nothing
of who asked is there. Words that found nothing are counted under a code that only this catalogue can make
(HMAC) until they have been searched for often enough; only then they stand there in clear. Counts are copied
to the database by each run of the figures; a counter that Valkey has lost is followed by one of another name,
and their counts are added.

What cannot be stored is not counted, nor read where it stands in Valkey; and a month has so many fields and
no more: what is new from then on is not counted.
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
from ckanext.digitalms.storable import is_storable

log = logging.getLogger(__name__)

DOWNLOADS, READS, SEARCHES, NOTHING = "downloads", "api_reads", "searches", "nothing_found"
_NAME, _BETWEEN = b"name", "\t"
_KEPT = 100 * 86400  # seconds: longer than a month, and the run that copies it
_CODES_KEPT = 32 * 86400
_MOST = 100_000  # fields of a month, and of its codes
_LONGEST = 500  # bytes of a key: the database's index takes less than 2,700 in all
Counts = Mapping[tuple[str, str], int]


def count(kind: str, key: str) -> None:
    """Count one more; where Valkey is away, it is not counted."""
    if not _fits(key):
        return
    place = _place(months.of(config.today()))
    try:
        _add(place, f"{kind}{_BETWEEN}{key}", _KEPT)
    except RedisError:
        log.warning("Valkey does not answer: %s of %s is not counted", kind, key)


def nothing_found(typed: str) -> None:
    """Count that a search found nothing; words stand in clear only once that happened often enough."""
    words = searched.countable(typed)
    if words is None or not _fits(words):
        return
    month = months.of(config.today())
    code = hmac.new(
        str(tk.config["SECRET_KEY"]).encode(), f"{month}{_BETWEEN}{words}".encode(), hashlib.sha256
    )
    try:
        number = _add(f"{_place(month)}:codes", code.hexdigest(), _CODES_KEPT)
        if number >= searched.LEAST:
            _add(_place(month), f"{NOTHING}{_BETWEEN}{words}", _KEPT, number)
    except RedisError:
        log.warning("Valkey does not answer: a search is not counted")


def _fits(key: str) -> bool:
    return is_storable(key) and len(key.encode()) <= _LONGEST


def _add(place: str, field: str, kept: int, number: int | None = None) -> int:
    """Raise a field by one, or set it; return its number, or 0 where the hash is full."""
    client = connect_to_redis()
    with client.pipeline() as told:
        told.hsetnx(place, _NAME, uuid.uuid4().hex)
        told.hexists(place, field)
        if number is None:
            told.hincrby(place, field, 1)
        else:
            told.hset(place, field, number)
        told.hlen(place)
        told.expire(place, kept)
        _, was_there, answer, size, _ = told.execute()
    if not was_there and size > _MOST:
        client.hdel(place, field)
        return 0
    return int(number or answer)


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
    table = UseCount.__table__
    new = insert(table)
    most = sa.func.greatest(table.c.count, new.excluded["count"])
    keys = ["month", "counter", "kind", "key"]
    # the rows beside the statement: many are sent a thousand at a time
    model.Session.execute(new.on_conflict_do_update(index_elements=keys, set_={"count": most}), rows)


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
    return {(counter, kind, key): number for (kind, _, key), number in fields if _fits(key)}


def _place(month: str) -> str:
    return f"ckan:{tk.config['ckan.site_id']}:digitalms:use:{month}"
