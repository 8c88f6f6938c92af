"""What settings say about others: mail servers, proxies, and sites by which readers sign in.

Every function raises `ImproperlyConfigured` with a sentence that names the variable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in. Without a host there is none."""

    scheme: str = ""
    """`smtp` speaks in the clear, `smtp+tls` turns to TLS, `smtp+ssl` begins with it."""
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""

    def __bool__(self) -> bool:
        return bool(self.host)


@dataclass(frozen=True, slots=True)
class ReturnBox:
    """Where letters come back to. Without a scheme there is no such box."""

    scheme: str = ""
    """`imap+ssl`, `imap` (turned to TLS where the server can), `maildir` or `mbox`."""
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    folder: str = ""
    """Of an IMAP account, else a path."""

    def __bool__(self) -> bool:
        return bool(self.scheme)


@dataclass(frozen=True, slots=True)
class Client:
    """What a provider calls this site. Without a name there is no such door."""

    name: str
    secret: str
    server: str = ""
    title: str = ""


def address(name: str, value: str) -> SplitResult:
    """A scheme, a host, perhaps a port and a path; all empty where the value is."""
    parts = urlsplit(value.strip().rstrip("/"))
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ImproperlyConfigured(f"{name} must look like https://papers.example.org.")
    return parts


def private_address(name: str, value: str) -> SplitResult:
    """As `address`, and encrypted, unless it is on this machine: secrets go there."""
    parts = address(name, value)
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ImproperlyConfigured(f"{name} must begin with https://, as secrets are sent there.")
    return parts


def require_networks(name: str, values: Sequence[str]) -> None:
    """Addresses and networks: `127.0.0.1 10.0.0.0/8`."""
    for value in values:
        try:
            ip_network(value)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {error}.") from error


def mail(name: str, value: str) -> MailServer:
    """From `smtp+tls://user:password@host:587`."""
    if not value:
        return MailServer()
    parts = urlsplit(value)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in SMTP_PORTS or not parts.hostname or port == 0:
        # the value holds a password: it is not repeated
        raise ImproperlyConfigured(f"{name} must look like smtp+tls://user:password@host:587.")
    return MailServer(
        parts.scheme,
        parts.hostname,
        port or SMTP_PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


IMAP_PORTS = {"imap+ssl": 993, "imap": 143}


def returns(name: str, value: str) -> ReturnBox:
    """From `imap+ssl://user:password@host/INBOX`, `maildir:///path` or `mbox:///path`."""
    if not value:
        return ReturnBox()
    parts = urlsplit(value)
    try:
        port = parts.port
    except ValueError:
        port = 0
    folder = unquote(parts.path)
    if parts.scheme in ("maildir", "mbox") and not parts.netloc and len(folder) > 1:
        return ReturnBox(parts.scheme, folder=folder)
    if parts.scheme not in IMAP_PORTS or not parts.hostname or port == 0:
        # the value holds a password: it is not repeated
        raise ImproperlyConfigured(
            f"{name} must look like imap+ssl://user:password@host/INBOX, maildir:///path or "
            "mbox:///path."
        )
    return ReturnBox(
        parts.scheme,
        parts.hostname,
        port or IMAP_PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        folder.strip("/") or "INBOX",
    )


def providers(github: Client, orcid: Client, oidc: Client) -> dict[str, Any]:
    """As django-allauth wants them."""
    found: dict[str, Any] = {
        provider: {"APPS": [{"client_id": client.name, "secret": client.secret}]}
        for provider, client in (("github", github), ("orcid", orcid))
        if client.name
    }
    if oidc.server:
        app = {
            "provider_id": "oidc",
            "name": oidc.title,
            "client_id": oidc.name,
            "secret": oidc.secret,
            "settings": {"server_url": oidc.server, "oauth_pkce_enabled": True},
        }
        found["openid_connect"] = {"APPS": [app]}
    return found


def origins(github: Client, orcid: Client, oidc: Client) -> list[str]:
    """Where a browser is sent to sign in; the Content-Security-Policy has to allow it."""
    servers = [
        "https://github.com" if github.name else "",
        "https://orcid.org" if orcid.name else "",
        oidc.server,
    ]
    parts = [urlsplit(server) for server in servers if server]
    return [f"{part.scheme}://{part.netloc}" for part in parts]
