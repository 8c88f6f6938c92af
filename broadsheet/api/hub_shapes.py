"""Papers in the shapes of Hugging Face's API, so that its client can read them.

Fields that its client looks for beside the paper are repeated there; its own site leaves them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TypeAlias

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from broadsheet.contributions.crediting import Credit
from broadsheet.papers.facts import Facts
from broadsheet.papers.models import own_slug
from broadsheet.papers.names import clean_name
from broadsheet.papers.records import LinkKind
from broadsheet.papers.text import title_key
from broadsheet.readers.models import Reader
from broadsheet.sources.hf_daily import NAME as SOURCE
from broadsheet.sources.hf_shapes import Author, Organization, Text, Told, User, said

Links: TypeAlias = dict[LinkKind, str]
"""What authors set on a paper."""
CLAIMED = "claimed_verified"
"""The status of an author whom a reader claimed, in that site's word."""
AVATARS = "https://huggingface.co"
"""Where the source's paths to avatars lead."""


class Paper(Told, rename="camel", kw_only=True):
    """One paper. `title` and `summary` (the abstract) stand as they came from the source."""

    id: str
    """The arXiv id, or `b` and a number."""
    title: str
    summary: str
    upvotes: int
    ai_summary: Text = field(default=UNSET, name="ai_summary")
    """One or two sentences that are not the authors', whoever or whatever wrote them."""
    ai_summary_model: Text = field(default=UNSET, name="ai_summary_model")
    ai_keywords: list[str] | UnsetType = field(default=UNSET, name="ai_keywords")


class Item(Struct, rename="camel", kw_only=True):
    """One paper in a list."""

    paper: Paper
    published_at: Text = UNSET
    """When the paper came onto its day's page."""
    title: str
    summary: str
    thumbnail: str
    num_comments: int
    is_author_participating: bool = False
    submitted_by: User | UnsetType = UNSET
    media_urls: list[str] | UnsetType | None = UNSET
    organization: Organization | UnsetType | None = UNSET
    upvotes: int = 0
    project_page: Text = UNSET
    github_repo: Text = UNSET
    github_stars: int | UnsetType | None = UNSET
    ai_summary: Text = field(default=UNSET, name="ai_summary")
    ai_keywords: list[str] | UnsetType = field(default=UNSET, name="ai_keywords")


class Linked(Struct):
    """A model, a data set or a demonstration. This site knows of none, so none is ever listed."""

    id: str


class Info(Paper, rename="camel", kw_only=True):
    """One paper by itself."""

    num_comments: int
    thumbnail: str
    linked_models: tuple[Linked, ...] = ()
    num_total_models: int = 0
    linked_datasets: tuple[Linked, ...] = ()
    num_total_datasets: int = 0
    linked_spaces: tuple[Linked, ...] = ()
    num_total_spaces: int = 0


class Repos(Struct):
    """What cites a paper."""

    models: tuple[Linked, ...] = ()
    datasets: tuple[Linked, ...] = ()
    spaces: tuple[Linked, ...] = ()


def item(key: int, facts: Facts, site: str, credit: Credit, links: Links) -> Item:
    told = told_of(facts)
    inner = paper(key, facts, told, credit, links)
    return Item(
        paper=inner,
        published_at=inner.submitted_on_daily_at,
        title=" ".join(inner.title.split()),
        summary=inner.summary,
        thumbnail=f"{site}/papers/{inner.id}.png",
        num_comments=facts.comments,
        is_author_participating=credit.is_author_talking or told.is_author_participating is True,
        submitted_by=_submitter_here(credit) or _submitter(told),
        media_urls=inner.media_urls,
        organization=inner.organization,
        upvotes=inner.upvotes,
        project_page=inner.project_page,
        github_repo=inner.github_repo,
        github_stars=inner.github_stars,
        ai_summary=inner.ai_summary,
        ai_keywords=inner.ai_keywords,
    )


def info(key: int, facts: Facts, site: str, credit: Credit, links: Links) -> Info:
    inner = paper(key, facts, told_of(facts), credit, links)
    fields = {name: getattr(inner, name) for name in Paper.__struct_fields__}
    thumbnail = f"{site}/papers/{inner.id}.png"
    return Info(**fields, num_comments=facts.comments, thumbnail=thumbnail)


def told_of(facts: Facts) -> Told:
    """What Hugging Face itself told of the paper, if it did."""
    return msgspec.convert(facts.told.get(SOURCE, {}), Told)


def paper(key: int, facts: Facts, told: Told, credit: Credit, links: Links) -> Paper:
    summary_by = facts.summary_by if facts.summary_by != "Hugging Face" else ""
    return Paper(
        id=facts.arxiv_id or own_slug(key),
        title=str(facts.raw.get("title", facts.title)),
        summary=str(facts.raw.get("abstract", facts.abstract)),
        upvotes=facts.votes,
        authors=_authors(facts, told, credit, facts.arxiv_id or own_slug(key)),
        published_at=_published(told, facts.published),
        submitted_on_daily_at=_submitted_here(facts, credit)
        or told.submitted_on_daily_at
        or _beginning(facts.day),
        submitted_on_daily_by=_submitter_here(credit)
        or _person(told.submitted_on_daily_by)
        or UNSET,
        discussion_id=told.discussion_id,
        media_urls=_web(told.media_urls or []) or _links(facts, LinkKind.MEDIA) or UNSET,
        project_page=links.get(LinkKind.PROJECT)
        or _first(told.project_page, facts, LinkKind.PROJECT),
        github_repo=links.get(LinkKind.CODE) or _first(told.github_repo, facts, LinkKind.CODE),
        github_repo_added_by="user" if LinkKind.CODE in links else told.github_repo_added_by,
        github_stars=told.github_stars,
        organization=told.organization or _organization(facts),
        ai_summary=facts.summary or UNSET,
        ai_summary_model=(summary_by or UNSET) if facts.summary else UNSET,
        ai_keywords=list(facts.keywords) or UNSET,
    )


def _authors(facts: Facts, told: Told, credit: Credit, slug: str) -> list[Author]:
    """The authors as told, with who claimed them, as long as they are still the ones shown; with
    who claimed them here."""
    named = told.authors or []
    shown = (clean_name(" ".join((one.name or "").split())) for one in named if not one.hidden)
    if not named or tuple(name for name in shown if name) != facts.names:
        named = [
            Author(own_id=f"{slug}:{position}", name=name, hidden=False)
            for position, name in enumerate(facts.names)
        ]
    for one in named:
        one.user = _person(one.user) or UNSET
        if claim := credit.claims.get(title_key(one.name or "")) if credit.claims else None:
            one.user = _user(claim.reader)
            one.status = CLAIMED
            one.status_last_changed_at = _moment(claim.decided_at)
    return named


def _user(reader: Reader) -> User:
    """A reader of this site, under each name that the client looks for."""
    handle = reader.username
    return User(own_id=str(reader.pk), fullname=str(reader), name=handle, user=handle, type="user")


def _submitter_here(credit: Credit) -> User | None:
    return _user(credit.submitter) if credit.submitter else None


def _submitted_here(facts: Facts, credit: Credit) -> Text:
    """When it was put on its day here, as long as that is the day on which it stands."""
    made = credit.submission
    return _moment(made.at) if made and made.day == facts.day else UNSET


def _moment(at: datetime | None) -> Text:
    told = at.astimezone(UTC).isoformat(timespec="milliseconds") if at else ""
    return told.replace("+00:00", "Z") or UNSET


def _published(told: Told, day: date | None) -> Text:
    """The moment told where it is still of that day, else the day's beginning."""
    moment = told.published_at
    if isinstance(moment, str) and (not day or moment.startswith(day.isoformat())):
        return moment
    return _beginning(day)


def _beginning(day: date | None) -> Text:
    return f"{day.isoformat()}T00:00:00.000Z" if day else UNSET


def _submitter(told: Told) -> User | UnsetType:
    """Who put it on the day's page; its name under both keys, as the client reads `user`."""
    user = _person(told.submitted_by) or _person(told.submitted_on_daily_by)
    if not user:
        return UNSET
    user.user = user.user if said(user.user) else user.name
    user.name = user.name if said(user.name) else user.user
    return user


def _person(told: User | UnsetType | None) -> User | None:
    """With the address of the avatar made whole."""
    if isinstance(told, User) and isinstance(told.avatar_url, str):
        if told.avatar_url.startswith("/"):
            told.avatar_url = AVATARS + told.avatar_url
        return told
    return told or None


def _organization(facts: Facts) -> Organization | UnsetType:
    name = facts.organization
    return Organization(name=name, fullname=name) if name else UNSET


def _links(facts: Facts, kind: LinkKind) -> list[str]:
    return [link.url for link in facts.links if link.kind == kind]


def _first(told: Text, facts: Facts, kind: LinkKind) -> Text:
    """The address told, if it is one, else the first that is known."""
    return next(iter([*_web([told]), *_links(facts, kind)]), UNSET)


def _web(told: Sequence[Text]) -> list[str]:
    stripped = [one.strip() for one in told if isinstance(one, str)]
    return [one for one in stripped if one.startswith(("http://", "https://"))]
