"""The weekly statement as a document, and the quarterly overview: the same figures, in versions, once."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from core.access import SYSTEM
from core.errors import NotPermitted, Refused
from core.findings import canonical
from core.models import AuditEvent, FeedFile
from issuers.models import Breach
from reports.builders import quarterly_printed
from reports.models import ReportDocument, ReportRun
from reports.services.documents import document
from reports.services.periodic import freeze_quarterly_overview, freeze_weekly_statement
from reports.services.rendering import render_document, render_report
from reserves.services.statements import approve_statement, prepare_statement
from tests.reports.pdfs import attachment_of, close, page_count, text_of
from tests.reports.periodic import FRIDAY, THURSDAY, html_of, october, pdf_of
from tests.reserves.attesting import day_files, judged

S = ReportRun.Status
QUARTER_END = date(2026, 12, 31)


@pytest.fixture
def filed(set_clock, coin, ann, amy):
    """The statement as at Friday 30 October, filed on Monday."""
    set_clock("2026-11-02T12:00")
    judged(coin, THURSDAY)
    judged(coin, FRIDAY)
    return approve_statement(prepare_statement(coin, as_at=FRIDAY, actor=ann), actor=amy)


def filed_again(coin, ann, amy):
    """Correct Friday's holdings and file the statement anew."""
    standing = FeedFile.objects.get(feed="holdings", subject="LRHKD", as_of=FRIDAY, status="accepted")
    other = day_files(FRIDAY)["holdings"].decode().replace("60000000.00", "59500000.00").encode()
    judged(coin, FRIDAY, {"holdings": standing}, holdings=other)
    return approve_statement(prepare_statement(coin, as_at=FRIDAY, actor=ann), actor=amy)


def address(language="en", symbol="LRHKD", day="2026-10-30"):
    with translation.override(language):
        return reverse("public:statement_pdf", args=[symbol, day])


def test_a_filed_statement_is_a_document_that_everybody_may_take_away(filed, coin, client, issuer):
    page = reverse("public:statements", args=["LRHKD"])
    run = freeze_weekly_statement(filed, actor=SYSTEM)
    assert freeze_weekly_statement(filed, actor=SYSTEM) == run
    assert (run.reference, run.subject, run.as_of, run.version, run.owner) == (
        "WS-LRHKD-20261030-1", "LRHKD", FRIDAY, 1, issuer.organisation)
    assert (run.facts["statement"], run.facts["statement_digest"]) == (filed.content, filed.digest)
    assert run.facts["replaces"] is None
    languages = ReportDocument.objects.filter(run=run).values_list("language", flat=True)
    assert sorted(languages) == ["en", "zh-hans", "zh-hant"]
    assert client.get(address()).status_code == 404  # not rendered yet
    assert address() not in client.get(page).content.decode()
    render_report(run.pk)
    answer = client.get(address())
    pdf = b"".join(answer.streaming_content)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert address() in client.get(page).content.decode()
    assert attachment_of(pdf) == ("WS-LRHKD-20261030-1.json", canonical(run.facts))
    assert page_count(pdf) == 2  # its figures on one, the frame of the signature on another
    text = close(text_of(pdf))
    for figure in ("99.00", "100.00", "101.01%", "60,000,000.00", "5,100,000.25", "34,900,000.50", "100,000,000.75",
                   "60.0%", "99,000,000.00", filed.digest, "Nodata"):
        assert figure in text, figure
    assert document(run.facts) == pdf
    assert b"".join(client.get(address("zh-hant")).streaming_content) == pdf  # until the Chinese one is rendered
    row = render_document(ReportDocument.objects.get(run=run, language="zh-hant").pk)
    given = b"".join(client.get(address("zh-hant")).streaming_content)
    assert given != pdf
    assert row.given_id == ReportDocument.objects.get(pk=row.pk).rendered_id
    for nothing in (address(day="2026-10-23"), address(day="never"), address(symbol="NONE"), address(symbol="%00")):
        assert client.get(nothing).status_code == 404


def test_a_later_version_says_which_it_replaces_and_the_earlier_is_given_no_more(filed, coin, ann, amy, client):
    first = freeze_weekly_statement(filed, actor=SYSTEM)
    ReportRun.objects.filter(pk=first.pk).update(status=S.RENDERED)
    second = filed_again(coin, ann, amy)
    assert client.get(address()).status_code == 404  # what was replaced is not the statement any more
    run = freeze_weekly_statement(second, actor=SYSTEM)
    first.refresh_from_db()
    assert (run.version, first.status) == (2, S.WITHDRAWN)
    assert run.facts["replaces"] == {"reference": "WS-LRHKD-20261030-1", "filed_at": "2026-11-02T12:00:00+08:00"}
    assert "takes the place of WS-LRHKD-20261030-1" in html_of(run.facts, "en")
    assert freeze_weekly_statement(filed, actor=SYSTEM) == first


def test_what_is_not_filed_has_no_document(filed, coin, ann, amy):
    standing = filed_again(coin, ann, amy)
    filed.refresh_from_db()
    before = AuditEvent.objects.count()
    with pytest.raises(Refused, match="not filed, or a later version"):
        freeze_weekly_statement(filed, actor=SYSTEM)
    with pytest.raises(NotPermitted):
        freeze_weekly_statement(standing, actor=ann)
    assert (ReportRun.objects.count(), AuditEvent.objects.count()) == (0, before)


@pytest.fixture
def quarter(set_clock, coin, rival_coin, authority):
    """Two coins that use one bank; of one three days are judged, of the other one."""
    set_clock("2026-10-31T12:00")
    october(coin)
    judged(rival_coin, FRIDAY)
    Breach.objects.filter(rule="HK-RES-01").update(closed_at="2026-11-05T12:00+08:00", status="closed")
    set_clock("2027-01-04T12:00")


def test_the_quarter_is_told_exactly_once_and_again_when_its_data_changed(
    quarter, coin, bo, set_clock, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40):
        run = freeze_quarterly_overview(QUARTER_END, actor=bo)
    facts = run.facts
    assert (run.reference, run.subject, run.about, run.owner.kind) == ("QSO-2026Q4-1", "system", None, "authority")
    [total] = facts["currencies"]
    assert (total["currency"], total["circulation"], total["reserve"]) == ("HKD", "198000000.00", "200000001.50")
    assert [(row["asset_class"], row["amount"], row["share"]) for row in total["classes"]] == [
        ("demand_deposit", "120000000.00", "0.59999999"), ("government_debt", "69800001.00", "0.34900000"),
        ("term_deposit", "10200000.50", "0.05100000")]
    assert [(row["name"], row["amount"], row["coins"]) for row in total["custodians"]] == [
        ("Harbour Bank", "200000001.50", "2")]
    ratios = {each["coin"]: each["backing"] for each in facts["coins"]}
    assert [(symbol, each["lowest"], each["highest"], each["mean"], each["days"], each["unknown"], each["verdict"])
            for symbol, each in ratios.items()] == [
        ("LRHKD", "0.98989899", "1.01010101", "1.00336700", "92", "89", "breached"),
        ("TWHK", "1.01010101", "1.01010101", "1.01010101", "92", "91", "unknown")]
    rules = {row["rule"]: (row["opened"], row["closed"], row["open"]) for row in facts["breaches"]}
    assert (rules["HK-RES-01"], rules["HK-RED-01"]) == (("1", "1", "0"), ("1", "0", "1"))
    [failure] = facts["failures"]
    assert failure["custodian"] == "Harbour Bank"
    assert [(row["coin"], row["share"], row["ratio"], row["verdict"], row["survival_days"])
            for row in failure["coins"]] == [("LRHKD", "1.00000000", "0.00000000", "falls_short", "0"),
                                             ("TWHK", "1.00000000", "0.00000000", "falls_short", "0")]
    assert (facts["licensing"]["licences"], facts["licensing"]["received"]) == ("2", "0")
    changes = facts["changes"]
    assert changes["currencies"][0]["circulation"] == {"before": None, "now": "198000000.00", "change": None}
    assert changes["counts"]["unknown_days"] == {"before": "184", "now": "180"}
    assert changes["counts"]["breached_days"] == {"before": None, "now": "1"}
    assert changes["counts"]["late_files"] == {"before": None, "now": None}  # days were never judged
    text = close(text_of(pdf_of(facts)))
    for figure in ("198,000,000.00", "200,000,001.50", "98.98%", "100.33%", "60.0%", "HarbourBank", "130,200,000.50",
                   "65.1%", "HK-RES-01", "0of5businessdays", "Quarterto30Sep2026", "−4"):
        assert figure in text, figure
    for language, name in (("zh-hant", "潮汐支付有限公司"), ("zh-hans", "狮子山数码有限公司")):
        assert name in html_of(facts, language)

    set_clock("2027-02-01T12:00")
    assert freeze_quarterly_overview(QUARTER_END, actor=SYSTEM) == run
    standing = FeedFile.objects.get(feed="holdings", subject="LRHKD", as_of=FRIDAY, status="accepted")
    other = day_files(FRIDAY)["holdings"].decode().replace("60000000.00", "59500000.00").encode()
    judged(coin, FRIDAY, {"holdings": standing}, holdings=other)
    again = freeze_quarterly_overview(QUARTER_END, actor=SYSTEM)
    run.refresh_from_db()
    assert (again.reference, again.facts["replaces"], run.status) == ("QSO-2026Q4-2", "QSO-2026Q4-1", S.WITHDRAWN)


def test_a_quarter_without_data_is_unknown_and_what_is_not_over_is_refused(set_clock, coin, authority, bo, ann):
    set_clock("2027-01-04T12:00")
    facts = freeze_quarterly_overview(QUARTER_END, actor=bo).facts
    assert (facts["verdict"], facts["currencies"][0]["reserve"], facts["failures"]) == ("unknown", None, [])
    shown = quarterly_printed.printed(facts)
    values = [cell["value"] for cell in shown["strip"]]
    assert values == ["1", "1", "No data", "No data", "No data"]  # licences and coins are on record
    assert shown["headline"]["title"] == "Part of the period is unknown"
    html = html_of(facts, "en")
    for said in ("nothing can be said of breaches", "nothing can be said of their files", "not known: LRHKD"):
        assert said in html
    for day, code in ((date(2026, 11, 30), "no_period"), (date(2027, 3, 31), "not_over")):
        with pytest.raises(Refused) as refusal:
            freeze_quarterly_overview(day, actor=bo)
        assert refusal.value.code == code
    with pytest.raises(NotPermitted):
        freeze_quarterly_overview(QUARTER_END, actor=ann)
    assert ReportRun.objects.count() == 1


def test_the_command_writes_them(set_clock, filed, authority, tmp_path, capsys):
    out = tmp_path / "statement.pdf"
    call_command("render_report", "weekly_statement", "--coin", "LRHKD", "--as-of", "2026-10-30", "--language",
                 "zh-hant", "--out", str(out), "--json")
    assert "WS-LRHKD-20261030-1" in capsys.readouterr().out
    assert "獅子山數碼有限公司" in close(text_of(out.read_bytes()))
