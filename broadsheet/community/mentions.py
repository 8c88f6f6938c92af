"""Whom a comment addresses: `@handle`."""

from __future__ import annotations

import re

from broadsheet.community.models import Comment, Mention
from broadsheet.readers.models import Reader

MOST = 5
"""Readers that one comment can address; who calls the whole house calls nobody."""
HANDLE = re.compile(r"(?<![\w@/.])@([\w.+-]{1,150})")


def handles(text: str) -> list[str]:
    """The handles in a text, each once, without the full stop that may follow."""
    return list(dict.fromkeys(found.rstrip(".-+") for found in HANDLE.findall(text)))


def mention(comment: Comment) -> None:
    """Write down whom a comment addresses; its writer is not told of it."""
    named = Reader.objects.filter(username__in=handles(comment.text)[:MOST], is_active=True)
    Mention.objects.filter(comment=comment).delete()
    Mention.objects.bulk_create(
        Mention(comment=comment, reader=reader) for reader in named if reader != comment.reader
    )
