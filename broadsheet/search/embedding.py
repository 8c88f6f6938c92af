"""Texts in, unit vectors out: the sentence encoder that gives search its sense of meaning."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from hashlib import blake2b
from threading import Lock

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from tokenizers import Tokenizer

from broadsheet.search import habits, runtime
from broadsheet.search import model as models
from broadsheet.search.habits import Habits
from broadsheet.search.model import Model, NoModel

RETRY_AFTER = 30.0
"""Seconds until a missing model is looked for again."""

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]


class Encoder:
    """One loaded model. Safe to share between threads."""

    def __init__(self, model: Model) -> None:
        self._habits = habits.of(model.folder)
        self._session = runtime.session(model)
        self._wanted = {wanted.name for wanted in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(model.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._habits.longest)
        self._threads = ThreadPoolExecutor(settings.EMBED_THREADS, "embedding")
        self.label = model.label
        self.name = f"{model.fingerprint()}/{_digest(model, self._habits)}"
        """The same on every node that computes the same vectors."""
        self.dimensions = len(self.encode_query("a"))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [texts, dimensions] of papers; a row that could not be computed is not
        finite. Works in `EMBED_THREADS` threads."""
        vectors = self._threads.map(lambda text: self._run(self._habits.paper + text), texts)
        return np.array([*vectors], np.float32).reshape(len(texts), self.dimensions)

    def encode_query(self, text: str) -> Vectors:
        """The unit vector [dimensions] of a query, computed in the thread that asks."""
        return self._run(self._habits.query + text)

    def _run(self, text: str) -> Vectors:
        """One text alone: faster than several that are filled up to one length, in a fraction of
        the memory, and the vector does not depend on their company.

        Source of the mean over tokens: Reimers, Gurevych: Sentence-BERT, EMNLP 2019.
        """
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        inputs["token_type_ids"] = np.zeros_like(ids)
        states: Vectors = self._session.run(None, {key: inputs[key] for key in self._wanted})[0][0]
        vector = states[0] if self._habits.pooling == "cls" else states.mean(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            unit: Vectors = vector / np.linalg.norm(vector)
        return unit


def _digest(model: Model, kept: Habits) -> str:
    """Short for all that decides about a vector, but for the weights."""
    how = repr((runtime.RECIPE if model.graph is None else "", kept))
    return blake2b(how.encode(), digest_size=4).hexdigest()


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
    vector = encoder().encode_query(text)
    if not sound(vector[None]).all():
        raise ValueError("the model gave no vector")
    return vector


def embedded_query(text: str) -> Vectors:
    """The unit vector [dimensions] of a query; remembered for the 512 last ones."""
    return _embedded(encoder().name, text)


def forget_queries() -> None:
    """Forget the vectors of earlier queries."""
    _embedded.cache_clear()
