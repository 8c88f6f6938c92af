"""An invented community, so that every page can be seen alive: votes, talk, lists, moderation.

Its accounts are marked as demo in handle, name and profile. Nobody can sign in as one: none has a
password, and their addresses are in `.invalid`, which no letter can reach (RFC 2606).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from broadsheet.community import actions, collecting, moderation, oversight
from broadsheet.community.jobs import settle
from broadsheet.community.models import Comment, Decision, Kind, Lock
from broadsheet.feeds import jobs as feeds
from broadsheet.integrity.models import SiteNotice
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader

DOMAIN = "@demo.invalid"
MODERATOR = "demo-moderator"
READERS = [f"demo-reader-{number}" for number in range(1, 9)]
NOTICE = "The readers on this site are a **demo**: their accounts, votes and words are invented."
ABOUT = "A demo account of this site. Nobody stands behind it."
WHY = "Part of the demo."
MOST_PAPERS = 12
FEWEST_PAPERS = 4
NOTHING = "There is no demo here."
SAID = (
    "The bound in the second section looks loose: with $n$ samples I would expect "
    "$$\\mathcal{O}\\!\\left(\\sqrt{\\tfrac{\\log n}{n}}\\right)$$ and not $n^{-1/3}$.",
    "Does anybody know of **code** for this? The appendix names a repository, but no address.",
    "A clear paper. What I take from it:\n\n- the baseline was tuned as long as the new method\n"
    "- three seeds, with their spread\n- `float32` throughout",
    "> a much simpler argument\n\nI would like to see that argument written out.",
)
ANSWERS = (
    "You need the assumption $\\lVert x \\rVert_2 \\le 1$ for that; section 4 drops it.",
    "@demo-reader-1 that is right, thank you. Then the rate is as you say.",
    "With it, $\\int_0^1 f(x)\\,dx$ converges too.",
)


class Refused(Exception):  # noqa: N818  says what is the matter
    """The demo cannot be set up here. The message says why."""


def put_up(*, forced: bool = False) -> str:
    """Make the community; what there is now, in a sentence. Raises Refused."""
    if people().exists():
        raise Refused("The demo is here already; `broadsheet demo --remove` takes it away.")
    if Reader.objects.exists() and not forced:
        raise Refused(
            "This site has accounts of its own, and a demo beside them would mislead people. "
            "Say --force if you want it all the same."
        )
    if settings.MODE == "read-only":
        raise Refused("This site can only be read at the moment.")
    papers = list(Paper.objects.order_by("-day", "-votes", "-id")[:MOST_PAPERS])
    if len(papers) < FEWEST_PAPERS:
        raise Refused("Bring papers in first: a demo needs some to talk about.")
    with transaction.atomic():
        moderator, *readers = [_account(handle) for handle in (MODERATOR, *READERS)]
        _vote(readers, papers)
        _talk(readers, papers)
        _collect(readers, papers)
        _moderate(moderator, readers, papers)
    _follow()
    return f"{len(readers)} demo readers and a moderator talk about {len(papers)} papers now."


def take_away() -> str:
    """Remove everything that the demo brought; answers of others to its comments stay. What was
    removed, in a sentence."""
    demo = list(people())
    with transaction.atomic():
        for notice in SiteNotice.objects.filter(text=NOTICE):
            oversight.take_down_notice(people().get(username=MODERATOR), notice.pk, WHY)
        theirs = Comment.objects.filter(reader__in=demo)
        papers = set(theirs.values_list("paper_id", flat=True))
        Comment.objects.filter(parent__in=theirs).exclude(reader__in=demo).update(parent=None)
        decided = Decision.objects.filter(by__in=demo)
        locked = (
            decided.exclude(paper=None).filter(kind=Kind.LOCK).values_list("paper_id", flat=True)
        )
        papers |= set(locked)
        Lock.objects.filter(paper_id__in=list(locked)).delete()
        decided.delete()
        theirs.delete()
        for reader in demo:
            actions.leave(reader)
            reader.delete()
        for paper_id in sorted(papers):
            actions.lock_paper(paper_id)
            actions.recount_comments(paper_id)
    _follow()
    return f"{len(demo)} demo accounts are gone, and everything they did." if demo else NOTHING


def people() -> QuerySet[Reader]:
    return Reader.objects.filter(email__endswith=DOMAIN)


def _account(handle: str) -> Reader:
    """An account that is old enough to have all its limits."""
    reader = Reader(
        username=handle,
        email=f"{handle}{DOMAIN}",
        name=handle.replace("-", " ").capitalize(),
        about=ABOUT,
        is_public=True,
        is_staff=handle == MODERATOR,
        date_joined=timezone.now() - timedelta(days=30),
    )
    reader.set_unusable_password()
    reader.save()
    return reader


def _vote(readers: Sequence[Reader], papers: Sequence[Paper]) -> None:
    """The first papers have most votes."""
    for place, paper in enumerate(papers):
        for reader in readers[: max(1, len(readers) - place)]:
            actions.cast_vote(reader, paper.pk)


def _talk(readers: Sequence[Reader], papers: Sequence[Paper]) -> None:
    """A thread on the first paper, a comment each on the next, one of them edited, one taken
    back."""
    thread = actions.add_comment(readers[0], papers[0].pk, SAID[0])
    for reader, text in zip(readers[1:], ANSWERS, strict=False):
        thread = actions.add_comment(reader, papers[0].pk, text, thread.pk)
    for reader, paper, text in zip(readers[4:], papers[1:], SAID[1:], strict=False):
        actions.add_comment(reader, paper.pk, text)
    edited = actions.add_comment(readers[2], papers[1].pk, "It is in the appendix.")
    actions.edit_comment(readers[2], edited.pk, "It is in appendix B, table 4.")
    gone = actions.add_comment(readers[3], papers[1].pk, "Never mind.")
    actions.delete_comment(readers[3], gone.pk)


def _collect(readers: Sequence[Reader], papers: Sequence[Paper]) -> None:
    for reader, title, reach in (
        (readers[0], "Reading group of the demo", "public"),
        (readers[1], "To explain to newcomers", "public"),
        (readers[1], "For myself", "private"),
    ):
        shelf = collecting.create(reader, title, ABOUT, reach)
        for place, paper in enumerate(papers[:4]):
            collecting.put(reader, shelf.key, paper.pk, "Begin with this one." * (not place))


def _moderate(moderator: Reader, readers: Sequence[Reader], papers: Sequence[Paper]) -> None:
    """Two flags that wait, a comment that was hidden, a ban, a closed discussion, a notice."""
    loud = readers[-1]
    spam = actions.add_comment(loud, papers[0].pk, "Buy demo shoes, all of them!")
    waiting = actions.add_comment(loud, papers[2].pk, "Who wrote this must be asleep.")
    moderation.flag(readers[0], spam.pk, "spam")
    for reader in readers[:2]:
        moderation.flag(reader, waiting.pk, "abuse")
    moderation.hide(moderator, spam.pk, f"Advertising. {WHY}")
    week = timezone.now() + timedelta(days=7)
    moderation.ban(moderator, loud.username, f"Advertising. {WHY}", week)
    moderation.lock(moderator, papers[3].pk, f"Said what there is to say. {WHY}")
    oversight.put_up_notice(moderator, NOTICE, timezone.localdate() + oversight.LONGEST_SHOWN)


def _follow() -> None:
    """Let lists and search follow at once, where no worker runs."""
    while settle():
        pass
    feeds.catch_up()
