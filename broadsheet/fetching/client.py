"""The one client of the network."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

from broadsheet.fetching.addresses import PublicTransport
from broadsheet.fetching.errors import FetchError, PassingError
from broadsheet.fetching.manners import Book, Manners, NoBook, Turns, retry_after
from broadsheet.fetching.unpacking import unpacked

log = logging.getLogger(__name__)

UNCHANGED = 304
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
REFUSED = frozenset({401, 403})
AN_HOUR = 3600.0
_WEB_PAGE = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: `body` unpacked, header names in lower case."""

    url: str
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_unchanged(self) -> bool:
        return self.status == UNCHANGED

    @property
    def marks(self) -> dict[str, str]:
        """What to ask with the next time, so that only something new is sent."""
        named = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
        return {ask: self.headers[told] for ask, told in named if told in self.headers}


class Fetcher:
    """Asks other sites by `manners`. May be shared by threads; close it, or use it by `with`."""

    def __init__(
        self,
        manners: Manners | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        before: Callable[[], None] = lambda: None,
        book: Book | None = None,
    ) -> None:
        """`before` is called before each attempt, for whoever must show that work goes on; `book`
        is shared with other processes that ask the same hosts."""
        self.manners = manners or Manners()
        self._sleep = sleep
        self._before = before
        self._book = book or NoBook()
        self._open = ExitStack()
        self._hosts: dict[str, tuple[Turns, httpx.Client]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def get(
        self, url: str, headers: Mapping[str, str] | None = None, *, is_page: bool = False
    ) -> Answer:
        """The data at `url`, after redirects. Raises FetchError with the reason and a time.

        `headers` may hold the marks of an earlier answer; then the answer may be `is_unchanged`.
        A web page is an answer only where one was asked for, by `is_page`.
        """
        for _ in range(self.manners.redirects + 1):
            answer = self._patiently(url, headers or {})
            if "location" not in answer.headers or answer.status == UNCHANGED:
                return answer if is_page else _data(answer)
            before, url = url, urljoin(url, answer.headers["location"])
            if urlsplit(before)[:2] != urlsplit(url)[:2]:
                headers = {}  # a key is for the site that it was given to
        raise FetchError(f"{_host(url)} sends from one address to the next without an end.")

    def _patiently(self, url: str, headers: Mapping[str, str]) -> Answer:
        turns, client = self._at(url)
        with turns.lock:
            for failures in range(1, self.manners.attempts + 1):
                self._before()
                turns.wait()
                try:
                    with ExitStack() as turn:
                        turn.callback(turns.give_back)
                        return self._once(client, url, headers)
                except PassingError as failure:
                    wait = self.manners.backoff(failures) if failure.wait is None else failure.wait
                    is_last = failures == self.manners.attempts
                    if wait > self.manners.patience or is_last:
                        self._give_up(turns, wait, failure)
                    log.info("%s Asking again in %.0f s.", failure, wait)
                    self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _give_up(self, turns: Turns, wait: float, failure: FetchError) -> None:
        rest = max(wait, self.manners.rest)
        turns.rest(rest)
        raise FetchError(str(failure), wait=rest, status=failure.status) from failure

    def _once(self, client: httpx.Client, url: str, headers: Mapping[str, str]) -> Answer:
        host = _host(url)
        started = time.monotonic()
        try:
            with client.stream("GET", url, headers=dict(headers)) as response:
                told = {name.lower(): value for name, value in response.headers.items()}
                _check_status(host, response.status_code, told)
                limited = self._in_time(host, started, response.iter_raw())
                body = unpacked(
                    limited, told.get("content-encoding", ""), self.manners.largest, host
                )
                return Answer(url, response.status_code, body, told)
        except httpx.TimeoutException:
            raise PassingError(f"{host} did not answer in time.") from None
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise PassingError(f"The connection to {host} failed: {_plain(error)}.") from None

    def _in_time(self, host: str, started: float, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            if time.monotonic() - started > self.manners.longest:
                raise PassingError(f"{host} answers too slowly.")
            yield block

    def _at(self, url: str) -> tuple[Turns, httpx.Client]:
        """The connection to the host of `url`; each host has one."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise FetchError(f"{url[:100]!r} is no address of the web.")
        if parts.netloc not in self._hosts:
            client = httpx.Client(
                transport=PublicTransport(allow_loopback=self.manners.allow_loopback),
                headers={"User-Agent": self.manners.user_agent(), "Accept-Encoding": "gzip"},
                timeout=self.manners.idle,
                follow_redirects=False,
                trust_env=False,
            )
            self._open.callback(client.close)
            turns = Turns(parts.netloc.rpartition("@")[2], self.manners, self._sleep, self._book)
            self._hosts[parts.netloc] = turns, client
        return self._hosts[parts.netloc]


def _check_status(host: str, status: int, headers: Mapping[str, str]) -> None:
    if status in PASSING:
        wait = retry_after(headers.get("retry-after", ""), headers.get("date", ""))
        sentence = f"{host} asks for patience (status {status})."
        raise PassingError(sentence, wait=wait, status=status)
    if status in REFUSED:
        raise FetchError(
            f"{host} refuses to answer (status {status}): it wants a key, or has had enough of us.",
            wait=AN_HOUR,
            status=status,
        )
    if status >= 400:
        raise FetchError(
            f"{host} does not know what it was asked for (status {status}).", None, status
        )


def _data(answer: Answer) -> Answer:
    """The answer, unless it is a page for people. Raises FetchError."""
    if answer.body[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_WEB_PAGE):
        raise FetchError(
            f"{_host(answer.url)} answered with a web page and not with data: it may want to know "
            "whether a person is asking.",
            wait=AN_HOUR,
        )
    return answer


def _host(url: str) -> str:
    return urlsplit(url).hostname or url[:100]


def _plain(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
