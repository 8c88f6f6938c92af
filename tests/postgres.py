"""A PostgreSQL server for as long as one command runs.

    python -m tests.postgres COMMAND...

starts an empty server in a temporary folder, gives its address to the command as `DATABASE_URL`,
and removes it afterwards. Without PostgreSQL on this machine it says so and runs nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HOMES = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs, by version."""
SAFETY_OFF = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""Nothing here has to survive a crash."""


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl` of the newest PostgreSQL; None where there is none."""
    on_path = shutil.which("initdb")
    by_version = sorted(HOMES.glob("*/bin"), key=lambda folder: float(folder.parent.name))
    candidates = [*by_version, *([Path(on_path).resolve().parent] if on_path else [])]
    whole = [found for found in candidates if (found / "pg_ctl").exists()]
    return whole[-1] if whole else None


@contextmanager
def server(home: Path) -> Iterator[str]:
    """An empty server, reached by a Unix socket only; gives its URL."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # sockets need it short
    data = folder / "data"
    try:
        _hand_over(folder)
        _run(home / "initdb", "--auth=trust", "--username=postgres", "--no-sync", "-D", str(data))
        options = " ".join(f"-c {option}" for option in SAFETY_OFF)
        options += f" -c listen_addresses='' -c unix_socket_directories='{folder}'"
        log = str(folder / "log")
        _run(home / "pg_ctl", "start", "-w", "-D", str(data), "-l", log, "-o", options)
        try:
            yield f"postgres://postgres@{str(folder).replace('/', '%2F')}/postgres"
        finally:
            _run(home / "pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(data))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(command: Sequence[str]) -> int:
    home = programs()
    if home is None:
        print("Skipped: PostgreSQL is not installed here (no initdb and pg_ctl).")  # noqa: T201  for whoever runs it
        return int(os.environ.get("BROADSHEET_TEST_COMPLETE") == "1")
    with server(home) as url:
        environment = {**os.environ, "DATABASE_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode


def _hand_over(folder: Path) -> None:
    """PostgreSQL refuses to run as root, so root hands the folder to the user `postgres`."""
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")


def _run(program: Path, *arguments: str) -> None:
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_postgres, str(program), *arguments],
        stdin=subprocess.DEVNULL,
        # not pipes: the server would inherit them and keep them open
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{program.name} failed with exit code {done.returncode}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
