"""What a page of ours gives, and as whom it asks; CKAN's own helpers are not typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.types import Context, Response
from werkzeug.exceptions import HTTPException

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic.schema.common import MAX_PAGE
from ckanext.digitalms.middleware import kept_day
from ckanext.digitalms.moments import NO_DAY

MOST_DIGITS = 7
Page: TypeAlias = str | tuple[str, int] | Response | HTTPException


@dataclass(frozen=True)
class Part:
    """The part of a long list that a page shows: ``?seite=2`` is the second.

    Args:
        number: which, from 1.
        size: how many it has.
    """

    number: int
    size: int

    @property
    def asked(self) -> dict[str, int]:
        """Return what actions are asked for it."""
        return {"limit": self.size, "offset": (self.number - 1) * self.size}

    @property
    def kept(self) -> dict[str, int]:
        """Return what an address says of it, so that one is led back to it; nothing of the first."""
        return {"seite": self.number} if self.number > 1 else {}

    def link(self, step: int) -> str:
        """Return the address of a part before or after, relative to that of the page."""
        return f"?{urlencode({**tk.request.args.to_dict(), 'seite': self.number + step})}"


def part(size: int) -> Part:
    """Return the part that was asked for; what cannot be read is the first."""
    typed = tk.request.args.get("seite", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < MOST_DIGITS else 1
    return Part(max(number, 1), size)


def reader() -> Context:
    """Return the context of who reads; a stranger has no name.

    With the account itself CKAN does not look it up for each action.
    """
    if not tk.current_user.is_authenticated:
        return {"user": ""}
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def for_view() -> Context:
    """Return the context of who reads lists as they are kept: a page counts and groups before it cuts.

    No call of the API has it.
    """
    return {**reader(), "for_view": True}


def rendered(template: str, values: Mapping[str, Any]) -> Page:
    """Render a template."""
    page: str = tk.render(template, dict(values))
    return page


def way(path: str) -> str:
    """Return the address of a page told by its path: in the reader's language, of the day of this page."""
    return kept_day.with_day(str(tk.h.url_for(path)))


def every(action: str, asked: Mapping[str, Any]) -> list[Json]:
    """Return all results of an action that gives them by parts."""
    found: list[Json] = []
    while True:
        told = tk.get_action(action)(reader(), {**asked, "limit": MAX_PAGE, "offset": len(found)})
        found += told["results"]
        if len(found) >= told["count"] or not told["results"]:
            return found


def conditional(answer: Response) -> Response:
    """Let whoever has the same already be told so."""
    answer.add_etag(weak=True)
    answer.make_conditional(tk.request)
    return answer


def moved(endpoint: str, **named: Any) -> Page:
    """Lead to where a page is now, with everything that it was asked for."""
    address, query = (
        tk.url_for(endpoint, **named, **NO_DAY),
        tk.request.query_string.decode("ascii", "replace"),
    )
    return redirect(f"{address}?{query}" if query else address)


def redirect(*args: Any, **kwargs: Any) -> Page:
    """Lead to another page, by its endpoint or address."""
    answer: Response = tk.redirect_to(*args, **kwargs)
    return answer
