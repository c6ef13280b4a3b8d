"""Whether the mail server takes mail: after a failure of the server itself it is left alone for a while.

One failure stops the round, whatever waits; one line is logged when it begins and one when it is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from core import clock
from core.models import MailServer

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=10)
log = structlog.get_logger(__name__)


def name_of_server() -> str:
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"


def server_down() -> MailServer | None:
    """Return how the mail server does if it takes no mail at the moment."""
    return MailServer.objects.filter(name=name_of_server()).exclude(down_since=None).first()


def waits_until() -> datetime | None:
    """Return when the server may be asked again; None means now."""
    down = server_down()
    return down.retry_at if down and down.retry_at and down.retry_at > clock.now() else None


@transaction.atomic
def note_away(error: str) -> MailServer:
    """Note that the server takes nothing, and how long it is left alone: twice as long each time, up to ten minutes."""
    name = name_of_server()
    MailServer.objects.get_or_create(name=name)
    row = MailServer.objects.select_for_update(no_key=True).get(name=name)
    now = clock.now()
    row.failures, row.error, row.down_since = row.failures + 1, error[:500], row.down_since or now
    row.retry_at = now + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.failures - 1, 10))
    row.save()
    if row.failures == 1:
        log.warning("mail server away", server=name, error=row.error, retry_at=row.retry_at.isoformat())
    return row


def note_taken() -> None:
    """Note that the server takes mail again."""
    down = MailServer.objects.filter(name=name_of_server()).exclude(down_since=None)
    if down.update(failures=0, down_since=None, retry_at=None, error=""):
        log.warning("mail server back", server=name_of_server())
