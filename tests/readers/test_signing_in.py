"""Signing up, in and out, with a mail server that really speaks SMTP."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

from broadsheet.readers.models import Event, Happening, Reader
from tests.readers.conftest import PASSWORD, Letters, make_reader
from tests.web.reading import texts, tree_of, values

pytestmark = pytest.mark.django_db
JOIN = {"username": "ada", "email": "ada@example.org", "password1": PASSWORD}


def test_a_reader_joins_by_a_code_from_a_letter(client: Client, letters: Letters) -> None:
    response = client.post("/account/signup/", JOIN)
    assert response.status_code == 302, response.content
    assert "sessionid" in response.cookies
    assert client.get("/account/").status_code == 302, "not before the address is verified"
    response = client.post(response["Location"], {"code": letters.code()}, follow=True)
    assert response.status_code == 200
    reader = Reader.objects.get(username="ada")
    assert reader.check_password(PASSWORD)
    assert values(tree_of(client.get("/papers")), "//a[@class='me']/@href") == ["/readers/ada"]
    assert [letter["To"] for letter in letters.all] == ["ada@example.org"]


def test_a_wrong_code_lets_nobody_in(client: Client, letters: Letters) -> None:
    where = client.post("/account/signup/", JOIN)["Location"]
    for _ in range(4):
        client.post(where, {"code": "WRONG0"})
    assert client.post(where, {"code": letters.code()}).status_code in (200, 302)
    assert client.get("/account/").status_code == 302


def test_a_password_signs_in_and_a_form_signs_out(client: Client, ada: Reader) -> None:
    client.post("/account/login/", {"login": "ADA@example.org", "password": PASSWORD})
    assert client.get("/account/").status_code == 200
    assert client.get("/account/logout/").status_code == 200
    assert client.get("/account/").status_code == 200, "a link alone does not sign out"
    client.post("/account/logout/")
    assert client.get("/account/").status_code == 302
    assert [event.what for event in Event.objects.all()] == [Happening.SIGNED_IN]


def test_a_code_by_mail_signs_in(client: Client, ada: Reader, letters: Letters) -> None:
    response = client.post("/account/login/code/", {"email": ada.email})
    client.post(response["Location"], {"code": letters.code()})
    assert client.get("/account/").status_code == 200


def shown(client: Client, address: str, sent: dict[str, str]) -> tuple[int, str, list[str]]:
    response = client.post(address, sent)
    where = response.get("Location", "")
    page = client.get(where) if where else response
    return response.status_code, where, texts(tree_of(page), "//main//h1 | //main//p")


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/account/signup/", {"username": "other", "password1": PASSWORD}),
        ("/account/login/code/", {}),
        ("/account/password/reset/", {}),
    ],
)
def test_nobody_learns_who_has_an_account(
    ada: Reader, letters: Letters, address: str, sent: dict[str, str]
) -> None:
    answers = []
    for email in ("ada@example.org", "eve@example.org"):
        field = {"email": email}
        status, where, said = shown(Client(), address, {**sent, **field})
        answers.append((status, where, [line.replace(email, "@") for line in said]))
    assert answers[0] == answers[1]
    assert len(letters.all) == 2, "both get a letter"


def test_a_wrong_password_sounds_like_an_unknown_address(client: Client, ada: Reader) -> None:
    known = client.post("/account/login/", {"login": ada.email, "password": "wrong"})
    unknown = client.post("/account/login/", {"login": "eve@example.org", "password": "wrong"})
    fault = "//p[@class='fault']"
    assert texts(tree_of(known), fault) == texts(tree_of(unknown), fault) != []
    assert [event.what for event in Event.objects.all()] == [Happening.REFUSED]


def test_guessing_is_stopped_even_with_the_right_password(client: Client, ada: Reader) -> None:
    for _ in range(6):
        client.post("/account/login/", {"login": ada.email, "password": "wrong"})
    client.post("/account/login/", {"login": ada.email, "password": PASSWORD})
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    ("handle", "why"),
    [
        ("ab", "3 to 30"),
        ("a" * 31, "3 to 30"),
        ("ada lovelace", "3 to 30"),
        ("аda", "3 to 30"),  # the first letter is Cyrillic
        ("-ada", "3 to 30"),
        ("admin", "kept for the site"),
        ("ADMIN", "kept for the site"),
    ],
)
def test_a_handle_has_a_rule(client: Client, handle: str, why: str) -> None:
    response = client.post("/account/signup/", {**JOIN, "username": handle})
    assert why in " ".join(texts(tree_of(response), "//p[@class='fault']"))
    assert not Reader.objects.exists()


@pytest.mark.parametrize("password", ["short", "password123", "1234567890", "ada@example"])
def test_a_weak_password_is_refused_with_the_reason(client: Client, password: str) -> None:
    response = client.post("/account/signup/", {**JOIN, "password1": password})
    assert texts(tree_of(response), "//p[@class='fault']")
    assert not Reader.objects.exists()


def test_a_dead_mail_server_is_answered_with_a_page(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=1):
        response = client.post("/account/signup/", JOIN)
    assert response.status_code == 503
    assert texts(tree_of(response), "//h1") == ["The letter could not be sent"]
    assert "could not be sent" in caplog.text
    assert "ada@example.org" not in caplog.text
    assert PASSWORD not in caplog.text


def test_a_code_can_be_had_after_the_mail_server_came_back(
    client: Client, letters: Letters
) -> None:
    with override_settings(EMAIL_PORT=1):
        assert client.post("/account/signup/", JOIN).status_code == 503
    again = Client()
    response = again.post("/account/login/", {"login": JOIN["email"], "password": PASSWORD})
    again.post(response["Location"], {"code": letters.code()})
    assert again.get("/account/").status_code == 200


@pytest.mark.parametrize(
    "next_page", ["https://evil.example/", "//evil.example", "/\\evil.example"]
)
def test_signing_in_leads_nowhere_else(client: Client, ada: Reader, next_page: str) -> None:
    sent = {"login": ada.email, "password": PASSWORD, "next": next_page}
    response = client.post("/account/login/", sent)
    assert response["Location"] == "/papers"


@pytest.mark.parametrize("mode", ["closed", "read-only", "invited"])
def test_where_nobody_may_join_the_page_says_so(client: Client, mode: str) -> None:
    with override_settings(MODE=mode):
        client.post("/account/signup/", JOIN)
        assert client.get("/account/signup/").status_code == 200
    assert not Reader.objects.exists()


def test_a_read_only_site_refuses_to_write_but_lets_readers_in(client: Client, ada: Reader) -> None:
    with override_settings(MODE="read-only"):
        client.post("/account/login/", {"login": ada.email, "password": PASSWORD})
        response = client.post("/account/", {"name": "Ada"})
    assert response.status_code == 403
    assert texts(tree_of(response), "//h1") == ["Only reading for now"]


def test_an_invitation_lets_in_one(signed_in: Client, ada: Reader, letters: Letters) -> None:
    page = tree_of(signed_in.post("/account/invitations"))
    [address] = texts(page, "//pre")
    with override_settings(MODE="invited"):
        for handle in ("bob", "cyd"):
            guest = Client()
            guest.get(address)
            email = f"{handle}@example.org"
            guest.post("/account/signup/", {**JOIN, "username": handle, "email": email})
    assert [reader.username for reader in ada.invited.all()] == ["bob"]
    assert not Reader.objects.filter(username="cyd").exists()
    assert Client().get(address).status_code == 404


def test_two_guests_with_one_invitation_at_once(
    signed_in: Client, ada: Reader, letters: Letters
) -> None:
    [address] = texts(tree_of(signed_in.post("/account/invitations")), "//pre")
    with override_settings(MODE="invited"):
        guests = [Client(), Client()]
        for guest in guests:
            assert guest.get(address, follow=True).status_code == 200
        for number, guest in enumerate(guests):
            email = f"guest{number}@example.org"
            guest.post("/account/signup/", {**JOIN, "username": f"guest{number}", "email": email})
    assert Reader.objects.filter(invited_by=ada).count() == 1
    assert Reader.objects.count() == 2


def test_a_form_from_elsewhere_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/account/login/", {"login": "a@example.org", "password": "x"})
    assert response.status_code == 403
    assert texts(tree_of(response), "//h1") == ["This form could not be accepted"]


def test_a_visitor_gets_no_cookie_and_a_kept_page(client: Client) -> None:
    assert not client.get("/about").cookies
    [link] = values(tree_of(client.get("/about")), "//a[@class='me']/@href")
    assert link == "/account/login/?next=/about"


def test_a_signed_in_page_is_never_kept(signed_in: Client) -> None:
    Client().get("/about")
    response = signed_in.get("/about")
    assert values(tree_of(response), "//a[@class='me']/@href") == ["/readers/ada"]
    assert "private" in response["Cache-Control"]
    assert b"/readers/ada" not in Client().get("/about").content


def test_sessions_are_listed_and_ended(signed_in: Client, ada: Reader) -> None:
    elsewhere = Client(headers={"User-Agent": "A phone"})
    elsewhere.post("/account/login/", {"login": ada.email, "password": PASSWORD})
    assert b"A phone" in signed_in.get("/account/sessions/").content
    signed_in.post("/account/sessions/")
    assert elsewhere.get("/account/").status_code == 302
    assert signed_in.get("/account/").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/account/email/",
        "/account/password/change/",
        "/account/2fa/",
        "/account/3rdparty/",
        "/account/sessions/",
        "/account/logout/",
    ],
)
def test_pages_that_the_library_brings_stand_in_our_frame(signed_in: Client, address: str) -> None:
    tree = tree_of(signed_in.get(address))
    assert len(tree.xpath("//h1")) == 1
    assert tree.xpath("//nav[@aria-label='Your account']")
    assert not tree.xpath("//script[not(@src) and not(@type='application/json')] | //*[@style]")


def test_an_inactive_account_is_let_in_nowhere(client: Client) -> None:
    reader = make_reader("gone")
    Reader.objects.filter(id=reader.id).update(is_active=False)
    client.post("/account/login/", {"login": reader.email, "password": PASSWORD})
    assert client.get("/account/").status_code == 302
    assert client.get("/readers/gone").status_code == 404
