from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from broadsheet.papers.actions import remove_papers
from broadsheet.papers.models import Paper, latest_change
from broadsheet.search import engine, index, jobs, schema
from broadsheet.search.files import Locked, only_writer, read_json, write_json
from broadsheet.search.query import parse
from tests.search.papers import make_paper

pytestmark = pytest.mark.django_db


def found(text: str) -> list[int]:
    return [hit.paper_id for hit in engine.search(parse(text)).hits]


def test_what_was_saved_is_found_after_catching_up() -> None:
    paper = make_paper("Folding proteins with patience", "We wait.")
    assert found("waiting") == []
    assert jobs.catch_up() == 1
    assert found("waiting") == found("protein") == [paper.id]
    assert jobs.catch_up() == 0


def test_a_change_replaces_what_was_indexed() -> None:
    first = make_paper("Folding proteins", arxiv_id="2401.00001")
    jobs.catch_up()
    again = make_paper("Folding proteins", "Slowly, with origami.", arxiv_id="2401.00001")
    jobs.catch_up()
    assert again.id == first.id
    assert found("origami") == found("proteins") == [first.id]
    assert engine.Engine(Path(settings.INDEX)).status().indexed == 1


def test_a_removed_paper_is_no_longer_found() -> None:
    paper, other = make_paper("Folding proteins"), make_paper("Unfolding proteins")
    jobs.catch_up()
    remove_papers([paper.id])
    jobs.catch_up()
    assert found("proteins") == [other.id]


def test_many_batches_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "BATCH", 2)
    papers = [make_paper(f"Paper about topic{n} and more") for n in range(7)]
    remove_papers([papers[1].id, papers[6].id])
    told: list[tuple[int, int]] = []
    jobs.catch_up(lambda done, in_all: told.append((done, in_all)))
    kept = [paper.id for paper in papers if paper not in (papers[1], papers[6])]
    assert sorted(found("paper about")) == kept
    assert told[-1] == (5, 5)


def test_a_crash_between_commit_and_state_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    make_paper("Folding proteins")
    jobs.catch_up()
    before = read_json(next(index.home().glob("*/followed.json")))
    paper = make_paper("Unfolding proteins")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(index, "write_json", crash)
        with pytest.raises(KeyboardInterrupt):
            jobs.catch_up()
    assert read_json(next(index.home().glob("*/followed.json"))) == before
    assert jobs.catch_up() == 1
    assert found("unfolding") == [paper.id]
    assert len(found("proteins")) == 2


def test_rebuild_gives_the_same_answers_as_following() -> None:
    papers = [make_paper(f"Learning topic{n % 3} step {n}", f"Text {n * n}") for n in range(12)]
    first = make_paper("Learning topic0 from nothing", arxiv_id="2401.00001")
    jobs.catch_up()
    make_paper(first.title, "A better text", arxiv_id="2401.00001")
    remove_papers([papers[5].id])
    jobs.catch_up()
    queries = ["learning", "topic1", "step 4", "better text", '"topic2 step"', "learning -topic0"]
    followed = [sorted(found(query)) for query in queries]
    generation = index.current()
    assert jobs.rebuild() == 12
    assert index.current() != generation
    assert [sorted(found(query)) for query in queries] == followed


def test_searchers_keep_answering_during_a_rebuild() -> None:
    paper = make_paper("Folding proteins")
    jobs.catch_up()
    seen: list[list[int]] = []
    jobs.rebuild(lambda *_: seen.append(found("proteins")))
    assert seen == [[paper.id]]


def test_a_follower_moves_to_the_generation_that_a_rebuild_made() -> None:
    make_paper("Folding proteins")
    follower = index.open_follower()
    index.rebuild()
    assert not follower.is_current()
    follower.close()
    follower = index.open_follower()
    assert follower.is_current()
    assert follower.change == latest_change()
    follower.close()


def corrupt(folder: Path) -> None:
    (folder / "meta.json").write_text("{", encoding="ascii")


def lose(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def outdate(_: Path) -> None:
    file = index.home() / "current.json"
    write_json(file, (read_json(file) or {}) | {"version": schema.VERSION - 1})


def swap_database(folder: Path) -> None:
    write_json(folder / "followed.json", {"change": latest_change(), "origin": "another"})


def run_ahead(folder: Path) -> None:
    write_json(folder / "followed.json", {"change": 10**9, "origin": index.origin()})


def garble_state(folder: Path) -> None:
    write_json(folder / "followed.json", {"what": "is this"})


@pytest.mark.parametrize("harm", [corrupt, lose, outdate, swap_database, run_ahead, garble_state])
def test_an_index_that_cannot_be_continued_is_made_anew(harm: Callable[[Path], None]) -> None:
    paper = make_paper("Folding proteins")
    jobs.catch_up()
    folder = index.current()
    assert folder
    harm(folder)
    assert found("proteins") == [paper.id]  # by its title, if not otherwise
    jobs.catch_up()
    assert found("proteins") == [paper.id]
    assert index.current() != folder
    assert len([path for path in index.home().iterdir() if path.is_dir()]) == 1


def test_only_one_process_writes() -> None:
    make_paper("Folding proteins")
    with only_writer(Path(settings.INDEX) / "writer.lock"):
        assert jobs.catch_up() == 0
    with only_writer(Path(settings.INDEX) / "rebuild.lock"), pytest.raises(Locked):
        jobs.rebuild()
    assert jobs.catch_up() == 1


def test_an_empty_site_has_an_empty_index() -> None:
    assert jobs.catch_up() == 0
    assert found("anything") == []
    assert Paper.objects.count() == engine.status().papers == 0
