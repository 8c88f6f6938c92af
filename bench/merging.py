"""How well papers that are one work are told from those that only share a title.

    python -m bench.merging arxiv_sample.jsonl.zst daily_papers_raw.jsonl.zst

First the links: pairs of arXiv papers with the same title, labelled in `same_works.tsv` by one
reader, who read titles, authors, days, notes and abstracts of all of them. *One*: the authors call
one a version of the other, or the same people tell the same question and the same answer (preprint
and extended version, conference and journal). *Two*: other people, a comment or discussion, a
thesis beside its letter, a survey beside a result, a talk about a detector years later. *Unsure*
is counted by itself.

Then the places that tellings without identifiers get: each paper of the sample that stands on a
daily page is told again as that page tells it, without its identifier, and must be put to itself
among all papers of the sample with that title. Pairs labelled *two* are told so as well, the
second after the first, and must stay two.

Intervals are Wilson's at 95 %.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from broadsheet.papers.drafts import draft
from broadsheet.papers.facts import Facts
from broadsheet.papers.facts import same_work as same_place
from broadsheet.papers.records import Record
from broadsheet.papers.text import clean_title, title_key
from broadsheet.search.sameness import Told, family, same_work, version_of
from broadsheet.sources import arxiv_json, hf_daily
from broadsheet.sources.format import Format, Options
from broadsheet.sources.opening import open_input

LABELS = Path(__file__).with_name("same_works.tsv")
TODAY = date(2026, 12, 31)


def records(file: str, known: Format) -> Iterator[Record]:
    with open_input(Path(file)) as opened:
        yield from (one for one in known.records(opened, Options()) if isinstance(one, Record))


def interval(hits: int, of: int) -> str:
    """`0.97 (0.86 to 0.99, 37 of 38)`; the score interval of E. B. Wilson (JASA 1927)."""
    if not of:
        return "none"
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return f"{share:.3f} ({middle - half:.3f} to {middle + half:.3f}, {hits:,} of {of:,})"


def told(facts: Facts) -> Told:
    return Told(
        paper_id=0,
        title_key=facts.title_key,
        arxiv_id=facts.arxiv_id,
        abstract=facts.abstract,
        families=frozenset({family(name) for name in facts.names} - {""}),
        version_of=version_of(facts.author_note),
    )


def unnamed(facts: Facts) -> Facts:
    return replace(facts, arxiv_id="", doi="")


def links(known: dict[str, Facts], labels: list[tuple[str, str, str]]) -> None:
    judged = [(label, same_work(told(known[a]), told(known[b]))) for a, b, label in labels]
    ones = [linked for label, linked in judged if label == "one"]
    twos = [linked for label, linked in judged if label == "two"]
    unsure = [linked for label, linked in judged if label == "unsure"]
    print(f"links, {len(labels)} pairs of one title: {len(ones)} one work, {len(twos)} two")
    print(f"  precision {interval(sum(ones), sum(ones) + sum(twos))}")
    print(f"  recall    {interval(sum(ones), len(ones))}")
    print(f"  unsure    {sum(unsure)} of {len(unsure)} linked")


def places(known: dict[str, Facts], again: Iterable[Record]) -> None:
    titles = defaultdict(list)
    for name, facts in known.items():
        titles[facts.title_key].append((name, unnamed(facts)))
    right = wrong = missed = renamed = 0
    for record in again:
        if record.arxiv_id not in known:
            continue
        telling = unnamed(draft(record, TODAY))
        if telling.title_key != known[record.arxiv_id].title_key:
            renamed += 1
            continue
        found = [(same_place(one, telling), name) for name, one in titles[telling.title_key]]
        surest, name = max(found)
        right += surest > 0 and name == record.arxiv_id
        wrong += surest > 0 and name != record.arxiv_id
        missed += surest == 0
    count = right + wrong + missed
    print(f"places, {count:,} tellings of papers of one title, without identifiers")
    print(f"  precision {interval(right, right + wrong)}")
    print(f"  recall    {interval(right, count)}")
    print(f"  {renamed:,} more have another title there and would become papers of their own")


def strangers(known: dict[str, Facts], labels: list[tuple[str, str, str]]) -> None:
    twos = [(a, b) for a, b, label in labels if label == "two"]
    kept = sum(not same_place(unnamed(known[a]), unnamed(known[b])) for a, b in twos)
    print(
        f"places, pairs labelled two, without identifiers: kept apart {interval(kept, len(twos))}"
    )


def candidates(sample: str, wanted: set[str]) -> dict[str, Facts]:
    """The wanted papers, and all others that have the title of one of them."""
    everything = {one.arxiv_id: one for one in records(sample, arxiv_json.FORMAT)}
    keys = {key: title_key(clean_title(one.title)) for key, one in everything.items()}
    titles = {keys[key] for key in wanted if key in keys}
    return {key: draft(one, TODAY) for key, one in everything.items() if keys[key] in titles}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sample")
    parser.add_argument("daily")
    options = parser.parse_args()
    lines = [line.split("\t") for line in LABELS.read_text().splitlines()]
    labels = [(a, b, label) for a, b, label in lines]
    again = {one.arxiv_id: one for one in records(options.daily, hf_daily.FORMAT)}
    known = candidates(
        options.sample, {name for a, b, _ in labels for name in (a, b)} | again.keys()
    )
    links(known, labels)
    places(known, again.values())
    strangers(known, labels)


if __name__ == "__main__":
    main()
