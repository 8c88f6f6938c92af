"""Looking up a paper by what people paste: here first, else at its source."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from broadsheet.community.limits import Refused, admitted, share
from broadsheet.contributions import asking
from broadsheet.contributions.models import Lookup, Outcome
from broadsheet.fetching import FetchError
from broadsheet.papers.actions import put_on_day, save_records
from broadsheet.papers.identifiers import clean_doi, split_arxiv_id
from broadsheet.papers.kinds import DayBasis, Scheme
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Record, SourceError
from broadsheet.readers.models import Reader

A_DAY = 30
"""Papers that one reader can have looked up elsewhere; what is here costs nothing."""
DAY = timedelta(days=1)
LONGEST = 500
FIRST_WAIT = timedelta(minutes=5)
TRIES = 9
"""The waits double, so the last try is about a day after the first."""
KEPT = timedelta(days=90)


class Name(NamedTuple):
    scheme: Scheme
    value: str


def named(text: str) -> Name:
    """The identifier in an arXiv id, a DOI or an address that holds one. Raises Refused."""
    text = text.replace("\0", "").strip()[:LONGEST]
    if not text:
        raise Refused("Please say which paper: an arXiv id, a DOI or an address.", 400)
    if found := split_arxiv_id(text):
        return Name(Scheme.ARXIV, found[0])
    if doi := clean_doi(text):
        return Name(Scheme.DOI, doi[:400])
    raise Refused(
        "No paper can be looked up by this. Give an arXiv id such as 2401.01234, a DOI such as "
        "10.1000/182, or an address of arxiv.org, doi.org, alphaxiv.org or huggingface.co/papers.",
        400,
    )


def look_up(reader: Reader, text: str) -> Paper:
    """The paper that `text` names. Where it is not here its source is asked, and what that tells
    is saved and can be found, but stands on no day. Raises Refused."""
    if known := Paper.objects.called(text.strip()[:LONGEST]):
        return known
    name = named(text)
    if known := Paper.objects.called(name.value):
        return known
    if not settings.CONTACT:
        raise Refused(
            "This paper is not here, and this site looks nothing up elsewhere: for that its "
            "operator has to set BROADSHEET_CONTACT.",
            404,
        )
    lookup = _begun(reader, name)
    return answered(lookup)


def answered(lookup: Lookup) -> Paper:
    """Ask the source of a look-up and write down what came of it. Raises Refused."""
    who = asking.NAMES[Scheme(lookup.scheme)]
    try:
        told = asking.record(lookup.scheme, lookup.value)
    except (FetchError, SourceError) as failure:
        raise _put_off(lookup, str(failure)) from failure
    paper = _saved(told, lookup.value) if told else None
    if not paper:
        _close(lookup, Outcome.UNKNOWN)
        raise Refused(f"{who} knows no paper {lookup.value[:100]}. Is it spelt right?", 404)
    _close(lookup, Outcome.FOUND, paper)
    return paper


def give_up(lookup: Lookup) -> bool:
    """Whether a look-up has been tried often enough; then it is closed."""
    if lookup.outcome != Outcome.WAITING or lookup.tries < TRIES:
        return False
    _close(lookup, Outcome.GIVEN_UP)
    return True


def forget(now: datetime) -> None:
    Lookup.objects.filter(at__lt=now - KEPT).delete()


def _begun(reader: Reader, name: Name) -> Lookup:
    """Count it, so that nobody has the sources asked without an end. Raises Refused."""
    now = timezone.now()
    with transaction.atomic():
        reader = admitted(reader, now)
        mine = Lookup.objects.filter(reader=reader)
        if mine.waiting().filter(scheme=name.scheme, value=name.value).exists():
            raise Refused(
                f"{asking.NAMES[name.scheme]} has not answered yet; this paper is asked for again "
                "by itself, and stands among your contributions once it is found.",
                503,
            )
        if mine.filter(at__gt=now - DAY).count() >= share(A_DAY, reader, now):
            raise Refused("You have looked up enough papers for one day.", 429)
        return Lookup.objects.create(
            reader=reader, scheme=name.scheme, value=name.value, at=now, next_try=now + FIRST_WAIT
        )


def _saved(told: Record, value: str) -> Paper | None:
    with transaction.atomic():
        saved = save_records([told])
        for key in saved.new:  # else anybody could fill the page of a day by looking
            put_on_day(key, None, DayBasis.NONE)
        return Paper.objects.called(value)


def _put_off(lookup: Lookup, reason: str) -> Refused:
    now = timezone.now()
    Lookup.objects.filter(pk=lookup.pk).update(
        tries=lookup.tries + 1,
        told=reason[:300],
        next_try=now + FIRST_WAIT * 2**lookup.tries,
    )
    who = asking.NAMES[Scheme(lookup.scheme)]
    return Refused(
        f"{who} does not answer at the moment: {reason} Your wish is kept: it is tried again for "
        "a day, and the paper stands among your contributions once it is found.",
        503,
    )


def _close(lookup: Lookup, outcome: Outcome, paper: Paper | None = None) -> None:
    lookup.outcome, lookup.paper = outcome, paper
    lookup.tries += 1
    lookup.save(update_fields=["outcome", "paper", "tries"])
