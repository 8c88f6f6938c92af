"""Sources on the network, each against a site on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from broadsheet.fetching import Fetcher, Manners
from broadsheet.papers.records import Record, Rejected, SourceError
from broadsheet.sources import arxiv, known
from broadsheet.sources.hf_papers import DailyPapers
from broadsheet.sources.source import Asking, Source
from tests.sites import Asked, Said, in_turn, site

TODAY = date(2025, 12, 17)


@pytest.fixture
def asking() -> Iterator[Asking]:
    manners = Manners(pause=0, allow_loopback=True)
    with Fetcher(manners, sleep=lambda seconds: None) as fetch:
        yield Asking(fetch, TODAY)


def records(source: Source, asking: Asking, cursor: str = "") -> tuple[list[Record], str]:
    found: list[Record] = []
    for page in source.records_since(cursor, asking):
        found += [one for one in page.items if isinstance(one, Record)]
        cursor = page.cursor
    return found, cursor


ATOM = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">
<id>http://rss.arxiv.org/atom/cs.LG</id><title>cs.LG updates on arXiv.org</title>
<updated>2025-12-17T05:00:01.000000+00:00</updated>
<entry><id>oai:arXiv.org:2512.00001v1</id><title>Learning to Count Buoys</title>
<updated>2025-12-17T05:00:02+00:00</updated>
<link href="https://arxiv.org/abs/2512.00001" rel="alternate" type="text/html"/>
<summary>arXiv:2512.00001v1 Announce Type: new
Abstract: Buoys are counted by a made-up network.</summary>
<category term="cs.LG"/><category term="cs.CV"/>
<published>2025-12-17T00:00:00-05:00</published>
<arxiv:announce_type>new</arxiv:announce_type>
<dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>
<dc:creator>Ada Example, Bo Sample</dc:creator></entry>
<entry><id>oai:arXiv.org:2511.00009v3</id><title>Tides, Revisited</title>
<summary>arXiv:2511.00009v3 Announce Type: replace
Abstract: Tides come again.</summary><category term="cs.LG"/>
<published>2025-12-17T00:00:00-05:00</published>
<arxiv:announce_type>replace</arxiv:announce_type><dc:creator>C. Example</dc:creator></entry>
</feed>"""
RSS = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 version="2.0"><channel><title>cs.LG updates on arXiv.org</title>
<skipDays><day>Sunday</day><day>Saturday</day></skipDays>
<item><title>Learning to Count Buoys</title><link>https://arxiv.org/abs/2512.00001</link>
<description>arXiv:2512.00001v1 Announce Type: new
Abstract: Buoys are counted by a made-up network.</description>
<guid isPermaLink="false">oai:arXiv.org:2512.00001v1</guid>
<category>cs.LG</category><category>cs.CV</category>
<pubDate>Wed, 17 Dec 2025 00:00:00 -0500</pubDate>
<arxiv:announce_type>new</arxiv:announce_type>
<dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>
<dc:creator>Ada Example, Bo Sample</dc:creator></item></channel></rss>"""


@pytest.mark.parametrize("feed", [ATOM, RSS], ids=["Atom", "RSS"])
def test_arxivs_announcements(feed: str, asking: Asking) -> None:
    said = Said(feed.encode(), headers={"ETag": '"17"'})
    with site(in_turn(said, Said(status=304))) as other:
        source = arxiv.Announcements("arxiv-new:cs.LG", ("cs.LG",), other.address)
        found, cursor = records(source, asking)
        assert records(source, asking, cursor) == ([], cursor)
    assert other.asked[0].path == "/cs.LG"
    assert other.asked[1].headers["If-None-Match"] == '"17"'
    buoys = found[0]
    assert (buoys.arxiv_id, buoys.version, buoys.announced) == ("2512.00001", 1, TODAY)
    assert buoys.abstract == "Buoys are counted by a made-up network."
    assert buoys.authors == ("Ada Example", "Bo Sample")
    assert buoys.categories == ("cs.LG", "cs.CV")
    if feed is ATOM:
        assert (found[1].arxiv_id, found[1].announced) == ("2511.00009", None)


def test_a_day_without_announcements_is_empty(asking: Asking) -> None:
    empty = RSS[: RSS.index("<item>")] + "</channel></rss>"
    with site(in_turn(Said(empty.encode()))) as other:
        source = arxiv.Announcements("arxiv-new:cs.LG", ("cs.LG",), other.address)
        assert records(source, asking)[0] == []


ENTRY = """<entry><id>http://arxiv.org/abs/2512.{number:05}v1</id>
<updated>{day}T00:00:00Z</updated><published>{day}T00:00:00Z</published>
<title>Proof {number}</title><summary>Proved.</summary><author><name>Ada Example</name></author>
<category term="cs.LO"/></entry>"""


def api(asked: Asked) -> Said:
    """250 papers, ten a day, the newest first."""
    start = int(asked.query["start"])
    entries = "".join(
        ENTRY.format(number=number, day=date(2025, 12, 15 - number // 25))
        for number in range(start, min(start + 100, 250))
    )
    return Said(f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode())


def test_arxivs_api_by_query_goes_back_to_the_last_run(asking: Asking) -> None:
    with site(api) as other:
        source = arxiv.Query("arxiv-api:x", "abs:proof AND cat:cs.LO", other.address)
        found, cursor = records(source, asking)
        assert (len(found), cursor) == (250, "2025-12-15")
        assert other.asked[0].query["search_query"] == "abs:proof AND cat:cs.LO"
        assert len(records(source, asking, cursor)[0]) == 100


def test_arxivs_api_by_ids(asking: Asking) -> None:
    with site(api) as other:
        source = arxiv.Query("arxiv-api:x", "2512.00001,hep-th/9901001", other.address)
        records(source, asking)
    assert other.asked[0].query["id_list"] == "2512.00001,hep-th/9901001"


def day_of_hf(asked: Asked) -> Said:
    day = asked.query["date"]
    if day > "2025-12-16":
        return Said(b'{"error": "in the future"}', 400)
    told = {"id": f"2512.{day[-2:]:0>5}", "title": f"Paper of {day}", "upvotes": 7}
    return Said(json.dumps([{"paper": told}, {"paper": {"id": "x", "title": "t"}}]).encode())


def test_hugging_faces_days(asking: Asking) -> None:
    with site(day_of_hf) as other:
        source = DailyPapers(base=other.address)
        pages = list(source.records_since("2025-12-15", asking))
    assert [page.cursor for page in pages] == [f"2025-12-{day}" for day in (12, 13, 14, 15, 16, 17)]
    paper, refused = pages[0].items
    assert isinstance(paper, Record)
    assert (paper.day, paper.votes, paper.source) == (date(2025, 12, 12), 7, "hf-daily")
    assert isinstance(refused, Rejected)
    assert pages[-1].items == []


def test_hugging_faces_answer_that_is_cut_is_no_day(asking: Asking) -> None:
    cut = in_turn(Said(b'[{"paper": {"id": "2512.0'))
    with site(cut) as other, pytest.raises(SourceError, match="is not whole"):
        records(DailyPapers(base=other.address), asking)


def test_every_kind_of_source_has_an_example_that_works() -> None:
    for kind in known.kinds().values():
        source = known.source(kind.example)
        assert source.name == kind.example
        assert source.title
        assert source.every.total_seconds() >= 1800
