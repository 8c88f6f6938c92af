"""Looking up by what arXiv and Crossref really answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import override_settings

from broadsheet.community.limits import Refused
from broadsheet.contributions.lookups import look_up
from broadsheet.contributions.submissions import before
from broadsheet.papers.identifiers import split_arxiv_id
from tests.community.people import make_reader
from tests.sites import Said, in_turn, site

pytestmark = pytest.mark.django_db


@contextmanager
def answering(body: bytes, status: int, **headers: str) -> Iterator[None]:
    """Both sources give this answer."""
    with site(in_turn(Said(body, status, headers))) as other:
        elsewhere = {"arxiv": f"{other.address}/query", "doi": other.address}
        with override_settings(
            LOOKUP_ADDRESSES=elsewhere, ALLOW_LOOPBACK_SOURCES=True, CONTACT="papers@example.org"
        ):
            yield


def answers_of_arxiv(folder: Path) -> list[dict[str, Any]]:
    files = (folder / "fixtures" / "arxiv_api_atom").glob("*/*fixtures__id_*.json")
    return [json.loads(file.read_text("utf-8")) for file in sorted(files)]


def test_recorded_answers_of_arxiv(shared_data: Path) -> None:
    reader, found = make_reader(), []
    for told in answers_of_arxiv(shared_data):
        wanted = told["url"].partition("id_list=")[2].partition("&")[0].replace("%2F", "/")
        if not (known := split_arxiv_id(wanted)):
            continue
        with answering(told["body"].encode(), told["status_code"]):
            paper = look_up(reader, wanted)
        assert (paper.slug, paper.day) == (known[0], None)
        assert paper.abstract
        assert paper.authorships.exists()
        against = before(reader, paper)
        assert against
        assert "after their publication" in against.sentence
        found.append(paper.slug)
    assert {"1605.08386", "1707.08567", "astro-ph/0601001", "quant-ph/0201082"} <= set(found)


def test_a_recorded_answer_with_no_paper_in_it(shared_data: Path) -> None:
    [empty] = [
        told for told in answers_of_arxiv(shared_data) if "id_list=0808.05394&" in told["url"]
    ]
    with answering(empty["body"].encode(), 200), pytest.raises(Refused, match="knows no paper"):
        look_up(make_reader(), "1912.99999")


def test_recorded_answers_of_crossref(shared_data: Path) -> None:
    folder = shared_data / "fixtures" / "crossref"
    for name, doi, is_known in (
        ("works_with_one_id", "10.1371/journal.pone.0033693", True),
        ("works_bad_id_warn", "10.1371/notarealdoi", False),
    ):
        [file] = folder.glob(f"*/*test-works__test_{name}.yaml")
        [exchange] = yaml.safe_load(file.read_text("utf-8"))["interactions"]
        told = exchange["response"]
        body = told["body"]["string"]
        headers = {"Content-Encoding": "gzip"} if isinstance(body, bytes) else {}
        raw = body if isinstance(body, bytes) else body.encode()
        with answering(raw, told["status"]["code"], **headers):
            if is_known:
                paper = look_up(make_reader(), f"https://doi.org/{doi}")
                assert paper.title.startswith("Methylphenidate")
                assert paper.published
            else:
                with pytest.raises(Refused, match="Crossref knows no paper"):
                    look_up(make_reader("bob"), doi)
