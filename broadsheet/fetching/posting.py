"""Telling other sites: one POST to a public address, its answer short."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from broadsheet.fetching.addresses import PublicTransport
from broadsheet.fetching.errors import FetchError, PassingError
from broadsheet.fetching.manners import Manners

PATIENCE = 15.0
"""Seconds for connecting, and for each part of the answer."""
READ = 2_048
"""Bytes of an answer that are looked at; no receiver can make us read more."""


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    text: str
    """The beginning of what it said."""

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300


def post(
    url: str, body: bytes, headers: Mapping[str, str], manners: Manners | None = None
) -> Answered:
    """Send `body` to `url`. Redirects are answers like others and are not followed.

    Raises FetchError with the reason for a private address, and where no answer came.
    """
    manners = manners or Manners()
    try:
        with (
            httpx.Client(
                transport=PublicTransport(allow_loopback=manners.allow_loopback),
                headers={"User-Agent": manners.user_agent()},
                timeout=PATIENCE,
                follow_redirects=False,
                trust_env=False,
            ) as client,
            client.stream("POST", url, content=body, headers=dict(headers)) as response,
        ):
            return Answered(response.status_code, _beginning(response))
    except PassingError:
        raise
    except FetchError:
        # where a name leads inside the network is nobody's business outside
        raise FetchError("This is no address that everybody can reach; it is not asked.") from None
    except httpx.TimeoutException:
        raise FetchError("It did not answer in time.") from None
    except (httpx.TransportError, httpx.InvalidURL) as error:
        said = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        raise FetchError(f"The connection failed: {said}.") from None


def _beginning(response: httpx.Response) -> str:
    read, until = b"", time.monotonic() + PATIENCE
    for block in response.iter_raw(READ):
        read += block
        if len(read) >= READ or time.monotonic() > until:
            break
    return read[:READ].decode(errors="replace")
