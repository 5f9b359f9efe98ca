"""What advertising and mail programs hang on to addresses is taken off before anybody reads the address.

CKAN's search would take it for a filter and find nothing, our actions would refuse it, and every one of these
words would make another page of the same content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_plus

from ckan.types import CKANApp

__all__ = ["install", "without_tracking"]

# all that the tools for such addresses write
_UTM = r"utm_(?:source|medium|campaign|term|content|id|source_platform|creative_format|marketing_tactic)"
_OTHERS = (
    r"fbclid|gclid|gclsrc|gbraid|wbraid|dclid|msclkid|yclid|ttclid|twclid|li_fat_id|igshid|mc_[ce]id|_ga|_gl"
)
_KNOWN = re.compile(
    rf"{_UTM}|{_OTHERS}|(?:mtm|pk)_(?:campaign|kwd|source|medium|content|cid|group|placement)"
)
# columns of a table of one's own may be coordinates: utm_zone, utm_east
_OWN_TABLES = "/digitalisierung/daten/datensatz/"

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def install(app: CKANApp) -> None:
    """Stand before everything that reads an address."""
    app.wsgi_app = _cleaned(app.wsgi_app)


def _cleaned(inner: Wsgi) -> Wsgi:
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if query := environ.get("QUERY_STRING"):
            environ["QUERY_STRING"] = without_tracking(query, str(environ.get("PATH_INFO", "")))
        return inner(environ, start_response)

    return answer


def without_tracking(query: str, path: str) -> str:
    """Return what is asked for, without what only tells where somebody came from; all else as it is."""
    prefix = None if _OWN_TABLES in path else "utm_"
    return "&".join(part for part in query.split("&") if not _is_tracking(part, prefix))


def _is_tracking(part: str, prefix: str | None) -> bool:
    name = unquote_plus(part.partition("=")[0])
    return bool(_KNOWN.fullmatch(name)) or (prefix is not None and name.startswith(prefix))
