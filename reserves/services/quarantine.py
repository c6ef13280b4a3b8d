"""Deciding on files that are held as implausible: one officer releases or refuses each, and their case follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from core import cases, clock, feeds
from core.access import SYSTEM, Actor
from core.models import Case, FeedFile
from core.wording import hk_date
from reserves.services.intake import parse_now_or_later

QUARANTINE = "reserves.quarantine"
S = FeedFile.Status
#: How the case of a file is closed once the file is held no more.
OUTCOMES = {S.RECEIVED: "released", S.ACCEPTED: "released", S.REFUSED: "refused", S.SUPERSEDED: "corrected"}


def _words(params: dict[str, Any]) -> dict[str, Any]:
    """Return the feed by its title and the day as it is written in the reader's language."""
    return params | {"feed": feeds.FEEDS[params["feed"]].title, "as_of": hk_date(params["as_of"])}


cases.kind(
    QUARANTINE, prefix="HELD", title=gettext_lazy("File held as implausible"),
    summary=gettext_noop("Held and not counted for %(subject)s, %(as_of)s: %(feed)s (receipt %(receipt)s)"),
    queue="supervision", risk=Case.Risk.HIGH, seen_by_issuer=True, words=_words,
)


def follow_case(feed_file: FeedFile) -> None:
    """Open the case of a file that is held, or close it when the file is held no more."""
    if feed_file.status == S.QUARANTINED:
        hours = settings.SERVICE_CLOCKS["quarantine_decide_hours"]
        cases.open_case(
            QUARANTINE, subject=feed_file.subject, owner=feed_file.owner, key=str(feed_file.pk),
            as_of=feed_file.as_of, actor=SYSTEM, due_at=clock.now() + timedelta(hours=hours),
            params={"feed": feed_file.feed, "as_of": str(feed_file.as_of), "receipt": feed_file.pk},
        )
    elif case := case_of(feed_file):
        cases.close_case(case, outcome=OUTCOMES[S(feed_file.status)], actor=SYSTEM)


def case_of(feed_file: FeedFile) -> Case | None:
    """Return the open case about the file."""
    return Case.objects.filter(kind=QUARANTINE, key=str(feed_file.pk), status=Case.Status.OPEN).first()


@transaction.atomic
def release_file(feed_file: FeedFile, *, reason: str, actor: Actor) -> FeedFile:
    """Let a held file count, which opens the days that waited for it; a large one is read again by a worker.

    Raises:
        NotPermitted: the actor does not decide on held files.
        Refused: no reason is given, the actor sent it, it is decided already, or a newer file took its place.
    """
    return parse_now_or_later(feeds.release(feed_file, reason=_written(reason), actor=actor))


def refuse_file(feed_file: FeedFile, *, reason: str, actor: Actor) -> FeedFile:
    """Refuse a held file for a reason that its sender reads.

    Raises:
        NotPermitted: the actor does not decide on held files.
        Refused: no reason is given, the actor sent it, it is decided already, or a newer file took its place.
    """
    return feeds.turn_down(feed_file, reason=_written(reason), actor=actor)


def _written(reason: str) -> str:
    return reason.replace("\x00", "").strip()[:1000]
