"""Pages of a running site, in requests a second and at the worst, against a bare hello.

    python -m bench.pages DATA [DATA ...] [--seconds 4] [--connections 16]

Each DATA is a data folder with papers whose lists are level (`broadsheet up` keeps them so). The
server is the site's own (granian, one process, four threads); hello is a view of the same server
and framework that answers thirteen bytes, behind Django's own small middleware. "Made anew" and
"signed in" send the cookie of a reader's session, so nothing is taken from the cache. Load comes
from this process, on the same machine: trust the ratios, and the processor time that the server
spent on each request (Linux only). As a peer, measured once on the same kind of machine:
arxiv-sanity-lite's feed of 100,000 papers takes 550 ms of processor time.
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

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


def load(
    port: int, addresses: list[str], headers: dict[str, str], seconds: float, connections: int
) -> tuple[float, float, float]:
    """Requests a second, and the median and 99th percentile of milliseconds."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    lock = threading.Lock()

    def visit(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        mine = []
        while time.perf_counter() < until:
            number += 1
            started = time.perf_counter()
            connection.request("GET", addresses[number % len(addresses)], headers=headers)
            response = connection.getresponse()
            response.read()
            mine.append(time.perf_counter() - started)
            assert response.status == 200, (response.status, addresses[number % len(addresses)])
        with lock:
            times.extend(mine)

    threads = [threading.Thread(target=visit, args=(n * 7,)) for n in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(times) / (time.perf_counter() - started)
    median, worst = np.quantile(times, (0.5, 0.99)) * 1000
    return rate, float(median), float(worst)


def measured(
    what: str,
    hello: float,
    port: int,
    addresses: list[str],
    headers: dict[str, str],
    seconds: float,
    connections: int,
) -> float:
    load(port, addresses, headers, 0.7, 4)  # warm
    spent = processor_seconds()
    rate, median, worst = load(port, addresses, headers, seconds, connections)
    cost = (processor_seconds() - spent) / (rate * seconds) * 1e3
    share = f"1/{hello / rate:.1f} of hello" if hello else ""
    print(
        f"{what:<34} {rate:8.0f}/s  p50 {median:7.1f} ms  p99 {worst:7.1f} ms"
        f"  {cost:6.2f} ms CPU  {share}",
        flush=True,
    )
    return rate


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--connections", type=int, default=16)
    options = parser.parse_args()
    root = Path(__file__).resolve().parents[1]
    how = (options.seconds, options.connections)
    for data in options.data:
        (data / "hello_app.py").write_text(HELLO, "utf-8")
        with serving("hello_app:application", data, {}) as port:
            hello = measured(f"{data.name}: hello", 0.0, port, ["/"], {}, *how)
        environment = {"BROADSHEET_DATA": str(data)}
        papers = [f"/papers/{slug}" for slug in slugs(data)]
        nobody: dict[str, str] = {}
        reader, day = {"Cookie": session(data)}, fullest_day(data)
        with serving("broadsheet.wsgi:application", root, environment) as port:
            for what, addresses, headers in (
                ("day page, visitor, kept", [day], nobody),
                ("day page, signed in", [day], reader),
                ("paper pages, made anew", papers, reader),
                ("newest of cs.LG, made anew", ["/categories/cs.LG"], reader),
                ("trending, made anew", ["/papers/trending"], reader),
                ("newest with filters, made anew", ["/papers/newest?votes=3&with=model"], reader),
                ("search page, made anew", ["/papers?q=graph+networks"], reader),
                ("daily_papers API", ["/api/daily_papers?limit=50"], nobody),
                ("RSS, visitor, kept", ["/papers/newest.rss"], nobody),
                ("RSS, made anew", ["/papers/newest.rss"], reader),
            ):
                measured(f"  {what}", hello, port, addresses, headers, *how)


if __name__ == "__main__":
    main()
