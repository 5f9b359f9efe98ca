"""CKAN's scripts bring the names of days and months in the languages of its pages, not in all 137.

They are half of what all its scripts weigh.
"""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import webassets_tools
from ckan.types import CKANApp
from webassets.bundle import Bundle
from webassets.filter import Filter

__all__ = ["install", "kept"]

_FILE = "moment-with-locales.js"
_START = "//! moment.js locale configuration"
_NAME = re.compile(r"defineLocale\('([^']+)'")
_END = "hooks.locale('en');"


def install(app: CKANApp) -> None:
    """Cut them out when the bundle is made; its name says so, since another one may be there from before."""
    del app
    languages = _languages()
    bundle = webassets_tools.env["vendor/vendor"]
    if not languages:
        return
    bundle.contents = [
        _cut(path, languages) if str(path).endswith(_FILE) else path for path in bundle.contents
    ]
    bundle.output = f"vendor/%(version)s_vendor-{'-'.join(sorted(languages))}.js"


def _cut(path: str, languages: frozenset[str]) -> Any:
    return Bundle(path, filters=_OfPages(languages))  # type: ignore[no-untyped-call, unused-ignore]


def _languages() -> frozenset[str]:
    """Return the languages of pages as scripts name them; none means all."""
    offered = tk.config["ckan.locales_offered"]
    names = {str(name).lower().replace("_", "-") for name in (*offered, tk.config["ckan.locale_default"])}
    return frozenset(names | {name.partition("-")[0] for name in names}) if offered else frozenset()


def kept(script: str, languages: frozenset[str]) -> str:
    """Return the script with these languages alone; English is in its core."""
    core, *parts = script.split(_START)
    if not parts or _END not in parts[-1]:
        return script
    parts[-1], end = parts[-1].rsplit(_END, 1)
    chosen = [part for part in parts if (name := _NAME.search(part)) and name[1] in languages]
    return core + "".join(chosen) + _END + end


class _OfPages(Filter):  # type: ignore[misc, unused-ignore]
    """`kept` as a filter of webassets."""

    name = "digitalms_languages"  # type: ignore[assignment, unused-ignore]

    def __init__(self, languages: frozenset[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call, unused-ignore]
        self._languages = languages

    def unique(self) -> Any:
        """Tell one choice of languages from another."""
        return tuple(sorted(self._languages))

    def input(self, _in: Any, out: Any, **_: Any) -> None:
        """Cut one file."""
        out.write(kept(_in.read(), self._languages))
