"""What is wrong with an answer's headers, and what in a page they forbid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import html

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
_ADDRESS = re.compile(r"\s*(javascript|vbscript|data):", re.IGNORECASE)
# data for search engines: browsers run no script of this type, so no policy looks at it (HTML, "data block")
_DATA = "application/ld+json"
_LEADING = {"href", "src", "action", "formaction"}


def header_faults(answer: Any) -> Iterator[str]:
    """Give what is wrong with the headers of an answer."""
    for name, value in FIXED.items():
        if answer.headers.get(name) != value:
            yield f"{name}: {answer.headers.get(name)}"
    policy = set(answer.headers.get("Content-Security-Policy", "").split("; "))
    if "default-src 'none'" not in policy and not POLICY - {"frame-ancestors 'none'"} <= policy:
        yield f"policy: {policy}"
    if "Permissions-Policy" not in answer.headers:
        yield "no Permissions-Policy"


def markup_faults(page: html.HtmlElement) -> Iterator[str]:
    """Give what the policy would stop in a page."""
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        for fault in _element_faults(element):
            yield f"{fault}: {html.tostring(element, encoding='unicode')[:160]}"


def _element_faults(element: html.HtmlElement) -> Iterator[str]:
    is_script = element.tag == "script" and not element.get("src") and element.get("type") != _DATA
    if is_script or element.tag == "style":
        yield "inline"
    for name, value in element.items():
        if name in {"style", "nonce"} or name.startswith(("on", "hx-on")):
            yield name
        elif name in _LEADING and _ADDRESS.match(value):
            yield f"{name}={value}"
        elif name.startswith("hx-") and "js:" in value:
            yield name
