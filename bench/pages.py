"""Pages of a running site, in requests a second and at the worst, against a bare hello.

    python -m bench.pages DATA [DATA ...] [--seconds 4] [--connections 16]

Each DATA is a data folder with papers whose lists and index are level (`broadsheet up` keeps them
so); what the first and the last of them take is compared, so their papers must be of one kind. The
server is the site's own (granian, one process, four threads); hello is a view of the same server
and framework that answers thirteen bytes, behind Django's own small middleware. "Made anew" asks
each time for an address that nobody has asked for, so nothing is kept of it; "signed in" sends the
cookie of a reader's session. Load comes from this process, on the same machine: trust the ratios,
and the processor time that the server spent on each request (Linux only). As a peer, measured once
on the same kind of machine: arxiv-sanity-lite's feed of 100,000 papers takes 550 ms of processor
time. At the end stand the goals, and whether they were met.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

SANITY = 550
"""Milliseconds of arxiv-sanity-lite."""
KEPT, SIGNED_IN = "day page, visitor, kept", "day page, signed in"
ANEW = "day page, visitor, made anew"
FILTERED = "/papers/newest?votes=3&with=model"
HELLO = """
import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import path
settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="x",
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware",
                "django.middleware.common.CommonMiddleware"])
urlpatterns = [path("", lambda request: HttpResponse("hello, world\\n"))]
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(target: str, folder: Path, environment: dict[str, str]) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws"]
    command += ["--log-level", "error", target]
    server = subprocess.Popen(command, cwd=folder, env=os.environ | environment)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(20)


class Addresses:
    """In turn, each time another; `anew` with a number that no address had before."""

    def __init__(self, *known: str, anew: bool = False) -> None:
        self.known, self.anew, self.numbers = known, anew, count()

    def next(self) -> str:
        number = next(self.numbers)
        address = self.known[number % len(self.known)]
        if not self.anew:
            return address
        return f"{address}{'&' if '?' in address else '?'}n={time.time_ns()}.{number}"


def load(
    port: int, addresses: Addresses, headers: dict[str, str], seconds: float, connections: int
) -> tuple[float, float, float]:
    """Requests a second, and the median and 99th percentile of milliseconds."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    lock = threading.Lock()

    def visit() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        mine = []
        while time.perf_counter() < until:
            address = addresses.next()
            started = time.perf_counter()
            connection.request("GET", address, headers=headers)
            response = connection.getresponse()
            response.read()
            mine.append(time.perf_counter() - started)
            assert response.status == 200, (response.status, address)
        with lock:
            times.extend(mine)

    threads = [threading.Thread(target=visit) for _ in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(times) / (time.perf_counter() - started)
    median, worst = np.quantile(times, (0.5, 0.99)) * 1000
    return rate, float(median), float(worst)


@dataclass(frozen=True)
class Load:
    """How long and how heavily a site is asked."""

    seconds: float
    connections: int

    def measured(
        self, what: str, port: int, addresses: Addresses, headers: dict[str, str], hello: float
    ) -> float:
        """Print a line; returns the milliseconds of processor time that a request takes."""
        load(port, addresses, headers, 0.7, 4)  # warm
        spent = processor_seconds()
        rate, median, worst = load(port, addresses, headers, self.seconds, self.connections)
        cost = (processor_seconds() - spent) / (rate * self.seconds) * 1e3
        share = f"{cost / hello:.1f} hellos" if hello else ""
        print(
            f"{what:<44} {rate:8.0f}/s  p50 {median:7.1f} ms  p99 {worst:7.1f} ms"
            f"  {cost:6.2f} ms CPU  {share}",
            flush=True,
        )
        return cost


def processor_seconds() -> float:
    """What the processes that this one started have spent, and theirs."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8").rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        parents[int(stat.parent.name)] = int(fields[1])
        ticks[int(stat.parent.name)] = int(fields[11]) + int(fields[12])
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(ticks[pid] for pid in ours - {os.getpid()}) / os.sysconf("SC_CLK_TCK")


def in_site(data: Path, code: str) -> list[str]:
    """Words that `code` prints where the site of `data` is set up."""
    environment = os.environ | {
        "BROADSHEET_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "broadsheet.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.split()


def session(data: Path) -> str:
    """The cookie of a reader who is signed in."""
    code = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from broadsheet.readers.models import Reader
reader, _ = Reader.objects.get_or_create(username="bench", email="bench@example.org")
kept = SessionStore()
kept[SESSION_KEY] = str(reader.pk)
kept[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
kept[HASH_SESSION_KEY] = reader.get_session_auth_hash()
kept.save()
print(kept.session_key)
"""
    return "sessionid=" + in_site(data, code)[0]


def fullest_day(data: Path) -> str:
    """The address of the day with the most papers."""
    code = """
from django.db.models import Count
from broadsheet.papers.models import Paper
days = Paper.objects.filter(day__isnull=False).values("day").annotate(papers=Count("id"))
print(days.order_by("-papers")[0]["day"])
"""
    return f"/papers/date/{in_site(data, code)[0]}"


def slugs(data: Path) -> list[str]:
    """The addresses of some papers, from all over the site."""
    code = """
from broadsheet.papers.models import Paper, latest_change
top = latest_change()
ids = range(1, top, max(1, top // 200))
print("\\n".join(Paper.objects.filter(id__in=ids).values_list("slug", flat=True)))
"""
    return in_site(data, code)


@dataclass(frozen=True)
class Site:
    """A data folder that is served, and what is asked of it."""

    name: str
    hello: int
    port: int
    pages: dict[str, tuple[Addresses, dict[str, str]]]


@contextmanager
def served(data: Path) -> Iterator[Site]:
    root = Path(__file__).resolve().parents[1]
    (data / "hello_app.py").write_text(HELLO, "utf-8")
    nobody: dict[str, str] = {}
    reader, day = {"Cookie": session(data)}, fullest_day(data)
    papers = [f"/papers/{slug}" for slug in slugs(data)]
    of_day, search = Addresses(day), "/papers?q=graph+networks"
    pages = {
        KEPT: (of_day, nobody),
        ANEW: (Addresses(day, anew=True), nobody),
        SIGNED_IN: (of_day, reader),
        "day page, signed in, made anew": (Addresses(day, anew=True), reader),
        "paper pages, visitor, made anew": (Addresses(*papers, anew=True), nobody),
        "paper pages, signed in": (Addresses(*papers), reader),
        "newest of cs.LG, made anew": (Addresses("/categories/cs.LG", anew=True), nobody),
        "trending, made anew": (Addresses("/papers/trending", anew=True), nobody),
        "newest with filters, made anew": (Addresses(FILTERED, anew=True), nobody),
        "search page, made anew": (Addresses(search, anew=True), nobody),
        "search page, signed in": (Addresses(search), reader),
        "daily_papers API": (Addresses("/api/daily_papers?limit=50"), nobody),
        "RSS, visitor, kept": (Addresses("/papers/newest.rss"), nobody),
        "RSS, made anew": (Addresses("/papers/newest.rss", anew=True), nobody),
    }
    environment = {"BROADSHEET_DATA": str(data)}
    with (
        serving("hello_app:application", data, {}) as hello,
        serving("broadsheet.wsgi:application", root, environment) as port,
    ):
        yield Site(data.name, hello, port, pages)


def costs_of(sites: Sequence[Site], how: Load) -> list[dict[str, float]]:
    """For each site the cost of each page; a page is measured at all sites, and beside a hello,
    before the next one, so that whatever else the machine does falls on all alike."""
    costs: list[dict[str, float]] = [{} for _ in sites]
    hellos: list[float] = []
    for page in sites[0].pages:
        hellos.append(how.measured("hello", sites[0].hello, Addresses("/"), {}, 0.0))
        for site, mine in zip(sites, costs, strict=True):
            addresses, headers = site.pages[page]
            what = f"  {page}, {site.name}"
            mine[page] = how.measured(what, site.port, addresses, headers, hellos[-1])
    for mine in costs:
        mine["hello"] = float(np.median(hellos))
    return costs


def judge(costs: Sequence[dict[str, float]]) -> None:
    """Print each goal, what was measured, and whether it was met."""
    first, last = costs[0], costs[-1]
    signed_in = max(one[SIGNED_IN] for one in costs)
    kept = max(one[KEPT] / one["hello"] for one in costs)
    verdict("a signed-in reader's day page takes at most 6 ms", f"{signed_in:.1f}", signed_in <= 6)
    verdict("a kept page takes at most two hellos", f"{kept:.2f}", kept <= 2)
    if len(costs) > 1:
        grown = {page: last[page] / cost for page, cost in first.items()}
        most = max(grown, key=lambda page: grown[page])
        verdict("no page grows by more than 1.3", f"{most}: {grown[most]:.2f}", grown[most] <= 1.3)
    anew = max(one[ANEW] for one in costs)
    print(f"arxiv-sanity-lite's feed takes {SANITY} ms, a day page made anew {anew:.1f}")


def verdict(goal: str, found: str, is_met: bool) -> None:
    print(f"{'yes' if is_met else 'NO ':3}  {goal}: {found}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    how = Load(options.seconds, options.connections)
    with ExitStack() as stack:
        judge(costs_of([stack.enter_context(served(data)) for data in options.data], how))


if __name__ == "__main__":
    main()
