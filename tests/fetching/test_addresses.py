"""Which addresses may be asked."""

from __future__ import annotations

import socket

import pytest

from broadsheet.fetching.addresses import checked_addresses
from broadsheet.fetching.errors import FetchError

PRIVATE = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    "0.0.0.0",  # noqa: S104  refused, not listened to
    *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1"),
    *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "2002:7f00:1::"),
)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused_however_it_is_written(address: str) -> None:
    with pytest.raises(FetchError, match="not a public address"):
        checked_addresses(address, 443)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_a_public_address_is_taken(address: str) -> None:
    assert checked_addresses(address, 443) == [address]


def test_one_private_address_among_several_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    told = [(2, 1, 6, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **how: told)
    with pytest.raises(FetchError, match=r"10\.0\.0\.1"):
        checked_addresses("rebinding.example", 443)
