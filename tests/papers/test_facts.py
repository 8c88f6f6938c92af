"""How two tellings of a paper become one."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from broadsheet.papers.facts import Facts, merge, same_work
from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.records import Link, LinkKind, Version
from broadsheet.papers.text import title_key

TITLE = "A sufficiently long title about tidal forests"


def facts(title: str = TITLE, source: str = "arxiv-json", **more: Any) -> Facts:
    return Facts(source, title, title_key(title), sources=frozenset({source}), **more)


def test_what_was_missing_is_filled() -> None:
    known = facts(source="daily-page", author_count=3, source_comments=2)
    told = facts(names=("Ada B.", "Cy D.", "Eve F."), arxiv_id="2401.00001", source_votes=5)
    merged = merge(known, told)
    assert merged.names == ("Ada B.", "Cy D.", "Eve F.")
    assert (merged.arxiv_id, merged.source_votes, merged.source_comments) == ("2401.00001", 5, 2)
    assert merged.sources == {"daily-page", "arxiv-json"}


def test_nothing_is_erased_by_a_source_that_says_less() -> None:
    known = facts(
        abstract="Long.",
        names=("Ada B.",),
        author_count=1,
        doi="10.1/x",
        source_votes=9,
        withdrawn=True,
    )
    assert merge(known, facts()) is known


def test_text_of_the_better_source_is_taken_over_whatever_the_order() -> None:
    rough = facts("Tidal forests: a titel", source="daily-page", abstract="Rough.")
    good = facts(abstract="Good.")
    assert merge(rough, good).title == TITLE
    assert merge(good, rough).title == TITLE
    assert merge(rough, good).abstract == merge(good, rough).abstract == "Good."


def test_a_newer_telling_of_the_same_source_replaces_an_older() -> None:
    old = facts("Old title of the work", updated=date(2024, 1, 1))
    new = facts("New title of the work", updated=date(2024, 6, 1))
    assert merge(old, new).title == merge(new, old).title == "New title of the work"


def test_day_of_the_better_basis_then_the_earlier() -> None:
    published = facts(day=date(2024, 1, 1), day_basis=DayBasis.PUBLISHED)
    chosen = facts(day=date(2024, 1, 9), day_basis=DayBasis.CHOSEN)
    again = facts(day=date(2024, 2, 1), day_basis=DayBasis.CHOSEN)
    assert merge(merge(published, again), chosen).day == date(2024, 1, 9)


def test_links_and_versions_are_united() -> None:
    code, page = Link(LinkKind.CODE, "https://x.org/a"), Link(LinkKind.PROJECT, "https://x.org/b")
    known = facts(links=(code,), versions=(Version(1), Version(2, date(2024, 2, 2))))
    told = facts(links=(page, code), versions=(Version(1, date(2024, 1, 1)),))
    merged = merge(known, told)
    assert merged.links == (code, page)
    assert merged.versions == (Version(1, date(2024, 1, 1)), Version(2, date(2024, 2, 2)))


def test_what_only_one_source_tells_is_filled_and_raised() -> None:
    known = facts(told={"hf-daily": {"stars": 3, "by": "ann", "claimed": False}})
    told = facts(told={"hf-daily": {"stars": 9, "by": "bob", "claimed": True, "lab": "Flow"}})
    assert merge(known, told).told == {
        "hf-daily": {"stars": 9, "by": "ann", "claimed": True, "lab": "Flow"}
    }
    assert merge(known, facts(told={"zine": {"page": 1}})).told == {
        "hf-daily": known.told["hf-daily"],
        "zine": {"page": 1},
    }


tellings = st.builds(
    lambda title, source, abstract, names, year, votes, chosen, own: facts(
        title,
        source,
        abstract=abstract,
        names=names,
        published=date(year, 5, 5) if year else None,
        source_votes=votes,
        day=date(2024, 1, chosen) if chosen else None,
        day_basis=DayBasis.CHOSEN if chosen else DayBasis.NONE,
        told={source: own} if own else {},
    ),
    st.sampled_from(["One title", "Another title"]),
    st.sampled_from(["daily-page", "arxiv-json", "hf-daily", "bibtex", "elsewhere"]),
    st.sampled_from(["", "Short.", "Longer."]),
    st.sampled_from([(), ("Ada B.",), ("Ada B.", "Cy D.")]),
    st.sampled_from([0, 2020, 2021]),
    st.integers(0, 3),
    st.integers(0, 3),
    st.dictionaries(
        st.sampled_from(["stars", "by", "claimed"]),
        st.integers(0, 3) | st.booleans() | st.sampled_from(["ann", "bob"]),
        max_size=2,
    ),
)


@given(st.lists(tellings, min_size=1, max_size=6))
def test_telling_everything_again_changes_nothing(told: list[Facts]) -> None:
    known = told[0]
    for telling in told:
        known = merge(known, telling)
    for telling in told:
        assert merge(known, telling) is known


def test_different_identifiers_are_different_works() -> None:
    assert not same_work(facts(arxiv_id="2401.00001"), facts(arxiv_id="2401.00002"))
    assert not same_work(facts(doi="10.1/a"), facts(doi="10.1/b"))


def test_remarks_of_several_people_on_one_work_are_several() -> None:
    title = 'Discussion of "Tidal forests on the edge" by Example and Sample'
    abstract = "Discussion of Tidal forests on the edge by Example and Sample [arXiv:2512.00001]"
    known = facts(title=title, abstract=abstract, names=("Ada Example",))
    assert not same_work(known, facts(title=title, abstract=abstract, names=("Bo Sample",)))
    assert not same_work(known, facts(title=title, abstract=abstract))
    assert same_work(known, facts(title=title, abstract=abstract, names=("A. Example",)))


def test_abstracts_that_share_nothing_are_of_two_works() -> None:
    known = facts(abstract=" ".join(f"tide{number}" for number in range(40)))
    other = facts(abstract=" ".join(f"moon{number}" for number in range(40)))
    assert not same_work(known, other)
    assert same_work(known, facts(abstract="Tides, in brief."))


def test_the_same_abstract_settles_it() -> None:
    abstract = "We study how forests on the edge of the sea grow and fall with the tide."
    known = facts(abstract=abstract, names=("Ada B.",))
    assert same_work(known, facts(abstract=abstract.upper(), names=("B., Ada",)))


def test_other_author_or_far_year_speaks_against_it() -> None:
    known = facts(names=("Ada Brown",), published=date(2020, 3, 3))
    assert not same_work(known, facts(names=("Cy Dean",)))
    assert not same_work(known, facts(published=date(2023, 3, 3)))
    assert same_work(known, facts(names=("A. Brown",), published=date(2022, 3, 3)))


def test_a_short_title_needs_evidence() -> None:
    preface = facts("Preface", published=date(2020, 1, 1))
    assert not same_work(preface, facts("Preface"))
    assert same_work(preface, facts("Preface", published=date(2020, 9, 9)))
    assert same_work(facts("Preface"), facts("Preface"))


def test_the_surer_of_two_candidates_wins() -> None:
    told = facts(names=("Ada Brown",), published=date(2020, 1, 1))
    loose = replace(told, names=(), published=None)
    assert same_work(told, told) > same_work(loose, told)
