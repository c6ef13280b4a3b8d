"""Who gets which page: another issuer's matter does not exist, and what is yours to see need not be yours to do."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from core.access import SYSTEM
from core.models import AuditEvent, Case, CaseNote, FeedFile
from issuers.services.breaches import open_breach
from reports.models import ReportRun
from reports.services.rendering import render_report
from reports.services.reports import freeze_report
from reserves.models import ReserveDay
from reserves.selectors import waiting_days
from reserves.services.days import advance_day
from reserves.services.intake import receive_file
from tests.factories import csv_bytes, holding, sound_day

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 16)


@pytest.fixture
def matters(coin, ann):
    """What Lion Rock has: a judged day, its report still to be rendered, a receipt, a refused file, a breach."""
    for feed, raw in sound_day(DAY).items():
        receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=ann)
    (pk,) = waiting_days()
    day = advance_day(pk)
    run = freeze_report("daily_reserve", day, actor=SYSTEM)
    breach = open_breach(coin.issuer, rule="HK-RES-01", subject="LRHKD", as_of=DAY, actor=SYSTEM)
    refused = receive_file(coin, "holdings", b"as_of\n", filename="bad.csv", actor=ann)
    assert refused.status == FeedFile.Status.REFUSED
    return {
        "coin": ["LRHKD"], "coin_day": ["LRHKD", DAY.isoformat()], "upload": ["LRHKD"],
        "feed_file": [FeedFile.objects.filter(status="accepted").first().pk], "report": [run.reference],
        "case": [breach.case.reference], "feed_file_correct": [refused.pk], "case_act": [breach.case.reference],
    }


@pytest.mark.parametrize("name", ["coin", "coin_day", "upload", "feed_file", "report", "case"])
def test_another_issuers_matter_does_not_exist(name, matters, ian, rival_coin, client_for):
    answer = client_for(ian).get(reverse(f"portal:{name}", args=matters[name]))
    assert answer.status_code == 404
    assert b"Lion Rock" not in answer.content


@pytest.mark.parametrize("name", ["upload", "feed_file_correct", "case_act"])
def test_another_issuers_matter_cannot_be_changed(name, matters, ian, rival_coin, client_for):
    before = AuditEvent.objects.count(), FeedFile.objects.count()
    answer = client_for(ian).post(reverse(f"portal:{name}", args=matters[name]), {"action": "notify", "text": "ours"})
    assert answer.status_code == 404
    assert (AuditEvent.objects.count(), FeedFile.objects.count()) == before


@pytest.mark.parametrize("page", ["home", "reports"])
def test_lists_of_a_rival_say_nothing_of_another_issuer(page, matters, ian, rival_coin, client_for):
    content = client_for(ian).get(reverse(f"portal:{page}")).content
    assert b"LRHKD" not in content
    assert b"TWHK" in content or page == "reports"


@pytest.mark.parametrize("name", ["coin", "coin_day", "upload", "feed_file", "report", "case"])
def test_a_visitor_is_led_to_the_sign_in_page_and_back(name, matters, client_for):
    address = reverse(f"portal:{name}", args=matters[name])
    answer = client_for(None).get(address)
    assert answer.status_code == 302
    assert answer["Location"] == f"/en/accounts/login/?next={address}"


def test_the_auditor_reads_but_sends_nothing(matters, eli, client_for):
    client = client_for(eli)
    day = client.get(reverse("portal:coin_day", args=matters["coin_day"]))
    assert day.status_code == 200
    assert reverse("portal:upload", args=["LRHKD"]) not in day.content.decode()
    waits = client.get(reverse("portal:report", args=matters["report"]))
    assert (waits.status_code, waits["Content-Type"]) == (200, "text/html; charset=utf-8")  # it is being written
    render_report(ReportRun.objects.get().pk)
    report = client.get(reverse("portal:report", args=matters["report"]))
    assert (report.status_code, report["Content-Type"]) == (200, "application/pdf")
    assert b"".join(report.streaming_content).startswith(b"%PDF-1.7")
    before = FeedFile.objects.count()
    assert client.get(reverse("portal:upload", args=["LRHKD"])).status_code == 403
    assert client.post(reverse("portal:upload", args=["LRHKD"])).status_code == 403
    assert client.post(reverse("portal:feed_file_correct", args=matters["feed_file_correct"])).status_code in (403, 404)
    assert FeedFile.objects.count() == before


def test_an_officer_has_no_portal_and_an_issuer_no_officers_site(matters, bo, ann, client_for):
    assert client_for(bo).get(reverse("portal:home")).status_code == 404
    for name in ("home", "cases", "reserves", "rules", "closures", "outbox", "reports"):
        assert client_for(ann).get(reverse(f"officer:{name}")).status_code == 404


def test_a_note_for_officers_is_not_shown_to_the_issuer(matters, bo, ann, client_for):
    reference = matters["case"][0]
    for text, audience in (("Ask the bank first.", "authority"), ("Please explain today.", "issuer")):
        answer = client_for(bo).post(reverse("officer:case_act", args=[reference]),
                                     {"action": "note", "text": text, "audience": audience})
        assert answer.status_code == 302
    assert CaseNote.objects.count() == 2
    seen = client_for(ann).get(reverse("portal:case", args=[reference])).content.decode()
    assert "Please explain today." in seen
    assert "Ask the bank first." not in seen


def test_an_analyst_sees_a_case_and_cannot_act_on_it(matters, dee, client_for):
    reference, client = matters["case"][0], client_for(dee)
    page = client.get(reverse("officer:case", args=[reference]))
    assert page.status_code == 200
    assert b'name="action"' not in page.content
    before = AuditEvent.objects.count()
    for action in ("close", "escalate", "assign", "pause", "note"):
        answer = client.post(reverse("officer:case_act", args=[reference]), {"action": action, "text": "x"})
        assert answer.status_code == 403
    assert (AuditEvent.objects.count(), Case.objects.get(reference=reference).assignee) == (before, None)


def test_an_act_that_no_case_knows_is_not_found(matters, bo, client_for):
    answer = client_for(bo).post(reverse("officer:case_act", args=matters["case"]), {"action": "delete"})
    assert answer.status_code == 404


def test_what_if_is_said_and_stores_nothing(matters, coin, bo, ann, client_for):
    before = ReserveDay.objects.count(), AuditEvent.objects.count()
    for person, site in ((bo, "officer"), (ann, "portal")):
        address = reverse(f"{site}:coin_day", args=["LRHKD", DAY.isoformat()])
        plain = client_for(person).get(address).content.decode()
        assumed = client_for(person).get(f"{address}?law_on=2025-08-01").content.decode()
        assert "What-if" not in plain
        assert "What-if" in assumed
        assert "1 August 2025" in assumed
    assert (ReserveDay.objects.count(), AuditEvent.objects.count()) == before


@pytest.mark.parametrize("law_on", ["", "yesterday", "2025-13-01", "2025-08-01%00", "%00"])
def test_a_law_of_no_day_is_not_found(law_on, matters, bo, client_for):
    address = reverse("officer:coin_day", args=["LRHKD", DAY.isoformat()])
    assert client_for(bo).get(f"{address}?law_on={law_on}").status_code == 404


def test_a_day_with_files_that_nobody_judged_says_so(coin, ann, bo, client_for):
    receive_file(coin, "holdings", csv_bytes([holding(DAY)]), filename="early.csv", actor=ann)
    for person, site in ((bo, "officer"), (ann, "portal")):
        answer = client_for(person).get(reverse(f"{site}:coin_day", args=["LRHKD", DAY.isoformat()]))
        assert answer.status_code == 200
        assert "This day is not judged yet" in answer.content.decode()
        assert "early.csv" in answer.content.decode()


def test_a_day_of_which_nothing_is_known_is_not_found(coin, bo, client_for):
    assert client_for(bo).get(reverse("officer:coin_day", args=["LRHKD", "2026-10-15"])).status_code == 404
    assert client_for(bo).get(reverse("officer:coin_day", args=["LRHKD", "2026-02-30"])).status_code == 404
    assert client_for(bo).get(reverse("officer:coin_day", args=["NONE", "2026-10-15"])).status_code == 404


@pytest.mark.parametrize(
    ("person", "address"),
    [
        (None, "/en/?q=%00"), (None, "/en/?q=%00lion"), (None, "/en/register/%00/"), (None, "/en/register/FRS%0001/"),
        ("bo", "/en/officer/?q=%00"), ("bo", "/en/officer/?view=%00"), ("bo", "/en/officer/cases/?page=%00"),
        ("bo", "/en/officer/cases/?page=99999999999999999999"), ("bo", "/en/officer/cases/?sort=%00"),
        ("bo", "/en/officer/cases/?sort=-nothing"), ("bo", "/en/officer/cases/%00/"), ("bo", "/en/officer/reports/%00/"),
        ("bo", "/en/officer/coins/%00/"), ("bo", "/en/officer/coins/LRHKD/days/%00/"),
        ("bo", "/en/officer/files/99999999999999999999/"), ("bo", "/en/officer/mail/?sort=%00&page=-1"),
        ("bo", "/en/officer/reports/?sort=as_of%00"), ("ann", "/en/portal/coins/LRHKD/upload/?sent=%00&sent=1e9"),
        ("ann", "/en/portal/coins/LRHKD/upload/?sent=99999999999999999999&page=%00"),
        ("ann", "/en/portal/files/99999999999999999999/"), ("ann", "/en/portal/reports/?page=%00"),
    ],
)
def test_nonsense_in_an_address_is_no_error_of_ours(person, address, coin, request, client_for):
    client = client_for(request.getfixturevalue(person) if person else None)
    client.raise_request_exception = False
    assert client.get(address).status_code in (200, 404)


@pytest.mark.parametrize("text", ["\x00", "Called\x00 them", "x" * 5000])
def test_nonsense_in_a_note_is_no_error_of_ours(text, matters, bo, client_for):
    client = client_for(bo)
    client.raise_request_exception = False
    for action in ("note", "pause", "assign", "escalate"):
        answer = client.post(reverse("officer:case_act", args=matters["case"]),
                             {"action": action, "text": text, "assignee": "\x00"})
        assert answer.status_code in (302, 409, 422)
