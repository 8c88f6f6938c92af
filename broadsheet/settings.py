"""Every knob, typed, from the environment. A secret may also come from a file: `NAME_FILE`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import dj_database_url
import platformdirs


def text(name: str, default: str = "") -> str:
    """The variable `name`, or what stands in the file that `name`_FILE points to."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "")
    return value.lower() in {"1", "true", "yes", "on"} if value else default


def words(name: str, default: str) -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def kept_secret(file: Path) -> str:
    """A secret made on the first start and kept in the data folder, readable by its owner only."""
    try:
        return file.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    secret = secrets.token_urlsafe(50)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            out.write(secret)
    except FileExistsError:
        return file.read_text(encoding="ascii")
    except OSError:
        pass  # a boot check says that the folder cannot be written; the secret lives this long
    return secret


BASE_DIR = Path(__file__).resolve().parent
DATA = Path(text("BROADSHEET_DATA") or platformdirs.user_data_dir("broadsheet")).expanduser()
HOST = text("BROADSHEET_HOST", "127.0.0.1")
PORT = int(text("BROADSHEET_PORT", "8000"))
MODEL = text("BROADSHEET_MODEL")
SITE_NAME = text("BROADSHEET_SITE_NAME", "Broadsheet")
DEBUG = flag("BROADSHEET_DEBUG")
SECRET_KEY = text("BROADSHEET_SECRET_KEY") or kept_secret(DATA / "secret_key")
ALLOWED_HOSTS = words("BROADSHEET_ALLOWED_HOSTS", "127.0.0.1 localhost [::1]")

INDEX = DATA / "index"
REJECTS = DATA / "rejects"

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "broadsheet.papers",
    "broadsheet.search",
    "broadsheet.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
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

DATABASES = {
    "default": dj_database_url.parse(
        text("DATABASE_URL") or f"sqlite:///{DATA / 'broadsheet.sqlite3'}", conn_max_age=600
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "web" / "static"]

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = text("BROADSHEET_TIME_ZONE", "UTC")

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SAMESITE = "Lax"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": text("BROADSHEET_LOG_LEVEL", "WARNING")},
}
