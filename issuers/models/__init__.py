"""Who may issue, and what the authority does about it."""

from issuers.models.application import Answer, Application, ApplicationStep, Submission
from issuers.models.assessment import (
    ClearanceOverride,
    CriterionFinding,
    InformationRequest,
    Interview,
    Recommendation,
    RequestItem,
)
from issuers.models.breach import Breach
from issuers.models.coin import Coin, Deployment
from issuers.models.contact import Contact
from issuers.models.document import Document
from issuers.models.duties import ComplaintReturn, Consent, DutyRound, EventNotice, Obligation
from issuers.models.facts import IssuerFact
from issuers.models.issuer import CapitalStatement, Issuer
from issuers.models.licence import Condition, Fee, Licence
from issuers.models.person import Appointment, Clearance, Person, Shareholding
from issuers.models.proposal import Proposal, Representation, TribunalReference
from issuers.models.register import PublicWarning, RegisterEntry

__all__ = [
    "Answer",
    "Application",
    "ApplicationStep",
    "Appointment",
    "Breach",
    "CapitalStatement",
    "Clearance",
    "ClearanceOverride",
    "Coin",
    "ComplaintReturn",
    "Condition",
    "Consent",
    "Contact",
    "CriterionFinding",
    "Deployment",
    "Document",
    "DutyRound", "EventNotice",
    "Fee",
    "InformationRequest",
    "Interview",
    "Issuer",
    "IssuerFact",
    "Licence",
    "Obligation",
    "Person",
    "Proposal",
    "PublicWarning",
    "Recommendation",
    "RegisterEntry",
    "Representation",
    "RequestItem",
    "Shareholding",
    "Submission",
    "TribunalReference",
]
