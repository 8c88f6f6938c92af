"""Mails as bytes: headers, then a text, or a text and HTML that say the same.

The library's message objects take 4 ms for one letter, most of it to find out what a header could
mean. Letters are written by hand here, in ASCII alone: what no server rewrites keeps its signature.
"""

from __future__ import annotations

import secrets
from binascii import b2a_qp
from collections.abc import Mapping
from email.header import Header
from email.utils import formataddr, parseaddr
from functools import lru_cache

from django.utils.encoding import punycode

LONGEST_LINE = 900
"""Bytes: a server may cut a line of more than 998 (RFC 5321)."""


def message(headers: Mapping[str, str], text: str, html: str = "") -> bytes:
    """The whole mail. Headers are not folded: a link that is cut ends no letter.

    Raises:
        ValueError: a header has a line break, which would begin another one.
    """
    lines = [_header(name, value) for name, value in headers.items()]
    head = "".join([*lines, "MIME-Version: 1.0\r\n"]).encode("ascii")
    plain = _part("plain", text)
    if not html:
        return head + plain
    border = f"=_{secrets.token_hex(16)}"
    between = f"\r\n--{border}\r\n".encode()
    return b"".join(
        (
            head,
            f'Content-Type: multipart/alternative; boundary="{border}"\r\n'.encode(),
            between,
            plain,
            between,
            _part("html", html),
            f"\r\n--{border}--\r\n".encode(),
        )
    )


def encoded(told: str) -> str:
    """A name or a subject as a header has it, whatever letters it has; in one line."""
    if told.isascii():
        return told
    return " ".join(Header(told, "utf-8").encode().split())


@lru_cache(maxsize=16)
def mailbox(told: str) -> str:
    """`Broadsheet <letters@example.org>` as a header has it."""
    return formataddr(parseaddr(told))


def in_ascii(address: str) -> str:
    """An address whose domain has other letters, as mail servers know it; as it is where that is
    impossible."""
    if address.isascii():
        return address
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{punycode(domain)}"
    except UnicodeError:
        return address


def _header(name: str, value: str) -> str:
    if "\r" in value or "\n" in value:
        raise ValueError(f"a line break in {name}")
    return f"{name}: {encoded(value)}\r\n"


def _part(kind: str, text: str) -> bytes:
    """As it is where it is short lines of ASCII, else in quoted-printable."""
    body, how = text.replace("\r", "").encode(), "7bit"
    if not body.isascii() or max(map(len, body.split(b"\n"))) > LONGEST_LINE:
        how, body = "quoted-printable", b2a_qp(body, istext=True)
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {how}\r\n\r\n'
    return head.encode() + body.replace(b"\n", b"\r\n")
