"""The running site: `up` keeps the web server and the background worker alive side by side."""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings

from broadsheet import boot, processes
from broadsheet.boot import NotReadyError
from broadsheet.processes import Child, Family, Say

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

PATIENCE = 20.0
"""Seconds to wait for the web server's first answer before saying that it is slow."""
CONNECTIONS = 1024
"""Held open at once by each web process; its threads bound what is worked on."""
TAKEN = "{address} is taken by another program; stop that one, or choose another port: {remedy}."
REFUSED = "{address} cannot be served: {reason}; check BROADSHEET_HOST and BROADSHEET_PORT."


def up(say: Say, prepare: Callable[[], None]) -> None:
    """Serve the site until Ctrl-C or SIGTERM, when `prepare` has run. Raises NotReadyError."""
    require_free_port()
    family = Family((Child("web server", "web"), Child("background worker", "worker")), say)
    with processes.stopped_by_signals(family.stop):
        family.run(prepare, partial(_welcome, say, family.stop.is_set))
    say("Stopped.")


def web(parent: int | None = None) -> None:
    """Serve HTTP in this process until it is told to end. Raises NotReadyError."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    import_module(settings.ROOT_URLCONF)  # here, so that all serving processes share it
    if not processes.may_begin(parent):
        return
    require_free_port()
    Server(
        settings.WSGI_APPLICATION,
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WEB_PROCESSES,
        blocking_threads=settings.WEB_THREADS,
        # connections, not requests: browsers keep theirs open, and must not keep others out
        backpressure=CONNECTIONS,
        workers_kill_timeout=3,
        log_level=LogLevels.warning,
    ).serve(target_loader=partial(_application, os.getpid()), wrap_loader=False)


def require_free_port() -> None:
    """Raises NotReadyError, with a sentence to act on, where the address cannot be bound."""
    address = f"{settings.HOST}:{settings.PORT}"
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            settings.HOST, settings.PORT, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        remedy = f"BROADSHEET_PORT={settings.PORT % 65535 + 1}"
        sentence = TAKEN if error.errno == errno.EADDRINUSE else REFUSED
        raise NotReadyError(
            sentence.format(address=address, remedy=remedy, reason=error.strerror)
        ) from error


def local_address() -> str:
    """Where a browser on this machine finds the site."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  compared, not bound
    host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
    return f"http://{everywhere.get(settings.HOST, host)}:{settings.PORT}"


def _application(parent: int) -> WSGIHandler:
    processes.end_with(parent)
    from broadsheet.wsgi import application

    return application


def _welcome(say: Say, is_stopping: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers() and not is_stopping():
        if time.monotonic() > deadline:
            say("The web server takes long to start; what it says stands above.")
            return
        time.sleep(0.05)
    if not is_stopping():
        say(
            f"\n    {local_address()}\n\n"
            "Open this address in a browser. Bring papers in with `broadsheet import PATH`;\n"
            "`broadsheet --help` lists all commands. Ctrl-C stops the site.\n"
        )
        boot.say_if_no_model(say)


def _answers() -> bool:
    """Whether the site answers a request for its first page, whatever it answers."""
    host = local_address().removeprefix("http://").rpartition(":")[0].strip("[]")
    connection = HTTPConnection(host, settings.PORT, timeout=PATIENCE)
    try:
        connection.request("GET", "/papers", headers={"Host": "localhost"})
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True
