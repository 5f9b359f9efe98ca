"""The address of a source: what it may be, and how it is written where others read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from ckanext.digitalms.messages import N_, Message

PORTS: Mapping[str, int] = {"http": 80, "https": 443}
DELIVERY = re.compile(r"delivery:(?P<id>[0-9a-f-]{36})")
_USER = re.compile(r"(?<=//)[^/?#\s@]+@")
_SECRET = re.compile(
    r"(?i)(?<=[?&;])([^=&;#\s]*(?:token|key|secret|passw|pwd|signature|sig|auth|credential)[^=&;#\s]*=)[^&;#\s”]+"
)


class AddressError(ValueError):
    """An address that a source must not have; ``message`` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message


def masked(url: str) -> str:
    """Return an address without what lets one in: user and password, and secrets in its query."""
    return _SECRET.sub(r"\1***", _USER.sub("***@", url))


def spaced(url: str) -> str:
    """Return an address as programs write it: spaces after the host, which people copy with it, are signs."""
    text = url.strip()
    start = text.find("/", text.find("//") + 2) if "//" in text else -1
    return text if start < 0 else text[:start] + text[start:].replace(" ", "%20")


def parts(url: str) -> tuple[SplitResult, int]:
    """Take an http(s) address apart, with its port.

    Raises:
        AddressError: another scheme, no host, or a user name or password inside.
    """
    try:
        split = urlsplit(url)
        port = split.port or PORTS.get(split.scheme, 0)
    except ValueError:
        split, port = urlsplit(""), 0
    if split.scheme not in PORTS or not split.hostname or any(c.isspace() or c == "\0" for c in url):
        text = N_("“{url}” is no address of a file: it must start with http:// or https:// and name a host.")
        raise AddressError(Message(text, {"url": masked(url)[:200]}))
    if split.username is not None or split.password is not None:
        text = N_(
            "The address of the source holds a user name or password: leave it out. The operator keeps it "
            "in ckanext.digitalms.harvest.secret.NAME, with the name of the source."
        )
        raise AddressError(Message(text))
    return split, port


def check(url: str) -> None:
    """Refuse what no source may have as its address; raises :class:`AddressError`."""
    if DELIVERY.fullmatch(url):
        return
    split, _ = parts(spaced(url))
    if masked(url) != url:
        text = N_(
            "The address of the source holds a secret in “{name}”: leave it out. The operator keeps it "
            "in ckanext.digitalms.harvest.secret.NAME, with the name of the source."
        )
        found = _SECRET.search(f"?{split.query}")
        raise AddressError(Message(text, {"name": found[1].rstrip("=")[:60] if found else ""}))
