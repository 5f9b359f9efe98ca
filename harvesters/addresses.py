"""Which addresses may be fetched from: public ones, and the private networks that are allowed by name."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from ckanext.digitalms.shared import N_, AddressError, Message, address_parts, masked, spaced

from .exceptions import FailItem

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], list[str]]

_NAT64 = IPv6Network("64:ff9b::/96")
# forms that wrap an IPv4 address for a translator inside a network: nothing public is reached by them
_TRANSLATED = tuple(map(IPv6Network, ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48")))


class AddressRefusedError(FailItem):
    """An address that must not be fetched, or that is none."""

    cause = "address-refused"


class UnknownHostError(FailItem):
    """A name that the name service does not know."""

    cause = "unknown-host"


@dataclass(frozen=True)
class Target:
    """A checked address: where to connect, and under which name to ask."""

    url: str
    scheme: str
    host: str
    port: int
    ip: str


def resolve(host: str, port: int) -> list[str]:
    """Ask the name service for all addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def checked(url: str, allowed: Iterable[Network], resolver: Resolver = resolve) -> Target:
    """Check an address and pin it to the IP address that was checked.

    Raises:
        AddressRefusedError: no http(s), a password inside, or a private address.
        UnknownHostError: the host's name cannot be resolved.
    """
    url = spaced(url)
    try:
        parts, port = address_parts(url)
    except AddressError as error:
        raise AddressRefusedError(error.message) from error
    host = parts.hostname or ""
    try:
        addresses = resolver(host, port)
    except (OSError, UnicodeError) as error:
        text = N_("The name service does not know “{host}”: correct the address of the source.")
        raise UnknownHostError(Message(text, {"host": host[:100]})) from error
    networks = list(allowed)
    for address in addresses:
        if not _may_connect(address, networks):
            text = N_(
                "“{url}” leads to the address {address} inside a private network, which is not fetched: "
                "use a public address, or let the operator allow the network in "
                "ckanext.digitalms.fetch.allowed_networks."
            )
            raise AddressRefusedError(Message(text, {"url": masked(url)[:200], "address": address}))
    return Target(url, parts.scheme, host, port, addresses[0].split("%")[0])


def _may_connect(text: str, allowed: list[Network]) -> bool:
    address = _inner(ip_address(text.split("%")[0]))
    if any(address in network for network in allowed if network.version == address.version):
        return True
    if isinstance(address, IPv6Address) and any(address in network for network in _TRANSLATED):
        return False
    return address.is_global and not address.is_multicast


def _inner(address: Address) -> Address:
    """Look through IPv6 addresses that only wrap an IPv4 address."""
    if isinstance(address, IPv6Address):
        teredo = address.teredo[1] if address.teredo else None
        nat64 = IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
        return address.ipv4_mapped or address.sixtofour or teredo or nat64 or address
    return address
