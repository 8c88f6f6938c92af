"""Every way in which a source is known to misbehave, in the middle of a run: what happens, what is
logged, what the operator sees, and when it is tried again."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from broadsheet.fetching import Manners
from broadsheet.harvests import running
from broadsheet.harvests.models import Host
from broadsheet.harvests.models import Source as Row
from broadsheet.papers.models import Paper
from tests.fetching.test_client import MISBEHAVIOUR
from tests.harvests.test_running import BROKEN, PAPERS, broken_at, only_cs, position, source
from tests.repository import Repository
from tests.sites import Said, site
from tests.web.reading import texts, tree_of

pytestmark = pytest.mark.django_db

LONGEST = timedelta(hours=1)
"""For so long a host is left alone that may want to know whether a person is asking."""
TABLE = {
    **{
        name: (said, sentence)
        for name, (said, sentence, _) in MISBEHAVIOUR.items()
        if name != "a loop"  # it leaves the place in the list that breaks
    },
    **BROKEN,
    "429 without a time": (Said(b"", 429), "status 429"),
    "503 with a time": (Said(b"", 503, {"Retry-After": "7200"}), "status 503"),
}
ASKED_FOR = {
    "too many requests": timedelta(seconds=9000),
    "503 with a time": timedelta(seconds=7200),
}


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    def quick(contact: str, **told: Any) -> Manners:
        return Manners(contact, **told | {"idle": 0.3, "longest": 0.6, "largest": 2**22})

    monkeypatch.setattr(running, "Manners", quick)


@pytest.mark.parametrize("name", TABLE)
def test_the_run_ends_in_a_sentence_and_the_next_one_brings_the_rest(
    name: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    said, sentence = TABLE[name]
    with site(broken_at(1, said)) as other, caplog.at_level(logging.WARNING):
        asked = source(other.address)
        settings.SOURCES = [asked.name]
        told = running.run(asked)
        assert sentence in told.error
        assert sentence in caplog.text
        assert (told.new, Paper.objects.count()) == (3, 3)
        assert position()["cs"].get("token") == "3"
        row = Row.objects.get()
        wait = row.next_run - timezone.now()
        least = ASKED_FOR.get(name, timedelta(minutes=4.9))
        assert least - timedelta(seconds=30) < wait < 1.2 * max(least, LONGEST)
        shown = texts(tree_of(Client().get("/sources")), "//article")[0]
        assert "in trouble" in shown
        assert sentence in shown
        assert "Asked next" in shown
        other.respond = only_cs(Repository(PAPERS))
        Host.objects.update(rests_until=None)  # the time that was waited for is over
        again = running.run(asked)
    assert (again.new, again.error, Paper.objects.count()) == (5, "", 8)
    assert "in order" in texts(tree_of(Client().get("/sources")), "//article")[0]
