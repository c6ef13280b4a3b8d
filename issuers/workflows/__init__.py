"""Every lifecycle of licensing as one table each; what a move does is the business of the services."""

from core.workflow import Workflow
from issuers.workflows.application import APPLICATION, REQUEST
from issuers.workflows.breach import BREACH
from issuers.workflows.duties import CONSENT, EVENT_NOTICE, OBLIGATION
from issuers.workflows.licence import LICENCE, PROPOSAL
from issuers.workflows.publication import CONTACT, WARNING

WORKFLOWS: dict[str, Workflow] = {
    "contact": CONTACT,
    "application": APPLICATION,
    "request": REQUEST,
    "licence": LICENCE,
    "proposal": PROPOSAL,
    "obligation": OBLIGATION,
    "event_notice": EVENT_NOTICE,
    "consent": CONSENT,
    "warning": WARNING,
    "breach": BREACH,
}

__all__ = [
    "APPLICATION", "BREACH", "CONSENT", "CONTACT", "EVENT_NOTICE", "LICENCE", "OBLIGATION", "PROPOSAL", "REQUEST",
    "WARNING", "WORKFLOWS",
]
