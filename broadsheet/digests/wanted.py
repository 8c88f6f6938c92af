"""What a letter can be about, from what somebody asks for."""

from __future__ import annotations

from urllib.parse import parse_qs

from django.conf import settings

from broadsheet.digests.models import About, Subscription
from broadsheet.feeds import choice as choices
from broadsheet.feeds.models import Heading, Kind
from broadsheet.interests.models import Interest
from broadsheet.papers.models import Authorship
from broadsheet.papers.text import title_key
from broadsheet.readers.models import Reader
from broadsheet.search.query import parse

LONGEST = 500


class Unusable(ValueError):  # noqa: N818  it is an answer for the reader
    """No letter can be about this; the message says what to ask for instead."""


def about(kind: str, name: str, filters: str = "", reader: Reader | None = None) -> Subscription:
    """A subscription about this, not yet saved; of interests that of their reader.

    Raises:
        Unusable: there is no such thing here.
    """
    if kind not in About.values:
        raise Unusable("A letter is about trending papers, a list, or a search. Choose one.")
    name = " ".join(name.replace("\0", "").split())
    if len(name) > LONGEST or len(filters) > LONGEST:
        raise Unusable(f"This is too long for a letter: {LONGEST} characters are the most.")
    if kind == About.INTERESTS:
        return _interests(name, reader)
    kinds = {
        About.CATEGORY: _category,
        About.KEYWORD: _keyword,
        About.SOURCE: _source,
        About.AUTHOR: _author,
        About.SEARCH: _search,
    }
    known = About(kind)
    told = kinds[known](name) if known in kinds else ""
    kept = "" if known == About.SEARCH else _filters(filters)
    return Subscription(about=known, name=told, filters=kept, zone=settings.TIME_ZONE)


def _interests(keys: str, reader: Reader | None) -> Subscription:
    """Those that are named, in one order; all of the reader's where none is."""
    if reader is None:
        raise Unusable("Letters about interests are for readers with an account: sign in first.")
    mine = set(Interest.objects.of(reader.pk).values_list("key", flat=True))
    if not mine:
        raise Unusable("You have no interests yet. Make one first.")
    chosen = sorted(set(keys.split()))
    if set(chosen) - mine:
        raise Unusable("You have no such interest any more. Choose among those you have.")
    return Subscription(
        about=About.INTERESTS, name=" ".join(chosen), reader=reader, zone=settings.TIME_ZONE
    )


def _filters(filters: str) -> str:
    try:
        return choices.query(choices.parse(parse_qs(filters.lstrip("?")))).lstrip("?")
    except choices.UnusableChoice as reason:
        raise Unusable(str(reason)) from None


def _category(name: str) -> str:
    try:
        (known,) = choices.parse({"category": [name]}).categories
    except choices.UnusableChoice as reason:
        raise Unusable(str(reason)) from None
    except ValueError:
        raise Unusable("Say one category, such as cs.LG, or a whole field as cs.") from None
    return known


def _keyword(name: str) -> str:
    return _heading(Kind.KEYWORD, name.lower())


def _source(name: str) -> str:
    return _heading(Kind.SOURCE, name)


def _heading(kind: Kind, name: str) -> str:
    if not Heading.objects.named(kind, [name]).exists():
        raise Unusable(f"No paper here has the {kind.label} “{name[:80]}”. A search may find it.")
    return name


def _author(name: str) -> str:
    told = Authorship.objects.filter(key=title_key(name)).values_list("name", flat=True).first()
    if not told:
        raise Unusable(f"No paper here is by an author named “{name[:80]}”.")
    return told


def _search(name: str) -> str:
    query = parse(name)
    if query.is_empty:
        raise Unusable("Say what the letter should search for.")
    if query.problem:
        raise Unusable(query.problem)
    return query.text
