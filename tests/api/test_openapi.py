"""The description of the API, and whether the API is as described."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from django.test import Client
from django.urls import resolve
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no types
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from broadsheet.api import openapi
from tests.api import recorded
from tests.api.conftest import Get
from tests.api.running import Server

EXAMPLES = 12
"""Generated requests for each address; every run takes others."""


def described() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(openapi.document())
    return found


def test_every_address_is_described_and_exists() -> None:
    paths = described()["paths"]
    known = {route.path for route in openapi.ROUTES} | {write.path for write in openapi.WRITES}
    assert set(paths) == known | {"/api/whoami-v2"}
    for path in paths:
        assert resolve(path.replace("{name}", "2512.00001"))
    for operations in paths.values():
        for operation in operations.values():
            assert operation["summary"].endswith(".")
            assert operation["responses"]


def test_references_lead_somewhere_and_names_are_not_taken_twice() -> None:
    told = openapi.document().decode()
    known = described()["components"]["schemas"]
    used = {part.partition('"')[0] for part in told.split("#/components/schemas/")[1:]}
    assert used <= set(known)
    identifiers = [
        operation["operationId"]
        for operations in described()["paths"].values()
        for operation in operations.values()
    ]
    assert len(identifiers) == len(set(identifiers))
    for schema in known.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.usefixtures("recorded_day")
@pytest.mark.parametrize(
    ("address", "path"),
    [
        (f"/api/daily_papers?date={recorded.DAY}", "/api/daily_papers"),
        ("/api/papers", "/api/papers"),
        ("/api/papers/2512.00007", "/api/papers/{name}"),
        ("/api/v1/papers", "/api/v1/papers"),
        ("/api/v1/papers/2512.00007", "/api/v1/papers/{name}"),
        ("/api/v1/trending", "/api/v1/trending"),
    ],
)
def test_full_answers_are_as_described(get: Get, address: str, path: str) -> None:
    told = described()
    answer = told["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    schema = {**answer["schema"], "components": told["components"]}
    Draft202012Validator(schema).validate(get(address))


def test_generated_requests_are_answered_as_described(server: Server) -> None:
    """No server error, and no answer that the description lacks."""
    api = schemathesis.openapi.from_url(f"{server.address}/api/openapi.json")
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    tried = 0
    for found in api.get_all_operations():
        _try(found, checks)
        tried += 1
    assert tried == len(openapi.ROUTES) + len(openapi.WRITES) + 1


def _try(found: Any, checks: list[Any]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(found.ok().as_strategy())
    def ask(case: Any) -> None:
        case.call_and_validate(checks=checks)

    ask()


@pytest.mark.django_db
def test_the_page_about_it_names_every_address_and_loads_nothing_from_elsewhere(
    client: Client,
) -> None:
    response = client.get("/api")
    body = response.content.decode()
    assert response.status_code == 200
    for route in openapi.ROUTES:
        assert f"GET {route.path}" in body
    assert "<script>" not in body
    assert 'src="http' not in body
    assert "//cdn" not in body


def test_llms_txt_leads_to_addresses_that_exist(client: Client) -> None:
    response = client.get("/llms.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    assert text.startswith("# Broadsheet\n\n> ")
    links = [part.partition(")")[0] for part in text.split("](")[1:]]
    assert len(links) == 7
    for link in links:
        assert link.startswith("http://testserver/")
        assert resolve(link.removeprefix("http://testserver").partition("?")[0])
