"""The source that the documentation leads to works, as a package of somebody else."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import override_settings

from broadsheet.harvests import running
from broadsheet.papers.models import Cursor, Paper
from broadsheet.sources import known
from broadsheet.sources.source import Kind, Parameter
from tests.sites import Asked, Said, site

ROOT = Path(__file__).resolve().parents[2]


def block(language: str, number: int = 0) -> str:
    text = (ROOT / "docs" / "adding-a-source.md").read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)[number]  # type: ignore[no-any-return]  # it has one group


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package of the documentation, as an installer would leave it."""
    (tmp_path / "broadsheet_example.py").write_text(block("python"), "utf-8")
    named = re.search(r'\[project\.entry-points\."(.*)"\]\n(\w+) = "(.*)"', block("toml"))
    assert named
    folder = tmp_path / "broadsheet_example-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: broadsheet-example\nVersion: 1\n"
    )
    (folder / "entry_points.txt").write_text(f"[{named[1]}]\n{named[2]} = {named[3]}\n")
    monkeypatch.syspath_prepend(tmp_path)
    known.kinds.cache_clear()
    yield
    known.kinds.cache_clear()
    sys.modules.pop("broadsheet_example", None)


def papers(asked: Asked) -> Said:
    page = int(asked.query["page"])
    told = [{"name": f"Tides {page}", "by": ["Ada Example"], "doi": f"10.1000/{page}"}, {"by": []}]
    return Said(json.dumps({"papers": told, "more": page < 3}).encode())


def test_the_kind_with_a_parameter_describes_its_form() -> None:
    told: dict[str, Any] = {"Kind": Kind, "Parameter": Parameter, "Papers": SimpleNamespace}
    exec(block("python", 1), told)  # noqa: S102  what a reader of the page would write
    kind = told["KIND"]
    assert kind.asks.label == "Field"
    assert kind.make("physics").name == "example:physics"
    with pytest.raises(ValueError, match="as in example:physics"):
        kind.make("12")


@pytest.mark.django_db
@pytest.mark.usefixtures("installed")
def test_the_source_of_the_documentation_works() -> None:
    made: Any = known.source("example")
    with override_settings(ALLOW_LOOPBACK_SOURCES=True), site(papers) as other:
        source = type(made)(base=other.address)
        told = running.run(source)
    assert (told.new, told.rejected, told.error) == (3, 3, "")
    assert set(Paper.objects.values_list("title", flat=True)) == {"Tides 1", "Tides 2", "Tides 3"}
    assert Cursor.objects.get(name="source:example").position


def test_a_package_that_cannot_be_loaded_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ImportError("half installed")

    points = [SimpleNamespace(name="broken", load=broken)]
    monkeypatch.setattr(known, "entry_points", lambda group: points)
    known.kinds.cache_clear()
    try:
        assert "arxiv" in known.kinds()
        assert "broken of another package cannot be loaded" in caplog.text
    finally:
        known.kinds.cache_clear()
