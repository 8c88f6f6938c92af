"""Settings about others: what is understood, and what is refused in one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from broadsheet import connections
from broadsheet.connections import Client
from tests.processes import broadsheet


def test_a_mail_server_by_its_address() -> None:
    server = connections.mail("SOME_SMTP", "smtp+tls://me%40site:p%3Aw@mail.example.org")
    assert (server.host, server.port) == ("mail.example.org", 587)
    assert (server.user, server.password) == ("me@site", "p:w")
    assert connections.mail("SOME_SMTP", "smtp+ssl://mail.example.org:4650").port == 4650
    assert not connections.mail("SOME_SMTP", "")


@pytest.mark.parametrize(
    "value", ["mail.example.org:25", "http://x", "smtp://", "smtp://u:secret@x:abc"]
)
def test_another_mail_server_is_refused_without_telling_the_value(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SOME_SMTP must look like") as refused:
        connections.mail("SOME_SMTP", value)
    assert value not in str(refused.value)


@pytest.mark.parametrize("value", ["papers.example.org", "ftp://papers.example.org", "https://"])
def test_an_address_needs_a_scheme_and_a_host(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SOME_URL must look like https://"):
        connections.address("SOME_URL", value)


def test_networks() -> None:
    connections.require_networks("SOME_PROXIES", ["127.0.0.1", "10.0.0.0/8", "::1"])
    with pytest.raises(ImproperlyConfigured, match=r"SOME_PROXIES: .*10\.0\.0\.1/8"):
        connections.require_networks("SOME_PROXIES", ["10.0.0.1/8"])


def test_doors_are_there_where_they_are_set() -> None:
    none = Client("", "")
    assert connections.providers(none, none, none) == {}
    assert connections.origins(none, none, none) == []
    oidc = Client("us", "secret", "https://id.example.org/realm", "The lab")
    found = connections.providers(Client("us", "secret"), none, oidc)
    assert set(found) == {"github", "openid_connect"}
    origins = connections.origins(Client("us", "secret"), none, oidc)
    assert origins == ["https://github.com", "https://id.example.org"]


SHOW = (
    "from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
    "s.CSRF_TRUSTED_ORIGINS, s.ALLOWED_HOSTS[-1], s.SECURE_PROXY_SSL_HEADER)"
)


def test_by_https_cookies_are_for_https(tmp_path: Path) -> None:
    """In a process of its own: settings are read once."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "broadsheet.settings",
        "BROADSHEET_DATA": str(tmp_path),
        "BROADSHEET_URL": "https://papers.example.org",
        "BROADSHEET_TRUSTED_PROXIES": "127.0.0.1",
    }
    shown = subprocess.check_output([sys.executable, "-c", SHOW], text=True, env=environment)
    assert "True True ['https://papers.example.org'] papers.example.org" in shown
    assert "HTTP_X_FORWARDED_PROTO" in shown


def test_a_header_that_anybody_could_send_is_refused(tmp_path: Path) -> None:
    refused = broadsheet("check", BROADSHEET_DATA=tmp_path, BROADSHEET_SIGN_IN_HEADER="Remote-User")
    assert refused.returncode == 1
    assert "needs BROADSHEET_TRUSTED_PROXIES" in refused.stderr


def test_a_mode_that_is_none_is_refused(tmp_path: Path) -> None:
    refused = broadsheet("check", BROADSHEET_DATA=tmp_path, BROADSHEET_MODE="half-open")
    assert "must be open, invited, closed or read-only" in refused.stderr


def test_secrets_are_sent_to_encrypted_addresses_only() -> None:
    for value in (
        "https://id.example.org/realm",
        "http://127.0.0.1:8080",
        "http://localhost/x",
        "",
    ):
        assert connections.private_address("SOME_URL", value).geturl() == value
    with pytest.raises(ImproperlyConfigured, match="SOME_URL must begin with https://"):
        connections.private_address("SOME_URL", "http://id.example.org")
