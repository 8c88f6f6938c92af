from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from django.test import override_settings

from broadsheet.search import graph
from broadsheet.search.embedding import Encoder, sound
from broadsheet.search.habits import UnfitModel
from broadsheet.search.model import Model
from tests.search.tiny import HIDDEN, save, slowly, tiny_weights


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(DATA=tmp_path / "data"):
        yield save(tmp_path / "tiny")


def put_json(file: Path, content: object) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(content), encoding="ascii")


def put_graph(folder: Path, place: str = "model.onnx") -> None:
    """A graph of its own, as exported models have it; nothing of it is made smaller."""
    file = folder / place
    file.parent.mkdir(exist_ok=True)
    onnx.save(graph.built(folder), str(file))
    (folder / "model.safetensors").unlink()
    (folder / "config.json").unlink()


def encoder(folder: Path) -> Encoder:
    return Encoder(Model(folder, "tiny"))


def right(ids: list[int], *, first: bool = False) -> np.ndarray:
    states = slowly(tiny_weights(), ids)
    vector = states[0] if first else states.mean(axis=0)
    unit: np.ndarray = vector / np.linalg.norm(vector)
    return unit


def test_a_vector_is_the_mean_of_the_states(folder: Path) -> None:
    put_graph(folder)
    vectors = encoder(folder).encode(["5 6 7", "9"])
    assert vectors == pytest.approx(np.array([right([1, 5, 6, 7, 2]), right([1, 9, 2])]), abs=1e-4)
    assert vectors.dtype == np.float32


def test_weights_made_small_give_nearly_the_same_vectors(folder: Path) -> None:
    assert encoder(folder).encode_query("5 6 7") @ right([1, 5, 6, 7, 2]) > 0.98


def test_a_model_may_want_the_first_state(folder: Path) -> None:
    put_graph(folder, "onnx/model.onnx")
    put_json(folder / "1_Pooling" / "config.json", {"pooling_mode_cls_token": True})
    assert encoder(folder).encode_query("5") == pytest.approx(
        right([1, 5, 2], first=True), abs=1e-4
    )


def test_a_model_may_want_words_before_queries_and_papers(folder: Path) -> None:
    put_graph(folder)
    prompts = {"query": "11 12 ", "passage": "13 "}
    put_json(folder / "config_sentence_transformers.json", {"prompts": prompts})
    prompted = encoder(folder)
    assert prompted.encode_query("5") == pytest.approx(right([1, 11, 12, 5, 2]), abs=1e-4)
    assert prompted.encode(["5"])[0] == pytest.approx(right([1, 13, 5, 2]), abs=1e-4)


def test_a_text_is_read_as_far_as_the_model_can(folder: Path) -> None:
    put_graph(folder)
    put_json(folder / "sentence_bert_config.json", {"max_seq_length": 4})
    assert encoder(folder).encode_query("5 6 7 8") == pytest.approx(right([1, 5, 6, 2]), abs=1e-4)


def test_a_text_gets_the_same_vector_in_any_company_and_any_thread(folder: Path) -> None:
    with override_settings(EMBED_THREADS=3):
        crowd = encoder(folder).encode(["5 6", "7", "8 9 10 " * 30, "11"] * 5)
    assert (crowd[:4] == crowd[16:]).all()
    assert (encoder(folder).encode(["7"])[0] == crowd[1]).all()


def test_no_text_and_empty_texts(folder: Path) -> None:
    small = encoder(folder)
    assert small.encode([]).shape == (0, HIDDEN)
    assert sound(small.encode(["", "  "])).all()


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}, "pooled by max"),
        ("1_Pooling/config.json", {"pooling_mode": "lasttoken"}, "pooled by lasttoken"),
        ("modules.json", [{"type": "sentence_transformers.models.Dense"}], "a Dense layer"),
    ],
)
def test_what_a_model_wants_and_cannot_have_is_named(
    folder: Path, file: str, content: object, complaint: str
) -> None:
    put_json(folder / file, content)
    with pytest.raises(UnfitModel, match=complaint):
        encoder(folder)


def test_the_name_changes_with_all_that_decides_about_vectors(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [encoder(folder).name, encoder(folder).name]
    put_json(folder / "1_Pooling" / "config.json", {"pooling_mode_cls_token": True})
    names.append(encoder(folder).name)
    monkeypatch.setattr("broadsheet.search.runtime.RECIPE", "another")
    names.append(encoder(folder).name)
    put_graph(folder)
    names.append(encoder(folder).name)
    assert names[0] == names[1]
    assert len(set(names)) == 4
