"""What of reserves waits for a second officer, and in which order a licensee reads what it owes."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import Organisation
from reports.selectors.approvals import approval_count, approvals
from reports.selectors.owed import all_owed
from reserves.models import Break, BreakNote, FeedSchedule, FeedSender, MatchingTolerance
from reserves.selectors.due import DueFile
from tests.issuers import records

pytestmark = pytest.mark.django_db
DAY, HOUR = date(2026, 11, 20), timedelta(hours=1)


@pytest.fixture
def proposed(coin, bo):
    row = Break.objects.create(coin=coin, reference="B-2611-AAAA", comparison="books_custodian", key="BANK-1",
                               opened_on=DAY, status=Break.Status.PROPOSED, proposed_by=bo)
    note = BreakNote.objects.create(standing=row, kind=BreakNote.Kind.PROPOSAL, text="Confirmed.", difference=1, by=bo,
                                    by_label=bo.name)
    common = {"valid_from": DAY, "source": "Letter", "proposed_by": bo}
    FeedSchedule.objects.create(coin=coin, feed="holdings", due=time(9), **common)
    bank = Organisation.objects.create(kind=Organisation.Kind.BANK, slug="bank", name_en="Bank")
    FeedSender.objects.create(coin=coin, organisation=bank, feeds=["holdings"], **common)
    MatchingTolerance.objects.create(asset_class="cash", absolute=1, relative=0, **common)
    return note


def test_breaks_schedules_senders_and_tolerances_wait_for_another_officer(proposed, coin, bo, ben, client_for):
    waiting = {row.view: row for row in approvals()}
    assert {row.args for row in waiting.values()} == {("B-2611-AAAA",), (coin.symbol,), ("tolerances",)}
    assert set(waiting) == {"officer:break", "officer:feed_schedule", "officer:feed_senders", "officer:reference"}
    assert (waiting["officer:break"].since, waiting["officer:break"].proposer) == (proposed.at, bo.pk)
    assert [row.is_for(ben) for row in waiting.values()] == [True] * 4
    assert [approval_count(officer) for officer in (bo, ben)] == [0, 4]
    shown = client_for(ben).get("/en/officer/approvals/").content.decode()
    assert "Accept a break" in shown
    assert f"/en/officer/coins/{coin.symbol}/schedule/" in shown


def test_what_is_owed_stands_in_one_order_and_leads_to_where_it_is_done(coin, issuer, ann):
    duty = records.obligation(issuer, "due")
    duty.kind = "weekly_statement"
    duty.save()
    files = [DueFile(coin, feed, DAY, duty.due_at + hours) for feed, hours in (("ledger", HOUR), ("holdings", -HOUR))]
    rows = all_owed(ann, coin=coin, files=files)
    assert [(row.due_at - duty.due_at, row.view, row.args) for row in rows] == [
        (-HOUR, "portal:upload", (coin.symbol,)), (timedelta(0), "portal:statements", (coin.symbol,)),
        (HOUR, "portal:upload", (coin.symbol,)),
    ]


def test_a_file_that_is_refused_states_no_rows(coin, ann, client_for):
    bad = SimpleUploadedFile("bad.csv", b"as_of,account_id\n2026-11-20,X\n", content_type="text/csv")
    client = client_for(ann)
    client.post(f"/en/portal/coins/{coin.symbol}/upload/", {"holdings": bad})
    table = client.get(f"/en/portal/coins/{coin.symbol}/upload/").content.decode().split("bad.csv")[1]
    assert ">–</td>" in table.split("</tr>")[0]
