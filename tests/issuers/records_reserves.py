"""One record of each lifecycle of breaks, statements, stress tests and attestations, as ``records`` has the others."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings

from core import clock
from core.cases import next_reference
from core.models import ApiKey, Membership, Organisation, User
from core.roles import ROLES, Role
from issuers.models import Issuer
from reserves.models import (
    Break,
    BreakDay,
    Engagement,
    EngagementAuditor,
    EvidenceSnapshot,
    Reperformance,
    StressFiling,
    TestDay,
    WeeklyStatement,
)
from tests.issuers.records import DAY, Beside, Lifecycle, Standing, reserve_day, somebody

LIVE = (Break.Status.OPEN, Break.Status.EXPLAINED, Break.Status.QUERIED)


def of_the_cast(name: str) -> User | None:
    return User.objects.filter(email__startswith=f"{name}@").first() if name else None


def made_by(standing: Standing) -> User:
    """Return whoever of the cast the record comes from, or else somebody who is nobody of it."""
    return of_the_cast(standing.by) or somebody()


def by_another(move: str, who: str, state: str) -> Standing:
    """Who began it does not make the move, everybody else does."""
    return Standing(by=who, others=frozenset({move}), states=frozenset({state}))


def shut(move: str, *states: str) -> dict[str, Any]:
    """Nobody makes the move, and it is only these states where that makes a difference."""
    return {"shut": frozenset((move, state) for state in states), "states": frozenset(states)}


#: How large a break is, and who proposed to accept it, decide who may accept it.
BROKEN = {
    "as large as one officer accepts": Standing(),
    "larger": Standing(**shut("accept", *LIVE)),
    "of no known size": Standing(**shut("accept", *LIVE)),
    "larger, and somebody proposed": Standing(states=frozenset({Break.Status.PROPOSED})),
    "bo proposed": by_another("accept", "bo", Break.Status.PROPOSED),
}


def standing_break(issuer: Issuer, status: str, move: str = "", standing: str = "larger") -> Break:
    most = Decimal(settings.SERVICE_CLOCKS["break_second_officer_above"])
    day = reserve_day(issuer, "judged")
    made = Break.objects.create(
        coin=day.coin, reference=next_reference("BRK"), comparison="holdings_ledger", key=next_reference("K"),
        opened_on=day.as_of, resolved_on=day.as_of if status == Break.Status.RESOLVED else None, status=status,
        proposed_by=made_by(BROKEN[standing]) if status == Break.Status.PROPOSED else None,
    )
    if standing != "of no known size":
        difference = -most - Decimal("0.01") * standing.startswith("larger")
        made.latest = BreakDay.objects.create(standing=made, day=day, cause="amount", difference=difference)
        made.save(update_fields=["latest"])
    return made


KEY = "a key of the issuer"
#: Who or what prepared a statement does not file it.
PREPARED = {
    "somebody prepared": Standing(),
    "amy prepared": by_another("file", "amy", WeeklyStatement.Status.PREPARED),
    "the key prepared": by_another("file", KEY, WeeklyStatement.Status.PREPARED),
}


def issuer_key(organisation: Organisation) -> ApiKey:
    """Return a key that has the number of a person, whom nothing may take it for."""
    return ApiKey.objects.create(
        pk=of_the_cast("amy").pk, organisation=organisation, name="treasury", role=Role.COMPLIANCE_OFFICER,
        prefix="ak_00000001", digest="-",
    )


def statement(issuer: Issuer, status: str, move: str = "", standing: str = "somebody prepared") -> WeeklyStatement:
    is_ = PREPARED[standing]
    by_key = is_.by == KEY
    return WeeklyStatement.objects.create(
        coin=reserve_day(issuer, "judged").coin, as_at=clock.today(), version=1, status=status, content={}, digest="-",
        prepared_by=None if by_key else made_by(is_), prepared_by_label="-",
        prepared_with=issuer_key(issuer.organisation) if by_key else None,
    )


def key_to(record: WeeklyStatement) -> ApiKey:
    return record.prepared_with or issuer_key(record.coin.issuer.organisation)


def stress_filing(issuer: Issuer, status: str, move: str = "") -> StressFiling:
    day = reserve_day(issuer, "judged")
    return StressFiling.objects.create(
        coin=day.coin, reference=next_reference("STR"), period_start=day.as_of - 90 * DAY, period_end=day.as_of,
        as_of=day.as_of, status=status, digest="-",
    )


def reperformance(issuer: Issuer, status: str, move: str = "") -> Reperformance:
    return Reperformance.objects.create(day=reserve_day(issuer, "judged"), status=status, asked_by_label="-")


E, FIRM = Engagement.Status, "an auditor of the firm"
_REPORTING = (E.OPEN, E.REPORTED, E.QUERIED)
#: Only the engaged firm reports, on days that are drawn and frozen; who recommended a report does not accept it.
ENGAGED = {
    "somebody recommended": Standing(only={"report": FIRM}),
    "bo recommended": by_another("accept", "bo", E.FILED),
    "nobody recommended": Standing(**shut("accept", E.FILED)),
    "a day is not frozen": Standing(**shut("report", *_REPORTING)),
    "no day is tested": Standing(**shut("report", E.OPEN)),
    "nothing is drawn": Standing(**shut("report", E.OPEN)),
}


def engagement(issuer: Issuer, status: str, move: str = "", standing: str = "somebody recommended") -> Engagement:
    day = reserve_day(issuer, "judged")
    made = Engagement.objects.create(
        reference=next_reference("ENG"), coin=day.coin, firm=firm(), period_start=day.as_of - 30 * DAY,
        period_end=day.as_of, access_until=day.as_of + 30 * DAY, status=status,
        drawn_at=None if standing == "nothing is drawn" else clock.now(),
        recommended_by=None if standing == "nobody recommended" else made_by(ENGAGED[standing]),
    )
    if standing != "no day is tested":
        tested = TestDay.objects.create(engagement=made, kind=TestDay.Kind.PERIOD_END, as_of=day.as_of)
        EvidenceSnapshot.objects.create(test_day=tested, day=day, account={}, rulebook_digest="-", digest="-")
    if standing == "a day is not frozen":
        TestDay.objects.create(engagement=made, kind=TestDay.Kind.RANDOM, as_of=day.as_of - DAY)
    return made


def firm() -> Organisation:
    return Organisation.objects.create(
        kind=Organisation.Kind.AUDITOR, slug=next_reference("FIRM").lower(), name_en="Ledger & Vane LLP"
    )


def auditor(record: Engagement, *, of_the_firm: bool) -> User:
    place = record.firm if of_the_firm else firm()
    user = User.objects.create_user(f"may@{place.slug}.example", "May Tse")
    Membership.objects.create(user=user, organisation=place, role=Role.AUDITOR)
    return user


#: Who proposed an auditor's access does not agree to it.
ADMITTED = {
    "somebody proposed": Standing(),
    "amy proposed": by_another("admit", "amy", EngagementAuditor.Status.PROPOSED),
    "bo proposed": by_another("admit", "bo", EngagementAuditor.Status.PROPOSED),
}


def auditor_access(
    issuer: Issuer, status: str, move: str = "", standing: str = "somebody proposed"
) -> EngagementAuditor:
    return EngagementAuditor.objects.create(
        engagement=engagement(issuer, E.OPEN), email="may@vane.example", name="May Tse", status=status,
        until=clock.today() + 30 * DAY, proposed_by=made_by(ADMITTED[standing]),
    )


LIFECYCLES: dict[str, Lifecycle] = {
    "Break": Lifecycle(standing_break, standings=BROKEN),
    "Engagement": Lifecycle(engagement, standings=ENGAGED, besides={
        FIRM: Beside(partial(auditor, of_the_firm=True), ROLES[Role.AUDITOR]),
        "an auditor of another firm": Beside(partial(auditor, of_the_firm=False)),
    }),
    "EngagementAuditor": Lifecycle(auditor_access, standings=ADMITTED),
    "Reperformance": Lifecycle(reperformance),
    "StressFiling": Lifecycle(stress_filing),
    "WeeklyStatement": Lifecycle(statement, standings=PREPARED, besides={
        KEY: Beside(key_to, ROLES[Role.COMPLIANCE_OFFICER]),
    }),
}
