"""Background work about readers."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore

from broadsheet.readers import actions


def tidy() -> None:
    """Forget what is no longer kept: events older than a year, sessions that have ended."""
    actions.forget_old_events()
    SessionStore.clear_expired()
