"""Joining, signing in and looking after an account in a real browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from broadsheet.readers.models import Reader
from tests.readers.conftest import PASSWORD, Letters, letters, make_reader
from tests.walks.test_reading import DESK, PHONE, Walk, violations, walk

__all__ = ["letters"]
pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("BROADSHEET_TEST_SHOTS")
"""A folder for pictures of each page, where somebody wants to look at them."""
OWN_PAGES = [
    "/account/",
    "/account/email/",
    "/account/password/change/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/add/",
    "/account/3rdparty/",
    "/account/sessions/",
    "/account/tokens",
    "/account/invitations",
    "/account/data",
    "/account/delete",
    "/account/logout/",
    "/readers/ada",
]
OPEN_PAGES = [
    "/account/login/",
    "/account/signup/",
    "/account/login/code/",
    "/account/password/reset/",
]


def sign_in(visit: Walk, reader: Reader) -> None:
    visit.page.goto("/account/login/")
    visit.page.get_by_label("Email").fill(reader.email)
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.page.get_by_role("button", name="Sign In", exact=True).click()
    expect(visit.page.locator(".me")).to_have_text(str(reader))


def looked_at(visit: Walk, axe: str, address: str, name: str) -> None:
    visit.page.goto(address)
    if visit.page.get_by_role("heading", name="Confirm Access").count():
        visit.page.get_by_label("Password").fill(PASSWORD)
        visit.page.get_by_role("button", name="Confirm").click()
    if SHOTS:
        file = f"{address.strip('/').replace('/', '-')}-{name}.png"
        visit.page.screenshot(path=Path(SHOTS) / file, full_page=True)
    assert violations(visit, axe) == [], address
    assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
    assert visit.faults == [], address


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_pages_of_an_account_are_in_order(
    browser: Browser,
    live_server: LiveServer,
    axe: str,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    ada = make_reader("ada")
    with walk(browser, live_server, width, scheme) as visit:
        for address in OPEN_PAGES:
            looked_at(visit, axe, address, f"{width}-{scheme}")
        sign_in(visit, ada)
        for address in OWN_PAGES:
            looked_at(visit, axe, address, f"{width}-{scheme}")


def test_a_reader_joins_makes_a_token_and_leaves(
    browser: Browser, live_server: LiveServer, letters: Letters
) -> None:
    with walk(browser, live_server, PHONE) as visit:
        page = visit.page
        page.goto("/about")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_role("link", name="sign up").click()
        page.get_by_label("Handle").fill("Bea")
        page.get_by_label("Email").fill("bea@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign Up").click()
        page.get_by_label("Code").fill(letters.code())
        page.get_by_role("button", name="Confirm").click()
        expect(page.locator(".me")).to_have_text("bea")

        page.goto("/account/tokens")
        page.get_by_label("What it is for").fill("a script")
        page.get_by_role("button", name="Make the token").click()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
        expect(page.locator("pre")).to_contain_text("bst_")
        page.get_by_role("button", name="Revoke a script").click()
        expect(page.get_by_text("You have none.")).to_be_visible()

        page.goto("/account/delete")
        page.get_by_label("Your handle, to be sure").fill("bea")
        page.get_by_role("button", name="Delete my account").click()
        expect(page.get_by_text("Your account is deleted")).to_be_visible()
        assert visit.faults == []
    assert not Reader.objects.exists()
