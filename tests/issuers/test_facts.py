"""Facts about one issuer are dated: the latest not later than the day counts, a coin's goes before the issuer's."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from issuers.facts import capital_facts, stated_facts
from issuers.models import IssuerFact
from issuers.services.facts import file_capital, record_fact

pytestmark = pytest.mark.django_db
SET = {"origin": "set", "source": "letter of 15 December 2025", "actor": SYSTEM}


def test_the_latest_value_not_later_than_the_day_counts(issuer, coin):
    record_fact(issuer, fact="licence.buffer_target", value=Decimal("0.01"), valid_from=date(2026, 1, 1), **SET)
    record_fact(issuer, fact="licence.buffer_target", value=Decimal("0.02"), valid_from=date(2026, 6, 1), **SET)
    assert "licence.buffer_target" not in stated_facts(issuer, coin, date(2025, 12, 31))
    assert stated_facts(issuer, coin, date(2026, 5, 31))["licence.buffer_target"] == Decimal("0.01")
    assert stated_facts(issuer, coin, date(2026, 6, 1))["licence.buffer_target"] == Decimal("0.02")


def test_a_coins_own_value_goes_before_the_issuers_even_if_older(issuer, coin):
    record_fact(issuer, fact="licence.buffer_target", value=Decimal("0.02"), valid_from=date(2026, 6, 1), **SET)
    record_fact(issuer, coin=coin, fact="licence.buffer_target", value=Decimal("0.03"), valid_from=date(2026, 1, 1), **SET)
    assert stated_facts(issuer, coin, date(2026, 7, 1)) == {"licence.buffer_target": Decimal("0.03")}
    assert stated_facts(issuer, None, date(2026, 7, 1)) == {"licence.buffer_target": Decimal("0.02")}


@pytest.mark.parametrize(
    ("fact", "value"),
    [("licence.praise", Decimal(1)), ("licence.buffer_target", "a lot"), ("trust.in_place", 1),
     ("authority.attestation_frequency", "weekly")],
)
def test_what_the_rulebook_does_not_know_is_refused(issuer, fact, value):
    with pytest.raises(Refused):
        record_fact(issuer, fact=fact, value=value, valid_from=date(2026, 1, 1), **SET)
    assert not IssuerFact.objects.exists()


def test_one_day_has_one_value(issuer):
    record_fact(issuer, fact="trust.in_place", value=True, valid_from=date(2026, 1, 1), **SET)
    with pytest.raises(Refused):
        record_fact(issuer, fact="trust.in_place", value=False, valid_from=date(2026, 1, 1), **SET)
    assert IssuerFact.objects.get().value is True


def test_an_issuer_sets_nothing_for_itself(issuer, ann):
    with pytest.raises(NotPermitted):
        record_fact(issuer, fact="trust.in_place", value=True, valid_from=date(2026, 1, 1), **(SET | {"actor": ann}))
    assert not IssuerFact.objects.exists()


def test_a_recorded_fact_cannot_be_changed(issuer):
    record_fact(issuer, fact="trust.in_place", value=True, valid_from=date(2026, 1, 1), **SET)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE issuers_issuerfact SET value = 'false'")
    assert IssuerFact.objects.get().value is True


def test_capital_is_what_was_last_filed_for_a_day_not_later(issuer):
    file_capital(issuer, as_of=date(2026, 3, 31), paid_up_hkd=Decimal(25_000_000), actor=SYSTEM)
    assert capital_facts(issuer, date(2026, 3, 30)) == {"issuer.kind": "company"}
    assert capital_facts(issuer, date(2026, 4, 1))["capital.paid_up_hkd"] == Decimal(25_000_000)
    assert capital_facts(issuer, date(2026, 4, 1))["capital.net_liquid_assets_hkd"] is None


def test_the_command_records_what_the_service_would(issuer, coin, capsys):
    call_command("record_fact", issuer.organisation.slug, "licence.buffer_target", "0.01", "--coin", "LRHKD",
                 "--from", "2026-01-01", "--source", "letter", "--json")
    assert json.loads(capsys.readouterr().out) == {
        "issuer": "lion-rock-digital-limited", "coin": "LRHKD", "fact": "licence.buffer_target", "value": "0.01",
        "from": "2026-01-01",
    }
    assert stated_facts(issuer, coin, date(2026, 1, 1)) == {"licence.buffer_target": Decimal("0.01")}


def test_the_command_refuses_an_unknown_issuer_with_exit_code_2(issuer):
    with pytest.raises(CommandError) as refusal:
        call_command("record_fact", "nobody", "trust.in_place", "true", "--from", "2026-01-01", "--source", "letter")
    assert refusal.value.returncode == 2
    assert not IssuerFact.objects.exists()
