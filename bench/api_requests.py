"""Thousands of generated requests to a running site: no server error, no answer undocumented.

    python -m bench.api_requests [--requests 10000] [--papers 2000]

Starts a site of its own in a folder that is thrown away, with papers of the arXiv sample, an
account and a token of every scope. schemathesis reads `/api/openapi.json` and makes up requests
for each address, half of them such as the description forbids; half of those that are allowed name
papers, authors, interests and comments that are there. Each answer is compared with the
description: its status, its type and its shape. Prints the answers of each address by status.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bench import resample
from tests import processes
from tests.api.running import Server

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ACCOUNT = """
import json
from datetime import timedelta
from django.utils import timezone
from broadsheet.community.actions import add_comment
from broadsheet.interests.actions import Wishes, create
from broadsheet.papers.models import Authorship, Paper
from broadsheet.readers import actions
from broadsheet.readers.models import Reader
from broadsheet.readers.tokens import Scope
reader = Reader.objects.create(username="tester", email="tester@example.org",
                               date_joined=timezone.now() - timedelta(days=30))
papers = list(Paper.objects.order_by("id")[:20])
comments = [add_comment(reader, paper.id, "So.").id for paper in papers]
names = list(Authorship.objects.order_by("paper_id").values_list("name", flat=True)[:20])
told = {"token": actions.make_token(reader, "bench", list(Scope))[1],
        "papers": [paper.slug for paper in papers], "authors": names,
        "comments": [str(one) for one in comments],
        "interests": [create(reader, Wishes(name="Rivers")).key]}
print("told:" + json.dumps(told))
"""
PAPER_PARTS = ("arxivId", "paper", "paperId", "paper_id")
"""Where a body names a paper."""


class Site(Server):
    """Without a limit of requests, which would answer most of them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.environment["BROADSHEET_API_LIMIT"] = "9000000"

    def account(self) -> dict[str, Any]:
        """A token, and names of what is there."""
        told = processes.shell(ACCOUNT, **self.environment)
        found: dict[str, Any] = json.loads(told.rpartition("told:")[2].splitlines()[0])
        return found


def papers(count: int) -> str:
    lines = io.StringIO()
    for row in resample.rows(count):
        lines.write(json.dumps(row) + "\n")
    return lines.getvalue()


def known_for(path: str, account: dict[str, Any]) -> list[str]:
    """Names of what is there, such as this address asks for."""
    for part, kind in (
        ("authors", "authors"),
        ("comments/{", "comments"),
        ("interests", "interests"),
    ):
        if part in path:
            return list(account[kind])
    return list(account["papers"])


def name(case: Any, known: str, papers: list[str]) -> None:  # noqa: ANN401  schemathesis has no name for it
    """Let a request name something that is there."""
    case.path_parameters |= {part: known for part in case.path_parameters if part != "order"}
    if isinstance(case.body, dict):
        case.body |= {part: papers[0] for part in PAPER_PARTS if part in case.body}


def ask(operation: Any, count: int, account: dict[str, Any], faults: list[str]) -> Counter[int]:  # noqa: ANN401  as above
    """What one address answered, by status."""
    answers: Counter[int] = Counter()
    headers = {"Authorization": f"Bearer {account['token']}"}
    known = known_for(operation.path, account)

    def asked(mode: GenerationMode, examples: int) -> None:
        there = known if mode == GenerationMode.POSITIVE else []

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode), st.sampled_from([*there, *[None] * 20]))
        def one(case: Any, it: str | None) -> None:  # noqa: ANN401  as above
            if it:
                name(case, it, account["papers"])
            response = case.call(headers=headers)
            answers[response.status_code] += 1
            try:
                case.validate_response(response, checks=CHECKS)
            except (Exception, BaseExceptionGroup) as fault:  # noqa: BLE001  each is told of, and the next asked
                faults.append(f"{operation.label}: {fault}")

        one()

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        try:
            asked(mode, count // 2)
        except Exception as reason:  # noqa: BLE001  an address without parameters cannot be asked wrongly
            print(f"    {operation.label}: {mode.value} requests end: {str(reason)[:90]}")
    return answers


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--papers", type=int, default=2_000)
    told = parser.parse_args()
    faults: list[str] = []
    total: Counter[int] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="broadsheet-api-") as folder:
        site = Site(Path(folder))
        site.fill(papers(told.papers))
        account = site.account()
        site.start()
        try:
            api = schemathesis.openapi.from_url(f"{site.address}/api/openapi.json")
            operations: list[Any] = [found.ok() for found in api.get_all_operations()]  # type: ignore[union-attr]  # a fault would be one of ours
            # addresses without anything to ask run out of requests soon
            asked = [one for one in operations if one.body or one.path_parameters or one.query]
            each = told.requests // len(asked) + 2
            for operation in operations:
                answers = ask(operation, each, account, faults)
                total += answers
                shown = ", ".join(f"{status}: {n:,}" for status, n in sorted(answers.items()))
                print(f"  {operation.label:<48} {shown}", flush=True)
        finally:
            site.end()
    seconds = time.monotonic() - began
    print(f"{total.total():,} requests in {seconds:,.0f} s, {len(faults)} faults")
    for fault in faults[:20]:
        print(fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
