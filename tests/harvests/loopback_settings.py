"""The settings of a site whose sources are on this machine."""

from broadsheet.settings import *  # noqa: F403  all of them

ALLOW_LOOPBACK_SOURCES = True
