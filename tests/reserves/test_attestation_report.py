"""The auditor's report: uploaded, compared exactly, filed, published, decided on by two officers; duties and facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.urls import reverse

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Message
from issuers.services.coins import create_coin
from issuers.services.facts import record_fact
from issuers.services.obligations import open_overdue_cases, plan_obligations
from reports.facts import issuer_facts
from reports.selectors.approvals import approval_count, approvals
from reports.services.judgement import judge_issuer
from reserves.models import AttestationReport, Engagement, ReserveDay
from reserves.services.attestation_reports import (
    accept_report,
    comment_on_report,
    file_report,
    query_report,
    recommend_acceptance,
    upload_report,
)
from reserves.services.disclosures import settle_all
from reserves.workflows import ATTESTATION
from tests.issuers.pdfs import pdf_of
from tests.reserves.attesting import PERIOD_END, admitted, auditor, drawn_and_frozen, engaged, firm, judged, noon

COMPOSITION = {"demand_deposit": Decimal("60000000"), "government_debt": Decimal("34900000.50"),
               "term_deposit": Decimal("5100000.25")}
SOUND = {"market_value": Decimal("100000000.75"), "outstanding_par": Decimal("99000000"), "is_adequate": True,
         "composition": COMPOSITION}


@pytest.fixture
def at(monkeypatch, tmp_path):
    file = tmp_path / "clock"
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(file))

    def move(day: date) -> None:
        file.write_text(noon(day).isoformat())

    move(date(2026, 10, 5))
    return move


@pytest.fixture
def may(db):
    return auditor(firm())


@pytest.fixture
def room(at, coin, amy, bo, cy, may):
    """October of the issuer's coin, drawn and frozen; attestation is monthly and planned for; it is 3 November."""
    record_fact(coin.issuer, fact="authority.attestation_frequency", value="monthly", valid_from=date(2026, 1, 1),
                source="Letter", origin="set", actor=cy)
    plan_obligations(coin.issuer)
    engagement = engaged(coin, may.current_memberships[0].organisation, amy)
    admitted(engagement, may, amy, bo)
    at(date(2026, 11, 3))
    return drawn_and_frozen(engagement)


def uploaded(room, may, **changed) -> AttestationReport:
    days = {day: SOUND | changed.pop("figures", {}) for day in room.test_days.all()}
    given = {"raw": pdf_of("Report"), "filename": "report.pdf", "opinion": "unqualified", "exceptions": ""} | changed
    return upload_report(room, days=days, actor=may, **given)


def test_equal_figures_have_no_difference_and_others_are_listed_exactly(room, may):
    report = uploaded(room, may)
    assert [day.differences for day in report.days.all()] == [[], []]
    assert report.signatures == {"state": "unsigned", "signatures": []}
    changed = {"market_value": Decimal("100000000.76"), "is_adequate": False,
               "composition": COMPOSITION | {"cash": Decimal(3)}}
    again = uploaded(room, may, figures=changed)
    assert (report.version, again.version) == (1, 2)
    assert again.days.first().differences == [
        {"figure": "market_value", "attested": "100000000.76", "frozen": "100000000.75", "difference": "0.01"},
        {"figure": "adequate", "attested": "no", "frozen": "yes", "difference": None},
        {"figure": "composition.cash", "attested": "3", "frozen": "0", "difference": "3"},
    ]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reserves_attestedday SET market_value = 1")


def test_what_will_not_do_is_refused_and_leaves_nothing(room, may, eli, ann):
    days = dict.fromkeys(room.test_days.all(), SOUND)
    given = {"raw": pdf_of("R"), "filename": "r.pdf", "opinion": "unqualified", "exceptions": "", "days": days}
    for changed, said in (
        ({"raw": b"%PDF-1.4 broken"}, "damaged"),
        ({"opinion": "adverse"}, "takes exception"),
        ({"opinion": "splendid"}, "Choose the opinion"),
        ({"days": dict(list(days.items())[:1])}, "every tested day"),
    ):
        with pytest.raises(Refused, match=said):
            upload_report(room, actor=may, **given | changed)
    with pytest.raises(Refused, match="engaged audit firm"):  # the issuer's own auditor
        upload_report(room, actor=eli, **given)
    with pytest.raises(NotPermitted):
        upload_report(room, actor=ann, **given)
    room.refresh_from_db()
    assert (room.status, room.reports.count()) == ("open", 0)
    assert not AuditEvent.objects.filter(verb="reserves.attestation.reported").exists()


def test_no_report_before_the_days_are_frozen(at, coin, amy, may):
    engagement = engaged(coin, may.current_memberships[0].organisation, amy)
    with pytest.raises(Refused, match="not frozen yet"):
        upload_report(engagement, raw=pdf_of("R"), filename="r.pdf", opinion="unqualified", exceptions="", days={},
                      actor=may)


def test_filing_publishes_meets_the_duty_and_states_the_facts(room, may, ann, coin, client_for):
    duty = coin.issuer.obligations.get(kind="attestation", key="2026-10-31")
    report = uploaded(room, may)
    public = reverse("public:attestation", args=[room.reference, 1])
    assert client_for(None).get(public).status_code == 404
    assert issuer_facts(coin.issuer, date(2026, 11, 3), seen_at=noon(date(2026, 11, 3)))["attestation.is_filed"] is False
    comment_on_report(room, text="We agree.", actor=ann)
    file_report(room, actor=ann)
    duty.refresh_from_db()
    assert (duty.status, duty.met_with) == ("met", room.reference)
    own = reverse("portal:attestation_file", args=[room.reference, 1])
    assert client_for(None).get(public).getvalue() == client_for(may).get(own).getvalue()
    page = client_for(None).get(reverse("public:entry", args=["FRS01"])).content.decode()
    assert public in page
    facts = issuer_facts(coin.issuer, date(2026, 11, 4), seen_at=noon(date(2026, 11, 4)))
    assert {name: facts[f"attestation.{name}"] for name in (
        "period_end", "is_filed", "filed_on", "period_end_tested", "random_day_count")} == {
        "period_end": PERIOD_END, "is_filed": True, "filed_on": date(2026, 11, 3), "period_end_tested": True,
        "random_day_count": 1}
    report.refresh_from_db()
    assert (report.comment, report.filed_by) == ("We agree.", ann)
    with pytest.raises(Refused, match="cannot file"):
        file_report(room, actor=ann)


def test_the_rule_is_met_by_what_was_filed(room, may, ann, at, coin):
    uploaded(room, may)
    file_report(room, actor=ann)
    judged(coin, date(2026, 11, 3))
    at(date(2026, 11, 4))
    found = {row.rule: row.verdict for row in judge_issuer(coin.issuer, date(2026, 11, 3), actor=SYSTEM)}
    assert found["HK-REP-03"] == "met"


def test_a_second_coin_without_report_leaves_the_duty_due_and_a_late_one_opens_a_case(room, may, ann, at, coin):
    create_coin(coin.issuer, symbol="LRUSD", reference_currency="USD", launched_on=date(2026, 5, 1), actor=SYSTEM)
    uploaded(room, may)
    file_report(room, actor=ann)
    duty = coin.issuer.obligations.get(kind="attestation", key="2026-10-31")
    assert (duty.status, settle_all()) == ("due", 0)
    facts = issuer_facts(coin.issuer, date(2026, 11, 4), seen_at=noon(date(2026, 11, 4)))
    assert (facts["attestation.is_filed"], facts["attestation.filed_on"]) == (False, None)
    at(date(2026, 12, 2))  # a month after 30 October has run
    open_overdue_cases()
    assert Case.objects.filter(kind="issuers.obligation_overdue", key=str(duty.pk)).count() == 1


def test_two_officers_accept_and_one_may_query(room, may, ann, amy, bo, ben, dee):
    uploaded(room, may)
    with pytest.raises(Refused, match="cannot accept from Reported"):
        accept_report(room, actor=bo)
    file_report(room, actor=ann)
    with pytest.raises(Refused, match="recommend acceptance first"):
        accept_report(room, actor=bo)
    query_report(room, text="Which deposits were confirmed?", actor=bo)
    row = Engagement.objects.get(pk=room.pk)
    asked = Message.objects.filter(notice="reserves/attestation_answered")
    assert set(asked.values_list("recipient", flat=True)) == {ann.pk, amy.pk, may.pk}
    assert Message.objects.filter(notice="reserves/attestation_reported", recipient=ann).count() == 1
    assert (row.status, row.query) == ("queried", "Which deposits were confirmed?")
    uploaded(row, may, exceptions="All of them.")
    file_report(row, actor=ann)
    recommend_acceptance(row, note="Complete.", actor=bo)
    with pytest.raises(Refused, match="Another officer"):
        accept_report(row, actor=bo)
    with pytest.raises(NotPermitted):
        accept_report(row, actor=dee)
    done = accept_report(row, actor=ben)
    assert (done.status, done.recommended_by, done.decided_by) == ("accepted", bo, ben)
    assert ATTESTATION.final == {"accepted", "ended"}


def test_a_later_period_without_report_is_not_met_by_an_earlier_one(room, may, ann, at, coin, cy):
    uploaded(room, may)
    file_report(room, actor=ann)
    later = date(2026, 12, 15)
    at(later)
    plan_obligations(coin.issuer)
    facts = issuer_facts(coin.issuer, later, seen_at=noon(later))
    assert (facts["attestation.period_end"], facts["attestation.is_filed"]) == (date(2026, 11, 30), False)
    for fact, value in (("attestation.period_end", date(2026, 11, 30)), ("attestation.is_filed", True),
                        ("attestation.filed_on", date(2026, 12, 14))):
        record_fact(coin.issuer, fact=fact, value=value, valid_from=later, source="Paper", origin="filed", actor=cy)
    facts = issuer_facts(coin.issuer, later, seen_at=noon(later))
    assert (facts["attestation.is_filed"], facts["attestation.filed_on"]) == (True, date(2026, 12, 14))


def test_what_one_officer_recommends_waits_for_another_in_the_list_of_approvals(room, may, ann, bo, ben):
    uploaded(room, may)
    file_report(room, actor=ann)
    assert [row for row in approvals() if row.view == "officer:engagement"] == []
    before = approval_count(ben)
    recommend_acceptance(room, note="Complete.", actor=bo)
    (row,) = [row for row in approvals() if row.view == "officer:engagement"]
    assert (row.args, row.by, row.is_for(bo), row.is_for(ben)) == ((room.reference,), bo, False, True)
    assert (approval_count(ben), approval_count(bo)) == (before + 1, before)


def test_pages_ask_as_little_with_many_days_as_with_few(room, may, ann, coin, client_for, django_assert_max_num_queries):
    """Twenty for who is asking, the frame and the engagement with all that hangs on it; none of them per day."""
    uploaded(room, may)
    file_report(room, actor=ann)
    for day in range(2, 30):
        if not ReserveDay.objects.filter(coin=coin, as_of=date(2026, 10, day)).exists():
            ReserveDay.objects.create(coin=coin, as_of=date(2026, 10, day), version=1, status="judged", result={})
    mine = client_for(ann)
    for name, args, most in (("engagement", [], 26), ("evidence", [PERIOD_END.isoformat()], 24), ("samples", [], 20)):
        with django_assert_max_num_queries(most):
            assert mine.get(reverse(f"portal:{name}", args=[room.reference, *args])).status_code == 200
