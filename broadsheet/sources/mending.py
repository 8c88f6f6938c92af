"""Answers of the network that say they are XML and are not quite."""

from __future__ import annotations

import re

from broadsheet.sources.lines import decode

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARED = re.compile(rb"\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w.-]+)[\"']")


def mended(body: bytes) -> bytes:
    """XML in the encoding that it declares, without characters that no XML may have.

    Bytes that are not UTF-8 where UTF-8 is declared are read as Windows' Western code page.
    """
    declared = _DECLARED.match(body.removeprefix(b"\xef\xbb\xbf")[:200])
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        return body
    text = decode(body)
    return _FORBIDDEN.sub("\ufffd", text).encode()
