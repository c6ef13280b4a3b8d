"""Licence fees (ORD s. 22, Sch. 3): invoiced ahead, due by the law's day, paid or overdue; a wrong mark taken back.

A suspended licensee still owes (ORD s. 34); whose licence ended before the fee's day does not.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit, cases, clock
from core.access import SYSTEM, Actor, require
from core.business_days import check_day, hong_kong_calendar
from core.calendars import HongKongCalendar
from core.deadlines import anniversary, end_of, roll
from core.errors import Refused
from core.models import Case, User
from core.outbox import enqueue
from core.roles import Can
from core.wording import hk_date
from issuers.models import Fee, Licence
from issuers.notices.licences import FeeInvoiced, FeeOverdue
from issuers.selectors.licences import owed_fees
from issuers.time_limits import statutory_amount, time_limit

RAISED = audit.verb("issuers.fee.raised", gettext_noop("invoiced fee %(target)s, due on %(due_on)s"),
                    audience=audit.Audience.ISSUER)
PAID = audit.verb("issuers.fee.paid", gettext_noop("recorded that %(target)s was paid on %(paid_on)s (%(reference)s)"),
                  audience=audit.Audience.ISSUER)
TAKEN_BACK = audit.verb("issuers.fee.taken_back",
                        gettext_noop("took back that %(target)s was paid on %(paid_on)s: %(note)s"),
                        audience=audit.Audience.ISSUER)
WITHDRAWN = audit.verb("issuers.fee.withdrawn",
                       gettext_noop("withdrew fee %(target)s: the licence ended before its day"),
                       audience=audit.Audience.ISSUER)
MOVED = audit.verb("issuers.fee.moved", gettext_noop("moved the last day of fee %(target)s to %(due_on)s"),
                   audience=audit.Audience.ISSUER)
OWING = (Licence.Status.ACTIVE, Licence.Status.SUSPENDED)


def _words(params: dict[str, Any]) -> dict[str, Any]:
    return params | {"due_on": hk_date(params["due_on"])}


cases.kind(
    "issuers.fee_overdue", prefix="FEE", title=gettext_lazy("Fee overdue"),
    summary=gettext_noop("Fee %(invoice)s of %(subject)s was due by %(due_on)s"),
    queue="licensing", seen_by_issuer=True, words=_words,
)


def fee_day(licence: Licence, years: int) -> date:
    """Return the effective date (0), or that anniversary of it."""
    return anniversary(licence.effective_on, years)


def fee_due(falls_on: date, years: int, calendar: HongKongCalendar) -> datetime:
    """Return the last instant in time: within the first days of the licence, or on or before the anniversary.

    An anniversary on a day that does not count moves on to the next that does (Cap. 1 s. 71(1)(c)).
    """
    if years == 0:
        return time_limit("first_fee", falls_on).due(falls_on, calendar)
    return end_of(roll(falls_on, calendar))


@transaction.atomic
def raise_fee(licence: Licence, *, years: int, actor: Actor) -> Fee:
    """Invoice the first fee (``years`` 0) or that of an anniversary; asked twice, it is one.

    Raises:
        NotPermitted: the actor does not keep fees.
        NotInForce: the law gave no fee on the day.
    """
    require(actor, Can.RECORD_FEE, licence)
    falls_on = fee_day(licence, years)
    amount = statutory_amount("licence_fee", falls_on)
    fields = {
        "invoice": f"INV-{licence.number}-{falls_on.year}",
        "occasion": Fee.Occasion.ANNIVERSARY if years else Fee.Occasion.FIRST,
        "amount_hkd": amount.hkd, "cite": amount.cite, "due_at": fee_due(falls_on, years, hong_kong_calendar()),
    }
    try:
        with transaction.atomic():
            fee, created = Fee.objects.get_or_create(licence=licence, falls_on=falls_on, defaults=fields)
    except IntegrityError:  # another worker was faster
        return Fee.objects.get(licence=licence, falls_on=falls_on)
    if created:
        audit.record(RAISED, target=fee, actor=actor, data={"due_on": clock_day(fee.due_at)})
        enqueue(FeeInvoiced(fee.invoice, licence.number, fee.due_at), to=licence.issuer.organisation, key=fee.invoice,
                may=Can.VIEW_LICENCE)
    return fee


def clock_day(instant: datetime) -> str:
    """Return the day in Hong Kong, as the record keeps days."""
    return instant.astimezone(clock.HONG_KONG).date().isoformat()


def raise_due_fees(day: date) -> list[Fee]:
    """Invoice every fee that falls on a day within the authority's own lead; return those that are new.

    A licence that was recorded here after it was granted elsewhere owes from its next anniversary on: what came before
    was asked for elsewhere.
    """
    until = day + timedelta(days=settings.SERVICE_CLOCKS["fee_invoice_days_ahead"])
    raised = []
    licences = Licence.objects.filter(status__in=OWING).select_related("issuer__organisation", "application")
    for licence in licences.prefetch_related("entries", "fees"):
        known_from = min((clock_day(entry.shown_from) for entry in licence.entries.all()), default=day.isoformat())
        standing = {fee.falls_on for fee in licence.fees.all()}
        years = 0
        while (falls_on := fee_day(licence, years)) <= until:
            here = licence.application_id is not None or (years and falls_on.isoformat() >= known_from)
            if here and falls_on not in standing:
                raised.append(raise_fee(licence, years=years, actor=SYSTEM))
            years += 1
    return raised


@transaction.atomic
def record_payment(fee: Fee, *, paid_on: date, reference: str, actor: Actor) -> Fee:
    """Record that a fee was paid, by the bank's reference; the case of an overdue fee closes.

    Raises:
        NotPermitted: the actor does not keep fees.
        Refused: it is paid or withdrawn, the day is to come, or there is no reference.
    """
    require(actor, Can.RECORD_FEE, fee)
    row = _locked(fee)
    if row.paid_on is not None:
        raise Refused(_("%(invoice)s is marked as paid already.") % {"invoice": row.invoice})
    if row.withdrawn_at is not None:
        raise Refused(_("%(invoice)s was withdrawn; nothing is owed on it.") % {"invoice": row.invoice})
    check_day(paid_on)
    if paid_on > clock.today():
        raise Refused(_("A payment cannot be recorded before its day."))
    if not reference.strip():
        raise Refused(_("Give the bank's reference of the payment."))
    row.paid_on, row.payment_reference = paid_on, reference.strip()[:80]
    row.recorded_by, row.recorded_at = actor if isinstance(actor, User) else None, clock.now()
    row.save(update_fields=["paid_on", "payment_reference", "recorded_by", "recorded_at"])
    audit.record(PAID, target=row, actor=actor,
                 data={"paid_on": paid_on.isoformat(), "reference": row.payment_reference})
    _close_overdue(row, "paid", actor)
    return row


@transaction.atomic
def take_back_payment(fee: Fee, *, note: str, actor: Actor) -> Fee:
    """Take back a mark that was wrong; another officer than the one who made it does. The record keeps both.

    Raises:
        NotPermitted: the actor does not keep fees.
        Refused: the fee is not marked as paid, the actor marked it, or no reason is given.
    """
    require(actor, Can.RECORD_FEE, fee)
    row = _locked(fee)
    if row.paid_on is None:
        raise Refused(_("%(invoice)s is not marked as paid.") % {"invoice": row.invoice})
    if row.recorded_by == actor:
        raise Refused(_("You recorded this payment; another officer has to take it back."))
    if not note.strip():
        raise Refused(_("Say why: the note is part of the record."))
    told = {"paid_on": row.paid_on.isoformat(), "reference": row.payment_reference, "note": note.strip()}
    row.paid_on, row.payment_reference, row.recorded_by, row.recorded_at = None, "", None, None
    row.save(update_fields=["paid_on", "payment_reference", "recorded_by", "recorded_at"])
    audit.record(TAKEN_BACK, target=row, actor=actor, data=told)
    return row


def withdraw_fees(licence: Licence, *, ended_on: date, actor: Actor) -> list[Fee]:
    """Withdraw what is invoiced for a day on which the licence has ended; what fell due before stays owed."""
    fees = list(
        Fee.objects.select_for_update(no_key=True).filter(
            licence=licence, paid_on=None, withdrawn_at=None, falls_on__gt=ended_on
        )
    )
    for fee in fees:
        fee.withdrawn_at = clock.now()
        fee.save(update_fields=["withdrawn_at"])
        audit.record(WITHDRAWN, target=fee, actor=actor)
    return fees


@transaction.atomic
def refresh_fee_times() -> int:
    """Compute the last day of every fee owed anew, after a closure was entered; return how many moved."""
    calendar, moved = hong_kong_calendar(), 0
    fees = owed_fees().select_for_update(no_key=True, of=("self",)).select_related("licence__issuer")
    for fee in fees:
        years = fee.falls_on.year - fee.licence.effective_on.year
        due_at = fee_due(fee.falls_on, years, calendar)
        if due_at != fee.due_at:
            fee.due_at, moved = due_at, moved + 1
            fee.save(update_fields=["due_at"])
            audit.record(MOVED, target=fee, actor=SYSTEM, data={"due_on": clock_day(due_at)})
            if due_at >= clock.now():
                _close_overdue(fee, "moved", SYSTEM)
    return moved


def open_overdue_cases() -> list[Case]:
    """Open one case for every fee whose time has run out, and tell the licensee once."""
    opened = []
    late = owed_fees().filter(due_at__lt=clock.now()).select_related("licence__issuer__organisation")
    standing = Case.objects.filter(kind="issuers.fee_overdue", status=Case.Status.OPEN)
    for fee in late.exclude(invoice__in=standing.values("key")):
        with transaction.atomic():
            row = _locked(fee)
            if row.paid_on is not None or row.withdrawn_at is not None:
                continue
            owner = fee.licence.issuer.organisation
            case = cases.open_case(
                "issuers.fee_overdue", subject=owner.slug, owner=owner, key=row.invoice, actor=SYSTEM,
                due_at=row.due_at, params={"invoice": row.invoice, "due_on": clock_day(row.due_at)},
            )
            enqueue(FeeOverdue(row.invoice, fee.licence.number, row.due_at), to=owner, key=case.reference,
                    may=Can.VIEW_LICENCE)
            opened.append(case)
    return opened


def _locked(fee: Fee) -> Fee:
    return Fee.objects.select_for_update(no_key=True, of=("self",)).select_related("licence__issuer").get(pk=fee.pk)


def _close_overdue(fee: Fee, outcome: str, actor: Actor) -> None:
    case = Case.objects.filter(kind="issuers.fee_overdue", key=fee.invoice, status=Case.Status.OPEN).first()
    if case:
        cases.close_case(case, outcome=outcome, actor=actor)
