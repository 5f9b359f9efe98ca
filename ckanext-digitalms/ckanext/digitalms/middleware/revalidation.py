"""What has not changed is not made again: a stranger's browser is told so, and others get the copy.

Whether anything has changed is asked of PostgreSQL: two equal snapshots (``txid_current_snapshot``) see the
same committed rows, whatever wrote them, so nothing has to be named that a page is made from. The snapshot is
read before the page is made, so what is kept under it is as new or newer. Of accounts nothing is kept: their
pages have tokens, and what only they see. What is no page (files, answers of the API) is kept alike. The ETag
is the content's: whatever else was written meanwhile, also in another database of the same server, who has
the same page is told so.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from threading import Lock

import ckan.plugins.toolkit as tk
from cachetools import LRUCache
from ckan.types import CKANApp, Response
from flask import current_app, make_response, session

from ckanext.digitalms import config
from ckanext.digitalms.services.kept import snapshot

__all__ = ["install"]

# pages whose whole content is in the database, the configuration and the program
_PAGES = frozenset(
    {
        "digitalms_overview.index",
        "digitalms_changes.index",
        "digitalms_comparison.index",
        "digitalms_measure.read",
        "digitalms_measure_fields.read",
        "digitalms_milestones.index",
        "digitalms_definitions.index",
        "digitalms_api.index",
        "digitalms_embed.frame",
    }
)
# files and answers of the API of which the same is true, and which many ask for
_FILES = frozenset({"digitalms_comparison.csv", "digitalms_comparison.json", "digitalms_embed.picture"})
_ACTIONS = frozenset({"digitalms_comparison_show"})
_KINDS = frozenset({"text/html", "text/csv", "application/json", "image/svg+xml"})
# what is searched for is found in the index, of which the database knows nothing
_SEARCHED = "q"
# how much is used is counted in Valkey, of which it knows nothing, either
_COUNTED = "katalog-in-zahlen/"
_PRIVATE = "__no_cache__"  # CKAN's mark in a request
_MEMORY = 16_000_000  # bytes of pages in each process


@dataclass(frozen=True)
class _Page:
    """A page that was made, its ETag, and whether CKAN lets proxies keep it (``ckan.cache_enabled``)."""

    body: bytes
    etag: str
    content_type: str
    disposition: str | None
    is_private: bool


class _Pages:
    """The pages of one application; a new start of the program begins with none."""

    def __init__(self) -> None:
        self._start = uuid.uuid4().hex
        self._kept: LRUCache[str, _Page] = LRUCache(_MEMORY, getsizeof=lambda page: len(page.body))
        self._lock = Lock()
        self._config: tuple[list[tuple[str, object]], str] = ([], "")

    def answer(self) -> Response | None:
        """Answer with what is kept, if the request is one for that; what is not is noted for ``keep``."""
        tk.g.digitalms_mark = self._mark() if _is_strangers() else None
        with self._lock:
            page = self._kept.get(tk.g.digitalms_mark) if tk.g.digitalms_mark else None
        if page is None:
            return None
        if page.is_private:
            tk.request.environ[_PRIVATE] = True
        answer: Response = make_response(page.body)
        answer.headers["Content-Type"] = page.content_type
        if page.disposition:
            answer.headers["Content-Disposition"] = page.disposition
        tk.g.digitalms_etag = page.etag
        return answer

    def keep(self, response: Response) -> Response:
        """Keep a page that was made, and let the browser ask whether it has changed."""
        mark = tk.g.get("digitalms_mark")
        # a session that holds something belongs to somebody: the token of a form, or a message
        if mark and response.status_code == 200 and response.mimetype in _KINDS and not session:
            etag = tk.g.get("digitalms_etag") or self._kept_now(mark, response)
            response.set_etag(etag, weak=True)
            response.make_conditional(tk.request)
        return response

    def _kept_now(self, mark: str, response: Response) -> str:
        body = response.get_data()
        etag = hashlib.sha256(body).hexdigest()
        kinds = response.headers["Content-Type"], response.headers.get("Content-Disposition")
        with self._lock:
            self._kept[mark] = _Page(body, etag, *kinds, _PRIVATE in tk.request.environ)
        return etag

    def _configured(self) -> str:
        """Name the configuration as it is: it is written out again only where a value is another."""
        items = list(tk.config.copy().items())
        known, name = self._config
        if items != known:
            name = hashlib.sha256(
                repr(sorted((key, str(value)) for key, value in items)).encode()
            ).hexdigest()
            self._config = items, name
        return name

    def _mark(self) -> str:
        """Name everything that the page of this request is made from."""
        made_from = (
            self._start,
            snapshot(),
            config.today(),
            self._configured(),
            tk.request.environ.get("CKAN_LANG"),
            tk.request.url,
        )
        return hashlib.sha256(repr(made_from).encode()).hexdigest()


def install(app: CKANApp) -> None:
    """Look before a view begins, after all that may refuse a request."""
    pages = _Pages()
    app.before_request(pages.answer)
    app.after_request(pages.keep)


def _is_strangers() -> bool:
    request = tk.request
    return (
        request.method in {"GET", "HEAD"}
        and _is_kept(request.endpoint)
        and _SEARCHED not in request.args
        and current_app.config["SESSION_COOKIE_NAME"] not in request.cookies
        and not tk.current_user.is_authenticated
    )


def _is_kept(endpoint: str | None) -> bool:
    named = tk.request.view_args or {}
    if endpoint == "api.action":
        # without a question in the address CKAN reads one in the body, which no mark knows
        return bool(tk.request.args) and named.get("logic_function") in _ACTIONS
    return (endpoint in _PAGES or endpoint in _FILES) and not str(named.get("what", "")).startswith(_COUNTED)
