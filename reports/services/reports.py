"""Reports on days: frozen once per version of a day, withdrawn when a later version comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Actor, require
from core.calendars import HONG_KONG
from core.errors import Refused
from core.roles import Can
from core.rulebook import load
from issuers.models import Coin
from reports import selectors
from reports.builders import daily_reserve
from reports.builders.day_annexes import day_tables
from reports.models import ReportRun
from reports.services.annexes import keep_annexes
from reports.services.runs import keep_run
from reserves.models import ReserveDay
from reserves.selectors.day_files import calendar_on, expected_by
from reserves.services.exceptions import exceptions_of


@transaction.atomic
def freeze_report(kind: str, day: ReserveDay, *, actor: Actor) -> ReportRun:
    """Freeze what the report on a judged day says, or return the run that says it already.

    Earlier versions of the report are withdrawn with the reason.

    Raises:
        NotPermitted: the actor does not make reports.
        Refused: this version of the day is not judged, or no longer stands.
    """
    require(actor, Can.RENDER_REPORTS, day)
    day = (
        ReserveDay.objects.select_for_update(no_key=True, of=("self",))
        .select_related("coin__issuer__organisation").get(pk=day.pk)
    )
    key = {"kind": kind, "subject": day.coin.symbol, "as_of": day.as_of, "version": day.version}
    return keep_run(key, lambda: facts_of_day(day), owner=day.coin.issuer.organisation, actor=actor)


def facts_of_day(day: ReserveDay) -> dict[str, Any]:
    """Return the facts of the report on a judged day; tables that are too long to print are kept beside them.

    Raises:
        Refused: this version of the day is not judged, or no longer stands.
    """
    if day.status != ReserveDay.Status.JUDGED:
        raise Refused(_("%(day)s is not judged, or a later version replaced it.") % {"day": day}, code="day_not_judged")
    assert day.result is not None  # the stage that judges a day writes both
    assert day.judged_at is not None
    issuer_findings = selectors.issuer_findings(day.coin.issuer, day.as_of)
    facts = daily_reserve.facts(
        day.result,
        issuer_findings=issuer_findings,
        history=selectors.ratios(day.coin.symbol, day.as_of, daily_reserve.HISTORY_DAYS),
        judged_at=day.judged_at.astimezone(HONG_KONG).isoformat(),
        senders=selectors.sender_names(day.result),
    )
    tables = day_tables(day.result, exceptions_of(day), issuer_findings or [])
    annexes = keep_annexes(
        tables, reference=facts["reference"], generated_at=facts["judged_at"],
        rulebook=day.result["rulebook"]["digest"],
    )
    return facts | ({"annexes": annexes} if annexes else {})


def facts_of_what_if(coin: Coin, result: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a report on an account that is not stored: another law, another rulebook file.

    It has no findings on the issuer and no moment of judgement: nothing was judged for the record.
    """
    as_of = datetime.fromisoformat(result["as_of"]).date()
    earlier = selectors.ratios(coin.symbol, as_of, daily_reserve.HISTORY_DAYS)[:-1]
    return daily_reserve.facts(
        result, issuer_findings=None, history=[*earlier, (as_of, result["backing_ratio"])], judged_at=None,
        senders=selectors.sender_names(result),
    )


def ready_days() -> list[ReserveDay]:
    """Return the judged days that lack their report and have all it says, oldest first.

    A report waits for the findings on the issuer until its files are due; then it is made without them. It always waits
    for earlier days in work.
    """
    calendar = calendar_on(load(), clock.today())
    return [
        day for day in selectors.days_without_report().defer("result")
        if selectors.judged_coins(day.coin.issuer, day.as_of) is not None
        or (clock.now() >= expected_by(day.as_of, calendar)
            and not selectors.earlier_day_in_work(day.coin.issuer, day.as_of))
    ]
