"""A model's graph, ready to run: built and kept once, then opened by every process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import onnxruntime

from broadsheet.search.files import only_writer, sync
from broadsheet.search.habits import UnfitModel
from broadsheet.search.model import Model, downloads

RECIPE = "int7"
"""How graphs are built from weights here; another name makes all of them, and vectors, anew."""


def session(model: Model) -> onnxruntime.InferenceSession:
    """Opens the model's own graph, or the one that was built of its weights, here or before.

    Raises `UnfitModel` for weights of another kind. Where the data folder cannot be written, the
    graph is built for this process alone.
    """
    if model.graph:
        return opened(model.graph)
    kept = downloads() / f"{model.fingerprint()}-{RECIPE}.onnx"
    try:
        with only_writer(downloads() / "building.lock", wait=True):
            return _kept(model, kept)
    except OSError:
        with tempfile.TemporaryDirectory() as folder:
            return opened(_built(model, Path(folder) / kept.name))


def opened(file: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    """A session that works in the thread that calls it, in as many at once as call it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(file), options, ["CPUExecutionProvider"])


def _kept(model: Model, file: Path) -> onnxruntime.InferenceSession:
    if file.is_file():
        try:
            return opened(file)
        except Exception:  # noqa: BLE001  whatever ails the file, a new one does not have it
            file.unlink()
    coming = _built(model, file.with_suffix(".coming"))
    sync(coming)
    coming.replace(file)
    for old in file.parent.glob(f"{model.fingerprint()}-*.onnx"):
        if old != file:
            old.unlink(missing_ok=True)
    return opened(file)


def _built(model: Model, file: Path) -> Path:
    """Build in a process of its own, so that none that serves keeps the memory that it takes."""
    program = [sys.executable, "-m", "broadsheet.search.graph", str(model.folder), str(file)]
    with subprocess.Popen(  # noqa: S603  ourselves
        program, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stderr  # noqa: S101  it was asked for
        said = child.stderr.read()  # its input stays open meanwhile: it ends when we do
    if child.returncode:
        raise UnfitModel(said.strip().rpartition("\n")[2])
    return file
