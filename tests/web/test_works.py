"""The history of a paper on its page, and the page on which moderators join and part papers."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from broadsheet.papers.actions import save_records
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Record, Version
from broadsheet.papers.works import Joining
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.web.conftest import Page
from tests.web.reading import texts, tree_of, values

pytestmark = pytest.mark.django_db


def test_the_page_tells_the_history_and_leads_to_all_addresses(page: Page) -> None:
    first = Record(
        source="arxiv", position="1", title="Tides", arxiv_id="2512.00001",
        authors=("Ada Example",), versions=(Version(1),), abstract="We count tides.",
        published=date(2025, 12, 1),
    )  # fmt: skip
    save_records([first])
    assert "History" not in texts(page("/papers/2512.00001"), "//aside//dt")
    again = Record(
        source="arxiv", position="1", title="Tides & <moons>", arxiv_id="2512.00001",
        versions=(Version(1), Version(2)), doi="10.1000/tides", updated=date(2025, 12, 9),
    )  # fmt: skip
    save_records([again])
    shown = page("/papers/2512.00001")
    lines = texts(shown, "//aside//dt[text()='History']/following-sibling::dd[time]")
    assert [line.partition("2026 ")[2] or line for line in lines][:3]
    told = " ".join(lines)
    for words in ("Published as 10.1000/tides", "New title; before: Tides", "Version 2"):
        assert words in told
    assert {"https://arxiv.org/abs/2512.00001", "https://doi.org/10.1000/tides"} <= set(
        values(shown, "//div[@class='doors']/a/@href")
    )


def test_a_moderator_joins_and_parts() -> None:
    kept = make_paper("Tides", arxiv_id="2512.00001")
    gone = make_paper("Tides at noon", doi="10.1000/tides")
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_reader("mo", is_staff=True))
    shown = tree_of(client.get(f"/papers/{kept.slug}/works"))
    assert "Nothing was joined" in texts(shown, "//section")[0]
    asked = {
        "decision": "join",
        "other": f"https://site.example/papers/{gone.slug}",
        "reason": "Same",
    }
    assert client.post(f"/papers/{kept.slug}/works", asked).status_code == 403
    asked["csrfmiddlewaretoken"] = values(shown, "//input[@name='csrfmiddlewaretoken']/@value")[0]
    assert client.post(f"/papers/{kept.slug}/works", asked).status_code == 302
    assert client.get(f"/papers/{gone.slug}")["Location"] == f"/papers/{kept.slug}"
    shown = tree_of(client.get(f"/papers/{kept.slug}/works"))
    assert texts(shown, "//article/h3") == ["Tides at noon"]
    part = {
        "decision": "part",
        "joining": values(shown, "//input[@name='joining']/@value")[0],
        "reason": "Two works",
        "csrfmiddlewaretoken": asked["csrfmiddlewaretoken"],
    }
    assert client.post(f"/papers/{kept.slug}/works", part).status_code == 302
    assert client.post(f"/papers/{kept.slug}/works", part).status_code == 404
    assert Paper.objects.count() == 2
    log = texts(tree_of(client.get("/moderation")), "//ul[@class='log']/li")
    assert "parted papers that were made one" in log[0]
    assert "made another paper a part of one" in log[1]


def test_what_cannot_be_joined_is_refused() -> None:
    kept = make_paper("Tides", arxiv_id="2512.00001")
    client = Client()
    client.force_login(make_reader("mo", is_staff=True))
    for other in ("", "b999", "2512.00001"):
        asked = {"decision": "join", "other": other, "reason": "Same"}
        assert client.post(f"/papers/{kept.slug}/works", asked).status_code == 400
    assert not Joining.objects.exists()


def test_to_others_there_is_no_such_page(client: Client) -> None:
    make_paper("Tides", arxiv_id="2512.00001")
    client.force_login(make_reader())
    assert client.get("/papers/2512.00001/works").status_code == 404
    assert client.post("/papers/2512.00001/works", {"decision": "part"}).status_code == 404
