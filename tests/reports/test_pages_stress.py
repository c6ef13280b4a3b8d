"""The pages on stress, the outlook and the system view: what they say, and what they refuse."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.access import SYSTEM
from issuers.models import Breach
from issuers.services.facts import record_fact
from reserves.models import StressFiling
from reserves.services.stress_filings import draft_stress_test, file_at_once
from tests.factories import holding
from tests.reserves.stress_days import DAY, judge, pdf, pool, stated

pytestmark = pytest.mark.django_db

Q4 = date(2026, 10, 1)
THURSDAY = date(2026, 10, 15)


@pytest.fixture(autouse=True)
def _now(set_clock):
    set_clock("2026-10-21T09:00:00")


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def rows(response):
    return list(csv.DictReader(io.StringIO(text(response))))


def test_stress_shows_what_scenarios_do_and_that_it_is_a_what_if(coin, bo, ann, client_for):
    judge(coin)
    for site, who in (("officer", bo), ("portal", ann)):
        page = text(client_for(who).get(reverse(f"{site}:stress", args=["LRHKD"])))
        assert "Nothing here has happened." in page
        assert "Source: Assay working assumption, evenly spread." in page
        assert "Harbour Bank fails: what it holds is out of reach for 5 business days." in page
        assert "Rates rise by 200 basis points: each line of Debt securities, Tokenised assets" in page
    some = text(client_for(bo).get(reverse("officer:stress", args=["LRHKD"]) + "?scenario=price_shock"))
    assert "Debt securities: prices fall by 1%." in some
    assert "out of reach for 5" not in some
    wrong = text(client_for(bo).get(reverse("officer:stress", args=["LRHKD"]) + "?scenario=weather"), 422)
    assert "There is no such scenario on that day." in wrong
    table = rows(client_for(bo).get(reverse("officer:stress_csv", args=["LRHKD"]) + f"?scenario=run_10_in_5&as_of={DAY}"))
    assert [(row["day"], row["paid"], row["source"]) for row in table][:2] == [
        ("2026-10-20", "1980000.00", "at_hand"), ("2026-10-21", "1980000.00", "at_hand")]
    assert client_for(bo).get(reverse("officer:stress", args=["LRHKD"]) + "?as_of=2026-10-01").status_code == 404


def test_a_coin_never_judged_has_no_stress(coin, bo, client_for):
    answer = client_for(bo).get(reverse("officer:stress", args=["LRHKD"]), follow=True)
    assert answer.redirect_chain[0] == (reverse("officer:coin", args=["LRHKD"]), 302)
    assert "No day of LRHKD has been judged yet." in answer.text


def test_an_issuer_drafts_files_and_answers_a_query(coin, ann, bo, confirmed_client_for, client_for):
    judge(coin)
    mine, theirs = confirmed_client_for(ann), client_for(bo)
    begun = mine.post(reverse("portal:stress_tests", args=["LRHKD"]), {"period_start": "2026-10-01"})
    filing = StressFiling.objects.get()
    address = reverse("portal:stress_test", args=[filing.reference])
    assert begun["Location"] == address
    assert "Attach the report as PDF." in text(mine.get(address))
    said = {"as_of": str(DAY), "method": "Cash flows.", "action": "file"}
    refused = text(mine.post(address, said), 422)
    assert "Name the sources of the data." in refused
    said |= {"data_sources": "Statements.", "results": "It holds.", "board_on": str(DAY),
             "report": SimpleUploadedFile("stress.pdf", pdf())}
    assert mine.post(address, said).status_code == 302
    filing.refresh_from_db()
    assert (filing.status, filing.method) == ("filed", "Cash flows.")
    assert "Receipt" in text(mine.get(address))
    report = mine.get(reverse("portal:stress_test_report", args=[filing.reference]))
    assert b"".join(report.streaming_content).startswith(b"%PDF-")
    assert report["Content-Disposition"] == 'attachment; filename="stress.pdf"'
    theirs_address = reverse("officer:stress_test", args=[filing.reference])
    assert filing.reference in text(theirs.get(reverse("officer:stress_tests")))
    assert "Say what you ask the issuer." in text(theirs.post(theirs_address, {"decision": "query"}), 422)
    assert theirs.post(theirs_address, {"decision": "query", "note": "Which prices?"}).status_code == 302
    assert "Which prices?" in text(mine.get(address))
    again = mine.post(reverse("portal:stress_tests", args=["LRHKD"]), {"period_start": "2026-10-01"})
    assert StressFiling.objects.get(version=2).reference in again["Location"]


def test_filing_asks_who_it_is_and_loses_nothing(coin, ann, client_for):
    judge(coin)
    filing = draft_stress_test(coin, period_start=Q4, actor=ann)
    said = stated()
    answer = client_for(ann).post(reverse("portal:stress_test", args=[filing.reference]), {
        "as_of": str(DAY), "method": said["method"], "data_sources": "D", "results": "R", "board_on": str(DAY),
        "report": SimpleUploadedFile("stress.pdf", pdf()), "action": "file"})
    assert "reauthenticate" in answer["Location"]
    filing.refresh_from_db()
    assert (filing.status, filing.method) == ("draft", "Cash flows.")


def test_drafts_are_the_issuers_own(coin, ann, bo, client_for):
    judge(coin)
    draft = draft_stress_test(coin, period_start=Q4, actor=ann)
    assert client_for(bo).get(reverse("officer:stress_test", args=[draft.reference])).status_code == 404


def short_day(coin):
    """99.98 million for 99 million and a target of 1%: 10,000 short, since a bill lost 20,000 from the day before."""
    record_fact(coin.issuer, coin=coin, fact="licence.buffer_target", value=Decimal("0.01"),
                valid_from=date(2026, 1, 2), source="Letter", origin="set", actor=SYSTEM)
    before = [line | {"as_of": str(THURSDAY)} for line in pool(THURSDAY)]
    judge(coin, THURSDAY, lines=before)
    lines = pool()
    lines[2] |= {"market_value": "19980000.00"}
    term = holding(DAY, account_id="T", asset_class="term_deposit", line_ref="T1", description="Deposit",
                   market_value="0.00", start_date="2026-10-01", maturity_date="2027-01-11")
    return judge(coin, DAY, lines=[*lines, term])


def test_what_would_have_avoided_it_stands_on_the_day_the_case_and_the_outlook(coin, bo, ann, client_for):
    account = short_day(coin)
    verdicts = {each["rule"]: each["verdict"] for each in account["findings"]}
    assert (verdicts["HK-RES-02"], verdicts["HK-RES-03"]) == ("breached", "breached")
    ways = ("HKD 10,000.00 more in the reserve.", "HKD 9,901.00 less in circulation",
            "HKD 1,000,000.00 redeemed from the reserve itself.")
    shorter = "T · T1 · #6: a term shorter by 10 days."
    for site, who in (("officer", bo), ("portal", ann)):
        client = client_for(who)
        page = text(client.get(reverse(f"{site}:coin_day", args=["LRHKD", str(DAY)])))
        assert [way for way in (*ways, shorter) if way not in page] == []
        case = Breach.objects.get(rule="HK-RES-02").case
        page = text(client.get(reverse(f"{site}:case", args=[case.reference])))
        assert [way for way in ways if way not in page] == []
        assert shorter not in page
        page = text(client.get(reverse(f"{site}:outlook", args=["LRHKD", str(DAY)])))
        assert [way for way in (*ways, shorter) if way not in page] == []
        assert "One line valued higher" in page
        assert "0.05%" in page  # 10,000 on the largest line, of 20 million
        assert "One change since the day before that did not happen" in page
        assert "HK0000B" in page


def test_a_sound_day_has_nothing_to_avoid(coin, bo, client_for):
    judge(coin)
    assert "What would have avoided it" not in text(
        client_for(bo).get(reverse("officer:coin_day", args=["LRHKD", str(DAY)])))
    page = text(client_for(bo).get(reverse("officer:outlook", args=["LRHKD", str(DAY)])))
    assert "Nothing to avoid" in page


def test_the_system_view_names_what_is_missing_and_never_adds_currencies(coin, rival_coin, unlicensed_coin, bo, client_for):
    judge(coin)
    page = text(client_for(bo).get(reverse("officer:system")))
    assert "Never judged, so in no figure below: MBHKD, TWHK." in page
    assert "LRHKD (16 Oct 2026)" in page
    assert "Coins in HKD" in page
    assert "HKSAR" in page


def test_what_if_one_bank_fails(coin, rival_coin, bo, client_for):
    judge(coin)
    judge(rival_coin, lines=pool(symbol="TWHK", custodian="Other Bank"))
    client = client_for(bo)
    page = text(client.get(reverse("officer:system") + "?fails=harbour+bank"))
    assert "the ratio takes all that Harbour Bank holds as gone" in page
    assert "50.50%" in page
    assert "paid in full for 5 of 5 business days" in page
    table = {row["coin"]: row for row in rows(client.get(reverse("officer:system_csv") + "?fails=harbour+bank"))}
    assert [table["LRHKD"][name] for name in ("failing", "held_there", "share_there", "ratio_without", "survival_days")] == [
        "Harbour Bank", "50000000.0000", "0.50000000", "0.50505051", "5"]
    assert [table["TWHK"][name] for name in ("failing", "held_there", "largest_custodian", "liquid_share")] == [
        "Harbour Bank", "", "Peak Custody", "0.50000000"]
    assert "No coin holds anything there." in text(client.get(reverse("officer:system") + "?fails=nobody"), 422)


def test_an_accepted_test_is_shown_with_its_frozen_figures(coin, ann, bo, client_for):
    judge(coin)
    filed = file_at_once(coin, period_start=Q4, actor=ann, **stated())
    client = client_for(bo)
    assert client.post(reverse("officer:stress_test", args=[filed.reference]), {"decision": "accept"}).status_code == 302
    page = text(client.get(reverse("officer:stress_test", args=[filed.reference])))
    assert "figures as frozen" in page
    assert 'name="decision"' not in page
