from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from threading import Event, Thread

import pytest
from django.conf import settings
from django.db import connection

from broadsheet.papers.actions import remove_papers
from broadsheet.papers.models import Paper
from broadsheet.search import embedding, engine, index, jobs, replica
from broadsheet.search.model import NoModel
from broadsheet.search.models import Embedding
from broadsheet.search.query import parse
from broadsheet.search.vectors import Reader
from tests.search.papers import WordEncoder, make_paper

pytestmark = pytest.mark.django_db


def embed_all() -> int:
    jobs.catch_up()
    embedded = jobs.embed_waiting(Event())
    jobs.catch_up()
    return embedded


def in_file() -> dict[int, int]:
    """Paper id to row, of all papers in the vector file."""
    table = Reader(Path(settings.INDEX) / "vectors").table()
    return {int(table.papers[row]): int(row) for row in table.rows} if table else {}


def test_papers_are_embedded_newest_day_first(
    encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 1)
    make_paper("of long ago", day=date(2020, 1, 1))
    make_paper("without a day")
    make_paper("of today", "its abstract", day=date(2025, 1, 1))
    assert embed_all() == 3
    assert encoder.asked == ["of today\nits abstract", "of long ago", "without a day"]
    assert embed_all() == 0
    assert len(in_file()) == engine.Engine(Path(settings.INDEX)).status().embedded == 3


def test_where_many_wait_titles_come_first(
    encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MANY", 0)
    for number in range(3):
        make_paper(f"title {number}", f"abstract {number}", day=date(2025, 1, 1 + number))
    make_paper("without an abstract")
    jobs.catch_up()
    watched: list[int] = []
    assert jobs.embed_waiting(Event(), watch=watched.append) == sum(watched) == 4 + 3
    titles, texts = encoder.asked[:4], encoder.asked[4:]
    assert set(titles) == {"title 0", "title 1", "title 2", "without an abstract"}
    assert set(texts) == {f"title {number}\nabstract {number}" for number in range(3)}


def test_a_draft_is_searched_until_it_is_replaced(
    encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MANY", 0)
    paper = make_paper("proteins", "that fold")
    make_paper("quarks", "of charm")
    jobs.catch_up()
    asking = encoder.encode

    def once(texts: list[str]) -> object:
        stop.set()
        return asking(texts)

    stop = Event()
    monkeypatch.setattr(encoder, "encode", once)
    assert jobs.embed_waiting(stop) == 2
    jobs.catch_up()
    status = engine.Engine(Path(settings.INDEX)).status()
    assert (status.embedded, status.drafts) == (2, 2)
    assert engine.search(parse("proteins")).hits[0].closeness == pytest.approx(1, abs=1e-3)
    assert embed_all() == 2
    status = engine.Engine(Path(settings.INDEX)).status()
    assert (status.embedded, status.drafts) == (2, 0)
    assert engine.search(parse("proteins that fold")).hits[0].paper_id == paper.id
    assert not Embedding.objects.filter(draft=True).exists()


def test_a_summary_is_embedded_where_there_is_no_abstract(encoder: WordEncoder) -> None:
    make_paper("Title", summary="In one sentence.", summary_by="the shelf")
    embed_all()
    assert encoder.asked == ["Title\nIn one sentence."]


def test_a_vector_that_was_not_computed_is_never_saved(encoder: WordEncoder) -> None:
    make_paper("a spoilt one")
    good = make_paper("a good one")
    encoder.spoilt = {"spoilt"}
    assert embed_all() == 1
    assert list(in_file()) == [good.id]
    encoder.spoilt = set()
    assert embed_all() == 1  # it was left waiting and is tried again


def test_a_changed_text_is_embedded_again_and_a_vote_is_not(encoder: WordEncoder) -> None:
    make_paper("first words", arxiv_id="2401.00001")
    embed_all()
    make_paper("first words", arxiv_id="2401.00001", votes=7)
    assert embed_all() == 0
    make_paper("first words", "and an abstract", arxiv_id="2401.00001")
    assert embed_all() == 1
    assert encoder.asked[-1] == "first words\nand an abstract"
    assert len(in_file()) == Embedding.objects.count() == 1


def test_a_paper_that_changes_while_it_is_embedded_waits(
    encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = make_paper("first words", arxiv_id="2401.00001")
    encode = encoder.encode

    def meanwhile(texts: list[str]) -> object:
        monkeypatch.undo()
        monkeypatch.setattr(embedding, "encoder", lambda: encoder)
        make_paper("first words", "and an abstract", arxiv_id="2401.00001")
        return encode(texts)

    monkeypatch.setattr(encoder, "encode", meanwhile)
    assert jobs.embed_waiting(Event()) == 0
    assert jobs.embed_waiting(Event()) == 1
    assert Embedding.objects.get().paper_id == paper.id
    assert encoder.asked[-1] == "first words\nand an abstract"


@pytest.mark.usefixtures("encoder")
def test_a_removed_paper_leaves_the_vector_file() -> None:
    paper, other = make_paper("one"), make_paper("two")
    embed_all()
    remove_papers([paper.id])
    jobs.catch_up()
    assert list(in_file()) == [other.id]
    remove_papers([other.id])
    jobs.catch_up()
    assert in_file() == {}


@pytest.mark.usefixtures("encoder")
def test_a_rebuild_copies_embeddings_and_computes_none() -> None:
    make_paper("one"), make_paper("two")
    embed_all()
    before = in_file()
    file = next(replica.home().glob("*.vectors"))
    jobs.rebuild()
    assert in_file() == before
    assert next(replica.home().glob("*.vectors")) != file
    assert not file.exists()
    assert embed_all() == 0


@pytest.mark.usefixtures("encoder")
def test_lost_vectors_come_back_from_the_database() -> None:
    paper = make_paper("one")
    embed_all()
    next(replica.home().glob("*.vectors")).unlink()
    assert in_file() == {}
    jobs.catch_up()
    assert list(in_file()) == [paper.id]


def test_another_model_embeds_all_anew(encoder: WordEncoder) -> None:
    make_paper("one"), make_paper("two")
    embed_all()
    encoder.name = "words/2"
    assert embed_all() == 2
    assert {row.model for row in Embedding.objects.all()} == {"words/2"}
    assert len(in_file()) == 2


def test_a_budget_ends_the_work(encoder: WordEncoder) -> None:
    make_paper("one")
    assert jobs.embed_waiting(Event(), budget=0) == 0
    stop = Event()
    stop.set()
    assert jobs.embed_waiting(stop) == 0
    assert encoder.asked == []


def test_without_a_model_embedding_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "MODEL", str(tmp_path))
    monkeypatch.setattr(embedding, "_shared", embedding.Shared())
    make_paper("one")
    with pytest.raises(NoModel, match="no model"):
        jobs.embed_waiting(Event())


class Following:
    """`jobs.follow` at work in a thread, as the worker runs it."""

    def __enter__(self) -> Following:
        self.stop = Event()
        self.failed: list[Exception] = []
        self.thread = Thread(target=self._run)
        self.thread.start()
        return self

    def _run(self) -> None:
        try:
            jobs.follow(self.stop)
        except Exception as fault:  # noqa: BLE001  handed to the test
            self.failed.append(fault)
        finally:
            connection.close()

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(timeout=10)
        assert not self.thread.is_alive()
        assert not self.failed


def soon(text: str, paper: Paper, *, meaning: bool = False, within: float = 5) -> bool:
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        results = engine.search(parse(text))
        is_found = not results.plain and paper.id in [hit.paper_id for hit in results.hits]
        if is_found and results.meaning >= meaning:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("encoder")
def test_a_worker_makes_new_papers_findable_within_five_seconds() -> None:
    with Following():
        assert soon("proteins", make_paper("Folding proteins"), meaning=True)
        assert soon("quarks", make_paper("Charming quarks"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("encoder")
def test_a_worker_replaces_an_index_that_is_lost_or_rebuilt_meanwhile() -> None:
    paper = make_paper("Folding proteins")
    with Following():
        assert soon("proteins", paper)
        folder = index.current()
        assert folder
        for file in folder.iterdir():
            file.unlink(missing_ok=True)
        assert soon("quarks", make_paper("Charming quarks"))
        assert soon("proteins", paper)
        jobs.rebuild()
        assert soon("leptons", make_paper("Light leptons"))
        assert soon("proteins", paper, meaning=True)


@pytest.mark.django_db(transaction=True)
def test_a_worker_without_a_model_still_indexes_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "MODEL", str(tmp_path))
    monkeypatch.setattr(embedding, "_shared", embedding.Shared())
    with Following():
        assert soon("proteins", make_paper("Folding proteins"))
    results = engine.search(parse("proteins"))
    assert not results.meaning
    assert f"no model: {tmp_path} has no config.json" in results.note
    status = engine.Engine(Path(settings.INDEX)).status()
    assert (status.papers, status.indexed, status.embedded, status.model) == (1, 1, 0, "")
    assert "no model" in status.note


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("encoder")
def test_a_second_worker_takes_over_when_the_first_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "STANDBY", 0.1)
    first, second = Following(), Following()
    with first:
        assert soon("proteins", make_paper("Folding proteins"))
        second.__enter__()
    try:
        assert soon("quarks", make_paper("Charming quarks"))
    finally:
        second.__exit__()
