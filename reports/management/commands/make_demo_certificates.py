"""Makes the certificates that a demonstration signs its documents with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core import clock
from core.commands import AnsweringCommand, aligned
from core.errors import Refused
from reports.demo.certificates import ROOT, SIGNER, make_certificates


class Command(AnsweringCommand):
    """``make_demo_certificates``: a root and a signing certificate under the var directory, unless they are there."""

    help = "Make the certificates of the demonstration: never for a real place."

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        place = getattr(settings, "DEMO_CERTIFICATES", None)
        if place is None:
            raise Refused(
                _("Certificates of a demonstration are not made in a real place."), code="not_a_demonstration")
        made = make_certificates(place, now=clock.now())
        return {"made": made, "root": str(place / ROOT), "certificate": str(place / SIGNER)}

    def table(self, answer: dict[str, Any]) -> list[str]:
        return aligned([(name, str(value)) for name, value in answer.items()])
