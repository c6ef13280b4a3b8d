"""``list_people ORG``: who acts for an organisation and who is invited into it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.access import SYSTEM
from core.commands import AnsweringCommand, aligned
from core.errors import Refused
from core.models import Organisation
from issuers.selectors.people import invitations_of, members_of


class Command(AnsweringCommand):
    help = "List who acts for an organisation and which invitations are open"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("organisation", help="slug of the organisation, as in addresses of pages")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise Refused(_("There is no organisation %(slug)s.") % {"slug": options["organisation"]})
        return {
            "organisation": organisation.name_en,
            "people": [
                {"name": each.user.name, "email": each.user.email, "role": each.role, "since": each.since,
                 "last_sign_in": each.user.last_login}
                for each in members_of(organisation)
            ],
            "invitations": [
                {"name": each.invitation.name, "email": each.invitation.email, "role": each.invitation.role,
                 "status": each.invitation.status, "expires_at": each.invitation.expires_at,
                 "approvers": [user.name for user in each.approvers] or ["authority"]}
                for each in invitations_of(organisation, SYSTEM)
            ],
        }

    def table(self, answer: dict[str, Any]) -> list[str]:
        people = [(each["name"], each["email"], each["role"], str(each["since"])) for each in answer["people"]]
        waiting = [(each["name"], each["email"], each["role"], each["status"]) for each in answer["invitations"]]
        return aligned([*people, *waiting])
