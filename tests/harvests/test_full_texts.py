"""Texts and first pages are kept and shown where the licence allows it, and nowhere else."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from broadsheet.harvests import full_texts
from broadsheet.harvests.models import Host, Source
from broadsheet.papers.licences import allows_copies
from broadsheet.papers.models import Paper
from broadsheet.papers.works import FirstPage, FullText
from broadsheet.sources.arxiv_html import markdown
from broadsheet.web import caching
from tests.shelf import make_paper
from tests.sites import Asked, Said, site
from tests.web.reading import tree_of, values

pytestmark = pytest.mark.django_db

BY = "http://creativecommons.org/licenses/by/4.0/"
PAGE = b"""<!DOCTYPE html><html><body><nav>Menu</nav><article class="ltx_document">
<h1 class="ltx_title ltx_title_document">Tides</h1><div class="ltx_abstract">We count.</div>
<section><h2>1 <span>Counting</span></h2><p>Let <math alttext="x_{1}"><mi>x</mi></math> be a *tide*
 &lt;b&gt;<script>alert(1)</script>.</p>
<table class="ltx_equation"><tr><td></td><td><math display="block" alttext="a=b"></math></td></tr>
</table><ul><li><p>one</p></li><li>two</li></ul>
<table><tr><th>Day</th><th>Tide</th></tr><tr><td>1</td><td>high</td></tr></table></section>
<section class="ltx_bibliography"><h2>References</h2></section></article></body></html>"""
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]>>endobj
trailer<</Root 1 0 R>>
%%EOF"""


@pytest.mark.parametrize(
    ("licence", "free"),
    [
        (BY, True),
        ("https://creativecommons.org/licenses/by-sa/4.0", True),
        ("http://creativecommons.org/publicdomain/zero/1.0/", True),
        ("cc-by", True),
        ("CC BY 4.0", True),
        ("http://creativecommons.org/licenses/by-nc-sa/4.0/", False),
        ("http://creativecommons.org/licenses/by-nd/4.0/", False),
        ("http://arxiv.org/licenses/nonexclusive-distrib/1.0/", False),
        ("https://evil.example/?creativecommons.org/licenses/by/4.0/", False),
        ("cc-by-nc", False),
        ("", False),
    ],
)
def test_which_licences_allow_copies(licence: str, free: bool) -> None:
    assert allows_copies(licence) is free


def test_a_page_becomes_markdown_in_which_nothing_is_alive() -> None:
    told = markdown(PAGE)
    assert told.startswith("## 1 Counting")
    assert "Let $x_{1}$ be a \\*tide\\*" in told
    assert "\\<b\\>." in told
    assert "\n$$a=b$$\n" in told
    assert "\n- one\n- two\n" in told
    assert "Day | Tide\n1 | high" in told
    for left_out in ("Menu", "alert", "We count", "References", "# Tides"):
        assert left_out not in told


def run(settings: SimpleNamespace, respond: dict[str, Said]) -> list[str]:
    """Fetch what is due from a site that answers so; the addresses that were asked for."""

    def answer(asked: Asked) -> Said:
        return respond.get(asked.path, Said(b"", 404))

    Source.objects.update(next_run=timezone.now())
    Host.objects.update(rests_until=None)
    with site(answer) as other:
        full_texts.run_due(other.address)
    return [asked.path for asked in other.asked]


def papers() -> Paper:
    make_paper("Closed", arxiv_id="2512.00002", licence="http://arxiv.org/licenses/x/")
    make_paper("Of no arXiv", doi="10.1000/x", licence=BY)
    make_paper("Without a page", arxiv_id="2512.00003", licence=BY)
    return make_paper("Tides", arxiv_id="2512.00001", licence=BY, day=date(2025, 12, 1))


def test_a_text_is_kept_under_its_licence_and_shown(settings: SimpleNamespace) -> None:
    free = papers()
    assert run(settings, {}) == []
    settings.FULL_TEXT = True
    respond = {"/html/2512.00001": Said(PAGE)}
    assert sorted(run(settings, respond)) == ["/html/2512.00001", "/html/2512.00003"]
    assert run(settings, respond) == []
    told = Client().get("/papers/2512.00001.md").content.decode()
    assert "## Full text" in told
    assert "1 Counting" in told
    assert BY in told
    other = Client().get("/papers/2512.00002.md").content.decode()
    assert "The full text is not kept here" in other
    Paper.objects.filter(pk=free.pk).update(licence="http://arxiv.org/licenses/x/")
    assert FullText.objects.shown_of(free.pk) == ""
    settings.FULL_TEXT = False
    caching.PAGES.clear()  # as a restart does
    Paper.objects.filter(pk=free.pk).update(licence=BY)
    assert "## Full text" not in Client().get("/papers/2512.00001.md").content.decode()


def test_a_first_page_stands_on_the_card(settings: SimpleNamespace) -> None:
    papers()
    settings.FIRST_PAGES = True
    respond = {"/pdf/2512.00001": Said(PDF), "/pdf/2512.00003": Said(b"%PDF-1.4 broken")}
    run(settings, respond)
    assert FirstPage.objects.shown().values_list("paper__slug", flat=True).get() == "2512.00001"
    shown = tree_of(Client().get("/papers/date/2025-12-01"))
    assert values(shown, "//img[@class='first-page']/@src") == ["/papers/2512.00001/first-page.png"]
    image = Client().get("/papers/2512.00001/first-page.png")
    assert image["Content-Type"] == "image/png"
    assert image.content.startswith(b"\x89PNG")
    assert Client().get("/papers/2512.00003/first-page.png").status_code == 404
    settings.FIRST_PAGES = False
    caching.PAGES.clear()
    assert Client().get("/papers/2512.00001/first-page.png").status_code == 404


def test_a_site_that_has_enough_is_asked_later(settings: SimpleNamespace) -> None:
    papers()
    settings.FULL_TEXT = True
    assert len(run(settings, {f"/html/2512.0000{n}": Said(b"", 403) for n in (1, 3)})) == 1
    assert not FullText.objects.exists()
    assert Source.objects.get(name="full-text").failures == 1
