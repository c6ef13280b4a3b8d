"""Every lifecycle of licensing as one table each; what a move does is the business of the services."""

from issuers.workflows.application import APPLICATION, REQUEST
from issuers.workflows.breach import BREACH
from issuers.workflows.duties import CONSENT, EVENT_NOTICE, OBLIGATION
from issuers.workflows.licence import LICENCE, PROPOSAL
from issuers.workflows.publication import CONTACT, WARNING

__all__ = [
    "APPLICATION", "BREACH", "CONSENT", "CONTACT", "EVENT_NOTICE", "LICENCE", "OBLIGATION", "PROPOSAL", "REQUEST",
    "WARNING",
]
