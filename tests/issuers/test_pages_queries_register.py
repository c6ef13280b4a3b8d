"""How many questions the register's pages ask of the database: few, and no more when there is more to show."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import SYSTEM
from issuers.services.coins import add_deployment, create_coin
from issuers.services.issuers import register_issuer
from issuers.services.licences import record_licence
from issuers.services.register import change_particulars
from issuers.services.warnings import draft_warning, publish_warning

pytestmark = pytest.mark.django_db
#: Page: who reads it and the questions that it asks at most, eleven of them for an officer and the frame.
PAGES = {
    "/en/": (None, 2), "/en/?q=LRHKD": (None, 5), "/en/?q=Moonbeam&as_at=2026-03-01": (None, 5),
    "/en/register/FRS01/": (None, 8), "/en/warnings/": (None, 1), "/en/register.csv": (None, 2),
    "/en/register.json": (None, 2), "/en/changes.atom": (None, 4), "/api/v1/register/check?q=LRHKD": (None, 3),
    "/en/officer/register/": ("bo", 15), "/en/officer/register/FRS01/": ("bo", 16), "/en/officer/warnings/": ("bo", 15),
}


def _grow(numbers: range, bo, ben) -> None:
    for number in numbers:
        issuer = register_issuer(name_en=f"Issuer {number} Limited", actor=SYSTEM)
        record_licence(issuer, number=f"FRS{number}", effective_on=date(2026, 1, 2), actor=SYSTEM)
        coin = create_coin(issuer, symbol=f"C{number}", reference_currency="HKD", actor=SYSTEM)
        add_deployment(coin, chain="eip155:1", contract=f"0x{number:040x}", actor=SYSTEM)
        told = draft_warning(name_en=f"Fake {number}", resembles=issuer.licence, wording_en="None.", actor=bo)
        publish_warning(told, actor=ben)


def test_the_pages_ask_little_and_no_more_when_there_is_more(issuer, coin, bo, ben, client_for):
    people = {"bo": client_for(bo), None: client_for(None)}

    def questions() -> dict[str, int]:
        counts = {}
        for address, (who, _) in PAGES.items():
            with CaptureQueriesContext(connection) as asked:
                assert people[who].get(address).status_code == 200
            counts[address] = len(asked)
        return counts

    _grow(range(10, 12), bo, ben)
    questions()
    few = questions()
    _grow(range(12, 20), bo, ben)
    for number in range(5):
        change_particulars(issuer, address_en=f"{number} Some Road", actor=SYSTEM)
    many = questions()
    assert {name: (few[name], count) for name, count in many.items() if count > few[name]} == {}
    assert {name: count for name, count in many.items() if count > PAGES[name][1]} == {}
