"""How much one caller may ask: so many requests in five minutes, told in every answer.

Headers as in the IETF's draft "RateLimit header fields for HTTP" (version 10). Each web process
counts for itself. Callers on this machine are not counted: they are its owner, or a proxy that
speaks for everybody.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse

from broadsheet.api import errors
from broadsheet.api.errors import ApiError

WINDOW = 300
"""Seconds."""

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Allowance:
    left: int
    """Requests; below 0 where this one is too many."""
    seconds: int
    """Until the count begins anew."""

    def write(self, response: HttpResponse) -> None:
        response["RateLimit-Policy"] = f'"caller";q={settings.API_LIMIT};w={WINDOW}'
        response["RateLimit"] = f'"caller";r={max(self.left, 0)};t={self.seconds}'


def limited(view: View) -> View:
    """Answer 429 to whoever asks more than `API_LIMIT` times in five minutes."""

    @wraps(view)
    def respond(request: HttpRequest, /, **parts: str) -> HttpResponse:
        caller = _caller(request)
        if not caller or not settings.API_LIMIT:
            return view(request, **parts)
        allowance = _count(caller)
        response = view(request, **parts) if allowance.left >= 0 else _too_many(allowance)
        allowance.write(response)
        return response

    return respond


def _too_many(allowance: Allowance) -> HttpResponse:
    sentence = f"That was too much in five minutes; ask again in {allowance.seconds} seconds."
    response = errors.response(ApiError(429, sentence))
    response["Retry-After"] = str(allowance.seconds)
    return response


def _count(caller: str) -> Allowance:
    window, begun = divmod(int(time.time()), WINDOW)
    key, kept = f"api:{window}:{caller}", caches["limits"]
    kept.add(key, 0, WINDOW)
    try:
        used = kept.incr(key)
    except ValueError:  # pushed out in this very moment
        used = 1
    return Allowance(settings.API_LIMIT - used, WINDOW - begun)


def _caller(request: HttpRequest) -> str:
    """The network address, of IPv6 the network that one household has; empty on this machine."""
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    if address.is_loopback:
        return ""
    return str(ip_network(f"{address}/64", strict=False) if address.version == 6 else address)
