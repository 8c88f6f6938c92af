from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck, example, given
from hypothesis import settings as how
from hypothesis import strategies as st

from broadsheet.papers.models import Paper
from broadsheet.search import embedding, engine, jobs
from broadsheet.search.query import parse
from broadsheet.search.results import Results
from tests.search.papers import WordEncoder, make_paper

pytestmark = pytest.mark.django_db


def index_all() -> None:
    jobs.catch_up()
    jobs.embed_waiting(Event())
    jobs.catch_up()


def search(text: str, limit: int = 30, offset: int = 0) -> Results:
    return engine.search(parse(text), limit=limit, offset=offset)


def ids(text: str) -> list[int]:
    return [hit.paper_id for hit in search(text).hits]


def test_words_and_meaning_are_fused(encoder: WordEncoder) -> None:
    both = make_paper("slow rivers carry sand")
    words = make_paper("sandy", "sand sand sand and stones and gravel and much else of that sort")
    index_all()
    encoder.asked.clear()
    results = search("rivers carry sand")
    assert results.meaning
    assert not results.note
    first = results.hits[0]
    assert (first.paper_id, first.words_rank) == (both.id, 1)
    assert first.closeness is not None
    assert first.closeness > 0.5
    assert results.hits[1].paper_id == words.id
    assert results.total == 2
    search("rivers carry sand")
    assert encoder.asked == ["rivers carry sand"]  # the second time it was remembered


@pytest.mark.usefixtures("encoder")
def test_a_title_finds_its_paper_before_longer_ones_about_it() -> None:
    short = make_paper("Deep sand")
    make_paper("Deep sand, revisited", "Deep sand deep sand deep sand. " * 3)
    make_paper("More on deep sand and deep water", "Deep sand deep sand deep sand. " * 3)
    index_all()
    assert ids("deep SAND.")[0] == short.id


def test_a_word_of_the_title_counts_more_than_one_of_the_abstract() -> None:
    titled = make_paper("On sand", "About stones and gravel and the sea.")
    make_paper("On stones", "About sand and gravel and the sea.")
    jobs.catch_up()
    assert ids("sand")[0] == titled.id


def test_the_words_of_a_query_may_stand_in_title_and_abstract() -> None:
    """A paper with all of them stands before one that has one of them in the title and often."""
    both = make_paper("On sand", "It is carried by slow rivers to the sea, and to the shores.")
    make_paper("Sand, sand and sand", "Sand is here, and more sand is there and on the shores.")
    for number in range(6):
        make_paper(f"Stones number {number}", "Of valleys and hills.")
    jobs.catch_up()
    assert ids("sand rivers")[0] == both.id


@pytest.mark.usefixtures("encoder")
def test_a_phrase_that_no_paper_has_is_looked_for_by_its_words() -> None:
    paper = make_paper("sand of a river", "And stones.")
    index_all()
    found = search('the "river sand" and stones')
    assert [hit.paper_id for hit in found.hits] == [paper.id]
    assert found.note == "No paper has exactly “river sand”; these are about its words."
    nothing = search('"river sand" id:2401.00001')
    assert (nothing.hits, nothing.note) == ([], "")


@pytest.mark.usefixtures("encoder")
def test_a_filter_chooses_papers_and_leaves_their_scores() -> None:
    make_paper("Sand and rivers", "Sand.", categories=("cs.LG",))
    make_paper("Sand in general", "Sand and so on.", categories=("cs.LG",))
    make_paper("Sand elsewhere", categories=("math.CO",))
    index_all()
    scores = {hit.paper_id: hit.score for hit in search("sand rivers").hits}
    among = {hit.paper_id: hit.score for hit in search("sand rivers cat:cs.LG").hits}
    assert len(among) == 2
    assert among == pytest.approx({key: scores[key] for key in among})


@pytest.mark.usefixtures("encoder")
def test_papers_that_wait_for_their_embedding_keep_their_place() -> None:
    """The paper that has all of the words stands first, embedded or not."""
    for number in range(12):
        make_paper(f"slow rivers of kind {number}")
    asked = "slow rivers carry sand"
    jobs.catch_up()
    jobs.embed_waiting(Event())
    best = make_paper(asked, "Sand and slow rivers.")
    jobs.catch_up()
    first, second = search(f"how {asked} far").hits[:2]
    assert (first.paper_id, first.closeness) == (best.id, None)
    assert second.closeness is not None
    index_all()
    assert ids(f"how {asked} far")[0] == best.id


@pytest.mark.parametrize(
    "name", ["2401.00001v3", "arXiv:2401.00001", "https://arxiv.org/pdf/2401.00001", "10.1000/XYZ"]
)
def test_an_identifier_finds_its_paper_alone(name: str) -> None:
    paper = make_paper("Sand", arxiv_id="2401.00001", doi="10.1000/xyz")
    make_paper("About 2401.00001 and arXiv and 10.1000/xyz")
    jobs.catch_up()
    assert ids(name) == [paper.id]


def test_an_identifier_that_no_paper_has_is_searched_as_words() -> None:
    paper = make_paper("A comment on 2401.99999")
    jobs.catch_up()
    assert ids("2401.99999") == [paper.id]


def test_an_author_is_found_without_the_accents() -> None:
    paper = make_paper("Sand", authors=("Łucja Grün-Õunapuu",))
    jobs.catch_up()
    for name in ("lucja", "Grun", "GRÜN ounapuu", '"grun ounapuu"'):
        assert ids(name) == [paper.id]


def test_a_common_word_that_is_a_rare_name_does_not_drown_the_topic() -> None:
    about = make_paper("Long rivers", "Long, long rivers.")
    for number in range(8):
        make_paper(f"A long study number {number}", "Of something.")
    named = make_paper("Stones and sand", authors=("Ada Long",))
    jobs.catch_up()
    found = ids("long rivers")
    assert found[0] == about.id
    assert found.index(named.id) > 0


@pytest.mark.usefixtures("encoder")
def test_phrases_and_exclusions_hold_for_meaning_too() -> None:
    exact = make_paper("river sand mining")
    loose = make_paper("sand of a river mining")
    without = make_paper("river sand")
    index_all()
    assert set(ids("river sand mining")) == {exact.id, loose.id, without.id}
    assert set(ids('"river sand" mining')) == {exact.id, without.id}
    assert ids('"river sand" -mining') == [without.id]
    assert set(ids("river sand -mining")) == {without.id}


def test_mathematics_in_a_title_is_found_by_its_letters() -> None:
    paper = make_paper('Bounds on $\\ell_2$ norms of na\\"{\\i}ve estimators')
    jobs.catch_up()
    assert ids("naive estimators norms") == [paper.id]


@pytest.mark.usefixtures("encoder")
def test_pages_fit_together() -> None:
    made = {make_paper(f"sand number {number}").id for number in range(45)}
    index_all()
    pages = [search("sand", limit=20, offset=offset) for offset in (0, 20, 40, 60)]
    assert [len(page.hits) for page in pages] == [20, 20, 5, 0]
    assert {page.total for page in pages} == {45}
    assert {hit.paper_id for page in pages for hit in page.hits} == made


@pytest.mark.usefixtures("encoder")
def test_similar_papers_are_the_nearest_others() -> None:
    paper = make_paper("slow rivers carry sand")
    near = make_paper("slow rivers carry mud")
    make_paper("quarks at high energy")
    index_all()
    hits = engine.similar(paper.id, limit=1)
    assert [hit.paper_id for hit in hits] == [near.id]
    assert hits[0].closeness
    assert len(engine.similar(paper.id)) == 2
    assert engine.similar(10**9) == []


@pytest.mark.usefixtures("encoder")
def test_what_has_nothing_to_do_with_the_query_is_left_out() -> None:
    make_paper("slow rivers carry sand")
    index_all()
    assert search("qwertyuiop").total == 0


def test_before_anything_is_embedded_words_answer(encoder: WordEncoder) -> None:
    paper = make_paper("slow rivers")
    jobs.catch_up()
    results = search("rivers")
    assert [hit.paper_id for hit in results.hits] == [paper.id]
    assert not results.meaning
    assert "no paper is embedded yet" in results.note
    assert encoder.asked == []


@pytest.mark.usefixtures("encoder")
def test_when_the_model_fails_words_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = make_paper("slow rivers")
    index_all()

    def fail(_: str) -> None:
        raise MemoryError

    monkeypatch.setattr(embedding, "embedded_query", fail)
    results = search("rivers")
    assert [hit.paper_id for hit in results.hits] == [paper.id]
    assert not results.meaning
    assert "the model failed" in results.note


def test_vectors_of_another_model_are_not_compared(encoder: WordEncoder) -> None:
    make_paper("slow rivers")
    index_all()
    encoder.name = "words/2"
    results = search("rivers")
    assert not results.meaning
    assert "another model" in results.note


@pytest.mark.parametrize("text", ["", "   ", "-sand", "x" * 501, "?"])
def test_a_query_with_a_problem_finds_nothing(text: str) -> None:
    make_paper("sand")
    jobs.catch_up()
    assert search(text).hits == []


def test_a_site_without_any_index_finds_nothing() -> None:
    assert search("sand").hits == []
    assert engine.similar(1) == []
    assert engine.status().indexed == 0


@pytest.mark.usefixtures("encoder")
@given(st.text(max_size=120))
@example('"a')
@example('-"" "" +a:b^2 AND (OR [TO} ~2 \\')
@example("\ud800 " + "w" * 300)
@example('"one" "' + "of " * 30 + '" -' + "x" * 50)
@how(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_query_makes_it_raise(text: str) -> None:
    if not Paper.objects.exists():
        make_paper("sand and the sea", authors=("Ada Long",))
        index_all()
    search(text)


@pytest.mark.usefixtures("encoder")
def test_threads_share_one_engine() -> None:
    paper = make_paper("slow rivers carry sand")
    index_all()
    one = engine.Engine(Path(settings.INDEX))
    query = parse("rivers sand")

    def ask(_: int) -> Results:
        try:
            return one.search(query, 5, 0)
        finally:
            connection.close()  # each thread has its own

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(40)))
    assert {hit.paper_id for answer in answers for hit in answer.hits} == {paper.id}


def test_a_status_is_remembered_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    one = engine.Engine(Path(settings.INDEX))
    assert one.status().papers == 0
    make_paper("sand")
    assert one.status().papers == 0
    monkeypatch.setattr(engine, "STATUS_FOR", 0.0)
    one = engine.Engine(Path(settings.INDEX))
    assert one.status().papers == 1
