"""Chats by Apprise: each service is really spoken to; a server here answers in its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import override_settings
from django.utils import timezone

from broadsheet.digests import channels, jobs
from broadsheet.digests.models import Channel, Letter, Stage
from broadsheet.feeds import jobs as feeds
from tests.digests.conftest import Subscribe
from tests.shelf import make_paper
from tests.sites import Asked, Said, Site, in_turn, site

pytestmark = pytest.mark.django_db
TITLE = "Rivers [of](https://evil.example) <script> & *stars* snake_case `code ~ a|b @everyone"
HOOKS = {
    "hooks.slack.com": "https://hooks.slack.com/services/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",
    "discord.com": "https://discord.com/api/webhooks/123456789012345678/abcdefghijklmnop-qrst_uvwx",
    "chat.googleapis.com": (
        "https://chat.googleapis.com/v1/spaces/AAAAbbbb/messages?key=AIzaSyAbcdef&token=tok_en-1"
    ),
    "api.telegram.org": f"tgram://123456789:{'a' * 35}/-1001234567",
    "webhooks.t2bot.io": f"https://webhooks.t2bot.io/api/v1/matrix/hook/{'b' * 64}",
}
LONGEST = {
    "hooks.slack.com": 35_000,
    "discord.com": 2_000,
    "chat.googleapis.com": 4_000,
    "api.telegram.org": 4_096,
    "webhooks.t2bot.io": 65_000,
}


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Site, list[str]]]:
    """A server in the place of all services, and for which of them it was asked."""
    asked: list[str] = []
    ask = requests.Session.request

    with site(in_turn(Said(b"{}"))) as there:

        def instead(self: requests.Session, method: str, url: str, **more: Any) -> Any:
            parts = urlsplit(url)
            assert parts.scheme == "https"
            assert more.get("verify") is not False
            asked.append(str(parts.hostname))
            here = f"{there.address}{parts.path}" + (f"?{parts.query}" if parts.query else "")
            return ask(self, method, here, **more)

        monkeypatch.setattr(requests.Session, "request", instead)
        yield there, asked


@pytest.fixture(autouse=True)
def papers() -> Iterator[None]:
    day = timezone.localdate()
    make_paper(TITLE, day=day, categories=["cs.LG"], source_votes=99)
    for number in range(14):
        make_paper(f"{number} {'long title ' * 12}", day=day, categories=["cs.LG"])
    feeds.catch_up()
    with override_settings(EMAIL_HOST="", SITE_URL="https://papers.example.org"):
        yield


@pytest.fixture
def due(subscribe: Subscribe) -> Callable[[str], Channel]:
    def make(host: str) -> Channel:
        now = timezone.now() - timedelta(minutes=1)
        sub = subscribe(about="category", name="cs.LG", by_mail=False, next_at=now, at_most=15)
        return channels.add(sub, HOOKS[host])

    return make


def said(host: str, asked: Asked) -> str:
    """The text of a message, where this service looks for it."""
    told: Any = json.loads(asked.body)
    if host == "hooks.slack.com":
        return "\n".join(one["text"] for one in told["attachments"])
    if host == "discord.com":
        embedded = [one.get("description") or "" for one in told.get("embeds", ())]
        return "\n".join([told.get("content") or "", *embedded])
    return str(told["text"])


@pytest.mark.parametrize("host", HOOKS)
def test_each_service_gets_every_paper_with_its_link_and_nothing_that_calls_or_leads_away(
    hosts: tuple[Site, list[str]], due: Callable[[str], Channel], host: str
) -> None:
    there, asked = hosts
    if host == "hooks.slack.com":
        there.respond = in_turn(Said(b"ok"))
    channel = due(host)
    jobs.send_due()
    letter = Letter.objects.get(channel=channel)
    assert (letter.stage, letter.answer) == (Stage.SENT, "Taken.")
    assert set(asked) == {host}
    parts = [said(host, one) for one in there.asked]
    assert max(map(len, parts)) <= LONGEST[host]
    whole = "\n".join(parts)
    assert whole.count("https://papers.example.org/papers/") == 15
    assert "@everyone" not in whole
    assert "<script>" not in whole
    assert "](https://evil.example" not in whole
    assert "∗stars∗ snake＿case ’code ∼ a∣b" in whole, "one mark alone is an error to Telegram"
    assert 'href="https://evil.example' not in whole


@pytest.mark.parametrize("host", HOOKS)
@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_a_refusal_is_shown_and_asked_again_only_where_that_is_of_use(
    hosts: tuple[Site, list[str]],
    due: Callable[[str], Channel],
    host: str,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    there, _ = hosts
    there.respond = in_turn(Said(b'{"ok": false}', status=status))
    channel = due(host)
    jobs.send_due()
    letter = Letter.objects.get(channel=channel)
    channel.refresh_from_db()
    assert f"{status}" in letter.answer
    if status in (401, 404):
        assert (letter.stage, channel.failures) == (Stage.REFUSED, 1)
        assert "takes nothing any more" in letter.answer
    else:
        assert (letter.stage, letter.attempts, channel.failures) == (Stage.WAITING, 1, 0)
        assert letter.not_before > timezone.now()
    for secret in ("c1c2c3", "abcdefghijklmnop", "tok_en", "a" * 35, "b" * 64):
        assert secret not in caplog.text
