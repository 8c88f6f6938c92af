"""The demo: plainly marked, on every page, and gone without a trace."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from django.apps import apps
from django.test import Client

from broadsheet import demo
from broadsheet.cli import broadsheet
from broadsheet.community import actions, moderation
from broadsheet.community.models import Ban, Comment, Decision, Flag, Vote
from broadsheet.community.shelves import Collection
from broadsheet.integrity.models import SiteNotice
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db
TRACES = {"papers.Counter", "feeds.Heading", "feeds.Placement", "contenttypes.ContentType",
          "auth.Permission", "papers.Paper"}  # fmt: skip
"""What follows papers and not the demo; counters never go back."""


@pytest.fixture(autouse=True)
def papers() -> list[Paper]:
    return [make_paper(arxiv_id=f"2512.0000{n}", source_votes=9 - n) for n in range(6)]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(broadsheet, ["demo", *arguments])


def rows() -> dict[str, int]:
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.label not in TRACES
    }


def numbers() -> list[tuple[int, int]]:
    return list(Paper.objects.order_by("id").values_list("votes", "comments"))


def test_it_fills_every_page_and_says_what_it_is() -> None:
    told = run()
    assert told.exit_code == 0, told.output
    assert told.output == "8 demo readers and a moderator talk about 6 papers now.\n"
    assert all(reader.username.startswith("demo-") for reader in Reader.objects.all())
    assert not any(reader.has_usable_password() for reader in Reader.objects.all())
    assert min(Vote.objects.count(), Comment.objects.count(), Collection.objects.count()) >= 3
    assert Flag.objects.waiting().exists()
    assert Comment.objects.filter(hidden=True).exists()
    assert Comment.objects.exclude(deleted_at=None).exists()
    assert Comment.objects.filter(parent__parent__parent__isnull=False).exists()
    assert Ban.objects.exists()
    visitor, mod = Client(), Client()
    mod.force_login(Reader.objects.get(username=demo.MODERATOR))
    for address in ("/papers/2512.00000", "/collections", "/moderation", "/readers/demo-reader-1"):
        page = visitor.get(address).content.decode()
        assert "accounts, votes and words are invented" in page, address
    assert "<math" in visitor.get("/papers/2512.00000").content.decode()
    assert "demo shoes" not in visitor.get("/papers/2512.00000").content.decode()
    for address in ("/moderation/queue", "/moderation/votes", "/moderation/notices"):
        assert "Nothing" not in mod.get(address).content.decode().partition("<main")[2], address


def test_it_goes_without_a_trace() -> None:
    before, shown = rows(), numbers()
    assert run().exit_code == 0
    assert rows() != before
    assert numbers() != shown
    assert run("--remove").output == "9 demo accounts are gone, and everything they did.\n"
    assert rows() == before
    assert numbers() == shown
    assert run("--remove").output == "There is no demo here.\n"
    assert run().exit_code == 0, "and it can come again"


def test_a_second_demo_and_one_among_people_are_refused() -> None:
    ada = make_reader()
    told = run()
    assert told.exit_code == 1
    assert "This site has accounts of its own" in told.output
    assert not demo.people().exists()
    assert run("--force").exit_code == 0
    assert "The demo is here already" in run("--force").output
    assert Reader.objects.exclude(pk__in=demo.people()).get() == ada


def test_what_people_did_stays(papers: list[Paper]) -> None:
    ada, mod = make_reader(), make_reader("mod", is_staff=True)
    actions.cast_vote(ada, papers[0].id)
    mine = actions.add_comment(ada, papers[0].id, "My own.")
    run("--force")
    theirs = Comment.objects.filter(reader__username="demo-reader-1").earliest("id")
    answer = actions.add_comment(ada, papers[0].id, "I answer.", theirs.pk)
    moderation.ban(mod, "demo-reader-3", "Loud.")
    run("--remove")
    assert list(Comment.objects.order_by("id")) == [mine, answer]
    assert Comment.objects.get(pk=answer.pk).parent is None
    assert [it.handle for it in Decision.objects.all()] == ["demo-reader-3"]
    paper = Paper.objects.get(pk=papers[0].pk)
    assert (paper.own_votes, paper.own_comments) == (1, 2)
    assert not SiteNotice.objects.exists()


def test_nobody_can_take_a_demo_account_by_its_handle_or_address(client: Client) -> None:
    run()
    form = {"username": "demo-reader-1", "email": "demo-reader-1@demo.invalid",
            "password1": "seven wet herons"}  # fmt: skip
    client.post("/account/signup/", form)
    assert demo.people().filter(username="demo-reader-1").get().has_usable_password() is False


def test_an_empty_or_read_only_site_says_what_it_needs(settings: SimpleNamespace) -> None:
    settings.MODE = "read-only"
    assert "only be read" in run().output
    settings.MODE = "open"
    Paper.objects.all().delete()
    assert "Bring papers in first" in run().output
    assert not Reader.objects.exists()
