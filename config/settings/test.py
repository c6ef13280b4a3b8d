"""The test suite: own database, own broker database and keys, a fast password hash, otherwise like production."""

import os
from pathlib import Path

from config import broker, embedded
from config.settings.local import *  # noqa: F403
from config.settings.local import CACHES, DATABASES, REDIS_URL

DEBUG = False
WHITENOISE_AUTOREFRESH = True  # looked for when asked for: the client of each test would list all of them
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Two runs on one machine, and the parallel processes of one run, must not read each other's queues.
TEST_DATABASE = os.environ.get("ASSAY_TEST_DATABASE", "assay_test")
TEST_NAMESPACE = os.environ.get("ASSAY_TEST_NAMESPACE") or "-".join(
    [TEST_DATABASE, os.environ.get("PYTEST_XDIST_WORKER", "main")]
)
DATABASES["default"]["TEST"] = {"NAME": TEST_DATABASE}
CACHES["default"]["LOCATION"] = broker.cache_url(REDIS_URL, broker.TEST_CACHE)
CACHES["default"]["KEY_PREFIX"] = TEST_NAMESPACE
CELERY_BROKER_DATABASE = broker.TEST_BROKER
CELERY_KEY_PREFIX = f"{TEST_NAMESPACE}:"

BLOB_ROOT = Path(os.environ.get("ASSAY_BLOB_ROOT") or embedded.VAR / "test" / TEST_NAMESPACE / "blobs")

# A test that signs says with what.
REPORT_SIGNING_KEY = REPORT_SIGNING_PKCS11 = REPORT_SIGNING_CERTIFICATES = REPORT_SIGNING_ROOTS = ""
REPORT_SIGNING_PASSPHRASE = ""
REPORT_SIGNING_DEMONSTRATION = False
