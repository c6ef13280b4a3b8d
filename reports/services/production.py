"""What can be made or sent regularly, by name: its reports or mails, how often it may be, and the default setting.

When something is made and who receives it are the authority's own operating choices: no law sets them. A report that
the law asks an issuer for has its deadline in ``issuers/duty_calendar.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from core.access import SYSTEM, Actor
from core.calendars import DAY
from core.deadlines import day_of
from core.models import Message
from issuers.models import Breach, Issuer
from issuers.services import deadline_reminders, reminders, requests
from reports.models import ReportRun
from reports.selectors.dossiers import engagements_without_comparison
from reports.selectors.schedules import licensees_in
from reports.services.digests import send_morning_digest
from reports.services.dossiers import freeze_attestation_comparison, freeze_breach_dossier
from reports.services.judgement import judge_issuer
from reports.services.periodic import (
    freeze_monthly_supervision,
    freeze_quarterly_overview,
    freeze_weekly_statement,
)
from reports.services.reports import freeze_report, ready_days
from reports.timetable import Cadence, Period, Rhythm
from reports.verbs import MAILS
from reserves.models import ReserveDay, WeeklyStatement
from reserves.selectors.statements import WEEK

K = ReportRun.Kind
C = Cadence


@dataclass(frozen=True, slots=True)
class Unit:
    """One report to be made: of which period, about what (once per period), and how."""

    period: Period
    subject: str
    make: Callable[[Actor], ReportRun]


@dataclass(frozen=True, slots=True)
class Production:
    """Something regular; it has ``reports`` of a period, or ``events`` that reports follow, or ``mails`` of a day."""

    name: str
    title: Any
    text: Any
    default: Rhythm
    cadences: tuple[Cadence, ...]
    reports: Callable[[Period], list[Unit]] | None = None
    events: Callable[[datetime], list[Unit]] | None = None
    mails: Callable[[], list[Message]] | None = None

    @property
    def catches_up(self) -> bool:
        """Whether a missed period is still wanted: of a report it is, a digest of another day is pointless."""
        return self.mails is None


PRODUCTIONS: dict[str, Production] = {}


def production(name: str, **fields: Any) -> Production:
    """Declare something regular.

    Raises:
        ValueError: it is declared already.
    """
    if name in PRODUCTIONS:
        raise ValueError(f"production {name} is declared twice")
    PRODUCTIONS[name] = Production(name, **fields)
    return PRODUCTIONS[name]


def on_event() -> dict[str, Any]:
    """Return the setting of what follows an event: its hour and business day mean nothing."""
    return {"default": Rhythm(C.ON_EVENT, time(0, 0)), "cadences": (C.ON_EVENT,)}


def _judged_days(since: datetime) -> list[Unit]:
    """A day that is judged again gets its report whenever that is; ``REPORTS_FROM`` says how far back days have one."""

    def report(day: ReserveDay, actor: Actor) -> ReportRun:
        judge_issuer(day.coin.issuer, day.as_of, actor=SYSTEM)  # the day may have been judged since issuers were
        return freeze_report(K.DAILY_RESERVE, day, actor=actor)

    def unit(day: ReserveDay) -> Unit:
        return Unit(Period(day.as_of, day.as_of), f"{day.coin.symbol} {day.version}", partial(report, day))

    return [unit(day) for day in ready_days()]


def _filed_statements(since: datetime) -> list[Unit]:
    """A statement that is filed anew gets a document of its own; one that was replaced unseen gets none."""
    made = ReportRun.objects.filter(kind=K.WEEKLY_STATEMENT, subject=OuterRef("coin__symbol"),
                                    as_of=OuterRef("as_at"), version=OuterRef("version"))
    filed = WeeklyStatement.objects.filter(status=WeeklyStatement.Status.FILED, filed_at__gte=since)

    def unit(statement: WeeklyStatement) -> Unit:
        return Unit(Period(statement.as_at - WEEK + DAY, statement.as_at), statement.reference,
                    lambda actor: freeze_weekly_statement(statement, actor=actor))

    rows = filed.exclude(Exists(made)).select_related("coin__issuer__organisation").order_by("filed_at", "pk")
    return [unit(statement) for statement in rows]


def _filed_attestations(since: datetime) -> list[Unit]:
    """Each version of an auditor's report that is filed is set beside the daily figures, however long ago that was."""

    def unit(engagement: Any) -> Unit:  # with ``filed``, which the query counts
        period = Period(engagement.period_start, engagement.period_end)
        return Unit(period, f"{engagement.reference} {engagement.filed}",
                    lambda actor: freeze_attestation_comparison(engagement, actor=actor))

    return [unit(engagement) for engagement in engagements_without_comparison()]


def _closed_breaches(since: datetime) -> list[Unit]:
    """A breach that was closed has its dossier compiled as it stands then."""
    compiled = ReportRun.objects.filter(kind=K.BREACH_DOSSIER, subject=OuterRef("case__reference"),
                                        frozen_at__gte=OuterRef("closed_at"))
    closed = Breach.objects.filter(closed_at__gte=since).exclude(Exists(compiled)).select_related("case", "issuer")

    def unit(breach: Breach) -> Unit:
        assert breach.closed_at is not None
        day = day_of(breach.closed_at)
        return Unit(Period(day, day), breach.case.reference, lambda actor: freeze_breach_dossier(breach, actor=actor))

    return [unit(breach) for breach in closed.order_by("closed_at", "pk")]


def _of_each_licensee(period: Period) -> list[Unit]:
    def unit(issuer: Issuer) -> Unit:
        return Unit(period, issuer.organisation.slug,
                    lambda actor: freeze_monthly_supervision(issuer, period.last, actor=actor))

    return [unit(issuer) for issuer in licensees_in(period)]


def _of_all_issuers(period: Period) -> list[Unit]:
    return [Unit(period, K.QUARTERLY_OVERVIEW, lambda actor: freeze_quarterly_overview(period.last, actor=actor))]


def _reminders() -> list[Message]:
    """Mail what falls due to applicants and licensees; the count is of licensees' mails and applicants' alike."""
    before = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    requests.send_reminders()
    deadline_reminders.send_deadline_reminders()
    reminders.send_reminders()
    return list(Message.objects.filter(pk__gt=before, notice__startswith="issuers/").only("pk"))


production(
    K.DAILY_RESERVE, title=K.DAILY_RESERVE.label, events=_judged_days, **on_event(),
    text=_("One for every coin and day, as soon as the day is judged and the findings on its issuer are in."),
)
production(
    K.WEEKLY_STATEMENT, title=K.WEEKLY_STATEMENT.label, events=_filed_statements, **on_event(),
    text=_("The document of a weekly statement, in every language, as soon as the issuer has filed it."),
)
production(
    K.MONTHLY_SUPERVISION, title=K.MONTHLY_SUPERVISION.label, reports=_of_each_licensee,
    default=Rhythm(C.MONTHLY, time(9, 0), 5), cadences=(C.MONTHLY,),
    text=_("A draft on every issuer that held a licence in the month; an officer approves each before it is sent."),
)
production(
    K.QUARTERLY_OVERVIEW, title=K.QUARTERLY_OVERVIEW.label, reports=_of_all_issuers,
    default=Rhythm(C.QUARTERLY, time(9, 0), 10), cadences=(C.QUARTERLY,),
    text=_("A draft on all issuers together; an officer approves it before it is sent."),
)
production(
    K.BREACH_DOSSIER, title=K.BREACH_DOSSIER.label, events=_closed_breaches, **on_event(),
    text=_("A draft on every breach as soon as it is closed; before that an officer has one compiled on its case."),
)
production(
    K.ATTESTATION_COMPARISON, title=K.ATTESTATION_COMPARISON.label, events=_filed_attestations, **on_event(),
    text=_("The auditor's figures beside the daily ones, as soon as a report is filed."),
)
production(
    "morning_digest", title=MAILS["morning_digest"], mails=send_morning_digest, default=Rhythm(C.DAILY, time(8, 0)),
    cadences=(C.DAILY, C.WEEKLY),
    text=_("What is overdue or due within a week, and new reports, to officers and issuers; nothing if there is none."),
)
production(
    "reminders", title=MAILS["reminders"], mails=_reminders, default=Rhythm(C.DAILY, time(8, 0)), cadences=(C.DAILY,),
    text=_("What falls due in 10, 3 or 1 days or today, and what is saved but not submitted, to those who file it."),
)
