"""Writes of Hugging Face's API about papers: index, submit, links, claim."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from broadsheet.api.errors import ApiError, NoSuchPaper
from broadsheet.api.hub_shapes import told_of
from broadsheet.api.writes import Write, on_paper
from broadsheet.community.models import LONGEST_COMMENT
from broadsheet.contributions import claims, lookups, submissions
from broadsheet.contributions import links as author_links
from broadsheet.contributions.models import LONGEST_ADDRESS, LONGEST_WORDS
from broadsheet.papers import rows
from broadsheet.papers.models import Paper
from broadsheet.papers.records import LinkKind
from broadsheet.readers.models import Reader
from broadsheet.readers.tokens import Scope

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=lookups.LONGEST)]
Address = Annotated[str, msgspec.Meta(max_length=LONGEST_ADDRESS)]


class Wanted(msgspec.Struct, rename="camel"):
    arxiv_id: Name
    """A DOI does as well."""


class Indexed(msgspec.Struct):
    id: str


class Submission(msgspec.Struct):
    paper_id: Name
    comment: Annotated[str, msgspec.Meta(max_length=LONGEST_COMMENT)] = ""
    media_urls: Annotated[list[Address], msgspec.Meta(max_length=1)] = []


class Submitted(msgspec.Struct):
    id: str
    day: date


class Links(msgspec.Struct, rename="camel"):
    """A field that is not sent stays as it is; null takes the link back."""

    github_repo: Address | UnsetType | None = UNSET
    project_page: Address | UnsetType | None = UNSET
    video: Address | UnsetType | None = UNSET
    organization_id: str | UnsetType | None = UNSET
    """Not heeded: this site knows no organizations."""


class Changed(msgspec.Struct):
    changed: list[str]
    """`code`, `project`, `media`."""


class Claim(msgspec.Struct, rename="camel"):
    paper_id: Name
    claim_author_id: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    """`_id` or name of the author."""
    target_user_id: str | None = None
    """The reader's own id or handle; nobody claims for others."""
    words: Annotated[str, msgspec.Meta(max_length=LONGEST_WORDS)] = ""
    """How moderators can know it, where nothing shows it by itself."""


class Claimed(msgspec.Struct):
    status: str
    """`confirmed`, or `waiting` for a moderator."""
    author: str


def index(reader: Reader, told: Wanted) -> Indexed:
    return Indexed(lookups.look_up(reader, told.arxiv_id).slug)


def submit(reader: Reader, told: Submission) -> Submitted:
    paper = lookups.look_up(reader, told.paper_id)
    media = "".join(told.media_urls)
    return Submitted(paper.slug, submissions.submit(reader, paper.id, told.comment, media).day)


def links(reader: Reader, paper: Paper, told: Links) -> Changed:
    sent = {
        LinkKind.CODE: told.github_repo,
        LinkKind.PROJECT: told.project_page,
        LinkKind.MEDIA: told.video,
    }
    wanted = {kind: url or "" for kind, url in sent.items() if url is not UNSET}
    changed = author_links.set_links(reader, paper.id, wanted)
    return Changed([kind.value for kind in changed])


def claim(reader: Reader, told: Claim) -> Claimed:
    if told.target_user_id not in (None, str(reader.pk), reader.username):
        raise ApiError(403, "You can claim papers for yourself alone.")
    if not (paper := Paper.objects.called(told.paper_id)):
        raise NoSuchPaper(told.paper_id)
    made = claims.claim(reader, paper.id, _author(paper, told.claim_author_id), told.words)
    return Claimed(made.state, made.author)


def _author(paper: Paper, wanted: str) -> str:
    """The name of the author with this id: ours is the paper's and a number."""
    slug, _, number = wanted.rpartition(":")
    facts = rows.load([paper.id])[paper.id]
    if slug == paper.slug and number.isdecimal() and int(number[:6]) < len(facts.names):
        return facts.names[int(number[:6])]
    told = told_of(facts).authors or []
    return next((one.name or "" for one in told if wanted and one.own_id == wanted), wanted)


ROUTES = (
    Write(
        "/api/papers/index",
        "Bring in a paper by its arXiv id or DOI, onto no day.",
        Wanted,
        Scope.SUBMIT,
        index,
    ),
    Write("/api/papers/submit", "Put a paper on today's page.", Submission, Scope.SUBMIT, submit),
    Write(
        "/api/papers/{name}/links",
        "Set the code, project page and video of one's own paper.",
        Links,
        Scope.SUBMIT,
        on_paper(links),
    ),
    Write(
        "/api/settings/papers/claim",
        "Say that one is an author of a paper.",
        Claim,
        Scope.SUBMIT,
        claim,
    ),
)
