"""A filed attestation of the issuer's coin with its evidence, and a weekly statement that waits for approval."""

from __future__ import annotations

from datetime import date

from core import blobs, clock
from core.access import SYSTEM
from reserves.models import AttestationReport, Engagement, Sample
from reserves.services.engagements import enter_audit_firm, propose_auditor
from reserves.services.evidence import freeze_evidence
from reserves.services.reperformance import ask_reperformance, reperform
from reserves.services.statements import approve_statement, prepare_statement
from tests.api.conftest import DAY

_REFERENCE = ("engagement", "engagement_act", "auditor_propose", "auditor_act", "evidence", "evidence_act",
              "evidence_file", "reperformance", "reperformance_file", "samples", "sample_file", "attestation_file")
_KEYS = {"auditor_act": "statements_auditor", "evidence_file": "statements_file", "reperformance": "statements_run",
         "reperformance_file": "statements_run", "sample_file": "statements_sample"}


def _parts(site: str, name: str) -> dict[str, str]:
    key = {"pk": _KEYS[name]} if name in _KEYS else {}
    return {"reference": "statements_engagement", "form": "statements_form", "version": "statements_version", **key}


PARTS = {f"{site}:{name}": _parts(site, name) for site in ("officer", "portal") for name in _REFERENCE} | {
    "portal:attestation_report": {"reference": "statements_engagement"},
    "portal:statement": {"pk": "statements_prepared"},
    "portal:statement_act": {"pk": "statements_prepared"},
    "officer:statement": {"pk": "statements_filed"},
    "public:statements_file": {"form": "statements_form"},
    "public:attestation": {"reference": "statements_engagement", "version": "statements_version"},
    "public:attestation_draw": {"reference": "statements_engagement"},
    "api:attestation": {"reference": "statements_engagement"},
}


def build(world, request) -> None:
    coin, ann, amy = (request.getfixturevalue(name) for name in ("coin", "ann", "amy"))
    firm = enter_audit_firm(name_en=f"{coin.symbol} Audit LLP", actor=SYSTEM)
    engagement = Engagement.objects.create(
        reference=f"ATT-2026-{9001 + Engagement.objects.count()}", coin=coin, firm=firm, period_start=date(2026, 10, 1), period_end=date(2026, 10, 31),
        access_until=date(2099, 12, 31), status="filed", commitment="c" * 64, committed_at=clock.now(),
        drawn_at=clock.now(), draw={"seed": "a" * 64, "candidates": [DAY.isoformat()], "days": [DAY.isoformat()]},
    )
    snapshot = freeze_evidence(engagement.test_days.create(kind="random", as_of=DAY), actor=SYSTEM)
    run = reperform(ask_reperformance(snapshot.day, actor=SYSTEM, snapshot=snapshot).pk)
    sample = Sample.objects.create(
        engagement=engagement, population="holdings", method="all", files=[], population_lines=1, lines=1,
        table=blobs.store_blob(b"file,line\n"), drawn_by_label="Auditor",
    )
    AttestationReport.objects.create(
        engagement=engagement, version=1, document=blobs.store_blob(b"%PDF-1.7 report"), filename="report.pdf",
        opinion="unqualified", uploaded_by_label="Auditor", filed_at=clock.now(),
    )
    proposed = propose_auditor(engagement, email="statements@audit.example", name="Statements Auditor",
                               until=date(2099, 12, 31), actor=amy)
    prepared = prepare_statement(coin, as_at=DAY, actor=ann)
    filed = approve_statement(prepared, actor=amy)
    world |= {
        "statements_engagement": engagement.reference, "statements_auditor": proposed.pk,
        "statements_file": snapshot.account["inputs"][0]["file"], "statements_run": run.pk,
        "statements_sample": sample.pk, "statements_form": "csv", "statements_version": 1,
        "statements_prepared": filed.pk, "statements_filed": filed.pk,
    }
