"""A held file of the issuer's coin, a proposed row of its schedule, a proposed sender and a key of an approved one."""

from __future__ import annotations

from datetime import date, time, timedelta

from core.access import SYSTEM
from core.models import Organisation
from reserves.services.intake import receive_file
from reserves.services.reference import approve_reference
from reserves.services.schedules import propose_schedule, propose_sender
from reserves.services.senders import issue_sender_key
from tests.api.conftest import DAY
from tests.factories import csv_bytes, holding

PARTS = {
    "officer:feed_file_decide": {"pk": "held_file"},
    "officer:feed_schedule_decide": {"pk": "schedule_row"},
    "officer:feed_sender_decide": {"pk": "sender_row"},
    "officer:feed_sender_key_revoke": {"pk": "sender_key"},
}


def build(world, request) -> None:
    coin, ben, bo = (request.getfixturevalue(name) for name in ("coin", "ben", "bo"))
    custodian = Organisation.objects.create(kind="custodian", slug="intake-custody", name_en="Intake Custody")
    # Of another sender than any other file, and long before them: it changes no day that others look at.
    for day, value in ((DAY - timedelta(days=401), "100000000.00"), (DAY - timedelta(days=400), "1000000.00")):
        raw = csv_bytes([holding(day, account_id="I-1", market_value=value)])
        held = receive_file(coin, "holdings", raw, filename="held.csv", actor=SYSTEM, sender=custodian)
    said = {"valid_from": date(2026, 1, 1), "source": "Agreement"}
    row = propose_schedule(coin, feed="prices", days="business", due=time(9), actor=ben, **said)
    sender = propose_sender(coin, organisation=custodian, feeds=["entries"], actor=ben, **said)
    approve_reference(propose_sender(coin, organisation=custodian, feeds=["entries"], actor=ben, **said), actor=bo)
    key, _secret = issue_sender_key(coin, custodian, name="Gateway", actor=bo)
    world |= {"held_file": held.pk, "schedule_row": row.pk, "sender_row": sender.pk, "sender_key": key.pk}
