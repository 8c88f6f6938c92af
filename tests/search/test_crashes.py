"""What killed processes, full disks and rotten files leave of the index.

`BROADSHEET_TEST_KILLS=50` kills more often than the suite does.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import tantivy
from django.conf import settings
from django.db import connection
from django.test import Client

from broadsheet.papers.actions import remove_papers, save_records
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Record
from broadsheet.search import engine, index, jobs, replica, schema, soundness
from broadsheet.search.models import Embedding
from broadsheet.search.query import parse
from broadsheet.search.results import Results
from broadsheet.search.vectors import Reader
from tests.processes import ROOT
from tests.search.papers import make_paper
from tests.search.test_jobs import Following, embed_all, soon

KILLS = int(os.environ.get("BROADSHEET_TEST_KILLS", "3"))

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("encoder")]


def asked(text: str) -> Results:
    """What a process that has just started answers."""
    return engine.Engine(Path(settings.INDEX)).search(parse(text), 2_000, 0)


def found(text: str) -> set[int]:
    return {hit.paper_id for hit in asked(text).hits}


def stored() -> set[int]:
    return set(Paper.objects.values_list("id", flat=True))


def in_index() -> set[int]:
    """All papers of the lexical index, however many."""
    folder = index.current()
    assert folder
    searcher = schema.open_index(folder).searcher()
    every = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs)).hits
    return {int(key or 0) for key in searcher.fast_field_values("id", [at for _, at in every])}


def fill(first: int, count: int) -> None:
    drawn = random.Random(first)
    words = [f"topic{number}" for number in range(90)]
    save_records(
        [
            Record("test", str(key), f"Sand number{key}", " ".join(drawn.choices(words, k=40)))
            for key in range(first, first + count)
        ]
    )


@contextmanager
def process(work: str) -> Iterator[subprocess.Popen[str]]:
    """A process on this test's database and index; killed at the end."""
    name = str(connection.settings_dict["NAME"])
    server = os.environ.get("DATABASE_URL", "").rpartition("/")[0]
    told = {
        **os.environ,
        "BROADSHEET_DATA": str(Path(settings.INDEX).parent),
        "DATABASE_URL": f"{server}/{name}" if server else f"sqlite:///{name}",
    }
    command = [sys.executable, "-m", "tests.search.crashing", work]
    with subprocess.Popen(
        command, cwd=ROOT, env=told, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as started:
        try:
            assert line(started) == "begun"
            yield started
        finally:
            started.kill()


def line(started: subprocess.Popen[str]) -> str:
    assert started.stdout
    return started.stdout.readline().strip()


def test_a_worker_that_is_killed_at_any_moment_loses_nothing() -> None:
    drawn = random.Random(7)
    fill(0, 100)
    jobs.catch_up()
    indexed = stored()
    for kill in range(KILLS):
        fill(1_000 * (kill + 1), 120)
        remove_papers(drawn.sample(sorted(stored()), 5))
        with process("follow"):
            time.sleep(drawn.uniform(0, 0.7))
        answer = asked("sand")
        assert not answer.plain
        assert len(answer.hits) > 90
        assert indexed & stored() <= in_index()
        jobs.catch_up()
        indexed = stored()
        assert in_index() == indexed
        table = Reader(replica.home()).table()
        copied = {int(table.papers[row]) for row in table.rows} if table else set()
        assert copied == set(Embedding.objects.values_list("paper_id", flat=True))


def test_a_rebuild_that_is_killed_goes_on_where_it_was_and_search_never_stops() -> None:
    fill(0, 400)
    jobs.catch_up()
    before = index.current()
    with process("rebuild") as rebuilding:
        while int(line(rebuilding).split()[0]) < 100:
            pass
    assert index.current() == before
    assert found("sand") == stored()
    told: list[tuple[int, int]] = []
    assert jobs.rebuild(lambda done, in_all: told.append((done, in_all))) == 400
    assert 0 < told[-1][1] <= 300
    assert index.current() != before
    assert found("sand") == stored()


def test_processes_read_while_another_writes() -> None:
    fill(0, 40)
    jobs.catch_up()
    with process("read") as one, process("read") as two, process("follow"):
        assert line(one) == line(two) == "40"
        fill(1_000, 200)
        for reader in (one, two):
            seen = [40]
            while seen[-1] < 240:
                seen.append(int(line(reader) or "-1"))
                assert seen[-1] > seen[-2]


def test_what_a_killed_writer_left_is_not_in_the_way() -> None:
    fill(0, 60)
    jobs.catch_up()
    folder = index.current()
    assert folder
    names = soundness.committed(folder)
    assert names
    name = min(names).partition(".")[0]
    left = [folder / f"{name}.{number}.del" for number in range(200)]
    left.append(folder / f"{'0f' * 16}.store")
    for file in left:
        file.write_bytes(b"half of it")
    remove_papers(sorted(stored())[:20])
    jobs.catch_up()
    assert index.current() == folder
    assert in_index() == stored()
    assert not left[-1].exists()


def spoil(file: Path) -> None:
    content = bytearray(file.read_bytes())
    third = len(content) // 3
    content[third : 2 * third] = random.Random(3).randbytes(third)
    file.write_bytes(content)


def halve(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize("harm", [spoil, halve, Path.unlink])
@pytest.mark.parametrize("kind", ["fast", "fieldnorm", "idx", "pos", "store", "term"])
def test_a_damaged_segment_is_seen_and_its_index_made_anew(
    kind: str, harm: Callable[[Path], None]
) -> None:
    fill(0, 60)
    jobs.catch_up()
    folder = index.current()
    assert folder
    assert soundness.damaged(folder) == ""
    file = next(folder.glob(f"*.{kind}"))
    harm(file)
    assert found("sand") == stored()  # as far as it can be read, else by the titles
    assert found('"sand number7"')
    assert soundness.damaged(folder) == file.name
    jobs.catch_up()
    assert index.current() != folder
    answer = asked("sand topic7")
    assert not answer.plain
    assert {hit.paper_id for hit in answer.hits} == stored()


def test_a_reader_that_meets_damage_has_a_running_worker_mend_it() -> None:
    fill(0, 60)
    paper = make_paper("Folding proteins")
    with Following():
        assert soon("proteins", paper)
        folder = index.current()
        assert folder
        for file in folder.glob("*.term"):
            spoil(file)
        assert paper.id in found("proteins")
        assert soon("proteins", paper, within=10)
        assert index.current() != folder


def test_without_an_index_the_titles_answer_and_say_so() -> None:
    paper = make_paper("Folding proteins with patience", "And origami.", arxiv_id="2401.00001")
    for text in ("proteins FOLDING", "2401.00001"):
        answer = asked(text)
        assert [hit.paper_id for hit in answer.hits] == [paper.id]
        assert answer.plain
        assert "made or mended" in answer.note
    assert asked("origami").hits == []
    assert engine.Engine(Path(settings.INDEX)).search(parse("proteins"), 10, 1).total == 1


def test_the_page_shows_what_the_titles_answer(client: Client) -> None:
    make_paper("Folding proteins")
    page = client.get("/papers", {"q": "proteins"}, follow=True).content.decode()
    assert "Folding" in page
    assert "The search index is being made or mended." in page


def test_a_lost_pointer_is_found_again_without_indexing_anything() -> None:
    fill(0, 60)
    jobs.catch_up()
    folder = index.current()
    (index.home() / "current.json").write_text("{", encoding="ascii")
    assert asked("sand").plain
    assert jobs.catch_up() == 0
    assert index.current() == folder
    assert found("sand") == stored()


def lose_state() -> None:
    (replica.home() / "state.json").unlink()


def garble_state() -> None:
    (replica.home() / "state.json").write_text('{"rows": "many"}', encoding="ascii")


def cut_heads() -> None:
    halve(next(replica.home().glob("*.heads")))


@pytest.mark.parametrize("harm", [lose_state, garble_state, cut_heads])
def test_damaged_vectors_come_back_from_the_database(harm: Callable[[], None]) -> None:
    fill(0, 30)
    embed_all()
    assert asked("sand").meaning
    harm()
    answer = asked("sand")
    assert {hit.paper_id for hit in answer.hits} == stored()
    assert not answer.meaning
    jobs.catch_up()
    assert asked("sand").meaning


@pytest.mark.parametrize("kind", ["heads", "vectors"])
def test_bytes_that_rotted_in_the_vector_file_are_noticed_and_made_anew(kind: str) -> None:
    fill(0, 30)
    embed_all()
    known = [(hit.paper_id, hit.closeness) for hit in asked("sand").hits]
    file = next(replica.home().glob(f"*.{kind}"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x40
    file.write_bytes(content)
    jobs.catch_up()
    assert next(replica.home().glob(f"*.{kind}")) != file
    assert [(hit.paper_id, hit.closeness) for hit in asked("sand").hits] == known


@pytest.fixture
def small_disk() -> Iterator[Path]:
    folder = Path(settings.INDEX)
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here; that takes root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_stops_indexing_and_nothing_else(small_disk: Path) -> None:
    fill(0, 100)
    jobs.catch_up()
    indexed, folder = stored(), index.current()
    free = os.statvfs(small_disk)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize - 20_000))
    fill(1_000, 200)
    for work in (jobs.catch_up, jobs.rebuild, jobs.catch_up):
        with pytest.raises((OSError, ValueError), match="No space left on device"):
            work()
        assert index.current() == folder
        answer = asked("sand topic7")
        assert not answer.plain
        assert {hit.paper_id for hit in answer.hits} == indexed
    ballast.unlink()
    jobs.catch_up()
    assert found("sand") == stored()
