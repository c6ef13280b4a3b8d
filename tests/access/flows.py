"""A wallet of the issuer, and a number for the detectors that nobody has decided on."""

from __future__ import annotations

from aml.models import DetectorParameter
from core import clock
from tests.aml.flows import address, wallet

PARTS = {"officer:wallet": {"pk": "reported_wallet"}, "officer:parameter_decide": {"pk": "detector_parameter"}}


def build(world, request) -> None:
    issuer = request.getfixturevalue("issuer")
    proposed = DetectorParameter.objects.create(name="linked_hours", value=24, valid_from=clock.today(), source="Paper")
    world |= {"reported_wallet": wallet(issuer.organisation, address(77)).pk, "detector_parameter": proposed.pk}
