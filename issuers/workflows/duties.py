"""The life of an obligation, of a notice of an event and of a request for consent, each as one table."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from core import audit
from core.audit import Audience
from core.roles import Can
from core.wording import enumerated
from core.workflow import Move, Workflow
from issuers.duty_calendar import DUTIES
from issuers.models import Consent, EventNotice, Obligation
from issuers.workflows import guards

O = Obligation.Status  # noqa: E741 - one letter per table of states
N = EventNotice.Status
C = Consent.Status


def obligation_titled(label: str) -> str:
    """An obligation's label, which ends with the codes of its duty and period, with the duty's title instead."""
    issuer, kind, key = ["", "", *label.rsplit(" ", 2)][-3:]
    return enumerated([issuer, gettext(DUTIES[kind].title), key.rpartition(":")[2]]) if kind in DUTIES else label


def _verb(name: str, sentence: str, **wording: Any) -> str:
    return audit.verb(f"issuers.{name}", sentence, audience=Audience.ISSUER, **wording)


def _obligation_verb(name: str, sentence: str) -> str:
    return _verb(f"obligation.{name}", sentence, reading=obligation_titled)


OBLIGATION = Workflow(
    "status",
    O,
    Move("meet", (O.DUE,), O.MET, Can.WORK_CASES,
         _obligation_verb("met", gettext_noop("recorded %(target)s as met: %(note)s")), label=_("Record as met")),
    Move("waive", (O.DUE,), O.WAIVED, Can.REVIEW_NOTICE,
         _obligation_verb("waived", gettext_noop("waived %(target)s: %(note)s")), (guards.waived_by_another,),
         label=_("Waive")),
    Move("reopen", (O.MET, O.WAIVED), O.DUE, Can.REVIEW_NOTICE,
         _obligation_verb("reopened", gettext_noop("took back that %(target)s is settled: %(note)s")),
         label=_("Take back")),
)

EVENT_NOTICE = Workflow(
    "status",
    N,
    Move("submit", (N.DRAFT, N.RETURNED), N.SUBMITTED, Can.FILE_NOTICE,
         _verb("event_notice.submitted", gettext_noop("submitted notice %(target)s")), label=_("Submit")),
    Move("return", (N.SUBMITTED,), N.RETURNED, Can.REVIEW_NOTICE,
         _verb("event_notice.returned", gettext_noop("returned notice %(target)s: %(note)s")), label=_("Return")),
    Move("acknowledge", (N.SUBMITTED,), N.ACKNOWLEDGED, Can.REVIEW_NOTICE,
         _verb("event_notice.acknowledged", gettext_noop("acknowledged notice %(target)s")), label=_("Acknowledge")),
    Move("withdraw", (N.DRAFT, N.RETURNED), N.WITHDRAWN, Can.FILE_NOTICE,
         _verb("event_notice.withdrawn", gettext_noop("withdrew notice %(target)s: %(note)s"),
               words=audit.coded(note={"-": _("no reason given")})), label=_("Withdraw")),
)

CONSENT = Workflow(
    "status",
    C,
    Move("request", (C.DRAFT,), C.REQUESTED, Can.FILE_NOTICE,
         _verb("consent.requested", gettext_noop("asked for consent %(target)s")), basis="ORD ss. 37-38, 53-70",
         label=_("Request consent")),
    Move("grant", (C.REQUESTED,), C.GRANTED, Can.DECIDE_CONSENT,
         _verb("consent.granted", gettext_noop("granted consent %(target)s")),
         (guards.decision_time_runs, guards.consent_decided_by_another), label=_("Grant consent")),
    Move("refuse", (C.REQUESTED,), C.REFUSED, Can.DECIDE_CONSENT,
         _verb("consent.refused", gettext_noop("refused consent %(target)s: %(note)s")),
         (guards.decision_time_runs, guards.consent_decided_by_another), label=_("Refuse consent")),
    Move("deem", (C.REQUESTED,), C.DEEMED, Can.OPERATE,
         _verb("consent.deemed", gettext_noop("found that the time to decide on %(target)s has run out")),
         (guards.decision_time_has_run,), basis="ORD ss. 37-38", label=_("May proceed")),
    Move("use", (C.GRANTED, C.DEEMED), C.USED, Can.FILE_NOTICE,
         _verb("consent.used", gettext_noop("made use of consent %(target)s")), (guards.use_time_runs,),
         label=_("Report as used")),
    Move("lapse", (C.GRANTED, C.DEEMED), C.LAPSED, Can.OPERATE,
         _verb("consent.lapsed", gettext_noop("found that consent %(target)s has lapsed")),
         (guards.use_time_has_run,), basis="ORD ss. 37-38", label=_("Lapse")),
    Move("withdraw", (C.DRAFT, C.REQUESTED), C.WITHDRAWN, Can.FILE_NOTICE,
         _verb("consent.withdrawn", gettext_noop("withdrew the request for consent %(target)s")),
         label=_("Withdraw")),
)
