"""Fees fall due as the law counts days, are paid or overdue, and a wrong mark is taken back by another officer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from core import clock
from core.access import SYSTEM
from core.business_days import enter_closure
from core.errors import NotPermitted, Refused
from core.models import AuditEvent, Case, Message
from issuers.models import Fee, Licence
from issuers.services.fees import (
    fee_day,
    fee_due,
    open_overdue_cases,
    raise_due_fees,
    raise_fee,
    record_payment,
    refresh_fee_times,
    take_back_payment,
)
from issuers.services.issuers import register_issuer
from issuers.services.licence_sweep import sweep_licences
from issuers.services.licences import record_licence

pytestmark = pytest.mark.django_db
#: The issuer's licence took effect on 15 December 2025; a year later is a Tuesday.
ANNIVERSARY = date(2026, 12, 15)


def end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=clock.HONG_KONG)


@pytest.fixture(autouse=True)
def at(set_clock):
    set_clock("2026-11-10T10:00")
    return set_clock


@pytest.fixture
def fee(issuer, at) -> Fee:
    return raise_fee(issuer.licence, years=1, actor=SYSTEM)


def licensed_on(day: date, number: str = "FRS77") -> Licence:
    issuer = register_issuer(name_en=f"Licensed {number} Limited", actor=SYSTEM)
    return record_licence(issuer, number=number, effective_on=day, actor=SYSTEM)


@pytest.mark.parametrize(
    ("effective_on", "years", "falls_on", "due_on"),
    [
        (date(2025, 12, 15), 0, date(2025, 12, 15), date(2025, 12, 29)),
        (date(2025, 12, 12), 0, date(2025, 12, 12), date(2025, 12, 27)),  # the 14th day is the 26th, a holiday
        (date(2025, 12, 15), 1, date(2026, 12, 15), date(2026, 12, 15)),
        (date(2025, 12, 20), 1, date(2026, 12, 20), date(2026, 12, 21)),  # a Sunday
        (date(2025, 12, 25), 1, date(2026, 12, 25), date(2026, 12, 28)),  # two holidays and a Sunday
        (date(2025, 11, 28), 1, date(2026, 11, 28), date(2026, 11, 28)),  # a Saturday counts
        (date(2028, 2, 29), 1, date(2029, 2, 28), date(2029, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 29), date(2032, 3, 1)),  # a Sunday
    ],
)
def test_the_last_day_is_counted_as_the_law_counts(db, at, effective_on, years, falls_on, due_on):
    licence = licensed_on(effective_on)
    fee = raise_fee(licence, years=years, actor=SYSTEM)
    assert (fee.falls_on, fee.due_at) == (falls_on, end(due_on))
    assert (fee.amount_hkd, fee.invoice) == (Decimal(113020), f"INV-FRS77-{falls_on.year}")
    assert fee_day(licence, years) == falls_on


def test_a_fee_is_invoiced_thirty_days_ahead_and_once(issuer, amy, ann, eli, at):
    assert raise_due_fees(ANNIVERSARY - timedelta(days=31)) == []
    (fee,) = raise_due_fees(ANNIVERSARY - timedelta(days=30))
    assert (fee.occasion, fee.falls_on) == ("anniversary", ANNIVERSARY)
    assert raise_due_fees(ANNIVERSARY) == []
    assert raise_fee(issuer.licence, years=1, actor=SYSTEM) == fee
    assert AuditEvent.objects.filter(verb="issuers.fee.raised").count() == 1
    # The auditor does not see the licence.
    assert set(Message.objects.values_list("recipient", flat=True)) == {ann.pk, amy.pk}
    assert "113" not in Message.objects.first().text


def test_what_was_asked_for_elsewhere_is_not_asked_again(at):
    at("2027-12-01T10:00")
    licensed_on(date(2025, 12, 20))
    # Two days of a fee are over; the licence is known here since this morning only.
    assert [fee.falls_on for fee in raise_due_fees(clock.today())] == [date(2027, 12, 20)]


def test_fees_that_no_worker_raised_in_time_are_raised_later(issuer, at):
    at("2028-01-10T10:00")
    assert [fee.falls_on for fee in raise_due_fees(clock.today())] == [ANNIVERSARY, date(2027, 12, 15)]


@pytest.mark.parametrize(("status", "owes"), [("suspended", True), ("revoked", False), ("surrendered", False)])
def test_a_suspended_licensee_still_owes_and_one_that_ended_does_not(issuer, at, status, owes):
    Licence.objects.filter(pk=issuer.licence.pk).update(status=status)
    assert bool(raise_due_fees(ANNIVERSARY)) is owes


def test_a_payment_is_recorded_with_the_banks_reference(fee, bo):
    paid = record_payment(fee, paid_on=date(2026, 11, 9), reference=" FT-77 ", actor=bo)
    assert (paid.paid_on, paid.payment_reference, paid.recorded_by) == (date(2026, 11, 9), "FT-77", bo)
    with pytest.raises(Refused, match="marked as paid already"):
        record_payment(fee, paid_on=date(2026, 11, 9), reference="FT-78", actor=bo)
    assert AuditEvent.objects.filter(verb="issuers.fee.paid").count() == 1


@pytest.mark.parametrize(("paid_on", "reference"), [(date(2026, 11, 11), "FT-77"), (date(2026, 11, 9), "  ")])
def test_a_payment_to_come_or_without_reference_is_refused(fee, bo, paid_on, reference):
    with pytest.raises(Refused):
        record_payment(fee, paid_on=paid_on, reference=reference, actor=bo)
    fee.refresh_from_db()
    assert fee.paid_on is None
    assert not AuditEvent.objects.filter(verb="issuers.fee.paid").exists()


@pytest.mark.parametrize("name", ["ann", "amy", "ian", "dee", "ops"])
def test_only_licensing_records_payments(fee, rival, name, request):
    with pytest.raises(NotPermitted):
        record_payment(fee, paid_on=date(2026, 11, 9), reference="FT", actor=request.getfixturevalue(name))
    fee.refresh_from_db()
    assert fee.paid_on is None


def test_a_wrong_mark_is_taken_back_by_another_officer_with_a_reason(fee, bo, ben):
    record_payment(fee, paid_on=date(2026, 11, 9), reference="FT-77", actor=bo)
    with pytest.raises(Refused, match="another officer"):
        take_back_payment(fee, note="Wrong account.", actor=bo)
    with pytest.raises(Refused, match="Say why"):
        take_back_payment(fee, note=" ", actor=ben)
    back = take_back_payment(fee, note="Wrong account.", actor=ben)
    assert (back.paid_on, back.payment_reference, back.recorded_by) == (None, "", None)
    event = AuditEvent.objects.get(verb="issuers.fee.taken_back")
    assert event.data == {"paid_on": "2026-11-09", "reference": "FT-77", "note": "Wrong account."}


def test_an_overdue_fee_opens_one_case_that_its_payment_closes(fee, ann, bo, at):
    at("2026-12-15T23:59:59")
    assert open_overdue_cases() == []
    at("2026-12-16T00:00:00")
    (case,) = open_overdue_cases()
    assert open_overdue_cases() == []
    assert (case.kind, case.key, case.queue, case.due_at) == ("issuers.fee_overdue", fee.invoice, "licensing", fee.due_at)
    assert Message.objects.filter(notice="issuers/fee_overdue", recipient=ann).count() == 1
    record_payment(fee, paid_on=date(2026, 12, 16), reference="FT-1", actor=bo)
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "paid")


def test_a_warning_day_entered_afterwards_moves_the_last_day(fee, bo, at):
    at("2026-12-16T08:00")
    (case,) = open_overdue_cases()
    enter_closure(day=ANNIVERSARY, warning="gale", actor=bo)
    sweep_licences()
    fee.refresh_from_db()
    case.refresh_from_db()
    assert fee.due_at == end(date(2026, 12, 16))
    assert (case.status, case.outcome) == ("closed", "moved")
    assert refresh_fee_times() == 0


def test_the_sweep_does_everything_once(issuer, at):
    at("2026-12-16T08:00")
    assert sweep_licences() == {"moved": 0, "reinstated": 0, "applied": 0, "fees": 1, "overdue": 1}
    before = AuditEvent.objects.count(), Message.objects.count(), Case.objects.count()
    assert sweep_licences() == {"moved": 0, "reinstated": 0, "applied": 0, "fees": 0, "overdue": 0}
    assert (AuditEvent.objects.count(), Message.objects.count(), Case.objects.count()) == before


def test_the_first_fee_of_a_short_warning_runs_on(db):
    from core.calendars import HongKongCalendar

    closed = HongKongCalendar(frozenset({date(2025, 12, 29)}))
    assert fee_due(date(2025, 12, 15), 0, closed) == end(date(2025, 12, 30))
