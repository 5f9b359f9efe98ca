"""The pages' typeface and CKAN's icons, cut down to what is needed of them.

Source Sans 3 (Adobe, SIL Open Font Licence 1.1) comes as a Python package; 27 kB instead of 640 kB leave
the server, and nothing is fetched from elsewhere. Of CKAN's icons (Font Awesome) its pages show some seventy;
a page that shows another one gets the whole file of CKAN as well.
"""

from __future__ import annotations

import hashlib
import io
import re
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from fontTools import subset
from fontTools.ttLib import TTFont

STYLES = {"normal": "SourceSans3[wght].ttf", "italic": "SourceSans3-Italic[wght].ttf"}
# Latin with its accents, quotation marks and dashes, euro, trade mark, arrow, minus, soft hyphen
CHARACTERS = (*range(0x20, 0x180), *range(0x2010, 0x2040), 0x20AC, 0x2122, 0x2192, 0x2212)
# as CKAN 2.12, harvest, scheming and our templates name them
_NAMES = """
arrow-circle-down arrow-left arrow-right arrows arrows-alt ban bars book briefcase building
chart-bar check check-circle circle circle-info circle-minus circle-plus circle-xmark cloud-upload
code cog copy dashboard download edit external-link eye eye-slash filter flask gavel gear globe home
image info-circle key link list lock minus object-group paperclip pencil plus plus-square
question-circle refresh remove reorder save search share share-square sign-out sitemap sort-down
sort-up spinner star table tachometer tag tags times times-circle trash user users warning wrench
"""
ICONS = frozenset(_NAMES.split())
_ICON = re.compile(r"\.fa-([a-z0-9-]+)\s*\{\s*--fa:\s*\"\\([0-9a-f]+)\"")
FEATURES = ["kern", "liga", "tnum", "mark", "mkmk", "ccmp", "locl"]


@cache
def mark() -> str:
    """Tell the typeface as it is cut now from any other."""
    packages = [version(name) for name in ("fontpkg-source-sans-3", "fonttools", "ckan")]
    made_from = (packages, CHARACTERS, FEATURES, sorted(ICONS))
    return hashlib.sha256(repr(made_from).encode()).hexdigest()[:16]


@cache
def woff2(style: str) -> bytes:
    """Return the typeface as WOFF2; made once in a process, in about a second.

    Args:
        style: ``normal`` or ``italic``; raises :class:`KeyError` for anything else.
    """
    source = files("fontpkg_source_sans_3").joinpath("files", STYLES[style])
    return _cut(source, CHARACTERS)


@cache
def icons() -> bytes:
    """Return CKAN's icons as WOFF2."""
    return _cut(_icons_of_ckan().joinpath("webfonts", "fa-solid-900.woff2"), icon_characters())


@cache
def icon_characters() -> tuple[int, ...]:
    """Return the characters that CKAN's stylesheet of icons puts in for those that are cut out."""
    rules = _icons_of_ckan().joinpath("css", "all.css").read_text(encoding="utf-8")
    return tuple(sorted({int(code, 16) for name, code in _ICON.findall(rules) if name in ICONS}))


def _icons_of_ckan() -> Traversable:
    return files("ckan").joinpath("public", "base", "vendor", "fontawesome-free")


def _cut(source: Traversable, characters: tuple[int, ...]) -> bytes:
    font = TTFont(io.BytesIO(source.read_bytes()))
    options = subset.Options()
    options.layout_features = FEATURES
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    font.flavor = "woff2"
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()
