"""Connections to public addresses only.

A name is resolved once, every address that it has is checked, and the connection goes to one that
was checked: a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from broadsheet.fetching.errors import FetchError, PassingError

Address = IPv4Address | IPv6Address

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as networks with IPv6 only write them (RFC 6052)."""


class PublicTransport(httpx.BaseTransport):
    """One connection to one host, at an address that everybody may reach."""

    def __init__(self, *, allow_loopback: bool = False) -> None:
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=20)
        self._inner = httpx.HTTPTransport(limits=limits, trust_env=False)
        self._allow_loopback = allow_loopback

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises FetchError for a private address, PassingError for a name that is not found."""
        host, url = request.url.host, request.url
        found = checked_addresses(host, url.port or 443, allow_loopback=self._allow_loopback)
        # the certificate is checked against the name, wherever the connection goes
        request.extensions = {**request.extensions, "sni_hostname": host}
        for last, address in enumerate(found, 1):
            request.url = url.copy_with(host=address)
            try:
                return self._inner.handle_request(request)
            except httpx.ConnectError:
                if last == len(found):
                    raise
        raise PassingError(f"{host} has no address.")

    def close(self) -> None:
        self._inner.close()


def checked_addresses(host: str, port: int, *, allow_loopback: bool = False) -> list[str]:
    """The addresses of a name. Raises FetchError where one of them is not public."""
    try:
        told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise PassingError(f"The name {host} was not found; is this machine online?") from None
    found = list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in told))
    for address in found:
        if not _may_be_asked(ip_address(address), allow_loopback):
            raise FetchError(
                f"{host} is at {address}, which is not a public address; it is not asked."
            )
    return found


def _may_be_asked(address: Address, allow_loopback: bool) -> bool:
    inner = _embedded(address)
    if inner:
        return _may_be_asked(inner, allow_loopback)
    if allow_loopback and address.is_loopback:
        return True
    return address.is_global and not address.is_multicast


def _embedded(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
