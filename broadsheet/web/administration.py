"""Django's admin for moderators: to look things up, and to do to several at once what the pages do.

Nothing can be added, changed or deleted here by itself: numbers, the index and the public log
follow from the verbs, which these actions call with a reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from broadsheet.community import moderation, oversight
from broadsheet.community.limits import Refused
from broadsheet.community.models import Act, Ban, Comment, Decision, Flag
from broadsheet.community.shelves import Collection, Reach
from broadsheet.contributions import claims
from broadsheet.contributions.models import Claim
from broadsheet.integrity.models import SiteNotice, SpamMark
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.web.errors import NotHere

Verb = Callable[[Reader, Any, str], object]
"""(moderator, row, reason) -> whatever. Raises Refused."""
Action = Callable[["Looked", HttpRequest, "QuerySet[Any]"], "HttpResponse | None"]


class Site(admin.AdminSite):
    """Signed in to by the site's own pages, with their limits and second factors."""

    site_header = site_title = "Tables"
    index_title = "What is stored"
    enable_nav_sidebar = False

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.user.is_authenticated and not self.has_permission(request):
            raise NotHere("There is no page at this address.")
        wanted = request.GET.get("next", "") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return cast(TemplateResponse, redirect("account_logout"))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return cast(TemplateResponse, redirect("account_change_password"))


site = Site(name="admin")


class Looked(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """Rows to look at; whoever moderates may see them, and nobody edits them here."""

    show_full_result_count = False
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_moderator(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_moderator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def deed(name: str, verb: Verb) -> Action:
    """An action that asks for the reason on a page of its own, then does it to each row."""

    def act(looked: Looked, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        if "reason" not in request.POST:
            context = {**site.each_context(request), "title": name, "rows": rows[:100]}
            context |= {
                "action": act.__name__,
                "selected": request.POST.getlist("_selected_action"),
            }
            return TemplateResponse(request, "admin/deed.html", context)
        done = 0
        for row in rows:
            try:
                verb(cast(Reader, request.user), row, request.POST["reason"])
                done += 1
            except Refused as reason:
                messages.error(request, f"{row}: {reason.message}")
        if done:
            messages.success(request, f"{name}: {done} done, and said so in the public log.")
        return None

    act.__name__ = name.lower().replace(" ", "_")
    act.short_description = name  # type: ignore[attr-defined]  # Django's own way to name an action
    return act


@admin.register(Reader, site=site)
class Readers(Looked):
    list_display = ("username", "name", "date_joined", "is_staff", "is_active")
    list_filter = ("is_staff", "is_active", "date_joined")
    search_fields = ("username", "name")
    ordering = ("-date_joined",)
    fields = ("username", "name", "about", "link", "orcid", "date_joined", "invited_by",
              "is_staff", "is_active", "is_public")  # fmt: skip
    actions = (
        deed("Ban for good", lambda by, row, why: moderation.ban(by, row.username, why)),
        deed("Lift the ban", lambda by, row, why: moderation.unban(by, row.username, why)),
        deed("Mark as spam", lambda by, row, why: oversight.mark_spam(by, row.username, why)),
        deed("Take the mark of spam away",
             lambda by, row, why: oversight.unmark_spam(by, row.username, why)),
    )  # fmt: skip


@admin.register(Comment, site=site)
class Comments(Looked):
    list_display = ("id", "reader", "paper", "written_at", "hidden", "deleted_at")
    list_filter = ("hidden", "written_at")
    list_select_related = ("reader", "paper")
    search_fields = ("text", "reader__username")
    ordering = ("-id",)
    actions = (
        deed("Hide", lambda by, row, why: moderation.hide(by, row.pk, why)),
        deed("Show again", lambda by, row, why: moderation.restore(by, row.pk, why)),
        deed("Leave as it is", lambda by, row, why: moderation.dismiss(by, row.pk, why)),
    )


@admin.register(Paper, site=site)
class Papers(Looked):
    list_display = ("slug", "title", "day", "votes", "own_votes", "comments")
    search_fields = ("slug__exact",)
    search_help_text = "The end of a paper's address."
    ordering = ("-id",)
    actions = (
        deed("Close the discussion", lambda by, row, why: moderation.lock(by, row.pk, why)),
        deed("Open the discussion", lambda by, row, why: moderation.unlock(by, row.pk, why)),
    )


@admin.register(Flag, site=site)
class Flags(Looked):
    list_display = ("comment", "why", "at", "settled")
    list_filter = ("settled", "why")
    fields = ("comment", "why", "at", "settled")
    """Who flagged is between that reader and the site."""
    ordering = ("settled", "-id")


@admin.register(Decision, site=site)
class Decisions(Looked):
    list_display = ("at", "by", "said", "handle", "paper", "reason", "until")
    list_select_related = ("by", "paper")
    search_fields = ("handle", "reason")
    ordering = ("-id",)


@admin.register(Ban, site=site)
class Bans(Looked):
    list_display = ("reader", "reason", "until")
    list_select_related = ("reader",)


@admin.register(SpamMark, site=site)
class SpamMarks(Looked):
    list_display = ("reader", "since")
    list_select_related = ("reader",)


@admin.register(Claim, site=site)
class Claims(Looked):
    list_display = ("author", "reader", "paper", "state", "way", "asked_at", "decided_at")
    list_filter = ("state", "way")
    list_select_related = ("reader", "paper")
    search_fields = ("author", "reader__username")
    ordering = ("-asked_at",)
    actions = (
        deed("Confirm",
             lambda by, row, why: claims.decide(by, row.pk, why, is_author=True)),
        deed("Refuse", lambda by, row, why: claims.decide(by, row.pk, why, is_author=False)),
        deed("End", lambda by, row, why: claims.revoke(by, row.pk, why)),
    )  # fmt: skip


@admin.register(SiteNotice, site=site)
class Notices(Looked):
    list_display = ("text", "since", "until")
    ordering = ("-id",)
    actions = (deed("Take down", lambda by, row, why: oversight.take_down_notice(by, row.pk, why)),)


@admin.register(Collection, site=site)
class Collections(Looked):
    list_display = ("title", "owner", "reach", "changed_at")
    list_select_related = ("owner",)
    search_fields = ("title", "owner__username")
    ordering = ("-changed_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What is private is nobody's business, and the address of the others is their key."""
        return super().get_queryset(request).filter(reach=Reach.PUBLIC)


@admin.register(Act, site=site)
class Acts(Looked):
    list_display = ("at", "reader", "verb", "paper_id", "comment_id")
    list_filter = ("verb", "at")
    list_select_related = ("reader",)
    search_fields = ("reader__username",)
    ordering = ("-id",)


def _is_moderator(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff)
