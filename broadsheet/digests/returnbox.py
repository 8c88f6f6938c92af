"""The box into which mail servers put what came back: an IMAP folder, a maildir or an mbox."""

from __future__ import annotations

import imaplib
import logging
import mailbox
import ssl
from contextlib import suppress
from pathlib import Path

from broadsheet.connections import ReturnBox
from broadsheet.digests import returns

log = logging.getLogger(__name__)

PATIENCE = 30.0
AT_ONCE = 200
"""Messages that one look takes."""


def empty(box: ReturnBox) -> int:
    """Take all reports out of the box; returns how many were of our letters.

    In IMAP what was looked at is marked as seen and stays, for a person may want to read it; a
    maildir's goes from `new` to `cur`. In an mbox reports are deleted and the rest stays.
    """
    if box.scheme in ("imap", "imap+ssl"):
        return _imap(box)
    if not Path(box.folder).exists():
        log.warning("The box for returned letters is not there: BROADSHEET_BOUNCES.")
        return 0
    return _maildir(box.folder) if box.scheme == "maildir" else _mbox(box.folder)


def _imap(box: ReturnBox) -> int:
    try:
        with _opened(box) as server:
            server.login(box.user, box.password)
            server.select(f'"{box.folder}"')
            _, found = server.uid("SEARCH", "UNSEEN")
            return sum(_fetched(server, uid) for uid in found[0].split()[:AT_ONCE])
    except (imaplib.IMAP4.error, OSError) as fault:
        # what the server said may hold the name of the account
        log.warning("The box for returned letters does not open: %s.", type(fault).__name__)
        return 0


def _opened(box: ReturnBox) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if box.scheme == "imap+ssl":
        return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=PATIENCE)
    server = imaplib.IMAP4(box.host, box.port, timeout=PATIENCE)
    if "STARTTLS" in server.capabilities:
        server.starttls(ssl_context=context)
    return server


def _fetched(server: imaplib.IMAP4, uid: bytes) -> bool:
    name = uid.decode("ascii")
    _, told = server.uid("FETCH", name, f"(BODY.PEEK[]<0.{returns.LARGEST}>)")
    raw = next((part[1] for part in told if isinstance(part, tuple)), b"")
    is_ours = returns.take(raw)
    # only now: whoever dies before this looks at it again, and a report counts once
    server.uid("STORE", name, "+FLAGS", r"(\Seen)")
    return is_ours


def _maildir(folder: str) -> int:
    box, taken = mailbox.Maildir(folder, create=False), 0
    new = sorted(found.name.partition(":")[0] for found in Path(folder, "new").iterdir())
    for key in new[:AT_ONCE]:
        taken += returns.take(box.get_bytes(key))
        message = box.get_message(key)
        message.set_subdir("cur")
        message.add_flag("S")
        with suppress(KeyError):  # somebody took it away meanwhile
            box[key] = message
    return taken


def _mbox(file: str) -> int:
    box, taken = mailbox.mbox(file, create=False), 0
    box.lock()
    try:
        for key in list(box.iterkeys()):
            if returns.take(box.get_bytes(key)):
                box.remove(key)
                taken += 1
        box.flush()
    finally:
        box.unlock()
        box.close()
    return taken
