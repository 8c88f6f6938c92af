"""The settings of the tests: those of the site, on a data folder that lasts as long as they run."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

for name in [name for name in os.environ if name.startswith("BROADSHEET_")]:
    if not name.startswith("BROADSHEET_TEST_"):
        del os.environ[name]
os.environ["BROADSHEET_DATA"] = tempfile.mkdtemp(prefix="broadsheet-tests-")
atexit.register(shutil.rmtree, os.environ["BROADSHEET_DATA"], ignore_errors=True)

from broadsheet.settings import *  # noqa: E402, F403  the environment comes first
from broadsheet.settings import DATA, DATABASES  # noqa: E402  after the environment is set

if "sqlite" in DATABASES["default"]["ENGINE"]:
    # a file as on a real site, not memory: locks and several connections behave otherwise there
    DATABASES["default"]["TEST"] = {"NAME": DATA / "tests.sqlite3"}

# a quick hash: how slow the real one is takes nothing from what the tests show
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
