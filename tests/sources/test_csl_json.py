"""CSL-JSON as reference managers export it."""

from __future__ import annotations

import json
from datetime import date

from broadsheet.papers.records import Record, Rejected
from broadsheet.sources import detect
from tests.sources.reading import read

ITEM = {
    "id": "one",
    "type": "paper-conference",
    "title": "Silt in a delta",
    "author": [{"family": "Sample", "given": "Ann"}, {"literal": "The River Group"}],
    "issued": {"date-parts": [["2024", 3]]},
    "DOI": "10.1000/SILT",
    "container-title": "Rivers",
    "keyword": "silt, deltas",
}


def test_an_item_becomes_a_record() -> None:
    data = json.dumps([ITEM], indent=1).encode()
    assert detect(data).name == "csl-json"
    [found] = read("csl-json", data)
    assert isinstance(found, Record)
    assert (found.title, found.doi, found.published) == (
        "Silt in a delta",
        "10.1000/silt",
        date(2024, 3, 1),
    )
    assert found.authors == ("Ann Sample", "The River Group")
    assert found.keywords == ("silt", "deltas")


def test_an_arxiv_id_is_found_where_managers_put_it() -> None:
    places = (
        {"number": "arXiv:2401.01234"},
        {"URL": "https://arxiv.org/abs/2401.01234v2"},
        {"DOI": "10.48550/arXiv.2401.01234"},
        {"note": "Read it.\narXiv:2401.01234 [cs]"},
    )
    for place in places:
        item = {"type": "article", "title": "Silt"} | place
        [found] = read("csl-json", json.dumps([item]).encode())
        assert isinstance(found, Record)
        assert (found.arxiv_id, found.doi) == ("2401.01234", "")


def test_what_is_not_understood_costs_no_other() -> None:
    items = [{"type": "book"}, ITEM, {"type": "book", "title": 7}]
    found = read("csl-json", json.dumps(items).encode())
    assert [type(one) for one in found] == [Rejected, Record, Rejected]
