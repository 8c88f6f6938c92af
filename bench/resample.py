"""More papers than there are: real ones mixed, for measurements at a size that no file here has.

    python -m bench.resample 1000000 papers.jsonl.zst

Writes JSON lines as arXiv has them. First come the papers of the arXiv sample; each further one
takes half a title and every other sentence of an abstract from each of two papers that follow one
another in the sample (so of about the same time), with the authors, categories and dates of the
first. So words keep their rarities, texts their lengths, and no two papers are alike. Identifiers
are made up, beyond those that arXiv gives.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

import zstandard

from bench.relevance import data

Row = dict[str, Any]


def real() -> Iterator[Row]:
    with (data() / "arxiv_sample.jsonl.zst").open("rb") as packed:
        opened = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(packed)
        yield from map(json.loads, io.TextIOWrapper(opened, encoding="utf-8"))


def rows(wanted: int) -> Iterator[Row]:
    """Real papers, then mixed ones, each pass over the sample mixing neighbours further apart."""
    yield from islice(_endless(), wanted)


def _endless() -> Iterator[Row]:
    yield from real()
    number = 0
    for apart in count(1):
        waiting: list[Row] = []
        for row in real():
            waiting.append(row)
            if len(waiting) > apart:
                number += 1
                yield _mixed(waiting.pop(0), row, number)


def _mixed(first: Row, second: Row, number: int) -> Row:
    month, rest = divmod(number, 100_000)
    return first | {
        "id": f"{50 + month // 12:02}{month % 12 + 1:02}.{rest:05}",
        "doi": None,
        "title": _halves((first["title"] or "").split(), (second["title"] or "").split()),
        "abstract": _alternate(first["abstract"] or "", second["abstract"] or ""),
    }


def _halves(one: list[str], other: list[str]) -> str:
    return " ".join(one[: len(one) // 2 + 1] + other[len(other) // 2 :])


def _alternate(one: str, other: str) -> str:
    sentences = [text.split(". ") for text in (one, other)]
    return ". ".join(sentences[0][::2] + sentences[1][1::2])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("papers", type=int)
    parser.add_argument("file", type=Path)
    told = parser.parse_args()
    with told.file.open("wb") as file, zstandard.ZstdCompressor(3).stream_writer(file) as packed:
        for row in rows(told.papers):
            packed.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


if __name__ == "__main__":
    main()
