"""Web addresses that readers give: https only, and nothing in them that misleads."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from broadsheet.community.limits import Refused
from broadsheet.contributions.models import LONGEST_ADDRESS

_NOT_IN_ADDRESSES = re.compile(
    r"[\s\x00-\x20\x7f-\xa0<>\"'\\^`{|}\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_HOST = re.compile(
    r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.[a-z][a-z0-9-]*[a-z0-9]"
)


def checked(text: str) -> str:
    """The address as it is kept. Raises Refused; it is never asked for."""
    text = text.strip()
    if len(text) > LONGEST_ADDRESS:
        raise Refused(f"An address can have {LONGEST_ADDRESS} characters.", 400)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _unusable(text) from None
    is_good = (
        text.lower().startswith("https://")
        and not _NOT_IN_ADDRESSES.search(text)
        and _HOST.fullmatch((parts.hostname or "").lower())
        and port is None
        and "@" not in parts.netloc
    )
    if not is_good:
        raise _unusable(text)
    return f"https://{parts.netloc.lower()}{text[8 + len(parts.netloc) :]}"


def _unusable(text: str) -> Refused:
    return Refused(
        f"{text[:60]!r} cannot be used; write an address that begins with https://.", 400
    )
