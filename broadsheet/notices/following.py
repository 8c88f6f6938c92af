"""Following: authors, readers, keywords, categories, searches, and discussions of papers."""

from __future__ import annotations

from django.db import transaction

from broadsheet.community.desks import Showing
from broadsheet.community.limits import Refused, spend
from broadsheet.community.models import Verb
from broadsheet.digests import wanted
from broadsheet.notices.models import LONGEST_NAME, About, Follow, Mute, Outline
from broadsheet.papers.models import Paper, latest_change
from broadsheet.papers.text import plain, title_key
from broadsheet.readers.models import Reader

MOST_FOLLOWS, MOST_SEARCHES = 1_000, 50


def follow(reader: Reader, about: str, name: str) -> Follow:
    """Follow something by its name: an author, a handle, a keyword, a category's code, a query, a
    paper's slug. Twice is as once. Raises Refused, as everything here does."""
    found = _meant(about, name)
    if found.them == reader:
        raise Refused("This is you.", 400)
    with transaction.atomic():
        spend(reader, Verb.FOLLOW)
        mine = Follow.objects.by(reader.pk)
        if known := mine.filter(about=found.about, mark=found.mark).first():
            return known
        if mine.count() >= MOST_FOLLOWS:
            raise Refused(f"One reader can follow {MOST_FOLLOWS:,} things.")
        if found.about == About.SEARCH:
            if mine.filter(about=About.SEARCH).count() >= MOST_SEARCHES:
                raise Refused(f"One reader can follow {MOST_SEARCHES} searches.")
            found.after = latest_change()
        found.reader = reader
        found.save()
    return found


def listen(reader: Reader, paper: Paper) -> None:
    """Follow the discussion of a paper that became the reader's own, which counts for no limit."""
    title = plain(paper.title)[:LONGEST_NAME]
    Follow.objects.get_or_create(
        reader=reader, about=About.PAPER, mark=str(paper.pk), defaults={"name": title}
    )


def unfollow(reader: Reader, about: str, name: str) -> bool:
    """False where it was not followed. What cannot be followed any more can still be left, by
    whoever may no longer write too."""
    mine = Follow.objects.by(reader.pk).filter(about=about)
    try:
        mine = mine.filter(mark=_meant(about, name).mark)
    except Refused:
        mine = mine.filter(name=name.replace("\0", ""))
    return bool(mine.delete()[0])


def end(reader: Reader, follow_id: int) -> None:
    """Leave one of the reader's follows; others' do not exist."""
    if not Follow.objects.by(reader.pk).filter(pk=follow_id).delete()[0]:
        raise Refused("You follow nothing of this number.", 404)


def is_followed(reader_id: int, about: About, mark: str) -> bool:
    return Follow.objects.by(reader_id).filter(about=about, mark=mark).exists()


def followers(them: Reader, part: str) -> list[int]:
    """Who follows a reader, where others see this part of the profile, `comments` or `papers`."""
    hidden = Showing.objects.filter(reader=them, **{part: False})
    if not them.is_public or hidden.exists():
        return []
    follows = Follow.objects.of(About.READER, [str(them.pk)])
    return list(follows.values_list("reader_id", flat=True))


def mark(about: About, name: str) -> str:
    """By which a thing with this name, as its own page writes it, is found."""
    return str(title_key(name)) if about == About.AUTHOR else name


def mute(reader: Reader, handle: str, *, holds: bool) -> None:
    """Hear nothing more of another reader, or hear again; the other is not told."""
    them = _reader(handle)
    if them == reader:
        raise Refused("This is you.", 400)
    with transaction.atomic():
        spend(reader, Verb.FOLLOW)
        if holds:
            Mute.objects.get_or_create(reader=reader, them=them)
            Follow.objects.by(reader.pk).filter(them=them).delete()
        else:
            Mute.objects.filter(reader=reader, them=them).delete()


def is_muted(reader_id: int, them: Reader) -> bool:
    return Mute.objects.filter(reader_id=reader_id, them=them).exists()


def renew_outline(reader: Reader) -> None:
    """Let the address of the list of feeds, and all before it, end."""
    with transaction.atomic():
        spend(reader, Verb.FOLLOW)
        mine, _ = Outline.objects.get_or_create(reader=reader)
        Outline.objects.filter(pk=mine.pk).update(number=mine.number + 1)


def _meant(about: str, name: str) -> Follow:
    """What a name stands for, not yet anybody's."""
    if about not in About.values:
        raise Refused("This cannot be followed.", 400)
    if about == About.READER:
        them = _reader(name)
        return Follow(about=About.READER, name=them.username, mark=str(them.pk), them=them)
    if about == About.PAPER:
        paper = Paper.objects.called(name)
        if not paper:
            raise Refused("There is no paper of this name here.", 404)
        title = plain(paper.title)[:LONGEST_NAME]
        return Follow(about=About.PAPER, name=title, mark=str(paper.pk))
    try:
        known = wanted.about(about, name).name
    except wanted.Unusable as reason:
        raise Refused(str(reason), 404) from None
    return Follow(about=about, name=known, mark=mark(About(about), known))


def _reader(handle: str) -> Reader:
    handle = handle.replace("\0", "").strip().lstrip("@")
    found = Reader.objects.filter(username=handle, is_active=True).first()
    if not found:
        raise Refused(f"Nobody here is called {handle[:80]}.", 404)
    return found
