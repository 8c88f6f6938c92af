"""Tokens: shown once, kept as a hash, limited in what they allow and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from broadsheet.readers import actions
from broadsheet.readers.models import Reader, Token
from broadsheet.readers.tokens import Denied, Scope, reader_of
from tests.readers.conftest import PASSWORD, make_reader
from tests.web.reading import texts, tree_of

pytestmark = pytest.mark.django_db
ASKED = {"name": "a script", "scopes": ["read", "vote"], "days": "30"}


def reader_by(authorization: str, scope: Scope = Scope.VOTE) -> Reader:
    headers = {"Authorization": authorization} if authorization else {}
    return reader_of(RequestFactory().post("/api/x", headers=headers), scope)


def test_a_token_is_made_shown_once_and_acts_for_its_reader(signed_in: Client, ada: Reader) -> None:
    [secret] = texts(tree_of(signed_in.post("/account/tokens", ASKED)), "//pre")
    assert secret not in signed_in.get("/account/tokens").content.decode()
    assert reader_by(f"Bearer {secret}") == ada
    token = Token.objects.get()
    assert token.used is not None
    assert token.ends is not None
    assert secret not in repr(list(Token.objects.values())), "only a hash is kept"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM readers_event")
        assert secret not in repr(cursor.fetchall())


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic {}", "Bearer {}x", "{}"])
def test_anything_else_is_no_token(ada: Reader, header: str) -> None:
    _, secret = actions.make_token(ada, "a script", ["vote"])
    with pytest.raises(Denied) as denied:
        reader_by(header.format(secret))
    assert denied.value.status == 401
    assert secret not in denied.value.message


def test_a_token_reaches_no_further_than_its_scopes(ada: Reader) -> None:
    _, secret = actions.make_token(ada, "a script", ["vote", "admin"])
    with pytest.raises(Denied, match="does not allow: comment") as denied:
        reader_by(f"Bearer {secret}", Scope.COMMENT)
    assert denied.value.status == 403
    with pytest.raises(Denied, match="admin"):
        reader_by(f"Bearer {secret}", Scope.ADMIN)


def test_a_token_ends_with_its_time_its_reader_and_by_being_revoked(ada: Reader) -> None:
    ends = timezone.now() + timedelta(days=1)
    token, secret = actions.make_token(ada, "a script", ["vote"], ends)
    assert reader_by(f"Bearer {secret}") == ada
    Token.objects.update(ends=timezone.now())
    with pytest.raises(Denied):
        reader_by(f"Bearer {secret}")
    Token.objects.update(ends=None)
    Reader.objects.update(is_active=False)
    with pytest.raises(Denied):
        reader_by(f"Bearer {secret}")
    Reader.objects.update(is_active=True)
    assert actions.revoke_token(ada, token.id)
    with pytest.raises(Denied):
        reader_by(f"Bearer {secret}")


def test_nobody_revokes_the_token_of_another(signed_in: Client) -> None:
    token, _ = actions.make_token(make_reader("bob"), "bob's", ["vote"])
    assert signed_in.post(f"/account/tokens/{token.id}/revoke").status_code == 404
    assert Token.objects.count() == 1


def test_a_token_is_revoked_on_the_page_by_a_form_only(signed_in: Client, ada: Reader) -> None:
    token, _ = actions.make_token(ada, "a script", ["vote"])
    assert signed_in.get(f"/account/tokens/{token.id}/revoke").status_code == 405
    signed_in.post(f"/account/tokens/{token.id}/revoke")
    assert not Token.objects.exists()
    assert set(ada.events.values_list("what", flat=True)) >= {"token made", "token revoked"}


def test_only_administrators_can_make_a_token_for_administration(
    signed_in: Client, ada: Reader
) -> None:
    asked = {**ASKED, "scopes": ["admin"]}
    assert b"not one of the available choices" in signed_in.post("/account/tokens", asked).content
    Reader.objects.update(is_staff=True)
    signed_in.post("/account/tokens", asked)
    assert Token.objects.get().scopes == ["admin"]


def test_making_a_token_asks_for_the_password_again(client: Client, ada: Reader) -> None:
    client.force_login(ada)
    response = client.post("/account/tokens", ASKED)
    assert response["Location"].startswith("/account/reauthenticate/")
    assert not Token.objects.exists()
    client.post(response["Location"], {"password": PASSWORD})
    assert Token.objects.count() == 1


def test_a_reader_has_so_many_tokens_and_no_more(ada: Reader) -> None:
    for number in range(actions.MOST_TOKENS):
        actions.make_token(ada, str(number), ["read"])
    with pytest.raises(actions.Refused, match="Revoke one"):
        actions.make_token(ada, "one more", ["read"])


def test_a_read_only_site_takes_no_writes_by_token(ada: Reader) -> None:
    _, secret = actions.make_token(ada, "a script", ["vote", "read"])
    with override_settings(MODE="read-only"):
        assert reader_by(f"Bearer {secret}", Scope.READ) == ada
        with pytest.raises(Denied, match="only be read"):
            reader_by(f"Bearer {secret}")


def test_the_page_of_tokens_is_for_its_reader(client: Client) -> None:
    assert client.get("/account/tokens").status_code == 302
    assert client.post("/account/tokens", ASKED).status_code == 302
    assert not Token.objects.exists()
