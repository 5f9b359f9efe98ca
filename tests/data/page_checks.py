"""What is wrong with a page: no title, English words on a German page, requests to other hosts."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from babel.messages.pofile import read_po
from lxml import html

ROOT = Path(__file__).parents[2]
OURS = ROOT / "ckanext-digitalms/ckanext/digitalms/i18n/de/LC_MESSAGES/ckanext-digitalms.po"
HOST = "test.ckan.net"
# what a browser fetches or sends to without being asked
FETCHED = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src",),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "form": ("action",),
    "button": ("formaction",),
}
LINKS = {"stylesheet", "icon", "shortcut icon", "preload", "prefetch", "preconnect", "manifest"}
NO_TEXTS = frozenset({"script", "style", "code", "pre", "textarea", "svg"})
READ_OUT = ("title", "placeholder", "aria-label", "alt", "data-bs-title")
# words that no German sentence has, and some that an English one hardly has
ENGLISH = frozenset(
    {"the", "of", "and", "you", "your", "this", "that", "with", "for", "from", "is", "are", "not", "has"}
    | {"have", "been", "which", "when", "there", "will", "can", "please", "should", "no", "to", "by"}
)
GERMAN = frozenset(
    {"der", "die", "das", "und", "ist", "eine", "ein", "für", "mit", "von", "zu", "nicht", "wird"}
)
# a licence is called as it is called
NAMES = re.compile(r"Licen[cs]e|Creative Commons|Open Data Commons|Public Domain")
# CKAN writes a placeholder without asking for its translation, and a name into a sentence before it asks
UNTRANSLATABLE = re.compile(r"Username|Not authorized to access .* members download")
# German, too, though no catalogue says so
SAME = frozenset({"API", "CSV", "JSON", "Admin", "Admins", "URL", "Name", "Format", "Status", "Team", "text"})


def problems(body: str, language: str) -> list[str]:
    """Return what is wrong with a page."""
    if "<html" not in body:
        return []  # a piece that a script puts into a page
    return problems_of(html.fromstring(body), language)


def problems_of(page: html.HtmlElement, language: str) -> list[str]:
    """Return what is wrong with a page that has been read."""
    found = [*_heading(page, language), *(f"fetches {url}" for url in _foreign(page))]
    if language == "de":
        found += [f"English: {text[:150]}" for text in dict.fromkeys(_texts(page)) if is_english(text)]
    return found


def _heading(page: html.HtmlElement, language: str) -> Iterator[str]:
    title = (page.findtext(".//title") or "").strip()
    if not title or title.startswith(("-", "–")):
        yield f"title: {title!r}"
    headings = [element.text_content().strip()[:40] for element in page.iter("h1")]
    if len(headings) != 1:
        yield f"headings: {headings}"
    if page.get("lang") != language:
        yield f"lang: {page.get('lang')}"


def _foreign(page: html.HtmlElement) -> Iterator[str]:
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        named = [told for name in FETCHED.get(element.tag, ()) if (told := element.get(name))]
        if element.tag == "link" and element.get("rel") in LINKS:
            named.append(element.get("href"))
        if element.tag == "style":
            named += re.findall(r"url\([\"']?([^\"')]+)", element.text or "")
        yield from (url for url in named if urlsplit(url).netloc not in {"", HOST})


def _texts(page: html.HtmlElement) -> Iterator[str]:
    """Give what stands in a page, in its order, but for what is no text or is said to be English."""
    found = [page.get(name) for name in READ_OUT]
    if page.tag == "input" and page.get("type") in {"submit", "button"}:
        found.append(page.get("value"))
    found.append(page.text)
    yield from (" ".join(text.split()) for text in found if text)
    for part in page:
        if isinstance(part.tag, str) and part.tag not in NO_TEXTS and part.get("lang") != "en":
            yield from _texts(part)
        if part.tail and isinstance(part.tag, str):
            yield " ".join(part.tail.split())


@cache
def is_english(text: str) -> bool:
    """Return whether a text is a text of the code without its German words, or has English ones."""
    if not re.search(r"[A-Za-z]{3}", text) or text in SAME or NAMES.search(text):
        return False
    if UNTRANSLATABLE.fullmatch(text):
        return False
    german = catalogue()
    if text in german and german[text] != text:
        return True
    words = set(re.findall(r"[a-zäöüß]+", text.lower()))
    return bool(ENGLISH & words) and not GERMAN & words


@cache
def catalogue() -> dict[str, str]:
    """Return every text of CKAN, ckanext-harvest and ours, with its German words (nothing: it has none)."""
    found: dict[str, str] = {}
    for file in (
        _of("ckanext.harvest", "i18n/ckanext-harvest.pot"),
        _of("ckan", "i18n/de/LC_MESSAGES/ckan.po"),
        OURS,
    ):
        with file.open("rb") as opened:
            for message in read_po(opened):
                for one, other in _pairs(message.id, message.string):
                    found[one] = other or found.get(one, "")
    return found


def _of(package: str, path: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / path


def _pairs(english: object, german: object) -> list[tuple[str, str]]:
    if isinstance(english, (tuple, list)) and isinstance(german, (tuple, list)):
        return list(zip(map(str, english), map(str, german), strict=False))
    return [(str(english), str(german or ""))]
