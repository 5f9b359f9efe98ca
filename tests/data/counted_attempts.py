"""What was tried too often, such as to sign in: counted in Valkey, apart for each process of the suite."""

from __future__ import annotations

from ckan.lib.redis import connect_to_redis

__all__ = ["forget"]


def forget() -> None:
    """Let nobody wait: all tests have one address, which may be used up for a quarter of an hour."""
    connection = connect_to_redis()
    if counted := connection.keys("digitalms:*"):
        connection.delete(*counted)
