"""Sampling travel-rule records against transfers on chain (AML guideline 6.5-6.24)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aml.models import Alert, SampledTransfer, TravelRuleRecord, TravelRuleSample
from aml.obligations import NotInForce, TravelRule, judge_record, travel_rule
from aml.parsers.travel_rule import COLUMNS
from aml.selectors.travel_rule import OnChain, records_of, transfers_to_cover
from aml.services.alerts import raise_alert
from core import audit, clock
from core.access import Actor, require
from core.business_days import check_day
from core.cases import next_reference
from core.errors import Refused
from core.models import User
from core.roles import Can
from issuers.models import Coin

DRAWN = audit.verb("aml.travel_rule.sampled", gettext_noop("drew travel-rule sample %(target)s: %(count)s transfers"))
MOST = 500
S, Found = SampledTransfer.Stratum, SampledTransfer.Outcome


@transaction.atomic
def draw_sample(
    coin: Coin, *, period_start: date, period_end: date, per_stratum: int, actor: Actor, seed: str = "",
) -> TravelRuleSample:
    """Draw up to ``per_stratum`` transfers of each kind (at the threshold, below, unvalued), and judge their records.

    The order is that of SHA-256 over the seed and each transfer, so the draw can be repeated. An alert is raised for
    the issuer if a record is missing, incomplete or late.

    Raises:
        NotPermitted: the actor does not work alerts.
        Refused: the days are none that have ended, the number is out of range, or no transfer needs a record.
    """
    require(actor, Can.WORK_ALERTS)
    check_day(period_start, period_end)
    if not period_start <= period_end < clock.today():
        raise Refused(_("Choose days that have ended, the first one first."), code="no_such_period")
    if not 1 <= per_stratum <= MOST:
        raise Refused(_("Draw between 1 and %(most)d transfers of each kind.") % {"most": MOST}, code="out_of_range")
    try:
        rule = travel_rule(period_start)
    except NotInForce:
        raise Refused(_("The travel rule was not yet in force on that day."), code="not_in_force")
    seed = seed or secrets.token_hex(16)
    population: dict[str, list[OnChain]] = {stratum: [] for stratum in S.values}
    for transfer in transfers_to_cover(coin, period_start, period_end):
        population[_stratum(rule, _in_hkd(coin, transfer.amount))].append(transfer)
    drawn = [(stratum, each) for stratum, rows in population.items()
             for each in sorted(rows, key=lambda row: _place(seed, row))[:per_stratum]]
    if not drawn:
        raise Refused(_("On these days no transfer on record was from or to a registered wallet of the issuer or its"
                        " customers."), code="nothing_to_sample")
    sample = TravelRuleSample.objects.create(
        coin=coin, reference=next_reference("TRS"), period_start=period_start, period_end=period_end,
        per_stratum=per_stratum, seed=seed, threshold_hkd=str(rule.threshold_hkd), cite=rule.cite,
        population={stratum: len(rows) for stratum, rows in population.items()},
        drawn_by=actor if isinstance(actor, User) else None,
    )
    _judge(sample, rule, drawn)
    audit.record(DRAWN, target=sample, actor=actor, data={"count": len(drawn)})
    return sample


def _judge(sample: TravelRuleSample, rule: TravelRule, drawn: list[tuple[str, OnChain]]) -> None:
    records = records_of(sample.coin, [transfer for _stratum_of, transfer in drawn])
    rows = []
    for stratum, transfer in drawn:
        record = records.get(transfer.key)
        outcome, lacking = judge_record(rule, _as_mapping(record), value_hkd=_in_hkd(sample.coin, transfer.amount))
        rows.append(SampledTransfer(
            sample=sample, chain=transfer.chain, tx_hash=transfer.tx_hash, log_index=transfer.log_index,
            block_time=transfer.block_time, amount=transfer.amount, stratum=stratum, outcome=outcome, lacking=lacking,
            record_file=record.file if record else None, record_line=record.line if record else None,
        ))
    SampledTransfer.objects.bulk_create(rows)
    counts = {outcome: sum(row.outcome == outcome for row in rows) for outcome in Found.values}
    if counts[Found.MISSING] or counts[Found.INCOMPLETE] or counts[Found.LATE]:
        raise_alert(
            Alert.Kind.TRAVEL_RULE, key=f"travel_rule:{sample.coin_id}:{sample.period_start}:{sample.period_end}",
            owner=sample.coin.issuer.organisation,
            explanation={"sample": sample.reference, "drawn": len(rows), "counts": counts, "cite": rule.cite},
        )


def _as_mapping(record: TravelRuleRecord | None) -> dict[str, Any] | None:
    return {column.name: getattr(record, column.name) for column in COLUMNS} if record else None


def _in_hkd(coin: Coin, amount: Decimal | None) -> Decimal | None:
    """Return the value in HKD: a coin that refers to another currency has none until a person sets a rate."""
    return amount if coin.reference_currency == "HKD" else None


def _stratum(rule: TravelRule, value_hkd: Decimal | None) -> str:
    if value_hkd is None:
        return S.UNVALUED
    return S.AT_THRESHOLD if value_hkd >= rule.threshold_hkd else S.BELOW


def _place(seed: str, transfer: OnChain) -> bytes:
    return hashlib.sha256(f"{seed}:{transfer.key}".encode()).digest()
