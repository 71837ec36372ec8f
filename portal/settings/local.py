"""Demonstration and development on one machine."""

from portal.settings.base import *

DEMO = True
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SECRET_KEY = secret("PORTAL_SECRET_KEY", "demonstration-only-" + "x" * 50)
