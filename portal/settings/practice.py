"""The practice portal: a database of its own with made-up data, papers that say so, and no mail that leaves.

It is told apart from production by its database and its key, and ``portal.practice`` checks that it is.
"""

from portal.settings.base import *

PRACTICE = True
DEMO = True  # made-up people and accounts; that is what one practises on
DEBUG = False
SECRET_KEY = secret("PORTAL_PRACTICE_SECRET_KEY")
DATABASES["default"] = database_from_url(secret("PORTAL_PRACTICE_DATABASE_URL"))
# Both portals may run on one machine: files, sessions and queue are apart, too.
DATA_DIR = DATA_DIR / "practice"
STORAGES["default"]["OPTIONS"]["location"] = str(DATA_DIR / "files")  # type: ignore[index]
REDIS_URL = secret("PORTAL_PRACTICE_REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
ALLOWED_HOSTS = secret("PORTAL_PRACTICE_HOSTS", "127.0.0.1,localhost").split(",")
PUBLIC_ADDRESS = f"https://{ALLOWED_HOSTS[0]}"
SESSION_COOKIE_NAME = "practice_session"
CSRF_COOKIE_NAME = "practice_csrf"
# The same proxy stands in front as before the real one.
ALLAUTH_TRUSTED_PROXY_COUNT = 1
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
STATIC_ROOT = DATA_DIR / "static"
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
# Mail lies in files beside its data; the head of the seals is mailed to nobody.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
SEAL_MAIL_TO = []
