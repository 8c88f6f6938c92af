"""Requests that try something else: files, other sites to be led to, lines for headers."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from broadsheet.community.models import Vote
from broadsheet.digests.models import Subscription
from tests.community.people import make_reader
from tests.routes.rules import RULES, Who
from tests.routes.test_every_route import Scene, fake_engine, of, rows, scene, today
from tests.shelf import make_paper

__all__ = ["fake_engine", "scene", "today"]
pytestmark = pytest.mark.django_db
SENDING = [route for route in RULES if RULES[route].who not in (Who.NOBODY, Who.TOKEN)]
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    " https://evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/papers\r\nSet-Cookie: sessionid=evil",
    "http://testserver@evil.example/",
)


@pytest.mark.parametrize("route", [route for route in SENDING if route != "mcp"])
def test_a_file_is_refused_wherever_it_is_sent(route: str, scene: Scene) -> None:
    rule = RULES[route]
    before = rows()
    for name in ("text", "avatar", "file"):
        file = SimpleUploadedFile("a.svg", b"<svg onload='alert(1)'>", "image/svg+xml")
        client = of(scene.person(rule) or scene.ada, strict=True)
        client.cookies["csrftoken"] = token = "t" * 32
        response = client.post(
            scene.address(route, rule), {**rule.form, name: file}, headers={"X-CSRFToken": token}
        )
        assert response.status_code in (400, 404, 405), response
    assert rows() == before


def test_a_form_that_is_too_large_is_refused_before_it_is_read() -> None:
    client = Client()
    client.force_login(make_reader())
    large = SimpleUploadedFile("library.bib", b"x" * 2_600_000)
    assert client.post("/interests/bring", {"file": large}).status_code in (400, 413)


@pytest.mark.parametrize("there", ELSEWHERE)
def test_no_form_leads_to_another_site_or_writes_a_header(there: str) -> None:
    client, paper = Client(), make_paper("Rivers", arxiv_id="2512.00001")
    client.force_login(make_reader())
    answers = [
        client.post(f"/papers/{paper.slug}/vote", {"next": there}),
        client.get("/account/login/", {"next": there}),
        client.post("/account/logout/", {"next": there}),
        Client().post(f"/papers/{paper.slug}/vote", {"next": there}),
        Client().get("/admin/", {"next": there}),
        Client().get(f"/{there}"),
    ]
    for response in answers:
        assert "evil" not in response.cookies.get("sessionid", "")
        place = response.get("Location", "/")
        assert place.startswith("/")
        assert not place.startswith(("//", "/\\"))
        assert "\n" not in place
        assert b'href="https://evil' not in response.content
        assert b'href="javascript' not in response.content


def test_a_refusal_leads_back_to_this_site_only() -> None:
    client = Client()
    client.force_login(make_reader())
    for there in ELSEWHERE[:6]:
        page = client.post("/comments/1/delete", {"next": there}).content.decode()
        assert "evil.example" not in page
        assert "javascript:" not in page


@pytest.mark.parametrize("field", ["name", "address", "zone"])
def test_a_letter_takes_no_line_for_its_headers(field: str) -> None:
    form = {"about": "category", "name": "cs.LG", "rhythm": "daily", "days": ["0"], "hour": "6",
            "zone": "UTC", "at_most": "5", "address": "ada@example.org"}  # fmt: skip
    form[field] = f"{form[field]}\r\nBcc: eve@example.org"
    assert Client().post("/letters", form).status_code in (400, 404)
    assert not Subscription.objects.exists()


def test_a_name_of_a_host_that_is_not_ours_is_refused() -> None:
    paper = make_paper("Rivers", arxiv_id="2512.00001")
    response = Client(headers={"Host": "evil.example"}).get(f"/papers/{paper.slug}")
    assert response.status_code == 400
    assert not Vote.objects.exists()
