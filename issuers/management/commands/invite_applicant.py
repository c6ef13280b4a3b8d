"""``invite_applicant NAME --email … --person …``: an applicant, its draft and its first administrator."""

from __future__ import annotations

from typing import Any

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned
from issuers.models import Issuer
from issuers.services.contacts import invite_company


class Command(AnsweringCommand):
    help = "Register a company as an applicant, open its draft and invite its first administrator"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", help="English name of the company")
        parser.add_argument("--email", required=True, help="address to which the link goes")
        parser.add_argument("--person", required=True, help="full name of who is invited")
        parser.add_argument("--name-zh", default="", help="Chinese name of the company")
        parser.add_argument("--name-zh-hans", default="", help="its Chinese name in simplified characters")
        parser.add_argument("--kind", choices=Issuer.Kind.values, default=Issuer.Kind.COMPANY.value)
        parser.add_argument("--language", default="en", help="language of the invitation")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        invited = invite_company(
            name_en=options["name"], name_zh=options["name_zh"], name_zh_hans=options["name_zh_hans"],
            kind=options["kind"], person=options["person"], email=options["email"],
            language=options["language"], actor=SYSTEM,
        )
        return {
            "organisation": invited.issuer.organisation.slug, "application": invited.application.reference,
            "invited": invited.invitation.email, "expires_at": invited.invitation.expires_at,
        }

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])
