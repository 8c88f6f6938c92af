"""Conversations with the mail server: what it answers, and whether that is for good."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from email.utils import parseaddr

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from broadsheet.digests import mime

PATIENCE = 30
"""Seconds for one answer."""


_WENT_AWAY = (smtplib.SMTPServerDisconnected, smtplib.SMTPHeloError, OSError)


class Unreachable(Exception):  # noqa: N818  a state of the world
    """The mail server is not there, or will not talk to us at all. Nothing was handed over."""


class Unanswered(Exception):  # noqa: N818  a state of the world
    """The server went away after it was given the letter: nobody knows whether it took it."""


class Refused(Exception):  # noqa: N818  the server's answer
    """The server does not take this letter."""

    def __init__(self, code: int, said: bytes, of_address: bool) -> None:
        super().__init__(f"{code} {without_addresses(said.decode(errors='replace'))}"[:200])
        self.for_good = 500 <= code < 600
        self.of_address = of_address
        """Whether it was the recipient that was refused, and not the letter."""


def without_addresses(said: str) -> str:
    return re.sub(r"<?[^\s<>]+@[^\s<>]+>?", "<address>", " ".join(said.split()))


class Postman:
    """One connection, opened when first needed, for as many letters as there are."""

    def __init__(self) -> None:
        self._backend = EmailBackend(timeout=PATIENCE)
        self._is_left = False
        """Whether a recipient was refused, so that the server waits for another."""
        self._is_open = False
        """Whether the server waits for a letter's text, and would take anything for it."""

    def __enter__(self) -> Postman:
        return self

    def __exit__(self, *fault: object) -> None:
        self._close()

    def begin(self, address: str) -> Callable[[bytes], str]:
        """Say everything up to the letter; what is returned says the letter, and what came back.

        Raises:
            Refused: the recipient is not taken; or, when said, the letter.
            Unreachable: there is no server, it takes nothing from us, or it went away too early.
            Unanswered: when said, it went away before it answered.
        """
        address = mime.in_ascii(address)
        if not (address.isascii() and address.isprintable()):
            raise Refused(553, b"no mail server knows such an address", of_address=True)
        try:
            server = self._begun(address)
        except _WENT_AWAY:
            # it may have closed a connection that was silent for long: nothing was handed over yet
            self._close()
            try:
                server = self._begun(address)
            except _WENT_AWAY as fault:
                self._close()
                raise Unreachable("The mail server went away.") from fault
        return lambda letter: self._say(server, letter)

    def _say(self, server: smtplib.SMTP, letter: bytes) -> str:
        try:
            server.send(b"".join((letter.replace(b"\r\n.", b"\r\n.."), b"\r\n.\r\n")))
            code, said = server.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as fault:
            self._close()
            raise Unanswered("The mail server went away.") from fault
        self._is_open = False
        if code != 250:
            raise Refused(code, said, of_address=False)
        return f"{code} {without_addresses(said.decode(errors='replace'))}"

    def _begun(self, address: str) -> smtplib.SMTP:
        """The connection, on which all was said and taken but the letter's text."""
        if self._is_open:  # a letter was begun and never said: only silence takes that back
            self._close()
        server = self._server()
        server.ehlo_or_helo_if_needed()
        if self._is_left:
            server.rset()
            self._is_left = False
        sender = parseaddr(settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL)[1]
        answers = _asked(server, f"MAIL FROM:<{sender}>", f"RCPT TO:<{address}>", "DATA")
        self._is_open = answers[-1][0] == 354
        code, said = answers[0]
        if code != 250:  # it is the site that is refused, and no letter's fault
            self._close()
            told = without_addresses(said.decode(errors="replace"))
            raise Unreachable(f"The mail server takes nothing from this site: {code} {told}")
        code, said = answers[1]
        if code not in (250, 251):
            self._give_up(server)
            raise Refused(code, said, of_address=True)
        if not self._is_open:
            self._is_left = True
            raise Refused(*answers[2], of_address=False)
        return server

    def _give_up(self, server: smtplib.SMTP) -> None:
        """Of a letter without recipients. Asked for its text all the same, one sends none."""
        if self._is_open:
            server.send(".\r\n")
            server.getreply()
            self._is_open = False
        self._is_left = True

    def _server(self) -> smtplib.SMTP:
        """The open connection, or a new one."""
        try:
            if not self._backend.connection:
                self._backend.open()
        except (smtplib.SMTPException, OSError) as fault:
            self._close()
            said = without_addresses(str(fault))
            raise Unreachable(f"The mail server does not answer: {said}") from fault
        return self._connection()

    def _connection(self) -> smtplib.SMTP:
        server = self._backend.connection
        if not isinstance(server, smtplib.SMTP):
            raise smtplib.SMTPServerDisconnected("not connected")
        return server

    def _close(self) -> None:
        """Never fails: a connection that cannot say goodbye is closed too."""
        if self._is_open:  # a goodbye would be taken for the letter
            self._connection().close()
            self._backend.connection = None
        self._backend.fail_silently = True
        self._backend.close()
        self._backend.fail_silently = False
        self._backend.connection = None
        self._is_open = self._is_left = False


def _asked(server: smtplib.SMTP, *lines: str) -> list[tuple[int, bytes]]:
    """What is answered to each line: all said at once where the server likes that (RFC 2920), else
    one after another up to the first that is not taken."""
    if server.has_extn("pipelining"):
        server.send("".join(f"{line}\r\n" for line in lines))
        return [server.getreply() for _ in lines]
    answers: list[tuple[int, bytes]] = []
    for line in lines:
        answers.append(server.docmd(line))
        if answers[-1][0] >= 400:
            break
    return answers
