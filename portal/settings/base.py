"""Settings that hold everywhere. Secrets and addresses come from the environment only."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("PORTAL_DATA_DIR", BASE_DIR / ".data"))


def secret(name: str, default: str | None = None) -> str:
    """Read a secret from NAME, or from the file that NAME_FILE points to.

    Raises ImproperlyConfigured when neither is set and there is no default.
    """
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set")
    return value


def database_from_url(url: str) -> dict[str, object]:
    """Turn postgresql://user:password@host:port/name?option=value into Django's form."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or (unquote(parts.hostname) if parts.hostname else "")
    # History triggers ask for this setting row by row. Where it is missing each asking fails inside a
    # subtransaction, and each failure walks through all foreign keys still to be checked.
    # The tables of a file under way are temporary; they stay in memory, taken only where it is used.
    # Compiling takes longer than any query of a page, and longer than it saves where a file's statements
    # name hundreds of expressions.
    fixed = "-c pgtrigger.ignore={} -c temp_buffers=64MB -c jit=off"
    options["options"] = f"{options.get('options', '')} {fixed}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        # Trigram and Thai sort keys need a C.UTF-8 character type, in test databases too.
        "TEST": {"TEMPLATE": "template0"},
    }


def identity_provider(code: str, name: str, *, scope: str) -> dict[str, object] | None:
    """An OpenID Connect provider out of PORTAL_OIDC_<CODE>_URL and its fellows; None where it has no address.

    _URL is the issuer or its discovery document; _CLIENT and _SECRET (or _SECRET_FILE) are what the provider
    gave us; _NAME, _SCOPE and _SUBJECT (the claim that names the person, "sub") may differ from ours. Raises
    ImproperlyConfigured when the address is there and the others are not.
    """
    prefix = f"PORTAL_OIDC_{code.upper()}"
    url = os.environ.get(f"{prefix}_URL", "")
    if not url:
        return None
    return {
        "provider_id": code,
        "name": os.environ.get(f"{prefix}_NAME", name),
        "client_id": secret(f"{prefix}_CLIENT"),
        "secret": secret(f"{prefix}_SECRET"),
        "settings": {
            "server_url": url,
            "scope": os.environ.get(f"{prefix}_SCOPE", scope).split(),
            "uid_field": os.environ.get(f"{prefix}_SUBJECT", "sub"),
        },
    }


DATABASES = {
    "default": database_from_url(secret("PORTAL_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/portal"))
}
REDIS_URL = secret("PORTAL_REDIS_URL", "redis://127.0.0.1:6379/0")

INSTALLED_APPS = [
    "portal",
    "offices",
    "factories",
    "mining",
    "promotion",
    "reporting",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "django_htmx",
    "csp",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.RequestIdMiddleware",
    "portal.middleware.PracticeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.ActorMiddleware",
    "portal.middleware.ProblemMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.house",
            ],
            "builtins": ["portal.templatetags.portal"],
        },
    }
]

# Who signs in. The model holds no power: authority comes from dated assignments only.
AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "portal.passwords.LengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "portal.passwords.BreachedPasswordValidator"},
    {"NAME": "portal.passwords.OwnWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "portal.accounts.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# An office shares one address; a person is told apart by what he types.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/15m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
# Whoever tries the codes of invitations (offices.accounts): a code has 80 random bits besides.
INVITATION_RATE_LIMITS = {"invitation": "10/m/ip,60/h/ip"}
MFA_ADAPTER = "portal.accounts_mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "portal.accounts_forms.AddPasskeyForm",
    "edit_webauthn": "portal.accounts_forms.RenamePasskeyForm",
    "login_webauthn": "portal.accounts_forms.LoginPasskeyForm",
    "authenticate_webauthn": "portal.accounts_forms.PasskeyForm",
    "reauthenticate_webauthn": "portal.accounts_forms.ReauthenticatePasskeyForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}
MFA_TOTP_ISSUER = "สอจ."

# Sign-in through others (portal.accounts_oidc): each is switched on by its address in the environment.
SOCIALACCOUNT_ADAPTER = "portal.accounts_oidc.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "portal.accounts_oidc.Provider",
        "APPS": [
            provider
            for provider in (
                identity_provider("thaid", "ThaID", scope="openid pid name"),
                identity_provider("officer", "i-Industry Officer", scope="openid profile email"),
            )
            if provider is not None
        ],
    }
}

# Card numbers and the like are kept sealed and as keyed hashes (portal.secretbox). One key a line, the
# newest first; the hash key never changes. Development's own stand in for both until production asks.
PERSONAL_KEYS = secret("PORTAL_PERSONAL_KEYS", "demonstration-only-" + "k" * 50).split()
PERSONAL_HASH_KEY = secret("PORTAL_PERSONAL_HASH_KEY", "demonstration-only-" + "h" * 50)

SESSION_ENGINE = "portal.sessions"
# 30 minutes idle, 12 hours absolute (the middleware ends the second).
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_ABSOLUTE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# Where the portal is reached; stands on papers, in the address of their public check.
PUBLIC_ADDRESS = f"http://127.0.0.1:{os.environ.get('PORTAL_PORT', '8000')}"

LANGUAGE_CODE = "th"
LANGUAGES = [("th", "ไทย"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
TIME_ZONE = "Asia/Bangkok"
USE_TZ = True
USE_I18N = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files"), "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
FILTERS_EMPTY_CHOICE_LABEL = gettext_lazy("ทั้งหมด")
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# The client says unix://, Celery says redis+socket:// for the same thing.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BEAT_SCHEDULE = {
    # They expire when the next is due, so that a night without workers leaves no heap of them.
    "dispatch-jobs": {"task": "portal.tasks.dispatch_jobs", "schedule": 15.0, "options": {"expires": 15.0}},
    "reap-jobs": {"task": "portal.tasks.reap_jobs", "schedule": 30.0, "options": {"expires": 30.0}},
    "seal-audit": {
        "task": "portal.tasks.seal_audit",
        "schedule": crontab(minute=5),
        "options": {"expires": 3600.0},
    },
    "purge-sessions": {"task": "portal.tasks.purge_sessions", "schedule": crontab(hour=2, minute=25)},
    "purge-drafts": {"task": "portal.tasks.purge_drafts", "schedule": crontab(hour=2, minute=5)},
    "propose-erasure": {
        "task": "offices.tasks.propose_erasure",
        "schedule": crontab(hour=3, minute=20, day_of_week=1),
    },
    "obligations": {"task": "reporting.tasks.obligations", "schedule": crontab(hour=1, minute=15)},
}

# The head of the audit's chain is mailed here, outside the database (portal.seals); comma between several.
SEAL_MAIL_TO = [one.strip() for one in os.environ.get("PORTAL_SEAL_MAIL_TO", "").split(",") if one.strip()]
SEAL_MAIL_FROM = DEFAULT_FROM_EMAIL = os.environ.get("PORTAL_MAIL_FROM", "portal@localhost")
EMAIL_HOST = os.environ.get("PORTAL_MAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("PORTAL_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("PORTAL_MAIL_USER", "")
EMAIL_HOST_PASSWORD = secret("PORTAL_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("PORTAL_MAIL_TLS", "") == "1"
EMAIL_TIMEOUT = 10

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 100,
}
SPECTACULAR_SETTINGS = {"TITLE": "สอจ. API", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False}

# The registry of rows, seen by triggers: bulk writes and COPY leave history too.
PGHISTORY_APPEND_ONLY = True

PRACTICE = False  # portal.settings.practice: papers are marked, no mail leaves
DEMO = False  # demonstration accounts and data may exist; never in production (portal.checks)
DEBUG = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Both bounds stand in portal/deploy/Caddyfile, too.
UPLOAD_MAX_BYTES = 64 * 1024 * 1024
UPLOAD_MAX_BYTES_OF_REGISTER = (
    200 * 1024 * 1024
)  # the nation's feed, sent by the centre: 241,349 rows are 126 MB

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("PORTAL_LOG_LEVEL", "INFO")},
}
