"""Rows of the seven mechanisms: who, what happened, what we said, what came in, what the law says, what is to do."""

from core.models.accounts import ApiKey, Membership, Organisation, User
from core.models.api import IdempotencyKey
from core.models.audit import AuditEvent
from core.models.calendar import Closure
from core.models.cases import Case, CaseDraft, CaseEnclosure, CaseNote, CasePause, CaseReading
from core.models.feeds import Blob, FeedFile
from core.models.findings import Finding
from core.models.invitations import Invitation
from core.models.mail import Bounce, MailCertificate, MailServer, Message, OptOut
from core.models.seals import AuditSeal, SealedEvent
from core.models.teams import Team

__all__ = [
    "ApiKey",
    "AuditEvent",
    "AuditSeal",
    "Blob",
    "Bounce",
    "Case",
    "CaseDraft",
    "CaseEnclosure",
    "CaseNote",
    "CasePause",
    "CaseReading",
    "Closure",
    "FeedFile",
    "Finding",
    "IdempotencyKey",
    "Invitation",
    "MailCertificate",
    "MailServer",
    "Membership",
    "Message",
    "OptOut",
    "Organisation",
    "SealedEvent",
    "Team",
    "User",
]
