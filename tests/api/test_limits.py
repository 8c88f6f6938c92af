"""What one caller may ask in five minutes."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(settings: SimpleNamespace) -> Iterator[None]:
    settings.API_LIMIT = 3
    caches["limits"].clear()
    yield
    caches["limits"].clear()


@pytest.mark.parametrize("address", ["/api/v1/papers", "/api/daily_papers"])
def test_who_asks_too_much_is_told_when_to_come_again(client: Client, address: str) -> None:
    answers = [client.get(address, REMOTE_ADDR="192.0.2.1") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    refused = answers[-1]
    assert refused["RateLimit-Policy"] == '"caller";q=3;w=300'
    assert 0 < int(refused["Retry-After"]) <= 300
    assert refused.json()["error"].startswith("That was too much")
    assert refused["Access-Control-Allow-Origin"] == "*"
    assert client.get(address, REMOTE_ADDR="192.0.2.2").status_code == 200


def test_an_ipv6_network_is_one_caller(client: Client) -> None:
    for host in ("1", "2", "3"):
        client.get("/api/v1/papers", REMOTE_ADDR=f"2001:db8::{host}")
    assert client.get("/api/v1/papers", REMOTE_ADDR="2001:db8::9").status_code == 429
    assert client.get("/api/v1/papers", REMOTE_ADDR="2001:db8:0:1::9").status_code == 200


def test_agents_are_counted_too(client: Client) -> None:
    codes = [client.post("/mcp", REMOTE_ADDR="192.0.2.3").status_code for _ in range(4)]
    assert codes[-1] == 429
    assert 429 not in codes[:3]


def test_this_machine_is_not_counted_and_the_limit_can_be_lifted(
    client: Client, settings: SimpleNamespace
) -> None:
    assert {client.get("/api/v1/papers").status_code for _ in range(5)} == {200}
    settings.API_LIMIT = 0
    codes = {client.get("/api/v1/papers", REMOTE_ADDR="192.0.2.4").status_code for _ in range(5)}
    assert codes == {200}
