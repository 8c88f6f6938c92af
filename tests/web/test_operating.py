"""Operators switch sources on and off on pages, set hours and keys, and everything is noted."""

from __future__ import annotations

import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from broadsheet.harvests import configured, jobs, keys, running
from broadsheet.harvests.models import Run, Source
from broadsheet.harvests.operating import Chosen, Deed, Key
from broadsheet.papers.models import Paper
from broadsheet.sources import known
from broadsheet.sources.source import Kind
from tests.community.people import make_reader
from tests.repository import Repository, record
from tests.sites import site
from tests.web.reading import texts, tree_of, values

pytestmark = pytest.mark.django_db

PAGES = ["/sources/add", "/sources/add?kind=arxiv", "/sources/keys", "/sources/log"]


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(make_reader("op", is_staff=True))
    return client


def add(client: Client, kind: str, parameter: str = "", hour: str = "") -> str:
    """What the page says; "" where the source is on."""
    told = client.post(f"/sources/add?kind={kind}", {"parameter": parameter, "hour": hour})
    return "" if told.status_code == 302 else " ".join(texts(tree_of(told), "//*[@role='alert']"))


@pytest.mark.parametrize("address", [*PAGES, "/sources/change?source=hf-daily"])
def test_only_operators_come_in(client: Client, settings: SimpleNamespace, address: str) -> None:
    settings.SOURCES = ["hf-daily"]
    ways = 1 if address == "/sources/log" else 2
    assert [client.get(address).status_code, client.post(address).status_code][:ways] == [
        403
    ] * ways
    client.force_login(make_reader("ada"))
    assert [client.get(address).status_code, client.post(address).status_code][:ways] == [
        403
    ] * ways
    client.force_login(make_reader("op", is_staff=True))
    assert client.get(address).status_code == 200
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_reader("op2", is_staff=True))
    if address != "/sources/log":
        assert strict.post(address).status_code == 403
    assert not Deed.objects.exists()


def test_a_source_is_switched_on_asked_and_switched_off(operator: Client) -> None:
    with (
        override_settings(ALLOW_LOOPBACK_SOURCES=True),
        site(Repository([record(1, "Whales heard by buoys")])) as other,
    ):
        word = f"oai:{other.address}/oai"
        assert add(operator, "oai", f" {other.address}/oai ") == ""
        assert configured.names() == [word]
        assert add(operator, "oai", f"{other.address}/oai") == "This source is on already."
        jobs.run_due()
    assert Paper.objects.get().title == "Whales heard by buoys"
    assert word in texts(tree_of(operator.get("/sources")), "//article")[0]
    shown = operator.get("/sources/change", {"source": word})
    assert "Its papers stay" in texts(tree_of(shown), "//main")[0]
    asked = operator.post(f"/sources/change?source={word}", {"do": "remove"})
    assert asked.status_code == 302
    assert configured.names() == []
    assert Run.objects.exists()
    assert operator.get("/sources/change", {"source": word}).status_code == 404
    said = texts(tree_of(operator.get("/sources/log")), "//main//li")
    assert f"op, switched off: {word}" in said[0]
    assert f"op, switched on: {word}" in said[1]


@pytest.mark.parametrize(
    ("kind", "parameter", "sentence"),
    [
        ("arxiv", "cs.LG;cs.CL", "cs.LG;cs.CL"),
        ("acl", "two words", "There must be no blanks in it."),
        ("acl", "everything", "Acl wants a collection, as in acl:2025.acl."),
        ("zotero", "475425", "Zotero wants a library"),
        ("feed", "ftp://papers.example/x", "Feed wants an address"),
        ("feed", "http://10.1.2.3/feed", "not a public address"),
        ("feed", "http://127.0.0.1:8000/feed", "not a public address"),
        ("oai", "http://[::1]/oai#set", "not a public address"),
        ("feed", "https://me:secret@papers.example/x", "There is a password in this address"),
        ("feed", "https://papers.example:x/feed", "This is no address."),
        ("acl", "", "required"),
    ],
)
def test_what_cannot_be_a_source_is_refused_in_its_own_words(
    operator: Client, kind: str, parameter: str, sentence: str
) -> None:
    assert sentence in add(operator, kind, parameter)
    assert not Chosen.objects.exists()


def test_a_kind_without_a_parameter_asks_for_none(operator: Client) -> None:
    shown = tree_of(operator.get("/sources/add?kind=hf-daily"))
    assert values(shown, "//form[@class='write']//*[@name!='csrfmiddlewaretoken']/@name") == [
        "hour"
    ]
    assert add(operator, "hf-daily") == ""
    assert operator.get("/sources/add?kind=eaten").status_code == 404


def test_a_kind_of_somebody_else_gets_its_form_by_its_example(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(parameter: str) -> object:
        raise ValueError("tides wants a harbour, as in tides:oslo")

    kind = Kind("tides", "Tides", make, "tides:oslo")  # type: ignore[arg-type]  # it makes none
    monkeypatch.setattr(known, "kinds", lambda: {"tides": kind})
    shown = tree_of(operator.get("/sources/add?kind=tides"))
    assert "What stands behind the colon" in texts(shown, "//main//label")[0]
    assert "For example oslo" in texts(shown, "//*[@class='help']")[0]
    assert add(operator, "tides", "rome") == "Tides wants a harbour, as in tides:oslo."


def test_what_the_settings_name_stays_on(operator: Client, settings: SimpleNamespace) -> None:
    settings.SOURCES = ["hf-daily"]
    assert add(operator, "hf-daily") == "This source is on already."
    assert operator.post("/sources/change?source=hf-daily", {"do": "remove"}).status_code == 400
    assert configured.names() == ["hf-daily"]
    Chosen.objects.create(name="hf-daily")
    assert configured.names() == ["hf-daily"]


def test_what_is_no_source_any_more_is_told_and_stops_nothing(operator: Client) -> None:
    Chosen.objects.create(name="tides:oslo")
    assert configured.names() == []
    jobs.run_due()
    assert (
        "tides:oslo is no source any more" in texts(tree_of(operator.get("/sources")), "//main")[0]
    )
    assert operator.post("/sources/change?source=tides:oslo", {"do": "remove"}).status_code == 302


def test_a_source_is_asked_daily_at_an_hour(
    operator: Client, settings: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TIME_ZONE = "UTC"
    assert add(operator, "feed", "x") != ""
    for wrong in ("24", "-1", "noon"):
        assert add(operator, "hf-daily", hour=wrong) != ""
    assert add(operator, "hf-daily", hour="6") == ""
    assert Source.objects.get().hour == 6
    assert "daily at 06:00" in texts(tree_of(operator.get("/sources")), "//article")[0]
    now = timezone.now().replace(hour=6, minute=30)
    wait = running.next_at(6, now) - now
    assert timedelta(hours=23, minutes=29) < wait < timedelta(hours=23, minutes=41)
    assert running.next_at(7, now) - now < timedelta(minutes=41)
    operator.post("/sources/change?source=hf-daily", {"hour": ""})
    assert Source.objects.get().hour is None
    assert operator.post("/sources/change?source=hf-daily", {"hour": "25"}).status_code == 400


def test_a_key_goes_in_and_never_comes_out(
    operator: Client, settings: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "abc-SECRET-123"  # noqa: S105  made up
    asked = {"name": "zotero", "key": secret}
    assert operator.post("/sources/keys", asked).status_code == 302
    assert keys.all_keys() == {"zotero": secret}
    assert secret not in Key.objects.get().sealed
    pages = [*PAGES, "/sources", "/admin/harvests/deed/"]
    assert all(secret not in operator.get(page).content.decode() for page in pages)
    assert secret not in caplog.text
    assert "kept a key" in texts(tree_of(operator.get("/sources/log")), "//li")[-1]
    settings.SOURCE_KEYS = {"zotero": "of-the-settings"}
    assert keys.all_keys() == {"zotero": "of-the-settings"}
    assert operator.post("/sources/keys", asked).status_code == 400
    settings.SOURCE_KEYS = {}
    with override_settings(SECRET_KEY="x" * 50):
        assert keys.all_keys() == {}
    assert operator.post("/sources/keys", {"name": "zotero", "do": "forget"}).status_code == 302
    assert keys.all_keys() == {}


@pytest.mark.parametrize(
    ("name", "key"), [("hf-daily", "k"), ("zotero", "two words"), ("zotero", "k" * 501)]
)
def test_what_is_no_key_is_refused(operator: Client, name: str, key: str) -> None:
    assert operator.post("/sources/keys", {"name": name, "key": key}).status_code == 400
    assert not Key.objects.exists()


def test_what_is_done_on_the_page_is_noted(operator: Client, settings: SimpleNamespace) -> None:
    settings.SOURCES = ["hf-daily"]
    operator.post("/sources", {"do": "pause", "source": "hf-daily"})
    days = {"first": "2025-11-01", "last": "2025-11-02"}
    operator.post("/sources", {"do": "backfill", "source": "hf-daily", **days})
    operator.post("/sources", {"do": "pause", "source": "unknown"})
    noted = Deed.objects.order_by("id").values_list("did", "what", "by__username")
    assert list(noted) == [
        ("paused", "hf-daily", "op"),
        ("asked for days", "hf-daily 2025-11-01 to 2025-11-02", "op"),
    ]
