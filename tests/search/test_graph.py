from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnxruntime import InferenceSession

from broadsheet.search import graph
from broadsheet.search.habits import UnfitModel
from tests.search.tiny import HIDDEN, save, slowly, tiny_weights

TEXTS = [[1, 5, 2], [1, *range(3, 39), 2] * 3, [7]]


def states(session: InferenceSession, ids: list[int], padding: int = 0) -> np.ndarray:
    inputs = {
        "input_ids": np.array([ids + [0] * padding], np.int64),
        "attention_mask": np.array([[1] * len(ids) + [0] * padding], np.int64),
    }
    found: np.ndarray = session.run(None, inputs)[0][0, : len(ids)]
    return found


def session_of(folder: Path) -> InferenceSession:
    return InferenceSession(graph.built(save(folder)).SerializeToString())


@pytest.mark.parametrize("ids", TEXTS, ids=len)
def test_states_are_those_of_the_definition(tmp_path: Path, ids: list[int]) -> None:
    found = states(session_of(tmp_path), ids)
    assert found.shape == (len(ids), HIDDEN)
    assert found == pytest.approx(slowly(tiny_weights(), ids), abs=1e-4)


def test_what_fills_a_text_up_is_not_seen(tmp_path: Path) -> None:
    session = session_of(tmp_path)
    assert states(session, TEXTS[0], padding=9) == pytest.approx(
        states(session, TEXTS[0]), abs=1e-5
    )


def test_small_weights_give_nearly_the_same_states(tmp_path: Path) -> None:
    save(tmp_path)
    graph.write_small(tmp_path, tmp_path / "small.onnx")
    session = InferenceSession(tmp_path / "small.onnx")
    for ids in TEXTS:
        found, right = states(session, ids).ravel(), slowly(tiny_weights(), ids).ravel()
        assert found @ right / np.linalg.norm(found) / np.linalg.norm(right) > 0.99
    kinds = {node.op_type for node in onnx.load(tmp_path / "small.onnx").graph.node}
    assert "MatMulInteger" in kinds or "DynamicQuantizeMatMul" in kinds


def test_what_is_no_bert_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnfitModel, match="gpt2"):
        graph.built(save(tmp_path, model_type="gpt2"))
    lacking = tiny_weights()
    del lacking["encoder.layer.1.output.dense.bias"]
    with pytest.raises(UnfitModel, match=r"encoder\.layer\.1\.output\.dense\.bias"):
        graph.built(save(tmp_path, lacking))
