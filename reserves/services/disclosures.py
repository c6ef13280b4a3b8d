"""Which duties are met by what was filed: attestations and weekly statements of all coins of an issuer."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from core.access import SYSTEM
from core.deadlines import day_of
from issuers.models import Coin, Issuer, Obligation
from issuers.selectors.duties import licensees
from issuers.services.obligations import meet_obligation
from reserves.models import AttestationReport, WeeklyStatement
from reserves.selectors.attestation import owing_coins
from reserves.selectors.statements import PUBLISHED

KINDS = ("attestation", "weekly_statement")


@transaction.atomic
def settle_disclosures(issuer: Issuer) -> int:
    """Mark as met the duties for which every coin of the issuer has its report or statement; return how many.

    A duty that was reopened is met by what was filed after that.
    """
    due = issuer.obligations.select_for_update(no_key=True, of=("self",)).select_related("case").filter(
        kind__in=KINDS, status=Obligation.Status.DUE)
    met = 0
    for duty in due.order_by("due_at"):
        found = _attested(issuer, duty) if duty.kind == "attestation" else _stated(issuer, duty)
        if found is not None:
            reference, on = found
            meet_obligation(duty, reference=reference, on=on, actor=SYSTEM)
            met += 1
    return met


def settle_all() -> int:
    """Settle the disclosures of every licensee that ever made one; return how many duties were met."""
    attested = AttestationReport.objects.filter(engagement__coin__issuer=OuterRef("pk"), filed_at__isnull=False)
    stated = WeeklyStatement.objects.filter(coin__issuer=OuterRef("pk"), status__in=PUBLISHED)
    return sum(settle_disclosures(issuer) for issuer in licensees().filter(Exists(attested) | Exists(stated)))


def _attested(issuer: Issuer, duty: Obligation) -> tuple[str, date] | None:
    """Return the last report of the period's and the day it was filed, if every coin has one."""
    period_end = date.fromisoformat(duty.key)
    reports = AttestationReport.objects.filter(engagement__coin__issuer=issuer, filed_at__isnull=False,
                                               engagement__period_end=period_end)
    if duty.reopened_at:
        reports = reports.filter(filed_at__gt=duty.reopened_at)
    first: dict[int, tuple[str, date]] = {}
    for report in reports.select_related("engagement").order_by("filed_at"):
        if report.filed_at:
            first.setdefault(report.engagement.coin_id, (report.engagement.reference, day_of(report.filed_at)))
    return _last(owing_coins(issuer, period_end), first)


def _stated(issuer: Issuer, duty: Obligation) -> tuple[str, date] | None:
    """Return the last statement of the week and the day it was filed, if every coin has one.

    A statement filed within the time of the duty meets it; one that comes late meets it by the day that it is as at.
    """
    last = day_of(duty.due_at)
    rows = WeeklyStatement.objects.filter(coin__issuer=issuer, status__in=PUBLISHED).filter(
        as_at__gte=duty.began_on - timedelta(days=7), as_at__lte=last)
    if duty.reopened_at:
        rows = rows.filter(filed_at__gt=duty.reopened_at)
    first: dict[int, tuple[str, date]] = {}
    for row in rows.select_related("coin").order_by("filed_at"):
        filed_on = day_of(row.filed_at) if row.filed_at else last
        if duty.began_on < filed_on <= last or duty.began_on < row.as_at <= last:
            first.setdefault(row.coin_id, (row.reference, filed_on))
    return _last(owing_coins(issuer, last), first)


def _last(coins: list[Coin], first: dict[int, tuple[str, date]]) -> tuple[str, date] | None:
    """Return what was filed last of each coin's first filing, None if a coin has none or there is no coin."""
    if not coins or any(coin.pk not in first for coin in coins):
        return None
    return max((first[coin.pk] for coin in coins), key=lambda found: found[1])
