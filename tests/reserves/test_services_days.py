"""A reserve day from its files to its judged account, and what happens when the files change."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.findings import digest_of
from core.models import AuditEvent, Case, FeedFile, Finding, Organisation
from issuers.models import Breach
from issuers.services.conditions import attach_condition, cancel_condition
from issuers.services.facts import record_fact
from reserves import selectors
from reserves.models import BreakDay, Holding, ReserveDay
from reserves.services import opening, stages
from reserves.services.assessment import assess
from reserves.services.days import advance_day, run_day
from reserves.services.intake import receive_file
from reserves.services.opening import open_day
from tests.factories import csv_bytes, holding, ledger_line, par_outstanding, sound_day, supply_line

FRIDAY = date(2026, 11, 20)
SATURDAY, SUNDAY, MONDAY = (FRIDAY + timedelta(days=n) for n in (1, 2, 3))


@pytest.fixture(autouse=True)
def clock_at(monkeypatch, tmp_path):
    """``clock_at(text)`` moves the platform's clock; it starts on Monday at noon, Hong Kong time."""
    file = tmp_path / "clock"
    monkeypatch.setenv("ASSAY_CLOCK_FILE", str(file))

    def move(instant: str) -> None:
        file.write_text(instant)

    move("2026-11-23T12:00:00+08:00")
    return move


def send(coin, files: dict[str, bytes], **options) -> dict[str, FeedFile]:
    sent = {feed: receive_file(coin, feed, raw, filename=f"{feed}.csv", actor=SYSTEM, **options)
            for feed, raw in files.items()}
    assert {feed: (row.status, row.problems) for feed, row in sent.items()} == {feed: ("accepted", []) for feed in sent}
    return sent


def statuses(coin, as_of) -> list[tuple[int, str]]:
    return list(ReserveDay.objects.filter(coin=coin, as_of=as_of).order_by("version").values_list("version", "status"))


def test_the_last_file_of_a_day_opens_it(coin):
    files = sound_day(FRIDAY)
    send(coin, {"supply": files["supply"], "ledger": files["ledger"]})
    assert statuses(coin, FRIDAY) == []
    send(coin, {"holdings": files["holdings"]})
    assert statuses(coin, FRIDAY) == [(1, "open")]


def test_a_sound_day_is_judged_once_with_every_figure(coin):
    sent = send(coin, sound_day(FRIDAY))
    (waiting,) = selectors.waiting_days()
    day = advance_day(waiting)
    assert advance_day(waiting) is None
    result = day.result
    assert (day.status, day.version, day.verdict) == ("judged", 1, "met")
    assert (day.circulation, day.reserve_market_value, day.surplus) == (99_000_000, 100_000_000, 1_000_000)
    assert day.backing_ratio == Decimal("1.01010101")
    assert result["backing_ratio"] == "1.01010101"
    assert result["composition"] == [{
        "asset_class": "demand_deposit", "market_value": "100000000.00", "eligible_value": "100000000.00",
        "share": "1.00000000", "lines": 1, "change": None,
    }]
    assert [(found["name"], found["state"]) for found in result["comparisons"]] == [
        ("books_custodian", "matched"), ("par_supply", "matched")]
    assert [entry["file"] for entry in result["inputs"]] == [sent[feed].pk for feed in ("holdings", "ledger", "supply")]
    assert (result["missing"], result["breaks"], result["previous"], result["waterfall"]) == ([], [], None, [])
    rules = [found["rule"] for found in result["findings"]]
    assert rules == sorted(rules)
    assert list(Finding.objects.order_by("rule").values_list("rule", "verdict")) == [
        (found["rule"], found["verdict"]) for found in result["findings"]]


def test_the_digest_covers_all_but_the_version(coin):
    send(coin, sound_day(FRIDAY))
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    covered = {name: value for name, value in result.items() if name not in ("version", "digest")}
    assert result["digest"] == digest_of(covered)
    assert ReserveDay.objects.get().digest == result["digest"]


def test_running_a_day_again_changes_nothing(coin):
    send(coin, sound_day(FRIDAY))
    first = run_day(coin, FRIDAY, actor=SYSTEM)
    events, found = AuditEvent.objects.count(), Finding.objects.count()
    assert run_day(coin, FRIDAY, actor=SYSTEM) == first
    assert statuses(coin, FRIDAY) == [(1, "judged")]
    assert (AuditEvent.objects.count(), Finding.objects.count()) == (events, found)


def test_a_corrected_file_supersedes_the_day_that_used_it(coin):
    sent = send(coin, sound_day(FRIDAY))
    first = run_day(coin, FRIDAY, actor=SYSTEM)
    send(coin, {"supply": csv_bytes([supply_line(FRIDAY, total_supply="100000001")])}, supersedes=sent["supply"])
    assert statuses(coin, FRIDAY) == [(1, "judged"), (2, "open")]
    second = run_day(coin, FRIDAY, actor=SYSTEM)
    assert statuses(coin, FRIDAY) == [(1, "superseded"), (2, "judged")]
    assert (first["verdict"], second["verdict"], second["version"]) == ("met", "breached", 2)
    assert second["backing_ratio"] == "0.99999999"
    assert ReserveDay.objects.get(version=1).result == first


def test_an_issuer_does_not_run_days(coin, ann):
    send(coin, sound_day(FRIDAY))
    ReserveDay.objects.all().delete()
    with pytest.raises(NotPermitted):
        open_day(coin, FRIDAY, actor=ann)
    with pytest.raises(NotPermitted):
        run_day(coin, FRIDAY, actor=ann)
    assert statuses(coin, FRIDAY) == []


def test_statements_of_friday_carry_over_the_weekend_with_their_age(coin):
    send(coin, sound_day(FRIDAY))
    send(coin, {"supply": csv_bytes([supply_line(SATURDAY)])})
    send(coin, {"supply": csv_bytes([supply_line(SUNDAY)])})
    result = run_day(coin, SUNDAY, actor=SYSTEM)
    assert result["business_day"] is False
    assert [(entry["feed"], entry["age_days"]) for entry in result["inputs"]] == [
        ("holdings", 2), ("ledger", 2), ("supply", 0)]
    assert (result["missing"], result["verdict"]) == ([], "met")


def test_the_statement_of_friday_opens_the_weekend_that_waited_for_it(coin):
    files = sound_day(FRIDAY)
    send(coin, {"supply": csv_bytes([supply_line(SATURDAY)])})
    send(coin, {"supply": files["supply"], "ledger": files["ledger"]})
    send(coin, {"holdings": files["holdings"]})
    assert (statuses(coin, FRIDAY), statuses(coin, SATURDAY), statuses(coin, SUNDAY)) == (
        [(1, "open")], [(1, "open")], [])


def test_a_day_without_supply_is_unknown_and_says_what_is_missing(coin):
    files = sound_day(FRIDAY)
    send(coin, {"holdings": files["holdings"], "ledger": files["ledger"]})
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    assert (result["supply"], result["circulation"], result["backing_ratio"], result["surplus"]) == (None,) * 4
    assert result["verdict"] == "unknown"
    assert result["missing"] == [{"feed": "supply", "sender": None, "expected_by": "2026-11-23T09:00:00+08:00",
                                  "late_hours": 3}]
    assert Breach.objects.count() == 0


def test_a_custodian_that_does_not_report_leaves_the_pool_unknown(coin):
    bank = Organisation.objects.create(kind="bank", slug="harbour-bank", name_en="Harbour Bank")
    other = Organisation.objects.create(kind="custodian", slug="peak-custody", name_en="Peak Custody")
    thursday = FRIDAY - timedelta(days=1)
    for as_of, senders in ((thursday, (bank, other)), (FRIDAY, (bank,))):
        for sender in senders:
            rows = [holding(as_of, account_id=sender.slug, custodian=sender.name_en)]
            send(coin, {"holdings": csv_bytes(rows)}, sender=sender)
    send(coin, {"supply": csv_bytes([supply_line(FRIDAY, total_supply="150000000")])})
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    assert [(found["feed"], found["sender"]) for found in result["missing"]] == [
        ("holdings", "peak-custody"), ("ledger", None)]
    assert (result["reserve_market_value"], result["verdict"]) == (None, "unknown")
    assert Breach.objects.count() == 0


def test_an_account_that_its_bank_reports_is_not_counted_twice(coin):
    bank = Organisation.objects.create(kind="bank", slug="harbour-bank", name_en="Harbour Bank")
    send(coin, sound_day(FRIDAY))
    send(coin, {"holdings": csv_bytes([holding(FRIDAY, market_value="99500000.00")])}, sender=bank)
    assert run_day(coin, FRIDAY, actor=SYSTEM)["reserve_market_value"] == "99500000.00"


def test_a_holding_in_another_currency_is_not_summed(coin):
    rows = [holding(FRIDAY), holding(FRIDAY, line_ref="D2", currency="USD", market_value="1000000.00")]
    send(coin, sound_day(FRIDAY) | {"holdings": csv_bytes(rows)})
    result = run_day(coin, FRIDAY, actor=SYSTEM)
    assert result["unvalued"] == [{"currency": "USD", "market_value": "1000000.00", "lines": 1}]
    assert (result["reserve_market_value"], result["backing_ratio"], result["verdict"]) == (None, None, "unknown")


def test_a_shortfall_opens_one_breach_that_the_next_day_carries_on(coin):
    short = {"supply": csv_bytes([supply_line(FRIDAY, total_supply="101000000")])}
    send(coin, sound_day(FRIDAY) | short)
    run_day(coin, FRIDAY, actor=SYSTEM)
    send(coin, {"supply": csv_bytes([supply_line(SATURDAY, total_supply="101000000")])})
    run_day(coin, SATURDAY, actor=SYSTEM)
    breach = Breach.objects.get(rule="HK-RES-01")
    assert (breach.first_as_of, breach.last_as_of, breach.case.risk) == (FRIDAY, SATURDAY, "high")
    assert breach.case.params["surplus"] == "-1000000.00"
    assert Case.objects.filter(kind="issuers.breach").count() == Breach.objects.count()


def test_facts_set_by_the_authority_decide_the_buffer(coin):
    send(coin, sound_day(FRIDAY))
    verdict = {found["rule"]: found["verdict"] for found in assess(coin, FRIDAY)["findings"]}
    assert verdict["HK-RES-02"] == "unknown"
    record_fact(coin.issuer, coin=coin, fact="licence.buffer_target", value=Decimal("0.0101010102"),
                valid_from=FRIDAY, source="Letter of 1 June", origin="set", actor=SYSTEM)
    verdict = {found["rule"]: found["verdict"] for found in assess(coin, FRIDAY)["findings"]}
    assert verdict["HK-RES-02"] == "breached"


def test_a_cap_that_a_condition_sets_is_judged_and_no_cap_is_no_finding(coin):
    send(coin, sound_day(FRIDAY))
    plain = assess(coin, FRIDAY)
    assert "HK-LIC-08" not in {found["rule"] for found in plain["findings"]}
    terms = {"kind": "issuance_cap", "coin": coin.symbol, "wording_en": "Issue no more."}
    cap = attach_condition(coin.issuer.licence, terms=terms | {"value": "1000"}, in_force_from=FRIDAY, actor=SYSTEM)
    (finding,) = [found for found in assess(coin, FRIDAY)["findings"] if found["rule"] == "HK-LIC-08"]
    assert (finding["verdict"], finding["cite"]) == ("breached", "ORD s. 17")
    assert finding["required"] == {"check": "covers", "licence.issuance_cap": "1000"}
    assert "HK-LIC-08" in {found["rule"] for found in run_day(coin, FRIDAY, actor=SYSTEM)["findings"]}
    assert Breach.objects.filter(rule="HK-LIC-08", subject=coin.symbol).exists()
    cancel_condition(cap, cancelled_from=FRIDAY + timedelta(days=1), actor=SYSTEM)
    assert "HK-LIC-08" not in {found["rule"] for found in assess(coin, FRIDAY + timedelta(days=1))["findings"]}


def test_a_new_fact_makes_a_new_version(coin):
    send(coin, sound_day(FRIDAY))
    run_day(coin, FRIDAY, actor=SYSTEM)
    record_fact(coin.issuer, coin=coin, fact="licence.buffer_target", value=Decimal("0.01"), valid_from=FRIDAY,
                source="Letter of 1 June", origin="set", actor=SYSTEM)
    assert run_day(coin, FRIDAY, actor=SYSTEM)["version"] == 2
    assert statuses(coin, FRIDAY) == [(1, "superseded"), (2, "judged")]


def test_the_change_since_the_day_before_is_explained_exactly(coin):
    thursday = FRIDAY - timedelta(days=1)
    send(coin, sound_day(thursday))
    send(coin, sound_day(FRIDAY) | {"holdings": csv_bytes([holding(FRIDAY, market_value="98010000.00")])})
    before, after = run_day(coin, thursday, actor=SYSTEM), run_day(coin, FRIDAY, actor=SYSTEM)
    assert after["previous"] == {"as_of": "2026-11-19", "version": 1} | {
        name: before[name] for name in ("backing_ratio", "circulation", "reserve_market_value", "eligible_reserve")}
    assert [step["cause"] for step in after["waterfall"]] == ["circulation", "demand_deposit"]
    assert sum(Decimal(step["delta"]) for step in after["waterfall"]) == Decimal("-0.020101010101010101")
    assert after["composition"][0]["change"] == "-1990000.00"


def test_what_if_is_computed_and_never_stored(coin):
    send(coin, sound_day(FRIDAY))
    stored = run_day(coin, FRIDAY, actor=SYSTEM)
    tables = [model.objects.count() for model in (ReserveDay, Finding, AuditEvent, BreakDay)]
    result = run_day(coin, FRIDAY, actor=SYSTEM, law_on=date(2025, 8, 1))
    assert (result["law_on"], result["version"]) == ("2025-08-01", None)
    assert result["digest"] != stored["digest"]
    assert [model.objects.count() for model in (ReserveDay, Finding, AuditEvent, BreakDay)] == tables


def test_a_worker_that_dies_between_the_stages_loses_and_doubles_nothing(coin, monkeypatch):
    rows = [ledger_line(FRIDAY, book_value="99999000.00"), par_outstanding(FRIDAY)]
    send(coin, sound_day(FRIDAY) | {"ledger": csv_bytes(rows)})
    (pk,) = selectors.waiting_days()

    def die(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(stages, "open_breaches", die)
        with pytest.raises(SystemExit):
            advance_day(pk)
    assert statuses(coin, FRIDAY) == [(1, "reconciled")]
    assert (Finding.objects.count(), BreakDay.objects.count()) == (0, 1)
    day = advance_day(pk)
    assert (day.status, BreakDay.objects.count(), Finding.objects.count()) == ("judged", 1, len(day.result["findings"]))


def test_a_file_that_comes_between_the_stages_is_judged_in_the_next_version(coin, monkeypatch):
    sent = send(coin, sound_day(FRIDAY))
    (pk,) = selectors.waiting_days()
    assert list(stages.reconcile_days([pk])) == [pk]
    send(coin, {"supply": csv_bytes([supply_line(FRIDAY, total_supply="98000000")])}, supersedes=sent["supply"])
    first = advance_day(pk)
    assert (first.result["circulation"], statuses(coin, FRIDAY)) == ("99000000.00", [(1, "judged"), (2, "open")])
    assert run_day(coin, FRIDAY, actor=SYSTEM)["circulation"] == "98000000.00"


def test_the_sweep_opens_a_day_whose_deadline_has_passed(coin, clock_at):
    clock_at("2026-11-23T08:59:00+08:00")
    assert FRIDAY not in {day.as_of for day in opening.open_overdue_days()}
    clock_at("2026-11-23T09:00:00+08:00")
    assert FRIDAY in {day.as_of for day in opening.open_overdue_days()}
    assert opening.open_overdue_days() == []


def test_the_sweep_lets_a_late_file_wait_for_its_companions(coin, clock_at):
    files = sound_day(FRIDAY)
    send(coin, {"holdings": files["holdings"]})
    assert FRIDAY not in {day.as_of for day in opening.open_overdue_days()}
    clock_at("2026-11-23T12:11:00+08:00")
    assert FRIDAY in {day.as_of for day in opening.open_overdue_days()}


def test_only_the_issuer_and_who_holds_the_assets_send_files(coin, rival):
    with pytest.raises(Refused):
        receive_file(coin, "holdings", b"x", filename="h.csv", actor=SYSTEM, sender=rival.organisation)
    with pytest.raises(Refused):
        receive_file(coin, "rumours", b"x", filename="r.csv", actor=SYSTEM)
    with pytest.raises(Refused):
        receive_file(coin, "prices", b"x", filename="p.csv", actor=SYSTEM)
    assert FeedFile.objects.count() == 0


def test_a_stranger_sends_nothing(coin, ian):
    with pytest.raises(NotPermitted):
        receive_file(coin, "holdings", sound_day(FRIDAY)["holdings"], filename="h.csv", actor=ian)
    assert FeedFile.objects.count() == 0
    assert Holding.objects.count() == 0


def test_one_day_costs_few_queries(coin):
    thursday = FRIDAY - timedelta(days=1)
    send(coin, sound_day(thursday))
    run_day(coin, thursday, actor=SYSTEM)
    send(coin, sound_day(FRIDAY))
    with CaptureQueriesContext(connection) as queries:
        run_day(coin, FRIDAY, actor=SYSTEM)
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    asked = [query["sql"] for query in queries if not query["sql"].startswith(control)]
    assert len(asked) <= 33, "\n".join(sql[:140] for sql in asked)


def test_a_coin_without_a_licence_is_judged_all_the_same(unlicensed_coin):
    send(unlicensed_coin, sound_day(FRIDAY, "MBHKD"))
    result = run_day(unlicensed_coin, FRIDAY, actor=SYSTEM)
    assert (result["issuer"]["licence_number"], result["verdict"]) == (None, "met")
