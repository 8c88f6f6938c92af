"""Every address of the site has a rule, and keeps it: who may, from where, how often, by which
method. Whatever is refused leaves no trace in the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from broadsheet.community import actions, collecting
from broadsheet.interests import actions as interests
from broadsheet.interests.actions import Wishes
from broadsheet.interests.models import Interest
from broadsheet.readers.actions import make_token
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.routes.rules import RULES, VOTER, Again, Rule, Who
from tests.shelf import make_paper
from tests.web.conftest import FakeEngine, fake_engine, today

__all__ = ["fake_engine", "today"]
pytestmark = pytest.mark.django_db
BOOKS = ("django_session", "readers_counted", "usersessions_usersession", "readers_event",
         "community_act", "readers_token")  # fmt: skip
"""Tables that tell of requests: sessions, limits, what was tried. They may follow a refusal."""
WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
NOT_FOUND, SIGN_IN = 404, "/account/login/"
METHODS = ("PUT", "PATCH", "DELETE")


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every route as the URL map has it; Django's admin is one address with tests of its own."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        elif route != "admin/":
            yield from routes(pattern, route)


@dataclass
class Scene:
    """A small site: ada has a comment, a collection and a token; eve and a moderator look on."""

    ada: Reader
    eve: Reader
    moderator: Reader
    parts: dict[str, str]

    def address(self, route: str, rule: Rule) -> str:
        parts = {**self.parts, **rule.at}
        filled = re.sub(r"\^?\(\?P<(\w+)>[^)]*\)", lambda found: parts[found[1]], route)
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: parts[found[1]], filled)

    def person(self, rule: Rule) -> Reader | None:
        """Who may; a comment is reported by somebody else than its writer."""
        by = {Who.READER: self.eve, Who.OWNER: self.ada, Who.MODERATOR: self.moderator}
        return by.get(rule.who)


@pytest.fixture
def scene() -> Scene:
    cache.clear()
    ada, eve = make_reader("ada"), make_reader("eve")
    for reader in (ada, eve):
        EmailAddress.objects.create(user=reader, email=reader.email, verified=True, primary=True)
    paper = make_paper("Rivers", arxiv_id="2512.00001", names=["A. Sample"], source_votes=4,
                       categories=["cs.LG"])  # fmt: skip
    comment = actions.add_comment(ada, paper.id, "They bend.")
    shelf = collecting.create(ada, "Of rivers", reach="public")
    collecting.put(ada, shelf.key, paper.id)
    actions.cast_vote(ada, paper.id)
    interest = interests.create(ada, Wishes("Rivers"))
    Interest.objects.filter(pk=interest.pk).update(key=shelf.key)  # a rule knows one key alone
    token, _ = make_token(ada, "script", ["read"])
    parts = {
        "slug": "2512.00001",
        "name": "2512.00001",
        "number": str(comment.pk),
        "key": shelf.key,
        "handle": "ada",
        "token_id": str(token.pk),
        "code": "cs.LG",
        "day": "2025-12-15",
        "form": "md",
        "order": "newest",
        "rest": "nothing",
        "pk": "1",
        "provider_id": "oidc",
        "secret": "made-up",
        "token": "made-up",
        "action": "pause",
        "part": "comments",
        "what": "more",
    }
    return Scene(ada, eve, make_reader("mod", is_staff=True), parts)


def written(queries: CaptureQueriesContext) -> set[str]:
    found = [WRITES.match(query["sql"]) for query in queries.captured_queries]
    return {match[1] for match in found if match} - set(BOOKS)


def of(reader: Reader | None, *, strict: bool = False) -> Client:
    """A browser with its reader signed in; `strict` has no token of our forms."""
    client = Client(enforce_csrf_checks=strict)
    if reader:
        client.force_login(reader)
    return client


def send(client: Client, method: str, address: str, rule: Rule, **headers: str) -> Any:
    if method == "GET":
        return client.get(address, headers=headers)
    if rule.who == Who.TOKEN or address == "/mcp":
        told = rule.form
        return client.generic(
            method, address, _json(told), content_type="application/json", headers=headers
        )
    if method == "POST":
        ada = str(Reader.objects.get(username="ada").pk)
        form = {name: ada if told == VOTER else told for name, told in rule.form.items()}
        return client.post(address, form, headers=headers)
    return client.generic(method, address, headers=headers)


def _json(told: object) -> str:
    import json

    return json.dumps(told)


def is_refused(response: HttpResponse) -> bool:
    """A refusal, or the way to sign in."""
    if response.status_code in (301, 302):
        return response["Location"].startswith((SIGN_IN, "/account/3rdparty/"))
    return response.status_code in (400, 401, 403, 404, 405)


def rows() -> dict[str, int]:
    tables = [model for model in apps.get_models() if model._meta.db_table not in BOOKS]
    return {
        model._meta.label: model._base_manager.count()
        for model in tables
        if model._meta.label != "community.Moved"
    }


def test_every_route_has_a_rule_and_every_rule_a_route() -> None:
    known = set(routes(get_resolver()))
    assert known - set(RULES) == set(), "say in tests/routes/rules.py who may ask this"
    assert set(RULES) - known == set(), "these routes are gone; take their rules away"


@pytest.mark.parametrize("route", RULES)
def test_a_get_writes_nothing(route: str, scene: Scene) -> None:
    rule = RULES[route]
    address = scene.address(route, rule)
    for reader in (None, scene.person(rule)):
        client = of(reader)
        with CaptureQueriesContext(connection) as queries:
            response = send(client, "GET", address, rule)
        assert response.status_code < 500, response
        assert written(queries) <= {rule.counts}, address
    if not rule.shows:
        assert send(of(scene.person(rule)), "GET", address, rule).status_code in (401, 405)


@pytest.mark.parametrize("route", RULES)
def test_nobody_else_gets_in(route: str, scene: Scene) -> None:
    """Without signing in; as another reader; from another site; by another method."""
    rule = RULES[route]
    address = scene.address(route, rule)
    strangers: list[Reader | None] = []
    if rule.who not in (Who.NOBODY, Who.ANYBODY, Who.LINK):
        strangers = [None]
    if rule.who in (Who.OWNER, Who.MODERATOR):
        strangers.append(scene.eve)
    for stranger in strangers:
        for method in ("GET", "POST") if rule.private else ("POST",):
            client = of(stranger)
            with CaptureQueriesContext(connection) as queries:
                response = send(client, method, address, rule)
            assert is_refused(response), (method, stranger, response)
            assert written(queries) == set()
            if (
                rule.hidden
                and stranger
                and method == ("POST" if rule.form or not rule.private else "GET")
            ):
                assert response.status_code == NOT_FOUND, "what is another's does not exist"
    client = of(scene.person(rule))
    for method in METHODS:
        with CaptureQueriesContext(connection) as queries:
            send(client, method, address, rule)
        assert written(queries) <= {rule.counts}, method


@pytest.mark.parametrize("route", RULES)
def test_another_site_sends_nothing(route: str, scene: Scene) -> None:
    rule = RULES[route]
    there = {"Origin": "https://elsewhere.example.org"}
    client = of(scene.person(rule) or scene.ada, strict=True)
    with CaptureQueriesContext(connection) as queries:
        response = send(client, "POST", scene.address(route, rule), rule, **there)
    if not rule.from_elsewhere:
        assert response.status_code in (401, 403, 404, 405), response
    assert written(queries) == set()


@pytest.mark.parametrize("route", [route for route in RULES if RULES[route].who == Who.LINK])
def test_a_guessed_link_leads_nowhere(route: str, scene: Scene) -> None:
    rule = RULES[route]
    for method in ("GET", "POST") if rule.shows else ("POST",):
        answered = send(of(None), method, scene.address(route, rule), rule).status_code
        assert answered in ((NOT_FOUND, 405) if method == "POST" else (NOT_FOUND,))


@pytest.mark.parametrize("route", [route for route in RULES if RULES[route].scope])
def test_a_token_without_the_scope_or_revoked_is_refused(route: str, scene: Scene) -> None:
    rule = RULES[route]
    row, secret = make_token(scene.ada, "script", ["read", "admin"])
    for revoked in (False, True):
        if revoked:
            row.delete()
        bearer = {"Authorization": f"Bearer {secret}"}
        with CaptureQueriesContext(connection) as queries:
            response = send(of(None), "POST", scene.address(route, rule), rule, **bearer)
        assert response.status_code in ((401,) if revoked else (401, 403)), response
        assert written(queries) == set()


@pytest.mark.parametrize("route", [route for route in RULES if RULES[route].works
                                   and RULES[route].who != Who.NOBODY])  # fmt: skip
def test_who_may_can_and_a_replay_does_what_is_said(route: str, scene: Scene) -> None:
    """Else the refusals above would prove nothing."""
    rule = RULES[route]
    address, headers = scene.address(route, rule), {}
    if rule.who == Who.TOKEN:
        _, secret = make_token(scene.ada, "script", [rule.scope])
        headers = {"Authorization": f"Bearer {secret}"}
    client = of(scene.person(rule))
    with CaptureQueriesContext(connection) as queries:
        response = send(client, "POST", address, rule, **headers)
    assert response.status_code in (200, 201, 302), response.content
    found = {WRITES.match(query["sql"]) for query in queries.captured_queries}
    assert {match[1] for match in found if match} - {"django_session"}, "the form did nothing"
    before = rows()
    response = send(client, "POST", address, rule, **headers)
    if rule.again == Again.REFUSED:
        assert response.status_code == NOT_FOUND
    assert (sum(rows().values()) > sum(before.values())) == (rule.again == Again.MORE)


def test_who_is_banned_writes_nowhere(scene: Scene, fake_engine: FakeEngine) -> None:
    """Whatever a reader can send to the community is refused in words, and nothing is written."""
    from broadsheet.community import moderation

    for reader in (scene.ada, scene.eve):
        moderation.ban(scene.moderator, reader.username, "Advertising.")
    tried = 0
    for route, rule in RULES.items():
        if rule.who not in (Who.READER, Who.OWNER) or not rule.works or "account" in route:
            continue
        before, tried = rows(), tried + 1
        response = send(of(scene.person(rule)), "POST", scene.address(route, rule), rule)
        assert b"You are banned from writing" in response.content, route
        assert rows() == before, route
    assert tried > 8
