"""The documents tell of what exists, and what exists is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from django.urls import Resolver404, resolve

from broadsheet.cli import broadsheet

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
UNDATED = [file for file in DOCUMENTS if not re.match(r"\d{4}-", file.name)]
"""A decision or a changelog tells of its day; these tell of today."""
SETTING = re.compile(r"\b(?:BROADSHEET_[A-Z_]+|DATABASE_URL)\b")
IN_CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)

each_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT))
)
each_undated = pytest.mark.parametrize(
    "document", UNDATED, ids=lambda file: str(file.relative_to(ROOT))
)


def read(document: Path) -> str:
    return document.read_text("utf-8")


def code(document: Path) -> Iterator[str]:
    """Each line of code in a document, of blocks and within sentences."""
    for block, inline in IN_CODE.findall(read(document)):
        yield from (block or inline).splitlines()


def named(pattern: str, document: Path) -> set[str]:
    return {found for line in code(document) for found in re.findall(pattern, line)}


def without_suffix(setting: str) -> str:
    return setting.removesuffix("_FILE")


def settings_read() -> set[str]:
    source = read(ROOT / "broadsheet" / "settings.py")
    return set(re.findall(r'"(BROADSHEET_[A-Z_]+|DATABASE_URL)"', source))


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", read(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_links_lead_somewhere(document: Path) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", read(document)):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        if not file.exists() or (anchor and anchor not in anchors(file)):
            lost.append(target)
    assert lost == []


@each_undated
def test_commands_exist(document: Path) -> None:
    used = named(r"(?:^|[ /])broadsheet ([a-z]+)\b", document)
    assert used - set(broadsheet.commands) == set()


@each_undated
def test_options_exist(document: Path) -> None:
    for line in code(document):
        called = re.search(r"(?:^|[ /])broadsheet ([a-z]+)\b(.*)", line)
        if not called:
            continue
        known = {
            name
            for option in broadsheet.commands[called[1]].params
            if isinstance(option, click.Option)
            for name in option.opts
        }
        assert set(re.findall(r"(?<= )--[a-z-]+", called[2])) - known - {"--help"} == set()


@each_undated
def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE))
    assert named(r"^(?:.*[ &])?make ([a-z]+)\b", document) - targets == set()


@each_undated
def test_settings_exist(document: Path) -> None:
    used = {without_suffix(name) for name in SETTING.findall(read(document))}
    tests_own = {name for name in used if name.startswith("BROADSHEET_TEST_")}
    assert used - tests_own - settings_read() == set()


@each_undated
def test_files_exist(document: Path) -> None:
    """Names in code that look like a file of this repository."""
    folders = "broadsheet|tests|docs|bench|requirements|\\.ci"
    paths = named(rf"(?:^|[ ])((?:{folders})/[\w./-]*\w)", document)
    assert [path for path in paths if not (ROOT / path).exists()] == []


@each_undated
def test_addresses_exist(document: Path) -> None:
    lost = []
    for address in named(r"^(/(?:papers|about)[^ ]*)$", document):
        try:
            resolve(re.sub(r"\{[a-z]+\}|\bD\b", "x", address).partition("?")[0])
        except Resolver404:
            lost.append(address)
    assert lost == []


def test_every_setting_is_told_with_its_meaning() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", read(ROOT / "docs" / "self-hosting.md"), re.MULTILINE)
    assert set(rows) == settings_read()
    assert len(rows) == len(set(rows))


def test_every_command_is_told() -> None:
    told = {name for file in UNDATED for name in named(r"broadsheet ([a-z]+)\b", file)}
    assert set(broadsheet.commands) - told == set()


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\(([^)]+)\)", read(folder / "README.md"))
    assert sorted(listed) == sorted(file.name for file in folder.glob("2*.md"))


def test_every_room_is_in_the_architecture() -> None:
    told = read(ROOT / "ARCHITECTURE.md")
    rooms = [folder.parent for folder in (ROOT / "broadsheet").glob("*/__init__.py")]
    assert [room.name for room in rooms if f"  {room.name}/" not in told] == []
    modules = (ROOT / "broadsheet").glob("[a-z]*.py")
    assert [module.name for module in modules if f"  {module.name} " not in told] == []
