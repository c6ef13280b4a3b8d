"""What is known of an issuer on a day for the rules on the issuer itself; what is not known is left out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Min, Q

from issuers.facts import capital_facts, stated_facts
from issuers.models import Issuer
from issuers.selectors import licence_on
from reserves.models import Break, ReserveDay
from reserves.selectors.disclosure_facts import attestation_facts, publication_facts

Facts = dict[str, Any]
HOUR = timedelta(hours=1)
#: The rule on reporting breaches is not itself a thing to report under it.
REPORTING_RULE = "HK-REP-04"


def issuer_facts(issuer: Issuer, as_of: date, *, seen_at: datetime) -> Facts:
    """Return the facts of the rulebook's table, scope issuer, as they stood when the day was judged (``seen_at``).

    What the authority set and the issuer filed comes first; what the platform counts itself goes over it.
    """
    licence, stated = licence_on(issuer, as_of), stated_facts(issuer, None, as_of)
    return (
        # No record of the authority's own act means that it did not act.
        {"approval.publication_interval": False}
        | stated
        | capital_facts(issuer, as_of)
        | publication_facts(issuer, as_of)
        | attestation_facts(issuer, as_of, stated_period_end=stated.get("attestation.period_end"))
        | {"as_of": as_of, "statement.days_missing": days_missing(issuer, as_of)}
        | ({"licence.effective_on": licence.effective_on} if licence else {})
        | unreported(issuer, as_of, seen_at)
    )


def days_missing(issuer: Issuer, as_of: date) -> int | None:
    """Return for how many days up to ``as_of`` some coin has no statement of its reserve (SUP 2.7.2).

    A statement is a judged day with market value and circulation. Counted from the first day of each
    coin that the platform has; None where it has none.
    """
    whole = Q(days__status=ReserveDay.Status.JUDGED, days__as_of__lte=as_of)
    lacking: set[date] = set()
    coins = issuer.coins.annotate(first=Min("days__as_of", filter=whole)).exclude(first=None)
    if not coins:
        return None
    for coin in coins:
        stated = set(
            ReserveDay.objects.filter(
                coin=coin, status=ReserveDay.Status.JUDGED, as_of__lte=as_of,
                reserve_market_value__isnull=False, circulation__isnull=False,
            ).values_list("as_of", flat=True)
        )
        lacking |= {
            day for offset in range((as_of - coin.first).days + 1)
            if (day := coin.first + timedelta(days=offset)) not in stated
        }
    return len(lacking)


def unreported(issuer: Issuer, as_of: date, seen_at: datetime) -> Facts:
    """Return how many breaches the issuer had not reported when the day was judged, and the oldest one's age.

    Where nothing else is unreported but a difference is carried over, nobody has recorded whether that
    was reported: the count is then unknown, and left as the issuer or the authority stated it.
    """
    standing = issuer.breaches.exclude(rule=REPORTING_RULE).filter(
        Q(notified_at=None) | Q(notified_at__gt=seen_at), Q(closed_at=None) | Q(closed_at__gt=seen_at),
        first_as_of__lte=as_of, opened_at__lte=seen_at,
    )
    opened = sorted(standing.values_list("opened_at", flat=True))
    if opened:
        return {
            "breach.unreported_count": len(opened),
            "breach.oldest_unreported_hours": Decimal((seen_at - opened[0]) // HOUR),
        }
    carried = Break.objects.filter(
        Q(resolved_on=None) | Q(resolved_on__gt=as_of), coin__issuer=issuer, opened_on__lt=as_of
    )
    return {} if carried.exists() else {"breach.unreported_count": 0}
