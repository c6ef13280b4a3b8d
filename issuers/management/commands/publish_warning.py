"""``publish_warning REF --as EMAIL``: put a drafted warning on the public list, as the officer of that address."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.commands import AnsweringCommand, aligned
from core.errors import Refused
from core.models import User
from issuers.models import PublicWarning
from issuers.services.warnings import publish_warning


class Command(AnsweringCommand):
    help = "Publish a drafted warning; the officer must be another than the one who drafted it"

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument("reference", help="reference of the draft, such as WRN-2026-0042")
        parser.add_argument("--as", dest="officer", required=True, metavar="EMAIL", help="the officer who publishes")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        officer = User.objects.filter(email__iexact=options["officer"], is_active=True).first()
        if officer is None:
            raise Refused(_("Nobody has the address %(email)s.") % {"email": options["officer"]}, code="no_such_person")
        draft = PublicWarning.objects.filter(reference=options["reference"]).first()
        if draft is None:
            raise Refused(_("There is no warning %(reference)s.") % {"reference": options["reference"]},
                          code="no_such_warning")
        told = publish_warning(draft, actor=officer)
        return {"warning": told.reference, "status": told.status, "published_by": str(officer),
                "published_at": told.published_at.isoformat() if told.published_at else None}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])
