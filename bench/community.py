"""A hundred readers vote, take votes back, comment and read at once, at a site that really runs.

    python -m bench.community [--readers 100] [--seconds 60] [--pause 1] [--database sqlite]

Runs `broadsheet up` on SQLite and then on PostgreSQL, each in a folder of its own. Every reader is
a program with a token that does one thing after another with a pause between, half of them reads.
Afterwards the rows are compared with what the clients were told: which votes stand, which comments
stand and how often, and whether the numbers on the papers are those of the rows. Milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests import postgres
from tests.processes import ROOT, broadsheet, eventually, free_port, shell

PAPERS = 40
MOST_COMMENTS = 20
"""Of one reader; the limit is 25 an hour."""
ACCOUNTS = """
import json
from datetime import timedelta
from django.utils import timezone
from broadsheet.readers import actions
from broadsheet.readers.models import Reader
made = []
for number in range({readers}):
    reader = Reader.objects.create(username=f"reader{{number}}", email=f"r{{number}}@example.org",
                                   date_joined=timezone.now() - timedelta(days=30))
    made.append(actions.make_token(reader, "bench", ["vote", "comment"])[1])
print("told:" + json.dumps(made))
"""
ROWS = """
import json
from broadsheet.community.models import Comment, Vote
own = list(Paper.objects.values_list("slug", "own_votes", "own_comments"))
votes = list(Vote.objects.values_list("reader__username", "paper__slug"))
said = list(Comment.objects.values_list("text", "paper__slug"))
print("told:" + json.dumps([own, votes, said]))
"""


@dataclass
class Told:
    """What the clients sent and were answered."""

    times: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: Counter[str] = field(default_factory=Counter)
    votes: set[tuple[str, str]] = field(default_factory=set)
    comments: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Site:
    environment: dict[str, str]
    address: str

    def ask(self, script: str) -> object:
        told = shell(script, **self.environment)
        return json.loads(told.rpartition("told:")[2])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--readers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=1.0, help="on average, between two acts")
    parser.add_argument("--database", choices=("sqlite", "postgres"))
    wanted = parser.parse_args()
    for name in [wanted.database] if wanted.database else ("sqlite", "postgres"):
        with database(name) as url, running(url) as site:
            tokens = site.ask(ACCOUNTS.format(readers=wanted.readers))
            assert isinstance(tokens, list)
            told = asyncio.run(crowd(site, tokens, wanted.seconds, wanted.pause))
            report(name, wanted.seconds, told, differences(site, told))


@contextmanager
def database(name: str) -> Iterator[str]:
    if name == "sqlite":
        yield ""
        return
    home = postgres.programs()
    if home is None:
        raise SystemExit("PostgreSQL is not installed here (no initdb and pg_ctl).")
    with postgres.server(home) as url:
        yield url


@contextmanager
def running(url: str) -> Iterator[Site]:
    """`broadsheet up` with invented papers, until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="bench-community-") as folder:
        port = free_port()
        environment = {
            "BROADSHEET_DATA": f"{folder}/data",
            "BROADSHEET_PORT": str(port),
            "HOME": folder,
            **({"DATABASE_URL": url} if url else {}),
        }
        site = Site(environment, f"http://127.0.0.1:{port}")
        file = Path(folder) / "papers.jsonl"
        file.write_text("".join(f"{json.dumps(paper(n))}\n" for n in range(PAPERS)), "utf-8")
        done = broadsheet("import", str(file), **environment)
        assert done.returncode == 0, done.stderr
        with (Path(folder) / "log").open("wb") as log:
            up = subprocess.Popen(
                [sys.executable, "-m", "broadsheet", "up"],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], **environment},
                stdout=log,
                stderr=log,
            )
        try:
            assert eventually(lambda: answers(site), 120)
            yield site
        finally:
            up.terminate()
            up.wait(30)


def paper(number: int) -> dict[str, str]:
    return {
        "id": slug(number),
        "title": f"Invented rivers, part {number}",
        "abstract": "Rivers bend their banks where sand is loose. " * 12,
        "authors": "A. Example, B. Sample",
        "categories": "cs.LG",
        "update_date": "2024-03-02",
    }


def slug(number: int) -> str:
    return f"2403.{number:05}"


def answers(site: Site) -> bool:
    try:
        return httpx.get(f"{site.address}/papers/{slug(0)}", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


async def crowd(site: Site, tokens: list[str], seconds: float, pause: float) -> Told:
    told = Told()
    end = time.monotonic() + seconds
    readers = [
        reader(site.address, f"reader{number}", token, end, pause, told)
        for number, token in enumerate(tokens)
    ]
    await asyncio.gather(*readers)
    return told


async def reader(address: str, name: str, token: str, end: float, pause: float, told: Told) -> None:
    """One after another, by a connection of its own: as a browser or a script would."""
    chance = random.Random(name)
    mine: set[str] = set()
    said = 0
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        await asyncio.sleep(chance.random() * pause)
        while time.monotonic() < end:
            about, lot = slug(chance.randrange(PAPERS)), chance.random()
            if lot < 0.5:
                page = chance.choice(["/papers/newest", "/papers/top", f"/papers/{about}"])
                await timed(told, "read", client.get(page))
            elif lot < 0.9 or said >= MOST_COMMENTS:
                wants = about not in mine
                voting = client.post(
                    f"/api/papers/{about}/vote", json={"vote": wants}, headers=headers
                )
                if await timed(told, "vote" if wants else "take back", voting):
                    (mine.add if wants else mine.discard)(about)
            else:
                said += 1
                text = f"{name} says {said}: $x_{{{said}}}$ bends."
                saying = client.post(
                    f"/api/papers/{about}/comments", json={"comment": text}, headers=headers
                )
                if await timed(told, "comment", saying):
                    told.comments.append((text, about))
            await asyncio.sleep(chance.random() * 2 * pause)
    told.votes |= {(name, about) for about in mine}


async def timed(told: Told, what: str, sending: Awaitable[httpx.Response]) -> bool:
    """Whether it was done; whatever else was answered is a fault."""
    started = time.perf_counter()
    try:
        response = await sending
    except httpx.HTTPError as fault:
        told.faults[f"{what}: {type(fault).__name__}"] += 1
        return False
    told.times[what].append((time.perf_counter() - started) * 1000)
    if response.status_code != 200:
        told.faults[f"{what}: {response.status_code}"] += 1
        return False
    return True


def differences(site: Site, told: Told) -> list[str]:
    """Where the rows are not what the clients were told."""
    answer = site.ask(ROWS)
    assert isinstance(answer, list)
    own, votes, said = answer
    standing = Counter(map(tuple, votes))
    kept = Counter(map(tuple, said))
    found = {
        "votes lost": told.votes - set(standing),
        "votes too many": set(standing) - told.votes,
        "votes twice": {vote for vote, times in standing.items() if times > 1},
        "comments lost": set(told.comments) - set(kept),
        "comments nobody sent": set(kept) - set(told.comments),
        "comments twice": {one for one, times in kept.items() if times > 1},
        "numbers wrong": {
            name
            for name, own_votes, own_comments in own
            if own_votes != sum(of == name for _, of in votes)
            or own_comments != sum(of == name for _, of in said)
        },
    }
    return [f"{what}: {len(those)}" for what, those in found.items() if those]


def report(name: str, seconds: float, told: Told, wrong: list[str]) -> None:
    total = sum(map(len, told.times.values()))
    print(f"{name}: {total:,} requests in {seconds:.0f} s, {total / seconds:.0f} a second")
    print(f"  {'':10} {'times':>7} {'median':>8} {'p95':>8} {'p99':>8} {'longest':>8}")
    for what, times in sorted(told.times.items()):
        times.sort()
        at = [times[min(len(times) - 1, int(len(times) * part))] for part in (0.5, 0.95, 0.99, 1)]
        print(f"  {what:10} {len(times):7,}", *(f"{value:8.1f}" for value in at))
    print("  faults:", dict(told.faults) or "none")
    print(f"  {len(told.votes):,} votes and {len(told.comments):,} comments stand;", end=" ")
    print("; ".join(wrong) or "none lost, none twice, all numbers right", flush=True)


if __name__ == "__main__":
    main()
