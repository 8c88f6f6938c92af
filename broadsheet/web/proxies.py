"""Which proxies are believed, and readers whom such a proxy has signed in already."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponseBase

from broadsheet.readers import actions
from broadsheet.readers.models import Happening, Reader

Respond = Callable[[HttpRequest], HttpResponseBase]
FORWARDED = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_FOR")


def believed(get_response: Respond) -> Respond:
    """Middleware: from a trusted proxy, the address of the one it speaks for; from anybody else,
    nothing of what only such a proxy may say."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if is_trusted(request.META.get("REMOTE_ADDR", "")):
            request.META["REMOTE_ADDR"] = client(request)
        else:
            for name in (*FORWARDED, _sign_in_header()):
                request.META.pop(name, None)
        return get_response(request)

    return respond


def signed_in(get_response: Respond) -> Respond:
    """Middleware: the reader whom a trusted proxy names, by handle, is signed in by that."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        handle = settings.SIGN_IN_HEADER and request.META.get(_sign_in_header(), "")
        if handle and request.user.get_username() != handle:
            _change_reader(request, handle)
        return get_response(request)

    return respond


def _change_reader(request: HttpRequest, handle: str) -> None:
    """Whoever was signed in is out; the one who is named is in, with an account here."""
    auth.logout(request)
    found = Reader.objects.filter(username=handle, is_active=True).first()
    if found is not None:
        auth.login(request, found, backend=settings.AUTHENTICATION_BACKENDS[0])
        actions.note(found, Happening.SIGNED_IN, request.META.get("REMOTE_ADDR", ""), "by proxy")


def client(request: HttpRequest) -> str:
    """The last address on the way here that is no trusted proxy."""
    way = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    known = [part for part in way if _is_address(part)]
    strangers = [part for part in known if not is_trusted(part)]
    return strangers[-1] if strangers else str(request.META["REMOTE_ADDR"])


def is_trusted(address: str) -> bool:
    if not settings.TRUSTED_PROXIES or not _is_address(address):
        return False
    return any(ip_address(address) in it for it in _networks(tuple(settings.TRUSTED_PROXIES)))


@lru_cache(maxsize=8)
def _networks(names: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(name) for name in names]


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _sign_in_header() -> str:
    return f"HTTP_{settings.SIGN_IN_HEADER.upper().replace('-', '_')}"
