"""The links in mails of notices, and the address of a reader's list of feeds: signed, each for its
purpose alone."""

from __future__ import annotations

from collections.abc import Iterable

from django.core import signing
from django.urls import reverse

from broadsheet.digests.links import whole
from broadsheet.notices.models import Kind, Outline
from broadsheet.readers.models import Reader


def to_end(reader: Reader, kinds: Iterable[Kind]) -> str:
    """Where mail of these kinds ends by one click (RFC 8058)."""
    told = f"{reader.pk}:{'.'.join(sorted(kinds))}"
    return whole(reverse("notices-end", args=[_signer("end").sign(told)]))


def opened(token: str) -> tuple[Reader, list[Kind]] | None:
    """Whose mail of which kinds a token ends; None where it was not made here for that."""
    try:
        key, _, kinds = _signer("end").unsign(token).partition(":")
    except signing.BadSignature:
        return None
    reader = Reader.objects.filter(pk=int(key), is_active=True).first()
    return (reader, [Kind(kind) for kind in kinds.split(".")]) if reader else None


def outline(reader: Reader) -> str:
    """The path of the list of feeds that a feed reader can fetch without signing in."""
    number = Outline.objects.filter(reader=reader).values_list("number", flat=True).first() or 0
    return reverse("outline", args=[_signer("outline").sign(f"{reader.pk}:{number}")])


def outline_of(token: str) -> Reader | None:
    """Whose list this is; None where the address was not made here, or was renewed since."""
    try:
        key, _, number = _signer("outline").unsign(token).partition(":")
    except signing.BadSignature:
        return None
    reader = Reader.objects.filter(pk=int(key), is_active=True).first()
    mine = Outline.objects.filter(reader=reader).values_list("number", flat=True).first()
    return reader if reader and (mine or 0) == int(number) else None


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"notices.{purpose}")
