"""The document: equal facts give equal bytes, nothing is fetched, what is unknown says so, what is shown adds up."""

from __future__ import annotations

import functools
import io
from datetime import UTC, datetime
from decimal import Decimal

import pikepdf
import pytest
from django.utils import translation
from django.utils.safestring import mark_safe

from core.findings import canonical
from core.money import round_down
from core.rulebook.facts import FACTS
from reports.builders import daily_reserve, figures
from reports.builders.sections import printed
from reports.render import NotOurs, StaticFiles, render_pdf
from reports.services.documents import document
from tests.reports import days
from tests.reports.pdfs import attachment_of, flat_text_of, fonts_of, page_count


def facts(result, **given):
    stored = result["version"] is not None
    return daily_reserve.facts(
        result,
        issuer_findings=given.get("issuer_findings", days.ISSUER_FINDINGS if stored else None),
        history=given.get("history", days.history(result["backing_ratio"])),
        judged_at=days.JUDGED_AT if stored else None,
        senders=given.get("senders", {}),
    )


@functools.cache
def pdf_of(name):
    """The document on one of the sample days, rendered once for all tests that only read it."""
    return document(facts(getattr(days, name)()))


def context(result, **given):
    frozen = facts(result, **given)
    with translation.override("en"):
        return printed(frozen, daily_reserve.digest(frozen))


def test_equal_facts_give_equal_bytes_whatever_was_rendered_between():
    first = pdf_of("breached_day")
    document(facts(days.huge_what_if_day()))
    assert document(facts(days.breached_day())) == first


def test_it_is_pdf_a_3a_tagged_with_its_language_and_one_data_attachment():
    frozen = facts(days.met_day())
    pdf = pdf_of("met_day")
    with pikepdf.open(io.BytesIO(pdf)) as read:
        metadata = read.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert read.Root.MarkInfo.Marked
        assert str(read.Root.Lang) == "en"
        assert {str(spec.AFRelationship) for spec in read.Root.AF} == {"/Data"}
        assert str(read.docinfo["/Title"]) == "Daily reserve audit report, Lion Rock Digital Limited, 22 November 2026"
    assert attachment_of(pdf) == (f"{frozen['reference']}.json", canonical(frozen))


def test_only_the_projects_fonts_are_used():
    used = fonts_of(pdf_of("huge_what_if_day")) | fonts_of(pdf_of("breached_day"))
    assert {name for name in used if not name.replace("-", "").startswith(("Inter", "NotoSansHK", "NotoSansSC"))} == set()
    assert any("HK" in name for name in used)


@pytest.mark.parametrize(
    "url", ["https://example.com/x.png", "file:///etc/passwd", "data:text/plain,x", "https://static.invalid/../../manage.py"]
)
def test_nothing_but_static_files_is_read(url):
    with pytest.raises(NotOurs):
        StaticFiles().fetch(url)


def test_a_document_that_asks_for_more_than_static_files_is_not_made():
    asking = context(days.met_day()) | {"ladder": mark_safe('<img src="https://example.com/pixel.png">')}
    with pytest.raises(NotOurs):
        render_pdf(
            "pdf/daily_reserve.html", asking, language="en", stylesheet="css/report.css", attachment=b"{}",
            attachment_name="x.json", attachment_description="x", made_at=datetime(2026, 11, 23, tzinfo=UTC),
        )


def test_a_shortfall_is_said_with_ratio_and_amount():
    text = flat_text_of(pdf_of("breached_day"))
    assert "Not fully backed" in text
    assert (
        "The reserve was worth 99.62% of the coins in circulation at par, a shortfall of HKD 16.00 million. "
        "Of 15 rules judged, breached: 3, unknown: 3, met: 9." in text
    )


def test_a_ratio_just_below_full_is_not_rounded_up_to_full():
    day = days.breached_day() | {"backing_ratio": "0.99999999", "surplus": "-0.01"}
    assert context(day)["strip"][0]["value"] == "99.99%"
    assert context(day)["headline"]["title"] == "Not fully backed"


def test_a_day_without_data_says_so_and_invents_nothing():
    shown = context(days.no_data_day())
    assert shown["headline"]["title"] == "Backing is unknown"
    assert [cell["value"] for cell in shown["strip"]] == ["No data"] * 5
    text = flat_text_of(pdf_of("no_data_day"))
    assert "There is no backing ratio for this day" in text
    assert "Not received: Token supply, Holdings" in text
    assert "No break is open" not in text
    assert "Fully backed" not in text
    assert [(row["left"], row["right"], row["difference"]) for row in shown["comparisons"]] == [("No data",) * 3]
    assert (shown["composition"]["rows"], shown["ladder"], shown["changes"]) == ([], "", None)


def test_a_what_if_says_under_which_law_and_that_it_is_not_kept():
    text = flat_text_of(pdf_of("huge_what_if_day"))
    assert "Judged as if the law of 1 August 2025 applied." in text
    assert "These are not findings of the day and are not kept." in text
    assert "DRA-USDC-20261122-WHATIF" in text
    assert "The rules on the issuer itself had not been judged for this day" in text


def test_another_rulebook_file_is_named_by_its_digest():
    day = days.huge_what_if_day() | {"law_on": None}
    day["rulebook"] = day["rulebook"] | {"overlay": "cd" * 32}
    assert "Judged with another rulebook file (SHA-256 cdcd cdcd … cdcd)." in context(day)["what_if"]


def test_failed_rules_come_first_then_unknown_then_met():
    verdicts = [str(rule["verdict"]) for rule in context(days.breached_day())["rules"]]
    assert verdicts == ["Breached"] * 3 + ["Unknown"] * 3 + ["Met"] * 9


def test_an_unknown_rule_names_what_is_not_known():
    [rule] = [rule for rule in context(days.breached_day())["rules"] if rule["rule"] == "HK-RES-02"]
    assert rule["required"] == "target not set"
    assert rule["not_known"] == [FACTS["licence.buffer_target"].meaning]


@pytest.mark.parametrize("day", [days.met_day, days.breached_day])
def test_printed_steps_sum_to_the_printed_change(day):
    result = day()
    total = sum(delta for _cause, delta in figures.steps(result))
    assert total == round_down(Decimal(result["backing_ratio"]), 4) - round_down(
        Decimal(result["previous"]["backing_ratio"]), 4
    )


def test_more_lines_and_breaks_than_fit_are_counted_and_left_to_the_attachment():
    shown = context(days.breached_day())
    [group] = shown["exceptions"]
    assert (len(group["lines"]), group["more"]) == (3, 6)
    assert (len(shown["breaks"]["rows"]), shown["breaks"]["more"], shown["breaks"]["total"]) == (15, 5, 20)
    assert [row["difference"] for row in shown["breaks"]["rows"]][:2] == ["+200,000.00", "+190,000.00"]


def test_a_line_absent_on_one_side_is_not_called_zero():
    rows = context(days.breached_day())["breaks"]["rows"]
    assert {row["right"] for row in rows if row["cause"] == "missing at the custodian"} == {"absent"}


def test_a_small_coin_is_printed_in_units_and_a_large_one_in_millions():
    small = days.met_day() | {"circulation": "4150.25", "reserve_market_value": "4211.42", "surplus": "61.17"}
    assert context(small)["strip"][1] == {"label": "In circulation, par", "value": "4,150.25", "under": "HKD", "tone": "",
                                         "lines": "of=supply"}
    large = context(days.huge_what_if_day())["strip"]
    assert (large[1]["value"], large[1]["under"]) == ("59,178.99", "USD million")


def test_holdings_in_another_currency_are_shown_beside_a_total_that_is_not_known():
    day = days.met_day() | dict.fromkeys(("reserve_market_value", "eligible_reserve", "backing_ratio", "surplus"))
    day |= {"verdict": "unknown", "unvalued": [{"currency": "USD", "market_value": "12000000.00", "lines": 2}]}
    shown = context(day)["composition"]
    assert shown["total"] == ""
    assert shown["not_counted"] == [("Not in the total, USD million", "12.00")]


def test_a_carried_over_file_says_how_old_it_is():
    assert "2 days old, carried over" in flat_text_of(pdf_of("met_day"))


def test_header_and_footer_carry_reference_digest_and_page():
    frozen = facts(days.met_day())
    pdf = pdf_of("met_day")
    digest = daily_reserve.digest(frozen)
    text = flat_text_of(pdf)
    assert f"Page 1 of {page_count(pdf)}" in text
    assert text.count(f"Report {frozen['reference']}") == page_count(pdf)
    assert text.count(f"SHA-256 {digest[:4]} {digest[4:8]}") == page_count(pdf)


def test_facts_hold_no_binary_fractions():
    def floats(value):
        if isinstance(value, dict):
            return [found for each in value.values() for found in floats(each)]
        if isinstance(value, list):
            return [found for each in value for found in floats(each)]
        return [value] if isinstance(value, float) else []

    assert floats(facts(days.breached_day())) == []


def test_a_coin_without_a_licensed_issuer_is_named_by_its_symbol():
    day = days.met_day()
    day["issuer"]["licence_number"] = None
    assert daily_reserve.reference_of(day) == "DRA-LRHKD-20261122-1"
