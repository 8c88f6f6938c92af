"""What tests of running processes share."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def broadsheet(*arguments: str, **environment: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the console as a process, with nothing but this environment."""
    return subprocess.run(
        [sys.executable, "-m", "broadsheet", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **{name: str(to) for name, to in environment.items()}},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def shell(script: str, **environment: str) -> str:
    """What a script prints in the shell of a site, with nothing but this environment."""
    done = subprocess.run(
        [sys.executable, "-m", "broadsheet", "shell"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        input=script,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def eventually(holds: Callable[[], bool], within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


def children(parent: int) -> list[int]:
    """Process ids of the living children of a process, and of theirs."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    found = [line.split() for line in listed]
    own = [int(pid) for pid, above, state in found if int(above) == parent and "Z" not in state]
    return own + [pid for child in own for pid in children(child)]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
