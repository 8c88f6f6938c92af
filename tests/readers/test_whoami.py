"""Hugging Face's own client asks whose token it has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from huggingface_hub import HfApi, close_session
from huggingface_hub.errors import HfHubHTTPError
from pytest_django.live_server_helper import LiveServer

from broadsheet.readers import actions
from tests.readers.conftest import make_reader

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def hung_up() -> Iterator[None]:
    """The client keeps its connection open, and the server a thread and a database for it."""
    yield
    close_session()


def test_the_client_is_told_whose_token_it_has(live_server: LiveServer) -> None:
    _, secret = actions.make_token(make_reader("ada"), "a script", ["read", "vote"])
    me = HfApi(endpoint=live_server.url, token=secret).whoami()
    assert (me["name"], me["type"], me["email"]) == ("ada", "user", "ada@example.org")
    assert me["auth"]["accessToken"]["role"] == "write"


def test_a_token_that_may_not_read_tells_no_address(live_server: LiveServer) -> None:
    _, secret = actions.make_token(make_reader("ada"), "a script", ["vote"])
    assert HfApi(endpoint=live_server.url, token=secret).whoami()["email"] is None


def test_a_wrong_token_is_refused(live_server: LiveServer) -> None:
    with pytest.raises(HfHubHTTPError, match="Invalid user token"):
        HfApi(endpoint=live_server.url, token="bst_wrong").whoami()  # noqa: S106  wrong on purpose
