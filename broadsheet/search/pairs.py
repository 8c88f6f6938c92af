"""Words that stand side by side in a query, looked for side by side in the text of a paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise

from broadsheet.search.schema import PROSE

WEIGHT = 0.1
"""What a pair counts beside its two words: `gradient descent` says more than both words apart."""
SATURATION = 1.2
"""BM25's k1: how soon more occurrences add little."""

Rarity = Callable[[str], float]


def pair_scores(query: str, texts: Mapping[int, str], rarity: Rarity) -> dict[int, float]:
    """How much the pairs of adjacent words in `query` speak for each paper, in points of BM25.

    The sum over pairs of WEIGHT x rarity of both words x f (k1 + 1) / (f + k1), where f counts the
    places in the text at which the second word follows the first. Papers without any are left out.

    Source: the sequential dependence model of Metzler, Croft: A Markov random field model for term
    dependencies (SIGIR 2005), with BM25's saturation for its potential function.
    """
    pairs = dict.fromkeys(pairwise(PROSE.analyze(query)))
    weights = {pair: WEIGHT * (rarity(pair[0]) + rarity(pair[1])) for pair in pairs}
    found = {key: _score(text, weights) for key, text in texts.items()} if weights else {}
    return {key: score for key, score in found.items() if score}


def _score(text: str, weights: Mapping[tuple[str, str], float]) -> float:
    counts = Counter(pair for pair in pairwise(PROSE.analyze(text)) if pair in weights)
    return sum(
        weights[pair] * count * (SATURATION + 1) / (count + SATURATION)
        for pair, count in counts.items()
    )
