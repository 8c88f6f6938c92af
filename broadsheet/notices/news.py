"""New papers of what readers follow: one notice for each follow, which grows until it is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from broadsheet.feeds.placing import archive, keyword_name
from broadsheet.notices.models import LONGEST_SUBJECT, About, Follow, Kind, Level, Notice, Way
from broadsheet.notices.telling import due, wishes_of
from broadsheet.papers import categories
from broadsheet.papers.models import Authorship, Classification, Paper, latest_change
from broadsheet.papers.text import plain
from broadsheet.search import engine
from broadsheet.search.marks import has_all_words
from broadsheet.search.query import parse

PAPERS = "papers"
BATCH = 500
"""Papers of one round."""
FOLLOWERS = 500
"""Follows of one transaction: SQLite has one writer, who must not keep others waiting."""
RECENT = timedelta(days=14)
"""How old a paper may be: an import of old papers is no news to anybody."""
SEARCHES = 20
"""Searches of one round: each may ask the model."""
ASKED_EVERY = timedelta(hours=1)
LOOKED_AT = 30
CLOSE = 0.55
"""Cosine from which a paper without all words of a search is worth telling of."""
REMEMBERED = 500

New = dict[int, list[int]]
"""Ids of new papers by the id of the follow."""


def tell_of_papers() -> int:
    """Tell of the next new papers; returns how many were looked at.

    Ids of papers are numbers of the one sequence, which become visible in order, so nothing before
    the level is missed. Followers are told some at a time, each time in one transaction with
    the level: others write meanwhile, and whoever is killed goes on there. A site that begins to
    tell begins with the papers that come from then on.
    """
    while (told := _tell_some()) is None:
        pass
    return told


def _tell_some() -> int | None:
    """The next followers of the papers at hand; None while there are more."""
    with transaction.atomic():
        begin = {"position": latest_change()}
        Level.objects.get_or_create(name=PAPERS, defaults=begin)
        level = Level.objects.select_for_update().get(name=PAPERS)
        papers = Paper.objects.filter(id__gt=level.position).order_by("id")
        if level.upto:
            papers = papers.filter(id__lte=level.upto)
        batch = list(papers.only("id", "day", "published", "keywords")[:BATCH])
        if not batch:
            Level.objects.filter(pk=level.pk, upto__gt=0).update(upto=0, follow=0)
            return 0
        oldest = timezone.localdate() - RECENT
        new = _matching([paper for paper in batch if _is_recent(paper, oldest)], level.follow)
        _tell(new)
        more = len(new) == FOLLOWERS
        level.upto, level.follow = (batch[-1].id, max(new)) if more else (0, 0)
        level.position = level.position if more else batch[-1].id
        level.save()
    return None if more else len(batch)


def tell_of_searches(now: datetime) -> int:
    """Ask the searches that nobody asked for an hour; returns how many follows were looked at."""
    waiting = Follow.objects.filter(about=About.SEARCH, looked_at__lte=now - ASKED_EVERY)
    some = list(waiting.order_by("looked_at")[:SEARCHES])
    oldest = timezone.localdate() - RECENT
    found = {query: _found(query, oldest) for query in {one.mark for one in some}}
    for follow in some:
        _look(follow, found[follow.mark], now)
    return len(some)


def _look(seen: Follow, found: list[int], now: datetime) -> None:
    with transaction.atomic():
        held = Follow.objects.select_for_update(of=("self",)).filter(pk=seen.pk)
        follow = held.filter(looked_at=seen.looked_at).first()
        if not follow:
            return
        fresh = [key for key in found if key > follow.after and key not in follow.told]
        follow.told = [*follow.told, *fresh][-REMEMBERED:]
        follow.looked_at = now
        follow.save(update_fields=["told", "looked_at"])
        if fresh:
            _tell({follow.pk: fresh})


def _found(query: str, oldest: date) -> list[int]:
    """The papers worth telling of: those with every word that was asked for, and near ones."""
    asked = parse(f"{query} date:>={oldest.isoformat()}")
    hits = engine.search(asked, limit=LOOKED_AT).hits
    near = {hit.paper_id for hit in hits if (hit.closeness or 0) >= CLOSE}
    others = Paper.objects.filter(pk__in={hit.paper_id for hit in hits} - near)
    texts = others.values_list("pk", "title", "abstract")
    worded = {key for key, *of_it in texts if has_all_words(asked, of_it)}
    return [hit.paper_id for hit in hits if hit.paper_id in near | worded]


def _is_recent(paper: Paper, oldest: date) -> bool:
    day = paper.day or paper.published
    return day is not None and day >= oldest


def _matching(papers: Sequence[Paper], after: int) -> New:
    """The next follows for which these papers are news, by their ids."""
    ids = [paper.id for paper in papers]
    by_mark: dict[About, defaultdict[str, list[int]]] = {
        about: defaultdict(list) for about in (About.AUTHOR, About.CATEGORY, About.KEYWORD)
    }
    authors = Authorship.objects.filter(paper__in=ids)
    for paper_id, author in authors.values_list("paper_id", "key"):
        by_mark[About.AUTHOR][str(author)].append(paper_id)
    codes = Classification.objects.filter(paper__in=ids).order_by("position")
    for paper_id, code in codes.values_list("paper_id", "category"):
        for name in {code, archive(code)}:
            by_mark[About.CATEGORY][name].append(paper_id)
    for paper in papers:
        for word in paper.keywords:
            by_mark[About.KEYWORD][keyword_name(word)].append(paper.id)
    found: New = {}
    for about, of_about in by_mark.items():
        follows = Follow.objects.of(about, of_about).filter(id__gt=after).order_by("id")
        for follow_id, mark in follows.values_list("id", "mark")[:FOLLOWERS]:
            found[follow_id] = list(dict.fromkeys(of_about[mark]))
    return {follow_id: found[follow_id] for follow_id in sorted(found)[:FOLLOWERS]}


def _tell(new: New) -> None:
    """Write down what is new: into the unread notice of each follow, or into one of its own."""
    now = timezone.now()
    follows = {one.pk: one for one in Follow.objects.filter(pk__in=new)}
    ways = wishes_of({one.reader_id for one in follows.values()}, Kind.FOLLOWED)
    wanted = {key: one for key, one in follows.items() if ways.get(one.reader_id) != Way.NONE}
    open_ones = Notice.objects.filter(follow__in=wanted, bundle=None).unread().order_by("id")
    known = {one.follow_id: one for one in open_ones}
    titles = _titles(new[key][0] for key in wanted if len(new[key]) == 1)
    made = []
    for key, follow in wanted.items():
        notice = known.get(key) or Notice(
            reader_id=follow.reader_id,
            kind=Kind.FOLLOWED,
            follow=follow,
            due=due(ways.get(follow.reader_id, Way.SITE), now),
        )
        notice.papers += len(new[key])
        notice.at = now
        only = titles.get(new[key][0]) if notice.papers == 1 else None
        notice.subject, notice.address = _words(follow, notice.papers, only)
        if key not in known:
            made.append(notice)
    Notice.objects.bulk_create(made, batch_size=1_000)
    grown = ["papers", "at", "subject", "address"]
    # an upsert: bulk_update writes a condition for each row and column, and takes ten times longer
    Notice.objects.bulk_create(
        known.values(), update_conflicts=True, unique_fields=["id"], update_fields=grown
    )


def _titles(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Title and slug of these papers."""
    rows = Paper.objects.filter(pk__in=set(ids)).values_list("id", "title", "slug")
    return {key: (plain(title), slug) for key, title, slug in rows}


def _words(follow: Follow, papers: int, only: tuple[str, str] | None) -> tuple[str, str]:
    """What a notice says, and where it leads."""
    what = {
        About.AUTHOR: f"by {follow.name}",
        About.CATEGORY: f"in {categories.name(follow.name)}",
        About.KEYWORD: f"with the keyword “{follow.name}”",
        About.SEARCH: f"for “{follow.name[:100]}”",
    }[About(follow.about)]
    if only:
        title, slug = only
        room = LONGEST_SUBJECT - len(what) - 20
        title = title if len(title) <= room else f"{title[: room - 1]}…"
        return f"New {what}: “{title}”", reverse("paper", args=[slug])
    return f"{papers:,} new paper{'' if papers == 1 else 's'} {what}", address(follow)


def address(follow: Follow) -> str:
    """The page of what is followed."""
    match follow.about:
        case About.SEARCH:
            return f"{reverse('papers')}?{urlencode({'q': follow.name, 'sort': 'newest'})}"
        case About.READER:
            return reverse("profile", args=[follow.name])
        case About.PAPER:
            return reverse("paper", args=[f"b{follow.mark}"])
    return reverse(follow.about, args=[follow.name])
