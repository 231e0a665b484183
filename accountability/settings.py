"""Settings, read from the environment; docs/deployment.md lists every variable.

Production is what you get when nothing is said: without DEVELOPMENT=1 or DEBUG=1 the site refuses to start until it
has a secret key and knows its own address. `make run` says DEVELOPMENT=1.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def env_flag(name: str) -> bool:
    """Whether the variable is switched on: 1, true, yes or on."""
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def env_list(name: str) -> list[str]:
    """The comma-separated items of the variable, without blanks."""
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


def env_number(name: str, default: int) -> int:
    """The whole number in the variable, or the default when it is unset or empty."""
    value = os.environ.get(name) or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def development_key() -> str:
    """This checkout's own secret key, made on first use, so that no key is ever a constant in the code."""
    path = BASE_DIR / ".secret-key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text()


# DEBUG adds Django's own error pages to development; without it our 404 and 500 are seen as readers see them.
DEBUG = env_flag("DEBUG")
DEVELOPMENT = DEBUG or env_flag("DEVELOPMENT")

SECRET_KEY = os.environ.get("SECRET_KEY", "")
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
# The only source of absolute URLs: never the Host header, which a visitor chooses.
SITE_ORIGIN = os.environ.get("SITE_ORIGIN", "").rstrip("/")

if DEVELOPMENT:
    SECRET_KEY = SECRET_KEY or development_key()
    PORT = env_number("PORT", 8000)
    SITE_ORIGIN = SITE_ORIGIN or f"http://127.0.0.1:{PORT}"
else:
    missing = []
    if len(SECRET_KEY) < 50:
        missing.append("SECRET_KEY (50 or more random characters)")
    if not SITE_ORIGIN:
        missing.append("SITE_ORIGIN (the site's public address, such as https://record.example.org)")
    if missing:
        raise ImproperlyConfigured(
            f"Set {' and '.join(missing)} in the environment, or DEVELOPMENT=1 on your own machine: docs/deployment.md."
        )

# What this process answers: everything, or only what is for readers.
SITE_ROLE = os.environ.get("SITE_ROLE") or "all"
if SITE_ROLE not in {"all", "public"}:
    raise ImproperlyConfigured(f"SITE_ROLE must be all or public, not {SITE_ROLE!r}.")
# Where the desk is, for links in e-mails and invitations; elsewhere where a process for readers has the public address.
DESK_ORIGIN = os.environ.get("DESK_ORIGIN", "").rstrip("/") or SITE_ORIGIN

ALLOWED_HOSTS = [urlsplit(SITE_ORIGIN).hostname or "", *env_list("EXTRA_HOSTS")]
if SITE_ROLE == "all" and DESK_ORIGIN != SITE_ORIGIN:
    ALLOWED_HOSTS.append(urlsplit(DESK_ORIGIN).hostname or "")
if DEVELOPMENT:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "campaigns",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "campaigns.http.headers.RouteHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "campaigns.staff.sessions.SessionLimitsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "campaigns.admin.language_middleware.DeskLanguageMiddleware",
    "campaigns.admin.editing.history.ChangeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "accountability.urls"
WSGI_APPLICATION = "accountability.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # The admin needs all three; none touches the session until a template asks, so public pages send no cookie.
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
if SITE_ROLE == "public":
    # Nobody logs in here, so nothing that could let anybody in is there. The accounts' own tables stay: who changed a
    # record is a key to them.
    desk = (
        *("django.contrib.admin", "django.contrib.messages", "django.contrib.sessions", "django_otp"),
        *("campaigns.admin.", "campaigns.staff.", "django.contrib.auth.middleware.", "django.middleware.csrf."),
    )
    INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith(desk)]
    MIDDLEWARE = [layer for layer in MIDDLEWARE if not layer.startswith(desk)]
    ROOT_URLCONF = "accountability.public_urls"
    TEMPLATES[0]["OPTIONS"] = {"context_processors": ["django.template.context_processors.request"]}

DATABASE_URL = os.environ.get("DATABASE_URL") or f"sqlite:///{BASE_DIR / 'db.sqlite3'}"
if not DATABASE_URL.startswith(("sqlite://", "postgresql://", "postgres://")):
    # Without repeating it: it may hold a password.
    raise ImproperlyConfigured("DATABASE_URL must begin with postgresql:// or sqlite://, or be unset for SQLite.")
# The development server has a new thread for each request, so a kept connection would never be used again.
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=0 if DEVELOPMENT else 60)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Measured with four writers: WAL alone failed in half of the transactions; with IMMEDIATE and 20 s in none.
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        # FULL, because NORMAL may lose the last commits when the power fails.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    # Idle connections die with a database restart; without the health check each costs a reader an error page.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "options": f"-c statement_timeout={env_number('STATEMENT_TIMEOUT', 5000)}"
        " -c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000"
        # Compiling a page's query takes longer than running it: an estimate of a large campaign would set it off.
        " -c jit=off",
        **DATABASES["default"].get("OPTIONS", {}),
    }
# Rendered pages, in each process; keys carry the record's revision. In development an edited template is seen at once.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    if DEVELOPMENT
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1000}}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
# A public page speaks its campaign's language, so no middleware guesses one from the browser.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or BASE_DIR / "staticfiles")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# In development an edited file is served at once, without collectstatic.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEVELOPMENT

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Who must have a second factor: everyone, publishers (and managers and superusers), or nobody.
SECOND_FACTOR = os.environ.get("SECOND_FACTOR") or ("nobody" if DEVELOPMENT else "publishers")
if SECOND_FACTOR not in {"everyone", "publishers", *(["nobody"] if DEVELOPMENT else [])}:
    raise ImproperlyConfigured("SECOND_FACTOR must be everyone or publishers; nobody is for development only.")
# After how many days without a login an account gets in no more; 0 for never.
STAFF_IDLE_DAYS = env_number("STAFF_IDLE_DAYS", 0 if DEVELOPMENT else 90)
OTP_TOTP_ISSUER = urlsplit(DESK_ORIGIN).hostname
PASSWORD_RESET_TIMEOUT = 3600
# Without a host no e-mail is sent: invitations are links to copy, and nobody is offered a link to a new password.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = env_number("EMAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = EMAIL_PORT != 465, EMAIL_PORT == 465, 10
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM") or f"noreply@{urlsplit(SITE_ORIGIN).hostname}"
# On the server, so that a session can be ended from there.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE = 2 * 3600
# How long a password or a code holds for what would do most harm.
PROOF_LASTS = max(env_number("PROOF_MINUTES", 15), 1) * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Strict"
if SITE_ROLE != "public":
    CSRF_FAILURE_VIEW = "campaigns.admin.csrf_failure.csrf_failure"
X_FRAME_OPTIONS = "DENY"
# Who may show our frames: sources as in the policy frame-ancestors. Everybody with https, unless partners are listed.
EMBED_FRAME_ANCESTORS = env_list("EMBED_FRAME_ANCESTORS") or (["https:", "http:"] if DEVELOPMENT else ["https:"])
# Never "no-referrer": browsers then send "Origin: null" and Django refuses every login.
SECURE_REFERRER_POLICY = "same-origin"
# Not one for every answer: `campaigns.http.headers` gives it to pages, and leaves it from what other sites may show or
# load.
SECURE_CROSS_ORIGIN_OPENER_POLICY = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
# A letter with a thousand signatories is one form, with seven fields for each of them.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_PERMISSIONS = 0o640

if not DEVELOPMENT:
    # The __Host- prefix makes a browser refuse the cookie unless it is secure and this host's own.
    SESSION_COOKIE_NAME = "__Host-sid"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    # The proxy in front must set this header itself, on every request.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = env_number("HSTS_SECONDS", 63072000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(levelname)s %(name)s: %(message)s"},
        "json": {"()": "accountability.logs.JsonLines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain" if DEVELOPMENT else "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}
