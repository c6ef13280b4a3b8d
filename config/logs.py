"""How log lines look: readable at a terminal, JSON in production, never with personal data."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

PERSONAL = frozenset({
    "address", "authorization", "body", "cookie", "email", "ip", "key", "name", "note", "password",
    "recipient", "secret", "sender", "sessionid", "subject", "to", "token", "totp_secret", "user_agent",
})
SECRET_LINK = re.compile(r"(/(?:invitation|password/reset/key)/)[^/\s]+")


def without_personal_data(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank the values that could name a person or open a door; ids of records stay."""
    for name in PERSONAL & event.keys():
        event[name] = "[withheld]"
    return event


def without_secrets_of_links(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank the secret in the address of an invitation or a password reset: whoever reads it could use it."""
    if isinstance(event.get("event"), str):
        event["event"] = SECRET_LINK.sub(r"\1[withheld]", event["event"])
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_personal_data,
    without_secrets_of_links,
]


def logging_config(*, as_json: bool, level: str = "INFO") -> dict[str, Any]:
    """A ``LOGGING`` setting that sends the standard library's and structlog's lines the same way."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: list[Any] = (
        [
            # Without the values of local variables: those are people's data.
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"level": level},
            # Its lines quote the request, arguments and all.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": ["stderr"], "level": level, "propagate": False},
            "fontTools": {"level": "WARNING"},
            "mail.log": {"level": "WARNING"},  # the mail catcher's library names every peer
            "weasyprint": {"level": "ERROR"},
        },
    }
