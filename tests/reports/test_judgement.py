"""The rules on the issuer itself: judged once per day and version of its coins' days, on what is known and no more."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core import clock
from core.access import SYSTEM
from core.errors import NotPermitted
from core.models import Finding
from issuers.models import Breach
from issuers.services.breaches import notify_breach, open_breach
from issuers.services.coins import create_coin
from issuers.services.facts import file_capital, record_fact
from reports.facts import days_missing, unreported
from reports.selectors import issuer_findings
from reports.services.judgement import judge_issuer, judge_issuers
from reports.services.reports import ready_days
from reserves.models import Break, ReserveDay

ISSUER_RULES = [f"HK-CAP-0{n}" for n in (1, 2)] + [f"HK-REP-0{n}" for n in range(1, 8)]


def verdicts(issuer, as_of) -> dict[str, str]:
    return {finding["rule"]: finding["verdict"] for finding in issuer_findings(issuer, as_of)}


def judged(coin, as_of: date, version: int = 1, **fields) -> ReserveDay:
    given = {"reserve_market_value": Decimal(100), "circulation": Decimal(99)} | fields
    return ReserveDay.objects.create(
        coin=coin, as_of=as_of, version=version, status=ReserveDay.Status.JUDGED, judged_at=clock.now(), **given
    )


def test_an_issuer_is_judged_by_every_rule_in_force(issuer, coin, yesterday):
    judged(coin, yesterday)
    judge_issuer(issuer, yesterday, actor=SYSTEM)
    assert sorted(verdicts(issuer, yesterday)) == ISSUER_RULES
    assert set(Finding.objects.values_list("scope", "subject", "owner")) == {
        ("issuer", "lion-rock-digital-limited", issuer.organisation_id)
    }


def test_what_nobody_filed_is_unknown_and_never_met(issuer, coin, yesterday):
    judged(coin, yesterday)
    judge_issuer(issuer, yesterday, actor=SYSTEM)
    found = verdicts(issuer, yesterday)
    assert {rule for rule, verdict in found.items() if verdict == "met"} == {"HK-REP-01", "HK-REP-04"}
    assert {rule for rule, verdict in found.items() if verdict == "breached"} == set()


def test_judging_twice_is_judging_once(issuer, coin, yesterday):
    judged(coin, yesterday)
    first = judge_issuer(issuer, yesterday, actor=SYSTEM)
    assert judge_issuer(issuer, yesterday, actor=SYSTEM) == first
    assert Finding.objects.count() == len(ISSUER_RULES)


def test_a_later_version_of_a_coins_day_brings_new_findings(issuer, coin, yesterday):
    first = judged(coin, yesterday)
    judge_issuer(issuer, yesterday, actor=SYSTEM)
    ReserveDay.objects.filter(pk=first.pk).update(status=ReserveDay.Status.SUPERSEDED)
    judged(coin, yesterday, version=2, circulation=None)
    judge_issuer(issuer, yesterday, actor=SYSTEM)
    assert set(Finding.objects.values_list("version", flat=True)) == {1, 2}
    assert verdicts(issuer, yesterday)["HK-REP-01"] == "breached"


def test_an_issuer_waits_for_all_its_coins(issuer, coin, yesterday):
    other = create_coin(issuer, symbol="LRUSD", reference_currency="USD", actor=SYSTEM)
    judged(coin, yesterday)
    waiting = ReserveDay.objects.create(coin=other, as_of=yesterday, version=1)
    assert judge_issuer(issuer, yesterday, actor=SYSTEM) == []
    assert issuer_findings(issuer, yesterday) is None
    ReserveDay.objects.filter(pk=waiting.pk).update(status=ReserveDay.Status.JUDGED, judged_at=clock.now())
    assert len(judge_issuer(issuer, yesterday, actor=SYSTEM)) == len(ISSUER_RULES)


def test_the_sweep_looks_again_only_at_an_issuer_whose_days_are_not_those_it_was_judged_on(issuer, coin, yesterday):
    first = judged(coin, yesterday)
    other = create_coin(issuer, symbol="LRUSD", reference_currency="USD", actor=SYSTEM)
    assert [judge_issuers(actor=SYSTEM), judge_issuers(actor=SYSTEM)] == [1, 0]
    ReserveDay.objects.filter(pk=first.pk).update(status=ReserveDay.Status.SUPERSEDED)
    judged(coin, yesterday, version=2)
    assert [judge_issuers(actor=SYSTEM), judge_issuers(actor=SYSTEM)] == [1, 0]
    judged(other, yesterday, version=2)
    assert [judge_issuers(actor=SYSTEM), judge_issuers(actor=SYSTEM)] == [1, 0]
    assert set(Finding.objects.values_list("version", flat=True)) == {1, 2, 3}


def test_an_issuer_is_judged_on_a_day_only_when_earlier_ones_in_work_are(issuer, coin, yesterday):
    judged(coin, yesterday - timedelta(days=2))
    before = ReserveDay.objects.create(coin=coin, as_of=yesterday - timedelta(days=1), version=1)  # its worker died
    judged(coin, yesterday)
    judge_issuers(actor=SYSTEM)
    assert issuer_findings(issuer, yesterday) is None
    assert [day.as_of for day in ready_days()] == [yesterday - timedelta(days=2)]
    ReserveDay.objects.filter(pk=before.pk).update(
        status=ReserveDay.Status.JUDGED, judged_at=clock.now(), reserve_market_value=100, circulation=99)
    judge_issuers(actor=SYSTEM)
    assert verdicts(issuer, yesterday)["HK-REP-01"] == "met"
    assert len(ready_days()) == 3
    assert not Breach.objects.exists()


def test_a_day_that_is_stuck_holds_up_nobody(issuer, coin, yesterday):
    judged(coin, yesterday - timedelta(days=2))
    ReserveDay.objects.create(coin=coin, as_of=yesterday - timedelta(days=1), version=1,
                              opened_at=clock.now() - timedelta(minutes=61))
    judged(coin, yesterday)
    judge_issuers(actor=SYSTEM)
    assert verdicts(issuer, yesterday)["HK-REP-01"] == "breached"


def test_only_who_runs_days_judges_issuers(ann, issuer, coin, yesterday):
    judged(coin, yesterday)
    with pytest.raises(NotPermitted):
        judge_issuer(issuer, yesterday, actor=ann)
    assert not Finding.objects.exists()


def test_too_little_capital_opens_one_breach_that_goes_on(ann, issuer, coin, yesterday):
    file_capital(issuer, as_of=yesterday - timedelta(days=5), actor=ann, paid_up_hkd=Decimal(24_999_999),
                 net_debit_balance_hkd=Decimal(0))
    judged(coin, yesterday - timedelta(days=1))
    judged(coin, yesterday)
    assert judge_issuers(actor=SYSTEM) == 2
    breach = Breach.objects.get()
    assert (breach.rule, breach.subject) == ("HK-CAP-01", issuer.organisation.slug)
    assert (breach.first_as_of, breach.last_as_of) == (yesterday - timedelta(days=1), yesterday)


def test_a_day_without_a_statement_is_counted(issuer, coin, yesterday):
    assert days_missing(issuer, yesterday) is None
    for offset in (5, 4, 2, 0):
        judged(coin, yesterday - timedelta(days=offset))
    assert days_missing(issuer, yesterday) == 2


def test_a_day_whose_reserve_is_unknown_has_no_statement(issuer, coin, yesterday):
    judged(coin, yesterday - timedelta(days=1))
    judged(coin, yesterday, reserve_market_value=None)
    assert days_missing(issuer, yesterday) == 1


def test_a_breach_that_the_issuer_has_not_reported_is_counted_with_its_age(ann, issuer, coin, yesterday):
    breach = open_breach(issuer, rule="HK-RES-01", subject="LRHKD", as_of=yesterday, actor=SYSTEM)
    later = clock.now() + timedelta(hours=5, minutes=30)
    assert unreported(issuer, yesterday, later) == {
        "breach.unreported_count": 1, "breach.oldest_unreported_hours": Decimal(5)
    }
    notify_breach(breach, actor=ann)
    assert unreported(issuer, yesterday, later) == {"breach.unreported_count": 0}


def test_not_reporting_a_breach_breaks_the_rule_once_the_authoritys_hours_are_over(bo, cy, issuer, coin, yesterday):
    record_fact(issuer, fact="authority.immediate_report_hours", value=Decimal(4), valid_from=date(2026, 1, 1),
                source="Letter of 1 January 2026", origin="set", actor=cy)
    open_breach(issuer, rule="HK-RES-01", subject="LRHKD", as_of=yesterday, actor=SYSTEM)
    Breach.objects.update(opened_at=clock.now() - timedelta(hours=6))
    judged(coin, yesterday)
    judge_issuer(issuer, yesterday, actor=SYSTEM)
    assert verdicts(issuer, yesterday)["HK-REP-04"] == "breached"
    assert set(Breach.objects.values_list("rule", flat=True)) == {"HK-RES-01", "HK-REP-04"}
    # That it was not reported is not a further thing to report.
    assert unreported(issuer, yesterday, clock.now())["breach.unreported_count"] == 1


def test_a_difference_that_is_carried_over_leaves_the_count_unknown(issuer, coin, yesterday):
    Break.objects.create(coin=coin, reference="BRK-1", comparison="books_custodian", key="k",
                         opened_on=yesterday - timedelta(days=1))
    assert unreported(issuer, yesterday, clock.now()) == {}
    judged(coin, yesterday)
    judge_issuer(issuer, yesterday, actor=SYSTEM)
    assert verdicts(issuer, yesterday)["HK-REP-04"] == "unknown"
