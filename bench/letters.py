"""How fast personal letters are written and handed over, and whether each comes once.

    python -m bench.letters [--readers 1000] [--interests 3] [--papers 2000] [--workers 2]
    python -m bench.letters --readers 2000 --kills 100

Everything is real: tables in SQLite, or in the empty PostgreSQL that `DATABASE_URL` names (by
`python -m tests.postgres`), workers as processes of their own, letters over SMTP to a server on the
loopback that takes what comes and writes down for whom. The papers are invented: words by lot, as
long as arXiv's titles and abstracts are. Each interest has 18 papers to offer, each with a reason.

Without `--kills` it prints letters a second, CPU seconds by part, and the memory of a worker when a
tenth of the letters are sent and at the end. With it, all workers are killed by SIGKILL at so many
moments drawn by lot, begun anew at once, and then counted: who got how many, and which letters were
at the border, where nobody knows whether the server took them. Their leases are ended by hand after
each killing, as ten minutes would.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

OFFERED = 18
BATCH = 2_000
SYLLABLES = ("ba", "de", "fi", "lo", "mu", "ra", "ne", "ti", "so", "ku", "va", "pe", "li", "no")


class Sink(asyncio.Protocol):
    """As much of SMTP as a client needs that does everything right."""

    def __init__(self, taken: Path) -> None:
        self._taken = taken.open("ab", buffering=0)
        self._left = b""
        self._to = b""
        self._is_text = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._out = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._left += data
        while not self._out.is_closing():
            if self._is_text:
                text, end, rest = self._left.partition(b"\r\n.\r\n")
                if not end:
                    return
                self._left, self._is_text = rest, False
                self._taken.write(self._to + b" %d\n" % len(text))
                self._out.write(b"250 taken\r\n")
            line, end, rest = self._left.partition(b"\r\n")
            if not end:
                return
            self._left = rest
            self._out.write(self._answer(line))

    def connection_lost(self, fault: Exception | None) -> None:
        self._taken.close()

    def _answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self._to = line.partition(b"<")[2].partition(b">")[0]
        elif verb == b"DATA":
            self._is_text = True
            return b"354 go on\r\n"
        elif verb == b"EHLO":
            return b"250-sink\r\n250 PIPELINING\r\n"
        elif verb == b"QUIT":
            self._out.close()
        return b"250 sink\r\n"


def sink(taken: Path, port: Path) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: Sink(taken), "127.0.0.1", 0)
        port.write_text(str(server.sockets[0].getsockname()[1]))
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def mail_server(folder: Path) -> Iterator[tuple[Path, int]]:
    """A server in a process of its own; gives the file where it writes down what it took, and its
    id."""
    taken, port = folder / "taken", folder / "port"
    taken.touch()
    own = [sys.executable, "-m", "bench.letters", "--sink", str(taken), str(port)]
    process = subprocess.Popen(own)
    try:
        while not (port.exists() and port.read_text()):
            time.sleep(0.02)
        os.environ["BROADSHEET_SMTP"] = f"smtp://127.0.0.1:{port.read_text()}"
        yield taken, process.pid
    finally:
        process.kill()
        process.wait()


def words(lot: random.Random, count: int) -> str:
    return " ".join("".join(lot.choices(SYLLABLES, k=lot.randint(1, 4))) for _ in range(count))


def make_papers(number: int, lot: random.Random) -> list[int]:
    from django.utils import timezone

    from broadsheet.papers.models import Authorship, Classification, Counter, Paper
    from broadsheet.papers.text import title_key

    today, now = timezone.localdate(), timezone.now()
    papers = []
    for key in range(1, number + 1):
        title = words(lot, 10).capitalize()
        if key % 10 == 0:
            title += " on $\\mathbb{R}^n$"
        votes = int(lot.expovariate(0.3))
        papers.append(
            Paper(
                id=key,
                change=key,
                slug=f"2501.{key:05}",
                title=title,
                title_key=title_key(title),
                abstract=words(lot, 180).capitalize(),
                author_count=5,
                day=today,
                published=today,
                votes=votes,
                source_votes=votes,
                text_source="bench",
                saved_at=now,
            )
        )
    Paper.objects.bulk_create(papers, batch_size=500)
    names = [words(lot, 2).title() for _ in range(500)]
    Authorship.objects.bulk_create(
        (
            Authorship(paper_id=paper.id, position=place, name=lot.choice(names), key=place)
            for paper in papers
            for place in range(5)
        ),
        batch_size=BATCH,
    )
    Classification.objects.bulk_create(
        (Classification(paper_id=paper.id, position=0, category="cs.LG") for paper in papers),
        batch_size=BATCH,
    )
    Counter.objects.update_or_create(name="changes", defaults={"value": number})
    return [paper.id for paper in papers]


def make_readers(number: int, interests: int, papers: list[int], lot: random.Random) -> None:
    """Readers, each with interests that offer papers, and a letter that is due."""
    from allauth.account.models import EmailAddress
    from django.utils import timezone

    from broadsheet.digests.models import State, Subscription
    from broadsheet.interests.models import Interest, Offer
    from broadsheet.readers.models import Reader

    now, today = timezone.now(), timezone.localdate()
    due = now - timedelta(minutes=1)
    for first in range(0, number, BATCH):
        readers = Reader.objects.bulk_create(
            Reader(username=f"r{key}", email=f"r{key}@example.org")
            for key in range(first, min(first + BATCH, number))
        )
        EmailAddress.objects.bulk_create(
            EmailAddress(user=reader, email=reader.email, verified=True, primary=True)
            for reader in readers
        )
        wanted = Interest.objects.bulk_create(
            Interest(reader=reader, name=words(lot, 2).capitalize(), position=place)
            for reader in readers
            for place in range(interests)
        )
        Offer.objects.bulk_create(
            (
                Offer(
                    interest=interest,
                    paper_id=paper,
                    day=today,
                    score=3 - place / 10,
                    because=reason(lot),
                    made_at=now,
                )
                for interest in wanted
                for place, paper in enumerate(lot.sample(papers, min(OFFERED, len(papers))))
            ),
            batch_size=BATCH,
        )
        Subscription.objects.bulk_create(
            Subscription(
                reader=reader,
                address=reader.email,
                about="interests",
                state=State.ACTIVE,
                next_at=due,
            )
            for reader in readers
        )


def reason(lot: random.Random) -> dict[str, object]:
    near = [{"title": words(lot, 8), "slug": "2401.00001"} for _ in range(2)]
    return {"near": near, "words": words(lot, 3).split()}


def begin() -> int:
    """A worker, as the site has it: a process of its own; returns its id. Forked, so that its
    start costs nothing that is no letter's."""
    from django.db import connections

    from broadsheet.digests import jobs

    connections.close_all()
    if child := os.fork():
        return child
    try:
        jobs.send_due()
    finally:
        os._exit(0)


def resident(process: int) -> float:
    """MiB."""
    try:
        told = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    lines = [line for line in told.splitlines() if line.startswith("VmRSS")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def cpu(processes: list[int]) -> float:
    """Seconds so far."""
    total = 0.0
    for process in processes:
        try:
            parts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    return total


def has_ended(process: int) -> bool:
    """Whether a child has nothing more to do; it stays to be waited for."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def arrived(taken: Path) -> list[bytes]:
    return taken.read_bytes().splitlines()


def speed(readers: int, workers: int, taken: Path, server: int) -> None:
    from django.utils import timezone

    from broadsheet.digests import actions

    started, own = time.perf_counter(), time.process_time()
    actions.make_due_letters(timezone.now())
    made, put = time.perf_counter() - started, time.process_time() - own
    print(f"{readers:,} letters put into the outbox in {made:.2f} s")
    served, started = cpu([server]), time.perf_counter()
    running = [begin() for _ in range(workers)]
    used, memory = 0.0, [[0.0] * workers for _ in range(11)]
    while not all(map(has_ended, running)):
        time.sleep(0.25)
        used = max(used, cpu(running))
        now = [resident(one) for one in running]
        if all(now):
            memory[10 * len(arrived(taken)) // readers] = now
    used = max(used, cpu(running))
    for one in running:
        os.waitpid(one, 0)
    took, served = time.perf_counter() - started, cpu([server]) - served
    lines = arrived(taken)
    size = sum(int(line.split()[1]) for line in lines) / max(len(lines), 1)
    print(f"{len(lines):,} letters of {size / 1024:.0f} KiB on average in {took:.1f} s")
    print(f"{len(lines) / took:.0f} letters a second by {workers} workers")
    put, used, served = (1000 * one / max(len(lines), 1) for one in (put, used, served))
    print(f"ms of CPU a letter: outbox {put:.2f}, workers {used:.2f}, mail server {served:.2f}")
    print(f"both cores with nothing else: {2000 / (put + used + served):.0f} letters a second")
    told = ", ".join(f"{max(one):.0f}" for one in memory if max(one))
    print(f"MiB of the larger worker at each tenth: {told}")


def killed(readers: int, workers: int, kills: int, taken: Path, lot: random.Random) -> None:
    from django.db import connections
    from django.utils import timezone

    from broadsheet.digests.models import LEASE, Letter, Stage

    border = Counter[str]()
    for number in range(kills):
        before = taken.stat().st_size
        running = [begin() for _ in range(workers)]
        while taken.stat().st_size == before and not any(map(has_ended, running)):
            time.sleep(0.002)
        time.sleep(lot.random() * 0.5)
        for one in running:
            os.kill(one, signal.SIGKILL)  # one that has ended is still there to be waited for
            os.waitpid(one, 0)
        open_ = Letter.objects.filter(stage__in=(Stage.CLAIMED, Stage.HANDED))
        border.update(open_.values_list("stage", flat=True))
        open_.update(claimed_at=timezone.now() - LEASE - timedelta(seconds=1))
        if number % 10 == 9:
            print(f"{number + 1} killings, {len(arrived(taken)):,} letters arrived", flush=True)
    os.waitpid(begin(), 0)
    connections.close_all()
    got = Counter(line.split()[0] for line in arrived(taken))
    stages = Counter(Letter.objects.values_list("stage", flat=True))
    twice = sum(1 for count in got.values() if count > 1)
    print(f"readers: {readers:,}; got one letter: {sum(c == 1 for c in got.values()):,}")
    print(f"got more than one: {twice}; got none: {readers - len(got)}")
    print(f"at the border when killed (HANDED): {border['handed']}; ", end="")
    print(f"claimed and taken up again: {border['claimed']:,}")
    uncertain = list(
        Letter.objects.filter(stage=Stage.UNCERTAIN).values_list("subscription__address", flat=True)
    )
    came = sum(address.encode() in got for address in uncertain)
    print(f"counted as uncertain: {len(uncertain)}, of which had arrived: {came}")
    print(f"stages: {dict(stages)}")
    lost = readers - len(got) - (len(uncertain) - came)
    assert twice == 0, "somebody got a letter twice"
    assert lost == 0, "a letter was lost that is not counted as uncertain"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--readers", type=int, default=1_000)
    parser.add_argument("--interests", type=int, default=3)
    parser.add_argument("--papers", type=int, default=2_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--sink", nargs=2, type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.sink:
        sink(*told.sink)
        return
    with (
        tempfile.TemporaryDirectory(prefix="letters-") as folder,
        mail_server(Path(folder)) as (taken, server),
    ):
        os.environ["BROADSHEET_DATA"] = folder
        os.environ["BROADSHEET_URL"] = "https://papers.example.org"
        os.environ["DJANGO_SETTINGS_MODULE"] = "broadsheet.settings"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        lot = random.Random(told.seed)
        make_readers(told.readers, told.interests, make_papers(told.papers, lot), lot)
        print(
            f"{connection.vendor}: {told.readers:,} readers, {told.interests} interests each, ",
            end="",
        )
        print(f"{told.papers:,} papers", flush=True)
        if told.kills:
            killed(told.readers, told.workers, told.kills, taken, lot)
        else:
            speed(told.readers, told.workers, taken, server)


if __name__ == "__main__":
    main()
