"""Texts in, unit vectors out: the sentence encoder that gives search its sense of meaning."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from broadsheet.search import model as models
from broadsheet.search.bert import Bert
from broadsheet.search.model import Model, NoModel

MAX_TOKENS = 256
RETRY_AFTER = 30.0
"""Seconds until a missing model is looked for again."""

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]


class Encoder:
    """One loaded model. Safe to share between threads."""

    def __init__(self, model: Model) -> None:
        self._bert = Bert(model.folder)
        self._tokenizer = Tokenizer.from_file(str(model.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(min(MAX_TOKENS, self._bert.longest))
        self.label = model.label
        self.name = f"{model.fingerprint()}/{MAX_TOKENS}"
        """The same on every node that computes the same vectors."""
        self.dimensions = self._bert.dimensions

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [texts, dimensions]; a row that could not be computed is not finite."""
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        encoded = self._tokenizer.encode_batch(list(texts))
        return self._bert([text.ids for text in encoded])


def sound(vectors: Vectors) -> NDArray[np.bool_]:
    """Which rows are vectors that a model really computed: finite and of length 1."""
    lengths = np.linalg.norm(vectors, axis=1)
    found: NDArray[np.bool_] = np.isfinite(lengths) & (np.abs(lengths - 1) < 0.01)
    return found


class Shared:
    """The process's one encoder, looked for again now and then while there is none."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._encoder: Encoder | None = None
        self._reason: NoModel | None = None
        self._next_try = 0.0

    def get(self) -> Encoder:
        with self._lock:
            if self._encoder is None and time.monotonic() >= self._next_try:
                self._try()
            if self._encoder is None:
                raise self._reason or NoModel("no model")
            return self._encoder

    def availability(self) -> tuple[str, str]:
        if self._encoder:
            return self._encoder.label, ""
        try:
            if self._reason:
                raise self._reason
            return models.find().label, ""
        except NoModel as reason:
            return "", str(reason)

    def _try(self) -> None:
        self._next_try = time.monotonic() + RETRY_AFTER
        try:
            self._encoder = Encoder(models.find())
        except NoModel as reason:
            self._reason = reason
        except Exception as fault:  # noqa: BLE001  whatever is wrong with a model, words still work
            log.warning("The embedding model cannot be used: %s", fault)
            self._reason = NoModel(f"no model: it cannot be loaded ({fault})")


_shared = Shared()


def encoder() -> Encoder:
    """The process's encoder, loaded on first use. Raises `NoModel`; never asks the network."""
    return _shared.get()


def availability() -> tuple[str, str]:
    """The model's name, or why there is none; loads nothing."""
    return _shared.availability()


@lru_cache(maxsize=512)
def _embedded(name: str, text: str) -> Vectors:
    vectors = encoder().encode([text])
    if not sound(vectors).all():
        raise ValueError("the model gave no vector")
    vector: Vectors = vectors[0]
    return vector


def embedded_query(text: str) -> Vectors:
    """The unit vector [dimensions] of a query; remembered for the 512 last ones."""
    return _embedded(encoder().name, text)


def forget_queries() -> None:
    """Forget the vectors of earlier queries."""
    _embedded.cache_clear()
