from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path

import pytest
import zstandard

from broadsheet.papers.records import Record, Rejected, SourceError, TruncatedInput
from broadsheet.sources import FORMATS, Options
from broadsheet.sources.opening import HEAD, Input, files_in, open_input

TEXT = b"".join(b"line %d of many\n" % n for n in range(50_000))


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(data)


def everything(source: Input) -> bytes:
    return b"".join(iter(lambda: source.read(10_000), b""))


@pytest.mark.parametrize(
    "stored",
    [
        TEXT,
        zstd(TEXT),
        gzip.compress(TEXT),
        zstd(TEXT[:1000]) + zstd(TEXT[1000:]),
        gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]),
        gzip.compress(TEXT) + b"\0" * 512,
        b"\x50\x2a\x4d\x18\x04\x00\x00\x00skip" + zstd(TEXT),
    ],
)
def test_compression_is_known_by_content(tmp_path: Path, stored: bytes) -> None:
    file = tmp_path / "data.txt"
    file.write_bytes(stored)
    with open_input(file) as source:
        assert source.peek() == TEXT[:HEAD]
        assert source.peek(10) == TEXT[:10]
        assert source.size == len(stored)
        assert everything(source) == TEXT
        assert source.consumed() == len(stored)


def test_progress_counts_what_is_read(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_bytes(TEXT)
    with open_input(file) as source:
        source.read(100_000)
        assert 100_000 <= source.consumed() < len(TEXT)


@pytest.mark.parametrize("stored", [zstd(TEXT), gzip.compress(TEXT)])
def test_what_came_before_a_cut_is_handed_over_first(tmp_path: Path, stored: bytes) -> None:
    file = tmp_path / "cut"
    file.write_bytes(stored[: len(stored) // 2])
    got: list[bytes] = []
    with open_input(file) as source, pytest.raises(TruncatedInput, match="cut"):
        got.extend(iter(lambda: source.read(10_000), b""))
    assert got
    assert TEXT.startswith(b"".join(got))


def test_a_record_that_the_cut_went_through_is_not_a_bad_record(tmp_path: Path) -> None:
    records = b"".join(
        b'{"id": "2401.%05d", "title": "%s"}\n' % (n, str(n * n).encode()) for n in range(1, 20_000)
    )
    file = tmp_path / "cut.zst"
    file.write_bytes(zstd(records)[:-2000])
    found: list[Record | Rejected] = []
    with open_input(file) as source, pytest.raises(TruncatedInput):
        found.extend(FORMATS["arxiv-json"].records(source, Options()))
    assert 1000 < len(found) < 20_000
    assert all(isinstance(one, Record) for one in found)


@pytest.mark.parametrize("stored", [zstd(TEXT), gzip.compress(TEXT)])
def test_damage_is_named(tmp_path: Path, stored: bytes) -> None:
    middle = len(stored) // 2
    file = tmp_path / "damaged"
    file.write_bytes(stored[:middle] + b"\xff" * 64 + stored[middle + 64 :])
    with open_input(file) as source, pytest.raises(SourceError, match="damaged"):
        everything(source)


@pytest.mark.parametrize("name", [None, Path("-")])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, name: Path | None) -> None:
    class Standard:
        buffer = io.BytesIO(zstd(TEXT))

    monkeypatch.setattr(sys, "stdin", Standard())
    with open_input(name) as source:
        assert source.name == "standard input"
        assert source.size is None
        assert everything(source) == TEXT


def test_an_empty_file(tmp_path: Path) -> None:
    file = tmp_path / "empty"
    file.touch()
    with open_input(file) as source:
        assert source.peek() == b""
        assert everything(source) == b""


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be opened"), open_input(tmp_path / "none"):
        pass


def test_a_folder_gives_its_data_files_in_order(tmp_path: Path) -> None:
    for name in ["b.txt", "a.jsonl.zst", "sub/c", ".hidden", "README.md", "sub/x.pdf", ".git/y"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [str(file.relative_to(tmp_path)) for file in files_in(tmp_path)]
    assert found == ["a.jsonl.zst", "b.txt", "sub/c"]
    assert files_in(tmp_path / "README.md") == [tmp_path / "README.md"]
