"""Movements and prices are taken in: which day a file is for, who may send it, and what is kept of it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.access import SYSTEM
from core.errors import Refused
from core.models import FeedFile, Organisation
from reserves.models import Entry, IssuanceLine, Price, RedemptionLine
from reserves.services.intake import receive_file

SAMPLES = Path(__file__).parents[1] / "samples"


def send(coin, feed, name="good.csv", **more):
    return receive_file(coin, feed, (SAMPLES / feed / name).read_bytes(), filename=name, actor=SYSTEM, **more)


@pytest.mark.parametrize(("feed", "model"), [("entries", Entry), ("redemptions", RedemptionLine),
                                             ("issuance", IssuanceLine)])
def test_a_file_of_movements_is_for_its_last_day(coin, feed, model):
    sent = send(coin, feed)
    assert (sent.status, sent.as_of, sent.row_count) == ("accepted", date(2026, 11, 20), 2)
    assert model.objects.filter(file=sent).count() == 2


def test_a_file_of_requests_is_for_the_day_that_its_sender_states(coin):
    sent = send(coin, "redemptions", as_of=date(2026, 11, 22))
    assert (sent.status, sent.as_of) == ("accepted", date(2026, 11, 22))


def test_a_file_of_requests_cannot_be_for_a_day_before_what_it_tells(coin):
    sent = send(coin, "redemptions", as_of=date(2026, 11, 19))
    assert [(problem["rule"], problem["row"]) for problem in sent.problems] == [("as_of_mismatch", 2)]
    assert (sent.status, RedemptionLine.objects.count()) == ("refused", 0)


def test_prices_come_from_a_source_of_prices_and_no_custodian(coin):
    source = Organisation.objects.create(kind="price_source", slug="bauhinia", name_en="Bauhinia Pricing")
    custodian = Organisation.objects.create(kind="custodian", slug="peak", name_en="Peak Custody")
    assert send(coin, "prices", sender=source).status == "accepted"
    assert Price.objects.get(instrument_id="HK0000102936").bid == Decimal("99.512")
    for feed, sender in (("prices", custodian), ("entries", source)):
        with pytest.raises(Refused, match="does not send files"):
            send(coin, feed, sender=sender)
    assert FeedFile.objects.count() == 1
