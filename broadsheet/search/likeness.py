"""Several vectors, or a text of several topics, as one point to search around."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

PIECE = 150
"""Words of a long text that are embedded at once: what a model reads without cutting."""


def middle(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """The unit vector [dimensions] between unit vectors; opposite ones give no direction."""
    total = np.sum(vectors, axis=0)
    found: NDArray[np.float32] = total / max(float(np.linalg.norm(total)), 1e-9)
    return found


def pieces(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[at : at + PIECE]) for at in range(0, len(words), PIECE)]
