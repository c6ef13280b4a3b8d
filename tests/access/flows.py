"""A wallet of the issuer, a transfer of its, and a number for the detectors that nobody has decided on."""

from __future__ import annotations

from aml.models import DetectorParameter, Transfer
from core import clock
from core.models import Blob, FeedFile
from tests.aml.flows import CHAIN, CONTRACT, START, address, wallet

PARTS = {"officer:wallet": {"pk": "reported_wallet"}, "officer:parameter_decide": {"pk": "detector_parameter"},
         "api:transfer": {"pk": "stored_transfer"}}


def build(world, request) -> None:
    issuer = request.getfixturevalue("issuer")
    proposed = DetectorParameter.objects.create(name="linked_hours", value=24, valid_from=clock.today(), source="Paper")
    raw = Blob.objects.create(sha256=f"{issuer.pk:064x}", size=1)
    file = FeedFile.objects.create(feed="transfers", owner=issuer.organisation, sender=issuer.organisation, blob=raw,
                                   filename="t.csv", status=FeedFile.Status.SUPERSEDED)
    stored = Transfer.objects.create(chain=CHAIN, contract=CONTRACT, tx_hash=f"0x{issuer.pk:064x}", log_index=0, line=2,
                                     block_number=1, block_time=START, from_address=address(1),
                                     to_address=address(2), value=5, file=file)
    world |= {"reported_wallet": wallet(issuer.organisation, address(77)).pk, "detector_parameter": proposed.pk,
              "stored_transfer": stored.pk}
