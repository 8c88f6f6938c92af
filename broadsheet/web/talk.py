"""The discussion of a paper as its page shows it to one reader."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.http import HttpRequest
from markupsafe import Markup

from broadsheet.community.models import Comment, Lock
from broadsheet.community.reacting import Felt, felt
from broadsheet.contributions.crediting import Credit, credits_of
from broadsheet.papers.models import Paper
from broadsheet.web.comment_text import html

DEEPEST = 4
"""How far answers are set in; deeper ones stand in one line with these."""


@dataclass(frozen=True, slots=True)
class Said:
    """A comment with its place in the thread."""

    comment: Comment
    depth: int
    body: Markup
    """Empty where it was taken back or hidden and only keeps the place of its answers."""
    is_mine: bool = False
    is_gone: bool = False

    @property
    def writer(self) -> str:
        return writer(self.comment)


@dataclass(frozen=True, slots=True)
class Talk:
    said: list[Said]
    is_locked: bool
    may_write: bool
    is_moderator: bool
    felt: dict[int, list[Felt]]
    """Reactions by the id of the comment."""
    credit: Credit
    """Who of those who talk wrote the paper, or submitted it."""


def talk(request: HttpRequest, paper: Paper) -> Talk:
    """Threads in the order in which they began, each answer below what it answers; four
    queries, and one more for reactions where there are comments."""
    comments = list(Comment.objects.on(paper.id))
    is_locked = Lock.objects.filter(paper=paper).exists()
    user = request.user
    staff = bool(user.is_authenticated and user.is_staff)
    may_write = user.is_authenticated and (staff or not is_locked)
    said = threaded(comments, user.pk, shows_all=staff)
    reactions = felt([one.comment.id for one in said], user.pk) if said else {}
    return Talk(said, is_locked, may_write, staff, reactions, credits_of([paper.id])[paper.id])


def threaded(comments: list[Comment], reader_id: int | None, *, shows_all: bool) -> list[Said]:
    """Depth first, without recursion: a thread may be as deep as people like."""
    answers: defaultdict[int | None, list[Comment]] = defaultdict(list)
    for comment in comments:
        answers[comment.parent_id].append(comment)
    needed = _needed(comments, reader_id, shows_all=shows_all)
    said: list[Said] = []
    waiting = [(comment, 0) for comment in reversed(answers[None])]
    while waiting:
        comment, depth = waiting.pop()
        if comment.id in needed:
            said.append(_said(comment, depth, reader_id, shows_all=shows_all))
        waiting += [(answer, depth + 1) for answer in reversed(answers[comment.id])]
    return said


def writer(comment: Comment) -> str:
    return str(comment.reader) if comment.reader else "a former reader"


def _needed(comments: list[Comment], reader_id: int | None, *, shows_all: bool) -> set[int]:
    """Those that can be read, their writer's own, and all above them; answers come later."""
    needed: set[int] = set()
    for comment in reversed(comments):
        is_mine = reader_id is not None and comment.reader_id == reader_id and not comment.hidden
        if comment.stands or is_mine or shows_all or comment.id in needed:
            needed.add(comment.id)
            if comment.parent_id:
                needed.add(comment.parent_id)
    return needed


def _said(comment: Comment, depth: int, reader_id: int | None, *, shows_all: bool) -> Said:
    is_mine = reader_id is not None and comment.reader_id == reader_id
    readable = comment.stands or shows_all or (is_mine and not comment.hidden)
    body = html(comment.text) if readable else Markup("")
    return Said(comment, min(depth, DEEPEST), body, is_mine, not comment.stands)
