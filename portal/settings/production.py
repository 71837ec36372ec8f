"""Production: every secret from the environment, every cookie over TLS."""

from portal.settings.base import *

DEMO = False
DEBUG = False
SECRET_KEY = secret("PORTAL_SECRET_KEY")
PERSONAL_KEYS = secret("PORTAL_PERSONAL_KEYS").split()
PERSONAL_HASH_KEY = secret("PORTAL_PERSONAL_HASH_KEY")
ALLOWED_HOSTS = secret("PORTAL_HOSTS").split(",")
PUBLIC_ADDRESS = f"https://{ALLOWED_HOSTS[0]}"
# One proxy stands in front (docker-compose.yml): limits by address count readers, not the proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = 1
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
DATABASES["default"]["OPTIONS"].setdefault("sslmode", "prefer")  # type: ignore[attr-defined]
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
# Preloading binds the whole domain in every browser; that is for the ministry to ask, not for us.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
