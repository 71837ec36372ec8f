"""Settings of the test suite."""

from portal.settings.base import *

DEMO = True
DEBUG = False
ALLOWED_HOSTS = ["*"]
PUBLIC_ADDRESS = "https://portal.example.go.th"
SECRET_KEY = "tests-only-" + "x" * 50
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["CONN_MAX_AGE"] = 0
STORAGES["default"]["OPTIONS"]["location"] = str(DATA_DIR / "test-files")  # type: ignore[index]
