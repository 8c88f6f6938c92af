"""Lists without an end, and what papers are listed under, for programs."""

from __future__ import annotations

from typing import Annotated

from django.utils import timezone
from msgspec import Meta, Struct, field

from broadsheet.api.errors import ApiError, NoSuchPaper
from broadsheet.api.own import Limit, Named
from broadsheet.api.route import Route
from broadsheet.exports import whole
from broadsheet.exports.whole import Whole
from broadsheet.feeds import choice as choices
from broadsheet.feeds import streams
from broadsheet.feeds.choice import Order, UnusableChoice
from broadsheet.feeds.models import Heading, Kind
from broadsheet.feeds.streams import Stream
from broadsheet.papers import categories
from broadsheet.papers.models import Authorship, Paper
from broadsheet.papers.readable import plain
from broadsheet.papers.text import title_key
from broadsheet.search.keyphrases import keyphrases

Words = Annotated[str, Meta(max_length=400)]
After = Annotated[str, Meta(max_length=60, description="`following` of the part before.")]


class Chosen(Struct, kw_only=True):
    order: Annotated[Order, Meta(description="What comes first.")]
    category: Annotated[Words, Meta(description="Categories or whole fields, as cs.LG,math.")] = ""
    with_: Annotated[Words, Meta(description="Words to have, with commas between.")] = field(
        default="", name="with"
    )
    without: Annotated[Words, Meta(description="Words not to have, with commas between.")] = ""
    source: Annotated[Words, Meta(description="A source that knows the paper.")] = ""
    code: Annotated[bool, Meta(description="Whether only papers with code are wanted.")] = False
    votes: Annotated[int, Meta(ge=0, le=1_000_000, description="Votes, at least.")] = 0
    after: After = ""
    limit: Limit = 30


class By(Struct, kw_only=True):
    name: Annotated[str, Meta(max_length=400, description="An author's name, however accented.")]
    after: After = ""
    limit: Limit = 30


class Everything(Struct, kw_only=True):
    """Nothing can be chosen."""


class Part(Struct, kw_only=True):
    papers: list[Whole]
    following: str = ""
    """What to send as `after` for the next part; empty at the end."""


class Category(Struct, kw_only=True):
    code: str
    name: str
    papers: int


class Phrases(Struct, kw_only=True):
    keywords: list[str]
    """As a source gave them."""
    keyphrases: list[str]
    """As this site found them in title and abstract."""


def papers(asked: Chosen, _site: str = "") -> Part:
    """All papers that fit a filter, newest, most voted or trending first."""
    told = {
        "category": asked.category, "with": asked.with_, "without": asked.without,
        "source": asked.source, "code": "1" * asked.code, "votes": str(asked.votes or ""),
    }  # fmt: skip
    try:
        choice = choices.parse({name: [value] for name, value in told.items() if value})
    except UnusableChoice as reason:
        raise ApiError(400, str(reason)) from None
    return _part(Stream(), choice, asked.order, asked.after, asked.limit)


def by_author(asked: By, _site: str = "") -> Part:
    """The papers of one author, the newest first."""
    key = title_key(asked.name)
    if not Authorship.objects.filter(key=key).exists():
        raise ApiError(404, f"No paper here is by an author named {asked.name[:100]}.")
    return _part(Stream(author=key), choices.Choice(), "newest", asked.after, asked.limit)


def all_categories(asked: Everything, _site: str = "") -> list[Category]:
    """arXiv's categories, with the number of papers here."""
    counts = dict(Heading.objects.of_kind(Kind.CATEGORY).values_list("name", "papers"))
    return [
        Category(code=code, name=categories.name(code), papers=counts.get(code, 0))
        for code in categories.CATEGORIES
    ]


def phrases(asked: Named, _site: str = "") -> Phrases:
    """What a paper is about: the keywords that a source gave, and those found here."""
    paper = Paper.objects.called(asked.name)
    if not paper:
        raise NoSuchPaper(asked.name)
    found = keyphrases(plain(paper.title), plain(paper.abstract or paper.summary))
    return Phrases(keywords=paper.keywords, keyphrases=list(found))


def _part(stream: Stream, choice: choices.Choice, order: Order, after: str, limit: int) -> Part:
    try:
        page = streams.page_of(stream, choice, order, after, timezone.localdate(), limit)
    except ValueError:
        raise ApiError(400, "after: send what `following` of the part before said.") from None
    return Part(papers=whole.load([one.id for one in page.papers]), following=page.following)


def _following(_asked: object, told: Part) -> dict[str, str] | None:
    return {"after": told.following} if told.following else None


ROUTES = (
    Route("/api/v1/lists/{order}", papers, _following, follows_papers=False),
    Route("/api/v1/authors/{name}", by_author, _following, follows_papers=False),
    Route("/api/v1/categories", all_categories, follows_papers=False),
    Route("/api/v1/papers/{name}/keyphrases", phrases),
)
