"""What to search by meaning with until every paper's whole text is embedded.

    python -m bench.first_tier IR_FOLDER [--papers 1500]

IR_FOLDER has `cranfield/` and `scifact/` as they are published. For each candidate: papers embedded
in a CPU second, nDCG@10 alone, and what fusing it with the ranking by words adds to words alone,
with the 95 % interval over queries. Candidates: the whole text, the title, the first 32 or 64
tokens, each by the site's own model; a static embedding distilled from that model (each token run
through it, principal components removed of their mean, weighted by Zipf's law: model2vec); and a
share of papers with their whole text while the others have a title, or nothing.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray
from tokenizers import Tokenizer

from broadsheet.search import model as models
from broadsheet.search import runtime
from broadsheet.search.embedding import Encoder

Matrix = NDArray[np.float32]
Rankings = list[list[str]]
DEPTH = 100


@dataclass
class Collection:
    name: str
    papers: dict[str, str]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]


def relevance(file: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for line in file.read_text("ascii").splitlines():
        query, _, paper, grade = line.split()
        found.setdefault(query, {})[paper] = max(0, int(grade))
    return found


def scifact(folder: Path, count: int) -> Collection:
    """All papers that are relevant to a query, and others drawn up to `count`."""
    rows = [json.loads(line) for line in (folder / "corpus.jsonl").open(encoding="utf-8")]
    asked = [json.loads(line) for line in (folder / "queries.jsonl").open(encoding="utf-8")]
    relevant = relevance(folder / "qrels.test.txt")
    needed = {paper for grades in relevant.values() for paper in grades}
    others = [row for row in rows if row["id"] not in needed]
    random.Random(1).shuffle(others)
    kept = [row for row in rows if row["id"] in needed] + others[: max(0, count - len(needed))]
    papers = {row["id"]: f"{row['title']}\n{row['abstract']}" for row in kept}
    return Collection("SciFact", papers, {row["id"]: row["text"] for row in asked}, relevant)


def cranfield(folder: Path, _: int) -> Collection:
    def text(node: ET.Element, name: str) -> str:
        return " ".join((node.findtext(name) or "").split())

    body = (folder / "cran.all.1400.xml").read_text("utf-8")
    root = ET.fromstring(body if body.startswith(("<?xml", "<xml")) else f"<xml>{body}</xml>")  # noqa: S314  a published file
    asked = ET.parse(folder / "cran.qry.xml").getroot()  # noqa: S314  a published file
    papers = {text(doc, "docno"): f"{text(doc, 'title')}\n{text(doc, 'text')}"
              for doc in root.iter("doc")}  # fmt: skip
    queries = {str(at): text(top, "title") for at, top in enumerate(asked.iter("top"), start=1)}
    return Collection("Cranfield", papers, queries, relevance(folder / "cranqrel.trec.txt"))


def gains(rankings: Rankings, of: Collection) -> Matrix:
    """nDCG@10 of each query that has a relevant paper."""
    found = []
    for ranking, query in zip(rankings, of.queries, strict=True):
        grades = of.relevant.get(query, {})
        best = sorted(grades.values(), reverse=True)[:10]
        ideal = sum((2**grade - 1) / math.log2(at + 2) for at, grade in enumerate(best))
        got = (grades.get(paper, 0) for paper in ranking[:10])
        if ideal:
            found.append(sum((2**g - 1) / math.log2(at + 2) for at, g in enumerate(got)) / ideal)
    return np.array(found, np.float32)


def by_words(of: Collection) -> Rankings:
    """BM25 over stemmed words, titles twice."""
    builder = tantivy.SchemaBuilder()
    for field in ("title", "body"):
        builder.add_text_field(field, tokenizer_name="en_stem")
    builder.add_text_field("key", tokenizer_name="raw", stored=True)
    index = tantivy.Index(builder.build())
    writer = index.writer(50_000_000, 1)
    for key, text in of.papers.items():
        title, _, body = text.partition("\n")
        writer.add_document(tantivy.Document(title=title, body=body, key=key))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    found = []
    for query in of.queries.values():
        words = re.sub(r"[^\w\s]", " ", query).lower()
        parsed = index.parse_query(words, ["title", "body"], field_boosts={"title": 2.0})
        hits = searcher.search(parsed, DEPTH).hits
        found.append([searcher.doc(address)["key"][0] for _, address in hits])
    return found


def by_vectors(queries: Matrix, papers: Matrix, keys: Sequence[str]) -> Rankings:
    best = np.argsort(-(queries @ papers.T), axis=1, kind="stable")[:, :DEPTH]
    return [[keys[at] for at in row] for row in best]


def fused(words: Rankings, meaning: Rankings) -> Rankings:
    found = []
    for pair in zip(words, meaning, strict=True):
        scores: dict[str, float] = {}
        for ranking in pair:
            for place, key in enumerate(ranking, start=1):
                scores[key] = scores.get(key, 0) + 1 / (60 + place)
        found.append(sorted(scores, key=lambda key: -scores[key]))
    return found


class Static:
    """A table of token vectors; a text is their mean."""

    def __init__(self, found: models.Model) -> None:
        self.tokenizer = Tokenizer.from_file(str(found.folder / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        session, count = runtime.session(found), self.tokenizer.get_vocab_size()
        begin, end = self.tokenizer.encode("").ids
        states = []
        for start in range(0, count, 128):
            ids = np.array([[begin, at, end] for at in range(start, min(start + 128, count))])
            inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            states.append(session.run(None, inputs)[0].mean(axis=1))
        centred = np.concatenate(states)
        centred -= centred.mean(axis=0)
        _, axes = np.linalg.eigh(centred.T @ centred)
        zipf = 1 / (np.arange(count) + 2)
        weight = 1e-4 / (1e-4 + zipf / zipf.sum())
        self.table = (centred @ axes[:, ::-1] * weight[:, None]).astype(np.float32)

    def encode(self, texts: Sequence[str]) -> Matrix:
        rows = [self.tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        vectors = np.stack([self.table[ids].sum(axis=0) for ids in rows])
        unit: Matrix = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)
        return unit


class Report:
    def __init__(self, of: Collection) -> None:
        self.of, self.words = of, by_words(of)
        self.alone = gains(self.words, of)
        print(f"{of.name}, {len(of.papers):,} papers: words alone {self.alone.mean():.3f}")

    def __call__(self, name: str, meaning: Rankings, rate: float = 0) -> None:
        added = gains(fused(self.words, meaning), self.of) - self.alone
        interval = 1.96 * added.std() / math.sqrt(len(added))
        print(f"  {name:<28} {f'{rate:,.0f}/s' if rate else '':>8}"
              f"  alone {gains(meaning, self.of).mean():.3f}"
              f"  fused {(self.alone + added).mean():.3f} ({added.mean():+.3f} ± {interval:.3f})",
              flush=True)  # fmt: skip


def timed(encode: Callable[[Sequence[str]], Matrix], texts: Sequence[str]) -> tuple[Matrix, float]:
    begun = time.process_time()
    vectors = encode(texts)
    return vectors, len(texts) / (time.process_time() - begun)


def compare(of: Collection, encoder: Encoder, static: Static) -> None:
    report, keys, texts = Report(of), list(of.papers), list(of.papers.values())
    queries = np.stack([encoder.encode_query(text) for text in of.queries.values()])
    vectors, rate = timed(static.encode, texts)
    asked = static.encode(list(of.queries.values()))
    report("static, distilled", by_vectors(asked, vectors, keys), rate)
    titles, rate = timed(encoder.encode, [text.partition("\n")[0] for text in texts])
    report("titles", by_vectors(queries, titles, keys), rate)
    for length in (32, 64):
        encoder._tokenizer.enable_truncation(length)
        vectors, rate = timed(encoder.encode, texts)
        report(f"{length} tokens", by_vectors(queries, vectors, keys), rate)
    encoder._tokenizer.enable_truncation(256)
    whole, rate = timed(encoder.encode, texts)
    report("whole texts", by_vectors(queries, whole, keys), rate)
    for share in (0.1, 0.5, 0.9):
        has = np.random.default_rng(0).random(len(keys)) < share
        mixed = np.where(has[:, None], whole, titles)
        report(f"{share:.0%} whole, others titles", by_vectors(queries, mixed, keys))
        some = [key for key, one in zip(keys, has, strict=True) if one]
        report(f"{share:.0%} whole, others nothing", by_vectors(queries, whole[has], some))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.settings")
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--papers", type=int, default=1_500)
    told = parser.parse_args()
    found = models.find()
    encoder, static = Encoder(found), Static(found)
    compare(cranfield(told.folder / "cranfield", told.papers), encoder, static)
    compare(scifact(told.folder / "scifact", told.papers), encoder, static)


if __name__ == "__main__":
    main()
