"""Django settings; everything that differs between installations comes from :mod:`opora.config.env`."""

from __future__ import annotations

from pathlib import Path

from opora.config.env import env
from opora.core.embedded import database_settings

PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = env.secret_key
DEBUG = False
ALLOWED_HOSTS = (
    ["*"]
    if env.base_url is None
    else [env.base_url.split("//")[-1].split("/")[0].split(":")[0], "localhost", "127.0.0.1"]
)
CSRF_TRUSTED_ORIGINS = [env.base_url] if env.base_url else []
BASE_URL = env.base_url or f"http://127.0.0.1:{env.port}"
OPORA_HOME = env.home
OPORA_DEMO = env.demo
OPORA_TILES_URL = env.tiles_url
OPORA_REQUIRE_MFA = env.require_mfa

INSTALLED_APPS = [
    "opora.core",  # first: its templates stand before allauth's
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "opora.territory",
    "opora.people",
    "opora.providers",
    "opora.surveys",
    "opora.governance",
    "opora.catalogue",
    "opora.certificates",
    "opora.enrolment",
    "opora.settlement",
    "opora.methodics",
    "opora.outreach",
    "opora.monitoring",
    "opora.planning",
    "opora.reporting",
    "opora.navigator",
    "opora.exchange",
    "opora.demo",
]

MIDDLEWARE = [
    "opora.core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "opora.core.middleware.ContentSecurityPolicyMiddleware",
    "opora.core.middleware.AdmissionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "opora.people.middleware.ActorMiddleware",
    "opora.territory.middleware.LocalTimeMiddleware",
    "opora.core.middleware.ReasonsMiddleware",
]

ROOT_URLCONF = "opora.config.urls"
WSGI_APPLICATION = "opora.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the applications in order: our sign-in pages replace those of allauth, which stands earlier.
        "DIRS": [PACKAGE / "core" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "opora.people.context.actor",
                "opora.core.office.context.office",
                "opora.core.ui.context.look",
            ],
            "builtins": [],
        },
    }
]

FORM_RENDERER = "opora.core.ui.forms.OporaRenderer"

DATABASES = {"default": database_settings(env)}
CACHES = {"default": {"BACKEND": "opora.core.shared_cache.SharedCache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
OPORA_ACTOR_OF = "opora.people.actors.actor_of"
AUTHENTICATION_BACKENDS = ["opora.people.backends.AccountBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "opora.people.signup.SignupForm"
ACCOUNT_FORMS = {"signup": "opora.people.registration.RegistrationForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER = "opora.people.adapter.AccountAdapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if (env.base_url or "").startswith("https") else "http"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
USERSESSIONS_TRACK_ACTIVITY = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

TASKS = {"default": {"BACKEND": "opora.core.jobs.backend.JobBackend"}}

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский")]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = env.home / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "opora.core.staticfiles.PackagedManifestStorage"},
}
WHITENOISE_USE_FINDERS = False
MEDIA_ROOT = env.home / "files"

EMAIL_BACKEND = "opora.core.mail.OutboxBackend"
DEFAULT_FROM_EMAIL = "Опора <no-reply@opora.example>"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = (env.base_url or "").startswith("https")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.base_url else None
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # an order may name every child of an organisation
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "opora.core.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"opora": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
