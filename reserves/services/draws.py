"""The draw of days to be tested: a seed committed to when the period opens, revealed when it is over."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit, clock
from core.access import SYSTEM
from core.errors import Refused
from core.rulebook import load
from core.wording import enumerated, hk_date
from reserves.draw import SEED_BYTES, commitment_of, draw_days
from reserves.models import DrawSeed, Engagement, TestDay
from reserves.selectors.attestation import to_draw, to_open
from reserves.selectors.day_files import calendar_on
from reserves.workflows import ATTESTATION

SCHEMA = "assay.draw/1"


def _words(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"days": enumerated(hk_date(day) for day in data["days"].split(", "))}


REVEALED = audit.verb("reserves.attestation.revealed",
                      gettext_noop("revealed the seed of %(target)s, %(seed)s, which drew %(days)s"),
                      audience=audit.Audience.PUBLIC, words=_words)


@transaction.atomic
def open_engagement(engagement: Engagement) -> Engagement:
    """Make the seed of the draw and publish its SHA-256, as the period opens."""
    seed = secrets.token_hex(SEED_BYTES)
    row = ATTESTATION.apply(engagement, "open", actor=SYSTEM, note=commitment_of(seed))
    DrawSeed.objects.create(engagement=row, seed=seed)
    row.commitment, row.committed_at = commitment_of(seed), clock.now()
    row.save(update_fields=["commitment", "committed_at"])
    return row


def open_engagements() -> int:
    """Open every engagement whose period has begun; return how many."""
    waiting = list(to_open())
    for engagement in waiting:
        open_engagement(engagement)
    return len(waiting)


def draw_of(seed: str, *, coin: str, first: date, last: date, count: int = 1) -> dict[str, Any]:
    """Return the draw of a seed with everything that repeats it, by the business days as they are known now.

    Raises:
        Refused: the seed is not 64 hexadecimal digits, or the period has too few business days.
    """
    try:
        commitment = commitment_of(seed)
    except ValueError:
        raise Refused(_("A seed is 64 hexadecimal digits."), code="seed")
    calendar = calendar_on(load(), last)
    days = list(calendar.business_days(first, last))
    if len(seed) != 2 * SEED_BYTES or count >= len(days):
        raise Refused(_("The period has too few business days, or the seed is not 64 hexadecimal digits."), code="draw")
    drawn = draw_days(seed, days[:-1], coin=coin, first=first, last=last, count=count)
    return {
        "schema": SCHEMA, "seed": seed, "commitment": commitment, "coin": coin, "first": first.isoformat(),
        "last": last.isoformat(), "count": count, "period_end": days[-1].isoformat(),
        "closures": sorted(day.isoformat() for day in calendar.closures if first <= day <= last),
        "candidates": [day.isoformat() for day in days[:-1]], "days": [day.isoformat() for day in drawn],
    }


@transaction.atomic
def reveal_draw(engagement: Engagement) -> Engagement:
    """Reveal the seed of a period that is over and draw its days; drawn once, they stay.

    Raises:
        Refused: the period is not over, or no seed is committed to.
    """
    row = Engagement.objects.select_for_update(no_key=True, of=("self",)).select_related("coin__issuer").get(
        pk=engagement.pk)
    if row.drawn_at:
        return row
    if row.status != Engagement.Status.OPEN or row.period_end >= clock.today():
        raise Refused(_("The seed is revealed when the period is over."), code="too_early")
    seed = DrawSeed.objects.get(engagement=row).seed
    row.draw = draw_of(seed, coin=row.coin.symbol, first=row.period_start, last=row.period_end, count=row.random_days)
    row.drawn_at = clock.now()
    row.save(update_fields=["draw", "drawn_at"])
    tested = {row.draw["period_end"]: TestDay.Kind.PERIOD_END} | dict.fromkeys(row.draw["days"], TestDay.Kind.RANDOM)
    TestDay.objects.bulk_create(
        TestDay(engagement=row, kind=kind, as_of=date.fromisoformat(day)) for day, kind in tested.items()
    )
    audit.record(REVEALED, target=row, actor=SYSTEM, data={"seed": seed, "days": ", ".join(row.draw["days"])})
    return row


def reveal_draws() -> int:
    """Reveal the draw of every period that is over; return how many."""
    waiting = list(to_draw())
    for engagement in waiting:
        reveal_draw(engagement)
    return len(waiting)
