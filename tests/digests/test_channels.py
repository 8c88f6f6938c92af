"""The same papers elsewhere: webhooks and chats, in real conversations with sites that are here."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from apprise.plugins.discord import NotifyDiscord
from django.test import override_settings
from django.utils import timezone

from broadsheet.digests import actions, channels, chats, jobs, posting, seals
from broadsheet.digests.channels import Unusable
from broadsheet.digests.models import Channel, Kind, Letter, Stage, State, Subscription
from broadsheet.feeds import jobs as feeds
from broadsheet.fetching import FetchError, Manners, post
from tests.digests.conftest import Subscribe
from tests.shelf import make_paper
from tests.sites import Asked, Said, in_turn, site

pytestmark = pytest.mark.django_db
TODAY = date(2025, 12, 17)
EVENING = datetime(2025, 12, 17, 18, tzinfo=UTC)
DISCORD = "https://discord.com/api/webhooks/123456789012345678/abcdefghijklmnop-qrst_uvwx"


@pytest.fixture(autouse=True)
def evening(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: EVENING)
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    make_paper("Rivers [of] @everyone", day=TODAY, categories=["cs.LG"], source_votes=3)
    feeds.catch_up()
    with override_settings(
        ALLOW_LOOPBACK_WEBHOOKS=True, EMAIL_HOST="", SITE_URL="https://papers.example.org"
    ):
        yield


def due(subscribe: Subscribe, address: str) -> tuple[Subscription, Channel]:
    """A letter that is due now, without mail, and a channel of it."""
    sub = subscribe(about="category", name="cs.LG", by_mail=False, next_at=EVENING)
    return sub, channels.add(sub, address)


def told(channel: Channel) -> Letter:
    return Letter.objects.get(channel=channel)


def test_a_webhook_gets_the_papers_signed(subscribe: Subscribe) -> None:
    with site(in_turn(Said(b"thanks"))) as there:
        sub, channel = due(subscribe, f"{there.address}/hook?key=x")
        jobs.send_due()
    (asked,) = there.asked
    assert (asked.path, asked.query) == ("/hook", {"key": "x"})
    data = json.loads(asked.body)["data"]
    (paper,) = data["sections"][0]["papers"]
    assert paper["title"] == "Rivers [of] @everyone"
    assert paper["reason"] == "new in cs.LG, 3 votes so far"
    headers = {name.lower(): value for name, value in asked.headers.items()}
    key = b64decode(seals.shown_key(channel).removeprefix("whsec_"))
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + asked.body
    assert headers["webhook-signature"] == (
        "v1," + b64encode(hmac.new(key, text, sha256).digest()).decode()
    )
    letter = told(channel)
    assert (letter.stage, letter.answer) == (Stage.SENT, "It answered 200.")
    # for the feed it is kept, although there is no mail
    assert Letter.objects.get(subscription=sub, channel=None).stage == Stage.KEPT
    assert there.address not in channel.sealed


def test_what_fails_is_told_again_with_the_same_id_and_then_left_alone(
    subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site(in_turn(Said(status=500))) as there:
        sub, channel = due(subscribe, there.address)
        jobs.send_due()
        letter = told(channel)
        assert (letter.stage, letter.attempts) == (Stage.WAITING, 1)
        assert letter.not_before == EVENING + timedelta(minutes=2)
        assert letter.answer == "It answered 500."
        jobs.send_due()
        assert len(there.asked) == 1
        Letter.objects.update(not_before=EVENING, attempts=posting.ATTEMPTS - 1)
        jobs.send_due()
        assert len({asked.headers["webhook-id"] for asked in there.asked}) == 1
        assert told(channel).stage == Stage.REFUSED
        channel.refresh_from_db()
        assert channel.failures == 1
        Channel.objects.update(failures=Channel.GIVEN_UP)
        actions.send_now(sub)
        assert Letter.objects.filter(channel=channel).count() == 1
        channels.try_again(sub, channel.pk)
        monkeypatch.setattr(timezone, "now", lambda: EVENING + timedelta(seconds=1))
        there.respond = in_turn(Said())
        actions.send_now(sub)
        jobs.send_due()
        channel.refresh_from_db()
        assert channel.failures == 0


def test_no_paper_is_told_to_a_channel_twice(
    subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site(in_turn(Said())) as there:
        sub, channel = due(subscribe, there.address)
        jobs.send_due()
        monkeypatch.setattr(timezone, "now", lambda: EVENING + timedelta(seconds=1))
        actions.send_now(sub)
        jobs.send_due()
    assert len(there.asked) == 1
    stages = Letter.objects.filter(channel=channel).order_by("id").values_list("stage", flat=True)
    assert list(stages) == [Stage.SENT, Stage.EMPTY]


def test_redirects_are_not_followed(subscribe: Subscribe) -> None:
    def elsewhere(asked: Asked) -> Said:
        return Said(status=302, headers={"Location": "/inside"})

    with site(elsewhere) as there:
        _, channel = due(subscribe, f"{there.address}/hook")
        jobs.send_due()
    assert [asked.path for asked in there.asked] == ["/hook"]
    assert told(channel).answer == "It answered 302."


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1/x", "https://localhost/x", "https://10.1.2.3/", "https://[::1]/"]
)
def test_private_addresses_are_refused_where_the_connection_begins(
    subscribe: Subscribe, address: str
) -> None:
    with override_settings(ALLOW_LOOPBACK_WEBHOOKS=False):
        _, channel = due(subscribe, address)
        jobs.send_due()
    letter = told(channel)
    assert letter.stage == Stage.WAITING
    assert letter.answer == "This is no address that everybody can reach; it is not asked."


def test_an_answer_without_an_end_is_cut() -> None:
    def endless(asked: Asked) -> Said:
        return Said(pieces=lambda: (b"x" * 1024 for _ in range(100_000)))

    with site(endless) as there:
        answer = post(there.address, b"{}", {}, Manners(allow_loopback=True))
    assert answer.is_taken
    assert len(answer.text) == 2_048


def test_a_receiver_that_is_gone_is_said() -> None:
    with site(in_turn(Said())) as there:
        pass
    with pytest.raises(FetchError, match="The connection failed"):
        post(there.address, b"{}", {}, Manners(allow_loopback=True))


def test_a_chat_is_told_without_calling_everybody(
    subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site(in_turn(Said(status=204))) as there:
        monkeypatch.setattr(NotifyDiscord, "notify_url", f"{there.address}/api/webhooks")
        _, channel = due(subscribe, DISCORD)
        jobs.send_due()
    assert (channel.kind, channel.host) == (Kind.CHAT, "Discord")
    (asked,) = there.asked
    assert asked.path.endswith("/123456789012345678/abcdefghijklmnop-qrst_uvwx")
    said = asked.body.decode()
    assert "https://papers.example.org/papers/" in said
    assert "@everyone" not in said.replace("\\u200b", "\u200b")
    assert "Rivers (of)" in said
    assert told(channel).stage == Stage.SENT


def test_a_chat_that_redirects_or_refuses_is_tried_again(
    subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def elsewhere(asked: Asked) -> Said:
        return Said(status=302, headers={"Location": "/inside"})

    with site(elsewhere) as there:
        monkeypatch.setattr(NotifyDiscord, "notify_url", f"{there.address}/api/webhooks")
        _, channel = due(subscribe, DISCORD)
        jobs.send_due()
    assert not any(asked.path == "/inside" for asked in there.asked)
    assert told(channel).stage == Stage.WAITING
    assert "abcdefghijklmnop" not in caplog.text


@pytest.mark.parametrize(
    ("address", "service"),
    [
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "Slack"),
        (DISCORD, "Discord"),
        (
            "https://chat.googleapis.com/v1/spaces/AAAAabc/messages?key=AIzaSy-x&token=abcd_e%3D",
            "Google Chat",
        ),
        ("tgram://123456789:ABCdefGHIjklMNOpqrsTUVwxyz123456789/12315544", "Telegram"),
        ("https://webhooks.t2bot.io/api/v1/matrix/hook/" + "a1" * 32, "Matrix"),
    ],
)
def test_known_chats_are_known_and_made(address: str, service: str) -> None:
    found = chats.service_of(address)
    assert found is not None
    assert found.name == service
    made = found.made(address)
    assert made is not None
    assert made.redirects is False


@pytest.mark.parametrize(
    "address",
    [
        f"{DISCORD}?template=/etc/passwd",
        "https://discord.com.example.org/api/webhooks/123456789012345678/abcdefghijklmnop",
        "discord://123456789012345678/abcdefghijklmnop",
        "matrix://user:password@10.0.0.1/#room",
        "json://10.0.0.1/",
        "http://example.org/hook",
        "https://user:password@example.org/hook",
        "file:///etc/passwd",
        "https://",
        "",
        "https://example.org/\nHost: x",
        "https://" + "a" * 600,
    ],
)
def test_other_addresses_are_no_channels(subscribe: Subscribe, address: str) -> None:
    with override_settings(ALLOW_LOOPBACK_WEBHOOKS=False):
        try:
            made = channels.add(subscribe(), address)
        except Unusable:
            return
    assert made.kind == Kind.WEBHOOK, "it may only be asked by the guarded client"


def test_three_are_enough(subscribe: Subscribe) -> None:
    sub = subscribe()
    for number in range(channels.MOST):
        channels.add(sub, f"https://example.org/{number}")
    with pytest.raises(Unusable, match="3 other places"):
        channels.add(sub, "https://example.org/more")


def test_a_site_with_another_key_says_so(subscribe: Subscribe) -> None:
    with site(in_turn(Said())) as there:
        _, channel = due(subscribe, there.address)
        with override_settings(SECRET_KEY="another" * 10):
            jobs.send_due()
    assert there.asked == []
    assert "key has changed" in told(channel).answer


def test_who_pauses_tells_nobody(subscribe: Subscribe) -> None:
    with site(in_turn(Said())) as there:
        sub, channel = due(subscribe, there.address)
        actions.make_due_letters(EVENING, with_mail=False)
        Subscription.objects.filter(pk=sub.pk).update(state=State.PAUSED)
        jobs.send_due()
    assert there.asked == []
    assert told(channel).stage == Stage.DROPPED
