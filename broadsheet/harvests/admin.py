"""Sources, runs and backfills in Django's administration: to look at, with pauses to set."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from broadsheet.harvests.models import Backfill, Host, Reject, Run, Source


class ReadOnly(admin.ModelAdmin[Any]):
    """Rows that the program writes; nobody else adds, changes or deletes them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Source)
class SourceAdmin(ReadOnly):
    """Which sources there are is said by the setting; here they can be paused."""

    list_display = ("name", "paused", "next_run", "failures", "claimed_until")
    readonly_fields = ("name", "failures", "claim", "claimed_until")
    fields = ("name", "paused", "next_run", "failures", "claim", "claimed_until")

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)


@admin.register(Run)
class RunAdmin(ReadOnly):
    list_display = ("id", "source", "started", "ended", "new", "changed", "rejected", "error")
    list_filter = ("source",)


@admin.register(Reject)
class RejectAdmin(ReadOnly):
    list_display = ("id", "run", "position", "reason", "retried")


@admin.register(Backfill)
class BackfillAdmin(ReadOnly):
    list_display = ("id", "source", "first", "last", "reached", "paused", "error", "ended")


@admin.register(Host)
class HostAdmin(ReadOnly):
    list_display = ("name", "next_turn", "rests_until", "held_until")
