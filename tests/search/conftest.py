from __future__ import annotations

import pytest

from broadsheet.search import embedding
from tests.search.papers import WordEncoder


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> WordEncoder:
    """The stand-in for a model, in its place."""
    stand_in = WordEncoder()
    monkeypatch.setattr(embedding, "encoder", lambda: stand_in)
    monkeypatch.setattr(embedding, "availability", lambda: (stand_in.label, ""))
    embedding.forget_queries()
    return stand_in
