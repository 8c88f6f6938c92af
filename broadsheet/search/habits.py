"""How a model wants its texts: what its folder says in the files of sentence-transformers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST = 256
"""Tokens of a text that are read at most."""
KNOWN_MODULES = {"Transformer", "Pooling", "Normalize"}


class UnfitModel(ValueError):  # noqa: N818  a finding about a file, said to people
    """The files are of another kind of model. The message says what was found."""


@dataclass(frozen=True, slots=True)
class Habits:
    pooling: str = "mean"
    """How the states of the tokens become one vector: `mean`, or `cls`, the first state."""
    query: str = ""
    """What stands before a query."""
    paper: str = ""
    """What stands before a paper's text."""
    longest: int = LONGEST


def of(folder: Path) -> Habits:
    """What the folder says, else what is usual. Raises `UnfitModel` for what is not known here."""
    for module in _content(folder / "modules.json", default=[]):
        kind = str(module.get("type", "")).rpartition(".")[2]
        if kind not in KNOWN_MODULES:
            raise UnfitModel(f"{folder} holds a model with a {kind} layer, which is not known here")
    prompts = _content(folder / "config_sentence_transformers.json").get("prompts") or {}
    return Habits(
        pooling=_pooling(folder),
        query=prompts.get("query", ""),
        paper=prompts.get("passage") or prompts.get("document") or "",
        longest=min([LONGEST, *_lengths(folder)]),
    )


def _pooling(folder: Path) -> str:
    said = _content(folder / "1_Pooling" / "config.json")
    ways = {name for name, value in said.items() if name.startswith("pooling_mode_") and value}
    ways = {name.removeprefix("pooling_mode_").removesuffix("_tokens") for name in ways}
    ways |= {said["pooling_mode"]} if isinstance(said.get("pooling_mode"), str) else set()
    for way, name in (("mean", "mean"), ("cls", "cls_token"), ("cls", "cls")):
        if ways <= {name}:
            return way
    raise UnfitModel(f"{folder} wants its tokens pooled by {', '.join(sorted(ways))}, not by mean")


def _lengths(folder: Path) -> list[int]:
    """How many tokens the model can read, where its files say so."""
    said = (
        _content(folder / "config.json").get("max_position_embeddings"),
        _content(folder / "sentence_bert_config.json").get("max_seq_length"),
    )
    return [length for length in said if isinstance(length, int)]


def _content(file: Path, default: Any = None) -> Any:  # noqa: ANN401  whatever the file says
    if not file.is_file():
        return {} if default is None else default
    return json.loads(file.read_text("utf-8"))
