"""What AML officers meet: somebody behind an issuer who resembles two entries, and a wallet near a listed one."""

from __future__ import annotations

from aml.models import Alert, Screening
from aml.services import screening
from aml.services.decisions import decide_alert
from aml.services.flows import sweep_flows
from aml.services.parameters import decide_parameter, propose_parameter
from aml.services.subjects import sweep_subjects
from core import clock
from core.access import SYSTEM
from issuers.services.coins import state_decimals
from tests.aml.flows import CHAIN, address, listed, sent, transfer, version_of, wallet
from tests.aml.listed import load

LISTED = 900


def add_alerts(world) -> dict[str, int]:
    """Screen everybody in two small lists, and return the keys that addresses name."""
    load("un", {
        "QDi.1": {"name": "Dora Fan", "birth_dates": ["1971"], "countries": ["HK"],
                  "identifiers": [{"kind": "passport", "value": "K1234567", "country": "HK"}]},
        "QDi.2": {"name": "Fan Dora Wai"},
    })
    load("hk", {"G.1": "Nobody Known"})
    sweep_subjects()
    screening.screen_waiting()
    first, second = Alert.objects.filter(subject__name_en="Dora Fan").order_by("entry__key")
    decide_alert(second, outcome="false", reason="common_name", actor=world.people["dee"])
    return _near_a_listed_wallet(world) | {
        "alert": first.pk, "cleared": second.pk, "subject": first.subject_id,
        "screening": Screening.objects.filter(subject=first.subject_id).latest("pk").pk,
    }


def _near_a_listed_wallet(world) -> dict[str, int]:
    """A customer's wallet that received from a listed one over a stranger, and pays others."""
    coin = world.coins["LRHKD"]
    place = coin.deployments.get(chain=CHAIN)
    state_decimals(place, decimals=2, actor=SYSTEM)
    customer = wallet(coin.issuer.organisation, 11, ref="C-11")
    listed(version_of(), {address(LISTED): "ETH"})
    row = propose_parameter("exposure_hops", value=3, valid_from=clock.today(), source="Paper 7",
                            actor=world.people["dee"])
    decide_parameter(row, move="approve", actor=world.people["dan"])
    moved = [(LISTED, 20, 900_000_00), (20, 11, 800_000_00), (31, 11, 45_250_00), (11, 32, 120_000_00), (11, 33, 64_10)]
    sent(coin, "transfers", [transfer(number, *each, contract=place.contract) for number, each in enumerate(moved)])
    sweep_flows()
    return {"exposed": Alert.objects.get(kind="exposure", wallet=customer).pk, "wallet": customer.pk}
