"""Papers made one, and parted: nothing is lost, and what comes later finds its paper."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from broadsheet.papers import joining
from broadsheet.papers.actions import save_records
from broadsheet.papers.joining import CannotError, join, part
from broadsheet.papers.kinds import Why
from broadsheet.papers.models import Identifier, Paper, Removal, Sighting, latest_change
from broadsheet.papers.records import Record
from broadsheet.papers.works import Joining, News, OtherName, Twin

pytestmark = pytest.mark.django_db

PREPRINT = Record(
    source="arxiv",
    position="1",
    title="Lighthouses at Night",
    abstract="We look at lighthouses.",
    authors=("Ada Example", "Bo Sample"),
    arxiv_id="2512.00001",
    published=date(2025, 12, 1),
)
ARTICLE = Record(
    source="crossref",
    position="1",
    title="On lighthouses at night",
    authors=("Ada Example", "Bo Sample"),
    doi="10.1000/lights",
    journal_ref="Journal of Lights",
    published=date(2026, 2, 1),
)


def two() -> tuple[int, int]:
    save_records([PREPRINT, ARTICLE])
    one, other = Paper.objects.order_by("id").values_list("id", flat=True)
    return one, other


def facts_of(paper_id: int) -> dict[str, object]:
    known = Paper.objects.filter(pk=paper_id).values().get().items()
    plain: dict[str, object] = {
        name: value for name, value in known if name not in ("change", "saved_at")
    }
    named = Identifier.objects.filter(paper_id=paper_id).values_list("scheme", "value")
    return plain | {
        "names": sorted(named),
        "sources": sorted(Sighting.objects.filter(paper_id=paper_id).values_list("source")),
    }


def test_the_joined_paper_has_both_and_its_addresses_lead_to_it() -> None:
    kept, gone = two()
    join(kept, gone, Why.CHOSEN)
    paper = Paper.objects.get()
    assert (paper.slug, paper.title, paper.journal_ref) == (
        "2512.00001",
        "Lighthouses at Night",
        "Journal of Lights",
    )
    for name in (f"b{gone}", "10.1000/lights", "arXiv:2512.00001v2"):
        assert Paper.objects.called(name) == paper
    assert Removal.objects.get().paper_id == gone
    assert paper.change == latest_change()
    assert list(News.objects.values_list("event", "after")) == [("joined", ARTICLE.title)]


def test_parting_gives_back_both_as_they_were() -> None:
    kept, gone = two()
    before = facts_of(kept), facts_of(gone)
    seen = Sighting.objects.get(paper_id=gone).first_seen
    made = join(kept, gone, Why.CHOSEN)
    assert part(made.pk) == gone
    assert (facts_of(kept), facts_of(gone)) == before
    assert Sighting.objects.get(paper_id=gone).first_seen == seen
    assert not Removal.objects.exists()
    assert not OtherName.objects.exists()
    assert Paper.objects.get(pk=gone).change == latest_change()
    with pytest.raises(CannotError, match="parted already"):
        part(made.pk)


def test_what_was_learned_since_stays_after_parting() -> None:
    kept, gone = two()
    made = join(kept, gone, Why.CHOSEN)
    save_records([replace(PREPRINT, keywords=("tides",), licence="CC BY 4.0", votes=7)])
    part(made.pk)
    left = Paper.objects.get(pk=kept)
    assert (left.keywords, left.source_votes, left.journal_ref) == (["tides"], 7, "")


def test_two_arxiv_ids_become_one_and_tellings_of_both_find_it() -> None:
    twin = replace(PREPRINT, arxiv_id="2512.00002", title="Lighthouses at night, again")
    save_records([PREPRINT, twin])
    kept, gone = Paper.objects.order_by("id").values_list("id", flat=True)
    made = join(kept, gone, Why.CHOSEN)
    assert list(OtherName.objects.values_list("scheme", "value")) == [("arxiv", "2512.00002")]
    assert save_records([twin]).unchanged == 1
    assert Paper.objects.get().slug == "2512.00001"
    part(made.pk)
    assert save_records([PREPRINT, twin]).unchanged == 2
    assert sorted(Paper.objects.values_list("slug", flat=True)) == ["2512.00001", "2512.00002"]


def test_what_was_joined_later_is_parted_first() -> None:
    kept, gone = two()
    save_records([replace(ARTICLE, doi="10.1000/third", title="Lights of the shore")])
    third = Paper.objects.order_by("-id")[0].id
    inner = join(gone, third, Why.CHOSEN)
    outer = join(kept, gone, Why.CHOSEN)
    assert Paper.objects.called(f"b{third}") == Paper.objects.get()
    with pytest.raises(CannotError, match="later"):
        part(inner.pk)
    part(outer.pk)
    assert Joining.objects.get(pk=inner.pk).paper_id == gone
    part(inner.pk)
    assert Paper.objects.count() == 3


def test_a_paper_cannot_be_joined_to_itself_or_to_none() -> None:
    kept, _ = two()
    with pytest.raises(CannotError, match="same paper"):
        join(kept, kept, Why.CHOSEN)
    with pytest.raises(CannotError, match="no longer here"):
        joining.join(kept, 999_999, Why.CHOSEN)


def test_a_source_that_names_both_leaves_a_note() -> None:
    kept, gone = two()
    save_records([replace(PREPRINT, doi="10.1000/lights")])
    assert Twin.objects.values_list("one_id", "other_id").get() == (kept, gone)
    assert Paper.objects.count() == 2


def test_a_preprints_and_a_publishers_doi_are_names_of_one_paper() -> None:
    preprint = replace(PREPRINT, source="biorxiv", arxiv_id="", doi="10.1101/2025.1")
    article = replace(ARTICLE, title=PREPRINT.title)
    save_records([preprint])
    save_records([article])
    paper = Paper.objects.get()
    assert list(Identifier.objects.values_list("value", flat=True)) == ["10.1000/lights"]
    assert list(OtherName.objects.values_list("value", flat=True)) == ["10.1101/2025.1"]
    assert save_records([preprint, article]).unchanged == 2
    assert Paper.objects.called("10.1101/2025.1") == paper


def test_a_telling_that_was_put_there_by_its_title_can_be_parted() -> None:
    save_records([replace(PREPRINT, doi="")])
    told = Record(
        source="bibtex",
        position="1",
        title=PREPRINT.title,
        authors=("Cy Example",),
        organization="Harbour School",
        published=date(2025, 3, 1),
    )
    save_records([told])
    kept = Paper.objects.get()
    assert kept.organization == "Harbour School"
    made = Joining.objects.get()
    assert (made.why, made.gone_id, made.gone["title"]) == ("title", None, PREPRINT.title)
    gone = part(made.pk)
    kept.refresh_from_db()
    assert kept.organization == ""
    alone = Paper.objects.get(pk=gone)
    assert (alone.slug, alone.organization) == (f"b{gone}", "Harbour School")
    assert save_records([told]).unchanged == 1
    assert Paper.objects.count() == 2
