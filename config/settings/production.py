"""A real place: refuses to start without its secrets, speaks HTTPS only, logs JSON."""

import os

from django.core.exceptions import ImproperlyConfigured

from config.logs import logging_config
from config.settings.base import *  # noqa: F403

for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_HOST"):
    if not os.environ.get(name):
        raise ImproperlyConfigured(f"Set the environment variable {name}: production has no default for it.")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Off only where something in front ends TLS and refuses plain HTTP, or for a trial on one machine.
HTTPS = os.environ.get("HTTPS", "1") == "1"
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if os.environ.get("BEHIND_PROXY", "") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = logging_config(as_json=True, level=os.environ.get("LOG_LEVEL", "INFO"))
