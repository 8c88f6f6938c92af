"""Which order foretells a paper's votes: by date, by votes so far, three known formulas, ours.

    python -m bench.feeds daily_papers_raw.jsonl.zst [--seeds 3]

The file holds one recorded answer of a daily papers site a line: `{date, url, items}`. Days are
replayed in their order. What an order may use of a paper at a moment is only what was known then:
its hour of arrival, its authors, their earlier papers' votes, whether code was told.

The record has one reading of each paper's votes, which is taken as final. Votes at a moment are
drawn from it: each vote and comment comes at its own time, with a half time that differs from
paper to paper (log-normal around `--half-time` hours), which the formulas do not know. At hour 0
nothing is drawn, so those rows rest on recorded numbers alone. Formulas that need an hour of
arrival where the record has none take midnight.

Two questions: of one day's papers at several hours, which will have most votes in the end
(`final`); of the papers of three days, which will get most votes from now on (`to come`).
Prints the mean over days of Kendall's tau-b and nDCG@10 (gain log2(1 + votes)), with 95 % intervals
by bootstrap over days; what an order leaves open is drawn by lot. The first 120 days are left out:
the constants were chosen on them.
"""

from __future__ import annotations

import argparse
import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import zstandard
from numpy.typing import NDArray

from broadsheet.feeds import formulas
from broadsheet.feeds.formulas import Outlook

CHOSEN_ON = 120
HOURS = (0, 2, 4, 8, 16)
Array = NDArray[np.float64]


@dataclass(slots=True)
class Paper:
    name: str
    authors: tuple[str, ...]
    has_code: bool
    day: datetime
    arrived: float
    """Hours after the day's midnight."""
    final: int
    comments: int
    prior: float = 0.0
    vote_times: Array = field(default_factory=lambda: np.empty(0))
    comment_times: Array = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, slots=True)
class Seen:
    """A paper as it stands at a moment."""

    age: float
    votes: int
    comments: int
    prior: float
    hour: float
    """The hour of arrival, counted from one origin for all papers."""


def recorded(file: Path) -> Iterator[list[Paper]]:
    with file.open("rb") as packed:
        unpacked = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(packed)
        for line in io.TextIOWrapper(unpacked, "utf-8"):
            day = msgspec.json.decode(line)
            yield [_paper(item, datetime.fromisoformat(day["date"])) for item in day["items"]]


def _paper(item: dict[str, Any], day: datetime) -> Paper:
    told = item["paper"]
    moment = told.get("submittedOnDailyAt")
    arrived = 0.0
    if moment:
        at = datetime.fromisoformat(moment.replace("Z", ""))
        arrived = min(24.0, max(0.0, (at - day).total_seconds() / 3600))
    return Paper(
        told["id"],
        tuple(author["name"] for author in told["authors"]),
        bool(told.get("githubRepo")),
        day,
        arrived,
        told["upvotes"],
        item["numComments"],
    )


def with_priors(days: list[list[Paper]]) -> None:
    """Each paper's prior from the papers of earlier days."""
    votes: defaultdict[str, list[int]] = defaultdict(list)
    everything: list[int] = []
    for papers in days:
        typical = formulas.typical(everything)
        for paper in papers:
            earlier = [count for name in paper.authors for count in votes[name]]
            paper.prior = formulas.prior(typical, earlier, len(paper.authors), paper.has_code)
        for paper in papers:
            everything.append(paper.final)
            for name in paper.authors:
                votes[name].append(paper.final)


def draw_times(days: list[list[Paper]], half_time: float, seed: int) -> None:
    """When each vote and comment came, in hours after arrival."""
    rng = np.random.default_rng(seed)
    for paper in (paper for papers in days for paper in papers):
        scale = half_time * rng.lognormal(0.0, 0.5) / np.log(2)
        paper.vote_times = rng.exponential(scale, paper.final)
        paper.comment_times = rng.exponential(scale, paper.comments)


def seen(paper: Paper, moment: float, start: datetime) -> Seen:
    """`moment` is in hours after `start`."""
    hour = (paper.day - start).total_seconds() / 3600 + paper.arrived
    age = max(0.0, moment - hour)
    votes = int((paper.vote_times <= age).sum())
    comments = int((paper.comment_times <= age).sum())
    return Seen(age, votes, comments, paper.prior, hour)


def by_date(one: Seen) -> float:
    return one.hour


def by_votes(one: Seen) -> float:
    return one.votes


def hacker_news(one: Seen) -> float:
    """(points - 1) / (hours + 2) ** 1.8; a post begins with its author's point."""
    return float(one.votes / (one.age + 2) ** 1.8)


def lobsters(one: Seen) -> float:
    """log10 of votes and comments (no more than votes) + arrival in windows of 22 hours."""
    order = np.log10(max(one.votes + 1 + min(one.votes, one.comments), 1))
    return float(order * (one.votes > 0) + one.hour / 22)


def scirate(one: Seen) -> float:
    """Votes, then comments, then the newest, within the days that are shown."""
    return one.votes + one.comments / 1e4 + one.hour / 1e9


def _outlook(one: Seen) -> Outlook:
    return Outlook(one.votes, one.comments, one.age, one.prior, usual=1.0)


def ours_total(one: Seen) -> float:
    return _outlook(one).total


def ours_trending(one: Seen) -> float:
    return _outlook(one).trending


ORDERS: dict[str, Callable[[Seen], float]] = {
    "by date": by_date,
    "by votes so far": by_votes,
    "Hacker News": hacker_news,
    "Lobsters": lobsters,
    "SciRate": scirate,
    "ours, in the end": ours_total,
    "ours, trending": ours_trending,
}


def tau(score: Array, truth: Array) -> float:
    """Kendall's tau-b."""
    upper = np.triu_indices(len(score), 1)
    one = np.sign(score[:, None] - score)[upper]
    other = np.sign(truth[:, None] - truth)[upper]
    pairs = float(np.sqrt((one != 0).sum() * (other != 0).sum()))
    return float((one * other).sum() / pairs) if pairs else 0.0


def ndcg(score: Array, truth: Array, depth: int = 10) -> float:
    order = np.argsort(-score)[:depth]
    gain = np.log2(1 + truth)
    discount = 1 / np.log2(np.arange(2, len(order) + 2))
    best = float((np.sort(gain)[::-1][: len(order)] * discount).sum())
    return float((gain[order] * discount).sum() / best) if best else 1.0


Scores = dict[tuple[str, str], list[tuple[float, float]]]


def replayed(days: list[list[Paper]], seed: int) -> Scores:
    rng = np.random.default_rng(seed)
    start = days[0][0].day
    scores: Scores = defaultdict(list)
    for place in range(CHOSEN_ON, len(days)):
        today = days[place]
        midnight = (today[0].day - start).total_seconds() / 3600
        last_arrival = max(paper.arrived for paper in today)
        for hour in HOURS:
            # at hour 0 each paper has just come; later hours count from the last arrival
            moment = midnight + (last_arrival + hour if hour else 0.0)
            shown = [seen(paper, moment, start) for paper in today]
            truth = np.array([paper.final for paper in today], float)
            _score(scores, f"final, hour {hour}", shown, truth, rng)
        recent = [paper for papers in days[place - 2 : place + 1] for paper in papers]
        shown = [seen(paper, midnight + last_arrival + 8, start) for paper in recent]
        finals = np.array([paper.final for paper in recent], float)
        rest = finals - np.array([one.votes for one in shown], float)
        _score(scores, "three days, to come", shown, rest, rng)
        _score(scores, "three days, final", shown, finals, rng)
    return scores


def _score(
    scores: Scores, question: str, shown: list[Seen], truth: Array, rng: np.random.Generator
) -> None:
    if len(shown) < 5:
        return
    for name, order in ORDERS.items():
        told = np.array([order(one) for one in shown])
        # a page has no ties: whatever an order leaves open is drawn by lot
        score = np.lexsort((rng.random(len(told)), told)).argsort().astype(float)
        scores[question, name].append((tau(score, truth), ndcg(score, truth)))


def interval(values: Array, rng: np.random.Generator) -> tuple[float, float]:
    drawn = values[rng.integers(0, len(values), (2_000, len(values)))].mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(low), float(high)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--half-time", type=float, default=8.0)
    options = parser.parse_args()
    days = [papers for papers in recorded(options.file) if papers]
    with_priors(days)
    print(f"{len(days)} days, {sum(map(len, days)):,} papers; half time {options.half_time} h")
    runs = []
    for seed in range(options.seeds):
        draw_times(days, options.half_time, seed)
        runs.append(replayed(days, seed))
    report(runs)


def report(runs: list[Scores]) -> None:
    rng = np.random.default_rng(0)
    question = ""
    means = {key: np.mean([run[key] for run in runs], axis=0) for key in runs[0]}
    for key, found in means.items():
        if key[0] != question:
            question = key[0]
            print(f"\n{question:<20} {'tau':>6} {'95 %':>14} {'nDCG@10':>10} {'95 %':>14}")
        print(f"{key[1]:<18} {row(found, rng)}")
        if key[1] == "ours, trending":
            print(f"{'ours - best other':<18} {row(lead(means, question), rng)}")


def row(found: Array, rng: np.random.Generator) -> str:
    cells = []
    for column in found.T:
        low, high = interval(column, rng)
        cells.append(f"{column.mean():7.3f} [{low:6.3f},{high:6.3f}]")
    return "  ".join(cells)


def lead(means: dict[tuple[str, str], Array], question: str) -> Array:
    """Day by day, the better of our two orders less the best of the others, for each measure."""
    columns = []
    for measure in (0, 1):
        sides: dict[bool, list[Array]] = {True: [], False: []}
        for (asked, name), found in means.items():
            if asked == question:
                sides[name.startswith("ours")].append(found[:, measure])
        ours, others = (
            max(sides[side], key=lambda one: float(one.mean())) for side in (True, False)
        )
        columns.append(ours - others)
    return np.stack(columns, axis=1)


if __name__ == "__main__":
    main()
