"""Template helpers for taking something along: code for embedding, for programs, a citation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode, urlsplit

import ckan.plugins.toolkit as tk

from .middleware import kept_day
from .publishing.snapshot import site_url
from .reuse import oembed

__all__ = ["digitalms_embed", "digitalms_oembed_address"]


def digitalms_embed(
    what: str, title: str, *, has_picture: bool = True, more: Iterable[tuple[str, str]] = ()
) -> Mapping[str, str]:
    """Return the code that embeds something, of the day of this page.

    Args:
        what: its path below ``/digitalisierung/einbetten/``.
        title: what it shows.
        has_picture: whether there is an image of it.
        more: of its address, a filter.

    Returns:
        ``address`` of the frame, ``frame`` and ``image`` as HTML, and an ``id`` that is unique on the page.
    """
    query = urlencode([*more, *kept_day.kept().items()])
    asked = f"?{query}" if query else ""
    stem = f"{_root()}/digitalisierung/einbetten/{quote(what)}"
    frame = oembed.Frame(f"{stem}{asked}", title, height=440 if has_picture else 520)
    page = f"{_host()}{tk.request.full_path.rstrip('?')}" if has_picture else ""
    image = oembed.image(frame, f"{stem}.svg{asked}", page, tk._("Source: {page}").format(page=page))
    mark = hashlib.sha256(f"{what} {query}".encode()).hexdigest()[:8]
    return {"id": f"dm-embed-{mark}", "address": frame.address, "frame": frame.html, "image": image}


def digitalms_oembed_address(kind: str) -> str:
    """Return where a program learns how this page is embedded: as ``json`` or ``xml``."""
    here = f"{_host()}{tk.h.digitalms_here()}"
    asked = urlencode([*tk.request.args.items(multi=True)])
    told = {"url": f"{here}?{asked}" if asked else here, "format": kind}
    return f"{site_url()}/digitalisierung/oembed?{urlencode(told)}"


def _host() -> str:
    told = urlsplit(site_url())
    return f"{told.scheme}://{told.netloc}"


def _root() -> str:
    """Return the catalogue's address with the language of this page."""
    language = "" if tk.request.environ.get("CKAN_LANG_IS_DEFAULT", True) else f"/{tk.h.lang()}"
    return f"{site_url()}{language}"
