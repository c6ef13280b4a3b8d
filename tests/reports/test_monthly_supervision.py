"""The monthly supervisory report: exact figures, once per month and data, unknown where nothing is, the authority's own."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from aml.models import Alert, AlertDecision, AmlReturn, ListVersion, SampledTransfer, TravelRuleSample
from core import cases
from core.access import SYSTEM
from core.calendars import HONG_KONG
from core.errors import NotPermitted, Refused
from core.findings import canonical
from core.models import AuditEvent, FeedFile, Message
from issuers.models import Breach, Obligation
from reports.builders import monthly_printed, periodic_words
from reports.builders.backing import backing, mean
from reports.models import ReportRun
from reports.selectors.month import JudgedDay, coins_of
from reports.selectors.periods import month_to, quarter_before, quarter_to
from reports.services.periodic import freeze_monthly_supervision
from reports.services.rendering import approve_report, render_report
from reports.workflows import REPORT_RUN
from reserves.models import Break, BreakDay, BreakNote, WeeklyStatement
from reserves.services.late_feeds import LATE_FEED
from tests.reports.pdfs import attachment_of, close, text_of
from tests.reports.periodic import FRIDAY, LAST, THURSDAY, html_of, october, pdf_of
from tests.reserves.attesting import day_files, judged

S = ReportRun.Status



def at(day: int, hour: int = 12, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=HONG_KONG)


def made(issuer, actor=SYSTEM, last=LAST) -> ReportRun:
    return freeze_monthly_supervision(issuer, last, actor=actor)


@pytest.fixture
def month(set_clock, coin, authority):
    """October, judged on its last day and over since."""
    set_clock("2026-10-31T12:00")
    october(coin)
    set_clock("2026-11-03T12:00")
    return coin.issuer


def test_it_says_what_the_month_was_once_and_again_only_when_the_data_changed(month, coin, bo, set_clock):
    run = made(month, bo)
    facts, [part] = run.facts, run.facts["coins"]
    assert (run.reference, run.subject, run.as_of, run.version) == (
        "MSR-FRS01-202610-1", "lion-rock-digital-limited", LAST, 1)
    assert (run.owner.kind, run.about, run.frozen_by) == ("authority", month.organisation, bo)
    assert (facts["schema"], facts["verdict"], facts["replaces"]) == ("assay.monthly_supervision/1", "breached", None)
    figures = {name: value for name, value in part["backing"].items() if name != "series"}
    assert figures == {
        "days": "31", "met": "2", "breached": "1", "unknown": "28", "with_ratio": "3", "not_judged": "28",
        "lowest": "0.98989899", "lowest_on": "2026-10-29", "highest": "1.01010101", "highest_on": "2026-10-28",
        "mean": "1.00336700", "closing": None, "verdict": "breached",
    }
    assert len(part["backing"]["series"]) == 31
    assert part["backing"]["series"][-3:] == [
        ["2026-10-29", "0.98989899"], ["2026-10-30", "1.01010101"], ["2026-10-31", None]]
    redemption = part["redemption"]
    assert {name: redemption[name] for name in ("statements", "limit", "requests", "paid", "open", "late", "longest")} == {
        "statements": "1", "limit": "1", "requests": "2", "paid": "1", "open": "1", "late": "1", "longest": "3"}
    assert redemption["days"] == {"met": "0", "breached": "1", "unknown": "30"}
    assert [row["request_id"] for row in redemption["late_requests"]] == ["R-1"]
    assert [(row["rule"], row["opened_in"], row["closed_in"], row["overdue"]) for row in facts["breaches"]] == [
        ("HK-RED-01", True, False, True), ("HK-RES-01", True, False, True)]
    assert [row["cite"] for row in facts["breaches"]] == [
        "ORD Sch. 2 s. 6(2); SUP 3.3.3", "ORD Sch. 2 s. 5(2); SUP 2.2.1, 2.2.3"]
    [outlook] = facts["outlook"]
    assert outlook["day"]["as_of"] == "2026-10-30"
    assert {row["code"]: row["survival_days"] for row in outlook["day"]["scenarios"]}["custodian_fails"] == "0"
    assert facts["aml"]["opened"] is None
    assert facts["aml"]["decided"] is None

    for moment in ("2026-11-03T12:00", "2026-11-20T09:00"):
        set_clock(moment)
        assert made(month) == run == made(month, bo)
    standing = FeedFile.objects.get(feed="holdings", subject="LRHKD", as_of=THURSDAY, status="accepted")
    better = day_files(THURSDAY)["holdings"].decode().replace("60000000.00", "59500000.00").encode()
    judged(coin, THURSDAY, {"holdings": standing}, holdings=better)
    again = made(month)
    assert (again.version, again.reference, again.facts["replaces"]) == (2, "MSR-FRS01-202610-2", run.reference)
    assert again.facts["coins"][0]["backing"]["lowest"] == "1.00505051"
    run.refresh_from_db()
    assert (run.status, made(month)) == (S.WITHDRAWN, again)

    REPORT_RUN.apply(again, "withdraw", actor=bo, note="not needed")
    again.refresh_from_db()
    assert made(month) == again  # what an officer withdrew does not come back by itself
    assert made(month, bo).version == 3


def test_the_document_prints_every_figure_in_three_languages(month, bo):
    facts = made(month, bo).facts
    pdf = pdf_of(facts)
    text = close(text_of(pdf))
    cases_of = [row["case"] for row in facts["breaches"]]
    assert len(cases_of) == 2
    for figure in (*cases_of, "98.98%", "100.33%", "HK-RES-01", "R-1", "1,000.00", "28days",
                   "0of5businessdays", "HKD147,249.32", "100.86%", "101.44%", "MSR-FRS01-202610-1", "Requirementswerebreached"):
        assert figure in text, figure
    for chapter in ("Backingratios", "Redemption", "Filings", "Moneylaunderingandsanctions", "Outlook"):
        assert text.count(chapter) >= 2  # in the contents and over its chapter
    assert attachment_of(pdf) == ("MSR-FRS01-202610-1.json", canonical(facts))
    names = {"en": "Lion Rock Digital Limited", "zh-hant": "獅子山數碼有限公司", "zh-hans": "狮子山数码有限公司"}
    for language, name in names.items():
        html = html_of(facts, language)
        assert name in html
        assert "98.98%" in html
        assert cases_of[1] in html


def test_a_month_without_data_is_unknown_everywhere(set_clock, coin, authority, bo):
    set_clock("2026-11-03T12:00")
    facts = made(coin.issuer, bo).facts
    [part] = facts["coins"]
    assert facts["verdict"] == part["backing"]["verdict"] == part["redemption"]["verdict"] == "unknown"
    assert (part["backing"]["unknown"], part["backing"]["mean"], part["backing"]["lowest"]) == ("31", None, None)
    assert {part["redemption"][name] for name in ("requests", "paid", "open", "late", "longest")} == {None}
    assert {part["breaks"][name] for name in ("opened", "resolved", "standing", "residual")} == {None}
    assert (facts["outlook"][0]["day"], facts["aml"]["opened"]) == (None, None)
    shown = monthly_printed.printed(facts)
    assert [cell["value"] for cell in shown["strip"]] == ["No data"] * 5
    assert shown["headline"]["title"] == "Part of the period is unknown"
    html = html_of(facts, "en")
    assert "nothing can be said of breaches" in html
    assert "nothing can be said of their files" in html
    assert "nothing can be said of filings in time" in html


def test_an_issuer_without_a_coin_is_unknown(set_clock, issuer, authority):
    set_clock("2026-11-03T12:00")
    facts = made(issuer).facts
    assert (facts["coins"], facts["verdict"]) == ([], "unknown")
    assert [cell["value"] for cell in monthly_printed.printed(facts)["strip"]] == ["No data"] * 5


@pytest.mark.parametrize(("last", "code"), [(date(2026, 10, 30), "no_period"), (date(2026, 11, 30), "not_over")])
def test_what_is_no_month_or_not_over_is_refused(set_clock, coin, authority, bo, last, code):
    set_clock("2026-11-30T23:59")
    before = AuditEvent.objects.count()
    with pytest.raises(Refused) as refusal:
        made(coin.issuer, bo, last)
    assert refusal.value.code == code
    assert (ReportRun.objects.count(), AuditEvent.objects.count(), Message.objects.count()) == (0, before, 0)


def test_only_who_makes_reports_has_it_made(set_clock, coin, authority, ann, dee):
    set_clock("2026-11-03T12:00")
    for stranger in (ann, dee):
        with pytest.raises(NotPermitted):
            made(coin.issuer, stranger)
    assert not ReportRun.objects.exists()


def test_it_is_a_draft_until_another_officer_approves_it_and_no_issuer_ever_sees_it(
    set_clock, coin, authority, bo, ben, ann, client_for
):
    set_clock("2026-11-03T12:00")
    run = render_report(made(coin.issuer, bo).pk)
    assert run.status == S.DRAFTED
    assert not Message.objects.exists()
    with pytest.raises(Refused):
        approve_report(run, actor=bo)
    run = approve_report(run, actor=ben)
    assert (run.status, run.approved_by) == (S.RENDERED, ben)
    assert client_for(ann).get(reverse("portal:report", args=[run.reference])).status_code == 404
    assert run.reference not in client_for(ann).get(reverse("portal:reports")).content.decode()
    assert client_for(bo).get(reverse("officer:report", args=[run.reference])).status_code == 200
    assert not AuditEvent.objects.filter(verb__startswith="reports.run", organisation=coin.issuer.organisation).exists()


def test_filings_breaks_and_aml_are_as_they_stood_at_the_end(month, coin, amy, dee, bo):
    other = month.organisation
    Obligation.objects.bulk_create(
        Obligation(issuer=month, kind="complaints", key=key, began_on=date(2026, 7, 1), due_at=due, **state)
        for key, due, state in (
            ("2026-09-30", at(10), {"status": "met", "met_at": at(9)}),
            ("2026-06-30", at(11), {"status": "met", "met_at": at(12)}),
            ("2026-03-31", at(13), {"status": "met", "met_at": at(2, month=11)}),  # after the month: still overdue then
            ("2025-12-31", at(14, month=11), {}),
        )
    )
    late = cases.open_case(LATE_FEED, subject="LRHKD", owner=other, key="LRHKD:supply:2026-10-27", actor=SYSTEM,
                           as_of=date(2026, 10, 27), due_at=at(28, 9),
                           params={"feed": "supply", "as_of": "2026-10-27", "expected_by": "", "sender": ""})
    type(late).objects.filter(pk=late.pk).update(opened_at=at(28), closed_at=at(29, 9), status="closed")
    WeeklyStatement.objects.create(coin=coin, as_at=FRIDAY, version=1, status="filed", content={}, digest="a" * 64,
                                   prepared_by_label="Ann", approved_by_label="Amy", filed_at=at(31))
    day = coin.days.get(as_of=FRIDAY)
    standing = Break.objects.create(coin=coin, reference="BRK-9001", comparison="books_custodian", key="k",
                                    opened_on=THURSDAY, status="explained")
    for number, residual in enumerate(("-120.50", "20.25")):
        of_day = standing if not number else Break.objects.create(
            coin=coin, reference="BRK-9002", comparison="books_custodian", key="l", opened_on=FRIDAY)
        BreakDay.objects.create(standing=of_day, day=day, cause="face_differs", difference=Decimal(residual),
                                residual=Decimal(residual), evidence={"currency": "HKD"})
    BreakNote.objects.create(standing=standing, kind="explanation", text="A fee.", difference=Decimal("-120.5"),
                             by_label="Ann", at=at(30))
    Breach.objects.filter(rule="HK-RES-01").update(closed_at=at(31, 18), status="closed", notified_at=at(1, month=11))
    ListVersion.objects.create(source="un", number=7, sha256="b" * 64, entry_count=1, name_count=1, address_count=0,
                               added=1, changed=0, removed=0, screened_at=at(20))
    case = cases.open_case(LATE_FEED, subject="x", owner=other, key="x", actor=SYSTEM, params={})
    alert = Alert.objects.create(key="a", kind="name", owner=other, case=case, basis="c" * 64, opened_at=at(21))
    AlertDecision.objects.create(alert=alert, outcome="false", reason="other", basis="c" * 64, decided_by=dee,
                                 decided_at=at(22))
    sample = TravelRuleSample.objects.create(
        coin=coin, reference="TRS-1", period_start=date(2026, 9, 1), period_end=date(2026, 9, 30), per_stratum=3,
        seed="s", threshold_hkd="8000", cite="AML 6.5", population={}, drawn_at=at(23))
    record = FeedFile.objects.filter(subject="LRHKD").first()
    for number, outcome in enumerate(("complete", "missing", "unknown", "complete")):
        SampledTransfer.objects.create(sample=sample, chain="eip155:1", tx_hash=f"0x{number}", log_index=0,
                                       block_time=at(1), stratum="below", outcome=outcome, record_file=record)
    counts = dict.fromkeys(("customers", "internal_open_at_start", "internal_received", "reported_to_jfiu",
                            "not_reported", "internal_open_at_end", "sanctions_matches", "frozen_at_start", "frozen",
                            "released", "frozen_at_end", "transfers_at_threshold", "transfers_below",
                            "travel_rule_incidents"), 0)
    AmlReturn.objects.create(issuer=month, period_start=date(2026, 7, 1), period_end=date(2026, 9, 30), digest="d" * 64,
                             filed_by_label="Ann", filed_at=at(15), **counts)

    facts = made(month, bo).facts
    filings, aml, [part] = facts["filings"], facts["aml"], facts["coins"]
    assert [row["state"] for row in filings["duties"]] == ["in_time", "late", "overdue"]
    assert [row["state"] for row in facts["ahead"]] == ["due"]
    assert [(row["feed"], row["as_of"], row["came_at"]) for row in filings["late_files"]] == [
        ("supply", "2026-10-27", "2026-10-29T09:00:00+08:00")]
    assert [(row["as_at"], row["version"]) for row in filings["statements"]] == [
        ("2026-10-02", None), ("2026-10-09", None), ("2026-10-16", None), ("2026-10-23", None), ("2026-10-30", "1")]
    breaks = part["breaks"]
    assert breaks["residual"] == [{"currency": "HKD", "amount": "140.75"}]  # no netting
    assert (breaks["explained"], breaks["accepted"], breaks["standing"]) == ("1", "0", "2")
    assert breaks["oldest"] == {"reference": "BRK-9001", "opened_on": "2026-10-29"}
    closed = next(row for row in facts["breaches"] if row["rule"] == "HK-RES-01")
    assert (closed["closed_in"], closed["overdue"], closed["notified_at"]) == (True, False, None)
    assert (aml["opened"], aml["decided"]) == ({"name": "1"}, {"false": "1", "unclear": "0", "true": "0"})
    assert aml["lists"] == [{"source": "un", "versions": "1", "latest": "7"}]
    assert [(row["drawn"], row["judged"], row["complete"], row["share"]) for row in aml["travel_rule"]] == [
        ("4", "3", "2", "0.66666666")]
    assert (aml["return"]["period_end"], aml["return"]["filed_at"]) == ("2026-09-30", "2026-10-15T12:00:00+08:00")
    html = html_of(facts, "en")
    for said in ("140.75", "BRK-9001", "66.7%", "24 h late", "TRS-1", "Quarter to 30 September 2026: filed on"):
        assert said in html, said


def test_long_tables_are_cut_and_say_how_many_rows_there_are_more(monkeypatch):
    rows = [{"number": str(number)} for number in range(502)]
    cut = periodic_words.first_rows(rows, dict)
    assert (len(cut["rows"]), cut["more"], cut["total"]) == (500, 2, 502)
    assert periodic_words.first_rows(rows[:500], dict)["more"] == 0


def test_the_mean_is_exact_and_rounded_down_and_unknown_days_are_in_neither_count():
    assert mean([]) is None
    assert mean([Decimal("1.00000001"), Decimal("1.00000000"), Decimal("1.00000001")]) == Decimal("1.00000000")
    days = [date(2026, 10, day) for day in (1, 2, 3, 4)]
    found = backing([JudgedDay(1, days[0], 1, Decimal("0.99999999"), "breached"),
                     JudgedDay(2, days[2], 1, None, "unknown"), JudgedDay(3, days[3], 2, Decimal("1.01"), "met")], days)
    assert (found["days"], found["met"], found["breached"], found["unknown"]) == (4, 1, 1, 2)
    assert (found["mean"], found["closing"], found["not_judged"]) == (Decimal("1.00499999"), Decimal("1.01"), 1)
    assert backing([], [])["verdict"] == "unknown"


def test_a_coin_owes_figures_from_its_launch_while_its_issuer_is_licensed(coin, rival_coin, unlicensed_coin):
    october_2026, before = month_to(LAST), month_to(date(2025, 12, 31))
    coin.launched_on = date(2026, 10, 20)
    coin.save()
    of = {each.coin.symbol: each for each in coins_of(october_2026)}
    assert sorted(of) == ["LRHKD", "TWHK"]  # who holds no licence owes nothing
    assert (of["LRHKD"].expected[0], len(of["LRHKD"].expected), of["LRHKD"].closing) == (coin.launched_on, 12, None)
    assert len(of["TWHK"].expected) == 31
    assert coins_of(before) == []
    judged(unlicensed_coin, FRIDAY)  # what was judged all the same is told, and no other day of it is owed
    found = {each.coin.symbol: each for each in coins_of(october_2026)}["MBHKD"]
    assert (found.expected, found.closing.as_of) == ([FRIDAY], FRIDAY)


def test_a_coin_owes_nothing_after_its_licence_ended(rival_coin):
    licence = rival_coin.issuer.licence
    licence.entries.create(version=99, fields={"ended_on": "2026-10-10"}, digest="e" * 64, shown_from=at(10))
    type(licence).objects.filter(pk=licence.pk).update(status="revoked")
    [found] = coins_of(month_to(LAST))
    assert (found.expected[-1], len(found.expected)) == (date(2026, 10, 10), 10)
    assert coins_of(quarter_to(date(2026, 12, 31)))[0].expected == found.expected
    assert coins_of(month_to(date(2026, 11, 30))) == []


def test_periods_end_with_their_months():
    assert month_to(date(2028, 2, 29)).first == date(2028, 2, 1)
    assert month_to(date(2028, 2, 28)) is None
    assert quarter_to(date(2026, 11, 30)) is None
    quarter = quarter_to(date(2026, 3, 31))
    assert (quarter.first, quarter_before(quarter).first, quarter_before(quarter).last) == (
        date(2026, 1, 1), date(2025, 10, 1), date(2025, 12, 31))


def test_the_list_of_reports_names_the_issuer_in_the_readers_language(month, bo, client_for):
    made(month)
    for language, name in (("en", "Lion Rock Digital Limited"), ("zh-hant", "獅子山數碼有限公司")):
        page = client_for(bo).get(f"/{language}/officer/reports/").content.decode()
        assert f"<td >{name}</td>" in page
        assert "lion-rock-digital-limited" not in page
