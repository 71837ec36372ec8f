"""Demonstration and development on one machine."""

from portal.settings.base import *

DEMO = True
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
# Mail of the demonstration lies in files beside its data.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
SECRET_KEY = secret("PORTAL_SECRET_KEY", "demonstration-only-" + "x" * 50)
