"""The document for programs tells of the addresses that there are, and of no others."""

from __future__ import annotations

import re
from pathlib import Path

from broadsheet.api import openapi
from broadsheet.api.mcp_tools import TOOLS
from broadsheet.exports.forms import FORMS
from broadsheet.web.export import MOST
from tests.api.replay import ALLOWED

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")


def section(title: str) -> str:
    return TEXT.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_every_address_is_told_with_what_may_be_asked() -> None:
    rows = dict(re.findall(r"^\| `GET ([^`]+)` \| (.*) \|$", TEXT, re.MULTILINE))
    assert set(rows) == {route.path for route in openapi.ROUTES}
    for route in openapi.ROUTES:
        for name, _ in openapi.parameters(route):
            assert f"`{name}`" in rows[route.path] or f"{{{name}}}" in route.path, (route, name)


def test_every_write_is_told() -> None:
    assert set(re.findall(r"`POST ([^`]+)`", TEXT)) == {write.path for write in openapi.WRITES}


def test_every_tool_is_told() -> None:
    told = re.findall(r"`(\w+_\w+)`", section("Agents"))
    assert told == [tool.name for tool in TOOLS]


def test_every_form_is_told() -> None:
    told = section("The same page in other forms").partition("\n```")[0]
    assert set(re.findall(r"`\.([a-z.]+)`", told)) == set(FORMS)
    assert f"at most {MOST} papers" in TEXT


def test_every_difference_that_the_replay_allows_is_told() -> None:
    told = section("Hugging Face's client")
    meant = {*ALLOWED, "publishedAt", "title", "avatarUrl", "ai_summary"}
    assert {name for name in meant if f"`{name}`" not in told} == set()
