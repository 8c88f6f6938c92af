"""By what authors can be known again: their ORCIDs, and a hash of their addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

_ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])", re.IGNORECASE)


def orcids(authors: Iterable[tuple[str, str | None]]) -> dict[str, object]:
    """`{"orcids": {"0000-0002-1825-0097": name}}` of names with an ORCID; empty where none has."""
    found = {
        known[1].upper(): name
        for name, orcid in authors
        if name and orcid and (known := _ORCID.fullmatch(orcid.strip()))
    }
    return {"orcids": found} if found else {}


def emails(authors: Iterable[tuple[str, str]]) -> dict[str, object]:
    """`{"emails": {hash: name}}` of names with an address; empty where none has. The address
    itself is not kept: it is there to be recognised, not to be read."""
    found = {
        address_hash(address): name
        for name, address in authors
        if name and "@" in address and "*" not in address
    }
    return {"emails": found} if found else {}


def address_hash(address: str) -> str:
    return sha256(address.strip().casefold().encode()).hexdigest()
