"""Every knob, typed, from the environment. A secret may also come from a file: `NAME_FILE`.

A value that cannot be used raises `ImproperlyConfigured` with a sentence that names the variable.
"""

from __future__ import annotations

import logging
import os
import secrets
import zoneinfo
from contextlib import suppress
from pathlib import Path
from typing import Any

import dj_database_url
import platformdirs
from django.core.exceptions import ImproperlyConfigured

YES = ("1", "true", "yes", "on")
NO = ("0", "false", "no", "off")
SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"


def text(name: str, default: str = "") -> str:
    """The variable `name`, or what stands in the file that `name`_FILE points to."""
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return os.environ.get(name, default)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: {file}: {error.strerror}.") from error


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if value and value not in YES + NO:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")
    return value in YES if value else default


def number(name: str, default: int, allowed: range) -> int:
    value = text(name, str(default)).strip()
    if not value.isdecimal() or int(value) not in allowed:
        span = f"from {allowed.start} to {allowed.stop - 1}"
        raise ImproperlyConfigured(f"{name} must be a whole number {span}, not {value!r}.")
    return int(value)


def words(name: str, default: str) -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def level(name: str, default: str) -> str:
    value = text(name, default).upper()
    if value not in logging.getLevelNamesMapping():
        raise ImproperlyConfigured(f"{name} must be DEBUG, INFO, WARNING or ERROR, not {value!r}.")
    return value


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        return zoneinfo.ZoneInfo(value).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImproperlyConfigured(
            f"{name} must be a time zone such as Europe/Berlin, not {value!r}."
        ) from error


def database(name: str, file: Path) -> dict[str, Any]:
    """The server that the variable `name` tells of, else SQLite in `file`."""
    url = text(name)
    if not url:
        return sqlite(str(file))
    try:
        parsed = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    except ValueError:
        parsed = {"ENGINE": ""}
    if parsed["ENGINE"] == SQLITE:
        return sqlite(parsed["NAME"])
    if parsed["ENGINE"] != POSTGRESQL:
        raise ImproperlyConfigured(
            f"{name} must look like postgres://user:password@host:5432/name "
            "or sqlite:////folder/file.sqlite3."
        )
    return {**parsed}


def sqlite(file: str) -> dict[str, Any]:
    """A file that many read while one writes; connections stay open, each thread has its own.

    The log of writes may grow to 64 MiB before it is worked into the file: an import touches the
    same pages of its indexes again and again, and writes each of them then once and not often.
    """
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; "
    pragmas += "PRAGMA cache_size=-24576; PRAGMA wal_autocheckpoint=16384;"
    options = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": pragmas}
    return {"ENGINE": SQLITE, "NAME": file, "CONN_MAX_AGE": None, "OPTIONS": options}


def kept_secret(file: Path) -> str:
    """A secret made on the first start and kept in the data folder, readable by its owner only."""
    with suppress(OSError):
        return file.read_text(encoding="ascii")
    secret = secrets.token_urlsafe(50)
    with suppress(OSError):  # a boot check says so; the secret lasts as long as this process
        _keep(secret, file)
        return file.read_text(encoding="ascii")
    return secret


def _keep(secret: str, file: Path) -> None:
    """Write the file whole or not at all; the first of several processes wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
        out.write(secret)
    with suppress(FileExistsError):
        file.hardlink_to(draft)
    draft.unlink()


BASE_DIR = Path(__file__).resolve().parent
DATA = Path(text("BROADSHEET_DATA") or platformdirs.user_data_dir("broadsheet"))
DATA = DATA.expanduser().absolute()
HOST = text("BROADSHEET_HOST", "127.0.0.1")
PORT = number("BROADSHEET_PORT", 8000, range(1, 65536))
WEB_PROCESSES = number("BROADSHEET_WEB_PROCESSES", 1, range(1, 257))
WEB_THREADS = number("BROADSHEET_WEB_THREADS", 4, range(1, 257))
MODEL = text("BROADSHEET_MODEL")
EMBED_THREADS = number("BROADSHEET_EMBED_THREADS", 1, range(1, 257))
SITE_NAME = text("BROADSHEET_SITE_NAME", "Broadsheet")
DEBUG = flag("BROADSHEET_DEBUG")
SECRET_KEY = text("BROADSHEET_SECRET_KEY") or kept_secret(DATA / "secret_key")
ALLOWED_HOSTS = words("BROADSHEET_ALLOWED_HOSTS", "127.0.0.1 localhost [::1]")

INDEX = DATA / "index"
REJECTS = DATA / "rejects"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "broadsheet.papers",
    "broadsheet.search",
    "broadsheet.feeds",
    "broadsheet.community",
    "broadsheet.readers",
    "broadsheet.web",
]
MIDDLEWARE = [
    "broadsheet.web.caching.visitors",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "broadsheet.web.headers.policies",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
AUTH_USER_MODEL = "readers.Reader"
ROOT_URLCONF = "broadsheet.urls"
WSGI_APPLICATION = "broadsheet.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "broadsheet.web.templating.environment"},
    }
]

DATABASES = {"default": database("DATABASE_URL", DATA / "broadsheet.sqlite3")}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 500},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "web" / "static"]
# served from the package as they are; `web.templating.asset` marks their addresses by content
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if DEBUG else 365 * 24 * 3600

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = time_zone("BROADSHEET_TIME_ZONE", "UTC")

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SAMESITE = "Lax"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": level("BROADSHEET_LOG_LEVEL", "WARNING")},
}
