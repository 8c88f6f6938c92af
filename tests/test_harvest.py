"""Importing files: formats by content, exactly once, stopped and resumed, nothing half-done."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import zstandard
from django.conf import settings
from django.utils import timezone

from broadsheet import harvest
from broadsheet.harvest import (
    ImportReport,
    fill_starter_shelf,
    import_paths,
    remove_starter_shelf,
    wants_starter_shelf,
)
from broadsheet.papers.actions import Place, save_drafts
from broadsheet.papers.drafts import Drafts
from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.models import Cursor, Paper, Removal
from broadsheet.papers.placing import Saved
from broadsheet.sources.opening import Input

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rejects(tmp_path: Path, settings: SimpleNamespace) -> Path:
    settings.REJECTS = tmp_path / "rejects"
    return tmp_path / "rejects"


def line(number: int, **more: object) -> str:
    facts = {
        "id": f"2401.{number:05}",
        "title": f"Paper number {number} of the made-up series",
        "abstract": "Invented.",
        "authors": ["Ada Example"],
        "categories": ["cs.LG"],
        "published": "2024-01-02",
    }
    return json.dumps({**facts, **more})


def lines_file(path: Path, numbers: range) -> Path:
    path.write_text("".join(line(number) + "\n" for number in numbers))
    return path


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    tally = report.tally
    return tally["new"], tally["changed"], tally["unchanged"], tally["rejected"]


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    file = lines_file(tmp_path / "papers.jsonl", range(5))
    assert counts(import_paths([str(file)])) == (5, 0, 0, 0)
    assert counts(import_paths([str(file)])) == (0, 0, 5, 0)
    assert not Cursor.objects.exists()


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_a_compressed_file_is_known_by_content(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / "no-extension"
    file.write_bytes(pack((line(1) + "\n").encode()))
    assert counts(import_paths([str(file)])) == (1, 0, 0, 0)


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = SimpleNamespace(buffer=io.BytesIO((line(1) + "\n").encode()))
    monkeypatch.setattr(sys, "stdin", pipe)
    assert counts(import_paths(["-"])) == (1, 0, 0, 0)


def test_a_folder_is_read_and_what_is_no_data_is_named(tmp_path: Path) -> None:
    lines_file(tmp_path / "a.jsonl", range(2))
    lines_file(tmp_path / "b.jsonl", range(1, 3))
    (tmp_path / "letter.txt").write_text("Dear reader, this is no list of papers.\n")
    report = import_paths([str(tmp_path)])
    assert counts(report) == (3, 0, 1, 0)
    assert len(report.skipped) == 1
    assert "letter.txt" in report.skipped[0]
    assert not report.problems


def test_a_named_file_of_no_known_format_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear reader.\n")
    assert "letter.txt" in import_paths([str(file)]).problems[0]
    assert "does not exist" in import_paths([str(tmp_path / "nowhere")]).problems[0]


def test_rejects_are_written_down_with_reason_and_place(tmp_path: Path, rejects: Path) -> None:
    file = tmp_path / "papers.jsonl"
    file.write_text(line(1) + "\n{broken\n" + line(2, title=" ") + "\n" + line(3) + "\n")
    report = import_paths([str(file)])
    assert counts(report) == (2, 0, 0, 2)
    assert report.rejects_file is not None
    assert report.rejects_file.parent == rejects
    written = [json.loads(row) for row in report.rejects_file.read_text().splitlines()]
    assert [item["position"] for item in written] == ["line 2", "line 3"]
    assert all(item["reason"] and item["file"] == str(file) for item in written)


def test_a_truncated_file_gives_what_is_whole_and_says_so(tmp_path: Path) -> None:
    packed = zstandard.ZstdCompressor().compress(
        "".join(line(n) + "\n" for n in range(9000)).encode()
    )
    file = tmp_path / "cut.zst"
    file.write_bytes(packed[: len(packed) * 2 // 3])
    report = import_paths([str(file)])
    assert report.tally["new"] == Paper.objects.count() > 0
    assert report.tally["rejected"] == 0
    assert "ends in the middle" in report.problems[0]


def test_a_dry_run_counts_and_keeps_nothing(tmp_path: Path, rejects: Path) -> None:
    file = lines_file(tmp_path / "papers.jsonl", range(3))
    file.write_text(file.read_text() + line(1) + "\n{broken\n")
    assert counts(import_paths([str(file)], dry_run=True)) == (3, 0, 1, 1)
    assert not Paper.objects.exists()
    assert not Cursor.objects.exists()
    assert not rejects.exists()


class Stopping:
    """A watcher that interrupts after so many batches, as Ctrl-C would."""

    def __init__(self, batches: int) -> None:
        self.left = batches

    def __call__(self, opened: Input, report: ImportReport) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harvest, "BATCH", 10)
    return


@pytest.mark.usefixtures("small_batches")
def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path: Path) -> None:
    file = lines_file(tmp_path / "papers.jsonl", range(45))
    first = import_paths([str(file)], watch=Stopping(2))
    assert first.interrupted
    assert Paper.objects.count() == 20
    second = import_paths([str(file)])
    assert second.resumed == 20
    assert counts(second) == (45, 0, 0, 0)
    assert Paper.objects.count() == 45
    assert counts(import_paths([str(file)])) == (0, 0, 45, 0)


@pytest.mark.usefixtures("small_batches")
def test_an_interrupt_inside_a_batch_leaves_no_half_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = lines_file(tmp_path / "papers.jsonl", range(25))
    calls: list[int] = []

    def interrupted(drafts: Drafts, place: Place | None = None) -> Saved:
        calls.append(1)
        saved = save_drafts(drafts, place)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return saved

    monkeypatch.setattr(harvest, "save_drafts", interrupted)
    assert import_paths([str(file)]).interrupted
    monkeypatch.setattr(harvest, "save_drafts", save_drafts)
    import_paths([str(file)])
    assert Paper.objects.count() == 25


def test_starter_shelf_fills_the_days_up_to_today_and_can_be_removed() -> None:
    assert wants_starter_shelf()
    count = fill_starter_shelf()
    assert count >= 150
    today = timezone.localdate()
    assert Paper.objects.newest_day(today) == today
    assert Paper.objects.on_day(today).count() == harvest.SHELF_PAGE
    assert Paper.objects.filter(day=today - timedelta(days=1)).exists()
    assert set(Paper.objects.values_list("day_basis", flat=True)) == {DayBasis.SHELF}
    assert not Paper.objects.filter(summary="").exists()
    assert fill_starter_shelf() == 0
    assert remove_starter_shelf() == (count, 0)
    assert not Paper.objects.exists()
    assert Removal.objects.count() == count
    assert not wants_starter_shelf()


SEED_TABLE = {"records": 269, "papers": 221, "dated": 183, "commented": 29, "comments": 62}


def test_the_five_saved_pages_give_exactly_their_table(shared_data: Path) -> None:
    report = import_paths([str(shared_data / "seeds")])
    papers = Paper.objects.all()
    commented = papers.filter(source_comments__gt=0)
    assert {
        "records": report.records,
        "papers": papers.count(),
        "dated": papers.exclude(published=None).count(),
        "commented": commented.count(),
        "comments": sum(commented.values_list("source_comments", flat=True)),
    } == SEED_TABLE
    assert papers.filter(author_count__gt=0).count() == 182
    assert papers.exclude(organization="").count() == 1
    dates = [day for day in papers.values_list("published", flat=True) if day]
    assert (min(dates), max(dates)) == (date(2015, 6, 9), date(2025, 11, 20))
    assert papers.filter(title__startswith="Dale meets Langevin").count() == 1
    assert papers.get(title__startswith="SAIL-Embedding").organization
    assert import_paths([str(shared_data / "seeds")]).tally["unchanged"] == 269


def test_the_recorded_days_give_their_papers_on_their_days(shared_data: Path) -> None:
    recorded = shared_data / "hf_daily" / "daily_papers_raw.jsonl.zst"
    report = import_paths([str(recorded)])
    papers = Paper.objects.filter(day_basis=DayBasis.CHOSEN)
    assert papers.count() == Paper.objects.count() == report.tally["new"] == 9_868
    recorded_days = dict(papers.values_list("slug", "day"))
    with zstandard.open(recorded.with_name("papers_summary.jsonl.zst"), "rt") as lines:
        summaries = {told["id"]: told for told in map(json.loads, lines)}
    assert recorded_days == {
        key: date.fromisoformat(told["first_daily"]) for key, told in summaries.items()
    }
    known = dict(papers.values_list("slug", "source_comments"))
    assert all(known[key] >= told["comments"] for key, told in summaries.items())
    with zstandard.open(recorded, "rt", encoding="utf-8") as days:
        first = json.loads(next(days))
    item = first["items"][0]
    paper = papers.get(slug=item["paper"]["id"])
    assert (paper.source_votes, paper.source_comments, paper.day) == (
        item["paper"]["upvotes"],
        item["numComments"],
        date.fromisoformat(first["date"]),
    )
    assert import_paths([str(recorded)]).tally["new"] == 0


def test_every_hard_case_is_shown_or_rejected_with_a_reason(shared_data: Path) -> None:
    hard = shared_data / "hard" / "hard_cases.jsonl"
    report = import_paths([str(hard)])
    assert report.records == 631
    assert report.tally["new"] == Paper.objects.count() > 600
    residue = [
        paper.title
        for paper in Paper.objects.all()
        if "&#" in paper.title or "<br" in paper.title or "\n" in paper.title
    ]
    assert residue == []


def test_settings_name_a_folder_for_rejects() -> None:
    assert settings.REJECTS.name == "rejects"
