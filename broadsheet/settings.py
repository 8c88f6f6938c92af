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

from broadsheet import connections

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


def pairs(name: str) -> dict[str, str]:
    """Words like `zotero=abc`, with blanks between."""
    told = [word.partition("=") for word in text(name).split()]
    if not all(key and value for key, _, value in told):
        raise ImproperlyConfigured(f"{name} must be names and keys, such as zotero=abc.")
    return {key: value for key, _, value in told}


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
TOKEN = text("BROADSHEET_TOKEN")
"""With which `broadsheet mcp` votes, saves and comments."""
API_LIMIT = number("BROADSHEET_API_LIMIT", 500, range(10_000_000))
SOURCES = text("BROADSHEET_SOURCES").split()
SOURCE_KEYS = pairs("BROADSHEET_SOURCE_KEYS")
ENRICH = words("BROADSHEET_ENRICH", "")
"""Which sites are asked about papers that are here already."""
ENRICH_MOST = number("BROADSHEET_ENRICH_MOST", 0, range(10_000))
"""About how many papers in a run; 0 for what each site allows without a key."""
FULL_TEXT = flag("BROADSHEET_FULL_TEXT")
FIRST_PAGES = flag("BROADSHEET_FIRST_PAGES")
"""Whether texts and pictures of papers are kept where their licences allow it."""
CONTACT = text("BROADSHEET_CONTACT")
ALLOW_LOOPBACK_SOURCES = False  # the tests' sources are on this machine
LOOKUP_ADDRESSES: dict[str, str] = {}  # the same, for papers that are looked up one by one
SUBMISSION_DAYS = number("BROADSHEET_SUBMISSION_DAYS", 14, range(1, 36_501))
SUBMISSIONS_A_DAY = number("BROADSHEET_SUBMISSIONS_A_DAY", 3, range(1_001))
PICK_DAYS = number("BROADSHEET_PICK_DAYS", 7, range(1, 61))
SITE_NAME = text("BROADSHEET_SITE_NAME", "Broadsheet")
DEBUG = flag("BROADSHEET_DEBUG")
SECRET_KEY = text("BROADSHEET_SECRET_KEY") or kept_secret(DATA / "secret_key")
ALLOWED_HOSTS = words("BROADSHEET_ALLOWED_HOSTS", "127.0.0.1 localhost [::1]")

PUBLIC_URL = connections.address("BROADSHEET_URL", text("BROADSHEET_URL"))
"""Where people reach the site. By https, cookies are for https only."""
IS_SECURE = PUBLIC_URL.scheme == "https"
TRUSTED_PROXIES = words("BROADSHEET_TRUSTED_PROXIES", "")
connections.require_networks("BROADSHEET_TRUSTED_PROXIES", TRUSTED_PROXIES)
"""Who may say, in headers, for whom a request is and how it came."""
SIGN_IN_HEADER = text("BROADSHEET_SIGN_IN_HEADER")
"""In which such a proxy names the reader."""
if SIGN_IN_HEADER and not TRUSTED_PROXIES:
    raise ImproperlyConfigured(
        "BROADSHEET_SIGN_IN_HEADER needs BROADSHEET_TRUSTED_PROXIES: else anybody could be anybody."
    )
MODE = text("BROADSHEET_MODE", "open").lower() or "open"
"""Who may join: all, the invited, nobody. Read-only: nobody, and nothing can be written."""
if MODE not in ("open", "invited", "closed", "read-only"):
    raise ImproperlyConfigured(
        f"BROADSHEET_MODE must be open, invited, closed or read-only, not {MODE!r}."
    )
if PUBLIC_URL.hostname and PUBLIC_URL.hostname not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(PUBLIC_URL.hostname)

INDEX = DATA / "index"
REJECTS = DATA / "rejects"

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.orcid",
    "allauth.usersessions",
    "django.contrib.humanize",
    "broadsheet.papers",
    "broadsheet.search",
    "broadsheet.feeds",
    "broadsheet.integrity",
    "broadsheet.community",
    "broadsheet.harvests",
    "broadsheet.readers",
    "broadsheet.interests",
    "broadsheet.digests",
    "broadsheet.contributions",
    "broadsheet.notices",
    "broadsheet.web",
]
MIDDLEWARE = [
    "broadsheet.web.proxies.believed",
    "broadsheet.web.caching.visitors",
    "broadsheet.integrity.networks.noted",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "broadsheet.web.headers.policies",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "broadsheet.web.proxies.signed_in",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "broadsheet.web.accounts.SeenNowAndThen",
    "broadsheet.web.accounts.AnsweredFaults",
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
    },
    # pages that django-allauth brings; our own are all Jinja
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "web" / "brought"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

DATABASES = {"default": database("DATABASE_URL", DATA / "broadsheet.sqlite3")}
CACHES = {
    # what all processes and machines must agree on: limits on requests
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "readers_counted",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # counts of requests, in each process its own
    "limits": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "limits",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
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

FILE_UPLOAD_HANDLERS = ["broadsheet.web.uploads.NoFiles"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "broadsheet.web.accounts.not_from_here"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = IS_SECURE
CSRF_TRUSTED_ORIGINS = [f"{PUBLIC_URL.scheme}://{PUBLIC_URL.netloc}"] if IS_SECURE else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None

# Accounts, by django-allauth
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "papers"
ACCOUNT_ADAPTER = "broadsheet.readers.joining.Joining"
SOCIALACCOUNT_ADAPTER = "broadsheet.readers.joining.JoiningFromElsewhere"
ACCOUNT_FORMS = {"signup": "broadsheet.readers.forms.SignUp"}
SOCIALACCOUNT_FORMS = {"signup": "broadsheet.readers.forms.SignUpFromElsewhere"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_URL.scheme or "http"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_USERNAME_VALIDATORS = "broadsheet.readers.handles.VALIDATORS"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{SITE_NAME}: "
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/h/ip",
    "confirm_email": "3/3m/key",
    "request_login_code": "20/h/ip,3/5m/key",
    "reset_password": "20/h/ip,5/h/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_SECURE
USERSESSIONS_TRACK_ACTIVITY = True
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
GITHUB = connections.Client(text("BROADSHEET_GITHUB_CLIENT"), text("BROADSHEET_GITHUB_SECRET"))
ORCID = connections.Client(text("BROADSHEET_ORCID_CLIENT"), text("BROADSHEET_ORCID_SECRET"))
OIDC = connections.Client(
    text("BROADSHEET_OIDC_CLIENT"),
    text("BROADSHEET_OIDC_SECRET"),
    connections.private_address("BROADSHEET_OIDC_URL", text("BROADSHEET_OIDC_URL")).geturl(),
    text("BROADSHEET_OIDC_NAME", "OpenID Connect"),
)
SOCIALACCOUNT_PROVIDERS = connections.providers(GITHUB, ORCID, OIDC)
SIGN_IN_ORIGINS = connections.origins(GITHUB, ORCID, OIDC)

# Letters
SMTP = connections.mail("BROADSHEET_SMTP", text("BROADSHEET_SMTP"))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if SMTP else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = SMTP.host, SMTP.port
EMAIL_HOST_USER = SMTP.user
EMAIL_HOST_PASSWORD = SMTP.password or text("BROADSHEET_SMTP_PASSWORD")
EMAIL_USE_TLS, EMAIL_USE_SSL = SMTP.scheme == "smtp+tls", SMTP.scheme == "smtp+ssl"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = text("BROADSHEET_MAIL_FROM") or (
    f"{SITE_NAME} <broadsheet@{PUBLIC_URL.hostname or 'localhost'}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
BOUNCE_ADDRESS, BOUNCE_TOKEN = text("BROADSHEET_BOUNCE_ADDRESS"), text("BROADSHEET_BOUNCE_TOKEN")
BOUNCES = connections.returns("BROADSHEET_BOUNCES", text("BROADSHEET_BOUNCES"))
LETTER_COUNTS = flag("BROADSHEET_LETTER_COUNTS")
ALLOW_LOOPBACK_WEBHOOKS = False  # the tests' receivers are on this machine
SITE_URL = PUBLIC_URL.geturl() or f"http://{HOST}:{PORT}"
"""The site as the world writes it, for addresses in letters."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"masked": {"()": "broadsheet.web.masking.Masked"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["masked"],
        }
    },
    # it logs whole addresses, and keys may stand in them
    "loggers": {"httpx": {"level": "WARNING"}, "httpcore": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": level("BROADSHEET_LOG_LEVEL", "WARNING")},
}
