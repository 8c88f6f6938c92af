"""Where the terminal reads papers: in the database here, or at a site elsewhere.

Both are asked the same and answer the same: the functions behind our own addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import click

from broadsheet.commands import ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from broadsheet.api.route import Route

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

PATIENCE = 60.0
"""Seconds until a site elsewhere is given up."""


def ask(answer: Callable[[Asked], Answer], asked: Asked) -> Answer:
    """What `answer`, a function of `api.own`, says to `asked`, here or at the site of --server.

    Raises ClickException with the site's own sentence.
    """
    from broadsheet.api.errors import ApiError

    server = elsewhere()
    if server:
        told: Answer = _ask_elsewhere(server, _route(answer), asked)
        return told
    try:
        return answer(asked)
    except ApiError as fault:
        raise click.ClickException(fault.message) from fault


def open_() -> None:
    """Make ready what is to be asked; a site elsewhere needs no database here."""
    ready(tables=not elsewhere())


def elsewhere() -> str:
    """The address of the site to ask; empty where that is the database here."""
    root = click.get_current_context().find_root()
    return str(root.params.get("server") or "").rstrip("/")


def _route(answer: Callable[..., Any]) -> Route:
    from broadsheet.api import own

    return next(route for route in own.ROUTES if route.answer is answer)


def _ask_elsewhere(server: str, route: Route, asked: object) -> Any:  # noqa: ANN401  the route says
    import httpx
    import msgspec

    told = {
        name: value for name, value in msgspec.to_builtins(asked).items() if value not in ("", None)
    }
    in_path = {name: quote(str(told[name])) for name in told if f"{{{name}}}" in route.path}
    query = {name: value for name, value in told.items() if name not in in_path}
    address = server + route.path.format(**in_path)
    try:
        response = httpx.get(address, params=query, timeout=PATIENCE, follow_redirects=True)
    except (httpx.TransportError, httpx.InvalidURL) as reason:
        raise click.ClickException(f"{server} does not answer: {reason}.") from reason
    try:
        if response.is_success:
            return msgspec.json.decode(response.content, type=route.answered)
        sentence = str(msgspec.json.decode(response.content)["error"])
    except (msgspec.DecodeError, KeyError, TypeError):
        sentence = f"{server} answers {response.status_code}, and not as a Broadsheet site does."
    raise click.ClickException(sentence)
