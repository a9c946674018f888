"""Settings of the test run: the real database, no pool (tests truncate and copy databases), plain static files."""

from opora.config.settings import *  # noqa: F403
from opora.config.settings import DATABASES, STORAGES

DATABASES["default"].get("OPTIONS", {}).pop("pool", None)
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
OPORA_REQUIRE_MFA = False
