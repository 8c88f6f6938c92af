"""Mails as bytes, read by the library that knows all of the rules."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from broadsheet.digests import mime

TEXTS = (
    "Short lines.\nOf ASCII.\n",
    "R ⊂ ℝⁿ, “quoted” – and ä.\n.\n..dots\nFrom here = there  \n",
    "a" * 5_000,
    "tab\there, form\x0cfeed, nul\0 and \x85 \u2028 ends of lines\n",
)


def read(raw: bytes) -> EmailMessage:
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) < 998
    assert raw.count(b"\n") == raw.count(b"\r\n")
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    assert not found.defects
    content = found.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("html", TEXTS)
def test_what_is_written_is_read(text: str, html: str) -> None:
    message = read(mime.message({"Subject": "Rivers"}, text, html))
    assert part(message, "plain") == text
    assert part(message, "html") == html
    assert message.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_alone(text: str) -> None:
    message = read(mime.message({"Subject": "Rivers"}, text))
    assert message.get_content_type() == "text/plain"
    assert part(message, "plain") == text


@pytest.mark.parametrize("subject", ["Rivers", "Flüsse: ℝⁿ", "ü" * 300, "=?utf-8?q?no?="])
def test_headers_stand_in_one_line_each(subject: str) -> None:
    told = {"Subject": subject, "From": mime.mailbox("Zeitung für alle <z@example.org>")}
    raw = mime.message(told, "x")
    assert b"\r\n " not in raw
    message = read(raw) if len(subject) < 100 else message_from_bytes(raw, policy=policy.default)
    assert message["From"].addresses[0].display_name == "Zeitung für alle"
    assert message["From"].addresses[0].addr_spec == "z@example.org"
    if "=?" not in subject:
        assert message["Subject"] == subject


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_nothing_can_begin_another_header(end: str) -> None:
    with pytest.raises(ValueError, match="a line break in Subject"):
        mime.message({"Subject": f"Rivers{end}Bcc: all@example.org"}, "x")


def test_addresses_as_mail_servers_know_them() -> None:
    assert mime.in_ascii("ada@exämple.org") == "ada@xn--exmple-cua.org"
    assert mime.in_ascii("ada@example.org") == "ada@example.org"
    assert mime.in_ascii("ada@ä..org") == "ada@ä..org"
