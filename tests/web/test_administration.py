"""Django's admin: for moderators alone, to look; what changes something is a verb with a reason."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from broadsheet.community import actions, collecting, moderation, oversight
from broadsheet.community.models import Ban, Comment, Decision, Lock
from broadsheet.contributions import claims
from broadsheet.contributions.models import Claim
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.web.administration import site
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.web.reading import texts, tree_of

pytestmark = pytest.mark.django_db
TABLES = [model._meta for model in site._registry]
PLACES = [f"{meta.app_label}_{meta.model_name}" for meta in TABLES]


@pytest.fixture
def moderator(client: Client) -> Reader:
    made = make_reader("mod", is_staff=True)
    client.force_login(made)
    return made


@pytest.fixture
def comment() -> Comment:
    paper = make_paper("Rivers", arxiv_id="2512.00001")
    ada = make_reader("ada")
    collecting.put(ada, collecting.create(ada, "Mine").key, paper.id)
    collecting.create(ada, "Everybody's", reach="public")
    return actions.add_comment(ada, paper.id, "They <b>bend</b>.")


def test_a_visitor_signs_in_by_the_sites_own_page_and_a_reader_finds_nothing() -> None:
    visitor = Client()
    away = visitor.get("/admin/readers/reader/", follow=True)
    assert away.redirect_chain[-1][0] == "/account/login/?next=%2Fadmin%2Freaders%2Freader%2F"
    reader = Client()
    reader.force_login(make_reader())
    for address in ("/admin/", "/admin/readers/reader/", "/admin/login/", "/admin/jsi18n/"):
        assert reader.get(address, follow=True).status_code == 404
    assert visitor.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302


@pytest.mark.parametrize("place", PLACES)
def test_a_moderator_sees_each_table_and_can_change_none(
    client: Client, moderator: Reader, comment: Comment, place: str
) -> None:
    moderation.flag(make_reader("bob"), comment.pk, "spam")
    moderation.ban(moderator, "bob", "Loud.")
    oversight.mark_spam(moderator, "bob", "Spam.")
    oversight.put_up_notice(moderator, "Hello.", date(2025, 12, 18))
    listed = client.get(reverse(f"admin:{place}_changelist"))
    assert listed.status_code == 200
    assert client.get(reverse(f"admin:{place}_add")).status_code == 403
    model = next(meta.model for meta in TABLES if place.endswith(f"_{meta.model_name}"))
    row = model._base_manager.order_by("-pk").first()
    if row is None:
        return
    page = reverse(f"admin:{place}_change", args=[row.pk])
    assert client.get(page).status_code == 200
    before = list(model._base_manager.values())
    for address, sent in (
        (page, {"username": "eve", "text": "x", "votes": "999", "_save": "Save"}),
        (reverse(f"admin:{place}_delete", args=[row.pk]), {"post": "yes"}),
        (reverse(f"admin:{place}_add"), {"text": "x"}),
        (reverse(f"admin:{place}_changelist"),
         {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}),
    ):  # fmt: skip
        client.post(address, sent)
    assert list(model._base_manager.values()) == before


def do(client: Client, place: str, action: str, row: object, reason: str | None) -> str:
    sent = {"action": action, "_selected_action": str(row)}
    if reason is not None:
        sent["reason"] = reason
    response = client.post(reverse(f"admin:{place}_changelist"), sent, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_an_action_asks_why_and_calls_the_verb(
    client: Client, moderator: Reader, comment: Comment
) -> None:
    asked = do(client, "community_comment", "hide", comment.pk, None)
    assert "Why, in words for everybody" in asked
    assert not Decision.objects.exists()
    told = do(client, "community_comment", "hide", comment.pk, "Off the paper.")
    assert "1 done, and said so in the public log" in told
    paper = Paper.objects.get()
    assert paper.own_comments == 0, "the number follows, as from the page"
    assert Decision.objects.get().reason == "Off the paper."
    do(client, "community_comment", "show_again", comment.pk, "A mistake.")
    paper.refresh_from_db()
    assert paper.own_comments == 1


def test_what_the_verb_refuses_is_said(client: Client, moderator: Reader) -> None:
    told = do(client, "readers_reader", "ban_for_good", moderator.pk, "Myself.")
    assert "Moderators cannot be banned here" in told
    assert not Ban.objects.exists()
    do(client, "readers_reader", "ban_for_good", make_reader("bob").pk, " ")
    assert not Ban.objects.exists()


def test_all_actions_do_what_they_say(client: Client, moderator: Reader, comment: Comment) -> None:
    bob = make_reader("bob")
    for action in ("ban_for_good", "lift_the_ban", "mark_as_spam", "take_the_mark_of_spam_away"):
        do(client, "readers_reader", action, bob.pk, "Why.")
    for action in ("close_the_discussion", "open_the_discussion"):
        do(client, "papers_paper", action, comment.paper_id, "Why.")
    do(client, "community_comment", "leave_as_it_is", comment.pk, "Why.")
    kinds = list(Decision.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["ban", "unban", "spam", "no-spam", "lock", "unlock", "dismiss"]
    assert not Lock.objects.exists()


def test_claims_are_settled_there_too(client: Client, moderator: Reader) -> None:
    paper = make_paper("Rivers", arxiv_id="2512.00001", names=["Ada Sample", "Bo Sample"])
    ada, bob = make_reader("ada"), make_reader("bob")
    mine = claims.claim(ada, paper.id, "Ada Sample", "It stands on my own page.")
    other = claims.claim(bob, paper.id, "Bo Sample", "I wrote the second half.")
    do(client, "contributions_claim", "confirm", mine.pk, "Seen there.")
    do(client, "contributions_claim", "refuse", other.pk, "No sign of it.")
    do(client, "contributions_claim", "end", mine.pk, "It was another Ada.")
    assert not Claim.objects.confirmed().exists()
    kinds = list(Decision.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["claim", "no-claim", "claim-end"]


def test_secrets_and_private_things_are_not_shown(
    client: Client, moderator: Reader, comment: Comment
) -> None:
    ada = Reader.objects.get(username="ada")
    ada.set_password("seven wet herons")
    ada.save()
    page = client.get(reverse("admin:readers_reader_change", args=[ada.pk])).content.decode()
    assert ada.password not in page
    assert ada.email not in page
    tree = tree_of(client.get(reverse("admin:community_collection_changelist")))
    assert texts(tree, "//th[@class='field-title']") == ["Everybody's"]
    detail = client.get(reverse("admin:community_comment_change", args=[comment.pk]))
    assert b"<b>bend</b>" not in detail.content


def test_pages_have_no_inline_script_or_style(client: Client, moderator: Reader) -> None:
    for place in PLACES:
        tree = tree_of(client.get(reverse(f"admin:{place}_changelist")))
        assert not tree.xpath("//script[not(@src)] | //*[@style] | //style | //*[@onclick]")
