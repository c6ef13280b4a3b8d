"""What planning and settling a licensee's duties rests on: what is on record of it, and what that settles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings

from core import clock
from core.deadlines import day_of
from core.rulebook.periods import month_end
from issuers.duty_calendar import DUTIES, CoinOwed, ConditionOwed, Known
from issuers.facts import stated_facts
from issuers.models import Condition, Fee, Issuer, Obligation

#: Kinds of chained duties whose last time is a fact of the rulebook's table.
REVIEW_FACTS = {
    "reserve_policy": "reviews.reserve_policy_on",
    "issuance_policy": "reviews.issuance_policy_on",
    "risk_framework": "reviews.risk_framework_on",
    "continuity_plans": "reviews.continuity_plans_on",
}


def known_of(issuer: Issuer) -> Known:
    """Return what planning the issuer's duties rests on, from what is on record today.

    Raises:
        ValueError: the issuer never had a licence.
    """
    facts = stated_facts(issuer, None, clock.today())
    done = {kind: facts[fact] for kind, fact in REVIEW_FACTS.items() if facts.get(fact)}
    chained = [kind for kind, duty in DUTIES.items() if duty.chained and kind not in REVIEW_FACTS]
    met = issuer.obligations.filter(kind__in=chained, status=Obligation.Status.MET).exclude(met_at=None)
    done |= {kind: day_of(at) for kind, at in met.order_by("met_at").values_list("kind", "met_at") if at}
    licence = issuer.licence
    if licence is None:
        raise ValueError(f"{issuer} never had a licence and owes nothing")
    conditions = Condition.objects.filter(licence=licence, replaced_by=None).exclude(first_due_on=None)
    return Known(
        effective_on=licence.effective_on,
        complaint_return_days=settings.SERVICE_CLOCKS["complaint_return_days"],
        aml_return_days=settings.SERVICE_CLOCKS["aml_return_days"],
        attestation_frequency=facts.get("authority.attestation_frequency"),
        year_end=facts.get("accounts.year_end"),
        coins=tuple(CoinOwed(pk, day) for pk, day in issuer.coins.order_by("pk").values_list("pk", "launched_on")),
        conditions=tuple(
            ConditionOwed(each.pk, "ORD s. 17", each.first_due_on, each.every_months, each.cancelled_from)
            for each in conditions if each.first_due_on
        ),
        last_done=done,
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something on record that settles an obligation: of which kind and coin, done when, recorded when, called what.

    ``key`` names the period where the record does; otherwise the day says which period it falls in.
    """

    kind: str
    done_on: date
    recorded_at: datetime
    reference: str
    key: str = ""
    coin: int | None = None


#: What apps above this one have on record, each by a function of the issuer.
_SOURCES: list[Callable[[Issuer], Iterator[Evidence]]] = []


def evidence_source(source: Callable[[Issuer], Iterator[Evidence]]) -> Callable[[Issuer], Iterator[Evidence]]:
    """Let what the decorated function yields settle obligations too."""
    _SOURCES.append(source)
    return source


def evidence_of(issuer: Issuer) -> Iterator[Evidence]:
    """Yield what is on record of the issuer that settles obligations: facts, fees paid, returns filed."""
    yield from _from_facts(issuer)
    for source in _SOURCES:
        yield from source(issuer)
    for fee in Fee.objects.filter(licence__issuer=issuer).exclude(paid_on=None).select_related("licence"):
        assert fee.paid_on  # the query sees to it
        day = fee.licence.effective_on if fee.occasion == fee.Occasion.FIRST else fee.falls_on
        yield Evidence("fee", fee.paid_on, fee.recorded_at or fee.issued_at, fee.invoice, key=str(day))
    for filed in issuer.complaint_returns.order_by("filed_at"):
        yield Evidence("complaints", day_of(filed.filed_at), filed.filed_at, filed.reference, key=str(filed.period_end))


def _from_facts(issuer: Issuer) -> Iterator[Evidence]:
    """Read facts in the order of their days: what was filed is told by several of them together."""
    known: dict[int | None, dict[str, Any]] = {}
    quarters: dict[tuple[int | None, date], str] = {}
    for row in issuer.facts.filter(valid_from__lte=clock.today()).order_by("valid_from", "pk"):
        state = known.setdefault(row.coin_id, {})
        state[row.fact] = row.value
        about: dict[str, Any] = {"recorded_at": row.recorded_at, "reference": row.source[:80], "coin": row.coin_id}
        if row.fact == "publication.gap_days" and row.value is not None:
            yield Evidence("weekly_statement", row.valid_from - timedelta(days=row.value), **about)
        if row.fact == "stress_test.period_start" and row.value:
            quarters[row.coin_id, row.valid_from] = row.value
        if row.fact == "stress_test.filed_on" and row.value:
            # A test filed late is of the quarter that it names, and of no other.
            quarter = quarters.get((row.coin_id, row.valid_from), "")
            yield Evidence("stress_test", date.fromisoformat(row.value), key=quarter, **about)
        for kind, fact in REVIEW_FACTS.items():
            if row.fact == fact and row.value:
                yield Evidence(kind, date.fromisoformat(row.value), **about)
        for kind, end in (("attestation", "period_end"), ("accounts", "year_end")):
            ended = state.get(f"{kind}.{end}")
            if not (row.fact.startswith(f"{kind}.") and ended and state.get(f"{kind}.is_filed")):
                continue
            filed_on = state.get(f"{kind}.filed_on") or row.valid_from.isoformat()
            if filed_on >= ended:  # a filing of the period before does not speak for the one that this row names
                # The fact names the period's last business day, the calendar its last day.
                last = month_end(date.fromisoformat(ended)) if kind == "attestation" else ended
                yield Evidence(kind, date.fromisoformat(filed_on), key=str(last), **about)
