"""Preprint servers, venues, publishers and libraries, each against a site on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from broadsheet.fetching import Fetcher, Manners
from broadsheet.papers.records import Link, LinkKind, Record, Rejected, SourceError
from broadsheet.sources import acl_anthology, crossref, openalex, openreview, web_feed, zotero
from broadsheet.sources.biorxiv import Server
from broadsheet.sources.source import Asking, Source
from tests.sites import Asked, Said, in_turn, site

TODAY = date(2025, 12, 17)


@pytest.fixture
def asking() -> Iterator[Asking]:
    manners = Manners(pause=0, allow_loopback=True)
    with Fetcher(manners, sleep=lambda seconds: None) as fetch:
        yield Asking(fetch, TODAY, keys={"zotero": "secret", "openalex": "paid"})


def harvested(source: Source, asking: Asking, cursor: str = "") -> tuple[list[Record], str]:
    found: list[Record] = []
    for page in source.records_since(cursor, asking):
        assert not [one for one in page.items if isinstance(one, Rejected)]
        found += [one for one in page.items if isinstance(one, Record)]
        cursor = page.cursor
    return found, cursor


def said(told: object, **headers: str) -> Said:
    return Said(json.dumps(told).encode(), headers=headers)


def preprints(asked: Asked) -> Said:
    """Five papers, two to a page."""
    at = int(asked.path.split("/")[-2])
    papers = [
        {
            "doi": f"10.1101/2025.12.0{number}.1",
            "title": f"Cell {number}",
            "authors": "Example, A.; Sample, B. C.;",
            "abstract": "Cells are looked at.",
            "date": "2025-12-15",
            "version": str(number),
            "category": "cell biology",
            "license": "cc_by",
        }
        for number in range(1, 6)
    ]
    return said({"messages": [{"status": "ok"}], "collection": papers[at : at + 2]})


def test_biorxiv_page_by_page(asking: Asking) -> None:
    with site(preprints) as other:
        found, cursor = harvested(Server("biorxiv", other.address), asking)
        harvested(Server("biorxiv", other.address), asking, cursor)
    assert [paper.title for paper in found] == [f"Cell {number}" for number in range(1, 6)]
    assert found[0].authors == ("A. Example", "B. C. Sample")
    assert (found[0].published, found[1].published) == (date(2025, 12, 15), None)
    assert found[0].doi == "10.1101/2025.12.01.1"
    assert other.asked[0].path == "/biorxiv/2025-12-14/2025-12-17/0/json"
    assert other.asked[4].path == "/biorxiv/2025-12-17/2025-12-17/0/json"


def test_a_list_of_biorxiv_that_repeats_itself_is_left(asking: Asking) -> None:
    again = said({"collection": [{"doi": "10.1101/1", "title": "Again"}]})
    with site(in_turn(again)) as other, pytest.raises(SourceError, match="same page"):
        harvested(Server("medrxiv", other.address), asking)


WORK = {
    "DOI": "10.1000/Waves.7",
    "title": ["Waves of the Seventh Kind"],
    "author": [{"given": "Ada", "family": "Example"}, {"name": "The Wave Group"}],
    "abstract": "<jats:title>Abstract</jats:title><jats:p>Waves are ordered.</jats:p>",
    "container-title": ["Journal of Made-up Waves"],
    "published": {"date-parts": [[2025, 11]]},
    "license": [{"URL": "http://creativecommons.org/licenses/by/4.0/"}],
}


def test_crossref_by_doi(asking: Asking) -> None:
    with site(in_turn(said({"message": WORK}))) as other:
        source = crossref.Works("crossref:x", ("10.1000/waves.7", "10.1000/waves.8"), other.address)
        found, cursor = harvested(source, asking)
    assert other.asked[0].path == "/works/10.1000%2Fwaves.7"
    assert cursor == "10.1000/waves.8"
    paper = found[0]
    assert (paper.doi, paper.published) == ("10.1000/waves.7", date(2025, 11, 1))
    assert paper.authors == ("Ada Example", "The Wave Group")
    assert paper.abstract == "Waves are ordered."
    assert paper.journal_ref == "Journal of Made-up Waves"


def test_crossref_by_journal(asking: Asking) -> None:
    def journal(asked: Asked) -> Said:
        is_first = asked.query["cursor"] == "*"
        numbers = range(100) if is_first else range(100, 103)
        works = [WORK | {"DOI": f"10.1000/{number}"} for number in numbers]
        return said({"message": {"items": works, "next-cursor": "next"}})

    with site(journal) as other:
        source = crossref.Journal("crossref:1932-6203", "1932-6203", other.address)
        found, cursor = harvested(source, asking)
    assert len(found) == 103
    assert other.asked[0].query["filter"] == "from-index-date:2025-11-17"
    assert json.loads(cursor)["since"] == "2025-12-17"


def test_openalex(asking: Asking) -> None:
    work = {
        "title": "Harbours in General",
        "doi": "https://doi.org/10.1000/H.1",
        "publication_date": "2025-12-10",
        "authorships": [{"author": {"display_name": "Ada Example"}}],
        "abstract_inverted_index": {"Harbours": [0], "hold": [1], "ships.": [2]},
        "primary_location": {"pdf_url": "https://example.org/h.pdf", "license": "cc-by"},
    }
    pages = in_turn(
        said({"results": [work], "meta": {"next_cursor": "b"}}),
        said({"results": [], "meta": {"next_cursor": None}}),
    )
    with site(pages) as other:
        found, cursor = harvested(openalex.Works("openalex:x", "a.id:T1", other.address), asking)
    assert found[0].abstract == "Harbours hold ships."
    assert (found[0].doi, found[0].published) == ("10.1000/h.1", date(2025, 12, 10))
    assert other.asked[0].query["filter"].startswith("a.id:T1,from_publication_date:2025-12-10")
    assert other.asked[0].query["api_key"] == "paid"
    assert json.loads(cursor)["since"] == "2025-12-10"


def test_openreview(asking: Asking) -> None:
    note = {
        "id": "aB3",
        "tcdate": 1765900000000,
        "cdate": 1765900000000,
        "content": {
            "title": {"value": "Agents That Knit"},
            "authors": {"value": ["Ada Example"]},
            "abstract": {"value": "They knit."},
            "keywords": {"value": ["knitting"]},
            "pdf": {"value": "/pdf/aB3.pdf"},
        },
    }
    with site(in_turn(said({"notes": [note]}))) as other:
        source = openreview.Venue("openreview:V", "V.cc/2026", other.address)
        found, cursor = harvested(source, asking)
        harvested(source, asking, cursor)
    assert found[0].links == (
        Link(LinkKind.DISCUSSION, "https://openreview.net/forum?id=aB3"),
        Link(LinkKind.PDF, "https://openreview.net/pdf/aB3.pdf"),
    )
    assert (found[0].published, cursor) == (date(2025, 12, 16), "1765900000000")
    assert other.asked[1].query["mintcdate"] == cursor


ACL = b"""<?xml version='1.0' encoding='UTF-8'?><collection id="2025.acl"><volume id="long">
<meta><booktitle>Proceedings of a Made-up Meeting</booktitle><month>July</month>
<year>2025</year></meta>
<frontmatter><url>2025.acl-long.0</url></frontmatter>
<paper id="1"><title><fixed-case>P</fixed-case>arsing Tides</title>
<author><first>Ada</first><last>Example</last></author><author><last>Sample</last></author>
<abstract>Tides are <i>parsed</i>.</abstract><url>2025.acl-long.1</url>
<doi>10.18653/v1/2025.acl-long.1</doi></paper></volume></collection>"""


def test_acl_anthology(asking: Asking) -> None:
    answers = in_turn(Said(ACL, headers={"ETag": '"a"'}), Said(status=304))
    with site(answers) as other:
        source = acl_anthology.Collection("acl:2025.acl", "2025.acl", other.address)
        (paper,), cursor = harvested(source, asking)
        assert harvested(source, asking, cursor)[0] == []
    assert (paper.title, paper.authors) == ("Parsing Tides", ("Ada Example", "Sample"))
    assert (paper.abstract, paper.published) == ("Tides are parsed.", date(2025, 7, 1))
    assert paper.links[0].url == "https://aclanthology.org/2025.acl-long.1.pdf"


def test_a_zotero_library(asking: Asking) -> None:
    items = [
        {"data": {"itemType": "note"}},
        {
            "data": {
                "itemType": "preprint",
                "title": "On Buoys",
                "creators": [
                    {"creatorType": "author", "firstName": "Ada", "lastName": "Example"},
                    {"creatorType": "editor", "lastName": "Other"},
                ],
                "date": "2025-12-01",
                "extra": "arXiv:2512.00001 [cs]",
                "tags": [{"tag": "buoys"}],
            }
        },
    ]
    answer = said(items, **{"Last-Modified-Version": "42"})
    with site(in_turn(answer)) as other:
        source = zotero.Library("zotero:users/1", "users/1", other.address)
        (paper,), cursor = harvested(source, asking)
        harvested(source, asking, cursor)
    assert (paper.arxiv_id, paper.authors, paper.keywords) == (
        "2512.00001",
        ("Ada Example",),
        ("buoys",),
    )
    assert other.asked[0].headers["Zotero-API-Key"] == "secret"
    assert (cursor, other.asked[1].query["since"]) == ("42", "42")


FEED = b"""<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<item><title>Rivers, Counted</title><link>https://example.org/rivers</link>
<dc:creator>A. Example</dc:creator><dc:creator>B. Sample</dc:creator>
<dc:identifier>doi:10.1000/Rivers.1</dc:identifier>
<pubDate>Tue, 16 Dec 2025 08:00:00 GMT</pubDate><description>All of them.</description></item>
</channel></rss>"""


def test_any_feed(asking: Asking) -> None:
    with site(in_turn(Said(FEED))) as other:
        (paper,), _ = harvested(web_feed.WebFeed("feed:x", other.address), asking)
    assert (paper.doi, paper.published) == ("10.1000/rivers.1", date(2025, 12, 16))
    assert paper.authors == ("A. Example", "B. Sample")
    assert paper.links == (Link(LinkKind.OTHER, "https://example.org/rivers"),)


def test_what_is_no_feed_is_said(asking: Asking) -> None:
    with site(in_turn(said({}))) as other, pytest.raises(SourceError, match="neither RSS nor Atom"):
        harvested(web_feed.WebFeed("feed:x", other.address), asking)


def test_an_answer_of_another_shape_is_said(asking: Asking) -> None:
    with site(in_turn(said({"results": 7}))) as other:
        for source in (
            openalex.Works("openalex:x", "a:b", other.address),
            openreview.Venue("openreview:V", "V", other.address),
            zotero.Library("zotero:users/1", "users/1", other.address),
        ):
            with pytest.raises(SourceError, match="something else than expected"):
                harvested(source, asking)


def recorded(folder: Path, pattern: str) -> bytes:
    return next((folder / "fixtures").glob(pattern)).read_bytes()


def test_recorded_answers_of_openalex(shared_data: Path, asking: Asking) -> None:
    told = json.loads(recorded(shared_data, "openalex/*/*.json")) | {"meta": {}}
    with site(in_turn(said(told))) as other:
        found, _ = harvested(openalex.Works("openalex:x", "a:b", other.address), asking)
    assert len(found) == len(told["results"])
    assert all(paper.title and paper.authors for paper in found)


def test_recorded_answers_of_zotero(shared_data: Path, asking: Asking) -> None:
    body = recorded(shared_data, "zotero/*/tests__api_responses__items_doc.json")
    with site(in_turn(Said(body))) as other:
        harvested(zotero.Library("zotero:users/1", "users/1", other.address), asking)
