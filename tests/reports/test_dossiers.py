"""The dossier on a breach: everything on record of it, the same bytes again, for officers alone, approved by another."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import translation

from core import blobs
from core.cases import note_case
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, FeedFile, Message
from issuers.models import Breach
from issuers.services.breaches import notify_breach, require_remedy
from reports.builders.breach_dossier_page import printed
from reports.models import ReportRun
from reports.selectors import reports_for
from reports.services.announcements import announce_breaches
from reports.services.documents import document
from reports.services.dossiers import freeze_breach_dossier
from reports.services.rendering import approve_report
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding
from tests.reports.drafts import written
from tests.reports.pdfs import flat_text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def breach(coin, run, yesterday, ann, bo) -> Breach:
    """A day that was backed, and one after it that was not, noticed, notified and spoken of."""
    run(coin, yesterday - timedelta(days=1))
    run(coin, yesterday, holdings=csv_bytes([holding(yesterday, coin.symbol, market_value="98000000.00")]))
    found = Breach.objects.get(rule="HK-RES-01", subject=coin.symbol)
    announce_breaches()
    note_case(found.case, text="Please explain <today>.", audience="issuer", actor=bo)
    notify_breach(found, actor=ann)
    return Breach.objects.get(pk=found.pk)


def test_it_says_all_that_is_on_record(breach, bo, yesterday):
    run = freeze_breach_dossier(breach, actor=bo)
    facts, before = run.facts, (yesterday - timedelta(days=1)).isoformat()
    day = yesterday.isoformat()
    file = {feed: FeedFile.objects.get(feed=feed, as_of=yesterday) for feed in ("holdings", "ledger", "supply")}
    assert (run.reference, run.owner.kind, run.about, run.frozen_by, run.status) == (
        f"{breach.case.reference}-DOSSIER-1", "authority", breach.issuer.organisation, bo, "frozen")
    assert (facts["schema"], facts["breach"]["case"], facts["breach"]["status"], facts["rule"]["cite"]) == (
        "assay.breach_dossier/1", breach.case.reference, "notified", "ORD Sch. 2 s. 5(2); SUP 2.2.1, 2.2.3")
    assert [(each["day"], each["verdict"], each["observed"]) for each in facts["judged"]] == [
        (before, "met", {"reserve.market_value": "100000000.0000"}),
        (day, "breached", {"reserve.market_value": "98000000.0000"}),
    ]
    assert facts["judged"][1]["facts"]["coin.circulation"] == "99000000.000000000000000000"
    assert facts["tables"]["lines"]["rows"] == [
        [day, "market_value", "98000000", "HKD", "BANK-1", "Demand deposit", "holdings.csv", "", "2",
         file["holdings"].sha256],
        [day, "total_supply", "99000000", "HKD", "eip155:1", "", "supply.csv", "", "2", file["supply"].sha256],
    ]
    assert [(each["filename"], each["sha256"]) for each in facts["files"]] == [
        (row.filename, row.sha256) for row in file.values()]
    assert [(each["cause"], each["difference"]) for each in facts["breaks"]] == [("value_differs", "2000000")]
    assert [(note["text"], note["by"]) for note in facts["notes"]] == [("Please explain <today>.", "Bo Chan")]
    told = Message.objects.filter(notice="reports/breach_opened").count()
    assert told
    assert len(facts["letters"]) == told
    assert {each["title"] for each in facts["letters"]} <= set(Message.objects.values_list("subject", flat=True))
    acts = [row[2] for row in facts["tables"]["timeline"]["rows"] if row[1] == "act"]
    assert acts == ["core.case.opened", "issuers.breach.opened", "core.case.noted", "issuers.breach.notified"]
    assert [row[:2] for row in facts["tables"]["days"]["rows"]] == [[before, "1"], [day, "1"]]
    assert facts["annexes"] == []


def test_it_is_printed_with_every_figure_and_the_command_writes_the_same_bytes(breach, bo, tmp_path, capsys):
    facts = freeze_breach_dossier(breach, actor=bo).facts
    pdf, out = document(facts), tmp_path / "made" / "dossier.pdf"
    call_command("render_report", "breach_dossier", case=breach.case.reference, out=out, json=True)
    assert out.read_bytes() == pdf
    assert f'"{breach.case.reference}-DOSSIER-1"' in capsys.readouterr().out
    with pytest.raises(CommandError, match="Say which: --case"):
        call_command("render_report", "breach_dossier", out=out)
    text = flat_text_of(pdf)
    for said in ("OFFICERS ONLY", "The breach stands", "98,000,000.00 99,000,000.00 −1,000,000.00 98.98%",
                 "holdings.csv, row 2", "Please explain <today>.", "Bo Chan", "B-", "+2,000,000.00",
                 facts["files"][0]["sha256"], facts["judged"][1]["rulebook"], f"Report {facts['reference']}"):
        assert said in text
    with translation.override("zh-hant"):
        assert printed(facts)["rule_title"] == facts["rule"]["title_zh_hant"]


def test_asked_twice_it_is_one_and_after_something_happened_another_that_replaces_it(breach, bo, cy):
    first = freeze_breach_dossier(breach, actor=bo)
    assert freeze_breach_dossier(breach, actor=cy) == first
    require_remedy(breach, note="Add two million.", actor=bo)
    second = freeze_breach_dossier(breach, actor=cy)
    first.refresh_from_db()
    assert (second.version, second.frozen_by, first.status) == (2, cy, "withdrawn")
    assert AuditEvent.objects.get(verb="reports.run.withdrawn", target_pk=str(first.pk)).data["note"] == (
        f"{second.reference} replaces it")


def test_only_officers_make_it_and_no_issuer_ever_sees_it(breach, ann, amy, eli, ian, bo, ben, dee, client_for):
    for actor in (ann, amy, eli, ian, dee):
        with pytest.raises(NotPermitted):
            freeze_breach_dossier(breach, actor=actor)
    assert ReportRun.objects.count() == 0
    run = written(freeze_breach_dossier(breach, actor=bo))
    for status in ("drafted", "rendered"):
        assert run.status == status
        for person in (ann, amy, eli, ian):
            assert run not in reports_for(person)
            for name in ("report", "report_about", "report_page", "report_decide"):
                args = [run.reference, 1] if name == "report_page" else [run.reference]
                assert client_for(person).get(reverse(f"officer:{name}", args=args)).status_code in (404, 405)
            assert client_for(person).get(reverse("portal:report", args=[run.reference])).status_code == 404
        assert run in reports_for(dee)
        if status == "drafted":
            with pytest.raises(Refused, match="Another officer"):
                approve_report(run, actor=bo)
            run = approve_report(run, actor=ben)
    assert not Message.objects.filter(notice="reports/document_ready", recipient__in=[ann, amy, eli, ian]).exists()


def test_lines_beyond_500_are_attached_and_not_printed(coin, run, yesterday, bo):
    held = [holding(yesterday, coin.symbol, line_ref=f"D{n}", account_id=f"A{n}", market_value="100000.00")
            for n in range(500)]
    booked = [ledger_line(yesterday, coin.symbol, line_ref=f"D{n}", account_id=f"A{n}", book_value="100000.00")
              for n in range(500)]
    run(coin, yesterday, holdings=csv_bytes(held),
        ledger=csv_bytes([*booked, par_outstanding(yesterday, coin.symbol)]))
    facts = freeze_breach_dossier(Breach.objects.get(rule="HK-RES-01"), actor=bo).facts
    lines = facts["tables"]["lines"]  # 500 holdings and a count of tokens
    assert (lines["total"], lines["rows"]) == ("501", [])
    assert [each["name"].rpartition("-")[2] for each in facts["annexes"]] == ["lines.csv", "lines.xlsx"]
    rows = list(csv.reader(io.StringIO(blobs.read_blob(facts["annexes"][0]["sha256"]).decode())))
    assert len([row for row in rows if row and row[0] == yesterday.isoformat()]) == 501
    assert ["provenance", "filter rule", "HK-RES-01"] in rows
    assert printed(facts)["left_out"]["lines"].startswith("501 rows are too many to print.")


def test_the_button_on_the_case_makes_it_and_its_page_says_that_it_is_being_written(breach, bo, dee, client_for):
    address = reverse("officer:breach_dossier", args=[breach.case.reference])
    case = reverse("officer:case", args=[breach.case.reference])
    assert address in client_for(bo).get(case).content.decode()
    assert address not in client_for(dee).get(case).content.decode()
    assert client_for(dee).post(address).status_code == 403
    answer = client_for(bo).post(address)
    assert answer["Location"] == reverse("officer:report_about", args=[f"{breach.case.reference}-DOSSIER-1"])
    assert "It is being written" in client_for(bo).get(answer["Location"]).content.decode()
