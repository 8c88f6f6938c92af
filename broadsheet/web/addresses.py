"""Addresses of lists: each also as a feed, by an ending."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import URLPattern, path, register_converter, reverse

View = Callable[..., HttpResponse]


class FormatConverter:
    """The ending that says which feed is wanted."""

    regex = "rss|atom|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FormatConverter, "feed")


def letter(about: str, name: str = "", filters: str = "", view: str = "subscribe") -> str:
    """The page where a letter about this can be asked for, or looked at."""
    parts = {"about": about, "name": name, "of": filters}
    return f"{reverse(view)}?{urlencode({key: told for key, told in parts.items() if told})}"


def listed(
    route: str, view: View, kwargs: dict[str, Any] | None = None, *, name: str
) -> list[URLPattern]:
    """The page of a list; its feeds at the same address with `.rss`, `.atom` or `.json`; and its
    papers with the endings of `exports.forms`."""
    return [
        path(f"{route}.<form:form>", view, kwargs, name=f"{name}-as"),
        path(f"{route}.<feed:form>", view, kwargs, name=f"{name}-feed"),
        path(route, view, kwargs, name=name),
    ]
