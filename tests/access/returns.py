"""An AML return, a travel-rule sample, a suspicion, a hold and a deletion that waits, all of the issuer."""

from __future__ import annotations

from datetime import date

from aml.models import AmlReturn, Disposal, RetentionHold, SampledTransfer, TravelRuleSample
from aml.services.aml_returns import COUNTS
from aml.services.suspicions import note_suspicion
from core import clock

PARTS = {
    "officer:aml_return": {"pk": "returns_return"},
    "officer:travel_rule_sample": {"reference": "returns_sample"},
    "officer:travel_rule_csv": {"reference": "returns_sample"},
    "api:travel_rule_sample": {"reference": "returns_sample"},
    "officer:suspicion": {"reference": "returns_suspicion"},
    "officer:suspicion_act": {"reference": "returns_suspicion", "move": "returns_move"},
    "officer:retention_lift": {"pk": "returns_hold"},
    "officer:retention_decide": {"pk": "returns_disposal"},
}


def build(world, request) -> None:
    coin, dee = (request.getfixturevalue(name) for name in ("coin", "dee"))
    days = {"period_start": date(2026, 7, 1), "period_end": date(2026, 9, 30)}
    filed = AmlReturn.objects.create(issuer=coin.issuer, filed_by_label="Ann Lau", digest="a" * 64, **days,
                                     **dict.fromkeys(COUNTS, 0))
    sample = TravelRuleSample.objects.create(coin=coin, reference="TRS-2026-9001", per_stratum=1, seed="s",
                                             threshold_hkd="8000", cite="AML 6.5-6.24", population={}, **days)
    SampledTransfer.objects.create(sample=sample, chain="eip155:1", tx_hash="0x" + "a" * 64, log_index=1, amount=1,
                                   block_time=clock.now(), stratum="below", outcome="missing")
    hold = RetentionHold.objects.create(owner=coin.issuer.organisation, reason="Asked for")
    disposal = Disposal.objects.create(reference="DSP-2026-9001", kind="transfer", before=date(2026, 1, 1), row_count=0,
                                       cite="AML 9.3-9.9", digest="d" * 64)
    world |= {
        "returns_return": filed.pk, "returns_sample": sample.reference, "returns_hold": hold.pk,
        "returns_suspicion": note_suspicion(coin.issuer.organisation, grounds="Circles", actor=dee).reference,
        "returns_move": "report", "returns_disposal": disposal.pk,
    }
