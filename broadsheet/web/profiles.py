"""A reader as others see them, and the pages on which readers look after what is theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_required
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from broadsheet.community import actions as community
from broadsheet.community import keeping
from broadsheet.community.desks import Showing
from broadsheet.community.takeout import deeds as done
from broadsheet.community.takeout import desk
from broadsheet.contributions import takeout as contributions
from broadsheet.digests.takeout import letters
from broadsheet.feeds import remembered
from broadsheet.interests import carrying
from broadsheet.notices.following import is_muted
from broadsheet.notices.models import About
from broadsheet.notices.takeout import told
from broadsheet.readers import actions, takeout
from broadsheet.readers.actions import Refused
from broadsheet.readers.forms import FarewellForm, ProfileForm, TokenForm
from broadsheet.readers.joining import INVITATION
from broadsheet.readers.models import Happening, Reader
from broadsheet.readers.tokens import MEANINGS
from broadsheet.web import deeds
from broadsheet.web.accounts import me
from broadsheet.web.errors import NotHere
from broadsheet.web.following import button

GIVERS: list[takeout.Giver] = [
    takeout.account,
    done,
    desk,
    contributions.brought,
    told,
    letters,
    carrying.takeout,
    remembered.takeout,
]
"""What a takeout holds."""
LEAVES = [
    "Your profile, addresses, sessions, tokens and open invitations are deleted at once.",
    "Your votes are taken back, as are reactions, and your collections are deleted.",
    "Your reading list, notes, notices and all that you follow are deleted.",
    "Your letters end, with their feeds and channels.",
    "Your interests are deleted with all that was learned, and their links end.",
    "Your comments stay, without your name; take back first those that should not.",
    "Papers that you submitted stay on their days, without your name; links that you set as an "
    "author stay. Your claims end.",
    "Readers whom you invited stay.",
]
"""What happens when an account is deleted, in sentences."""


class ShowingForm(ModelForm):  # type: ignore[type-arg]  # subscripted in the stubs alone
    class Meta:
        model = Showing
        fields = ("papers", "comments", "collections", "votes")


def profile(request: HttpRequest, handle: str, part: str = "") -> HttpResponse:
    """What one reader lets others see; with `part`, all of one kind of deeds."""
    found = Reader.objects.filter(username=handle, is_active=True).select_related("invited_by")
    reader = found.first()
    if reader is None:
        raise NotHere("No reader here has this handle.")
    showing, is_me = keeping.showing(reader), reader == request.user
    parts = list(deeds.PARTS) if is_me else deeds.shown(reader, showing)
    if part and part not in parts:
        raise NotHere("There is nothing of this kind to see here.")
    most, after = (deeds.PAGE, request.GET.get("after", "")) if part else (deeds.FIRST, "")
    context = {
        "them": reader,
        "is_me": is_me,
        "part": part,
        "after": after,
        "parts": [deeds.part(name, reader, after, most) for name in ([part] if part else parts)],
        "hidden": set(parts) - set(deeds.shown(reader, showing)),
        **_towards(request, reader),
        "shows_all": reader.is_public or reader == request.user,
        "guests": reader.invited.filter(is_active=True).order_by("date_joined")[:100],
    }
    return render(request, "profile.html", context)


def _towards(request: HttpRequest, them: Reader) -> dict[str, Any]:
    """The buttons of a profile, for those who signed in; not on one's own."""
    if not request.user.is_authenticated or request.user == them:
        return {"follow": "", "is_muted": False, "token": ""}
    return {
        "follow": button(request, About.READER, them.username, mark=str(them.pk)),
        "is_muted": is_muted(request.user.pk, them),
        "token": get_token(request),
    }


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    reader = me(request)
    form = ProfileForm(request.POST or None, instance=reader, label_suffix="")
    showing = ShowingForm(
        request.POST or None, instance=keeping.showing(reader), label_suffix="", prefix="show"
    )
    if request.method == "POST" and form.is_valid() and showing.is_valid():
        form.save()
        keeping.show(reader, showing.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect("account")
    return render(request, "account_profile.html", {"form": form, "showing": showing})


@never_cache
@login_required
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # the library has no stubs
def tokens(request: HttpRequest) -> HttpResponse:
    reader, shown = me(request), ""
    form = TokenForm(reader, request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        ends = timezone.now() + timedelta(days=asked["days"]) if asked["days"] else None
        try:
            _, shown = actions.make_token(reader, asked["name"], asked["scopes"], ends)
            form = TokenForm(reader)
        except Refused as error:
            form.add_error(None, str(error))
    context = {"form": form, "shown": shown, "tokens": reader.tokens.of(reader)}
    return render(request, "account_tokens.html", context | {"meanings": MEANINGS})


@require_POST
@login_required
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    if not actions.revoke_token(me(request), token_id):
        raise NotHere("You have no such token.")
    messages.success(request, "The token is revoked: nothing can be done with it any more.")
    return redirect("account-tokens")


@never_cache
@login_required
def invitations(request: HttpRequest) -> HttpResponse:
    reader, made, fault = me(request), "", ""
    if request.method == "POST":
        try:
            made = request.build_absolute_uri(f"/invited/{actions.invite(reader)}")
        except Refused as error:
            fault = str(error)
    context = {"made": made, "fault": fault, "invitations": reader.invitations.open()}
    return render(request, "account_invitations.html", context | {"mode": settings.MODE})


@never_cache
def invited(request: HttpRequest, secret: str) -> HttpResponse:
    """Keep the invitation in the session, so that its secret is in no further address."""
    found = actions.invitation(secret)
    if found is None:
        raise NotHere("This invitation has been used or has ended. Ask for another one.")
    request.session[INVITATION] = secret
    return redirect("account_signup")


@never_cache
@login_required
def data(request: HttpRequest) -> HttpResponse:
    events = me(request).events.order_by("-at")[:50]
    return render(request, "account_data.html", {"events": events, "leaves": LEAVES})


@require_POST
@login_required
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # the library has no stubs
def take_out(request: HttpRequest) -> HttpResponse:
    reader = me(request)
    actions.note(reader, Happening.TAKEN_OUT, request.META.get("REMOTE_ADDR", ""))
    response = HttpResponse(takeout.zipped(reader, GIVERS), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{reader.username}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@never_cache
@login_required
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # the library has no stubs
def farewell(request: HttpRequest) -> HttpResponse:
    reader = me(request)
    form = FarewellForm(reader, request.POST or None)
    if request.method == "POST" and form.is_valid():
        auth.logout(request)
        community.leave(reader)
        contributions.leave(reader)
        reader.delete()
        messages.success(request, "Your account is deleted. Fare well.")
        return redirect("papers")
    return render(request, "account_farewell.html", {"form": form, "leaves": LEAVES})
