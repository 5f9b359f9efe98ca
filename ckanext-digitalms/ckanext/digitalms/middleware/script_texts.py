"""What CKAN's scripts say is said in the reader's language.

CKAN hands out a file that only the command ``ckan translation js`` makes, and nobody makes it anew after an
update. So the texts come from the catalogues of CKAN and all plugins, when they are first asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import ckan.plugins as p
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from ckan.lib.i18n import get_ckan_i18n_dir, get_locales_from_config
from ckan.types import CKANApp, Response
from flask import current_app, request

__all__ = ["install", "texts"]

_ENDPOINT = "api.i18n_js_translations"


def install(app: CKANApp) -> None:
    """Answer in place of CKAN's view, which still refuses languages that are not offered."""
    theirs = app.view_functions[_ENDPOINT]

    def answer(lang: str, ver: int = 1) -> Any:
        return _send(lang) if lang in get_locales_from_config() else theirs(lang, ver)

    app.view_functions[_ENDPOINT] = answer


def _send(language: str) -> Response:
    answer = current_app.response_class(texts(language), mimetype="application/json")
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@cache
def texts(language: str) -> str:
    """Return all texts of scripts as the library of CKAN's scripts reads them."""
    said, found = _said(), dict[str, Any]()
    for catalogue in _catalogues(language):
        found.setdefault("", {"domain": "ckan", "lang": language, "plural-forms": catalogue.plural_forms})
        found.update(entry for entry in map(_entry, catalogue) if entry[0] in said)
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


def _entry(message: Any) -> tuple[str, list[str | None]]:
    if isinstance(message.id, str):
        return message.id, [None, message.string]
    return message.id[0], [message.id[1], *message.string]


def _folders() -> Iterator[tuple[Path, str]]:
    yield Path(get_ckan_i18n_dir()), "ckan"
    for plugin in p.PluginImplementations(p.ITranslation):
        yield Path(plugin.i18n_directory()), plugin.i18n_domain()


def _catalogues(language: str) -> Iterator[Catalog]:
    for folder, domain in _folders():
        file = folder / language / "LC_MESSAGES" / f"{domain}.mo"
        if file.is_file():
            with file.open("rb") as opened:
                yield read_mo(opened)


@cache
def _said() -> frozenset[str]:
    """Return the texts that scripts say: a catalogue without translations tells where each one stands."""
    found = set[str]()
    for folder, domain in _folders():
        file = folder / f"{domain}.pot"
        if file.is_file():
            with file.open("rb") as opened:
                found.update(_in_scripts(read_po(opened)))
    return frozenset(found)


def _in_scripts(catalogue: Catalog) -> Iterator[str]:
    for message in catalogue:
        if any(name.endswith(".js") for name, _ in message.locations):
            yield message.id if isinstance(message.id, str) else message.id[0]
