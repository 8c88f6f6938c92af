"""Readers with addresses that take mail, and the mail server of the letters."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction

from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.digests.conftest import mailbox as mailbox
from tests.shelf import make_paper


def with_address(handle: str) -> Reader:
    reader = make_reader(handle)
    EmailAddress.objects.create(user=reader, email=reader.email, verified=True, primary=True)
    return reader


def killed(work: Callable[[], object]) -> None:
    """Do it in a transaction whose process dies at the last moment."""
    with suppress(KeyboardInterrupt), transaction.atomic():
        work()
        raise KeyboardInterrupt


@pytest.fixture
def ada(db: None) -> Reader:
    return with_address("ada")


@pytest.fixture
def bob(db: None) -> Reader:
    return with_address("bob")


@pytest.fixture
def paper(db: None) -> Paper:
    return make_paper("Rivers", arxiv_id="2512.00001")
