"""XML that is made to harm: it must end in SourceError, soon, and fetch nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.papers.records import SourceError
from tests.sources.reading import read

FORMATS_OF_XML = ["arxiv-atom", "oai-pmh"]


def laughs(inside: str) -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE feed [<!ENTITY l0 "ha">{entities}]>{inside}'.encode()


@pytest.mark.parametrize("name", FORMATS_OF_XML)
@pytest.mark.parametrize(
    "inside",
    [
        "<feed><entry><title>&l9;</title></entry></feed>",
        '<feed title="&l9;"><entry/></feed>',
        "<feed><entry/></feed>",
    ],
)
def test_expanding_entities(name: str, inside: str) -> None:
    with pytest.raises(SourceError):
        read(name, laughs(inside))


@pytest.mark.parametrize("name", FORMATS_OF_XML)
def test_external_entities(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    declared = f'<!DOCTYPE feed [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    with pytest.raises(SourceError, match="document type"):
        read(name, f"{declared}<feed><entry><title>&x;</title></entry></feed>".encode())


@pytest.mark.parametrize("name", FORMATS_OF_XML)
@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE feed SYSTEM "http://127.0.0.1:9/feed.dtd"><feed/>',
        b"<a>" * 100_000,
        b"<feed>\xff</feed>",
        b"",
        b"plain text",
        b'<?xml version="1.0" encoding="nonsense"?><feed/>',
    ],
)
def test_other_malice_and_mistakes(name: str, data: bytes) -> None:
    with pytest.raises(SourceError):
        read(name, data)
