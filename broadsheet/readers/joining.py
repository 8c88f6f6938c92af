"""Who may join, how letters are sent, and what is written down: what django-allauth asks us."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from broadsheet.readers import actions
from broadsheet.readers.models import Happening, Reader

logger = logging.getLogger(__name__)
INVITATION = "invitation"
"""Where a visitor's session keeps the invitation that led here."""


class NoMail(Exception):  # noqa: N818  says what is the matter
    """A letter could not be handed in."""


class Joining(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no stubs
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return is_open_to(request)

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Handles are small; whoever types capitals means the same."""
        handle: str = super().clean_username(username.strip().lower(), shallow)
        return handle

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Raises NoMail; what the server said goes to the log, the reader's address does not."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            logger.error("A letter could not be sent: %s", type(error).__name__)
            raise NoMail from error

    def save_user(
        self,
        request: HttpRequest,
        user: Reader,
        form: Any,  # noqa: ANN401  the library's own
        commit: bool = True,
    ) -> Reader:
        """One invitation lets in one reader, however many come with it at the same time."""
        saved: Reader = super().save_user(request, user, form, commit)
        if settings.MODE != "invited" or not commit:
            return saved
        if not actions.use_invitation(request.session.pop(INVITATION, ""), saved):
            saved.delete()
            raise ImmediateHttpResponse(redirect("account_signup"))
        return saved

    def post_login(self, request: HttpRequest, user: Reader, **kwargs: Any) -> HttpResponse:  # noqa: ANN401  the library's own
        actions.note(user, Happening.SIGNED_IN, self.get_client_ip(request))
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401  the library's own
        reader = Reader.objects.filter(email__iexact=credentials.get("email") or "").first()
        if reader is not None:
            actions.note(reader, Happening.REFUSED, self.get_client_ip(request))

    def set_password(self, user: Reader, password: str) -> None:
        super().set_password(user, password)
        actions.note(user, Happening.PASSWORD, "")


class JoiningFromElsewhere(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the library has no stubs
    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return is_open_to(request)


def is_open_to(request: HttpRequest) -> bool:
    if settings.MODE == "invited":
        return actions.invitation(request.session.get(INVITATION, "")) is not None
    return bool(settings.MODE == "open")
