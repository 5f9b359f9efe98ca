"""The pages that the search of the catalogue finds: definitions, reports, the city's own, and ours."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import redis
from ckan import model
from ckan.lib.redis import connect_to_redis
from sqlalchemy.orm import Session

from ckanext.digitalms.city_pages import blanks
from ckanext.digitalms.city_pages.pages import LANGUAGES, PAGES
from ckanext.digitalms.measures import definitions
from ckanext.digitalms.messages import N_
from ckanext.digitalms.model import CityText, CouncilReport, ReportVersion
from ckanext.digitalms.search import entry_index
from ckanext.digitalms.search.entries import PAGE, REPORT, Entry
from ckanext.digitalms.search.states import said_of
from ckanext.digitalms.search.texts import summary_of

from . import background, city_texts
from .language import in_german
from .listening import listen_once
from .reporting import drafts, shown

__all__ = ["pages", "refresh", "run", "watch"]

log = logging.getLogger(__name__)

_CHANGED = "digitalms_pages_changed"
# a job that never started does not hold the next one back for longer
_PATIENCE = 120

# pages that people ask for by what they do; key: path, title, words
_OURS = (
    ("/digitalisierung", N_("All measures"), N_("overview, measures, status, progress")),
    (
        "/digitalisierung/meilensteine",
        N_("All milestones: plan and actual"),
        N_("milestones, dates, deadlines, calendar"),
    ),
    ("/digitalisierung/vergleich", N_("What has changed between two days"), N_("comparison of two days")),
    ("/digitalisierung/aenderungen", N_("Changes day by day"), N_("news, changes, feed")),
    ("/digitalisierung/berichte", N_("Reports"), N_("reports to the council")),
    ("/digitalisierung/ratsbezug/", N_("Council papers"), N_("council, papers, decisions, motions")),
    (
        "/digitalisierung/daten/",
        N_("Open tables"),
        N_("open data, downloads, tables, files as CSV, JSON, Excel, Parquet"),
    ),
    ("/digitalisierung/datenqualitaet/", N_("Data quality"), N_("sources of the data, deliveries")),
    (
        "/digitalisierung/katalog-in-zahlen",
        N_("The catalogue in figures"),
        N_("statistics of the catalogue, downloads, quality of metadata"),
    ),
    ("/digitalisierung/api", N_("Interface (API)"), N_("programs, interface, developers")),
)
_MOST_REPORTS = 1_000


def watch() -> None:
    """Begin to watch the session for what pages are made of; more than once does no harm."""
    for event, listener in (
        ("after_flush", _note),
        ("after_commit", _follow),
        ("after_soft_rollback", _forget),
    ):
        listen_once(model.Session, event, listener)


def _note(session: Session, flush_context: Any) -> None:
    del flush_context
    if any(
        isinstance(row, CityText | CouncilReport | ReportVersion) for row in (*session.new, *session.dirty)
    ):
        session.info[_CHANGED] = True


def _follow(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.pop(_CHANGED, False):
        return
    try:
        if connect_to_redis().set(_key(), "1", nx=True, ex=_PATIENCE):
            background.queue(run, title="digitalms pages of the search")
    except redis.RedisError:
        log.exception("No job could be queued: the hourly comparison brings the pages up to date")


def _forget(session: Session, previous: Any) -> None:
    if not previous.nested:
        session.info.pop(_CHANGED, None)


def run() -> None:
    """Bring the pages up to date, as a job; changes from now on ask for another one."""
    connect_to_redis().delete(_key())
    refresh()


def _key() -> str:
    return f"ckan:{tk.config['ckan.site_id']}:digitalms:searched-pages"


def refresh() -> int:
    """Bring the pages in the index up to date; return how many differed. Raises what Solr says."""
    return entry_index.replace_pages(pages())


def pages() -> Iterator[Entry]:
    """Go through all pages, told in German."""
    for path, title, words in _OURS:
        yield _page(f"ours:{path}", in_german(title), path, named=[in_german(words)])
    for group in definitions.groups():
        for one in group.definitions:
            path = f"/digitalisierung/definitionen#{one.anchor}"
            title = in_german(N_("Definition: {word}")).format(word=in_german(one.label))
            said = said_of(one.anchor.removeprefix("status-"))
            yield _page(f"definition:{one.anchor}", title, path, named=said, body=[in_german(one.text)])
    for name, page in PAGES.items():
        text = blanks.public(city_texts.shown(name, LANGUAGES[0]).text)
        yield _page(f"city:{name}", in_german(page.title), f"/digitalisierung/{name}", body=[text])
    yield from _reports()


def _page(key: str, title: str, path: str, **texts: list[str]) -> Entry:
    summary = {"summary": summary_of(next(iter(texts.get("body", ())), ""))}
    return Entry(
        f"page:{key}",
        PAGE,
        key,
        title,
        path,
        facets={"kind": [PAGE]},
        shown=summary,
        **texts,  # type: ignore[arg-type]
    )


def _reports() -> Iterator[Entry]:
    _, rows = drafts.page(with_drafts=False, limit=_MOST_REPORTS, offset=0)
    for row, versions in rows:
        told = shown.head(row, versions, is_maker=False)
        if told["state"] != shown.FROZEN:
            continue
        day = told["as_of"]
        yield Entry(
            f"page:report:{told['name']}",
            REPORT,
            told["name"],
            told["title"],
            f"/digitalisierung/berichte/{told['name']}",
            named=[told["number"] or "", told["type_title"]],
            body=[day],
            facets={"kind": [REPORT], "year": [day[:4]]},
            shown={"summary": "", "as_of": day},
        )
