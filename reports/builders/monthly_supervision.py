"""The facts of the monthly supervisory report on one issuer: the authority's own, never shown to the issuer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from issuers.models import Coin, Issuer
from reports.builders.backing import backing, texts, verdict_of
from reports.builders.parties import as_reference, issuer_of
from reports.selectors import month, month_aml, month_filings, month_flows
from reports.selectors.month import CoinPeriod
from reports.selectors.periods import Period, month_after
from reserves.flows import Request
from reserves.services.result import amount

SCHEMA = "assay.monthly_supervision/1"
Outlooks = Mapping[int, Mapping[str, Any] | None]


def reference_of(issuer: Issuer, period: Period, version: int) -> str:
    """Return e.g. ``MSR-FRS001-202611-1``, without a licence with the issuer's short name."""
    licence = issuer.licence_on(period.last)
    number = "".join(each for each in licence.number if each.isalnum()) if licence else issuer.organisation.slug[:40]
    return as_reference("MSR", number, f"{period.last:%Y%m}", version)


def content(issuer: Issuer, period: Period, outlooks: Outlooks) -> dict[str, Any]:
    """Return everything that the report says of the month, as it stood at its end; ``outlooks`` is by coin."""
    licence = issuer.licence_on(period.last)
    of_coins = month.coins_of(period, issuer)
    coins, parts = [each.coin for each in of_coins], [_coin(each, period) for each in of_coins]
    breaches = month.breach_rows(period, issuer)
    verdict = verdict_of([
        *(part["backing"]["verdict"] for part in parts), *(part["redemption"]["verdict"] for part in parts),
        *("breached" for _each in breaches), *(() if parts else ("unknown",)),
    ])
    return texts({
        "issuer": issuer_of(issuer) | {"licence_number": licence.number if licence else None},
        "from": period.first, "to": period.last, "verdict": verdict, "coins": parts, "breaches": breaches,
        "filings": _filings(issuer, period, of_coins), "aml": month_aml.aml_in(period, issuer, coins),
        "ahead": month_filings.duties_ahead(month_after(period), period, issuer),
        "outlook": [{"coin": coin.symbol, "currency": coin.reference_currency, "day": outlooks.get(coin.pk)}
                    for coin in coins],
    })


def _coin(each: CoinPeriod, period: Period) -> dict[str, Any]:
    return {
        "coin": each.coin.symbol, "currency": each.coin.reference_currency,
        "backing": backing(each.judged, each.expected), "breaks": _breaks(each, period),
        "redemption": _redemption(each, period),
    }


def _breaks(each: CoinPeriod, period: Period) -> dict[str, Any]:
    found = month.breaks_of(period, each.coin, each.closing)
    residual = found["residual"]
    written = residual and [row | {"amount": amount(row["amount"], row["currency"])} for row in residual]
    return found | {"residual": written}


def _redemption(of_coin: CoinPeriod, period: Period) -> dict[str, Any]:
    """How requests of the month were paid, and what the rule said day by day; unknown where no statement came."""
    coin = of_coin.coin
    statements, requests = month_flows.requests_in(period, coin)
    by_day = month_flows.payment_verdicts(coin, of_coin.judged)
    verdicts = [by_day.get(day, "unknown") for day in of_coin.expected]
    limit = month_flows.limit_on(period)
    late = sorted((each for each in requests.values() if limit is not None and each.business_days > limit),
                  key=lambda each: (-each.business_days, each.line.request_id))
    known = bool(statements)
    counts = {
        "requests": len(requests), "paid": sum(not each.is_open for each in requests.values()),
        "open": sum(each.is_open for each in requests.values()), "late": len(late) if limit is not None else None,
        "longest": max((each.business_days for each in requests.values()), default=None),
    }
    return {
        "statements": statements, "limit": limit, **(counts if known else dict.fromkeys(counts)),
        "days": {verdict: verdicts.count(verdict) for verdict in ("met", "breached", "unknown")},
        "verdict": verdict_of(verdicts), "late_requests": [_request(each, coin) for each in late],
    }


def _request(request: Request, coin: Coin) -> dict[str, Any]:
    return {
        "request_id": request.line.request_id, "received_at": request.line.received_at,
        "par_value": amount(request.par_value, coin.reference_currency), "paid_on": request.paid_on,
        "business_days": request.business_days,
    }


def _filings(issuer: Issuer, period: Period, coins: list[CoinPeriod]) -> dict[str, Any]:
    return {
        "late_files": month_filings.late_files(period, issuer), "duties": month_filings.duties_in(period, issuer),
        "statements": [row for each in coins
                       for row in month_filings.weekly_statements(period, each.coin, each.expected)],
        "attestations": month_filings.attestations_in(period, issuer),
    }
