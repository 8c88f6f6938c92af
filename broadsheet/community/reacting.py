"""Reactions: what readers say to a comment without words, and how many said so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from broadsheet.community.limits import Refused, spend
from broadsheet.community.models import Comment, Feeling, Moved, Reaction, Verb
from broadsheet.readers.models import Reader


@dataclass(frozen=True, slots=True)
class Felt:
    """One feeling about one comment."""

    feeling: Feeling
    readers: int = 0
    is_mine: bool = False


def react(reader: Reader, comment_id: int, feeling: str, *, holds: bool) -> bool:
    """Say or take back one feeling; False where it was so already. Raises Refused."""
    if feeling not in Feeling.values:
        raise Refused("Please choose one of the reactions.", 400)
    comment = Comment.objects.standing().filter(pk=comment_id).first()
    if not comment:
        raise Refused("There is no comment at this address, or it was taken back.", 404)
    with transaction.atomic():
        mine = Reaction.objects.filter(comment=comment, reader=reader, feeling=feeling)
        if mine.exists() == holds:
            return False
        act = spend(reader, Verb.REACT, comment.paper_id)
        if holds:
            one = {"comment": comment, "reader": reader, "feeling": feeling}
            _, is_done = Reaction.objects.get_or_create(**one, defaults={"at": act.at})
        else:
            is_done = bool(mine.delete()[0])
        if is_done:
            Moved.objects.create(paper_id=comment.paper_id)
        else:  # a second request at the same time was first
            act.delete()
    return is_done


def felt(comments: Collection[int], reader_id: int | None) -> dict[int, list[Felt]]:
    """All feelings about each of these comments in their order, in one query."""
    counted: defaultdict[int, dict[str, Felt]] = defaultdict(dict)
    rows = Reaction.objects.filter(comment_id__in=comments).order_by()
    totals = rows.values_list("comment_id", "feeling").annotate(
        readers=Count("*"), mine=Count("reader_id", filter=Q(reader_id=reader_id or 0))
    )
    for comment_id, name, readers, mine in totals:
        counted[comment_id][name] = Felt(Feeling(name), readers, bool(mine))
    return {key: [counted[key].get(one, Felt(one)) for one in Feeling] for key in comments}
