"""AML returns: filed by quarter, kept in versions, set beside what the platform saw; they settle the duty."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from aml.models import AmlReturn, ContractAct
from aml.selectors.aml_returns import aml_returns_in_force, compared
from aml.services.aml_returns import COUNTS, file_aml_return, inconsistencies
from core.errors import NotPermitted, Refused
from core.models import AuditEvent
from core.roles import Role
from issuers.models import Deployment, Obligation
from issuers.services.obligations import plan_obligations, settle_obligations
from reserves.services.intake import receive_file
from tests.aml.test_travel_rule_files import LINE, TX, canonical

QUARTER = date(2026, 7, 1)
SOUND = dict.fromkeys(COUNTS, 0) | {
    "customers": 120, "internal_received": 5, "reported_to_jfiu": 2, "not_reported": 2, "internal_open_at_end": 1,
    "frozen_at_start": 3, "frozen": 2, "released": 1, "frozen_at_end": 4, "transfers_at_threshold": 7,
    "transfers_below": 9, "travel_rule_incidents": 1,
}


@pytest.fixture(autouse=True)
def today(set_clock):
    set_clock("2026-10-20T10:00")


def test_counts_that_agree_are_no_problem():
    assert inconsistencies(SOUND) == []


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"internal_open_at_end": 2}, "internal_open_at_end"),
        ({"frozen_at_end": 3}, "frozen_at_end"),
        ({"travel_rule_incidents": 17}, "travel_rule_incidents"),
    ],
)
def test_counts_that_cannot_be_true_are_named(issuer, ann, change, at):
    assert [name for name, _sentence in inconsistencies(SOUND | change)] == [at]
    with pytest.raises(Refused) as refused:
        file_aml_return(issuer, period_start=QUARTER, actor=ann, **SOUND | change)
    assert refused.value.code == "inconsistent"
    assert not AmlReturn.objects.exists()
    assert not AuditEvent.objects.filter(verb="aml.return.filed").exists()


@pytest.mark.parametrize("start", [date(2026, 7, 2), date(2026, 10, 1)])
def test_only_a_quarter_that_has_ended_is_returned(issuer, ann, start):
    with pytest.raises(Refused):
        file_aml_return(issuer, period_start=start, actor=ann, **SOUND)
    assert not AmlReturn.objects.exists()


def test_a_corrected_return_supersedes_and_both_are_kept(issuer, ann, bo):
    first = file_aml_return(issuer, period_start=QUARTER, actor=ann, **SOUND)
    second = file_aml_return(issuer, period_start=QUARTER, actor=ann, **SOUND | {"customers": 121})
    assert (first.version, second.version, first.digest != second.digest) == (1, 2, True)
    assert list(aml_returns_in_force(bo)) == [second]
    assert AmlReturn.objects.count() == 2


def test_the_duty_of_the_quarter_is_met_by_it_and_by_no_other(issuer, ann):
    plan_obligations(issuer)
    due = Obligation.objects.get(issuer=issuer, kind="aml_return", key="2026-09-30")
    assert due.due_at.astimezone(UTC) == datetime(2026, 10, 30, 15, 59, 59, tzinfo=UTC)
    file_aml_return(issuer, period_start=date(2026, 4, 1), actor=ann, **SOUND)
    settle_obligations(issuer)
    due.refresh_from_db()
    assert due.status == Obligation.Status.DUE
    filed = file_aml_return(issuer, period_start=QUARTER, actor=ann, **SOUND)
    settle_obligations(issuer)
    due.refresh_from_db()
    assert (due.status, due.met_with) == (Obligation.Status.MET, filed.reference)


def test_what_the_platform_did_not_see_is_unknown_and_not_the_same(issuer, ann):
    filed = file_aml_return(issuer, period_start=QUARTER, actor=ann, **SOUND)
    assert {each.count: (each.says, each.why) for each in compared(filed)} == {
        "frozen": ("unknown", "no_chain"), "released": ("unknown", "no_chain"), "frozen_at_end": ("unknown", "no_chain"),
        "transfers_at_threshold": ("unknown", "no_records"), "transfers_below": ("unknown", "no_records"),
        "travel_rule_incidents": ("unknown", "no_records"),
    }


def test_counts_are_set_beside_the_chain_and_the_records(coin, ann):
    deployment = Deployment.objects.create(coin=coin, chain="eip155:1", contract="0x" + "1" * 40, decimals=2)
    acts = [("freeze", "a", 6, 30), ("freeze", "a", 7, 1), ("freeze", "b", 8, 1), ("unfreeze", "b", 9, 30),
            ("freeze", "c", 10, 1)]
    for number, (kind, account, month, day) in enumerate(acts):
        ContractAct.objects.create(
            deployment=deployment, reading=number, kind=kind, name=kind, block_number=number, log_index=0,
            block_time=datetime(2026, month, day, 4, tzinfo=UTC), tx_hash=TX, account=account,
        )
    records = [LINE | {"sent_at": "2026-09-30T23:59:59+08:00", "data_received_at": "2026-09-30T23:59:59+08:00"},
               LINE | {"transfer_id": TX + ":1", "amount": "10", "sent_at": "2026-07-01T00:00:00+08:00",
                       "data_received_at": "2026-07-01T00:00:01+08:00"},
               LINE | {"transfer_id": TX + ":2", "sent_at": "2026-10-01T00:00:00+08:00"}]
    assert receive_file(coin, "travel_rule", canonical(*records), filename="t.csv", actor=ann).status == "accepted"
    filed = file_aml_return(coin.issuer, period_start=QUARTER, actor=ann,
                            **SOUND | {"transfers_at_threshold": 1, "transfers_below": 1})
    assert {each.count: (each.stated, each.seen, each.says) for each in compared(filed)} == {
        "frozen": (2, 2, "same"), "released": (1, 1, "same"), "frozen_at_end": (4, 1, "different"),
        "transfers_at_threshold": (1, 1, "same"), "transfers_below": (1, 1, "same"),
        "travel_rule_incidents": (1, 1, "same"),
    }


def test_nobody_files_for_another(issuer, rival, ian, eli, bo):
    for actor in (ian, eli, bo):
        with pytest.raises(NotPermitted):
            file_aml_return(issuer, period_start=QUARTER, actor=actor, **SOUND)
    assert not AmlReturn.objects.exists()


def test_page_api_and_command_file_the_same(issuer, ann, dee, client_for, key_for, tmp_path):
    page = client_for(ann)
    wrong = page.post(reverse("portal:aml_returns"), {"period_start": "2026-07-01", **SOUND, "frozen_at_end": 1})
    assert (wrong.status_code, "leave 4, not 1" in wrong.text) == (422, True)
    assert not AmlReturn.objects.exists()
    assert page.post(reverse("portal:aml_returns"), {"period_start": "2026-07-01", **SOUND}).status_code == 302
    program = Client(headers={"Authorization": f"Bearer {key_for(issuer.organisation, Role.COMPLIANCE_OFFICER)}"})
    sent = program.post("/api/v1/aml/returns/", {"period_start": "2026-07-01", **SOUND},
                        content_type="application/json")
    assert (sent.status_code, sent.json()["version"]) == (201, 2)
    counts, out = tmp_path / "counts.json", StringIO()
    counts.write_text(json.dumps(SOUND))
    call_command("file_aml_return", str(counts), "--quarter", "2026-07-01", "--as", ann.email, "--json", stdout=out)
    assert json.loads(out.getvalue())["version"] == 3
    counts.write_text(json.dumps(SOUND | {"customers": "many"}))
    with pytest.raises(CommandError) as refused:
        call_command("file_aml_return", str(counts), "--quarter", "2026-07-01", "--as", ann.email, stdout=out)
    assert refused.value.returncode == 2
    assert AmlReturn.objects.count() == 3
    shown = client_for(dee)
    assert "AMR-2026Q3-3" in shown.get(reverse("officer:aml_returns")).text
    latest = AmlReturn.objects.get(version=3)
    assert "No contract of the issuer was read" in shown.get(reverse("officer:aml_return", args=[latest.pk])).text
