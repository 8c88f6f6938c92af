"""One tap in a letter: a link that machines follow decides nothing, a person needs one press."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from broadsheet.digests import links
from broadsheet.digests.models import Followed, Opinion, State, Subscription
from broadsheet.papers.models import Paper
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.web.reading import texts, tree_of, values

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here() -> Any:
    with override_settings(SITE_URL="http://testserver", EMAIL_HOST="127.0.0.1"):
        yield


def told(**more: Any) -> tuple[Subscription, Paper]:
    """A letter that told of a paper."""
    paper = make_paper("Rivers")
    facts = {"address": "ada@example.org", "about": "trending", "state": State.ACTIVE, **more}
    sub = Subscription.objects.create(**facts)
    sub.letters.create(what="papers", edition="x", not_before=timezone.now(), papers=[paper.id])
    return sub, paper


def path(sub: Subscription, paper: Paper, what: str) -> str:
    return f"{links.to_papers(sub).removeprefix('http://testserver')}{paper.slug}/{what}"


def test_a_link_asks_and_the_button_does_it(client: Client) -> None:
    sub, paper = told()
    link = path(sub, paper, "more")
    for _ in range(3):  # scanners look again and again
        page = client.get(link)
        assert texts(tree_of(page), "//main//button") == ["More like this"]
    assert not Opinion.objects.exists()
    for _ in range(2):
        assert "Noted: more like this." in texts(tree_of(client.post(link)), "//*[@role='status']")
    assert Opinion.objects.get().is_more
    assert "Taken back." in texts(tree_of(client.post(link, {"do": "undo"})), "//*[@role='status']")
    assert not Opinion.objects.exists()


def test_a_browser_that_pressed_once_needs_one_tap_from_then_on(client: Client) -> None:
    sub, paper = told()
    client.post(path(sub, paper, "more"))
    client.get(path(sub, paper, "less"))
    assert Opinion.objects.get().is_more is False
    other, its_paper = told(address="eve@example.org")
    client.get(path(other, its_paper, "more"))
    assert not other.opinions.exists()
    cookie = client.cookies["letters"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/letters/")
    client.cookies["letters"] = "forged"
    client.get(path(sub, paper, "more"))
    assert sub.opinions.get().is_more is False


def test_a_reader_who_signed_in_needs_one_tap_but_a_fetch_ahead_is_none(client: Client) -> None:
    reader = make_reader()
    sub, paper = told(reader=reader)
    client.force_login(reader)
    client.get(path(sub, paper, "save"), headers={"Sec-Purpose": "prefetch;prerender"})
    assert not reader.collections.exists()
    with override_settings(MODE="read-only"):
        client.get(path(sub, paper, "save"))
    assert not reader.collections.exists()
    page = client.get(path(sub, paper, "save"))
    assert "Saved in your collection “Saved from letters”." in texts(
        tree_of(page), "//*[@role='status']"
    )
    assert reader.collections.get().items.get().paper == paper


def test_somebody_else_who_signed_in_is_asked(client: Client) -> None:
    sub, paper = told(reader=make_reader())
    client.force_login(make_reader("eve"))
    client.get(path(sub, paper, "save"))
    assert not sub.reader.collections.exists()  # type: ignore[union-attr]  # it has one


def test_the_plain_letter_leads_to_all_of_it(client: Client) -> None:
    sub, paper = told()
    page = client.get(path(sub, paper, "").removesuffix("/"))
    assert texts(tree_of(page), "//main//button") == ["More like this", "Less like this"]


def test_what_no_letter_said_is_not_done(client: Client) -> None:
    sub, paper = told()
    other = make_paper("Another")
    assert client.post(path(sub, other, "more")).status_code == 404
    assert client.post(path(sub, paper, "fly")).status_code == 404
    assert client.post(path(sub, paper, "save")).status_code == 403
    sub.letters.update(created=timezone.now() - timedelta(days=61))
    assert client.post(path(sub, paper, "more")).status_code == 404


def test_links_are_for_their_letter_and_purpose_alone(client: Client) -> None:
    sub, paper = told()
    for token in (
        links.lasting(sub, "feed"),
        links.lasting(sub, "tap")[:-1],
        sub.key,
        f"{sub.key}.",
        links.token(sub, "change"),
    ):
        assert client.get(f"/letters/{token}/papers/{paper.slug}/more").status_code == 404, token
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path(sub, paper, "more")).status_code == 403
    Subscription.objects.update(state=State.ENDED)
    assert client.get(path(sub, paper, "more")).status_code == 404


def test_links_are_counted_only_where_the_operator_wants_it_and_then_without_names(
    client: Client,
) -> None:
    paper = make_paper("Rivers")
    assert links.to_paper(paper.slug) == f"http://testserver/papers/{paper.slug}"
    with override_settings(LETTER_COUNTS=True):
        counted = links.to_paper(paper.slug).removeprefix("http://testserver")
        for _ in range(3):
            assert client.get(counted)["Location"] == f"/papers/{paper.slug}"
    assert Followed.objects.get().times == 3
    assert {field.name for field in Followed._meta.fields} == {"day", "times"}


def test_the_feed_has_the_papers_of_the_letters_with_their_reasons(client: Client) -> None:
    sub, _ = told()
    sub.letters.update(stage="sent", reasons=["trends <now>"])
    sub.letters.create(
        what="papers", edition="y", not_before=timezone.now(), papers=[make_paper().id]
    )
    token = links.lasting(sub, "feed")
    for form, kind in (("rss", "rss+xml"), ("atom", "atom+xml"), ("json", "feed+json")):
        answer = client.get(f"/letters/{token}/feed.{form}")
        assert kind in answer["Content-Type"]
        assert "private" in answer["Cache-Control"]
        assert answer.content.count(b"Rivers and their banks") == 0
        assert b"Rivers" in answer.content
        assert b"trends" in answer.content
        assert b"ada@" not in answer.content
    assert client.get(f"/letters/{links.lasting(sub, 'tap')}/feed.rss").status_code == 404
    Subscription.objects.update(state=State.ENDED)
    assert client.get(f"/letters/{token}/feed.rss").status_code == 404
    assert values(tree_of(client.get("/letters")), "//h1") != []
