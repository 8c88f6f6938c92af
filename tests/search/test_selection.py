"""Filters, choices, orders and counts, for words and for meaning alike."""

from __future__ import annotations

from datetime import date
from threading import Event

import pytest

from broadsheet.papers.records import Link, LinkKind
from broadsheet.search import engine, jobs, selection
from broadsheet.search.query import parse
from broadsheet.search.results import Results
from tests.search.papers import WordEncoder, make_paper
from tests.shelf import make_paper as shelve

pytestmark = pytest.mark.django_db


def search(text: str, sort: str = "", balance: str = "", **where: int) -> Results:
    query = parse(text, sort, balance)
    return engine.search(
        query, limit=where.get("limit", 30), offset=where.get("offset", 0), counting=True
    )


def ids(text: str, sort: str = "", balance: str = "") -> list[int]:
    return [hit.paper_id for hit in search(text, sort, balance).hits]


@pytest.fixture
def shelf() -> dict[str, int]:
    """Four papers that differ in everything that a filter asks for."""
    code = Link(LinkKind.CODE, "https://example.org/code")
    made = {
        "old": shelve(
            "Sand of old rivers", names=["Ada B. Long", "Bo Short"], categories=("cs.LG", "cs.CV"),
            published=date(2019, 5, 1), abstract="Sand.", source_votes=3, arxiv_id="1905.00001",
        ),
        "new": shelve(
            "Sand of new rivers", names=["Cy Long"], categories=("cs.CL",), links=[code],
            published=date(2025, 2, 28), source_votes=12, sources=("hf-daily",),
        ),
        "same": shelve(
            "Sand of the same day", categories=("math.AG",), published=date(2025, 2, 28),
            source_comments=2, sources=("arxiv-json", "bibtex"),
        ),
        "undated": shelve("Sand of no day", names=["Long Ada"], categories=("cs",)),
    }  # fmt: skip
    jobs.catch_up()
    return {name: paper.id for name, paper in made.items()}


FILTERS = [
    ("cat:cs.LG", {"old"}),
    ("cat:cs.*", {"old", "new", "undated"}),
    ("cat:cs", {"old", "new", "undated"}),
    ("cat:cs.CL cat:math.AG", {"new", "same"}),
    ("-cat:cs.*", {"same"}),
    ("au:long", {"old", "new", "undated"}),
    ('au:"ada long"', {"old", "undated"}),
    ('au:"long ada"', {"old", "undated"}),
    ('au:"long cy"', {"new"}),
    ("ti:same", {"same"}),
    ("ti:rivers -ti:new", {"old"}),
    ("abs:sand", {"old"}),
    ("id:1905.00001v2", {"old"}),
    ("year:2025", {"new", "same"}),
    ("year:..2020", {"old"}),
    ("year:2019 year:2025", {"old", "new", "same"}),
    ("date:2025-02", {"new", "same"}),
    ("date:2025-03..", set()),
    ("votes:>3", {"new"}),
    ("votes:3..12", {"old", "new"}),
    ("votes:<3", {"same", "undated"}),
    ("has:code", {"new"}),
    ("-has:code", {"old", "same", "undated"}),
    ("has:comments", {"same"}),
    ("has:abstract", {"old"}),
    ("source:bibtex", {"same"}),
    ("source:hf-daily year:2025", {"new"}),
    ("au:short OR has:comments", {"old", "same"}),
    ("(au:short OR au:cy) -year:2019", {"new"}),
    ("-(cat:cs.* year:2019)", {"new", "same", "undated"}),
    ('"same day" OR "new rivers"', {"new", "same"}),
]


@pytest.mark.parametrize(("text", "expected"), FILTERS)
def test_a_filter_holds_alone_with_words_and_for_meaning(
    shelf: dict[str, int], encoder: WordEncoder, text: str, expected: set[str]
) -> None:
    wanted = {shelf[name] for name in expected}
    assert set(ids(text)) == wanted
    assert set(ids(f"sand {text}", balance="0")) == wanted
    assert set(ids(f"sand {text}", sort="newest")) == wanted
    jobs.embed_waiting(Event())
    jobs.catch_up()
    by_meaning = search(f"sand {text}", balance="100")
    assert by_meaning.meaning
    assert {hit.paper_id for hit in by_meaning.hits} == wanted
    assert encoder.asked


@pytest.mark.parametrize("text", ["cat:cs.*", "-cat:cs.LG", "year:2025", '"sand of"'])
def test_a_wide_filter_holds_for_meaning_as_a_narrow_one_does(
    shelf: dict[str, int], encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    jobs.embed_waiting(Event())
    jobs.catch_up()
    narrow = search(f"sand {text}", balance="100")
    monkeypatch.setattr(selection, "FEW", 0)
    monkeypatch.setattr(engine, "DEPTH", 2)
    engine._engine.cache_clear()
    wide = search(f"sand {text}", balance="100")
    assert encoder.name
    assert len(shelf) == 4
    assert [hit.paper_id for hit in wide.hits] == [hit.paper_id for hit in narrow.hits][:2]


def test_lists_are_in_the_order_asked_for_and_undated_papers_come_last(
    shelf: dict[str, int],
) -> None:
    old, new, same, undated = (shelf[name] for name in ("old", "new", "same", "undated"))
    assert ids("sand", "newest") == [same, new, old, undated]
    assert ids("sand", "oldest") == [old, same, new, undated]
    assert ids("sand", "votes") == [new, old, undated, same]
    assert ids("-nothing") == ids("sand", "newest")


def test_a_list_of_words_has_all_of_them_or_says_that_it_has_some(shelf: dict[str, int]) -> None:
    assert ids("old rivers", "newest") == [shelf["old"]]
    some = search("old granite", "newest")
    assert [hit.paper_id for hit in some.hits] == [shelf["old"]]
    assert "some of them" in some.note


@pytest.mark.parametrize("sort", ["newest", "oldest", "votes"])
def test_pages_of_a_list_fit_together_though_all_places_are_equal(sort: str) -> None:
    made = {shelve(f"Sand {n}", published=date(2025, 1, 1)).id for n in range(25)}
    jobs.catch_up()
    pages = [search("sand", sort, limit=10, offset=offset) for offset in (0, 10, 20, 30)]
    assert [len(page.hits) for page in pages] == [10, 10, 5, 0]
    assert {page.total for page in pages} == {25}
    assert {hit.paper_id for page in pages for hit in page.hits} == made


def test_what_is_found_is_counted(shelf: dict[str, int]) -> None:
    assert len(shelf) == 4
    for text in ("sand", "-nothing"):
        counts = search(text).counts
        told = {name: {one.value: one.papers for one in some} for name, some in counts.items()}
        assert told["archive"] == {"cs": 3, "math": 1}
        assert told["category"] == {"cs.LG": 1, "cs.CV": 1, "cs.CL": 1, "math.AG": 1, "cs": 1}
        assert told["year"] == {"2019": 1, "2025": 2}
        assert told["has"]["code"] == 1
        assert told["source"] == {"arxiv-json": 3, "hf-daily": 1, "bibtex": 1}


def test_a_filter_that_nothing_meets_is_named(shelf: dict[str, int]) -> None:
    assert len(shelf) == 4
    results = search("sand cat:cs.RO year:2025 -has:media")
    assert results.hits == []
    assert results.remarks == ("No paper here meets “cat:cs.RO”.",)


@pytest.mark.usefixtures("encoder")
def test_a_reader_can_weigh_words_against_meaning() -> None:
    words = make_paper("sandy", "sand sand sand and stones and gravel and much else of that sort")
    both = make_paper("rivers carry sand")
    jobs.catch_up()
    jobs.embed_waiting(Event())
    jobs.catch_up()
    only_words, only_meaning = search("sand", "", "0"), search("rivers carry sand", "", "100")
    assert {hit.paper_id for hit in only_words.hits} == {words.id, both.id}
    assert all(hit.closeness is None for hit in only_words.hits)
    assert not only_words.meaning
    assert only_meaning.hits[0].paper_id == both.id
    assert all(hit.words_rank is None for hit in only_meaning.hits)
    assert search("rivers carry sand", "", "75").hits[0].words_rank == 1


@pytest.mark.usefixtures("encoder")
def test_papers_like_a_text_and_like_several_papers() -> None:
    river = make_paper("slow rivers carry sand", "Rivers and sand and banks.")
    mud = make_paper("slow rivers carry mud", "Rivers and mud and banks.")
    far = make_paper("quarks at high energy", "Colliders.")
    jobs.catch_up()
    text = "We study how rivers carry sand along their banks. " * 20
    by_words = engine.similar_to_text(text, 5)
    assert by_words.hits[0].paper_id == river.id
    assert "Only words" in by_words.note
    assert engine.similar_to([river.id], 5) == []
    jobs.embed_waiting(Event())
    jobs.catch_up()
    found = engine.similar_to_text(text, 5)
    assert found.meaning
    assert found.hits[0].paper_id == river.id
    assert [hit.paper_id for hit in engine.similar_to([river.id, mud.id], 5)] == [far.id]
    assert engine.similar_to([], 5) == []
