"""What the first coin of the demonstration disclosed: weekly statements, and a quarter that auditors attested."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.access import SYSTEM
from core.calendars import HongKongCalendar
from core.models import Organisation, User
from core.rulebook.periods import quarter_start
from issuers.models import Coin
from reports.demo import attested as plan
from reports.demo.cast import CAST
from reports.demo.pdf import page_of
from reports.services.demo_clock import PlayedClock, hong_kong
from reports.services.demo_people import sign_in_of
from reports.services.demo_stage import admit
from reserves.models import Engagement, ReserveDay
from reserves.selectors.statements import WEEK, last_as_at
from reserves.services.attestation_reports import (
    comment_on_report,
    file_report,
    recommend_acceptance,
    upload_report,
)
from reserves.services.draws import reveal_draw
from reserves.services.engagements import admit_auditor, engage_auditor, enter_audit_firm, propose_auditor
from reserves.services.evidence import freeze_evidence
from reserves.services.reperformance import ask_reperformance, reperform
from reserves.services.samples import draw_sample
from reserves.services.statements import approve_statement, prepare_statement

DAY = timedelta(days=1)
#: The report of a quarter is with the authority by this day after it.
FILED_AFTER = timedelta(days=23)
ACTORS = frozenset({"ann", "amy", "bo", "cy"})


@transaction.atomic
def play_disclosures(coin: Coin, *, start: date, until: date, calendar: HongKongCalendar, clock: PlayedClock) -> None:
    """File the weekly statements, engage auditors for this quarter, and have them attest the last if it was judged.

    A world in which that was done is left as it is.
    """
    if Organisation.objects.filter(kind=Organisation.Kind.AUDITOR).exists():
        return
    people = {each.name: User.objects.get(name=each.full_name) for each in CAST if each.name in ACTORS}
    quarter = quarter_start(until)
    ended = quarter_start(until, -1)
    attests_last = start <= ended
    clock.set(hong_kong(ended if attests_last else until, 9, 40))
    firm = enter_audit_firm(**plan.FIRM, actor=people["cy"])
    if attests_last:
        _attest(_engaged(coin, firm, ended, people), people, calendar, until, clock)
    clock.set(hong_kong(max(quarter, min(until, quarter + 2 * DAY)), 11, 5))
    _engaged(coin, firm, quarter, people)
    _state_weeks(coin, until, people, clock)


def _engaged(coin: Coin, firm: Organisation, quarter: date, people: Mapping[str, User]) -> Engagement:
    """Engage the firm for a quarter and let its auditor in: one person proposes, another agrees."""
    ends = quarter_start(quarter, 1) - DAY
    row = engage_auditor(coin, firm, period_start=quarter, period_end=ends, access_until=ends + 90 * DAY,
                         random_days=plan.RANDOM_DAYS, actor=people["amy"])
    entry = sign_in_of("eli")
    name = next(each.full_name for each in CAST if each.name == "eli")
    proposed = propose_auditor(row, email=entry["email"], name=name, until=row.access_until, actor=people["amy"])
    invitation = admit_auditor(proposed, actor=people["bo"]).invitation
    if invitation is not None:
        admit(invitation, password=entry["password"], totp_secret=entry["totp_secret"])
    return row


def _attest(
    row: Engagement, people: Mapping[str, User], calendar: HongKongCalendar, until: date, clock: PlayedClock
) -> None:
    """Draw the days, freeze them, perform one again, and report; an officer would accept, another has to."""
    eli = User.objects.get(email=sign_in_of("eli")["email"])
    clock.set(hong_kong(calendar.next_business_day(row.period_end), 9, 15))
    row = reveal_draw(row)
    tested = list(row.test_days.order_by("as_of"))
    frozen = {day: freeze_evidence(day, actor=SYSTEM) for day in tested}
    last = tested[-1]
    clock.set(hong_kong(calendar.next_business_day(row.period_end + 6 * DAY), 14, 30))
    draw_sample(row, population="holdings", method="random", size=5, seed=plan.SAMPLE_SEED, test_day=last, actor=eli)
    asked = ask_reperformance(frozen[last].day, engagement=row, snapshot=frozen[last], actor=eli)
    reperform(asked.pk)
    filed_on = calendar.on_or_before(row.period_end + DAY + FILED_AFTER)
    if filed_on > until:
        return
    clock.set(hong_kong(filed_on, 10, 10))
    upload_report(row, raw=page_of(f"Attestation of {row.coin.symbol}", plan.REPORT), filename="attestation.pdf",
                  opinion=plan.OPINION, exceptions="", days={day: _figures(frozen[day].account) for day in tested},
                  actor=eli)
    clock.set(hong_kong(filed_on, 16, 45))
    comment_on_report(row, text=plan.COMMENT, actor=people["ann"])
    file_report(row, actor=people["ann"])
    clock.set(hong_kong(min(until, calendar.next_business_day(filed_on)), 11, 20))
    recommend_acceptance(row, note=plan.RECOMMENDATION, actor=people["bo"])


def _figures(account: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a report that agrees with what is frozen."""
    value, par = Decimal(account["reserve_market_value"]), Decimal(account["circulation"])
    return {
        "market_value": value, "outstanding_par": par, "is_adequate": value >= par,
        "composition": {part["asset_class"]: Decimal(part["market_value"]) for part in account["composition"]},
    }


def _state_weeks(coin: Coin, until: date, people: Mapping[str, User], clock: PlayedClock) -> None:
    """Prepare and approve a statement for each of the last weeks that were judged whole."""
    latest = last_as_at(until + DAY)
    for as_at in reversed([latest - number * WEEK for number in range(plan.WEEKS)]):
        if not ReserveDay.objects.filter(coin=coin, as_of=as_at, reserve_market_value__isnull=False).exists():
            continue
        clock.set(hong_kong(as_at, 10, 30, days_later=3))
        statement = prepare_statement(coin, as_at=as_at, actor=people["ann"])
        clock.set(hong_kong(as_at, 15, 0, days_later=3))
        approve_statement(statement, actor=people["amy"])
