"""The pages of interests: made, taught, read, shared, carried, deleted; and nobody else's."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from broadsheet.community import collecting
from broadsheet.interests import actions, learning, picks, sharing
from broadsheet.interests.actions import Wishes
from broadsheet.interests.models import Apart, Example, Interest, Offer
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.interests.topics import TODAY, a_day, topical
from tests.web.reading import texts, tree_of, values

pytestmark = pytest.mark.django_db

BIBTEX = """@article{silt, title={Where the silt goes}, author={Sample, Ann}}
@article{else, title={A library has other papers too}, eprint={2001.00001}, archiveprefix={arXiv}}
@article{bad, author={Nobody}}
"""


@pytest.fixture
def reader(client: Client) -> Reader:
    reader = make_reader()
    client.force_login(reader)
    return reader


@pytest.fixture
def day() -> dict[str, list[Paper]]:
    return a_day()


@pytest.fixture
def interest(reader: Reader, day: dict[str, list[Paper]]) -> Interest:
    made = actions.create(reader, Wishes("Water", others=0, tries=0))
    liked = topical("rivers", "Where the silt goes", day=TODAY - timedelta(days=400))
    actions.teach(reader, made.key, liked.id, "more")
    learning.learn(made)
    return Interest.objects.get(pk=made.pk)


def test_a_newcomer_is_told_how_to_begin(client: Client, reader: Reader) -> None:
    tree = tree_of(client.get("/for-you"))
    assert "Say what you want to hear of" in tree.text_content()
    there = client.post("/interests/new", {"first": "ask"})["Location"]
    made = Interest.objects.get()
    assert there == f"/interests/{made.key}/ask"
    assert made.name == "My interest"


def test_a_pasted_library_gives_picks_with_reasons(
    client: Client, reader: Reader, day: dict[str, list[Paper]]
) -> None:
    topical("rivers", "Where the silt goes", day=TODAY - timedelta(days=400))
    there = client.post("/interests/new", {"first": "library", "name": "Water"})["Location"]
    tree = tree_of(client.post(there, {"library": BIBTEX}))
    [notice] = texts(tree, "//div[@role='status']")
    assert notice.startswith("1 paper of it is here; 1 other counts by title; 1 entry could not")
    page = tree_of(client.get(there.removesuffix("/library")))
    assert set(texts(page, "//article//h2")) >= {paper.title for paper in day["rivers"]}
    reason = texts(page, "//p[@class='because']")[0]
    assert "10 of 10: near Where the silt goes" in reason
    assert values(page, "//p[@class='because']//a/@href")


def test_the_form_sets_everything(client: Client, reader: Reader) -> None:
    shelf = collecting.create(reader, "Water")
    fields = {
        "name": "Rivers <b>",
        "about": "Deltas.",
        "word": "silt\ndelta\n",
        "author": "Ada Sample",
        "category": "cs",
        "not-word": "poem",
        "collections": shelf.key,
        "uses_votes": "1",
        "uses_follows": "1",
        "reading": ["read", "nonsense"],
        "others": "65",
        "tries": "3",
    }
    there = client.post("/interests/new", fields)["Location"]
    made = Interest.objects.get()
    assert there == f"/interests/{made.key}"
    assert (made.about, made.uses_votes, made.others, made.tries) == ("Deltas.", True, 65, 3)
    assert [one.pk for one in made.collections.all()] == [shelf.pk]
    assert (made.uses_follows, made.reading) == (True, ["read"])
    form = tree_of(client.get(f"{there}/change"))
    ticked = values(form, "//input[@type='checkbox' and @checked]/@name")
    assert ticked == ["uses_votes", "reading", "uses_follows", "collections"]
    assert texts(form, "//textarea[@name='word']") == ["silt delta"]
    assert values(form, "//input[@name='others']/@value") == ["65"]
    client.post(f"{there}/change", {"name": "", "others": "900"})
    made.refresh_from_db()
    assert (made.name, made.others, made.wishes.count()) == ("My interest", 100, 0)


def test_what_teaches_it_stands_on_its_page(client: Client, reader: Reader, day: object) -> None:
    shelf = collecting.create(reader, "Water")
    wishes = Wishes(
        "Mine", "Deltas.", uses_votes=True, uses_follows=True, reading=("reading", "read"),
        collections=(shelf.key,), asked=(("word", "silt"),),
    )  # fmt: skip
    made = actions.create(reader, wishes)
    told = [
        "what you wrote about it",
        "1 name or word that you gave",
        "papers that you vote for",
        "your reading list (reading, read)",
        "what you follow",
        "your collection “Water”",
    ]
    page = tree_of(client.get(f"/interests/{made.key}"))
    [line] = texts(page, "//p[@class='about-order']")
    assert line.startswith(f"It learns from {', '.join(told[:-1])} and {told[-1]}.")
    page = tree_of(client.get("/account/interests"))
    assert texts(page, "//ul[@class='said']/li") == told


def test_a_paused_interest_shows_nothing_until_it_goes_on(
    client: Client, interest: Interest
) -> None:
    client.post(f"/interests/{interest.key}/do", {"do": "share"})
    link = f"/interests/shared/{sharing.link(Interest.objects.get())}"
    client.post(f"/interests/{interest.key}/do", {"do": "pause"})
    for there in (f"/interests/{interest.key}", "/for-you", link):
        assert texts(tree_of(client.get(there)), "//article//h2") == []
    page = tree_of(client.get(f"/interests/{interest.key}"))
    assert "This interest is paused" in page.text_content()
    assert values(page, "//form//button[@name='do']/@value") == ["resume"]
    client.post(f"/interests/{interest.key}/do", {"do": "resume"})
    assert len(texts(tree_of(client.get(link)), "//article//h2")) == 4


def test_what_is_muted_is_gone_at_once(client: Client, reader: Reader) -> None:
    by = topical("rivers", names=["Ada Lovelace", "C. New"])
    spoken = topical("rivers", "A dam too many")
    other = topical("rivers")
    made = actions.create(reader, Wishes("Water", others=0, tries=0, asked=(("word", "silt"),)))
    learning.learn(made)
    assert {pick.paper_id for pick in picks.of(made)} == {by.id, spoken.id, other.id}
    for wish in ("not-author ada lovelace", "not-word Dam"):
        client.post(f"/interests/{made.key}/wish", {"wish": wish})
    assert {pick.paper_id for pick in picks.of(made)} == {other.id}
    client.post(f"/interests/{made.key}/wish", {"wish": "word dam"})
    assert {pick.paper_id for pick in picks.of(made)} == {other.id}


def test_whoever_has_the_link_learns_nothing_of_what_was_asked(
    client: Client, reader: Reader
) -> None:
    names = (("author", "Ada Lovelace"), ("word", "silt"), ("category", "cs"))
    topical("rivers", names=["Ada Lovelace"], categories=["cs.LG"])
    made = actions.create(reader, Wishes("Water", "Of silt", others=60, tries=0, asked=names))
    learning.learn(made)
    client.post(f"/interests/{made.key}/do", {"do": "share"})
    link = f"/interests/shared/{sharing.link(Interest.objects.get())}"
    page = tree_of(Client().get(link))
    assert len(texts(page, "//article//h2")) == 1
    assert texts(page, "//p[@class='because']") == []


def test_what_is_said_of_a_pick_takes_it_away(client: Client, interest: Interest) -> None:
    page = tree_of(client.get("/for-you"))
    before = texts(page, "//article//h2")
    slug = values(page, "//form[contains(@action,'/teach')]/input[@name='paper']/@value")[0]
    said = {"paper": slug, "say": "less", "next": "/for-you"}
    assert client.post(f"/interests/{interest.key}/teach", said)["Location"] == "/for-you"
    assert texts(tree_of(client.get("/for-you")), "//article//h2") == before[1:]
    client.post(f"/interests/{interest.key}/teach", said | {"say": "nothing"})
    assert not Example.objects.filter(verdict="less").exists()
    assert client.post(f"/interests/{interest.key}/teach", said | {"say": "?"}).status_code == 400


def test_names_and_words_are_muted_from_a_pick(client: Client, interest: Interest) -> None:
    page = tree_of(client.get("/for-you"))
    words = [one for one in values(page, "//button[@name='wish']/@value") if "not-word" in one]
    client.post(f"/interests/{interest.key}/wish", {"wish": words[0]})
    assert interest.wishes.get().kind == "not-word"
    learning.learn(Interest.objects.get())
    assert picks.of(interest) == []


def test_the_page_costs_a_pinned_number_of_queries(
    client: Client, interest: Interest, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/for-you")
    with django_assert_num_queries(12):  # two of them for the session, two for notices
        assert client.get("/for-you").status_code == 200
    with django_assert_num_queries(15):  # three for what it learns from
        assert client.get(f"/interests/{interest.key}/date/{TODAY}").status_code == 200


def test_a_page_loaded_ahead_shows_nothing_to_nobody(client: Client, interest: Interest) -> None:
    client.get("/for-you", headers={"Sec-Purpose": "prefetch"})
    client.head("/for-you")
    assert len(picks.of(interest)) == 4
    client.get("/for-you")
    assert picks.of(interest) == []


def test_days_lead_to_each_other(client: Client, interest: Interest) -> None:
    before = TODAY - timedelta(days=2)
    topical("rivers", day=before)
    learning.learn(interest)
    newest = tree_of(client.get(f"/interests/{interest.key}"))
    [earlier] = values(newest, "//a[@rel='prev']/@href")
    assert earlier == f"/interests/{interest.key}/date/{before}"
    assert values(tree_of(client.get(earlier)), "//a[@rel='next']/@href") == [
        f"/interests/{interest.key}/date/{TODAY}"
    ]
    assert client.get("/for-you/date/yesterday").status_code == 404
    assert client.get("/for-you/date/1999-01-01").status_code == 200


ADDRESSES = (
    "",
    "/change",
    "/library",
    "/ask",
    "/file",
    f"/date/{TODAY}",
)
WRITES = ("/do", "/teach", "/wish", "/change", "/library", "/ask", "/forget/1")


def test_nobody_else_opens_an_interest(client: Client, interest: Interest) -> None:
    there = f"/interests/{interest.key}"
    paper = Paper.objects.first()
    assert paper
    said = {"do": "remove", "sure": "1", "paper": paper.slug, "say": "more", "library": "x"}
    stranger = Client()
    for end in ADDRESSES:
        assert "/account/login" in stranger.get(f"{there}{end}")["Location"]
    stranger.force_login(make_reader("bert"))
    assert [stranger.get(f"{there}{end}").status_code for end in ADDRESSES] == [404] * 6
    told = said | {"wish": "word silt", "name": "Mine"}
    assert [stranger.post(f"{there}{end}", told).status_code for end in WRITES] == [404] * 7
    assert interest.name == Interest.objects.get().name
    assert interest.name not in stranger.get("/account/interests").content.decode()
    assert [client.get(f"{there}{end}").status_code for end in ADDRESSES] == [200] * 6


def test_a_link_opens_until_it_is_ended_and_tells_nothing_of_what_taught(
    client: Client, reader: Reader, interest: Interest
) -> None:
    client.post(f"/interests/{interest.key}/do", {"do": "share"})
    interest.refresh_from_db()
    [link] = values(tree_of(client.get("/interests")), "//p[@class='small']/a/@href")
    page = Client().get(link)
    assert page.status_code == 200
    assert "Where the silt goes" not in page.content.decode()
    assert len(texts(tree_of(page), "//article")) == 4
    assert interest.link not in ("", link.rpartition("/")[2])
    assert Client().get(f"/interests/shared/{interest.link}").status_code == 404
    client.post(f"/interests/{interest.key}/do", {"do": "unshare"})
    assert Client().get(link).status_code == 404
    client.post(f"/interests/{interest.key}/do", {"do": "share"})
    assert Client().get(link).status_code == 404


def test_the_private_feed_has_picks_with_reasons_and_can_be_renewed(
    client: Client, reader: Reader, interest: Interest
) -> None:
    assert sharing.feed(reader) == ""
    client.post("/interests/renew")
    token = sharing.feed(reader)
    assert f"/for-you/feed/{token}.rss" in client.get("/interests").content.decode()
    for form in ("rss", "atom", "json"):
        answer = Client().get(f"/for-you/feed/{token}.{form}")
        assert answer.status_code == 200
        assert "private" in answer["Cache-Control"]
        assert "Picked for you: near “Where the silt goes”" in answer.content.decode()
    told = json.loads(Client().get(f"/for-you/feed/{token}.json").content)
    assert len(told["items"]) == 4
    assert Client().get(f"/for-you/feed/{token}.json?interest={interest.key}").status_code == 200
    assert Client().get(f"/for-you/feed/{token}.json?interest=other").status_code == 404
    client.post("/interests/renew")
    assert Client().get(f"/for-you/feed/{token}.rss").status_code == 404


def test_an_interest_is_carried_away_and_brought_back(client: Client, interest: Interest) -> None:
    actions.wish(interest.reader, interest.key, "author", "Ann Sample")
    packed = client.get(f"/interests/{interest.key}/file").content
    told = json.loads(packed)
    assert told["asked"] == {"author": ["Ann Sample"]}
    assert [paper["title"] for paper in told["papers"]] == ["Where the silt goes"]
    there = client.post("/interests/bring", {"interest": packed.decode()})["Location"]
    again = Interest.objects.exclude(pk=interest.pk).get()
    assert there == f"/interests/{again.key}"
    assert again.examples.get().paper_id == interest.examples.get().paper_id
    assert client.post("/interests/bring", {"interest": "{}"}).status_code == 400


def test_what_was_learned_is_shown_to_its_owner_and_deleted_for_good(
    client: Client, interest: Interest
) -> None:
    page = tree_of(client.get("/account/interests"))
    assert (
        "Where the silt goesmore like this, said of a pick"
        in texts(page, "//ul[@class='rows taught']/li")[0]
    )
    assert "silt" in " ".join(texts(page, "//p[contains(@class,'weights')]/span"))
    [forget] = values(page, "//form[contains(@action,'/forget/')]/@action")
    client.post(forget)
    assert not Example.objects.exists()
    assert client.post(f"/interests/{interest.key}/do", {"do": "forget"}).status_code == 400
    client.post(f"/interests/{interest.key}/do", {"do": "forget", "sure": "1"})
    interest.refresh_from_db()
    assert (interest.learned, Offer.objects.count()) == ({}, 0)
    client.post(f"/interests/{interest.key}/do", {"do": "remove", "sure": "1"})
    assert not Interest.objects.exists()


def test_interests_are_taken_out_and_go_with_the_account(
    client: Client, reader: Reader, interest: Interest
) -> None:
    from broadsheet.interests.carrying import takeout

    file, shaping = takeout(reader)
    assert (file.name, shaping.name) == ("interests.json", "picks-of-others.json")
    assert json.loads(shaping.content) == {"shaped by what you keep": True}
    assert json.loads(file.content)[0]["learned"]["words"]
    reader.delete()
    assert not Interest.objects.exists()
    assert not Example.objects.exists()


def test_a_reader_decides_whether_the_picks_of_others_learn_from_it(
    client: Client, reader: Reader
) -> None:
    there = "/account/interests/others"
    page = tree_of(client.get("/account/interests"))
    assert values(page, f"//form[@action='{there}']//button/@value") == ["end"]
    assert client.post(there, {"do": "end"})["Location"] == "/account/interests"
    assert Apart.objects.get().reader == reader
    page = tree_of(client.get("/account/interests"))
    assert values(page, f"//form[@action='{there}']//button/@value") == ["begin"]
    client.post(there, {"do": "begin"})
    assert not Apart.objects.exists()


def test_questions_are_answered_one_by_one(client: Client, reader: Reader, day: object) -> None:
    made = actions.create(reader, Wishes("New"))
    there, seen = f"/interests/{made.key}/ask", list[str]()
    for say in ("less", "more", "seen"):
        page = tree_of(client.get(there))
        seen += values(page, "//form[@class='answers']/input[@name='paper']/@value")
        client.post(there, {"paper": seen[-1], "say": say})
    assert len(set(seen)) == 3
    page = tree_of(client.get(there))
    assert texts(page, "//p[@id='progress']") == ["3 answers so far, 1 of them yes."]
    assert made.examples.filter(origin="asked").count() == 3


def test_asking_ends_when_there_is_nothing_left(client: Client, reader: Reader) -> None:
    made = actions.create(reader, Wishes("New"))
    there = f"/interests/{made.key}/ask"
    assert "no papers of recent days are here yet" in client.get(there).content.decode()
    paper = topical("rivers")
    client.post(there, {"paper": paper.slug, "say": "more"})
    assert "you have answered for all" in client.get(there).content.decode()


def test_interests_are_paused_and_put_in_order(client: Client, interest: Interest) -> None:
    second = actions.create(interest.reader, Wishes("Second"))
    client.post(f"/interests/{second.key}/do", {"do": "up"})
    names = [one.name for one in Interest.objects.of(interest.reader_id)]
    assert names == ["Second", "Water"]
    client.post(f"/interests/{interest.key}/do", {"do": "pause"})
    assert "Nothing has been picked yet" in client.get("/for-you").content.decode()
    client.post(f"/interests/{interest.key}/do", {"do": "resume"})
    assert len(texts(tree_of(client.get("/for-you")), "//article")) == 4
