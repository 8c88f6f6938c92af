"""What hostile people write, in every place where something can be written, in a real browser and
under the site's own policy: nothing of it acts, and nothing even tries to."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree
from lxml import html as parser
from markdown_it import MarkdownIt
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from broadsheet.community import actions, moderation
from broadsheet.community.models import Decision, Flag, Kind
from broadsheet.community.shelves import Collection, Item
from broadsheet.feeds import jobs as feeds
from broadsheet.integrity.models import SiteNotice
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Link, LinkKind
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.processes import eventually
from tests.shelf import make_paper
from tests.walks.test_community import sign_in
from tests.walks.test_reading import DESK, Walk, walk
from tests.web.test_comment_text import PAYLOADS

pytestmark = pytest.mark.django_db(transaction=True)
BLUNT = [
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><svg onload=alert(1)>",
    "{{ 7*7 }}{% debug %}",
    "javascript:alert(1)",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "\u202e<script>alert(1)</script>",
]
ALL = [*PAYLOADS, *BLUNT]
ACTING = """() => [...document.querySelectorAll('*')].flatMap(it => [...it.attributes]
    .filter(a => a.name.startsWith('on')
        || (/^(href|src|action|formaction|data|xlink:href)$/.test(a.name)
            && /^\\s*(javascript|vbscript|data):/i.test(a.value))
        || a.name === 'style' || a.name === 'srcdoc')
    .map(a => it.outerHTML))
    .concat([...document.querySelectorAll('script:not([src]):not([type="application/ld+json"])')]
        .map(it => it.outerHTML))
    .concat([...document.querySelectorAll('iframe, object, embed, base, meta[http-equiv]')]
        .map(it => it.outerHTML))"""
POKED = """() => { for (const it of document.querySelectorAll('*'))
    for (const kind of ['click', 'mouseover', 'focus', 'toggle', 'error', 'load'])
        if (!(kind === 'click' && it.matches('a, button, input, label, summary, form *')))
            it.dispatchEvent(new Event(kind)); }"""


@pytest.fixture
def hostile() -> Paper:
    """A paper for each payload: title, abstract, author, note; readers named so who talk, collect,
    flag and are moderated with such words."""
    day = timezone.localdate()
    mod = make_reader("mod", is_staff=True)
    first: Paper | None = None
    for number, text in enumerate(ALL):
        paper = make_paper(
            text[:400],
            arxiv_id=f"2512.{number:05}",
            abstract=f"{text} and {text}",
            names=[" ".join(text.split())[:200]],  # as an import keeps it
            links=(Link(LinkKind.CODE, "https://example.org/" + text.replace(" ", "")[:200]),),
            day=day - timedelta(days=number % 3),
            source_votes=number,
        )
        first = first or paper
        reader = make_reader(f"reader{number}")
        Reader.objects.filter(pk=reader.pk).update(
            name=text[:80], about=text, link=f"https://example.org/{text}"[:300], is_public=True
        )
        said = actions.add_comment(Reader.objects.get(pk=reader.pk), first.id, text)
        Flag.objects.create(comment=said, reader=mod, why="spam", at=timezone.now())
        Decision.objects.create(
            by=mod, kind=Kind.HIDE, reason=text, at=timezone.now(), paper=paper, handle=text[:150]
        )
        shelf = Collection.objects.create(
            owner=reader, title=text[:120], about=text, reach="public"
        )
        Item.objects.create(collection=shelf, paper=first, position=1, note=text)
    assert first
    one = Collection.objects.create(owner=mod, title="All", reach="public")
    for number, paper in enumerate(Paper.objects.order_by("id")):
        Item.objects.create(collection=one, paper=paper, position=number, note=ALL[number])
    moderation.ban(mod, "reader0", ALL[0])
    feeds.catch_up()
    return first


def looked_at(visit: Walk, address: str) -> None:
    visit.page.goto(address)
    assert visit.page.evaluate(ACTING) == [], address
    visit.page.evaluate(POKED)
    assert visit.page.url.endswith(address), address
    assert visit.faults == [], address


def test_nothing_that_was_written_acts_anywhere(
    browser: Browser, live_server: LiveServer, hostile: Paper
) -> None:
    assert len(set(ALL)) >= 200
    shelves = list(Collection.objects.order_by("id").values_list("key", flat=True))
    comment = list(Flag.objects.values_list("comment_id", flat=True))
    addresses = [
        "/papers",
        *(f"/papers/date/{timezone.localdate() - timedelta(days=ago)}" for ago in range(3)),
        "/papers/newest",
        "/papers/top",
        f"/papers/{hostile.slug}",
        *(f"/papers/2512.{number:05}" for number in range(0, len(ALL), 9)),
        "/collections",
        *(f"/collections/{key}" for key in (shelves[-1], *shelves[:-1:12])),
        *(f"/readers/reader{number}" for number in range(1, len(ALL), 12)),
        *("/moderation", "/moderation/queue", "/moderation/votes", "/moderation/notices"),
        f"/moderation/votes/{hostile.slug}",
        *(f"/comments/{comment[number]}/{page}" for number in range(0, len(ALL), 40)
          for page in ("flag", "reply", "history", "moderate")),
        "/admin/community/comment/",
        "/admin/community/decision/",
        "/admin/community/collection/",
        "/admin/readers/reader/?o=2",
        "/admin/papers/paper/",
        f"/admin/community/comment/{comment[7]}/change/",
        "/account/",
    ]  # fmt: skip
    for number in range(3):
        SiteNotice.objects.create(
            text="\n\n".join(ALL[number * 70 : number * 70 + 12])[:500],
            until=timezone.localdate(),
        )
    mod = Reader.objects.get(username="mod")
    with walk(browser, live_server, DESK) as visit:
        visit.page.context.set_default_timeout(30_000)
        visit.page.on("dialog", lambda dialog: visit.faults.append(dialog.message))
        sign_in(visit, live_server, mod)
        for address in addresses:
            looked_at(visit, address)


def test_the_policy_would_stop_what_got_through(
    browser: Browser, live_server: LiveServer, hostile: Paper
) -> None:
    """The second wall: a script that stood in the page would not run."""
    with walk(browser, live_server, DESK) as visit:
        told: list[str] = []
        visit.page.on("console", lambda said: told.append(said.text))
        visit.page.goto("/about")
        visit.page.evaluate(
            "() => { const it = document.createElement('div');"
            " it.innerHTML = `<img src=x onerror='ran = 1'><b onclick='ran = 1'>x</b>`;"
            " document.body.append(it); it.querySelector('b').click();"
            " const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
            " document.body.append(s); }"
        )
        # asked from outside: the policy forbids a page to wait for an expression
        is_done = lambda: visit.page.evaluate("document.images[0].complete")  # noqa: E731  short
        assert eventually(is_done, 30)
        assert visit.page.evaluate("window.ran") is None
        assert any("Content Security Policy" in line for line in told)


FEEDS = ("/papers/newest.rss", "/papers/newest.atom", "/collections/{key}.rss",
         "/collections/{key}.atom", "/feeds.opml")  # fmt: skip
MARKDOWNS = ("/papers/newest.md", "/papers/2512.00000.md", "/collections/{key}.md")
OTHERS = ("/papers/newest.bib", "/papers/newest.ris", "/papers/newest.csl.json",
          "/papers/newest.json", "/papers/2512.00000.png", "/api/papers/2512.00000")  # fmt: skip


def acting(fragment: str) -> list[str]:
    tree = parser.fragment_fromstring(fragment, create_parent="div")
    return [
        str(parser.tostring(it))
        for it in tree.iterdescendants()
        if it.tag in ("script", "iframe", "object", "embed", "base", "style", "form", "svg")
        or any(
            name.startswith("on") or (name in ("href", "src") and not _is_harmless(value))
            for name, value in it.items()
        )
    ]


def _is_harmless(address: str) -> bool:
    return address.startswith(("http://", "https://", "mailto:", "/", "#"))


def test_nothing_that_goes_out_acts_either(client: Client, hostile: Paper) -> None:
    """Feed readers and other programs show it with less care than a browser under our policy."""
    key = Collection.objects.latest("id").key
    for address in FEEDS:
        response = client.get(address.format(key=key))
        assert response.status_code == 200, address
        assert "xml" in response["Content-Type"] or "opml" in response["Content-Type"]
        tree = etree.fromstring(response.getvalue())
        shown = [it for it in tree.iter() if isinstance(it.tag, str)]
        html = [it.text or "" for it in shown if _is_html(it)]
        assert [found for text in html for found in acting(text)] == [], address
        links = [str(it.get(name, "/")) for it in shown for name in ("href", "xmlUrl")]
        assert all(_is_harmless(link) for link in links)
    for address in MARKDOWNS:
        response = client.get(address.format(key=key))
        assert response["Content-Type"].startswith("text/markdown")
        made = MarkdownIt("commonmark", {"html": True}).render(response.getvalue().decode())
        assert acting(made) == [], address
    for address in OTHERS:
        response = client.get(address)
        assert response.status_code == 200, address
        assert not response["Content-Type"].startswith("text/html")
        assert response["X-Content-Type-Options"] == "nosniff"
        if "json" in response["Content-Type"]:
            json.loads(response.getvalue())
    assert client.get("/papers/2512.00000.png").getvalue().startswith(b"\x89PNG")


def _is_html(element: etree._Element) -> bool:
    name = etree.QName(element).localname
    return name in ("description", "encoded") or element.get("type") == "html"
