"""Libraries in every form, matched with the papers that are here."""

from __future__ import annotations

import json

import pytest

from broadsheet.community.limits import Refused
from broadsheet.interests import actions, carrying, library
from broadsheet.interests.actions import Wishes
from broadsheet.interests.library import Entry
from broadsheet.interests.models import Example, Interest
from tests.community.people import make_reader
from tests.shelf import make_paper

RIS = """TY  - JOUR
TI  - Where the silt goes
DO  - 10.1000/silt
ER  -
"""
CSL = json.dumps([{"type": "article", "title": "Where the silt goes", "URL": "https://x.org"}])


@pytest.fixture
def interest() -> Interest:
    return actions.create(make_reader(), Wishes("Water"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "@article{a, title={Silt in {D}eltas}, doi={10.1000/X}}",
            Entry("Silt in Deltas", doi="10.1000/x"),
        ),
        (RIS, Entry("Where the silt goes", doi="10.1000/silt")),
        (CSL, Entry("Where the silt goes")),
        ("2401.01234v2", Entry(arxiv_id="2401.01234")),
        ("https://doi.org/10.1000/Silt.", Entry(doi="10.1000/silt")),
        ("http://here.example/papers/b12", Entry(slug="b12")),
        ("https://here.example/papers/2401.01234", Entry(arxiv_id="2401.01234")),
        ("  - Where the silt goes ", Entry("Where the silt goes")),
    ],
)
def test_every_form_is_read(text: str, found: Entry) -> None:
    assert library.read(text) == ([found], [])


def test_several_ids_may_stand_on_a_line_and_titles_have_commas() -> None:
    entries, _ = library.read("2401.01234, 2401.01235\nSilt, sand, and 2401.01236\n\n")
    assert [one.name for one in entries] == [
        "2401.01234",
        "2401.01235",
        "Silt, sand, and 2401.01236",
    ]


def test_what_is_too_much_is_refused() -> None:
    with pytest.raises(Refused) as told:
        library.read("x" * (library.MOST_BYTES + 1))
    assert told.value.status == 413
    many = "\n".join(f"24{n // 9000 + 1:02}.{n % 9000:05}" for n in range(3_000))
    assert len(library.read(many)[0]) == library.MOST_ENTRIES


@pytest.mark.django_db
def test_papers_are_found_by_any_name_and_titles_teach_the_others(interest: Interest) -> None:
    papers = [
        make_paper("Where the silt goes"),
        make_paper("Rivers", arxiv_id="2401.01234"),
        make_paper("Seas", doi="10.1000/seas"),
        make_paper("Springs"),
    ]
    lines = (
        "where the SILT goes!",
        "arXiv:2401.01234",
        "10.1000/SEAS",
        f"/papers/{papers[3].slug}",
        "Springs",
        "2401.09999",
        "A title that nobody has here",
        "a title, that nobody has here",
    )
    told = library.add(interest.reader, interest.key, "\n".join(lines))
    assert told.here == [paper.id for paper in papers]
    assert told.elsewhere == ["A title that nobody has here"]
    assert told.unknown == ["Springs", "2401.09999"], "one word is no title"
    assert Example.objects.here().count() == 4
    library.add(interest.reader, interest.key, "\n".join(lines))
    assert Example.objects.count() == 5


@pytest.mark.django_db
def test_what_was_said_of_a_paper_stays(interest: Interest) -> None:
    paper = make_paper("Where the silt goes")
    actions.teach(interest.reader, interest.key, paper.id, "less")
    library.add(interest.reader, interest.key, paper.title)
    assert Example.objects.get().verdict == "less"


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "\0", "@article{a, author={Nobody}}"])
def test_nothing_is_said_to_be_nothing(interest: Interest, text: str) -> None:
    with pytest.raises(Refused) as told:
        library.add(interest.reader, interest.key, text)
    assert told.value.message.startswith("No paper was found in this.")


@pytest.mark.django_db
def test_there_are_limits(interest: Interest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_EXAMPLES", 1)
    with pytest.raises(Refused, match="1 papers"):
        library.add(interest.reader, interest.key, "2401.01234\n2401.01235")
    monkeypatch.setattr(actions, "MOST_WISHES", 1)
    actions.wish(interest.reader, interest.key, "word", "silt")
    with pytest.raises(Refused, match="1 names"):
        actions.wish(interest.reader, interest.key, "word", "sand")
    monkeypatch.setattr(actions, "MOST_INTERESTS", 1)
    with pytest.raises(Refused, match="1 interests"):
        actions.create(interest.reader, Wishes("Another"))


@pytest.mark.django_db
def test_a_document_with_anything_in_it_is_brought_or_refused(interest: Interest) -> None:
    told = {
        "is": "interest",
        "name": "Water\0",
        "asked": {"word": ["si\0lt"]},
        "papers": [{"title": "A title\0 that nobody has"}, {"arxiv": "2401.\0"}],
    }
    made, _ = carrying.bring(interest.reader, json.dumps(told).encode())
    assert (made.name, made.wishes.get().value) == ("Water", "silt")
    assert made.examples.get().title == "A title that nobody has"
    wrongs: tuple[object, ...] = (
        {},
        told | {"others": 400},
        told | {"asked": {"colour": ["red"]}},
        [],
    )
    for wrong in wrongs:
        with pytest.raises(Refused):
            carrying.bring(interest.reader, json.dumps(wrong).encode())
    assert Interest.objects.count() == 2
