"""The life of a licence, and of a proposal to act on one, each as one table (ORD ss. 16-34, 131-132)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core import audit
from core.audit import Audience
from core.roles import Can
from core.workflow import Move, Workflow
from issuers.models import Licence, Proposal
from issuers.workflows import guards

S = Licence.Status


def _verb(name: str, sentence: str) -> str:
    return audit.verb(f"issuers.licence.{name}", sentence, audience=Audience.PUBLIC)


LICENCE = Workflow(
    "status",
    S,
    Move("suspend", (S.ACTIVE,), S.SUSPENDED, Can.DECIDE_LICENCE_ACTION,
         _verb("suspended", gettext_noop("suspended licence %(target)s")), (guards.ordered("suspend"),),
         basis="ORD ss. 32-33", label=_("Suspend")),
    Move("reinstate", (S.SUSPENDED,), S.ACTIVE, Can.DECIDE_LICENCE_ACTION,
         _verb("reinstated", gettext_noop("ended the suspension of licence %(target)s")),
         (guards.suspension_is_over_or_ended,), basis="ORD ss. 32-33", label=_("End the suspension")),
    Move("revoke", (S.ACTIVE, S.SUSPENDED), S.REVOKED, Can.DECIDE_LICENCE_ACTION,
         _verb("revoked", gettext_noop("revoked licence %(target)s")), (guards.ordered("revoke"),),
         basis="ORD s. 28", label=_("Revoke")),
    Move("surrender", (S.ACTIVE, S.SUSPENDED), S.SURRENDERED, Can.DECIDE_LICENCE_ACTION,
         _verb("surrendered", gettext_noop("accepted the surrender of licence %(target)s")),
         (guards.ordered("surrender"),), label=_("Accept the surrender")),
)

P = Proposal.Status


def _proposal_verb(name: str, sentence: str, audience: Audience = Audience.ISSUER) -> str:
    return audit.verb(f"issuers.proposal.{name}", sentence, audience=audience)


PROPOSAL = Workflow(
    "status",
    P,
    Move("represent", (P.OPEN, P.REPRESENTED), P.REPRESENTED, Can.REPRESENT,
         _proposal_verb("represented", gettext_noop("made representations on %(target)s")),
         (guards.may_still_be_heard,), label=_("Make representations")),
    Move("decide", (P.OPEN, P.REPRESENTED), P.DECIDED, Can.DECIDE_LICENCE_ACTION,
         _proposal_verb("decided", gettext_noop("decided %(target)s: %(note)s")),
         (guards.proposal_decided_by_another, guards.heard, guards.licence_allows), label=_("Decide")),
    Move("drop", (P.OPEN, P.REPRESENTED), P.DROPPED, Can.PROPOSE_LICENCE_ACTION,
         _proposal_verb("dropped", gettext_noop("dropped %(target)s: %(note)s")), label=_("Drop the proposal")),
)
