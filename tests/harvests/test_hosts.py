"""What is known of hosts holds for every process, and after a restart."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from broadsheet.fetching import Fetcher, FetchError, Manners
from broadsheet.harvests.claims import new_claim
from broadsheet.harvests.hosts import Hosts
from broadsheet.harvests.models import Host
from tests.sites import Said, in_turn, site

pytestmark = pytest.mark.django_db


def test_another_process_waits_for_the_pause() -> None:
    one, other = Hosts(), Hosts()
    assert one.take("papers.example", 30) == 0
    one.give_back("papers.example")
    assert 25 < other.take("papers.example", 30) <= 30
    assert other.take("other.example", 30) == 0


def test_one_request_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = Hosts(), Hosts()
    assert one.take("papers.example", 0) == 0
    assert other.take("papers.example", 0) == 1
    one.give_back("papers.example")
    assert other.take("papers.example", 0) == 0


def test_who_died_while_asking_holds_nobody_up() -> None:
    child = os.fork() or os._exit(0)
    os.waitpid(child, 0)
    machine = new_claim().partition("/")[0]
    soon = timezone.now() + timedelta(minutes=4)
    Host.objects.create(name="papers.example", holder=f"{machine}/{child}/x", held_until=soon)
    assert Hosts().take("papers.example", 0) == 0
    Host.objects.update(holder="elsewhere/1/x", held_until=soon)
    assert Hosts().take("papers.example", 0) == 1
    Host.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert Hosts().take("papers.example", 0) == 0


def test_a_host_that_asked_for_patience_is_left_alone_by_all() -> None:
    manners = Manners(pause=0, allow_loopback=True)
    with site(in_turn(Said(b"", 429, {"Retry-After": "900"}))) as other:
        with Fetcher(manners, book=Hosts()) as fetch, pytest.raises(FetchError, match="429"):
            fetch.get(other.address)
        with Fetcher(manners, book=Hosts()) as fetch, pytest.raises(FetchError, match="left alone"):
            fetch.get(other.address)
        Host.objects.update(rests_until=timezone.now())
        other.respond = in_turn(Said(b"{}"))
        with Fetcher(manners, book=Hosts()) as fetch:
            assert fetch.get(other.address).body == b"{}"
    assert len(other.asked) == 2
    assert Host.objects.get().holder == ""
