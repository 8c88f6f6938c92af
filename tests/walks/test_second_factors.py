"""Passkeys and one-time codes, really registered and really used: the passkey by Chromium's own
virtual authenticator, the code computed as RFC 6238 has it."""

from __future__ import annotations

import hmac
import struct
import time
from base64 import b32decode

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from broadsheet.readers.models import Reader
from tests.readers.conftest import PASSWORD, make_reader
from tests.walks.test_reading import DESK, walk

pytestmark = pytest.mark.django_db(transaction=True)
STEP = 30


@pytest.fixture
def ada() -> Reader:
    cache.clear()
    return make_reader("ada")


def authenticator(page: Page) -> None:
    """One that knows its owner and keeps keys, as a telephone does."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page: Page, reader: Reader) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email").fill(reader.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign In", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign Out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def confirm(page: Page) -> None:
    if page.get_by_role("heading", name="Confirm Access").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()


def code(secret: str, moment: float) -> str:
    """The six digits of a moment: RFC 6238 with SHA-1 and steps of 30 seconds."""
    key = b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(moment) // STEP), "sha1").digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def test_the_code_is_that_of_the_standard() -> None:
    """The test vectors of RFC 6238, appendix B, of which six digits are wanted here."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105  the standard's
    assert [code(secret, at) for at in (59, 1_111_111_109)] == ["287082", "081804"]


def test_a_passkey_is_registered_and_signs_in_alone(
    browser: Browser, live_server: LiveServer, ada: Reader
) -> None:
    with walk(browser, live_server, DESK) as visit:
        page = visit.page
        authenticator(page)
        sign_in(page, ada)
        page.goto("/account/2fa/webauthn/add/")
        confirm(page)
        page.get_by_label("Name").fill("My telephone")
        page.get_by_label("Passwordless").check()
        page.get_by_role("button", name="Add").click()
        page.wait_for_url(lambda url: "webauthn/add" not in url)
        kept = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
        assert kept.user == ada
        sign_out(page)

        page.goto("/account/login/")
        page.get_by_role("button", name="passkey").click()
        expect(page.locator(".me")).to_have_text("ada")
        assert visit.faults == []
        sign_out(page)


def test_a_code_is_asked_for_after_the_password_and_works_once(
    browser: Browser, live_server: LiveServer, ada: Reader
) -> None:
    with walk(browser, live_server, DESK) as visit:
        page = visit.page
        sign_in(page, ada)
        page.goto("/account/2fa/totp/activate/")
        confirm(page)
        secret = page.locator("main code").inner_text()
        now = time.time()
        page.get_by_label("Authenticator code").fill(code(secret, now))
        page.get_by_role("button", name="Activate").click()
        page.wait_for_url(lambda url: "activate" not in url)
        sign_out(page)

        sign_in(page, ada)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Two-Factor")
        page.goto("/account/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Two-Factor")
        answer(page, "000000")
        expect(page.locator(".fault").first).to_be_visible()
        used = code(secret, time.time())
        answer(page, used)
        expect(page.locator(".me")).to_have_text("ada")
        sign_out(page)
        sign_in(page, ada)
        answer(page, used)
        expect(page.locator(".fault").first).to_be_visible()
        page.goto("/account/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Two-Factor")
        assert visit.faults == []


def answer(page: Page, told: str) -> None:
    page.get_by_label("Code").fill(told)
    page.get_by_role("button", name="Sign In", exact=True).click()
