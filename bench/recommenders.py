"""What the recommendation of this project is compared with, each run on the same splits.

A method is made of a split's known part and the papers, and gives [readers, papers] scores.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from numpy.typing import NDArray

from bench.libraries import Places
from broadsheet.recommend.ranker import _direction

STRENGTH = 0.1
"""`C` of Scholar Inbox's regression."""
Dense = NDArray[np.float32]
Score = Callable[[Places], Dense]
NEIGHBOURS = 100
"""Of item-kNN by content; Ferrari Dacrema et al. search from 5 to 1,000."""


def popularity(known: sp.csr_matrix) -> Score:
    counts = np.asarray(known.sum(axis=0), np.float32).ravel()
    return lambda readers: np.tile(counts, (len(readers), 1))


def item_knn(known: sp.csr_matrix) -> Score:
    items = normal(known.T.tocsr())
    return lambda readers: ((known[readers] @ items) @ items.T).toarray()


def als(known: sp.csr_matrix) -> Score:
    """Hu, Koren, Volinsky 2008, by the library `implicit`."""
    model = AlternatingLeastSquares(
        factors=128, regularization=0.1, alpha=10, iterations=15, num_threads=1, random_state=1
    )
    model.fit(known, show_progress=False)
    return lambda readers: np.asarray(model.user_factors[readers] @ model.item_factors.T)


def ease(known: sp.csr_matrix, ridge: float = 50.0) -> Score:
    """Steck 2019, by the smaller Gram matrix: (X'X + rI)^-1 = (I - X'(XX' + rI)^-1 X) / r."""
    gram = (known @ known.T).toarray().astype(np.float32)
    gram[np.diag_indices_from(gram)] += ridge
    half = np.asarray(known.T @ np.linalg.inv(gram), np.float32)  # papers x readers
    within = np.asarray(known.multiply(half.T).sum(axis=0), np.float32).ravel()
    diagonal = (1 - within) / ridge

    def score(readers: Places) -> Dense:
        mine = known[readers]
        times = (mine.toarray() - np.asarray((mine @ half) @ known)) / ridge
        return np.asarray(mine.toarray() - times / diagonal, np.float32)

    return score


def content_knn(known: sp.csr_matrix, words: sp.csr_matrix) -> Score:
    """The sum over a reader's papers of the cosine of words, of the nearest papers of each."""
    alike = (words @ words.T).tocsr()
    alike.setdiag(0)
    for row in range(alike.shape[0]):
        values = alike.data[alike.indptr[row] : alike.indptr[row + 1]]
        if len(values) > NEIGHBOURS:
            values[values < np.partition(values, -NEIGHBOURS)[-NEIGHBOURS]] = 0
    alike.eliminate_zeros()
    return lambda readers: (known[readers] @ alike).toarray()


def centre(known: sp.csr_matrix, words: sp.csr_matrix) -> Score:
    """The cosine of words to the centre of a reader's papers."""
    profiles = normal(sp.csr_matrix(known @ words))
    return lambda readers: (profiles[readers] @ words.T).toarray()


def embedded(known: sp.csr_matrix, vectors: Dense) -> Score:
    profiles = np.asarray(known @ vectors)
    return lambda readers: np.asarray(profiles[readers] @ vectors.T)


def scholar_inbox(known: sp.csr_matrix, vectors: Dense, others: Places) -> Score:
    """Logistic regression on embeddings alone, against papers drawn by lot (the shipped one, less
    strong)."""
    none = np.zeros((0, vectors.shape[1]), np.float32)

    def score(readers: Places) -> Dense:
        found = [
            _direction(vectors[known[reader].indices], vectors[others], none, STRENGTH)
            for reader in readers
        ]
        return np.asarray(np.array(found) @ vectors.T)

    return score


def tf_idf(papers: list[list[str]]) -> sp.csr_matrix:
    """Rows of unit length; terms of one paper alone are left out."""
    names: dict[str, int] = {}
    rows = [[names.setdefault(term, len(names)) for term in sorted(set(own))] for own in papers]
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.array([term for row in rows for term in row], np.int64)
    found = sp.csr_matrix(
        (np.ones(len(columns), np.float32), columns, ends), (len(rows), len(names))
    )
    often = np.asarray(found.sum(axis=0), np.float32).ravel()
    rare = np.log(len(rows) / often) * (often > 1)
    return normal(sp.csr_matrix(found @ sp.diags(rare.astype(np.float32))))


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def normal(rows: sp.csr_matrix) -> sp.csr_matrix:
    """Rows of unit length."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1), np.float32).ravel())
    return sp.csr_matrix(sp.diags(1 / np.maximum(lengths, 1e-9)) @ rows)
