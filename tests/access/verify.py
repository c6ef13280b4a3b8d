"""A report whose freezing is sealed, so that there is a proof to hand out."""

from __future__ import annotations

from core import sealing
from core.access import SYSTEM
from reports.services.runs import keep_run

_OURS = {"reference": "verify_report"}
PARTS = {
    "officer:report_proof": _OURS,
    "portal:report_proof": _OURS,
    "public:verify_reference": _OURS,
}


def build(world, request) -> None:
    issuer = request.getfixturevalue("issuer")
    key = {"kind": "daily_reserve", "subject": "VRHKD", "as_of": "2026-10-16", "version": 1}
    run = keep_run(key, lambda: {"schema": "assay.test/1", "reference": "DRA-VRHKD-20261016-1"},
                   owner=issuer.organisation, actor=SYSTEM)
    sealing.seal_events()
    world["verify_report"] = run.reference
