"""Which network a vote came from: compared within a week, told to nobody, and forgotten."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from broadsheet.community import actions
from broadsheet.integrity import networks
from broadsheet.integrity.models import Trace, WeekKey
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db
MONDAY = date(2025, 12, 15)


def vote(reader: Reader, slug: str, address: str, what: str = "cast") -> None:
    client = Client()
    client.force_login(reader)
    client.post(f"/papers/{slug}/vote", {"vote": what}, REMOTE_ADDR=address)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_what_is_one_network(address: str, network: str) -> None:
    assert networks.prefix(address) == network


def test_a_hash_compares_within_a_week_and_not_beyond(settings: SimpleNamespace) -> None:
    there = networks.hashed("203.0.113.0/24", MONDAY)
    assert networks.hashed("203.0.113.0/24", MONDAY + timedelta(days=6)) == there
    assert networks.hashed("203.0.113.0/24", MONDAY + timedelta(days=7)) != there
    assert networks.hashed("198.51.100.0/24", MONDAY) != there
    settings.SECRET_KEY = "another"  # noqa: S105  invented for the test
    assert networks.hashed("203.0.113.0/24", MONDAY) != there, "the database alone is not enough"
    WeekKey.objects.filter(monday=MONDAY).update(key="another")
    settings.SECRET_KEY = "and another"  # noqa: S105  invented for the test
    assert networks.hashed("203.0.113.0/24", MONDAY) != there


def test_a_vote_leaves_the_hash_of_its_network_and_nothing_else() -> None:
    paper = make_paper(arxiv_id="2512.00001")
    ada, bob, eve = (make_reader(name) for name in ("ada", "bob", "eve"))
    vote(ada, paper.slug, "203.0.113.7")
    vote(bob, paper.slug, "203.0.113.99")
    vote(eve, paper.slug, "198.51.100.1")
    found = dict(Trace.objects.values_list("reader__username", "network"))
    assert found["ada"] == found["bob"] != found["eve"]
    told = repr(list(Trace.objects.values()))
    assert "203.0" not in told
    assert len(found["ada"]) == 32
    vote(ada, paper.slug, "203.0.113.7", "withdraw")
    assert set(Trace.objects.values_list("reader__username", flat=True)) == {"bob", "eve"}


def test_a_vote_of_a_program_leaves_it_too_and_one_from_this_machine_none() -> None:
    paper = make_paper(arxiv_id="2512.00001")
    for name, address in (("ada", "203.0.113.7"), ("bob", "127.0.0.1")):
        client = Client()
        client.force_login(make_reader(name))
        told = client.post(
            f"/api/papers/{paper.slug}/vote", {}, content_type="application/json",
            REMOTE_ADDR=address,
        )  # fmt: skip
        assert told.status_code == 200
    assert [trace.reader.username for trace in Trace.objects.all()] == ["ada"]


def test_what_came_before_does_not_stick_to_a_later_vote() -> None:
    paper = make_paper(arxiv_id="2512.00001")
    vote(make_reader("ada"), paper.slug, "203.0.113.7")
    actions.cast_vote(make_reader("bob"), paper.id)
    assert Trace.objects.get().reader.username == "ada"


def test_it_goes_with_the_account_and_after_four_weeks() -> None:
    paper = make_paper(arxiv_id="2512.00001")
    ada, bob = make_reader("ada"), make_reader("bob")
    vote(ada, paper.slug, "203.0.113.7")
    vote(bob, paper.slug, "203.0.113.7")
    actions.leave(ada)
    ada.delete()
    assert Trace.objects.get().reader == bob
    networks.forget_old()
    assert Trace.objects.count() == WeekKey.objects.count() == 1, "not before its time"
    Trace.objects.update(at=timezone.now() - timedelta(days=29))
    WeekKey.objects.update(monday=timezone.now().date() - timedelta(days=40))
    networks.forget_old()
    assert not Trace.objects.exists()
    assert not WeekKey.objects.exists()
