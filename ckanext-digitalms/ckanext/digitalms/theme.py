"""The city's colours, the typeface and what a sysadmin wrote for the look, as one stylesheet.

Its address holds a mark of its content: a browser keeps the file for good, and asks for another when
it changes.
"""

from __future__ import annotations

import hashlib

import ckan.plugins.toolkit as tk

from . import config, typeface

FOR_GOOD = "public, max-age=31536000, immutable"  # of an address that names its content
_FACE = (
    '@font-face {{ font-family: "Source Sans 3"; font-style: {style}; font-weight: 200 900; '
    'font-display: swap; src: url("{address}") format("woff2"); }}\n'
)


# for these characters a browser takes this file instead of the one that CKAN's stylesheet names
_ICONS = (
    '@font-face {{ font-family: "Font Awesome 6 Free"; font-style: normal; font-weight: 900; '
    'font-display: block; src: url("{address}") format("woff2"); unicode-range: {characters}; }}\n'
)


# on dark pages a city's colours are as light, or as dark, as letters need them
_DARK = {
    "--dm-primary": "color-mix(in oklab, {} 35%, white)",
    "--dm-accent": "color-mix(in oklab, {} 15%, black)",
}


def stylesheet() -> str:
    """Write the stylesheet; the addresses of the typeface follow ``ckan.root_path``."""
    faces = (_FACE.format(style=style, address=typeface_address(style)) for style in typeface.STYLES)
    colours = "; ".join(f"{name}: {value}" for name, value in config.theme().items())
    dark = "; ".join(f"{name}: {_DARK[name].format(value)}" for name, value in config.theme().items())
    both = f":root {{ {colours} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    return f"{''.join(faces)}{_icons()}{both}{tk.g.site_custom_css or ''}\n"


def _icons() -> str:
    address = tk.url_for("digitalms_typeface.icons", v=typeface.mark(), locale="default")
    characters = ", ".join(f"U+{character:X}" for character in typeface.icon_characters())
    return _ICONS.format(address=address, characters=characters)


def typeface_address(style: str) -> str:
    """Return where the typeface is, as it is cut now."""
    address = tk.url_for("digitalms_typeface.read", style=style, v=typeface.mark(), locale="default")
    return str(address)


def mark(content: str) -> str:
    """Tell a stylesheet from any other."""
    return hashlib.sha256(content.encode()).hexdigest()[:16]
