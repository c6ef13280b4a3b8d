"""What is known of an issuer on a day, under the names of the rulebook's table of facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet

from core.rulebook.facts import FACTS, Kind
from core.shared_reads import shared_of_each
from issuers.models import CapitalStatement, Coin, Issuer, IssuerFact


def stated_facts(issuer: Issuer, coin: Coin | None, day: date) -> dict[str, Any]:
    """Return the facts set by the authority or filed by the issuer that hold on ``day``.

    The latest row not later than the day counts; a row about the coin goes before one about the
    issuer. A fact without a row is not in the answer: it is unknown.
    """
    rows = _rows_of(coin, day) if coin else [
        (fact, value) for _issuer, _coin, fact, value in _rows(IssuerFact.objects.filter(issuer=issuer, coin=None), day)
    ]
    return {fact: _typed(fact, value) for fact, value in dict(rows).items()}


@shared_of_each
def _rows_of(coins: list[Coin], day: date) -> dict[Coin, list[tuple[str, Any]]]:
    of_issuers = IssuerFact.objects.filter(
        Q(coin=None) | Q(coin__in=coins), issuer__in={coin.issuer_id for coin in coins})
    stated: dict[int, list[tuple[int | None, str, Any]]] = {}
    for issuer, coin, fact, value in _rows(of_issuers, day):
        stated.setdefault(issuer, []).append((coin, fact, value))
    return {
        each: [(fact, value) for coin, fact, value in stated.get(each.issuer_id, ()) if coin in (None, each.pk)]
        for each in coins
    }


def _rows(facts: QuerySet[IssuerFact], day: date) -> Iterable[tuple[int, int | None, str, Any]]:
    """Return rows so that the later overwrites the earlier: NULL first, a coin's own row overwrites the issuer's."""
    ordered = facts.filter(valid_from__lte=day).order_by(F("coin").asc(nulls_first=True), "valid_from")
    return ordered.values_list("issuer_id", "coin_id", "fact", "value")


def _typed(fact: str, value: Any) -> Any:
    kind = FACTS[fact].kind
    if value is None:
        return None
    if kind in (Kind.AMOUNT, Kind.RATIO):
        return Decimal(value)
    return date.fromisoformat(value) if kind is Kind.DAY else value


def capital_facts(issuer: Issuer, day: date) -> dict[str, Any]:
    """Return the capital figures last filed for a day not later than ``day`` (HK-CAP rules)."""
    facts: dict[str, Any] = {"issuer.kind": issuer.kind}
    filed = CapitalStatement.objects.filter(issuer=issuer, as_of__lte=day).first()
    if filed:
        facts |= {
            "capital.paid_up_hkd": filed.paid_up_hkd,
            "capital.net_debit_balance_hkd": filed.net_debit_balance_hkd,
            "capital.approved_resources_hkd": filed.approved_resources_hkd,
            "capital.net_liquid_assets_hkd": filed.net_liquid_assets_hkd,
            "capital.funded_by_equity": filed.funded_by_equity,
        }
    return facts
