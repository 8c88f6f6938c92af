from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from django.test import override_settings

from broadsheet.search import embedding, model
from broadsheet.search.embedding import sound
from broadsheet.search.model import NoModel


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A site without a model, and no package that carries one."""
    monkeypatch.setattr(model, "PACKAGE", "no_such_package")
    with override_settings(DATA=tmp_path, MODEL=""):
        yield tmp_path


def put_files(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in model.NEEDED:
        (folder / name).write_bytes(name.encode())


def test_a_folder_by_setting_comes_first(data: Path) -> None:
    put_files(data / "models" / model.NAME)
    put_files(data / "mine")
    with override_settings(MODEL=str(data / "mine")):
        assert model.find() == model.Model(data / "mine", "mine")
    assert model.find().folder == data / "models" / model.NAME


def test_an_empty_folder_is_no_model_and_is_named(data: Path) -> None:
    with override_settings(MODEL=str(data)), pytest.raises(NoModel, match=f"{data} has no config"):
        model.find()


def test_a_package_is_found_without_being_imported(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = data / "site" / "carries_a_model"
    put_files(package / "model")
    (package / "__init__.py").write_text("raise SystemError('imported')", encoding="ascii")
    monkeypatch.syspath_prepend(data / "site")
    monkeypatch.setattr(model, "PACKAGE", package.name)
    assert model.find() == model.Model(package / "model", model.NAME)


def test_the_fingerprint_is_of_the_weights_wherever_they_lie(data: Path) -> None:
    for name in ("a", "b", "c"):
        put_files(data / name)
    (data / "c" / "model.safetensors").write_bytes(b"others")
    prints = [model.Model(data / name, name).fingerprint() for name in ("a", "b", "c")]
    assert prints[0] == prints[1] != prints[2]


def hub(monkeypatch: pytest.MonkeyPatch, *, spoilt: bool = False) -> list[str]:
    """A hub that hands out each file's name as its content."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        asked.append(name)
        return httpx.Response(200, content=b"?" if spoilt else name.encode())

    client = httpx.Client
    transport = httpx.MockTransport(answer)
    monkeypatch.setattr(httpx, "Client", lambda **_: client(transport=transport))
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in model.NEEDED}
    monkeypatch.setattr(model, "NEEDED", digests)
    return asked


def test_a_download_is_kept_whole(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = hub(monkeypatch)
    assert model.download() == model.find()
    assert asked == list(model.NEEDED)
    assert [path.name for path in (data / "models").iterdir()] == [model.NAME]


def test_a_download_that_is_not_the_model_is_not_used(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub(monkeypatch, spoilt=True)
    with pytest.raises(NoModel, match="not the file"):
        model.download()
    with pytest.raises(NoModel):
        model.find()


@pytest.mark.usefixtures("data")
def test_without_a_network_there_is_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(**_: object) -> httpx.Client:
        raise httpx.ConnectError("no route")

    monkeypatch.setattr(httpx, "Client", unreachable)
    with pytest.raises(NoModel, match="no route"):
        model.download()


def test_only_unit_vectors_are_sound() -> None:
    rows = np.array([[1, 0], [0.6, 0.8], [0, 0], [np.nan, 1], [2, 0], [np.inf, 0]], np.float32)
    assert sound(rows).tolist() == [True, True, False, False, False, False]


def test_the_packaged_model_knows_what_is_alike() -> None:
    try:
        encoder = embedding.Encoder(model.find())
    except NoModel as reason:
        pytest.skip(str(reason))
    cat, feline, quarks = encoder.encode(
        ["a cat sat on the mat", "the feline rested on a rug", "quarks at high energy"]
    )
    assert cat @ feline > 0.5 > 0.2 > cat @ quarks
    assert sound(encoder.encode(["", "word " * 3_000])).all()
    assert encoder.encode([]).shape == (0, encoder.dimensions)
