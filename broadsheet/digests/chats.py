"""Chats, by Apprise: only services whose host is fixed, each made of parts that were checked.

Apprise asks the network itself, past `fetching`. So it never gets an address from a reader: those
can name any host, and files of this machine as templates. It gets the parts of an address that has
exactly the shape of one service, and follows no redirects.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apprise.plugins.base import NotifyBase

PART = r"[A-Za-z0-9_-]{4,200}"


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    host: str
    example: str
    shape: re.Pattern[str]
    plugin: Callable[..., Any]

    def made(self, address: str) -> NotifyBase | None:
        """What sends there; None where the address is of another service."""
        from apprise.asset import AppriseAsset

        found = self.shape.fullmatch(address)
        asset = AppriseAsset(http_redirects=False, app_id="Broadsheet", app_desc="", app_url="")
        made: NotifyBase | None = (
            self.plugin(asset=asset, overflow="split", **found.groupdict()) if found else None
        )
        return made


def _slack(**parts: Any) -> NotifyBase:  # noqa: ANN401  Apprise's own
    from apprise.plugins.slack import NotifySlack

    return NotifySlack(include_image=False, include_footer=False, **parts)  # type: ignore[no-untyped-call]  # the library's own


def _discord(**parts: Any) -> NotifyBase:  # noqa: ANN401  Apprise's own
    from apprise.plugins.discord import NotifyDiscord

    return NotifyDiscord(avatar=False, **parts)


def _telegram(targets: str, **parts: Any) -> NotifyBase:  # noqa: ANN401  Apprise's own
    from apprise.plugins.telegram import NotifyTelegram

    return NotifyTelegram(targets=[targets], detect_owner=False, **parts)  # type: ignore[no-untyped-call]  # the library's own


def _google(**parts: Any) -> NotifyBase:  # noqa: ANN401  Apprise's own
    from apprise.plugins.google_chat import NotifyGoogleChat

    return NotifyGoogleChat(**parts)  # type: ignore[no-untyped-call]  # the library's own


def _matrix(**parts: Any) -> NotifyBase:  # noqa: ANN401  Apprise's own
    from apprise.plugins.matrix.base import NotifyMatrix

    # in this mode it knows no host but webhooks.t2bot.io
    return NotifyMatrix(mode="t2bot", include_image=False, **parts)  # type: ignore[no-untyped-call]  # the library's own


SERVICES = (
    Service(
        "Slack",
        "hooks.slack.com",
        "https://hooks.slack.com/services/T…/B…/…",
        re.compile(
            r"https://hooks\.slack\.com/services/(?P<token_a>[A-Z0-9]{4,40})"
            r"/(?P<token_b>[A-Z0-9]{4,40})/(?P<token_c>[A-Za-z0-9]{8,80})/?"
        ),
        _slack,
    ),
    Service(
        "Discord",
        "discord.com",
        "https://discord.com/api/webhooks/…/…",
        re.compile(
            rf"https://discord(?:app)?\.com/api/webhooks/(?P<webhook_id>\d{{4,30}})"
            rf"/(?P<webhook_token>{PART})/?"
        ),
        _discord,
    ),
    Service(
        "Google Chat",
        "chat.googleapis.com",
        "https://chat.googleapis.com/v1/spaces/…/messages?key=…&token=…",
        re.compile(
            rf"https://chat\.googleapis\.com/v1/spaces/(?P<workspace>{PART})/messages"
            rf"\?key=(?P<webhook_key>{PART})&token=(?P<webhook_token>{PART})(?:%3D)?"
        ),
        _google,
    ),
    Service(
        "Telegram",
        "api.telegram.org",
        "tgram://bot token/chat id",
        re.compile(
            r"tgram://(?P<bot_token>\d{4,20}:[A-Za-z0-9_-]{20,80})/(?P<targets>-?\d{4,20})/?"
        ),
        _telegram,
    ),
    Service(
        "Matrix",
        "webhooks.t2bot.io",
        "https://webhooks.t2bot.io/api/v1/matrix/hook/…",
        re.compile(
            r"https://webhooks\.t2bot\.io/api/v1/matrix/hook/(?P<password>[A-Za-z0-9]{64})/?"
        ),
        _matrix,
    ),
)


def service_of(address: str) -> Service | None:
    return next((one for one in SERVICES if one.shape.fullmatch(address)), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a chat made of a message."""

    is_taken: bool
    status: int = 0
    """Of HTTP, where it refused and said one."""

    @property
    def is_final(self) -> bool:
        """Whether asking again is no use: the hook is wrong, or was taken away."""
        return self.status in (400, 401, 403, 404, 410)

    def __str__(self) -> str:
        if self.is_taken:
            return "Taken."
        why = "this address takes nothing any more" if self.is_final else "it is asked again"
        return f"The chat answered {self.status}: {why}." if self.status else "It did not answer."


def tell(address: str, title: str, text: str) -> Answer:
    """Say it there, as Markdown."""
    service = service_of(address)
    if service is None or (chat := service.made(address)) is None:
        return Answer(is_taken=False)
    with _listening() as heard:
        is_taken = bool(chat.notify(body=text, title=title, body_format="markdown"))
    return Answer(is_taken, heard.status)


class _Heard(logging.Handler):
    """The status of a refusal, which the library tells to its log alone."""

    status = 0

    def emit(self, record: logging.LogRecord) -> None:
        if found := re.search(r"error=(\d{3})\b", record.getMessage()):
            self.status = int(found[1])


@contextmanager
def _listening() -> Iterator[_Heard]:
    """Nothing of it reaches a log of ours: it names addresses, which are secrets here."""
    theirs, heard = logging.getLogger("apprise"), _Heard(logging.WARNING)
    theirs.propagate = False
    theirs.setLevel(logging.WARNING)
    theirs.addHandler(heard)
    try:
        yield heard
    finally:
        theirs.removeHandler(heard)
        theirs.setLevel(logging.CRITICAL)
