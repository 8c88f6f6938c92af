"""A site that really runs, on whichever database the tests run on."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.api.running import Server
from tests.processes import broadsheet, shell


@contextmanager
def own_database() -> Iterator[str]:
    """The address of an empty database on the server of the tests; empty for SQLite."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield ""
        return
    name = f"run_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@contextmanager
def running(folder: Path, papers: str, **settings: str) -> Iterator[Server]:
    """The web server with these papers, until the end of the block; its log is in `folder`."""
    with own_database() as url:
        server = Server(folder)
        server.environment |= settings | ({"DATABASE_URL": url} if url else {})
        server.fill(papers)
        try:
            server.start()
            yield server
        finally:
            server.end()


def ask(server: Server, script: str) -> str:
    """What a script prints in the shell of that site."""
    return shell(script, **server.environment)


def make_account(server: Server, handle: str, password: str, *options: str) -> None:
    address = f"{handle}@example.org"
    told = ["reader", handle, address, "--password", password, *options]
    done = broadsheet(*told, **server.environment)
    assert done.returncode == 0, done.stderr
