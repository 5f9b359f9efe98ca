"""Who asks for much that is dear to answer waits a little, so that the others do not.

Each kind of dear reading has a budget per client: an account, or the address of a stranger. It is counted in
Redis for all processes together. Where Redis does not answer, everybody goes on reading.
"""

from __future__ import annotations

import logging
import re
import time
from functools import cache
from ipaddress import IPv6Address, ip_address

import ckan.plugins.toolkit as tk
from ckan.types import CKANApp, Response
from limits import RateLimitItem, parse_many
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import ConnectionPool
from redis.exceptions import RedisError

from ckanext.digitalms import config
from ckanext.digitalms.services.accounts import attempts
from ckanext.digitalms.services.operation.timeouts import wait_once

from .call_data import given
from .refusals import refuse_too_often

__all__ = ["install", "spend"]

log = logging.getLogger(__name__)

# parts of tables are made anew for every filter
_PARTS = re.compile(r"digitalms_(data|own_tables)\.(current|former)|digitalms_embed\..*")
# and these files always
_MADE = (".parquet", ".geojson", ".ics", ".report.json")
_DAYS = frozenset({"stichtag", "bekannt_am", "cut_off_date", "known_at"})
# a table of a day is made from all that was ever said: as many parts of a table that is there
_COST_OF_DAY = 4
_SEARCHES = re.compile(
    r"feeds\..*|digitalms_page_pdf(\..*)?|.*\.search|(organization|group|digitalms_overview|digitalms_milestones)\.(read|index|table|calendar)|datastore\.dump"
    r"|(package|datastore|resource|tag)_search|datastore_search_sql|digitalms_.*_(list|history|parse|validate|diff)"
    r"|digitalms_table_(rows|plot)|digitalms_explorer\..*"
    r"|digitalms_comparison_show|digitalms_(comparison|changes)\..*|digitalms_search(\.index)?|digitalms_mcp\.call"
)
# the catalogue for portals, where it is not given as a whole
_FEED = "digitalms_dcat.catalog"
_PATIENCE = 1  # seconds that a page waits for Redis
_PAUSE = 10  # seconds in which Redis is not asked again


class _Counter:
    """Counts in one Redis, unless it was away a moment ago."""

    def __init__(self, url: str, site: str) -> None:
        pool = ConnectionPool.from_url(url)
        # not in the call, where the address's own words would win
        pool.connection_kwargs.update(socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)
        wait_once(pool)
        self._limiter = SlidingWindowCounterRateLimiter(attempts.storage(pool, site))
        self._away_until = 0.0

    def wait(self, limit: RateLimitItem, *key: str, cost: int = 1) -> float:
        """Count one more, or what it is worth; return for how many seconds to wait, 0 for not at all."""
        if time.monotonic() < self._away_until:
            return 0
        try:
            # what costs more than there is in all is had once
            if self._limiter.hit(limit, *key, cost=min(cost, limit.amount)):
                return 0
            return max(1, self._limiter.get_window_stats(limit, *key).reset_time - time.time())
        except RedisError as error:
            self._away_until = time.monotonic() + _PAUSE
            log.warning("Redis does not answer: budgets are not counted for %s s (%s)", _PAUSE, error)
            return 0


def install(app: CKANApp) -> None:
    """Count before any view begins; a budget that cannot be read ends the start."""
    for kind in ("downloads", "days", "searches"):
        _limits(config.budget(kind))
    app.before_request(spend)


def spend() -> Response | None:
    """Take a dear request from the budget of who asks, or say how long to wait."""
    kind = _kind()
    limits = _limits(config.budget(kind)) if kind else ()
    cost = _COST_OF_DAY if kind == "downloads" and _DAYS & tk.request.args.keys() else 1
    waits = [_counter().wait(limit, "budget", kind or "", _client(), cost=cost) for limit in limits]
    return _refusal(max(waits)) if any(waits) else None


def _kind() -> str | None:
    request = tk.request
    name = str(request.endpoint or "")
    if name == "api.action":
        name = str((request.view_args or {})["logic_function"])
    if (request.args or request.path.endswith(_MADE)) and _PARTS.fullmatch(name):
        return "downloads"
    if _DAYS & request.args.keys() or _DAYS & given().keys():
        return "days"
    is_search = name == _FEED and bool({"q", "fq"} & request.args.keys())
    return "searches" if is_search or _SEARCHES.fullmatch(name) else None


def _client() -> str:
    """Tell clients apart: one who has IPv6 has at least 2^64 addresses."""
    if tk.current_user.is_authenticated:
        return f"account {tk.current_user.id}"
    try:
        address = ip_address(str(tk.request.remote_addr))
    except ValueError:
        return "unknown"
    return address.exploded[:19] if isinstance(address, IPv6Address) else str(address)


def _refusal(seconds: float) -> Response:
    sentence = tk._(
        "Very much was asked for from here within a short time; whole tables and pages of today can be read "
        "meanwhile."
    )
    return refuse_too_often(sentence, time.time() + seconds)


@cache
def _limits(text: str) -> tuple[RateLimitItem, ...]:
    return tuple(parse_many(text)) if text else ()


def _counter() -> _Counter:
    return _counter_of(str(tk.config["ckan.redis.url"]), str(tk.config["ckan.site_id"]))


@cache
def _counter_of(url: str, site: str) -> _Counter:
    return _Counter(url, site)
