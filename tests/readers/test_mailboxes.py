"""The one rule of where mail for a reader goes."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from broadsheet.readers import mailboxes
from broadsheet.readers.models import Reader
from tests.community.people import make_reader

pytestmark = pytest.mark.django_db


def known(reader: Reader, name: str, *, verified: bool = True, primary: bool = False) -> None:
    EmailAddress.objects.create(
        user=reader, email=f"{name}@example.org", verified=verified, primary=primary
    )


def test_no_mail_goes_to_an_address_that_is_not_verified() -> None:
    reader = make_reader()
    assert mailboxes.of_one(reader) == ""
    known(reader, "ada", verified=False, primary=True)
    assert mailboxes.of_one(reader) == ""
    known(reader, "second")
    known(reader, "third")
    assert mailboxes.of_one(reader) == "second@example.org"
    EmailAddress.objects.filter(primary=True).update(verified=True)
    assert mailboxes.of_one(reader) == "ada@example.org"


def test_a_closed_account_gets_none() -> None:
    reader = make_reader()
    known(reader, "ada", primary=True)
    Reader.objects.update(is_active=False)
    assert mailboxes.of([reader.pk]) == {}


def test_many_readers_in_one_query(django_assert_num_queries: object) -> None:
    ada, bob = make_reader(), make_reader("bob")
    known(ada, "Ada", primary=True)
    known(bob, "bob", primary=True)
    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture without types
        found = mailboxes.of([ada.pk, bob.pk, ada.pk])
    assert found == {ada.pk: "ada@example.org", bob.pk: "bob@example.org"}


def test_whose_an_address_is() -> None:
    ada, bob = make_reader(), make_reader("bob")
    known(ada, "ada", primary=True)
    known(ada, "second")
    known(bob, "bob", verified=False, primary=True)
    assert mailboxes.whose("ADA@example.org") == [ada.pk]
    assert mailboxes.whose("second@example.org") == [], "her mail goes elsewhere"
    assert mailboxes.whose("bob@example.org") == []
