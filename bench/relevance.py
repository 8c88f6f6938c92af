"""Relevance sets: papers as a source would tell of them, queries, and which papers answer them.

All are read from the recorded data set (`../shared/data`, or what `BROADSHEET_TEST_DATA` names)
and copied nowhere. A paper's key is `<collection>.<number or id there>`; its record carries the key
as a DOI, so that it is found again after saving.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import zstandard
from lxml import etree
from msgspec.structs import replace

from broadsheet.papers.records import Record
from broadsheet.papers.text import normal_title
from broadsheet.sources import daily_page

DOI = "10.5555/"
UNTITLED = "Untitled"
SEED_PHRASES = {
    "000": "gradient instances",
    "001": "cascaded learning",
    "002": "gradient patterns",
    "003": "gradient-based learning",
    "004": "progressive overfitting",
}
"""What the five saved result pages were searched for; their files do not say it. The first and
the fourth are inferred from the papers on the page."""

Grades = dict[str, dict[str, int]]
"""Query to paper to grade; what is absent has grade 0."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One relevance set over one collection."""

    name: str
    collection: str
    queries: dict[str, str]
    grades: Grades
    among: frozenset[str] = field(default_factory=frozenset)
    """The keys that count, where they are not the whole collection."""


def data() -> Path:
    told = os.environ.get("BROADSHEET_TEST_DATA")
    return Path(told) if told else Path(__file__).resolve().parents[2] / "shared" / "data"


def paper(key: str, title: str, abstract: str) -> Record:
    return Record("bench", key, title, abstract, doi=DOI + key)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


# --- SciFact: claims, and the abstracts that support or refute them -----------------------------


def scifact() -> list[Record]:
    return [
        paper(f"scifact.{row['id']}", row["title"], row["abstract"])
        for row in lines(data() / "ir" / "scifact" / "corpus.jsonl")
    ]


def claims(split: str) -> Judged:
    """`train` (809 claims) or `test` (300)."""
    folder = data() / "ir" / "scifact"
    if split == "test":
        rows = [line.split() for line in (folder / "qrels.test.txt").read_text().splitlines()]
        pairs = [(query, key, grade) for query, _, key, grade in rows]
    else:
        rows = [line.split() for line in (folder / "qrels.train.tsv").read_text().splitlines()]
        pairs = [(query, key, grade) for query, key, grade in rows[1:]]
    grades: Grades = {}
    for query, key, grade in pairs:
        grades.setdefault(query, {})[f"scifact.{key}"] = int(grade)
    texts = {row["id"]: row["text"] for row in lines(folder / "queries.all.jsonl")}
    return Judged(f"SciFact {split}", "scifact", {key: texts[key] for key in grades}, grades)


# --- Cranfield: questions of engineers, 1,400 abstracts of aerodynamics -------------------------


def cranfield() -> list[Record]:
    text = (data() / "ir" / "cranfield" / "cran.all.1400.xml").read_text("utf-8")
    found = []
    for document in etree.fromstring(f"<all>{text}</all>"):
        number = (document.findtext("docno") or "").strip()
        title = " ".join((document.findtext("title") or "").split())
        body = " ".join((document.findtext("text") or "").split())
        body = body.removeprefix(title).strip()  # each text begins with its title
        found.append(paper(f"cranfield.{number}", title or UNTITLED, body))
    return found


def questions() -> Judged:
    """The judgements count the queries from 1 in the order of the file, not by their numbers."""
    folder = data() / "ir" / "cranfield"
    tops = etree.fromstring((folder / "cran.qry.xml").read_bytes())
    queries = {
        str(number): " ".join((top.findtext("title") or "").split())
        for number, top in enumerate(tops, start=1)
    }
    grades: Grades = {}
    for line in (folder / "cranqrel.trec.txt").read_text().splitlines():
        query, _, key, grade = line.split()
        if int(grade) > 0:
            grades.setdefault(query, {})[f"cranfield.{key}"] = 1
    return Judged("Cranfield", "cranfield", {key: queries[key] for key in grades}, grades)


# --- arXiv: abstracts without their titles, and the titles as queries ----------------------------


def sample(count: int, first: int = 7) -> list[dict[str, Any]]:
    """`count` papers evenly spread over the arXiv sample, each with title and whole abstract."""
    spread = 290_000 // count
    path = data() / "arxiv_sample.jsonl.zst"
    with path.open("rb") as packed:
        opened = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(packed)
        rows = map(json.loads, io.TextIOWrapper(opened, encoding="utf-8"))
        fit = (row for row in rows if len(row["abstract"] or "") > 300 and row["title"])
        return list(islice(islice(fit, first, None, spread), count))


def untitled(count: int) -> list[Record]:
    return [
        paper(f"untitled.{row['id'].lower()}", UNTITLED, row["abstract"]) for row in sample(count)
    ]


def titles(count: int, asked: int) -> Judged:
    """Each of some titles must find its abstract, which is indexed without it."""
    rows = sample(count)[:: max(1, count // asked)]
    queries = {row["id"]: " ".join(row["title"].split()) for row in rows}
    grades = {key: {f"untitled.{key.lower()}": 1} for key in queries}
    return Judged("title -> abstract", "untitled", queries, grades)


# --- A small library as a site has it: SciTLDR, the seed pages, and arXiv papers ------------------


def library(others: int) -> list[Record]:
    found = [
        paper(f"scitldr.{row['paper_id'].lower()}", row["title"], row["abstract"])
        for split in ("train", "dev")
        for row in lines(data() / "ir" / "scitldr" / f"{split}.jsonl")
    ]
    found += seeds().values()
    known = {normal_title(record.title) for record in found}
    rows = sample(others)
    return found + [
        paper(f"arxiv.{row['id'].lower()}", row["title"], row["abstract"])
        for row in rows
        if normal_title(row["title"]) not in known
    ]


def summaries(split: str) -> Judged:
    """One-sentence summaries, each of which must find its paper; `train` or `dev`."""
    queries, grades = {}, {}
    for row in lines(data() / "ir" / "scitldr" / f"{split}.jsonl"):
        for number, text in enumerate(row["tldrs"]):
            if text.strip():
                key = f"{row['paper_id']}.{number}"
                queries[key] = text
                grades[key] = {f"scitldr.{row['paper_id'].lower()}": 1}
    return Judged(f"summary -> paper, {split}", "library", queries, grades)


def seeds() -> dict[str, Record]:
    """The papers of the five pages, by their titles' keys."""
    found: dict[str, Record] = {}
    for page in sorted((data() / "seeds").glob("*.txt")):
        for record in _page(page):
            key = normal_title(record.title)
            number = f"seed.{len(found):03}"
            found.setdefault(key, replace(record, doi=DOI + number, position=number))
    return found


def _page(path: Path) -> list[Record]:
    from broadsheet.sources.format import Options

    with path.open("rb") as file:
        told = list(daily_page.FORMAT.records(file, Options(saved_year=2025)))
    return [record for record in told if isinstance(record, Record)]


def pages() -> Judged:
    """Does a phrase bring the papers of the page that it was searched for?"""
    keys = {title: record.position for title, record in seeds().items()}
    grades: Grades = {}
    for page in sorted((data() / "seeds").glob("*.txt")):
        number = page.name[:3]
        grades[number] = {keys[normal_title(record.title)]: 1 for record in _page(page)}
    return Judged("seed pages", "library", dict(SEED_PHRASES), grades, frozenset(keys.values()))


def seed_titles() -> Judged:
    queries = {record.position: record.title for record in seeds().values()}
    return Judged("seed titles", "library", queries, {key: {key: 1} for key in queries})
