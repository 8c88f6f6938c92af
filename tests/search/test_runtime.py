from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.test import override_settings

from broadsheet.search import runtime
from broadsheet.search.habits import UnfitModel
from broadsheet.search.model import Model
from tests.search.tiny import save


@pytest.fixture
def model(tmp_path: Path) -> Iterator[Model]:
    with override_settings(DATA=tmp_path / "data"):
        yield Model(save(tmp_path / "tiny"), "tiny")


def graphs(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "data" / "models").glob("*.onnx"))


def test_a_graph_is_built_once(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime.session(model)
    assert [file.name for file in graphs(tmp_path)] == [f"{model.fingerprint()}-int7.onnx"]
    monkeypatch.setattr(runtime, "_built", lambda *_: pytest.fail("it was built again"))
    runtime.session(model)


def test_several_at_once_build_one(model: Model, tmp_path: Path) -> None:
    built: list[Path] = []
    building = runtime._built

    def counted(model: Model, file: Path) -> Path:
        built.append(file)
        return building(model, file)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(4) as threads:
        patch.setattr(runtime, "_built", counted)
        assert len(list(threads.map(lambda _: runtime.session(model), range(4)))) == 4
    assert len(graphs(tmp_path)) == len(built) == 1


def test_a_spoilt_graph_is_built_anew(model: Model, tmp_path: Path) -> None:
    runtime.session(model)
    [file] = graphs(tmp_path)
    file.write_bytes(file.read_bytes()[:1000])
    runtime.session(model)
    assert file.stat().st_size > 1000


def test_graphs_of_an_earlier_recipe_are_removed_and_those_of_other_models_stay(
    model: Model, tmp_path: Path
) -> None:
    folder = tmp_path / "data" / "models"
    folder.mkdir(parents=True)
    for name in (f"{model.fingerprint()}-earlier.onnx", "0123456789abcdef-int7.onnx"):
        (folder / name).touch()
    runtime.session(model)
    assert {file.name for file in graphs(tmp_path)} == {
        "0123456789abcdef-int7.onnx",
        f"{model.fingerprint()}-int7.onnx",
    }


def test_where_nothing_can_be_kept_it_is_built_for_the_process(model: Model) -> None:
    with override_settings(DATA="/proc/nothing"):
        assert runtime.session(model).get_outputs()[0].name == "last_hidden_state"


def test_a_model_of_another_kind_is_refused_by_name(model: Model) -> None:
    save(model.folder, model_type="gpt2")
    with pytest.raises(UnfitModel, match=r"gpt2 model, not BERT$"):
        runtime.session(model)


def test_a_process_that_serves_never_loads_what_builds() -> None:
    program = "import sys; from broadsheet.search import runtime; print('onnx' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert told.stdout.strip() == "False", told.stderr


def test_the_building_process_ends_with_the_one_that_wants_the_graph(model: Model) -> None:
    program = [sys.executable, "-m", "broadsheet.search.graph", str(model.folder), "/proc/x/x"]
    orphan = subprocess.run(program, stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
    assert orphan.returncode == 1
