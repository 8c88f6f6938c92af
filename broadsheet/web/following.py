"""Following: the button on a page, the list of what one follows, and its feeds as one file."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from markupsafe import Markup

from broadsheet.notices import following, links, news
from broadsheet.notices.models import About, Follow
from broadsheet.papers import categories
from broadsheet.readers.models import Reader
from broadsheet.web import syndication
from broadsheet.web.accounts import me
from broadsheet.web.cards import Address
from broadsheet.web.errors import NotHere
from broadsheet.web.sheets import for_reader
from broadsheet.web.writing import back, wants_json, writes

FEEDS = {
    About.AUTHOR: "author-feed",
    About.CATEGORY: "category-feed",
    About.KEYWORD: "keyword-feed",
}
TITLES = {
    About.AUTHOR: "Authors",
    About.CATEGORY: "Categories",
    About.KEYWORD: "Keywords",
    About.SEARCH: "Searches",
    About.READER: "Readers",
    About.PAPER: "Discussions",
}


def button(request: HttpRequest, about: About, name: str, mark: str = "") -> Markup:
    """What a page needs so that its reader can follow what it shows: for readers in one query, for
    visitors nothing. `mark` else follows from name."""
    return for_reader(request, partial(_button, about, name, mark))


def _button(about: About, name: str, mark: str, request: HttpRequest) -> Markup:
    if not request.user.is_authenticated:
        return Markup()
    context = {
        "about": about,
        "name": name,
        "is_on": following.is_followed(request.user.pk, about, mark or following.mark(about, name)),
        "what": "discussion" if about == About.PAPER else about.value,
        "token": get_token(request),
        "here": request.get_full_path(),
    }
    return Markup(render_to_string("_follow.html", context))  # noqa: S704  a template made it


@writes
def follow(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The button says what it wants, so that a second click changes nothing."""
    about, name = request.POST.get("about", ""), request.POST.get("name", "")
    is_on = request.POST.get("follow") != "end"
    (following.follow if is_on else following.unfollow)(reader, about, name)
    if wants_json(request):
        return JsonResponse({"followed": is_on})
    return back(request, reverse("following"))


@writes
def mute(request: HttpRequest, reader: Reader, handle: str) -> HttpResponse:
    following.mute(reader, handle, holds=request.POST.get("mute") != "end")
    return redirect("profile", handle)


@never_cache
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Everything that one follows, by what it is."""
    reader = me(request)
    if request.method == "POST":
        return _change(request)
    groups: dict[str, list[tuple[Follow, str, str]]] = {}
    for one in Follow.objects.by(reader.pk).select_related("them"):
        shown = (one, _name(one), news.address(one))
        groups.setdefault(TITLES[About(one.about)], []).append(shown)
    context = {
        "groups": groups,
        "muted": reader.mutes.select_related("them").order_by("them__username"),
        "outline": request.build_absolute_uri(links.outline(reader)),
    }
    return render(request, "account_following.html", context)


@never_cache
@login_required
def outline(request: HttpRequest) -> HttpResponse:
    return _opml(request, me(request))


@never_cache
def outline_of(request: HttpRequest, token: str) -> HttpResponse:
    """The same for a feed reader, which cannot sign in."""
    reader = links.outline_of(token)
    if not reader:
        raise NotHere("This address was renewed, or copied in part.")
    return _opml(request, reader)


@writes
def _change(request: HttpRequest, reader: Reader) -> HttpResponse:
    number = request.POST.get("number", "")
    if number.isdecimal():
        following.end(reader, int(number[:18]))
    elif request.POST.get("do") == "renew":
        following.renew_outline(reader)
    elif handle := request.POST.get("hear", ""):
        following.mute(reader, handle, holds=False)
    return redirect("following")


def _opml(request: HttpRequest, reader: Reader) -> HttpResponse:
    site = request.build_absolute_uri("/").rstrip("/")
    feeds = [
        Address(_name(one), f"{site}{_feed(one)}")
        for one in Follow.objects.by(reader.pk)
        if one.about in FEEDS or one.about == About.SEARCH
    ]
    title = f"What {reader.username} follows"
    kind = "text/x-opml; charset=utf-8"
    response = HttpResponse(syndication.opml(title, feeds), content_type=kind)
    response["Content-Disposition"] = 'inline; filename="following.opml"'
    response["Cache-Control"] = "private, no-cache"
    return response


def _feed(one: Follow) -> str:
    if one.about == About.SEARCH:
        return f"{reverse('papers-feed', args=['atom'])}?{urlencode({'q': one.name})}"
    return reverse(FEEDS[About(one.about)], args=[one.name, "atom"])


def _name(one: Follow) -> str:
    if one.about == About.CATEGORY:
        return f"{categories.name(one.name)} ({one.name})"
    if one.about == About.SEARCH:
        return f"Search: {one.name}"
    return str(one.them) if one.them else one.name
