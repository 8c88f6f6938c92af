"""Two papers made one, and parted again.

The paper that is joined to another ends as a paper of its own: its facts are merged by the same
rules as two tellings, its address leads to the other, and what readers did follows. All of it is
written down, so that a wrong judgement can be undone without loss.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone
from msgspec.structs import replace

from broadsheet.papers import moving, rows
from broadsheet.papers.actions import locked_counter, number_change, remove_papers
from broadsheet.papers.facts import Facts, changed, identifiers, merge, plain
from broadsheet.papers.kinds import Event, Scheme, Why
from broadsheet.papers.models import Paper, Removal, Sighting
from broadsheet.papers.works import Joining, News, OtherName, Twin


class CannotError(Exception):
    """Why two papers cannot be made one, or parted: a sentence for people."""


def join(kept: int, gone: int, why: Why) -> Joining:
    """Make the paper `gone` a part of the paper `kept`. Raises CannotError."""
    if kept == gone:
        raise CannotError("This is the same paper.")
    with transaction.atomic():
        locked_counter()
        facts = _held(kept, gone)
        before, other = facts[kept], facts[gone]
        merged = merge(before, other)
        now = timezone.now()
        Twin.objects.filter(one_id__in=facts, other_id__in=facts).delete()
        joining = Joining.objects.create(
            paper_id=kept,
            why=why,
            at=now,
            gone_id=gone,
            gone=plain(other) | {"first_seen": _first_seen(gone)},
            changed=changed(before, merged),
        )
        joining.moved = moving.move(gone, kept)
        joining.save(update_fields=["moved"])
        remove_papers([gone])
        number = number_change()
        rows.update({kept: (number, merged)}, now)
        own = set(identifiers(merged))
        for scheme, value in {*identifiers(before), *identifiers(other)} - own:
            OtherName.objects.create(scheme=scheme, value=value, paper_id=kept)
        News.objects.create(paper_id=kept, event=Event.JOINED, after=other.title, at=now)
    return joining


def part(joining_id: int) -> int:
    """Undo a joining; returns the id of the paper that stands by itself again.

    What was learned since stays with the paper that was kept. Raises CannotError.
    """
    with transaction.atomic():
        locked_counter()
        joining = _to_part(joining_id)
        kept = joining.paper_id
        now = timezone.now()
        told = dict(joining.gone)
        first_seen = told.pop("first_seen", {})
        alone = msgspec.convert(told, Facts)
        left = _without(rows.load([kept])[kept], joining.changed, alone)
        OtherName.objects.filter(paper_id=kept, **_any_of(alone)).delete()
        rows.update({kept: (number_change(), left)}, now)
        gone = joining.gone_id or number_change()
        rows.insert({gone: _free(alone, kept)}, now)
        if joining.gone_id:
            Removal.objects.filter(paper_id=gone).delete()
            Paper.objects.filter(pk=gone).update(change=number_change())
            for source, moment in dict(first_seen).items():  # type: ignore[call-overload]  # JSON
                Sighting.objects.filter(paper_id=gone, source=source).update(first_seen=moment)
        moving.bring_back(joining.moved, gone, kept)
        Joining.objects.filter(pk=joining.pk).update(parted_at=now, gone_id=gone)
        for here, there in ((kept, alone.title), (gone, left.title)):
            News.objects.create(paper_id=here, event=Event.PARTED, after=there, at=now)
    return gone


def _held(*ids: int) -> dict[int, Facts]:
    """The facts of these papers, both held until the end."""
    held = Paper.objects.select_for_update(no_key=False).filter(id__in=ids).order_by("id")
    if len(held) != len(ids):
        raise CannotError("One of these papers is no longer here.")
    return rows.load(ids)


def _to_part(joining_id: int) -> Joining:
    found = Joining.objects.standing().filter(pk=joining_id).first()
    if not found:
        raise CannotError("These papers are parted already.")
    if Joining.objects.latest_of(found.paper_id) != found:
        raise CannotError("Part first what was joined to this paper later.")
    return found


def _without(now: Facts, difference: dict[str, list[Any]], alone: Facts) -> Facts:
    """The facts without what came by a joining. What has changed since is left as it is."""
    left = plain(now)
    for name, (before, after) in difference.items():
        if name in ("links", "versions", "sources"):
            came = [one for one in after if one not in before]
            left[name] = [one for one in left[name] if one not in came]
        elif name == "told":
            kept = {source: own for source, own in left[name].items() if source in before}
            left[name] = kept | {name: before[name] for name in kept if name in alone.told}
        elif left[name] == after:
            left[name] = before
    return msgspec.convert(left, Facts)


def _free(alone: Facts, kept: int) -> Facts:
    """The facts without identifiers that the other paper holds."""
    taken = {name for name, owner in rows.owners(identifiers(alone)).items() if owner == kept}
    return replace(
        alone,
        arxiv_id="" if (Scheme.ARXIV.value, alone.arxiv_id) in taken else alone.arxiv_id,
        doi="" if (Scheme.DOI.value, alone.doi) in taken else alone.doi,
        own_votes=0,
        own_comments=0,
    )


def _any_of(facts: Facts) -> dict[str, Any]:
    return {"value__in": [value for _, value in identifiers(facts)]}


def _first_seen(paper: int) -> dict[str, str]:
    seen = Sighting.objects.filter(paper_id=paper).values_list("source", "first_seen")
    return {source: moment.isoformat() for source, moment in seen}
