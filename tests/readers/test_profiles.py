"""Profiles, a takeout of everything, and leaving."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.test import Client

from broadsheet.community import actions as community
from broadsheet.community.models import Comment
from broadsheet.readers import actions
from broadsheet.readers.forms import is_orcid, one_line
from broadsheet.readers.models import Event, Reader, Token
from tests.readers.conftest import make_reader
from tests.shelf import make_paper
from tests.web.reading import texts, tree_of, values

pytestmark = pytest.mark.django_db
TOLD = {
    "name": "Ada Sample",
    "about": "Rivers <script>alert(1)</script>",
    "link": "https://rivers.example.org/",
    "orcid": "https://orcid.org/0000-0002-1825-0097",
}


def test_what_others_see_is_the_readers_choice(signed_in: Client, ada: Reader) -> None:
    signed_in.post("/account/", TOLD)
    hidden = Client().get("/readers/ada").content.decode()
    assert "Ada Sample" in hidden
    assert "Rivers" not in hidden
    assert "0000-0002" not in hidden
    assert "ada@example.org" not in hidden
    signed_in.post("/account/", {**TOLD, "is_public": "on"})
    tree = tree_of(Client().get("/readers/ada"))
    assert "Rivers <script>alert(1)</script>" in texts(tree, "//main//p")
    assert "https://orcid.org/0000-0002-1825-0097" in values(tree, "//main//a/@href")
    assert "ada@example.org" not in tree.text_content()
    assert texts(tree, "//main//*[name()='svg']/*[name()='text']") == ["AS"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("link", "javascript:alert(1)"),
        ("link", "data:text/html,x"),
        ("link", "ftp://example.org"),
        ("orcid", "0000-0002-1825-0098"),
        ("orcid", "ada"),
        ("name", "x" * 81),
        ("about", "x" * 1001),
    ],
)
def test_what_cannot_stand_on_a_profile_is_refused(
    signed_in: Client, ada: Reader, field: str, value: str
) -> None:
    response = signed_in.post("/account/", {**TOLD, field: value})
    assert texts(tree_of(response), "//p[@class='fault']")
    ada.refresh_from_db()
    assert ada.name == ""


def test_orcids_by_their_last_digit() -> None:
    assert is_orcid("0000-0002-1825-0097")
    assert is_orcid("0000-0002-1694-233X")
    assert not is_orcid("0000-0002-1694-2330")


def test_a_name_is_one_line_without_hidden_characters() -> None:
    assert one_line("Ada\u202e\n Sample\u200b") == "Ada Sample"


def test_everything_is_taken_out_and_no_secret_with_it(signed_in: Client, ada: Reader) -> None:
    _, secret = actions.make_token(ada, "a script", ["read"])
    paper = make_paper("Rivers", arxiv_id="2512.00001")
    community.cast_vote(ada, paper.id)
    community.add_comment(ada, paper.id, "So $x$.")
    assert signed_in.get("/account/data/zip").status_code == 405
    response = signed_in.post("/account/data/zip")
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as packed:
        files = {name: packed.read(name).decode() for name in packed.namelist()}
    assert set(files) == {
        "account.json", "tokens.json", "events.json", "sessions.json",
        "votes.json", "comments.json", "comments.md", "collections.json", "reactions.json",
        "submissions.json", "lookups.json", "claims.json", "links.json", "curated.json",
        "collections-of-others.json", "reading-list.json", "notes.json", "notes.md",
        "filters.json", "follows.json", "notices.json", "wishes.json", "interests.json",
        "opinions.json", "channels.json", "letters.json", "letters-sent.json",
        "letters-returned.json", "picks-of-others.json",
    }  # fmt: skip
    assert json.loads(files["votes.json"])[0]["paper__slug"] == "2512.00001"
    assert files["comments.md"].startswith("## Rivers\n")
    assert files["comments.md"].rstrip().endswith("So $x$.")
    assert json.loads(files["account.json"])["addresses"][0]["email"] == "ada@example.org"
    assert json.loads(files["tokens.json"])[0]["name"] == "a script"
    everything = "".join(files.values())
    assert secret not in everything
    assert Token.objects.get().hash not in everything
    ada.refresh_from_db()
    assert ada.password not in everything


def test_leaving_says_first_what_happens_and_wants_the_handle(
    signed_in: Client, ada: Reader
) -> None:
    actions.make_token(ada, "a script", ["read"])
    page = signed_in.get("/account/delete")
    assert any("deleted at once" in line for line in texts(tree_of(page), "//main//li"))
    signed_in.post("/account/delete", {"handle": "bob"})
    assert Reader.objects.exists()
    signed_in.post("/account/delete", {"handle": "ada"})
    assert not Reader.objects.exists()
    assert not Token.objects.exists()
    assert not Event.objects.exists()
    assert signed_in.get("/account/").status_code == 302
    assert signed_in.get("/readers/ada").status_code == 404


def test_who_leaves_takes_the_votes_back_and_leaves_the_comments(
    signed_in: Client, ada: Reader
) -> None:
    paper = make_paper("Rivers", source_votes=4)
    community.cast_vote(ada, paper.id)
    community.add_comment(ada, paper.id, "So $x$.")
    told = " ".join(texts(tree_of(signed_in.get("/account/delete")), "//main//li"))
    assert "votes are taken back" in told
    assert "comments stay, without your name" in told
    signed_in.post("/account/delete", {"handle": "ada"})
    paper.refresh_from_db()
    assert (paper.votes, paper.comments) == (4, 1)
    assert Comment.objects.get().reader is None


def test_whom_one_invited_stays(signed_in: Client, ada: Reader) -> None:
    bob = make_reader("bob")
    actions.use_invitation(actions.invite(ada), bob)
    assert "/readers/bob" in values(tree_of(Client().get("/readers/ada")), "//main//a/@href")
    assert "/readers/ada" in values(tree_of(Client().get("/readers/bob")), "//main//a/@href")
    signed_in.post("/account/delete", {"handle": "ada"})
    assert Client().get("/readers/bob").status_code == 200


def test_the_first_administrator_is_made_without_a_letter() -> None:
    reader = actions.add_reader("root-of-it", "Root@example.org", "seven wet herons", is_admin=True)
    assert reader.is_superuser
    client = Client()
    client.post("/account/login/", {"login": "root@example.org", "password": "seven wet herons"})
    assert client.get("/account/").status_code == 200
    with pytest.raises(actions.Refused, match="already"):
        actions.add_reader("other", "root@example.org", None, is_admin=False)
    with pytest.raises(actions.Refused, match="3 to 30"):
        actions.add_reader("X", "x@example.org", None, is_admin=False)
    assert Reader.objects.count() == 1
