"""Sources, their runs and what became of papers, in Django's admin: to look at."""

from __future__ import annotations

from django.contrib import admin

from broadsheet.harvests.models import Backfill, Host, Reject, Run, Source
from broadsheet.harvests.operating import Chosen, Deed
from broadsheet.papers.works import Joining, News
from broadsheet.web.administration import Looked, site


@admin.register(Source, site=site)
class Sources(Looked):
    list_display = ("name", "paused", "next_run", "failures", "claimed_until")


@admin.register(Run, site=site)
class Runs(Looked):
    list_display = ("id", "source", "started", "ended", "new", "changed", "rejected", "error")
    list_filter = ("source",)
    ordering = ("-id",)


@admin.register(Reject, site=site)
class Rejects(Looked):
    list_display = ("id", "run", "position", "reason", "retried")
    list_select_related = ("run",)
    ordering = ("-id",)


@admin.register(Backfill, site=site)
class Backfills(Looked):
    list_display = ("id", "source", "first", "last", "reached", "paused", "error", "ended")
    ordering = ("-id",)


@admin.register(Host, site=site)
class Hosts(Looked):
    list_display = ("name", "next_turn", "rests_until", "held_until")


@admin.register(Chosen, site=site)
class AllChosen(Looked):
    list_display = ("name", "since")


@admin.register(Deed, site=site)
class Deeds(Looked):
    list_display = ("id", "at", "by", "did", "what")
    list_select_related = ("by",)
    ordering = ("-id",)


@admin.register(News, site=site)
class AllNews(Looked):
    list_display = ("id", "paper_id", "event", "before", "after", "at")
    list_filter = ("event",)
    ordering = ("-id",)


@admin.register(Joining, site=site)
class Joinings(Looked):
    list_display = ("id", "paper_id", "gone_id", "why", "at", "parted_at")
    list_filter = ("why",)
    ordering = ("-id",)
