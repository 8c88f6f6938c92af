"""Hugging Face's own client, unmodified, against a site that really runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from tests.api.running import Server

HF = Path(sys.executable).with_name("hf")


@pytest.fixture
def api(server: Server) -> HfApi:
    return HfApi(endpoint=server.address, token=False)


def ids(found: Any) -> list[str]:
    return [paper.id for paper in found]


def hf(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `hf papers ...` with no more than where the site is."""
    return subprocess.run(
        [str(HF), "papers", *arguments],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(server.folder),
            "HF_ENDPOINT": server.address,
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "NO_COLOR": "1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def listed(server: Server, *arguments: str) -> list[dict[str, Any]]:
    done = hf(server, *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_listing_says_more_than_at_hugging_face(api: HfApi) -> None:
    [first, second] = api.list_daily_papers(date="2025-12-15")
    assert first.title == "Invented Rivers and Their $\\alpha$-Banks"
    assert first.summary == "We invent rivers.\nThey flow uphill."
    assert first.ai_summary == "Rivers are invented."
    assert first.ai_keywords == ["invention", "rivers"]
    assert (first.github_repo, first.github_stars) == ("https://github.com/example/rivers", 9)
    assert first.project_page == "https://rivers.example.org/"
    assert (first.upvotes, first.comments, second.upvotes) == (32, 3, 0)
    assert first.discussion_id == "690000000000000000000009"
    assert first.published_at == datetime(2025, 12, 12, 17, 8, 18, tzinfo=UTC)
    assert first.submitted_at == datetime(2025, 12, 15, 3, 55, 12, 777000, tzinfo=UTC)
    assert first.submitted_by is not None
    assert (first.submitted_by.username, first.submitted_by.fullname) == (
        "ann-tester",
        "Ann Tester",
    )
    assert first.organization is not None
    assert first.organization.fullname == "Flow Lab"
    assert first.authors is not None
    assert [author.name for author in first.authors] == ["Ann Tester", "Bob Hidden", "Cy Trial"]
    assert first.authors[0].user is not None
    assert first.authors[0].status == "claimed_verified"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["2512.00007", "2512.00008"]),
        ({"week": "2025-W51"}, ["2512.00007", "2512.00008"]),
        ({"month": "2025-12"}, ["2512.00007", "2512.00008"]),
        ({"month": "2025-11"}, []),
        ({"date": "2025-12-15", "submitter": "ann-tester"}, ["2512.00007"]),
        ({"submitter": "nobody"}, []),
        ({"sort": "publishedAt"}, ["2512.00008", "2512.00007"]),
        ({"sort": "trending"}, ["2512.00007", "2512.00008"]),
        ({"limit": 1, "p": 1}, ["2512.00008"]),
        ({"p": 2}, []),
    ],
)
def test_every_option_of_the_library(api: HfApi, asked: dict[str, Any], found: list[str]) -> None:
    assert ids(api.list_daily_papers(**asked)) == found


def test_search_info_and_text_by_the_library(api: HfApi) -> None:
    assert ids(api.list_papers(query="invented rivers")) == ["2512.00007"]
    assert len(ids(api.list_papers(query="lamps rivers", limit=1))) == 1
    paper = api.paper_info("2512.00007")
    assert (paper.ai_summary, paper.github_stars, paper.comments) == ("Rivers are invented.", 9, 3)
    assert (paper.linked_models, paper.num_total_models, paper.linked_spaces) == ([], 0, [])
    assert api.read_paper("2512.00007").startswith("# Invented Rivers and Their α-Banks\n")


def test_what_is_not_here_is_told_as_the_client_expects(api: HfApi) -> None:
    with pytest.raises(HfHubHTTPError) as missing:
        api.paper_info("2512.99999")
    assert missing.value.response.status_code == 404
    assert missing.value.server_message == "No paper here is called 2512.99999."
    with pytest.raises(HfHubHTTPError) as wrong:
        list(api.list_daily_papers(limit=1000))
    assert wrong.value.server_message == "limit: Expected `int` <= 100."


def test_hf_papers_ls(server: Server) -> None:
    done = hf(server, "ls")
    assert done.returncode == 0, done.stderr
    assert "2512.00007" in done.stdout
    assert "Ann Tester" in done.stdout
    [first] = listed(server, "ls", "--date", "2025-12-15", "--limit", "1")
    assert (first["id"], first["github_stars"]) == ("2512.00007", 9)
    assert first["submitted_by_name"] == "Ann Tester"
    assert len(listed(server, "ls", "--week", "2025-W51", "--sort", "trending")) == 2
    assert len(listed(server, "ls", "--month", "2025-12", "--sort", "publishedAt")) == 2
    assert len(listed(server, "list", "--submitter", "ann-tester")) == 1
    assert listed(server, "ls", "--date", "today") == []


def test_hf_papers_search(server: Server) -> None:
    assert "2512.00008" in hf(server, "search", "old lamps").stdout
    [found] = listed(server, "search", "old lamps", "--limit", "1")
    assert found["title"] == "Old Lamps"


def test_hf_papers_info_and_read(server: Server) -> None:
    told = json.loads(hf(server, "info", "2512.00007", "--format", "json").stdout)
    assert told["ai_summary"] == "Rivers are invented."
    assert told["organization"]["fullname"] == "Flow Lab"
    assert "They flow uphill." in hf(server, "read", "2512.00007").stdout
    for command in ("info", "read"):
        missing = hf(server, command, "2512.99999")
        assert missing.returncode == 1
        assert "Paper '2512.99999' not found" in missing.stderr
