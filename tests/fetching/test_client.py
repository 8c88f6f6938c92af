"""The client of the network against a site that misbehaves in every way that is known."""

from __future__ import annotations

import gzip
import logging
import time
from collections.abc import Iterator
from email.utils import formatdate

import pytest

from broadsheet.fetching import Fetcher, FetchError, Manners
from broadsheet.fetching.manners import retry_after
from tests.sites import Said, in_turn, site

QUICK = Manners(
    "papers@example.org", pause=0, idle=0.3, longest=0.6, largest=2**22, allow_loopback=True
)
FINE = Said(b'{"fine": true}')


class Waits(list[float]):
    """Notes how long it should have slept, and does not sleep."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def fetcher(waits: Waits) -> Iterator[Fetcher]:
    with Fetcher(QUICK, sleep=waits) as opened:
        yield opened


def test_it_says_who_asks_and_asks_on_one_connection(fetcher: Fetcher) -> None:
    with site(in_turn(FINE)) as other:
        assert fetcher.get(f"{other.address}/a?b=c").body == FINE.body
    assert other.asked[0].path == "/a"
    assert other.asked[0].query == {"b": "c"}
    assert other.asked[0].headers["User-Agent"].startswith("Broadsheet/")
    assert "papers@example.org" in other.asked[0].headers["User-Agent"]
    assert other.asked[0].headers["Host"] == other.address.removeprefix("http://")


def test_requests_to_one_host_keep_their_distance(waits: Waits) -> None:
    manners = Manners(pause=3.0, allow_loopback=True)
    with site(in_turn(FINE)) as other, Fetcher(manners, sleep=waits) as fetcher:
        fetcher.get(other.address)
        fetcher.get(other.address)
    assert len(waits) == 1
    assert waits[0] == pytest.approx(3.0, abs=0.2)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(
    fetcher: Fetcher, waits: Waits, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    answers = in_turn(Said(b"", status, {"Retry-After": "42"}), FINE)
    with site(answers) as other, caplog.at_level(logging.INFO):
        assert fetcher.get(other.address).body == FINE.body
    assert waits == [42.0]
    assert f"asks for patience (status {status}). Asking again in 42 s." in caplog.text


def test_without_retry_after_it_waits_longer_each_time_and_then_gives_up(waits: Waits) -> None:
    manners = Manners(pause=4.0, allow_loopback=True)
    with site(in_turn(Said(b"", 429))) as other, Fetcher(manners, sleep=waits) as fetcher:
        with pytest.raises(FetchError, match=r"patience \(status 429\)") as failure:
            fetcher.get(other.address)
        backoffs = waits[0::2]
        assert [4 <= backoffs[0] <= 8, 8 <= backoffs[1] <= 16, 16 <= backoffs[2] <= 32] == [
            True
        ] * 3
        assert failure.value.wait == manners.rest
        with pytest.raises(FetchError, match="left alone for 15 more minutes"):
            fetcher.get(other.address)
    assert len(other.asked) == 4


def test_a_retry_after_of_hours_ends_the_attempt_at_once(fetcher: Fetcher) -> None:
    with site(in_turn(Said(b"", 503, {"Retry-After": "7200"}))) as other:
        with pytest.raises(FetchError) as failure:
            fetcher.get(other.address)
        assert failure.value.wait == 7200
    assert len(other.asked) == 1


def test_a_date_to_wait_for_is_read_by_the_clock_of_the_other_site() -> None:
    theirs = 1_000_000_000.0  # a clock that is many years behind
    told, date = formatdate(theirs + 90, usegmt=True), formatdate(theirs, usegmt=True)
    assert retry_after(told, date) == 90
    assert retry_after("soon", date) is None
    assert retry_after(formatdate(theirs, usegmt=True), date) == 0


def silent() -> Iterator[bytes]:
    time.sleep(0.5)
    yield b"late"


def drip() -> Iterator[bytes]:
    for _ in range(40):
        time.sleep(0.05)
        yield b"."


def endless() -> Iterator[bytes]:
    while True:
        yield b" " * 65536


BOMB = gzip.compress(bytes(80 * 2**20))
PACKED = {"Content-Encoding": "gzip"}
CUT = gzip.compress(b"x" * 999)[:-9]
METADATA = "http://169.254.169.254/x"
MISBEHAVIOUR = {
    "silence": (Said(pieces=silent), "did not answer in time", 4),
    "slow bytes": (Said(pieces=drip), "answers too slowly", 4),
    "a cut connection": (Said(b"half an answer", cut_at=4), "failed", 4),
    "an endless answer": (Said(pieces=endless), "more than 4,194,304 bytes", 1),
    "a gzip bomb": (Said(BOMB, headers=PACKED), "more than 4,194,304", 1),
    "broken packing": (Said(b"nothing", headers=PACKED), "unpacked", 4),
    "cut packing": (Said(CUT, headers=PACKED), "middle", 4),
    "unknown packing": (Said(b"abc", headers={"Content-Encoding": "zstd"}), "not asked for", 1),
    "a captcha": (Said(b"\n<!DOCTYPE html><title>Are you human?"), "web page and not with data", 1),
    "a refusal": (Said(b"", 403), "refuses to answer", 1),
    "nothing there": (Said(b"", 404), "does not know", 1),
    "a server error": (Said(b"", 500), "asks for patience", 4),
    "a loop": (Said(b"", 302, {"Location": "/again"}), "without an end", 6),
    "a private redirect": (Said(b"", 302, {"Location": "http://10.0.0.1/"}), "not a public", 1),
    "a metadata service": (Said(b"", 301, {"Location": METADATA}), "not a public", 1),
    "a file": (Said(b"", 302, {"Location": "file:///etc/passwd"}), "no address of the web", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", MISBEHAVIOUR)
def test_misbehaviour_is_told_in_a_sentence(name: str, fetcher: Fetcher) -> None:
    said, sentence, asked = MISBEHAVIOUR[name]
    with site(in_turn(said)) as other, pytest.raises(FetchError, match=sentence):
        fetcher.get(other.address)
    assert len(other.asked) == asked


def test_what_fails_once_is_forgiven(fetcher: Fetcher) -> None:
    answers = in_turn(Said(b"half", cut_at=1), Said(b"", 502), FINE)
    with site(answers) as other:
        assert fetcher.get(other.address).body == FINE.body


def test_what_is_packed_is_unpacked(fetcher: Fetcher) -> None:
    packed = Said(gzip.compress(b"told"), headers={"Content-Encoding": "gzip"})
    with site(in_turn(packed)) as other:
        assert fetcher.get(other.address).body == b"told"


def test_an_unchanged_answer_is_not_sent_again(fetcher: Fetcher) -> None:
    answers = in_turn(Said(b"[]", headers={"ETag": '"1"'}), Said(status=304))
    with site(answers) as other:
        first = fetcher.get(other.address)
        assert fetcher.get(other.address, first.marks).is_unchanged
    assert other.asked[1].headers["If-None-Match"] == '"1"'


def test_a_key_stays_with_the_site_that_it_is_for(fetcher: Fetcher) -> None:
    with site(in_turn(FINE)) as elsewhere:
        answers = in_turn(
            Said(b"", 302, {"Location": "/here"}), Said(b"", 302, {"Location": elsewhere.address})
        )
        with site(answers) as other:
            fetcher.get(other.address, {"X-Key": "secret"})
        assert [asked.headers.get("X-Key") for asked in other.asked] == ["secret", "secret"]
        assert "X-Key" not in elsewhere.asked[0].headers


def test_a_contact_may_be_written_in_any_script() -> None:
    manners = Manners("Zoë, zoe@example.org\r\nX: y", pause=0, allow_loopback=True)
    with site(in_turn(FINE)) as other, Fetcher(manners) as fetcher:
        fetcher.get(other.address)
    assert "zoe@example.org" in other.asked[0].headers["User-Agent"]
    assert "X" not in other.asked[0].headers


def test_nothing_private_is_asked_unless_a_test_allows_it() -> None:
    with (
        site(in_turn(FINE)) as other,
        Fetcher(Manners(pause=0)) as fetcher,
        pytest.raises(FetchError, match="not a public address"),
    ):
        fetcher.get(other.address)
    assert other.asked == []
