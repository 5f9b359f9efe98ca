"""Changes as Atom (by feedgen, which CKAN's own feeds use) and as JSON Feed 1.1."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from feedgen.feed import FeedGenerator
from markupsafe import Markup, escape

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json

__all__ = ["Feed", "atom", "json_feed"]

# what XML cannot hold
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Feed:
    """A part of a feed.

    Args:
        title: what it is of.
        language: of its sentences, such as ``de``.
        page: the address of the page that shows the same.
        own: its own address.
        first: that of its first part.
        following: that of the part with older entries; empty in the last one.
        entries: as ``digitalms_catalogue_change_list`` gives them, the newest first.
    """

    title: str
    language: str
    page: str
    own: str
    first: str
    following: str
    entries: Sequence[Json]


def atom(feed: Feed) -> bytes:
    """Return a feed as Atom (RFC 4287), with the parts of RFC 5005."""
    made = FeedGenerator()
    made.id(feed.first)
    made.title(_clean(feed.title))
    made.language(feed.language)
    made.author(name=_clean(_author()))
    made.updated(_newest(feed))
    made.link(href=feed.own, rel="self", type="application/atom+xml")
    made.link(href=feed.page, rel="alternate", type="text/html", hreflang=feed.language)
    if feed.following:
        made.link(href=feed.following, rel="next", type="application/atom+xml")
    if feed.own != feed.first:
        made.link(href=feed.first, rel="first", type="application/atom+xml")
    for each in feed.entries:
        entry = made.add_entry(order="append")
        moment = datetime.fromisoformat(each["learnt_at"])
        entry.id(_entry_id(each))
        entry.title(_clean(_title(each)))
        entry.updated(moment)
        entry.published(moment)
        entry.link(href=_link(each), rel="alternate", type="text/html")
        entry.content(_clean(_html(each)), type="html")
        for kind in _kinds(each):
            entry.category(term=kind)
    written: bytes = made.atom_str(pretty=True)
    return written


def json_feed(feed: Feed) -> bytes:
    """Return a feed as JSON Feed 1.1; what only we have stands in ``_digitalms``."""
    told: Json = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.own,
        **({"next_url": feed.following} if feed.following else {}),
        "language": feed.language,
        "authors": [{"name": _author()}],
        "items": [_item(each, feed.language) for each in feed.entries],
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _item(entry: Json, language: str) -> Json:
    own = ("kind", "day", "statement_id", "measure_id", "organisation", "status", "changes")
    return {
        "id": _entry_id(entry),
        "url": _link(entry),
        "title": _title(entry),
        "content_html": _html(entry),
        "summary": entry["summary"],
        "date_published": entry["learnt_at"],
        "date_modified": entry["learnt_at"],
        "tags": _kinds(entry),
        "language": language,
        "_digitalms": {name: entry[name] for name in own},
    }


def _author() -> str:
    return str(tk.config.get("ckan.site_title") or config.city())


def _newest(feed: Feed) -> datetime:
    """Return when the newest entry was learnt; of an empty feed the beginning of the day."""
    if feed.entries:
        return datetime.fromisoformat(feed.entries[0]["learnt_at"])
    return datetime.combine(config.today(), time(), config.time_zone())


def _entry_id(entry: Json) -> str:
    """Return an id that stays whatever the page is called: a tag URI (RFC 4151)."""
    host = urlsplit(tk.config["ckan.site_url"]).hostname or "localhost"
    return f"tag:{host},{entry['learnt_at'][:10]}:{entry['id']}"


def _link(entry: Json) -> str:
    return f"{entry['url']}#verlauf"


def _title(entry: Json) -> str:
    told = {"title": entry["title"] or entry["measure_id"], "summary": entry["summary"]}
    return str(tk._("{title}: {summary}").format(**told))


def _html(entry: Json) -> str:
    """Return the sentences of an entry as HTML; everything in it is escaped."""
    sentences = Markup("").join(Markup("<li>{}</li>").format(one["sentence"]) for one in entry["changes"])
    day = tk.h.digitalms_day(entry["day"])
    stand = tk._("Stand {day}").format(day=day) if entry["kind"] != "late" else day
    first = Markup("<p>{}</p>").format(
        " · ".join(filter(None, (stand, entry["organisation_title"], entry["source"])))
    )
    return str(first + (Markup("<ul>{}</ul>").format(sentences) if sentences else escape("")))


def _kinds(entry: Json) -> list[str]:
    return list(dict.fromkeys(tk.h.digitalms_label("change", one["kind"]) for one in entry["changes"]))


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
