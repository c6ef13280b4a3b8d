"""One report as officers look at it: state, versions with their reasons, pages; approved by another, or sent back."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Message
from issuers.services.breaches import open_breach
from reports.models import ReportRun
from reports.selectors.approvals import approval_count, approvals
from reports.selectors.versions import versions_of
from reports.services.decisions import withdraw_report
from reports.services.dossiers import freeze_breach_dossier
from reports.services.reports import freeze_report
from tests.reports.drafts import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def breach(issuer, yesterday):
    return open_breach(issuer, rule="HK-REP-04", subject=issuer.organisation.slug, as_of=yesterday, actor=SYSTEM)


@pytest.fixture
def draft(breach, bo) -> ReportRun:
    return written(freeze_breach_dossier(breach, actor=bo))


def address(name: str, run: ReportRun, *more) -> str:
    return reverse(f"officer:{name}", args=[run.reference, *more])


def test_a_draft_waits_on_the_page_of_approvals_for_another_officer(draft, bo, ben, dee, client_for):
    [row] = [row for row in approvals() if row.view == "officer:report_about"]
    assert (str(row.what), row.subject, row.detail, row.by) == (
        "Breach dossier", "Lion Rock Digital Limited", draft.reference, bo)
    assert [row.is_for(officer) for officer in (bo, ben, dee)] == [False, True, False]
    assert [approval_count(officer) for officer in (bo, ben, dee)] == [0, 1, 0]
    assert address("report_about", draft) in client_for(ben).get(reverse("officer:approvals")).content.decode()


def test_it_is_read_as_pictures_and_approved_with_step_up_by_another(draft, bo, ben, dee, client_for,
                                                                    confirmed_client_for):
    page = client_for(ben).get(address("report_about", draft)).content.decode()
    for said in ("This is a draft", "Bo Chan", draft.digest, "Download the draft", "Not signed", "Approve"):
        assert said in page
    picture = client_for(ben).get(address("report_page", draft, 1))
    assert (picture.status_code, picture["Content-Type"], picture.content[:4]) == (200, "image/png", b"\x89PNG")
    assert "sandbox" in picture["Content-Security-Policy"]
    assert client_for(ben).get(address("report_page", draft, 99)).status_code == 404
    decide, approve = address("report_decide", draft), {"action": "approve"}
    assert "Another officer has to approve" in client_for(bo).get(address("report_about", draft)).content.decode()
    confirmed_client_for(bo).post(decide, approve)
    assert client_for(dee).post(decide, approve).status_code == 403
    assert client_for(ben).post(decide, approve)["Location"].startswith("/en/accounts/reauthenticate")
    assert client_for(ben).post(decide, {"action": "burn"}).status_code == 404
    draft.refresh_from_db()
    assert (draft.status, draft.approved_by) == ("drafted", None)
    assert not AuditEvent.objects.filter(verb="reports.run.approved").exists()
    assert not Message.objects.exists()
    confirmed_client_for(ben).post(decide, approve)
    draft.refresh_from_db()
    assert (draft.status, draft.approved_by) == ("rendered", ben)
    shown = client_for(bo).get(address("report_about", draft)).content.decode()
    assert "Ben Ho" in shown
    assert "Download the PDF" in shown
    assert approval_count(ben) == 0


def test_a_draft_is_sent_back_with_a_reason_and_the_next_version_says_so(draft, breach, bo, ben, client_for,
                                                                        confirmed_client_for):
    decide = address("report_decide", draft)
    client_for(ben).post(decide, {"action": "withdraw", "text": " \x00"})
    draft.refresh_from_db()
    assert draft.status == "drafted"
    client_for(ben).post(decide, {"action": "withdraw", "text": "The officer is <missing>."})
    draft.refresh_from_db()
    assert draft.status == "withdrawn"
    again = written(freeze_breach_dossier(breach, actor=bo))
    assert [(each.run.version, each.run.status, each.why, each.replaced_by) for each in versions_of(again)] == [
        (2, "drafted", "", None), (1, "withdrawn", "The officer is <missing>.", again)]
    page = client_for(ben).get(address("report_about", again)).content.decode()
    assert address("report_about", draft) in page
    assert "The officer is &lt;missing&gt;." in page
    confirmed_client_for(ben).post(address("report_decide", again), {"action": "approve"})
    client_for(ben).post(address("report_decide", again), {"action": "withdraw", "text": "Wrong."})
    again.refresh_from_db()
    assert again.status == "rendered"  # taken back with step-up only
    confirmed_client_for(ben).post(address("report_decide", again), {"action": "withdraw", "text": "Wrong."})
    again.refresh_from_db()
    assert again.status == "withdrawn"


def test_what_repeats_other_records_is_not_withdrawn_by_hand(judged_day, bo, ops, client_for):
    run = freeze_report("daily_reserve", judged_day, actor=SYSTEM)
    with pytest.raises(Refused, match="repeats what stands elsewhere"):
        withdraw_report(run, reason="No.", actor=bo)
    with pytest.raises(NotPermitted):
        withdraw_report(run, reason="No.", actor=ops)
    run.refresh_from_db()
    assert run.status == "frozen"
    page = client_for(bo).get(address("report_about", run)).content.decode()
    assert "It is being written" in page
    assert 'value="withdraw"' not in page
    assert address("report_about", run) in client_for(bo).get(reverse("officer:reports")).content.decode()


def test_the_command_approves_and_withdraws(draft, bo, ben, ann, capsys):
    for email, said in ((bo.email, "Another officer"), (ann.email, "no report"), ("x@x.example", "nobody")):
        with pytest.raises(CommandError, match=said):
            call_command("approve_report", draft.reference, email=email)
    call_command("approve_report", draft.reference, email=ben.email, json=True)
    assert '"state": "rendered"' in capsys.readouterr().out
    call_command("approve_report", draft.reference, email=bo.email, withdraw="Superseded by letter.")
    draft.refresh_from_db()
    assert draft.status == "withdrawn"


def test_the_page_asks_no_more_questions_of_more_versions(draft, breach, bo, ben, client_for):
    client, counts, run = client_for(ben), [], draft
    for _round in range(2):
        client.get(address("report_about", run))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address("report_about", run)).status_code == 200
        counts.append(len(asked))
        for _version in range(2 if len(counts) == 1 else 0):
            withdraw_report(run, reason="Once more.", actor=bo)
            run = written(freeze_breach_dossier(breach, actor=bo))
    assert counts[0] == counts[1] <= 24
