"""How often something was tried within a time, counted in Redis for all processes together."""

from __future__ import annotations

from functools import cache

import ckan.plugins.toolkit as tk
from ckan.lib.redis import connect_to_redis
from limits import RateLimitItem
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool

__all__ = ["count", "forget", "free_at", "has_room", "storage"]


@cache
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(storage(connect_to_redis().connection_pool, tk.config["ckan.site_id"]))


def storage(pool: ConnectionPool, site: str) -> RedisStorage:
    """Return where a catalogue counts, apart from others that share its Redis."""
    return RedisStorage("redis://", connection_pool=pool, key_prefix=f"digitalms:{site}")


def count(limit: RateLimitItem, *key: str) -> bool:
    """Count one more, and tell whether it is within the limit."""
    return bool(_limiter().hit(limit, *key))


def has_room(limit: RateLimitItem, *key: str) -> bool:
    """Return whether one more would be within the limit."""
    return bool(_limiter().test(limit, *key))


def free_at(limit: RateLimitItem, *key: str) -> float:
    """Return the moment from which on one more is within the limit."""
    return float(_limiter().get_window_stats(limit, *key).reset_time)


def forget(limit: RateLimitItem, *key: str) -> None:
    """Begin anew."""
    _limiter().clear(limit, *key)
