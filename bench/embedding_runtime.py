"""Which runtime embeds papers best on this machine: speed side by side, and agreement.

    python -m bench.embedding_runtime TEXTS.jsonl [--papers 192] [--rounds 5] [--threads 1]

TEXTS is a file of JSON lines with `title` and `abstract` (or `text`), plain or `.zst`. All
candidates embed the same papers in turns, several rounds in one process, so that a busy machine
slows them alike: trust the ratios. OpenVINO is measured where it is installed.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import zstandard
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bench.numpy_bert import Bert
from broadsheet.search import graph, runtime
from broadsheet.search import model as models

Vectors = NDArray[np.float32]
Run = Callable[[NDArray[np.int64], NDArray[np.int64]], Vectors]
"""Token ids and mask [texts, tokens] to unit vectors [texts, dimensions]."""


def texts_of(path: Path, count: int) -> list[str]:
    """`count` texts spread over the first part of the file."""
    opened: Any = path.open("rb")
    if path.suffix == ".zst":
        opened = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(opened)
    found = []
    for line in io.TextIOWrapper(opened, encoding="utf-8"):
        paper = json.loads(line)
        body = paper.get("abstract") or paper.get("text") or ""
        if len(body) > 200:
            found.append(f"{paper['title']}\n{body}")
        if len(found) >= count * 20:
            break
    return found[:: max(1, len(found) // count)][:count]


def mean(states: Vectors, mask: NDArray[np.int64]) -> Vectors:
    vectors = np.einsum("btd,bt->bd", states, mask.astype(np.float32))
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def onnxruntime_session(file: Path, threads: int) -> Run:
    session = runtime.opened(file, threads)
    names = [wanted.name for wanted in session.get_inputs()]
    return lambda *inputs: mean(
        session.run(None, dict(zip(names, inputs, strict=True)))[0], inputs[1]
    )


def openvino_model(file: Path, threads: int, **hints: Any) -> Run:  # noqa: ANN401  its own options
    import openvino

    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", **hints}
    request = core.compile_model(core.read_model(file), "CPU", settings).create_infer_request()
    return lambda *inputs: mean(request.infer(list(inputs))[0], inputs[1])


def numpy_model(folder: Path) -> Run:
    bert = Bert(folder)
    return lambda ids, mask: bert([row[:n] for row, n in zip(ids, mask.sum(axis=1), strict=True)])


def candidates(folder: Path, threads: int) -> Iterator[tuple[str, Run]]:
    found = models.find()
    file, small = folder / "fp32.onnx", folder / "int8.onnx"
    onnx.save(graph.built(found.folder), str(file))
    yield "onnxruntime fp32", onnxruntime_session(file, threads)
    graph.write_small(found.folder, small)
    yield "onnxruntime int8", onnxruntime_session(small, threads)
    yield "numpy fp32", numpy_model(found.folder)
    try:
        import openvino  # noqa: F401  whether it is there
    except ImportError:
        return
    yield "OpenVINO fp32", openvino_model(file, threads, INFERENCE_PRECISION_HINT="f32")
    if re.search("amx_bf16|avx512_bf16", Path("/proc/cpuinfo").read_text(encoding="ascii")):
        yield "OpenVINO bf16", openvino_model(file, threads, INFERENCE_PRECISION_HINT="bf16")
    yield "OpenVINO int8", openvino_model(small, threads)


def embedded(
    run: Run, tokenizer: Tokenizer, texts: Sequence[str], batch: int, *, by_length: bool
) -> Vectors:
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]) if by_length else at)
    rows = []
    for start in range(0, len(order), batch):
        encoded = tokenizer.encode_batch([texts[at] for at in order[start : start + batch]])
        ids = np.array([text.ids for text in encoded], np.int64)
        rows.append(run(ids, np.array([text.attention_mask for text in encoded], np.int64)))
    back = np.empty(len(order), np.intp)
    back[order] = np.arange(len(order))
    return np.concatenate(rows)[back]


def tokenizer_of(length: int) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(models.find().folder / "tokenizer.json"))
    tokenizer.enable_truncation(length)
    tokenizer.enable_padding()
    return tokenizer


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.settings")
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("--papers", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=16)
    told = parser.parse_args()
    texts = texts_of(told.texts, told.papers)
    queries = [text.partition("\n")[0] for text in texts[:20]]
    tokenizer = tokenizer_of(256)
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        runs = dict(candidates(Path(folder), told.threads))
        table(runs, tokenizer, texts, queries, told)
        choices(runs["onnxruntime int8"], texts, told)


def table(
    runs: dict[str, Run], tokenizer: Tokenizer, texts: list[str], queries: list[str],
    told: argparse.Namespace,
) -> None:  # fmt: skip
    reference = embedded(runs["onnxruntime fp32"], tokenizer, texts, told.batch, by_length=True)
    wall: dict[str, list[float]] = {name: [] for name in runs}
    cpu: dict[str, list[float]] = {name: [] for name in runs}
    one: dict[str, list[float]] = {name: [] for name in runs}
    agreement = {}
    for _ in range(told.rounds):
        for name, run in runs.items():
            begun, begun_cpu = time.perf_counter(), time.process_time()
            vectors = embedded(run, tokenizer, texts, told.batch, by_length=True)
            wall[name].append(time.perf_counter() - begun)
            cpu[name].append(time.process_time() - begun_cpu)
            agreement[name] = (vectors * reference).sum(axis=1)
            for query in queries:
                begun = time.perf_counter()
                embedded(run, tokenizer, [query], 1, by_length=False)
                one[name].append(time.perf_counter() - begun)
    print(f"{len(texts)} papers, {told.threads} threads, batches of {told.batch}")
    print("runtime                    papers/s  papers/CPU s  cosine mean   min     query ms, best")
    for name in runs:
        cosine = agreement[name]
        print(
            f"{name:<26} {len(texts) / statistics.median(wall[name]):9.1f}"
            f" {len(texts) / statistics.median(cpu[name]):12.1f}"
            f"   {cosine.mean():.5f}  {cosine.min():.5f}"
            f"   {statistics.median(one[name]) * 1e3:6.1f} / {min(one[name]) * 1e3:.1f}"
        )


def choices(run: Run, texts: list[str], told: argparse.Namespace) -> None:
    """Longest text, order and size of batches, for one runtime."""
    variants = [(256, 16, True), (256, 16, False), (256, 1, True), (256, 64, True), (128, 16, True)]
    times: dict[tuple[int, int, bool], list[float]] = {variant: [] for variant in variants}
    for _ in range(told.rounds):
        for variant in variants:
            length, batch, by_length = variant
            begun = time.process_time()
            embedded(run, tokenizer_of(length), texts, batch, by_length=by_length)
            times[variant].append(time.process_time() - begun)
    print("longest  batch  sorted  papers/CPU s")
    for (length, batch, by_length), spent in times.items():
        rate = len(texts) / statistics.median(spent)
        print(f"{length:7} {batch:6}  {by_length!s:<6} {rate:13.1f}")


if __name__ == "__main__":
    main()
