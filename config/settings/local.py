"""One machine, no secrets: development and the demonstration."""

import os

from config.certificates import PLACE as DEMO_CERTIFICATES
from config.settings.base import *  # noqa: F403
from config.settings.base import REPORT_SIGNING_KEY, REPORT_SIGNING_PKCS11, environment_list

DEBUG = os.environ.get("DEBUG", "1") == "1"
SECRET_KEY = os.environ.get("SECRET_KEY") or "for-development-only-and-never-in-production"
ALLOWED_HOSTS = environment_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")

# Straight from the sources: no collectstatic between a change and the page.
STATIC_ROOT = None  # type: ignore[assignment]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# A passkey needs HTTPS everywhere but on localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

# A demonstration signs with certificates of its own (manage.py make_demo_certificates), unless others are named.
REPORT_SIGNING_DEMONSTRATION = DEBUG or os.environ.get("ASSAY_DEMONSTRATION", "") == "1"
_named = REPORT_SIGNING_KEY or REPORT_SIGNING_PKCS11
if REPORT_SIGNING_DEMONSTRATION and not _named and (DEMO_CERTIFICATES / "signing.key.pem").exists():
    REPORT_SIGNING_KEY = str(DEMO_CERTIFICATES / "signing.key.pem")
    REPORT_SIGNING_CERTIFICATES = str(DEMO_CERTIFICATES / "signing.pem")
    REPORT_SIGNING_ROOTS = str(DEMO_CERTIFICATES / "root.pem")
