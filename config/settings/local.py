"""One machine, no secrets: development and the demonstration."""

import os

from config.settings.base import *  # noqa: F403
from config.settings.base import environment_list

DEBUG = os.environ.get("DEBUG", "1") == "1"
SECRET_KEY = os.environ.get("SECRET_KEY") or "for-development-only-and-never-in-production"
ALLOWED_HOSTS = environment_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")

# Straight from the sources: no collectstatic between a change and the page.
STATIC_ROOT = None  # type: ignore[assignment]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# A passkey needs HTTPS everywhere but on localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
