from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from broadsheet.search import vectors
from broadsheet.search.files import read_json, write_json
from broadsheet.search.vectors import Reader, Table, Writer, shortened, widened

Matrix = NDArray[np.float32]


def units(count: int, dimensions: int = 128, seed: int = 0) -> Matrix:
    drawn = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn


def table_of(folder: Path) -> Table:
    table = Reader(folder).table()
    assert table is not None
    return table


def ids(table: Table, vector: Matrix, limit: int = 10) -> list[int]:
    found: list[int] = table.nearest(vector, limit).papers.tolist()
    return found


def written(folder: Path, count: int) -> Writer:
    writer = Writer(folder, "m", 128)
    writer.append(range(1, count + 1), units(count))
    writer.commit(number=count, removal=0)
    return writer


def test_the_nearest_come_first_with_their_cosine(tmp_path: Path) -> None:
    written(tmp_path, 50).close()
    query = units(50)[6]
    near = table_of(tmp_path).nearest(query, 3)
    exact = np.argsort(-(units(50) @ query))[:3] + 1
    assert near.papers.tolist() == exact.tolist()
    assert near.scores[0] == pytest.approx(1, abs=1e-3)


def test_rows_that_were_not_committed_are_never_seen(tmp_path: Path) -> None:
    writer = written(tmp_path, 3)
    writer.append([77], units(1, seed=5))
    writer.close()  # a crash: the row is in the file, the count does not tell of it
    assert sorted(ids(table_of(tmp_path), units(1, seed=5)[0])) == [1, 2, 3]
    writer = Writer(tmp_path, "m", 128)
    writer.append([4], units(1, seed=6))
    writer.commit(4, 0)
    writer.close()
    assert ids(table_of(tmp_path), units(1, seed=6)[0], 1) == [4]
    assert sorted(ids(table_of(tmp_path), units(1)[0])) == [1, 2, 3, 4]


def test_half_a_row_is_cut_off(tmp_path: Path) -> None:
    written(tmp_path, 3).close()
    for file in (*tmp_path.glob("*.heads"), *tmp_path.glob("*.vectors")):
        with file.open("ab") as out:
            out.write(b"torn")
    writer = Writer(tmp_path, "m", 128)
    writer.append([4], units(1, seed=6))
    writer.commit(4, 0)
    writer.close()
    assert ids(table_of(tmp_path), units(1, seed=6)[0], 1) == [4]


def test_a_later_row_supersedes_and_a_removal_removes(tmp_path: Path) -> None:
    writer = written(tmp_path, 3)
    writer.append([2], units(1, seed=9))
    writer.remove([3])
    writer.commit(4, 1)
    writer.close()
    table = table_of(tmp_path)
    assert len(table) == 2
    assert ids(table, units(1, seed=9)[0]) == [2, 1]
    assert table.vector(3) is None
    assert table.vector(2) == pytest.approx(units(1, seed=9)[0], abs=1e-3)


def test_a_reader_sees_growth_and_keeps_what_it_handed_out(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    assert reader.table() is None
    writer = written(tmp_path, 3)
    before = reader.table()
    assert before is not None
    assert reader.table() is before
    writer.append([9], units(1, seed=9))
    writer.commit(9, 0)
    writer.close()
    assert ids(table_of(tmp_path), units(1, seed=9)[0]) == ids(
        reader.table() or before, units(1, seed=9)[0]
    )
    assert len(before) == 3


def test_another_model_begins_another_file_and_the_old_one_goes(tmp_path: Path) -> None:
    written(tmp_path, 3).close()
    writer = Writer(tmp_path, "other", 64)
    assert len(table_of(tmp_path)) == 3
    writer.append([5], units(1, 64))
    writer.commit(1, 0)
    writer.close()
    assert ids(table_of(tmp_path), units(1, 64)[0]) == [5]
    assert len(list(tmp_path.glob("*.vectors"))) == 1


def test_a_file_that_is_mostly_dead_is_compacted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "COMPACT_FROM", 8)
    writer = written(tmp_path, 4)
    for number in range(3):
        writer.append(range(1, 5), units(4, seed=number))
        writer.commit(5 + number, removal=3)
    writer.remove([4])
    writer.commit(9, removal=4)
    writer.close()
    state = read_json(tmp_path / "state.json") or {}
    assert state["rows"] < 8
    assert (state["number"], state["removal"]) == (9, 4)
    assert sorted(ids(table_of(tmp_path), units(4, seed=2)[0])) == [1, 2, 3]
    assert ids(table_of(tmp_path), units(4, seed=2)[1], 1) == [2]
    assert len(list(tmp_path.glob("*.heads"))) == 1


@pytest.mark.parametrize("harm", ["state", "vectors", "version"])
def test_a_harmed_file_counts_as_none(tmp_path: Path, harm: str) -> None:
    written(tmp_path, 3).close()
    if harm == "state":
        (tmp_path / "state.json").write_text("{", encoding="ascii")
    if harm == "version":
        (tmp_path / "state.json").write_text('{"of": "a later version"}', encoding="ascii")
    if harm == "vectors":
        next(tmp_path.glob("*.vectors")).write_bytes(b"")
    assert Reader(tmp_path).table() is None
    writer = Writer(tmp_path, "m", 128)
    assert writer.state.rows == 0
    writer.close()


def test_signs_find_what_an_exact_search_finds(tmp_path: Path) -> None:
    """Clusters, as papers of one field are: recall of the best ten against an exact search."""
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(100, 384))
    drawn = centres[rng.integers(100, size=8_000)] + rng.normal(size=(8_000, 384))
    made = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)
    writer = Writer(tmp_path, "m", 384)
    writer.append(range(8_000), made)
    writer.commit(1, 0)
    writer.close()
    table = table_of(tmp_path)
    agreed = 0
    for row in range(20):
        query = made[row] + rng.normal(size=384).astype(np.float32) * 0.02
        query /= np.linalg.norm(query)
        agreed += len(set(ids(table, query)) & set(np.argsort(-(made @ query))[:10].tolist()))
    assert agreed >= 0.99 * 200


def test_a_cosine_from_short_numbers_is_the_cosine() -> None:
    made, query = units(200, 384), units(1, 384, seed=3)[0]
    kept = widened(shortened(made))
    assert np.abs(kept @ query - made @ query).max() < 0.0005
    assert np.array_equal(shortened(kept), shortened(made)), "compacting changes nothing"
    assert widened(shortened(np.array([0.0, 1, -2.5]))).tolist() == [0, 1, -2.5]


def test_a_file_of_another_form_is_not_read(tmp_path: Path) -> None:
    written(tmp_path, 5).close()
    state = read_json(tmp_path / "state.json") or {}
    write_json(tmp_path / "state.json", state | {"form": 1})
    assert Reader(tmp_path).table() is None
    writer = Writer(tmp_path, "m", 128)
    assert writer.state.rows == 0
    writer.close()


def test_dimensions_need_not_fill_a_word(tmp_path: Path) -> None:
    writer = Writer(tmp_path, "m", 100)
    writer.append(range(1, 6), units(5, 100))
    writer.commit(1, 0)
    writer.close()
    assert ids(table_of(tmp_path), units(5, 100)[2], 1) == [3]


@pytest.mark.parametrize("share", [0.001, 0.05, 0.6])
def test_among_some_papers_the_nearest_of_these_are_found(tmp_path: Path, share: float) -> None:
    count = 6_000
    vectors_of = units(count)
    writer = written(tmp_path, count)
    writer.remove([1, 2])
    writer.append([5_000], vectors_of[4_999:5_000])
    writer.commit(count + 1, 0)
    writer.close()
    table, query = table_of(tmp_path), units(1, seed=9)[0]
    draw = np.random.default_rng(2)
    among = draw.permutation(np.arange(1, count + 1))[: int(share * count)]
    scores = vectors_of[among - 1] @ query
    exact = [int(key) for key in among[np.argsort(-scores)] if key > 2][:5]
    found = table.nearest(query, 5, among).papers.tolist()
    assert len(set(found) & set(exact)) >= 4
    assert set(found) <= set(among.tolist())
    assert not len(table.nearest(query, 5, np.array([1, 2, 9_999_999])))


@pytest.mark.parametrize("rows", [50, 6_000])
def test_within_a_few_papers_the_nearest_are_found_exactly(tmp_path: Path, rows: int) -> None:
    writer = written(tmp_path, rows)
    writer.remove([7])
    writer.commit(rows + 1, 1)
    writer.close()
    table, query = table_of(tmp_path), units(rows)[0]
    among = np.array([3, 7, 9, 20, 41, rows + 5])
    exact = sorted((3, 9, 20, 41), key=lambda key: -float(units(rows)[key - 1] @ query))
    assert table.nearest(query, 10, among).papers.tolist() == exact
    assert not len(table.nearest(query, 10, np.array([], np.int64)))


def test_closeness_of_named_papers_is_exact_and_leaves_out_who_has_no_vector(
    tmp_path: Path,
) -> None:
    writer = written(tmp_path, 50)
    writer.remove([7])
    writer.commit(51, 1)
    writer.close()
    query = units(1, seed=4)[0]
    found = table_of(tmp_path).closeness(query, np.array([9, 7, 3, 400]))
    assert set(found.papers.tolist()) == {3, 9}
    exact = units(50)[[2, 8]] @ query
    assert found.scores_of(np.array([3, 9]), -1) == pytest.approx(exact, abs=1e-3)
