"""Claims: "this is my paper". Shown by an address or an ORCID, else decided by a moderator."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from broadsheet.community.actions import lock_paper
from broadsheet.community.limits import Refused, admitted, share
from broadsheet.community.models import Decision, Kind, Moved
from broadsheet.community.moderation import decide as decided
from broadsheet.community.moderation import worded
from broadsheet.contributions.models import (
    LONGEST_WORDS,
    Claim,
    State,
    Way,
)
from broadsheet.contributions.proofs import Proof, proof
from broadsheet.notices.following import listen
from broadsheet.notices.models import Kind as Notified
from broadsheet.notices.telling import notify
from broadsheet.papers.models import Authorship
from broadsheet.papers.text import plain, title_key
from broadsheet.readers.models import Reader

A_DAY = 20
DAY = timedelta(days=1)
MOST_TIMES = 3
"""How often one claim can be asked."""
SHORTEST_WORDS = 10


def claim(reader: Reader, paper_id: int, author: str = "", words: str = "") -> Claim:
    """Say that the reader is an author. Confirmed at once where it is shown by itself, else it
    waits for a moderator: then `author` says who of them, and `words` how one can know.

    Raises Refused.
    """
    now = timezone.now()
    with transaction.atomic():
        reader = admitted(reader, now)
        lock_paper(paper_id)
        known = Claim.objects.filter(paper_id=paper_id, reader=reader).first()
        if known and known.state == State.CONFIRMED:
            return known
        shown = proof(reader, paper_id)
        if shown and not is_taken(paper_id, shown.author.key):
            return _confirmed(reader, paper_id, shown, known, now)
        if known and known.state == State.WAITING:
            raise Refused("Your claim waits for a moderator already.", 409)
        _refuse_too_many(reader, known, now)
        return _asked(reader, _author(paper_id, author), _words(words), known, now)


def decide(moderator: Reader, claim_id: int, reason: str, *, is_author: bool) -> Decision:
    """Confirm or refuse a claim that waits. Raises Refused."""
    with transaction.atomic():
        known = _held(claim_id)
        if known.state != State.WAITING:
            raise Refused("This claim has been decided already.", 409)
        if moderator.is_staff and known.reader == moderator and _moderators_beside(moderator):
            raise Refused("Another moderator has to decide about your own claim.")
        if is_author and is_taken(known.paper_id, known.author_key):
            raise Refused("Another reader stands as this author; end that claim first.", 409)
        _settle(known, State.CONFIRMED if is_author else State.REFUSED, reason)
        return _decided(moderator, Kind.CLAIM if is_author else Kind.NO_CLAIM, known)


def revoke(moderator: Reader, claim_id: int, reason: str) -> Decision:
    """End a claim that was confirmed; links that were set stay. Raises Refused."""
    with transaction.atomic():
        known = _held(claim_id)
        if known.state != State.CONFIRMED:
            raise Refused("This claim is not confirmed.", 409)
        _settle(known, State.REFUSED, reason)
        return _decided(moderator, Kind.CLAIM_END, known)


def may_ask(known: Claim | None) -> bool:
    """Whether a claim can be made, or made again after it was refused."""
    return not known or (known.state == State.REFUSED and known.times < MOST_TIMES)


def is_taken(paper_id: int, author_key: int) -> bool:
    """Whether all authors of this name have been claimed; few papers have two of one name."""
    authors = Authorship.objects.filter(paper_id=paper_id, key=author_key).count()
    claims = Claim.objects.confirmed().filter(paper_id=paper_id, author_key=author_key).count()
    return claims >= authors


def _confirmed(
    reader: Reader, paper_id: int, shown: Proof, known: Claim | None, now: datetime
) -> Claim:
    made = known or Claim(paper_id=paper_id, reader=reader, asked_at=now)
    made.author, made.author_key = shown.author.name, shown.author.key
    made.state, made.way, made.decided_at, made.reason = State.CONFIRMED, shown.way, now, ""
    made.save()
    Moved.objects.create(paper_id=paper_id)
    listen(reader, made.paper)
    return made


def _asked(
    reader: Reader, author: Authorship, words: str, known: Claim | None, now: datetime
) -> Claim:
    made = known or Claim(paper_id=author.paper_id, reader=reader, times=0)
    made.author, made.author_key = author.name, author.key
    made.state, made.way, made.words, made.asked_at = State.WAITING, Way.ASKED, words, now
    made.times += 1
    made.save()
    return made


def _author(paper_id: int, name: str) -> Authorship:
    if not name.strip():
        raise Refused("Please choose which of the authors you are.", 400)
    same = Authorship.objects.filter(paper_id=paper_id, key=title_key(name.replace("\0", "")))
    if not (found := same.order_by("position").first()):
        raise Refused("This name is not among the authors of the paper.", 400)
    if is_taken(paper_id, found.key):
        raise Refused("Another reader stands as this author already.", 409)
    return found


def _words(text: str) -> str:
    text = text.replace("\0", "").strip()
    if len(text) < SHORTEST_WORDS:
        raise Refused("Please tell the moderators in a sentence how they can know it.", 400)
    if len(text) > LONGEST_WORDS:
        raise Refused(f"Tell it in at most {LONGEST_WORDS:,} characters.", 400)
    return text


def _refuse_too_many(reader: Reader, known: Claim | None, now: datetime) -> None:
    if not may_ask(known):
        raise Refused(f"This claim has been refused {MOST_TIMES} times; it cannot be asked again.")
    recent = Claim.objects.filter(reader=reader, asked_at__gt=now - DAY).count()
    if recent >= share(A_DAY, reader, now):
        raise Refused("That is enough claims for one day. Please come back later.", 429)


def _held(claim_id: int) -> Claim:
    """The claim as it is while its paper is held. Raises Refused."""
    known = Claim.objects.filter(pk=claim_id).first()
    if not known:
        raise Refused("There is no claim at this address.", 404)
    lock_paper(known.paper_id)
    return Claim.objects.select_related("reader", "paper").get(pk=claim_id)


def _moderators_beside(moderator: Reader) -> bool:
    """Where there are none, the public log has to do."""
    others = Reader.objects.filter(is_staff=True, is_active=True)
    return others.exclude(pk=moderator.pk).exists()


def _settle(known: Claim, state: State, reason: str) -> None:
    known.state, known.reason, known.decided_at = state, worded(reason), timezone.now()
    known.save(update_fields=["state", "reason", "decided_at"])
    Moved.objects.create(paper_id=known.paper_id)


def _tell(known: Claim, decision: Decision) -> None:
    """The reader of a decision; a confirmed author hears of comments on the paper, too."""
    title, answer = plain(known.paper.title), "you do not stand as an author of"
    if known.state == State.CONFIRMED:
        answer = "you stand as an author of"
        listen(known.reader, known.paper)
    subject = f"Moderators decided: {answer} “{title[:120]}”."
    address = f"/papers/{known.paper.slug}/claim"
    notify(known.reader, Notified.CLAIM, subject, address, mark=f"claim-decision-{decision.pk}")


def _decided(moderator: Reader, kind: Kind, known: Claim) -> Decision:
    handle = known.reader.username
    made = decided(moderator, kind, known.reason, paper_id=known.paper_id, handle=handle)
    _tell(known, made)
    return made
