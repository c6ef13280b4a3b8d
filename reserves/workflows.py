"""The life of a reserve day, a break, a row of reference data, an attestation and a weekly statement, as tables."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit
from core.audit import Audience
from core.roles import Can
from core.workflow import Move, Workflow
from reserves.models import (
    Break,
    Engagement,
    EngagementAuditor,
    Limit,
    Reperformance,
    ReserveDay,
    StressFiling,
    WeeklyStatement,
)
from reserves.models.reference import Reference

S = ReserveDay.Status

RESERVE_DAY = Workflow(
    "status",
    S,
    Move("reconcile", (S.OPEN,), S.RECONCILED, Can.RUN_DAY,
         audit.verb("reserves.day.reconciled", gettext_noop("reconciled %(target)s"))),
    Move("judge", (S.RECONCILED,), S.JUDGED, Can.RUN_DAY,
         audit.verb("reserves.day.judged", gettext_noop("judged %(target)s"), audience=Audience.ISSUER)),
    Move("supersede", (S.JUDGED,), S.SUPERSEDED, Can.RUN_DAY,
         audit.verb("reserves.day.superseded", gettext_noop("replaced %(target)s by a later version"),
                    audience=Audience.ISSUER)),
)


def approved_by_another(record: Reference, actor) -> str:
    """Two officers: who proposed a row of reference data does not approve it."""
    if record.proposed_by_id is not None and record.proposed_by_id == getattr(actor, "pk", None):
        return _("Another officer has to approve what you proposed.")
    return ""


R, L = Reference.Status, Limit.Status

#: What the issuer stated of its own limits, and the authority has on record.
LIMIT = Workflow(
    "status",
    L,
    Move("approve", (L.PROPOSED,), L.APPROVED, Can.APPROVE_REFERENCE,
         audit.verb("reserves.limit.recorded", gettext_noop("put limit %(target)s on record"),
                    audience=Audience.ISSUER),
         guards=(approved_by_another,), label=gettext_lazy("Put on record")),
    Move("decline", (L.PROPOSED,), L.DECLINED, Can.APPROVE_REFERENCE,
         audit.verb("reserves.limit.declined", gettext_noop("declined limit %(target)s: %(note)s"),
                    audience=Audience.ISSUER),
         label=gettext_lazy("Decline")),
)

REFERENCE = Workflow(
    "status",
    R,
    Move("approve", (R.PROPOSED,), R.APPROVED, Can.APPROVE_REFERENCE,
         audit.verb("reserves.reference.approved", gettext_noop("approved reference data %(target)s")),
         guards=(approved_by_another,), label=gettext_lazy("Approve")),
    Move("decline", (R.PROPOSED,), R.DECLINED, Can.APPROVE_REFERENCE,
         audit.verb("reserves.reference.declined", gettext_noop("declined reference data %(target)s: %(note)s")),
         label=gettext_lazy("Decline")),
)


def acts_for_the_firm(record: Engagement, actor) -> str:
    """Only the engaged firm reports, whoever else has the part of an auditor."""
    if record.firm_id in actor.organisation_ids:
        return ""
    return _("Only the engaged audit firm may do this.")


def days_are_frozen(record: Engagement, actor) -> str:
    """A report states figures of days that can be compared with what was frozen of them."""
    days = record.test_days.all()
    if record.drawn_at and days and all(hasattr(day, "snapshot") for day in days.select_related("snapshot")):
        return ""
    return _("The days to be tested are not frozen yet.")


def accepted_by_another(record: Engagement, actor) -> str:
    """Two officers: one recommends acceptance, another accepts."""
    if record.recommended_by_id is None:
        return _("An officer has to recommend acceptance first.")
    if record.recommended_by_id == getattr(actor, "pk", None):
        return _("Another officer has to accept what you recommended.")
    return ""


E = Engagement.Status


def _attestation(name: str, sentence: str, audience: Audience = Audience.ISSUER) -> str:
    return audit.verb(f"reserves.attestation.{name}", sentence, audience=audience)


ATTESTATION = Workflow(
    "status",
    E,
    Move("open", (E.ENGAGED,), E.OPEN, Can.OPERATE,
         _attestation("opened", gettext_noop("opened %(target)s; the SHA-256 of its seed is %(note)s"),
                      Audience.PUBLIC)),
    Move("report", (E.OPEN, E.REPORTED, E.QUERIED), E.REPORTED, Can.ATTEST,
         _attestation("reported", gettext_noop("uploaded the report of %(target)s")),
         guards=(acts_for_the_firm, days_are_frozen), basis="SUP 2.7.3", label=gettext_lazy("Upload the report")),
    Move("file", (E.REPORTED,), E.FILED, Can.FILE_NOTICE,
         _attestation("filed", gettext_noop("filed the report of %(target)s")), basis="SUP 2.7.3",
         label=gettext_lazy("File and publish")),
    Move("accept", (E.FILED,), E.ACCEPTED, Can.REVIEW_NOTICE,
         _attestation("accepted", gettext_noop("accepted the report of %(target)s")), guards=(accepted_by_another,),
         basis="SUP 2.7.3", label=gettext_lazy("Accept")),
    Move("query", (E.FILED,), E.QUERIED, Can.REVIEW_NOTICE,
         _attestation("queried", gettext_noop("queried the report of %(target)s: %(note)s")),
         label=gettext_lazy("Query")),
    Move("end", (E.ENGAGED, E.OPEN), E.ENDED, Can.ENGAGE_AUDITOR,
         _attestation("ended", gettext_noop("ended %(target)s: %(note)s")), label=gettext_lazy("End the engagement")),
)


def admitted_by_another(record: EngagementAuditor, actor) -> str:
    """Two people: who proposes an auditor's access does not agree to it."""
    if record.proposed_by_id == getattr(actor, "pk", None):
        return _("You proposed this access; somebody else has to agree to it.")
    return ""


A = EngagementAuditor.Status

AUDITOR_ACCESS = Workflow(
    "status",
    A,
    Move("admit", (A.PROPOSED,), A.ADMITTED, Can.ENGAGE_AUDITOR,
         audit.verb("reserves.auditor.admitted", gettext_noop("admitted %(target)s as auditor"),
                    audience=Audience.ISSUER), guards=(admitted_by_another,), label=gettext_lazy("Agree")),
    Move("end", (A.PROPOSED, A.ADMITTED), A.ENDED, Can.ENGAGE_AUDITOR,
         audit.verb("reserves.auditor.ended", gettext_noop("ended the access of %(target)s as auditor"),
                    audience=Audience.ISSUER), label=gettext_lazy("End access")),
)

REPERFORMANCE = Workflow(
    "status",
    Reperformance.Status,
    Move("finish", (Reperformance.Status.WAITING,), Reperformance.Status.DONE, Can.OPERATE,
         audit.verb("reserves.reperformance.finished", gettext_noop("finished: %(target)s"),
                    audience=Audience.ISSUER)),
)


def approved_by_a_second_person(record: WeeklyStatement, actor) -> str:
    """Two people: who prepared a statement does not approve it; nor does the key that prepared it."""
    mine = {("user", record.prepared_by_id), ("key", record.prepared_with_id)}
    kind = "key" if hasattr(actor, "prefix") else "user"
    return _("Somebody else has to approve what you prepared.") if (kind, actor.pk) in mine else ""


W = WeeklyStatement.Status

WEEKLY_STATEMENT = Workflow(
    "status",
    W,
    Move("file", (W.PREPARED,), W.FILED, Can.FILE_NOTICE,
         audit.verb("reserves.statement.filed", gettext_noop("filed and published weekly statement %(target)s"),
                    audience=Audience.PUBLIC), guards=(approved_by_a_second_person,), basis="SUP 2.7.2",
         label=gettext_lazy("Approve, file and publish")),
    Move("replace", (W.FILED,), W.REPLACED, Can.OPERATE,
         audit.verb("reserves.statement.replaced", gettext_noop("replaced weekly statement %(target)s"),
                    audience=Audience.PUBLIC)),
    Move("withdraw", (W.PREPARED,), W.WITHDRAWN, Can.FILE_NOTICE,
         audit.verb("reserves.statement.withdrawn", gettext_noop("withdrew weekly statement %(target)s"),
                    audience=Audience.ISSUER), label=gettext_lazy("Withdraw")),
)


def takes_two_officers(standing: Break) -> bool:
    """Say whether the break is larger than what one officer accepts alone; one of no known size is."""
    most = Decimal(settings.SERVICE_CLOCKS["break_second_officer_above"])
    return standing.latest is None or abs(standing.latest.difference) > most


def accepted_by_enough(standing: Break, actor) -> str:
    """A large break is accepted by one officer and then by another."""
    if standing.status == Break.Status.PROPOSED:
        if standing.proposed_by_id == getattr(actor, "pk", None):
            return _("Another officer has to accept what you proposed to accept.")
        return ""
    if takes_two_officers(standing):
        return _("A break of this size is accepted by two officers: the first proposes it.")
    return ""


B = Break.Status
_LIVE = (B.OPEN, B.EXPLAINED, B.QUERIED)

BREAK = Workflow(
    "status",
    B,
    Move("explain", _LIVE, B.EXPLAINED, Can.EXPLAIN_BREAK,
         audit.verb("reserves.break.explained", gettext_noop("explained break %(target)s: %(note)s"),
                    audience=Audience.ISSUER),
         label=gettext_lazy("Explain")),
    Move("query", (B.OPEN, B.EXPLAINED, B.PROPOSED), B.QUERIED, Can.ACCEPT_BREAK,
         audit.verb("reserves.break.queried", gettext_noop("queried break %(target)s: %(note)s"),
                    audience=Audience.ISSUER),
         label=gettext_lazy("Query")),
    Move("propose", _LIVE, B.PROPOSED, Can.ACCEPT_BREAK,
         audit.verb("reserves.break.proposed", gettext_noop("proposed to accept break %(target)s: %(note)s")),
         label=gettext_lazy("Propose to accept")),
    Move("accept", (*_LIVE, B.PROPOSED), B.ACCEPTED, Can.ACCEPT_BREAK,
         audit.verb("reserves.break.accepted", gettext_noop("accepted break %(target)s: %(note)s"),
                    audience=Audience.ISSUER),
         guards=(accepted_by_enough,), label=gettext_lazy("Accept")),
    Move("reopen", (B.EXPLAINED, B.QUERIED, B.PROPOSED, B.ACCEPTED), B.OPEN, Can.OPERATE,
         audit.verb("reserves.break.reopened", gettext_noop("opened break %(target)s again: its amount changed"),
                    audience=Audience.ISSUER)),
    Move("resolve", (*_LIVE, B.PROPOSED, B.ACCEPTED), B.RESOLVED, Can.OPERATE,
         audit.verb("reserves.break.resolved", gettext_noop("resolved break %(target)s: the two sides agree"),
                    audience=Audience.ISSUER)),
    Move("return", (B.RESOLVED,), B.OPEN, Can.OPERATE,
         audit.verb("reserves.break.returned", gettext_noop("found break %(target)s again in a corrected file"),
                    audience=Audience.ISSUER)),
)

F = StressFiling.Status

STRESS_FILING = Workflow(
    "status",
    F,
    Move("file", (F.DRAFT,), F.FILED, Can.FILE_NOTICE,
         audit.verb("reserves.stress.filed", gettext_noop("filed stress test %(target)s"), audience=Audience.ISSUER),
         label=gettext_lazy("File")),
    Move("accept", (F.FILED,), F.ACCEPTED, Can.REVIEW_NOTICE,
         audit.verb("reserves.stress.accepted", gettext_noop("accepted stress test %(target)s"),
                    audience=Audience.ISSUER), label=gettext_lazy("Accept")),
    Move("query", (F.FILED,), F.QUERIED, Can.REVIEW_NOTICE,
         audit.verb("reserves.stress.queried", gettext_noop("queried stress test %(target)s: %(note)s"),
                    audience=Audience.ISSUER), label=gettext_lazy("Query")),
)
