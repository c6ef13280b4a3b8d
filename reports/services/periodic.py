"""Freezing what is reported by week, month and quarter: once per period, and anew only when its data has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Actor, require
from core.errors import Refused
from core.findings import digest_of
from core.models import Organisation, User
from core.roles import Can
from core.rulebook import load
from core.wording import hk_date
from issuers.models import Issuer
from reports.builders import monthly_supervision, quarterly_overview, weekly_statement
from reports.builders.parties import instant
from reports.models import ReportDocument, ReportRun
from reports.selectors import month
from reports.selectors.licensing import authority
from reports.selectors.periods import Period, month_to, quarter_to
from reports.services.runs import keep_run
from reserves.models import ReserveDay, WeeklyStatement
from reserves.selectors.day_files import calendar_on
from reserves.selectors.stress import business_days_after, scenarios_on
from reserves.services.stress import stress_of_day

K = ReportRun.Kind
#: What facts say of their own making: it is no part of what is compared.
MAKING = frozenset({"reference", "version", "dated_at", "replaces"})
#: The subject of a report on all issuers.
SYSTEM_SUBJECT = "system"
#: The scenario whose custodian is each that is looked at.
FAILS = "custodian_fails"


@transaction.atomic
def freeze_monthly_supervision(issuer: Issuer, month_end: date, *, actor: Actor) -> ReportRun:
    """Freeze the supervisory report on an issuer's month, or return the run that says the same.

    It is the authority's own: no person of the issuer knows of it.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: the day ends no month, the month is not over, or no authority is on record.
    """
    require(actor, Can.RENDER_REPORTS, issuer)
    period = _over(month_to(month_end), month_end)
    row = Issuer.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation").get(pk=issuer.pk)
    return _kept(
        K.MONTHLY_SUPERVISION, row.organisation.slug, period, actor=actor, owner=_authority(), about=row.organisation,
        schema=monthly_supervision.SCHEMA,
        reference=lambda version: monthly_supervision.reference_of(row, period, version),
        content=monthly_supervision.content(row, period, _outlooks(row, period)),
    )


@transaction.atomic
def freeze_weekly_statement(statement: WeeklyStatement, *, actor: Actor) -> ReportRun:
    """Freeze the document of a filed weekly statement, or return the run that has it; in every language at once.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: the statement is not filed, or a later version replaced it before it had a document.
    """
    require(actor, Can.RENDER_REPORTS, statement)
    rows = WeeklyStatement.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("coin__issuer__organisation").get(pk=statement.pk)
    key = {"kind": K.WEEKLY_STATEMENT, "subject": row.coin.symbol, "as_of": row.as_at, "version": row.version}
    if row.status != WeeklyStatement.Status.FILED and not ReportRun.objects.filter(**key).exists():
        raise Refused(_("Statement %(statement)s is not filed, or a later version replaced it.")
                      % {"statement": row}, code="not_filed")
    before = WeeklyStatement.objects.filter(
        coin=row.coin, as_at=row.as_at, version__lt=row.version, status=WeeklyStatement.Status.REPLACED,
    ).order_by("-version").first()
    run = keep_run(key, lambda: weekly_statement.facts(row, replaces=before),
                   owner=row.coin.issuer.organisation, actor=actor)
    for language, _name in settings.LANGUAGES:
        ReportDocument.objects.get_or_create(run=run, language=language)
    return run


@transaction.atomic
def freeze_quarterly_overview(quarter_end: date, *, actor: Actor) -> ReportRun:
    """Freeze the overview of all issuers in a calendar quarter, or return the run that says the same.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: the day ends no quarter, the quarter is not over, or no authority is on record.
    """
    require(actor, Can.RENDER_REPORTS)
    period, owner = _over(quarter_to(quarter_end), quarter_end), _authority()
    Organisation.objects.select_for_update(no_key=True).only("pk").get(pk=owner.pk)
    scenario = next((each for each in scenarios_on(period.last) if each.code == FAILS), None)
    calendar, horizon = calendar_on(load(), period.last), len(scenario.profile) if scenario else 1
    return _kept(
        K.QUARTERLY_OVERVIEW, SYSTEM_SUBJECT, period, actor=actor, owner=owner, about=None,
        schema=quarterly_overview.SCHEMA,
        reference=lambda version: quarterly_overview.reference_of(period, version),
        content=quarterly_overview.content(
            period, scenario, cache(lambda day: business_days_after(day, horizon, calendar))),
    )


def _over(period: Period | None, last: date) -> Period:
    if period is None:
        raise Refused(_("%(day)s is not the last day of such a period.") % {"day": hk_date(last)}, code="no_period")
    if period.ends > clock.now():
        raise Refused(_("The period to %(day)s is not over yet.") % {"day": hk_date(last)}, code="not_over")
    return period


def _authority() -> Organisation:
    owner = authority()
    if owner is None:
        raise Refused(_("No authority is on record that could own the report."), code="no_authority")
    return owner


def _kept(
    kind: str, subject: str, period: Period, *, content: dict[str, Any], reference: Callable[[int], str], schema: str,
    owner: Organisation, about: Organisation | None, actor: Actor,
) -> ReportRun:
    """Return the latest run if it says the same, else the next version; the caller holds the lock on the subject.

    What an officer withdrew comes back when a person asks for it, and never on the platform's own account.
    """
    latest = ReportRun.objects.filter(kind=kind, subject=subject, as_of=period.last).order_by("-version").first()
    said = latest is not None and _said(latest.facts) == digest_of({"schema": schema} | content)
    if latest and said and not (latest.status == ReportRun.Status.WITHDRAWN and isinstance(actor, User)):
        return latest
    version = latest.version + 1 if latest else 1
    frozen = {
        "schema": schema, "reference": reference(version), "version": str(version),
        "dated_at": instant(clock.now()), "replaces": latest.reference if latest else None,
    } | content
    key = {"kind": kind, "subject": subject, "as_of": period.last, "version": version}
    return keep_run(key, lambda: frozen, owner=owner, about=about, actor=actor)


def _said(facts: dict[str, Any]) -> str:
    """The digest of what facts say, whatever they say of their own making."""
    return digest_of({name: value for name, value in facts.items() if name not in MAKING})


def _outlooks(issuer: Issuer, period: Period) -> dict[int, dict[str, Any] | None]:
    """What the last judged day of each coin says of the time to come; None for a coin without one."""
    coins = month.coins_of(period, issuer)
    return {each.coin.pk: _outlook(each.closing.key) if each.closing else None for each in coins}


def _outlook(key: int) -> dict[str, Any]:
    day = ReserveDay.objects.select_related("coin").get(pk=key)
    result: dict[str, Any] = day.result or {}
    names = ("ladder", "currency", "reserve_market_value", "circulation", "buffer_target")
    return {"as_of": day.as_of, **{name: result.get(name) for name in names},
            "findings": [each for each in result.get("findings", []) if each["verdict"] == "breached"],
            "scenarios": _scenarios(day)}


def _scenarios(day: ReserveDay) -> list[dict[str, Any]] | None:
    """What each scenario of the day does; None where what circulated is not known."""
    try:
        account = stress_of_day(day, scenarios_on(day.as_of))
    except Refused:
        return None
    names = ("code", "title", "verdict", "survival_days", "horizon_days", "first_short_on", "total_loss", "ratio_after",
             "largest_shortfall")
    return [
        {name: each[name] for name in names} | {"idle": all(paid["due"].strip("0.") == "" for paid in each["days"])}
        for each in account["scenarios"]
    ]
