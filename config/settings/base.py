"""What every place shares; whatever differs from place to place or is secret comes from the environment."""

import json
import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import broker, embedded
from config.logs import logging_config

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = embedded.VAR


def environment_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


# --- where we are ---------------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = os.environ.get("SECRET_KEY", "")
ALLOWED_HOSTS = environment_list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = environment_list("CSRF_TRUSTED_ORIGINS")
SHOW_OFFICER_NAMES = os.environ.get("SHOW_OFFICER_NAMES", "0") == "1"  # to issuers, who else see roles
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000")  # for links in mails and documents
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

# --- what runs ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.Config",
    "core",
    "issuers",
    "reserves",
    "aml",
    "reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.apps.StaticFiles",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_tables2",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
]

MIDDLEWARE = [
    "config.health.Answer",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.SessionsSeen",
    "core.middleware.RequestContext",
    "core.middleware.SecondFactorRequired",
    "core.middleware.SiteGate",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.page",
            ],
        },
    }
]
FORM_RENDERER = "core.form_renderer.Renderer"

# --- where things are kept ------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or embedded.database_url(),
        conn_max_age=None,  # opening a connection per request costs five times the request
        conn_health_checks=True,
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL") or embedded.redis_url()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": broker.cache_url(REDIS_URL, broker.CACHE),
    }
}
BLOB_ROOT = VAR / "blobs"  # every byte received or filed, under its SHA-256
BLOB_FSYNC = True
PAGE_CACHE = VAR / "cache" / "pages"  # pictures and texts of pages, made anew where they are missing
# Where senders put files over SFTP, as sender/coin/feed/file; unset: nobody looks.
DROP_FOLDER = Path(os.environ["ASSAY_DROP_FOLDER"]) if os.environ.get("ASSAY_DROP_FOLDER") else None
FEED_MAX_BYTES = 200 * 1_000_000
FEED_PARSE_IN_REQUEST_BYTES = 5 * 1_000_000  # larger files are parsed by a worker
DOCUMENT_MAX_BYTES = 50 * 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = FEED_MAX_BYTES + 1_000_000
FILE_UPLOAD_HANDLERS = ["core.spooling.SpoolUpToLimit"]
FILE_UPLOAD_TEMP_DIR = None

# --- who may enter --------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "core.signin.Adapter"  # refuses sign-up: people are invited, never self-registered
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # the address was verified by the officer who made the account
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Assay"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s before and after: RFC 6238, 5.2 recommends one for the time on the way
USERSESSIONS_TRACK_ACTIVITY = True  # by core.middleware.SessionsSeen

# --- what a browser is told -----------------------------------------------------------------------
SESSION_COOKIE_AGE = 8 * 60 * 60  # one working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- languages and time ---------------------------------------------------------------------------
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Hong_Kong"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hant", _("Traditional Chinese")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [ROOT / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- static files ---------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", VAR / "static"))

# --- mail -----------------------------------------------------------------------------------------
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "1025"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "") == "1"
EMAIL_TIMEOUT = 20
MAIL_DOMAIN = os.environ.get("MAIL_DOMAIN", "assay.example")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Assay <no-reply@assay.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The box to which mail comes back; the message is added to its name ("bounces+12.ab34@..."). Unset: answers go to the
# sender, and are found by the Message-ID that they quote.
MAIL_BOUNCE_ADDRESS = os.environ.get("MAIL_BOUNCE_ADDRESS", "")
# Where a mail server drops what came back, as a maildir or a mbox file; unset: nobody looks.
MAIL_BOUNCES = Path(os.environ["MAIL_BOUNCES"]) if os.environ.get("MAIL_BOUNCES") else None
MAIL_PER_MINUTE = int(os.environ.get("MAIL_PER_MINUTE", "3000"))  # to the mail server; 0: as fast as it takes them
MAIL_OPTIONAL_PER_DAY = int(os.environ.get("MAIL_OPTIONAL_PER_DAY", "5"))  # to one person; the rest waits a day
MAIL_LEAST_RECIPIENTS = 2  # of a licensee's people, whom notices have to reach
# Policy of the authority: whether signed reports go with mail to its own officers, and only where it is encrypted.
MAIL_ATTACH_REPORTS_TO_OFFICERS = os.environ.get("MAIL_ATTACH_REPORTS_TO_OFFICERS", "0") == "1"
MAIL_ATTACHMENTS_ENCRYPTED = os.environ.get("MAIL_ATTACHMENTS_ENCRYPTED", "1") == "1"

# --- API ------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    # Keys only: a browser's session, which needs a second factor, is for pages.
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.api_auth.ApiKeyAuthentication"],
    # The framework exempts itself from LoginRequiredMiddleware: without this line every endpoint is open.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "core.api.refusals.answer_exception",
    "DEFAULT_THROTTLE_CLASSES": ["core.api.limits.VisitorLimit", "core.api.limits.KeyLimit"],
    "DEFAULT_THROTTLE_RATES": {
        "visitor": os.environ.get("API_RATE_VISITOR", "120/min"),
        "key": os.environ.get("API_RATE_KEY", "1200/min"),
    },
    # Whom a limit counts: the caller itself, or what the proxy in front says it is, never what the caller says.
    "NUM_PROXIES": 1 if os.environ.get("BEHIND_PROXY", "") == "1" else 0,
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# How often one address may ask a page that takes secrets or writes of people without an account.
PAGE_RATES = {
    "invitation": os.environ.get("PAGE_RATE_INVITATION", "20/hour"),
    "contact": os.environ.get("PAGE_RATE_CONTACT", "10/hour"),
    "unsubscribe": os.environ.get("PAGE_RATE_UNSUBSCRIBE", "60/hour"),
    "verify": os.environ.get("PAGE_RATE_VERIFY", "60/hour"),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Assay",
    "DESCRIPTION": "Stablecoin issuer licensing and reserve-compliance monitoring.",
    "VERSION": "1",
    "LICENSE": {"name": "Apache-2.0"},
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "Verdict": "core.models.Finding.Verdict",
        "FileState": "core.models.FeedFile.Status",
        "ReportState": "reports.models.ReportRun.Status",
        "ReportKind": "reports.models.ReportRun.Kind",
        "LicenceState": "issuers.models.Licence.Status",
        "RegisterVerdict": "issuers.selectors.verdicts.VERDICTS",
        "ProposalState": "issuers.models.Proposal.Status",
        "ConditionKind": "issuers.api.licence_shapes.CONDITION_KINDS",
        "LicencePower": "issuers.api.licence_shapes.LICENCE_POWERS",
        "ObligationState": "issuers.models.Obligation.Status",
        "NoticeState": "issuers.models.EventNotice.Status",
        "EventKind": "issuers.events.CHOICES",
        "ListSource": "aml.models.Source",
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums"],
}

# --- which nodes say what is on a chain ------------------------------------------------------------
# {"eip155:1": [{"name": "Node A", "url": "https://...", "headers": {"Authorization": "..."}}, ...]}: two or more of
# different operators for each chain, archives that know which blocks are final. Addresses and headers may hold secrets.
CHAIN_ENDPOINTS = json.loads(os.environ.get("ASSAY_CHAIN_ENDPOINTS") or "{}")
CHAIN_LIMITS: dict[str, Any] = {}  # fields of reserves.chain.rpc.Limits that differ here

# --- lists of sanctioned people, companies and wallets ----------------------------------------------
# Where each list is fetched from, addresses parted by commas; a list without one is loaded as files.
WATCHLIST_URLS = {
    source: environment_list(f"ASSAY_WATCHLIST_{source.upper()}_URLS")
    for source in ("ofac", "un", "eu", "uk", "hk", "own", "crypto")
}
WATCHLIST_HOSTS = environment_list("ASSAY_WATCHLIST_HOSTS")  # to which a publisher may send on, beside those known
WATCHLIST_LATER_BYTES = 20_000_000  # larger files that are sent on a page are read by a worker
# Days after which a list is said to be old, wherever its results are shown. The law names none: the guideline asks
# for lists that are up to date. Zero: never.
WATCHLIST_AGE_DAYS = {"ofac": 2, "un": 2, "eu": 2, "uk": 2, "hk": 7, "own": 0, "crypto": 7}

# --- the authority's own clocks -------------------------------------------------------------------
# The law sets none of these; they are shown as settings of the authority, never as law.
SERVICE_CLOCKS: dict[str, Any] = {
    "feed_due_time": "09:00",  # Hong Kong time, on the business day after the day reported on
    "breach_acknowledge_hours": 4,
    "late_feed_look_back_days": 14,
    "break_explain_business_days": 2,  # until a break that nobody explained is worked as a case
    "break_second_officer_above": "1000000",  # of the break's currency: what one officer may accept alone
    "quarantine_decide_hours": 4,
    "contact_answer_business_days": 5,
    "application_business_days": 90,
    "request_reply_business_days": 15,
    "consent_business_days": 40,
    "notice_business_days": 5,
    "representation_business_days": 10,  # to decide once the licensee was heard
    "aml_return_days": 30,  # after the quarter; the guideline asks for registers, not for a return
    "complaint_return_days": 30,  # after the quarter; the guideline asks for the records, not for a return
    "invitation_days": 14,
    "draft_reminder_days": 7,  # that a draft lay, before its people are told that it is not submitted
    "fee_invoice_days_ahead": 30,
    "weekly_statement_weekday": 4,  # the day that a weekly statement is as at: 0 is Monday, 4 Friday
    "auditor_access_days": 180,  # after a period's end, the longest that its auditors may be let in
    "few_recipients_business_days": 5,
    "mail_undelivered_business_days": 1,  # to reach somebody whose mail did not arrive
    "false_match_days": 365,  # that a false match is remembered, before the same pair is looked at anew
}

# --- screening ------------------------------------------------------------------------------------
# Lists without which nobody is called screened (AML guideline 7.2: those of the United Nations and of the Gazette).
SCREENING_REQUIRES = [
    source.strip() for source in os.environ.get("ASSAY_SCREENING_REQUIRES", "un,hk").split(",") if source.strip()
]

# Directory with the certificates (PEM) to which a signature on a filed PDF has to lead to be called trusted.
SIGNATURE_TRUST_ROOTS = os.environ.get("SIGNATURE_TRUST_ROOTS", "")
# The same for the authority's own reports: the certificates that sign them, or did. Others may not vouch for these.
REPORT_TRUST_ROOTS = os.environ.get("REPORT_TRUST_ROOTS", SIGNATURE_TRUST_ROOTS)

# --- signing the authority's own documents ---------------------------------------------------------
# The key: a file (PKCS#12, or PEM with its certificates in a file of their own), or a token (path of the PKCS#11
# module, with the token's name and the label of key and certificate). The passphrase is the token's PIN as well.
# Without a key documents stay unsigned.
REPORT_SIGNING_KEY = os.environ.get("REPORT_SIGNING_KEY", "")
REPORT_SIGNING_CERTIFICATES = os.environ.get("REPORT_SIGNING_CERTIFICATES", "")
REPORT_SIGNING_PASSPHRASE = os.environ.get("REPORT_SIGNING_PASSPHRASE", "")
REPORT_SIGNING_PKCS11 = os.environ.get("REPORT_SIGNING_PKCS11", "")
REPORT_SIGNING_TOKEN = os.environ.get("REPORT_SIGNING_TOKEN", "")
REPORT_SIGNING_LABEL = os.environ.get("REPORT_SIGNING_LABEL", "")
# Certificates (a PEM file, or a directory of them) to which signatures of ours lead, those of earlier keys too:
# what readers are offered to trust, and what our own documents are checked with.
REPORT_SIGNING_ROOTS = os.environ.get("REPORT_SIGNING_ROOTS", "")
REPORT_SIGNING_DEMONSTRATION = False  # whether a certificate of a demonstration may sign here

# --- how to pay the authority ---------------------------------------------------------------------
# Payee and account as invoices print them, lines parted by "|"; without it an invoice says that they are notified.
AUTHORITY_PAYMENT_LINES = [
    line.strip() for line in os.environ.get("AUTHORITY_PAYMENT_LINES", "").split("|") if line.strip()
]

LOGGING = logging_config(as_json=False, level=os.environ.get("LOG_LEVEL", "INFO"))
