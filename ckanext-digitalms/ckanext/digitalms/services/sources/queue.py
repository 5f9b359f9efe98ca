"""What stands in ckanext-harvest's queue (Redis), and what a worker took out and never finished.

A consumer takes a message out, leaves a mark with the time, and removes the mark when it is done. A mark
whose worker is dead is a message that is lost until somebody puts it back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.harvest import queue

GATHER, OBJECT = "harvest_job_id", "harvest_object_id"
_BEGUN_KEPT = 86_400


@dataclass(frozen=True)
class Taken:
    """A message that a worker has taken out: the id of the job or object, and since when (local time)."""

    id: str
    since: datetime


class HarvestQueue:
    """One of the two queues: of jobs to be gathered, or of objects to be fetched."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._key = queue.get_gather_routing_key() if kind == GATHER else queue.get_fetch_routing_key()
        self._redis: Any = queue.get_connection()

    @staticmethod
    def is_used() -> bool:
        """Return whether the queue is Redis; of RabbitMQ the broker itself gives lost messages out again."""
        return str(tk.config.get("ckan.harvest.mq.type") or queue.MQ_TYPE) == "redis"

    def taken(self) -> Iterator[Taken]:
        """Return what was taken out and not finished."""
        for key in self._redis.scan_iter(f"{self._key}:*"):
            told = self._redis.get(key)
            if told is not None:
                yield Taken(key.rsplit(":", 1)[-1], datetime.fromisoformat(told))

    def has(self, message_id: str) -> bool:
        """Return whether a message waits, or was taken out and is not finished."""
        waiting = self._redis.lpos(self._key, self._message(message_id)) is not None
        return waiting or bool(self._redis.exists(f"{self._key}:{message_id}"))

    def put_back(self, message_id: str) -> None:
        """Let a message be taken anew, once."""
        with self._redis.pipeline() as together:
            together.lrem(self._key, 0, self._message(message_id))
            together.rpush(self._key, self._message(message_id))
            together.delete(f"{self._key}:{message_id}")
            together.execute()

    def forget(self, message_id: str) -> None:
        """Take a message and its mark away."""
        self._redis.lrem(self._key, 0, self._message(message_id))
        self._redis.delete(f"{self._key}:{message_id}")

    def count_begun(self, message_id: str) -> int:
        """Count how often a message was put back after its worker had died."""
        key = f"digitalms:begun:{self._key}:{message_id}"
        count: int = self._redis.incr(key)
        self._redis.expire(key, _BEGUN_KEPT)
        return count

    def _message(self, message_id: str) -> str:
        return json.dumps({self.kind: message_id})
