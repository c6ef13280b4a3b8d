"""The life of a reserve day, of a break and of a row of reference data, as tables."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core import audit
from core.audit import Audience
from core.roles import Can
from core.workflow import Move, Workflow
from reserves.models import Break, ReserveDay
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


R = Reference.Status

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
