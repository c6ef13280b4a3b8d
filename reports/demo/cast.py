"""The people of the demonstration world: who they are, where they belong, what they may do, where they start."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from core.roles import Role

AUTHORITY_SLUG = "monetary-authority"
AUTHORITY_NAMES = ("Monetary Authority", "金融管理專員", "金融管理专员")
AUTHORITY_DOMAIN = "authority.example"

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that can be misread


@dataclass(frozen=True, slots=True)
class Person:
    """One member of the cast; ``issuer`` is the place in the list of issuers, None for an officer.

    Who is ``invited`` belongs to an applicant or an audit firm and comes in by invitation, as people do.
    """

    name: str
    full_name: str
    role: Role
    title: str
    language: str
    issuer: int | None
    domain: str = ""
    invited: bool = False

    @property
    def lands_on(self) -> str:
        if self.role == Role.AUDITOR:
            return f"/{self.language}/portal/attestations/"
        return f"/{self.language}/{'officer' if self.is_officer else 'portal'}/"

    @property
    def is_officer(self) -> bool:
        return self.issuer is None and not self.invited


CAST = (
    Person("ann", "Ann Lau", Role.COMPLIANCE_OFFICER, "compliance officer", "en", 0),
    Person("amy", "Amy Poon", Role.ISSUER_ADMINISTRATOR, "second administrator", "zh-hant", 0),
    Person("ian", "Ian Mok", Role.COMPLIANCE_OFFICER, "rival's compliance officer", "en", 1),
    Person("bo", "Bo Chan", Role.CASE_OFFICER, "case officer", "en", None),
    Person("ben", "Ben Ho", Role.CASE_OFFICER, "second case officer", "zh-hant", None),
    Person("cy", "Cy Leung", Role.HEAD_OF_LICENSING, "head of licensing", "en", None),
    Person("dee", "Dee Ng", Role.AML_ANALYST, "AML analyst", "en", None),
    Person("dan", "Dan Yip", Role.AML_ANALYST, "second AML analyst", "zh-hans", None),
    Person("eli", "Eli Wu", Role.AUDITOR, "external auditor", "en", None, domain="stonebridge-audit.example",
           invited=True),
    Person("ops", "Ops Fung", Role.OPERATIONS, "operations", "en", None),
    Person("kit", "Kit Sze", Role.COMPLIANCE_OFFICER, "applicant's compliance officer", "en", None,
           domain="jadeharbour.example", invited=True),
    Person("kay", "Kay Tong", Role.ISSUER_ADMINISTRATOR, "applicant's administrator", "en", None,
           domain="jadeharbour.example", invited=True),
)


def new_password() -> str:
    """Return a password of 80 random bits in four groups that can be typed."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
