"""Processes that run side by side: kept alive together, ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

LOOK = 0.25
"""Seconds between two looks at the processes."""
GRACE = 4.0
"""Seconds that processes have to end by themselves."""
LONGEST_PAUSE = 30.0
"""Seconds that a process which dies again and again waits at most for its restart."""
SETTLED = 60.0
"""Seconds after which a process counts as running well."""

Say = Callable[[str], None]


@dataclass(slots=True)
class Child:
    """One of our own processes: `broadsheet COMMAND`, restarted when it dies.

    It begins its work when it reads a line from its standard input (`may_begin`).
    """

    name: str
    command: str
    _process: subprocess.Popen[bytes] | None = None
    _started: float = 0.0
    _restart_at: float = 0.0
    _deaths: int = 0

    def start(self) -> None:
        """Let it load its program, which takes most of the time, and wait."""
        arguments = [sys.executable, "-m", "broadsheet", self.command, "--parent", str(os.getpid())]
        self._process = subprocess.Popen(  # noqa: S603  ourselves
            arguments,
            stdin=subprocess.PIPE,
            # a group of its own: Ctrl-C reaches the parent alone, which ends its children in order
            process_group=0,
        )
        self._started = time.monotonic()

    def begin(self) -> None:
        """Let it work."""
        if self._process and self._process.stdin:
            with suppress(BrokenPipeError), self._process.stdin as line:
                line.write(b"begin\n")

    def look(self, say: Say) -> None:
        """Notice that the process died, and start it again when its pause is over."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._restart_at:
                self.start()
                self.begin()
        elif self._process.poll() is not None:
            self._deaths = 1 if now - self._started > SETTLED else self._deaths + 1
            pause = min(LONGEST_PAUSE, 0.5 * 2**self._deaths)
            self._restart_at = now + pause
            say(f"The {self.name} {_ending(self._process)}; starting it again in {pause:.0f} s.")
            self._process = None

    def ask_to_end(self) -> None:
        if self._process:
            self._process.terminate()

    def make_end(self, deadline: float) -> None:
        """Wait until `deadline` on the monotonic clock, then kill its whole group."""
        if not self._process:
            return
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@dataclass(slots=True)
class Family:
    """Children that run until `stop` is set. The first one is what the others are there for."""

    children: Sequence[Child]
    say: Say
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, prepare: Callable[[], None], started: Callable[[], None]) -> None:
        """Start the first and `prepare` meanwhile, let it work, call `started`, which may wait
        for it, and start the others; keep all alive, and end all when `stop` is set."""
        first, *others = self.children
        try:
            first.start()
            prepare()
            first.begin()
            started()
            for child in others:
                child.start()
                child.begin()
            while not self.stop.wait(LOOK):
                for child in self.children:
                    child.look(self.say)
        finally:
            self._end()

    def _end(self) -> None:
        for child in self.children:
            child.ask_to_end()
        deadline = time.monotonic() + GRACE
        for child in self.children:
            child.make_end(deadline)


@contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Within the block Ctrl-C, SIGTERM and a closed terminal set `stop`, and do nothing else.

    A signal that was ignored (`nohup`) stays ignored.
    """

    def handle(number: int, frame: FrameType | None) -> None:
        stop.set()

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    heeded = [number for number in signals if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def may_begin(parent: int | None) -> bool:
    """Wait until the process `parent`, its parent, lets this one begin; False when it has gone.

    From then on this process ends when its parent is gone: even a killed parent leaves no orphan.
    A None parent is no parent to follow.
    """
    if parent is None:
        return True
    end_with(parent)
    return bool(sys.stdin.readline())


def end_with(parent: int) -> None:
    """From now on end this process when the process `parent`, its parent, is gone."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


def _ending(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    return f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
