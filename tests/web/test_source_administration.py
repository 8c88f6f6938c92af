"""Tables of sources can be looked at by moderators, and not changed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from broadsheet.harvests.models import Host, Run, Source
from tests.community.people import make_reader

pytestmark = pytest.mark.django_db

TABLES = [
    "harvests/source", "harvests/run", "harvests/reject", "harvests/backfill", "harvests/host",
    "harvests/chosen", "harvests/deed",
    "papers/news", "papers/joining",
]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_they_are_there_to_look_at(client: Client, table: str) -> None:
    run = Run.objects.create(source=Source.objects.create(name="hf-daily"), ended=timezone.now())
    Host.objects.create(name="papers.example")
    assert client.get(f"/admin/{table}/").status_code == 302
    client.force_login(make_reader("mo", is_staff=True))
    assert client.get(f"/admin/{table}/").status_code == 200
    assert client.get(f"/admin/{table}/add/").status_code == 403
    assert client.post(f"/admin/harvests/run/{run.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Run.objects.count() == 1
