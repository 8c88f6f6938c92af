"""Papers in: the only place where sources and papers meet."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Self

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from msgspec.structs import replace

from broadsheet.papers.actions import Place, forget_source, save_drafts, save_records
from broadsheet.papers.drafting import Read, drafted
from broadsheet.papers.models import Cursor, Paper
from broadsheet.papers.records import Piece, Record, Rejected, SourceError, TruncatedInput
from broadsheet.sources import detect, starter
from broadsheet.sources.daily_page import explicit_years
from broadsheet.sources.daily_page import looks_like as is_daily_page
from broadsheet.sources.format import Format, Options
from broadsheet.sources.opening import Input, files_in, open_input

BATCH = 1000
SHELF_PAGE = 12
"""Papers of the starter shelf on each of the days before the site was opened."""


@dataclass(slots=True)
class ImportReport:
    """What an import did. The counts are records: their sum is what was read."""

    tally: Counter[str] = field(default_factory=Counter)
    """How many were `new`, `changed`, `unchanged` and `rejected`."""
    files: int = 0
    resumed: int = 0
    """Records that an earlier, interrupted run had saved; they are in `tally` too."""
    skipped: list[str] = field(default_factory=list)
    """Files of a folder that are of no known format."""
    problems: list[str] = field(default_factory=list)
    """One sentence for each input that could not be read to its end."""
    rejects_file: Path | None = None
    interrupted: bool = False

    @property
    def records(self) -> int:
        return self.tally.total()


Item = Record | Piece | Rejected


@dataclass(slots=True)
class _Batch:
    """What was read in one go, and what ended the input after it, so that none is lost."""

    read: Read | None = None
    records: list[Record] = field(default_factory=list)
    unread: list[Piece] = field(default_factory=list)
    refused: list[Rejected] = field(default_factory=list)
    failure: SourceError | None = None

    @property
    def size(self) -> int:
        return len(self.records) + len(self.unread) + len(self.refused)

    def take(self, item: Item) -> None:
        if isinstance(item, Record):
            self.records.append(item)
        elif isinstance(item, Piece):
            self.unread.append(item)
        else:
            self.refused.append(item)


Watch = Callable[[Input, ImportReport], None]
"""Called after every batch, for a progress bar: the open input knows `size` and `consumed()`."""


def no_watch(opened: Input, report: ImportReport) -> None:
    """Nobody watches."""


def import_paths(
    paths: Sequence[str],
    *,
    dry_run: bool = False,
    saved_year: int | None = None,
    watch: Watch = no_watch,
) -> ImportReport:
    """Import files, folders and standard input (`-`), each batch whole or not at all.

    An interrupt (Ctrl-C) between or inside batches ends the import with `interrupted` set; the
    same call later goes on from the last batch saved. `dry_run` does everything in one
    transaction and takes it back. `saved_year` is the year in which text pages were saved.
    """
    report = ImportReport()
    with ExitStack() as stack:
        rejects = stack.enter_context(_RejectsFile(report, keep=not dry_run))
        if dry_run:
            stack.enter_context(_taken_back())
        try:
            files = list(_inputs(paths, report))
            options = Options(saved_year=saved_year or _year_of_pages(files))
            for file, is_named in files:
                _import_one(file, is_named, options, dry_run, report, rejects, watch)
        except KeyboardInterrupt:
            report.interrupted = True
    return report


def fill_starter_shelf() -> int:
    """Put the starter shelf on the days up to today; returns how many papers are new."""
    today = timezone.localdate()
    placed = (
        replace(record, day=today - timedelta(days=place // SHELF_PAGE))
        for place, record in enumerate(starter.records())
    )
    saved = save_records(placed, Place(starter.SOURCE, "filled", {}))
    return len(saved.new)


def remove_starter_shelf() -> tuple[int, int]:
    """Remove the starter shelf; returns papers removed, and kept since other sources know them."""
    with transaction.atomic():
        Cursor.objects.update_or_create(name=starter.SOURCE, defaults={"position": "removed"})
        return forget_source(starter.SOURCE)


def wants_starter_shelf() -> bool:
    """Whether the site is empty and nobody has removed the shelf from it."""
    return not (Paper.objects.exists() or Cursor.objects.filter(name=starter.SOURCE).exists())


def _inputs(paths: Sequence[str], report: ImportReport) -> Iterator[tuple[Path | None, bool]]:
    """Each file to read, and whether it was named itself and not found in a folder."""
    for path in paths:
        if path == "-":
            yield None, True
        elif not Path(path).exists():
            report.problems.append(f"{path} does not exist.")
        elif Path(path).is_dir():
            yield from ((file, False) for file in files_in(Path(path)))
        else:
            yield Path(path), True


def _year_of_pages(files: Iterable[tuple[Path | None, bool]]) -> int | None:
    """The year after the latest one written out in the batch's text pages: theirs."""
    years: set[int] = set()
    for file, _ in files:
        if file is None:
            continue
        try:
            with open_input(file) as opened:
                if is_daily_page(opened.peek()):
                    years |= explicit_years(opened)
        except SourceError:
            continue  # the import itself comes upon it again, and reports it
    return max(years) + 1 if years else None


def _import_one(
    file: Path | None,
    is_named: bool,
    options: Options,
    dry_run: bool,
    report: ImportReport,
    rejects: _RejectsFile,
    watch: Watch,
) -> None:
    name = str(file or "standard input")
    try:
        with open_input(file) as opened:
            try:
                found = detect(opened.peek())
            except SourceError as reason:
                (report.problems if is_named else report.skipped).append(f"{name}: {reason}")
                return
            report.files += 1
            cursor = None if dry_run or file is None else _cursor_of(opened)
            read = found.pieces.read if found.pieces else None
            for saved in _saved_in_batches(_items(found, opened, options), read, cursor, report):
                rejects.write(name, saved)
                watch(opened, report)
            if cursor:
                Cursor.objects.filter(name=cursor).delete()
    except TruncatedInput as reason:
        report.problems.append(f"{reason} Everything before that was imported.")
    except SourceError as reason:
        report.problems.append(f"{name}: {reason}")


def _items(found: Format, opened: Input, options: Options) -> Iterator[Item]:
    if found.pieces:
        yield from found.pieces.told_apart(opened)
    else:
        yield from found.records(opened, options)


def _cursor_of(opened: Input) -> str:
    """A name for the content: the same file is known again wherever it lies."""
    head = hashlib.sha256(opened.peek()).hexdigest()[:32]
    return f"file:{head}:{opened.size}"


def _saved_in_batches(
    items: Iterator[Item], read: Read | None, cursor: str | None, report: ImportReport
) -> Iterator[list[Rejected]]:
    """Save everything, batch by batch; yields what each batch rejected."""
    done, tally = _resume(cursor)
    report.resumed += done
    report.tally.update(tally)
    for _ in islice(items, done):
        pass
    for batch, drafts in drafted(_batches(items, read), timezone.now().date()):
        drafts.rejected[:0] = batch.refused
        done += batch.size
        place = Place(cursor, str(done), tally) if cursor else None
        saved = save_drafts(drafts, place)
        tally += saved.counts()
        report.tally += saved.counts()
        yield saved.rejected
        if batch.failure:
            raise batch.failure


def _resume(cursor: str | None) -> tuple[int, Counter[str]]:
    """How many items of an input are saved already, and what became of them."""
    kept = Cursor.objects.filter(name=cursor).first() if cursor else None
    return (int(kept.position), Counter(kept.tally)) if kept else (0, Counter())


def _batches(items: Iterator[Item], read: Read | None) -> Iterator[_Batch]:
    batch = _Batch(read)
    try:
        for item in items:
            batch.take(item)
            if batch.size == BATCH:
                yield batch
                batch = _Batch(read)
    except SourceError as failure:
        batch.failure = failure
    if batch.size or batch.failure:
        yield batch


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class _RejectsFile:
    """Every rejected record with its reason, one JSON object a line; made when first needed."""

    def __init__(self, report: ImportReport, *, keep: bool) -> None:
        self._report = report
        self._keep = keep
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        if self._file:
            self._file.close()

    def write(self, name: str, rejected: Iterable[Rejected]) -> None:
        for item in rejected if self._keep else ():
            line = {"file": name, **asdict(item)}
            print(json.dumps(line, ensure_ascii=False), file=self._opened(), flush=True)

    def _opened(self) -> IO[str]:
        if self._file is None:
            settings.REJECTS.mkdir(parents=True, exist_ok=True)
            stamp = timezone.now().strftime("%Y%m%d-%H%M%S-%f")
            self._report.rejects_file = settings.REJECTS / f"rejects-{stamp}.jsonl"
            self._file = self._report.rejects_file.open("x", encoding="utf-8", errors="replace")
        return self._file
